//! Calls of every form are retried alike: typed and dynamic ones, JSON, query, parts, octet streams
//! and streams of events, signed and not.
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
enum Form {
    Json,
    Raw,
    Query,
    Unsigned,
    OctetStream,
    Multipart,
    Events,
}

const FORMS: [Form; 7] = [
    Form::Json,
    Form::Raw,
    Form::Query,
    Form::Unsigned,
    Form::OctetStream,
    Form::Multipart,
    Form::Events,
];

fn success() -> Step {
    ok(r#"{"Response": {"RequestId": "r-1"}}"#)
}

fn client(server: &ScriptedServer, form: Form) -> (CommonClient, RecordedSleeps) {
    let method = if form == Form::Query { ReqMethod::Get } else { ReqMethod::Post };
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

async fn call(client: &CommonClient, form: Form, action: &str) -> Result<u32, Error> {
    let parameters = json!({"TopicId": "t-1"});
    let attempts = match form {
        Form::Json | Form::Query => {
            client.call_json(action, parameters).with_metadata().await?.1.attempts()
        }
        Form::Raw => client.call(action, parameters).with_metadata().await?.1.attempts(),
        Form::Unsigned => {
            client.call_json(action, parameters).skip_sign().with_metadata().await?.1.attempts()
        }
        Form::OctetStream => {
            let body = Bytes::from_static(b"\x00\x01log");
            let call = client.call_octet_stream(action, parameters, body);
            call.with_metadata().await?.1.attempts()
        }
        Form::Multipart => {
            let parts = Multipart::new().text("TopicId", "t-1").file("File", "f", &b"\x00\x01"[..]);
            client.call_multipart(action, parts).with_metadata().await?.1.attempts()
        }
        Form::Events => {
            let (mut events, metadata) =
                client.call_sse(action, parameters).with_metadata().await?;
            assert!(events.next().await.unwrap().unwrap().data.contains("r-1"));
            assert!(events.next().await.is_none());
            metadata.attempts()
        }
    };
    Ok(attempts)
}

/// A throttled call was not carried out, whatever it is.
#[tokio::test]
async fn every_form_is_repeated_as_it_was() {
    for form in FORMS {
        let throttled = api_error("RequestLimitExceeded.UinLimitExceeded");
        let server = ScriptedServer::start(vec![throttled.clone(), throttled, success()]).unwrap();
        let (client, sleeps) = client(&server, form);
        let attempts = call(&client, form, "UploadLog").await.unwrap();
        assert_eq!((attempts, sleeps.durations().len()), (3, 2), "{form:?}");
        let received = server.requests();
        let first = &received[0];
        for attempt in &received {
            assert_eq!(attempt.line, first.line, "{form:?}");
            assert_eq!(attempt.body, first.body, "{form:?}");
            for name in ["x-tc-traceid", "content-type", "x-cls-topicid"] {
                assert_eq!(attempt.header(name), first.header(name), "{form:?}");
            }
            let unsigned = attempt.header("authorization") == Some("SKIP");
            assert_eq!(unsigned, form == Form::Unsigned, "{form:?}");
        }
        assert_eq!(received.len(), 3);
    }
}

#[tokio::test]
async fn every_form_of_a_read_is_repeated_after_a_broken_connection() {
    for form in FORMS {
        for failure in [close(), reset(), respond("502 Bad Gateway", "text/html", "x")] {
            // A query has no body that could be left unread.
            if form == Form::Query && failure.reset {
                continue;
            }
            let server = ScriptedServer::start(vec![failure, success()]).unwrap();
            let (client, _) = client(&server, form);
            assert_eq!(call(&client, form, "DescribeLog").await.unwrap(), 2, "{form:?}");
            assert_eq!(server.requests().len(), 2);
        }
    }
}

#[tokio::test]
async fn no_form_of_a_write_is_repeated_after_a_broken_connection() {
    for form in FORMS {
        let server = ScriptedServer::start(vec![close(), success()]).unwrap();
        let (client, sleeps) = client(&server, form);
        let error = call(&client, form, "UploadLog").await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1), "{form:?}");
        assert!(error.maybe_sent() && sleeps.durations().is_empty());
        assert_eq!(server.requests().len(), 1);
    }
}

/// What was handed out already cannot be taken back: only the beginning of a stream is retried.
#[tokio::test]
async fn a_stream_of_events_is_retried_until_it_begins_and_not_after() {
    let events = "data: {\"r-1\": 1}\n\ndata: {\"r-1\": 2}\n\n";
    let stream = respond("200 OK", "text/event-stream", events);
    let busy = api_error("RequestLimitExceeded");
    let script = vec![busy, stream.truncated(10), success()];
    let server = ScriptedServer::start(script).unwrap();
    let (client, sleeps) = client(&server, Form::Events);
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
