//! The local endpoint accepts everything that `call_any_api` can send, so that every option can be
//! tried without an account.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use serde_json::Value;
use tencentcloud_common::Credential;
use tencentcloud_local::{LocalServer, RecordedRequest};
use tencentcloud_tests::call_any_api::{call_any_api, output_text};

const LIST: [&str; 5] =
    ["cvm", "2017-03-12", "DescribeInstances", r#"{"Limit": 2}"#, "--region=ap-guangzhou"];

fn server() -> LocalServer {
    let credential = Credential::with_token("AKIDlocal", "key-12345", "token-12345").unwrap();
    LocalServer::builder().credential(credential).start().unwrap()
}

/// Runs the program, which must succeed, and returns its output and the request.
fn run(server: &LocalServer, arguments: &[&str]) -> (String, RecordedRequest) {
    let output = call_any_api()
        .env("TENCENTCLOUD_SECRET_ID", server.secret_id())
        .env("TENCENTCLOUD_SECRET_KEY", server.secret_key())
        .env("TENCENTCLOUD_TOKEN", "token-12345")
        .args(arguments)
        .args(["--endpoint", server.endpoint()])
        .output()
        .unwrap();
    let (code, stdout, stderr) = output_text(&output);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{arguments:?}");
    (stdout, server.take_requests().remove(0))
}

#[test]
fn every_signature_and_method_is_accepted() {
    let server = server();
    for sign_method in ["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"] {
        for method in ["POST", "GET"] {
            let options = ["--sign-method", sign_method, "--method", method];
            let (stdout, received) = run(&server, &[&LIST[..], &options].concat());
            let response: Value = serde_json::from_str(&stdout).unwrap();
            let listed = response["InstanceSet"].as_array().unwrap().len();
            assert_eq!((listed, &response["TotalCount"]), (2, &Value::from(25)), "{options:?}");
            let called = [received.service(), received.action(), received.region()];
            assert_eq!(called, ["cvm", "DescribeInstances", "ap-guangzhou"], "{options:?}");
            assert_eq!((received.version(), received.method()), ("2017-03-12", method));
            let shown = format!("{received:?} {}", String::from_utf8_lossy(received.body()));
            assert!(!shown.contains("token-12345"), "{shown}");
            assert!(shown.contains("Signature=***"), "{shown}");
        }
    }
    let (_, received) = run(&server, &[&LIST[..], &["--unsigned-payload"]].concat());
    assert_eq!(received.header("x-tc-content-sha256"), Some("UNSIGNED-PAYLOAD"));
}

#[test]
fn multipart_and_octet_stream_are_accepted() {
    let server = server();
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("id.pub");
    std::fs::write(&key, "ssh-rsa AAAA").unwrap();
    let file = format!("--multipart=PublicKey=@{}", key.to_str().unwrap());
    let parameters =
        r#"{"ProjectId": 0, "TagSpecification": [{"ResourceType": "keypair", "Tags": []}]}"#;
    let import = ["cvm", "2017-03-12", "ImportKeyPair", parameters, "--region=ap-guangzhou"];
    let parts = [&import[..], &[&file, "--multipart=KeyName=my_key"]].concat();
    let (stdout, _) = run(&server, &parts);
    assert!(stdout.contains("\"KeyId\": \"skey-"), "{stdout}");

    let stream = format!("--octet-stream={}", key.to_str().unwrap());
    let (stdout, received) = run(&server, &[&LIST[..], &[&stream]].concat());
    let response: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(response["InstanceSet"].as_array().unwrap().len(), 2, "the limit is in a header");
    assert_eq!(received.body(), b"ssh-rsa AAAA");
}

#[test]
fn event_streams_and_unsigned_calls_are_accepted() {
    let server = server();
    let ask = |stream: bool| {
        format!(
            r#"{{"Model": "m", "Messages": [{{"Role": "user", "Content": "a b"}}], "Stream": {stream}}}"#
        )
    };
    let chat = ["hunyuan", "2023-09-01", "ChatCompletions"];
    let (stdout, _) = run(&server, &[&chat[..], &[&ask(true), "--sse"]].concat());
    let events: Vec<Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let words: String = events
        .iter()
        .map(|event| event["Choices"][0]["Delta"]["Content"].as_str().unwrap())
        .collect();
    assert_eq!((words.as_str(), events.len()), ("You said: a b", 5));
    assert_eq!(events[4]["Choices"][0]["FinishReason"], "stop");
    let (stdout, _) = run(&server, &[&chat[..], &[&ask(false)]].concat());
    assert!(stdout.contains("\"Content\": \"You said: a b\""), "{stdout}");

    let parameters = r#"{"ProviderId": "p", "WebIdentityToken": "t",
        "RoleArn": "qcs::cam::uin/1:roleName/r", "RoleSessionName": "s"}"#;
    let assume = ["sts", "2018-08-13", "AssumeRoleWithWebIdentity", parameters, "--skip-sign"];
    let (stdout, received) = run(&server, &assume);
    assert!(stdout.contains("TmpSecretId"), "{stdout}");
    assert_eq!((received.service(), received.header("x-tc-token")), ("sts", None));
}
