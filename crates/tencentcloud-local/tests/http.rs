//! The server over TCP, byte by byte.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tencentcloud_common::Credential;
use tencentcloud_common::runtime::{Clock, SystemClock};
use tencentcloud_common::sign::tc3::{Payload, Request, authorization};
use tencentcloud_local::{LocalServer, StartError};

struct FixedClock(SystemTime);

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        self.0
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A response as it was received.
struct Response {
    status: String,
    headers: Vec<(String, String)>,
    json: Value,
}

impl Response {
    fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value);
        let value = found.next().unwrap_or_else(|| panic!("missing {name}: {:?}", self.headers));
        assert_eq!(found.next(), None, "duplicate {name}");
        value
    }

    fn response(&self) -> &Value {
        assert_eq!(self.status, "HTTP/1.1 200 OK");
        &self.json["Response"]
    }

    fn code(&self) -> &str {
        self.response()["Error"]["Code"].as_str().unwrap_or("ok")
    }
}

/// A keep-alive connection.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn open(server: &LocalServer) -> Self {
        Self(BufReader::new(TcpStream::connect(server.address()).unwrap()))
    }

    fn send(&mut self, head: &str, body: &[u8]) -> Response {
        let stream = self.0.get_mut();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        self.receive()
    }

    fn receive(&mut self) -> Response {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "closed after {lines:?}");
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let status = lines.remove(0);
        let headers = lines.iter().map(|line| line.split_once(": ").unwrap());
        let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let mut response = Response { status, headers: headers.collect(), json: Value::Null };
        let mut body = vec![0; response.header("content-length").parse().unwrap()];
        self.0.read_exact(&mut body).unwrap();
        response.json = serde_json::from_slice(&body).unwrap_or_default();
        response
    }
}

/// Returns the head of a signed POST.
fn head(server: &LocalServer, time: SystemTime, action: &str, body: &[u8]) -> String {
    let host = server.address().to_string();
    let timestamp = time.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let credential = server.credential();
    let authorization =
        authorization(&Request::new("cvm", &host, timestamp, Payload::Bytes(body)), &credential);
    let token = credential.token().map_or_else(String::new, |t| format!("X-TC-Token: {t}\r\n"));
    format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         X-TC-Action: {action}\r\nX-TC-Version: 2017-03-12\r\nX-TC-Region: ap-guangzhou\r\n\
         X-TC-Timestamp: {timestamp}\r\n{token}Authorization: {}\r\nContent-Length: {}\r\n\r\n",
        authorization.unwrap(),
        body.len()
    )
}

fn call(server: &LocalServer, connection: &mut Connection, action: &str, body: &[u8]) -> Response {
    connection.send(&head(server, SystemClock.now(), action, body), body)
}

#[test]
fn one_connection_serves_many_calls() {
    let server = LocalServer::start().unwrap();
    let mut connection = Connection::open(&server);
    let mut ids = Vec::new();
    for action in ["DescribeInstances", "DescribeZones", "NoSuchAction"] {
        let response = call(&server, &mut connection, action, b"{}");
        assert_eq!(response.header("content-type"), "application/json");
        let id = response.response()["RequestId"].as_str().unwrap().to_owned();
        assert_eq!(response.header("x-tc-requestid"), id);
        assert_eq!(id.len(), 36);
        ids.push(id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 3);
    let codes = server.requests();
    let codes: Vec<_> = codes.iter().map(tencentcloud_local::RecordedRequest::error_code).collect();
    assert_eq!(codes, [None, None, Some("InvalidAction")]);
}

#[test]
fn many_connections_are_served_concurrently() {
    let server = LocalServer::start().unwrap();
    let idle: Vec<_> = (0..8).map(|_| Connection::open(&server)).collect();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut connection = Connection::open(&server);
                for _ in 0..10 {
                    let response = call(&server, &mut connection, "DescribeInstances", b"{}");
                    assert_eq!(response.response()["TotalCount"], 25);
                }
            });
        }
    });
    assert_eq!(server.take_requests().len(), 80);
    assert!(server.requests().is_empty());
    drop(idle);
}

#[test]
fn chunked_bodies_are_decoded() {
    let server = LocalServer::start().unwrap();
    let body = br#"{"Limit": 1}"#;
    let head = head(&server, SystemClock.now(), "DescribeInstances", body);
    let head = head.replace("Content-Length: 12", "Transfer-Encoding: chunked");
    let chunks = b"5\r\n{\"Lim\r\n7\r\nit\": 1}\r\n0\r\n\r\n";
    let response = Connection::open(&server).send(&head, chunks);
    assert_eq!(response.response()["InstanceSet"].as_array().unwrap().len(), 1);
    assert_eq!(server.requests()[0].body(), body);
}

#[test]
fn a_body_that_is_too_large_gets_a_response() {
    let server = LocalServer::start().unwrap();
    let mut connection = Connection::open(&server);
    let large = vec![b' '; 10 * 1024 * 1024 + 1];
    assert_eq!(
        call(&server, &mut connection, "DescribeInstances", &large).code(),
        "RequestSizeLimitExceeded"
    );
    let mut fits = vec![b' '; 10 * 1024 * 1024];
    fits[..2].copy_from_slice(b"{}");
    assert_eq!(call(&server, &mut connection, "DescribeInstances", &fits).code(), "ok");
}

#[test]
fn malformed_requests_do_not_stop_the_server() {
    let server = LocalServer::start().unwrap();
    let host = server.address();
    let attacks: [Vec<u8>; 6] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n".to_vec(),
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n{".to_vec(),
        format!("POST / HTTP/1.1\r\nHost: {host}\r\nX-TC-Action: \u{ff}\r\n\r\n").into_bytes(),
        format!("GET /?{} HTTP/1.1\r\nHost: {host}\r\n\r\n", ".0".repeat(20_000)).into_bytes(),
    ];
    for attack in attacks {
        let mut stream = TcpStream::connect(host).unwrap();
        let _ = stream.write_all(&attack);
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
    let mut connection = Connection::open(&server);
    assert_eq!(call(&server, &mut connection, "DescribeInstances", b"{}").code(), "ok");
}

#[test]
fn clock_and_offset_are_configurable() {
    let server = LocalServer::builder().clock(FixedClock(at(784_111_777))).start().unwrap();
    let mut connection = Connection::open(&server);
    let mut at_time = |server: &LocalServer, seconds| {
        let head = head(server, at(seconds), "DescribeInstances", b"{}");
        connection.send(&head, b"{}")
    };
    let response = at_time(&server, 784_111_777);
    assert_eq!(response.code(), "ok");
    assert_eq!(response.header("date"), "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(at_time(&server, 784_112_077).code(), "ok");
    assert_eq!(at_time(&server, 784_112_078).code(), "AuthFailure.SignatureExpire");

    let clock = FixedClock(at(784_111_777));
    let late = LocalServer::builder().clock(clock).clock_offset(-3600).start().unwrap();
    let head = head(&late, at(784_111_777 - 3600), "DescribeInstances", b"{}");
    assert_eq!(Connection::open(&late).send(&head, b"{}").code(), "ok");
    // The largest offset does not overflow.
    let far = LocalServer::builder().clock(SystemClock).clock_offset(i64::MAX).start().unwrap();
    call(&far, &mut Connection::open(&far), "DescribeInstances", b"{}");
}

#[test]
fn recorded_requests_contain_no_secret() {
    let credential = Credential::with_token("AKIDtoken", "secret-key", "secret-token").unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::clone(&seen);
    let server = LocalServer::builder()
        .credential(credential)
        .also_accept(Credential::new("AKIDother", "k").unwrap())
        .on_request(move |request| observed.lock().unwrap().push(request.action().to_owned()))
        .start()
        .unwrap();
    let body = json!({"Limit": 3}).to_string();
    let mut connection = Connection::open(&server);
    let response = call(&server, &mut connection, "DescribeInstances", body.as_bytes());
    let requests = server.requests();
    let [request] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!(request.method(), "POST");
    assert_eq!(request.query(), "");
    assert_eq!(request.service(), "cvm");
    assert_eq!(request.action(), "DescribeInstances");
    assert_eq!(request.version(), "2017-03-12");
    assert_eq!(request.region(), "ap-guangzhou");
    assert_eq!(request.body(), body.as_bytes());
    assert_eq!(request.request_id(), response.header("x-tc-requestid"));
    assert_eq!(request.error_code(), None);
    assert_eq!(request.header("x-tc-token"), Some("***"));
    assert_eq!(request.headers()["x-tc-token"], "***");
    assert!(request.header("Authorization").unwrap().ends_with("Signature=***"));
    let output = format!("{request:?} {server:?} {:?}", LocalServer::builder());
    assert!(!output.contains("secret-") && !output.contains("Limit"), "{output}");
    assert_eq!(*seen.lock().unwrap(), ["DescribeInstances"]);
}

#[test]
fn drop_frees_the_port_and_closes_connections() {
    let server = LocalServer::start().unwrap();
    let address = server.address();
    let mut connection = Connection::open(&server);
    assert_eq!(call(&server, &mut connection, "DescribeInstances", b"{}").code(), "ok");
    let error = LocalServer::builder().port(address.port()).start().unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }));
    assert!(error.to_string().contains(&address.to_string()), "{error}");

    drop(server);
    let end = connection.0.read(&mut [0]);
    assert!(matches!(end, Ok(0)) || end.is_err(), "{end:?}");
    let refused = TcpStream::connect(address).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn it_starts_and_stops_inside_a_tokio_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let server = LocalServer::start().unwrap();
        let mut connection = Connection::open(&server);
        assert_eq!(call(&server, &mut connection, "DescribeInstances", b"{}").code(), "ok");
    });
}
