//! Retries of calls in every encoding: typed and dynamic calls, JSON, query, multipart, octet stream
//! and event stream, signed and unsigned.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tencentcloud_common::profile::ReqMethod;
use tencentcloud_common::{
    ClientProfile, CommonClient, Credential, Error, ErrorKind, HttpProfile, Multipart,
};
use tencentcloud_tests::fakes::{ConstantRandom, RecordedSleeps};
use tencentcloud_tests::scripted_server::{
    ScriptedServer, Step, api_error, close, json as ok, reset, respond,
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Encoding {
    Json,
    Raw,
    Query,
    Unsigned,
    OctetStream,
    Multipart,
    Events,
}

const ENCODINGS: [Encoding; 7] = [
    Encoding::Json,
    Encoding::Raw,
    Encoding::Query,
    Encoding::Unsigned,
    Encoding::OctetStream,
    Encoding::Multipart,
    Encoding::Events,
];

fn success() -> Step {
    ok(r#"{"Response": {"RequestId": "r-1"}}"#)
}

fn client(server: &ScriptedServer, encoding: Encoding) -> (CommonClient, RecordedSleeps) {
    let method = if encoding == Encoding::Query { ReqMethod::Get } else { ReqMethod::Post };
    let http = HttpProfile::builder().endpoint(server.endpoint()).req_method(method).build();
    let profile = ClientProfile::builder().http_profile(http.unwrap()).build().unwrap();
    let sleeps = RecordedSleeps::default();
    let client = CommonClient::builder("cls", "2020-10-16")
        .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
        .region("ap-shanghai")
        .profile(profile)
        .sleep(sleeps.clone())
        .random(ConstantRandom(0xff))
        .build();
    (client.unwrap(), sleeps)
}

async fn call(client: &CommonClient, encoding: Encoding, action: &str) -> Result<u32, Error> {
    let parameters = json!({"TopicId": "t-1"});
    let attempts = match encoding {
        Encoding::Json | Encoding::Query => {
            client.call_json(action, parameters).with_metadata().await?.1.attempts()
        }
        Encoding::Raw => client.call(action, parameters).with_metadata().await?.1.attempts(),
        Encoding::Unsigned => {
            client.call_json(action, parameters).skip_sign().with_metadata().await?.1.attempts()
        }
        Encoding::OctetStream => {
            let body = Bytes::from_static(b"\x00\x01log");
            let call = client.call_octet_stream(action, parameters, body);
            call.with_metadata().await?.1.attempts()
        }
        Encoding::Multipart => {
            let parts = Multipart::new().text("TopicId", "t-1").file("File", "f", &b"\x00\x01"[..]);
            client.call_multipart(action, parts).with_metadata().await?.1.attempts()
        }
        Encoding::Events => {
            let (mut events, metadata) =
                client.call_sse(action, parameters).with_metadata().await?;
            assert!(events.next().await.unwrap().unwrap().data.contains("r-1"));
            assert!(events.next().await.is_none());
            metadata.attempts()
        }
    };
    Ok(attempts)
}

/// A throttled call was not executed.
#[tokio::test]
async fn every_encoding_is_retried_unchanged() {
    for encoding in ENCODINGS {
        let throttled = api_error("RequestLimitExceeded.UinLimitExceeded");
        let server = ScriptedServer::start(vec![throttled.clone(), throttled, success()]).unwrap();
        let (client, sleeps) = client(&server, encoding);
        let attempts = call(&client, encoding, "UploadLog").await.unwrap();
        assert_eq!((attempts, sleeps.durations().len()), (3, 2), "{encoding:?}");
        let received = server.requests();
        let first = &received[0];
        for attempt in &received {
            assert_eq!(attempt.line, first.line, "{encoding:?}");
            assert_eq!(attempt.body, first.body, "{encoding:?}");
            for name in ["x-tc-traceid", "content-type", "x-cls-topicid"] {
                assert_eq!(attempt.header(name), first.header(name), "{encoding:?}");
            }
            let unsigned = attempt.header("authorization") == Some("SKIP");
            assert_eq!(unsigned, encoding == Encoding::Unsigned, "{encoding:?}");
        }
        assert_eq!(received.len(), 3);
    }
}

#[tokio::test]
async fn every_encoding_of_a_read_is_retried_after_a_broken_connection() {
    for encoding in ENCODINGS {
        for failure in [close(), reset(), respond("502 Bad Gateway", "text/html", "x")] {
            // A query has no body that can stay unread.
            if encoding == Encoding::Query && failure.reset {
                continue;
            }
            let server = ScriptedServer::start(vec![failure, success()]).unwrap();
            let (client, _) = client(&server, encoding);
            assert_eq!(call(&client, encoding, "DescribeLog").await.unwrap(), 2, "{encoding:?}");
            assert_eq!(server.requests().len(), 2);
        }
    }
}

#[tokio::test]
async fn no_encoding_of_a_write_is_retried_after_a_broken_connection() {
    for encoding in ENCODINGS {
        let server = ScriptedServer::start(vec![close(), success()]).unwrap();
        let (client, sleeps) = client(&server, encoding);
        let error = call(&client, encoding, "UploadLog").await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1), "{encoding:?}");
        assert!(error.maybe_sent() && sleeps.durations().is_empty());
        assert_eq!(server.requests().len(), 1);
    }
}

/// Events that the caller already has cannot be taken back, so a stream is retried only until it
/// starts.
#[tokio::test]
async fn an_event_stream_is_retried_until_it_starts_and_not_after() {
    let events = "data: {\"r-1\": 1}\n\ndata: {\"r-1\": 2}\n\n";
    let stream = respond("200 OK", "text/event-stream", events);
    let busy = api_error("RequestLimitExceeded");
    let script = vec![busy, stream.truncated(10), success()];
    let server = ScriptedServer::start(script).unwrap();
    let (client, sleeps) = client(&server, Encoding::Events);
    let (mut stream, metadata) =
        client.call_sse("ChatLog", json!({})).with_metadata().await.unwrap();
    assert_eq!(metadata.attempts(), 2);
    assert_eq!(stream.next().await.unwrap().unwrap().data, "{\"r-1\": 1}");
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 2));
    assert!(error.maybe_sent());
    assert!(stream.next().await.is_none());
    assert_eq!(sleeps.durations(), [Duration::from_millis(500)]);
    assert_eq!(server.requests().len(), 2);
}
