//! Requests that are signed without a client, sent over a plain connection, and verified by the local
//! endpoint.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tencentcloud_common::profile::{Endpoint, Protocol};
use tencentcloud_common::protocol::query::{flatten, to_query};
use tencentcloud_common::runtime::{Clock, Random, SystemRandom};
use tencentcloud_common::sign::presign::Presign;
use tencentcloud_common::sign::tc3::{
    Payload, Request, SigningKey, authorization, authorization_with_key, date,
};
use tencentcloud_common::sign::v1::Algorithm;
use tencentcloud_common::{Credential, Multipart};
use tencentcloud_local::LocalServer;

const NOW: u64 = 1_700_000_000;

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(NOW)
    }
}

fn credential() -> Credential {
    Credential::with_token("AKIDalone", "secret-key-1234", "secret-token-1234").unwrap()
}

fn server() -> LocalServer {
    LocalServer::builder().credential(credential()).clock(FixedClock).start().unwrap()
}

/// A request that a program sends itself.
struct PlainRequest<'a> {
    method: &'a str,
    query: &'a str,
    content_type: &'a str,
    body: &'a [u8],
    unsigned: bool,
}

const POST: PlainRequest<'_> = PlainRequest {
    method: "POST",
    query: "",
    content_type: "application/json",
    body: b"{}",
    unsigned: false,
};

impl PlainRequest<'_> {
    /// Returns the `Authorization` that `sign` creates for the request.
    fn signed(&self, host: &str, sign: impl FnOnce(&Request<'_>) -> String) -> String {
        let payload = if self.unsigned { Payload::Unsigned } else { Payload::Bytes(self.body) };
        sign(
            &Request::new("cvm", host, NOW, payload)
                .method(self.method)
                .query(self.query)
                .content_type(self.content_type),
        )
    }

    /// Sends `body` with the headers that the documentation of `sign` names, and returns `Response`.
    fn send(&self, server: &LocalServer, authorization: &str, body: &[u8]) -> Value {
        let host = server.address().to_string();
        let target = match self.query {
            "" => "/".to_owned(),
            query => format!("/?{query}"),
        };
        let mut head = format!(
            "{} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {}\r\n\
             Authorization: {authorization}\r\nX-TC-Action: DescribeInstances\r\n\
             X-TC-Version: 2017-03-12\r\nX-TC-Timestamp: {NOW}\r\nX-TC-Region: ap-guangzhou\r\n\
             X-TC-Token: {}\r\nContent-Length: {}\r\nConnection: close\r\n",
            self.method,
            self.content_type,
            credential().token().unwrap(),
            body.len(),
        );
        if self.unsigned {
            head.push_str("X-TC-Content-SHA256: UNSIGNED-PAYLOAD\r\n");
        }
        head.push_str("\r\n");
        exchange(server, &[head.as_bytes(), body].concat())
    }

    fn call(&self, server: &LocalServer, body: &[u8]) -> Value {
        let host = server.address().to_string();
        let header = self.signed(&host, |request| authorization(request, &credential()).unwrap());
        self.send(server, &header, body)
    }
}

/// Sends a request and returns `Response`.
fn exchange(server: &LocalServer, request: &[u8]) -> Value {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(request).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (_, body) = response.split_once("\r\n\r\n").unwrap();
    serde_json::from_str::<Value>(body).unwrap()["Response"].take()
}

#[track_caller]
fn code(response: &Value) -> &str {
    response["Error"]["Code"].as_str().unwrap_or("ok")
}

fn parameters() -> Value {
    json!({"Limit": 1, "Filters": [{"Name": "instance-name", "Values": ["未命名", "a b&c=d/+~*%"]}]})
}

#[test]
fn a_json_body() {
    let server = server();
    let body = parameters().to_string();
    let sender = PlainRequest { body: body.as_bytes(), ..POST };
    let response = sender.call(&server, body.as_bytes());
    assert_eq!((code(&response), response["TotalCount"].as_u64()), ("ok", Some(0)), "{response}");
    // The endpoint verifies: another body than the signed one is an error.
    let response = sender.call(&server, b"{}");
    assert_eq!(code(&response), "AuthFailure.SignatureFailure");
}

#[test]
fn a_query() {
    let server = server();
    let query = to_query(&flatten(parameters().to_string().as_bytes()).unwrap());
    let content_type = "application/x-www-form-urlencoded";
    let sender = PlainRequest { method: "GET", query: &query, content_type, body: b"", ..POST };
    let response = sender.call(&server, b"");
    assert_eq!((code(&response), response["TotalCount"].as_u64()), ("ok", Some(0)), "{response}");
    let received = server.requests();
    assert_eq!(received[0].query(), query);
}

#[test]
fn an_unsigned_payload() {
    let server = server();
    let sender = PlainRequest { unsigned: true, ..POST };
    for body in [b"{}".as_slice(), br#"{"Limit": 1}"#] {
        assert_eq!(code(&sender.call(&server, body)), "ok");
    }
}

#[test]
fn a_multipart_body() {
    let server = server();
    let parts = || Multipart::new().text("Limit", "1").json("Filters", &parameters()["Filters"]);
    let hostile = parts().file("Fi\"le", "a\"\r\nb.bin", vec![0, 255, 13, 10]);
    // A part name with special characters does not change the structure: it is an unknown parameter.
    for (parts, expected) in [(parts(), "ok"), (hostile, "UnknownParameter")] {
        let (content_type, body) = parts.into_body(&|bytes| SystemRandom.fill(bytes)).unwrap();
        let sender = PlainRequest { content_type: &content_type, body: &body, ..POST };
        let response = sender.call(&server, &body);
        assert_eq!(code(&response), expected, "{response}");
        match expected {
            "ok" => assert_eq!(response["TotalCount"], 0),
            _ => assert!(response["Error"]["Message"].as_str().unwrap().contains("Fi%22le")),
        }
        assert_eq!(code(&sender.call(&server, b"x")), "AuthFailure.SignatureFailure");
    }
}

#[test]
fn an_octet_stream() {
    let server = server();
    let body = [0, 255, 13, 10];
    let sender = PlainRequest { content_type: "application/octet-stream", body: &body, ..POST };
    assert_eq!(code(&sender.call(&server, &body)), "ok");
    assert_eq!(code(&sender.call(&server, b"x")), "AuthFailure.SignatureFailure");
}

/// The URL alone is enough for the request.
#[test]
fn a_presigned_url() {
    let server = server();
    let host = server.address().to_string();
    let endpoint = Endpoint::parse(&host, Protocol::Http).unwrap();
    for algorithm in [Algorithm::HmacSha1, Algorithm::HmacSha256] {
        let url = Presign::new(&endpoint, "DescribeInstances", "2017-03-12")
            .algorithm(algorithm)
            .region("ap-guangzhou")
            .parameters(&parameters())
            .url(&credential(), NOW, 8_429_172)
            .unwrap();
        let target = url.as_str().strip_prefix(&format!("http://{host}")).unwrap();
        let get = |target: &str| {
            let head =
                format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            exchange(&server, head.as_bytes())
        };
        let response = get(target);
        assert_eq!((code(&response), response["TotalCount"].as_u64()), ("ok", Some(0)));
        let other = target.replace("Limit=1", "Limit=2");
        assert_ne!(other, target);
        assert_eq!(code(&get(&other)), "AuthFailure.SignatureFailure");
    }
}

#[test]
fn one_signing_key_for_many_requests() {
    let server = server();
    let host = server.address().to_string();
    let key = SigningKey::derive(credential().secret_key(), &date(NOW).unwrap(), "cvm");
    for limit in 1..=3 {
        let body = json!({ "Limit": limit }).to_string();
        let sender = PlainRequest { body: body.as_bytes(), ..POST };
        let header = sender.signed(&host, |request| {
            authorization_with_key(request, credential().secret_id(), &key).unwrap()
        });
        assert_eq!(code(&sender.send(&server, &header, body.as_bytes())), "ok");
    }
}
