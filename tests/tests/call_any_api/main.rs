//! The program `call_any_api`, run against the local endpoint and scripted servers.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod configuration;
mod usage_errors;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;

use tencentcloud_local::LocalServer;
use tencentcloud_tests::call_any_api::{call_any_api, output_text};
use tencentcloud_tests::scripted_server::{RecordedRequest, ScriptedServer, Step, json, respond};

const CALL: [&str; 3] = ["cvm", "2017-03-12", "DescribeZones"];
const GOOD: &str = r#"{"Response": {"RequestId": "r-1", "TotalCount": 3}}"#;

/// Runs a command, which must succeed, and returns the request that arrived.
fn sent(command: &mut Command, arguments: &[&str]) -> RecordedRequest {
    let server = ScriptedServer::start(vec![json(GOOD)]).unwrap();
    let endpoint = server.endpoint();
    let output = command.args(CALL).args(arguments).args(["--endpoint", &endpoint]).output();
    let (code, stdout, stderr) = output_text(&output.unwrap());
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{arguments:?}");
    assert!(stdout.contains("\"TotalCount\": 3"), "{stdout}");
    server.requests().remove(0)
}

#[test]
fn responses_errors_and_usage_errors_differ() {
    let server = LocalServer::start().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = call_any_api();
        command
            .env("TENCENTCLOUD_SECRET_ID", server.secret_id())
            .env("TENCENTCLOUD_SECRET_KEY", server.secret_key())
            .args(arguments)
            .args(["--endpoint", server.endpoint()]);
        output_text(&command.output().unwrap())
    };
    let call = ["cvm", "2017-03-12", "DescribeInstances"];
    let options = ["--region", "ap-guangzhou", "--header", "X-TC-TraceId: my-trace"];

    let (code, stdout, stderr) = run(&[&call[..], &[r#"{"Limit": 2}"#], &options].concat());
    assert_eq!(code, Some(0), "{stderr}");
    let response: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(response["InstanceSet"].as_array().unwrap().len(), 2);
    assert_eq!(server.take_requests()[0].header("x-tc-traceid"), Some("my-trace"));

    let (code, stdout, output_text) = run(&[&call[..], &[r#"{"Limits": 2}"#], &options].concat());
    assert_eq!((code, stdout.len(), output_text.lines().count()), (Some(1), 0, 1));
    assert!(output_text.starts_with("DescribeInstances failed: UnknownParameter"), "{output_text}");

    for wrong in [&call[..2], &["cvm", "2017-03-12", "A", "{"], &["a", "b", "c", "--what", "x"]] {
        let (code, _, stderr) = run(wrong);
        assert_eq!(code, Some(2), "{wrong:?}");
        assert!(stderr.contains("usage: call_any_api"), "{stderr}");
    }
}

/// Runs a command with this standard input, which must succeed, and returns the request.
fn sent_with_input(options: &[&str], input: &[u8]) -> RecordedRequest {
    let server = ScriptedServer::start(vec![json(GOOD)]).unwrap();
    let mut program = call_any_api()
        .args(CALL)
        .args(options)
        .arg(format!("--endpoint={}", server.endpoint()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    program.stdin.take().unwrap().write_all(input).unwrap();
    let (code, _, stderr) = output_text(&program.wait_with_output().unwrap());
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{options:?}");
    server.requests().remove(0)
}

#[test]
fn parameters_and_files_are_read_from_standard_input() {
    let json = sent_with_input(&["-"], b"{\"Limit\": 1}\n");
    assert_eq!(json.body, br#"{"Limit": 1}"#);
    let stream = sent_with_input(&["{}", "--octet-stream=-"], b"raw \xff");
    assert_eq!(stream.body, b"raw \xff");
    let part = sent_with_input(&["--multipart=File=@-"], b"my file");
    let body = String::from_utf8(part.body).unwrap();
    assert!(body.contains("filename=\"File\"\r\n\r\nmy file\r\n"), "{body}");

    let output = call_any_api().args(CALL).arg("-").stdin(Stdio::null()).output().unwrap();
    let (code, _, stderr) = output_text(&output);
    assert_eq!((code, stderr.lines().count()), (Some(1), 1), "{stderr}");
    assert!(stderr.starts_with("standard input is not JSON: "), "{stderr}");
}

#[test]
fn every_signature_and_method_is_sent() {
    let parameters = r#"{"Limit": 2, "Names": ["a b"]}"#;
    let run = |options: &[&str]| sent(&mut call_any_api(), &[&[parameters][..], options].concat());
    let authorization = |it: &RecordedRequest| it.header("authorization").map(str::to_owned);

    let plain = run(&["--sign-method", "TC3-HMAC-SHA256", "--method", "POST"]);
    assert_eq!((plain.line.trim_end(), &*plain.body), ("POST / HTTP/1.1", parameters.as_bytes()));
    let signed = authorization(&plain).unwrap();
    assert!(signed.starts_with("TC3-HMAC-SHA256 Credential=AKIDexample/"), "{signed}");

    let get = run(&["--method", "GET"]);
    assert_eq!(get.line.trim_end(), "GET /?Limit=2&Names.0=a+b HTTP/1.1");
    assert!(get.body.is_empty() && authorization(&get).unwrap().starts_with("TC3-HMAC-SHA256 "));

    let unsigned = run(&["--unsigned-payload"]);
    assert_eq!(unsigned.header("x-tc-content-sha256"), Some("UNSIGNED-PAYLOAD"));
    assert_eq!(unsigned.body, parameters.as_bytes());

    let skipped = run(&["--skip-sign"]);
    assert_eq!(authorization(&skipped).as_deref(), Some("SKIP"));

    for method in ["HmacSHA1", "HmacSHA256"] {
        let form = run(&["--sign-method", method]);
        let body = String::from_utf8(form.body.clone()).unwrap();
        assert_eq!(form.header("content-type"), Some("application/x-www-form-urlencoded"));
        for pair in ["Limit=2", "Names.0=a+b", "SecretId=AKIDexample", "Action=DescribeZones"] {
            assert!(body.split('&').any(|it| it == pair), "{pair}: {body}");
        }
        assert!(body.contains(&format!("SignatureMethod={method}")), "{body}");
        let query = run(&["--sign-method", method, "--method", "GET"]);
        assert!(query.line.starts_with("GET /?Limit=2&") && query.body.is_empty());
        assert!(query.line.contains("&Signature="), "{}", query.line);
    }
}

#[test]
fn a_file_is_sent_as_a_body_or_as_a_part() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data.bin");
    std::fs::write(&path, b"raw \x00\xff bytes").unwrap();
    let file = path.to_str().unwrap();

    let stream = [r#"{"TopicId": "t-1", "X-My-Number": 7}"#, "--octet-stream", file];
    let stream = sent(&mut call_any_api(), &stream);
    assert_eq!(stream.header("content-type"), Some("application/octet-stream"));
    assert_eq!(stream.header("x-cvm-topicid"), Some("t-1"));
    assert_eq!(stream.header("x-my-number"), Some("7"));
    assert_eq!(stream.body, b"raw \x00\xff bytes");

    let json = r#"{"Name": "a\"b", "Count": 2, "Empty": null, "Labels": ["x"], "On": true}"#;
    let part = format!("Document=@{file}");
    let parts = sent(&mut call_any_api(), &[json, "--multipart", &part, "--multipart", "Note=a=b"]);
    assert!(parts.header("content-type").unwrap().starts_with("multipart/form-data; boundary="));
    let body = String::from_utf8_lossy(&parts.body);
    for part in [
        "name=\"Name\"\r\n\r\na\"b\r\n",
        "name=\"Count\"\r\n\r\n2\r\n",
        "name=\"Labels\"\r\nContent-Type: application/json\r\n\r\n[\"x\"]\r\n",
        "name=\"On\"\r\n\r\ntrue\r\n",
        "name=\"Document\"; filename=\"Document\"\r\n\r\nraw ",
        "name=\"Note\"\r\n\r\na=b\r\n",
    ] {
        assert!(body.contains(part), "{part:?}: {body}");
    }
    assert!(!body.contains("Empty"));

    for (options, told_of) in [
        (["{}", "--octet-stream", "/no/such/file"], "/no/such/file cannot be read: "),
        (["{}", "--multipart", "A=@/no/such/file"], "/no/such/file cannot be read: "),
        (["[1]", "--multipart", "A=b"], "the parameters of --multipart are not a JSON object: "),
        ([r#"{"A": [1]}"#, "--octet-stream", file], "DescribeZones failed: "),
    ] {
        let (code, _, stderr) =
            output_text(&call_any_api().args(CALL).args(options).output().unwrap());
        assert_eq!((code, stderr.lines().count()), (Some(1), 1), "{stderr}");
        assert!(stderr.starts_with(told_of), "{stderr}");
    }
}

#[test]
fn events_are_printed_as_they_arrive() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let arguments = ["hunyuan", "2023-09-01", "ChatCompletions", r#"{"Stream": true}"#, "--sse"];
    let mut program = call_any_api()
        .args(arguments)
        .args(["--endpoint", &endpoint])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let mut seen = vec![0; 8192];
    assert!(stream.read(&mut seen).unwrap() > 0);
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let mut send = |piece: &str| {
        stream.write_all(piece.as_bytes()).unwrap();
        stream.flush().unwrap();
    };
    send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\nda");
    send("ta: {\"Delta\":");
    send("1}\n");
    send("\n");
    // The stream is still open, so this output was flushed.
    assert_eq!(lines.next().unwrap().unwrap(), r#"{"Delta":1}"#);
    send("data: {\ndata: \"Delta\": 2}\n\ndata: [DO");
    assert_eq!(lines.next().unwrap().unwrap(), r#"{ "Delta": 2}"#);
    send("NE]\n\n");
    assert_eq!(lines.next().unwrap().unwrap(), "[DONE]");
    send("data: {\"Response\": {\"RequestId\": \"r-1\", \"Error\": ");
    send("{\"Code\": \"A.B\", \"Message\": \"went\\nwrong\"}}}\n\n");
    let (code, _, stderr) = output_text(&program.wait_with_output().unwrap());
    assert_eq!((code, stderr.lines().count()), (Some(1), 1), "{stderr}");
    assert!(stderr.starts_with("ChatCompletions failed: A.B: went wrong (request id r-1"));
    assert!(lines.next().is_none());
}

#[test]
fn a_closed_output_is_not_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut seen = vec![0; 8192];
        assert!(stream.read(&mut seen).unwrap() > 0);
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        // Until the program has exited too.
        let event = format!("data: {}\n\n", "x".repeat(1000));
        let mut sent = stream.write_all(head.as_bytes());
        while sent.is_ok() {
            sent = stream.write_all(event.as_bytes());
        }
    });
    let mut program = call_any_api()
        .args(["a", "2020-01-01", "A", "--sse", "--endpoint", &endpoint])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(program.stdout.take());
    let (code, _, stderr) = output_text(&program.wait_with_output().unwrap());
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    server.join().unwrap();
}

#[test]
fn attempts_are_limited_by_the_option() {
    for (attempts, expected) in [("1", Some(1)), ("2", Some(0))] {
        let down = respond("503 Service Unavailable", "text/html", "down");
        let server = ScriptedServer::start(vec![down, json(GOOD)]).unwrap();
        let options = ["--attempts", attempts, "--endpoint", &server.endpoint()];
        let output = call_any_api().args(CALL).args(options).output().unwrap();
        let (code, _, stderr) = output_text(&output);
        assert_eq!(code, expected, "{stderr}");
        assert_eq!(server.requests().len().to_string(), attempts);
        let shown = stderr.contains("HTTP 503") && stderr.contains("1 attempt)");
        assert!(stderr.is_empty() || shown, "{stderr}");
    }
}

#[test]
fn calls_move_to_the_backup_endpoint_through_the_proxy() {
    let down = respond("503 Service Unavailable", "text/html", "down");
    let script = [vec![down; 5], vec![json(GOOD)]].concat();
    let proxy = ScriptedServer::start(script).unwrap();
    let url = format!("http://me:proxy-password@{}", proxy.address());
    let output = call_any_api()
        .args(CALL)
        .args(["--endpoint", "http://cvm.tencentcloudapi.com", "--proxy", &url])
        .args(["--backup-endpoint", "ap-beijing.tencentcloudapi.com", "--attempts", "6"])
        .output();
    let (code, _, stderr) = output_text(&output.unwrap());
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let received = proxy.requests();
    let lines: Vec<_> = received.iter().map(|it| it.line.trim_end()).collect();
    assert_eq!(lines[..5], ["POST http://cvm.tencentcloudapi.com/ HTTP/1.1"; 5]);
    assert_eq!(lines[5..], ["POST http://cvm.ap-beijing.tencentcloudapi.com/ HTTP/1.1"]);
    assert_eq!(received[5].header("host"), Some("cvm.ap-beijing.tencentcloudapi.com"));
    let login = received[0].header("proxy-authorization");
    assert_eq!(login, Some("Basic bWU6cHJveHktcGFzc3dvcmQ="));
}

#[test]
fn the_log_shows_the_call_and_no_secret() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sdk.log");
    let parameters = r#"{"Zone": "my-zone", "Password": "my-password-1"}"#;
    let token = ("TENCENTCLOUD_TOKEN", "my-token-12345");
    let logged = [parameters, "--log", path.to_str().unwrap()];
    let request = sent(call_any_api().env(token.0, token.1), &logged);
    let log = std::fs::read_to_string(&path).unwrap();

    let server = ScriptedServer::start(vec![json(GOOD)]).unwrap();
    let mut command = call_any_api();
    command.env(token.0, token.1).args(CALL).args([parameters, "--log", "stderr"]);
    let output = command.args(["--endpoint", &server.endpoint()]).output().unwrap();
    let (code, stdout, stderr) = output_text(&output);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(serde_json::from_str::<serde_json::Value>(&stdout).is_ok(), "{stdout}");

    let authorization = request.header("authorization").unwrap().to_owned();
    let signature = authorization.rsplit('=').next().unwrap();
    for log in [&log, &stderr] {
        for fact in [
            "action=DescribeZones",
            "sending request",
            "my-zone",
            "received response",
            "TotalCount",
        ] {
            assert!(log.contains(fact), "{fact}: {log}");
        }
        for secret in ["key-12345", token.1, "my-password-1", signature] {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
    }

    let nowhere = directory.path().join("no/such/sdk.log");
    let output = call_any_api().args(CALL).args(["--log", nowhere.to_str().unwrap()]).output();
    let (code, _, stderr) = output_text(&output.unwrap());
    assert_eq!((code, stderr.lines().count()), (Some(1), 1), "{stderr}");
    assert!(stderr.starts_with("cannot write the log to "), "{stderr}");
}

#[test]
fn a_broken_connection_is_one_line() {
    let server = ScriptedServer::start(vec![Step::default()]).unwrap();
    let options = ["--attempts", "1", "--endpoint", &server.endpoint()];
    let (code, _, stderr) = output_text(&call_any_api().args(CALL).args(options).output().unwrap());
    assert_eq!((code, stderr.lines().count()), (Some(1), 1), "{stderr}");
}
