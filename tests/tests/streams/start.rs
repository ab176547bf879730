//! The start of event streams: until a stream has started, the call behaves like any other.

use std::io::Write as _;
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use tencentcloud_common::{ErrorKind, HttpProfile};
use tencentcloud_tests::handler_server::HandlerServer;

use crate::{CHUNKED, TIMEOUT, chat, client_with, data, drain, start, wait_for};

#[tokio::test]
async fn plain_json_is_one_event_and_an_api_error_is_an_error_of_the_call() {
    let (_server, client) = start(|connection| {
        connection.send_json(r#"{"Response":{"Choices":[{"N":1.50}],"RequestId":"r-1"}}"#)?;
        connection.receive()?;
        connection.send_json(
            r#"{"Response":{"Error":{"Code":"LimitExceeded","Message":"no"},"RequestId":"r-2"}}"#,
        )?;
        connection.receive()?;
        connection.send_json("<html>")
    });
    let (mut stream, metadata) = chat(&client).with_metadata().await.unwrap();
    assert_eq!((stream.request_id(), metadata.request_id()), (Some("r-1"), Some("r-1")));
    assert_eq!(data(&mut stream).await, [r#"{"Choices":[{"N":1.50}],"RequestId":"r-1"}"#]);

    let error = chat(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("LimitExceeded")));
    assert_eq!(error.request_id(), Some("r-2"));

    let error = chat(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.message().contains("<html>"), "{error}");
}

#[tokio::test]
async fn an_event_stream_that_contains_a_document_is_an_error_of_the_call() {
    let (server, client) = start(|connection| {
        let body = match connection.number {
            1 => "{\"error\": \"busy\"}\n",
            2 => "{\"Response\": {\"Error\": {\"Code\": \"A.B\", \"Message\": {\"a\": 1}}}}",
            _ => "{\"Response\": {\"Text\": \"hi\"}}\n\n",
        };
        connection.send(CHUNKED.replace("\r\nTransfer", "\r\nConnection: close\r\nTransfer"))?;
        connection.send_chunk(body)?;
        connection.send_chunk("")
    });
    let (events, error) = drain(&mut chat(&client).await.unwrap()).await;
    let error = error.unwrap();
    assert!(events.is_empty());
    assert_eq!(error.kind(), ErrorKind::Response);
    let expected = "the stream contains neither events nor a response of the API";
    assert!(error.message().starts_with(expected), "{error}");
    assert!(error.message().ends_with("(text/event-stream): {\"error\": \"busy\"}"), "{error}");
    let (_, error) = drain(&mut chat(&client).await.unwrap()).await;
    let error = error.unwrap();
    assert_eq!((error.code(), error.message()), (Some("A.B"), "{\"a\": 1}"));
    assert_eq!(data(&mut chat(&client).await.unwrap()).await, ["{\"Text\": \"hi\"}"]);
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn the_start_of_a_stream_has_the_timeout_of_an_attempt() {
    let server = HandlerServer::start(|mut connection| {
        connection.receive()?;
        connection.wait_for_close();
        Ok(())
    })
    .unwrap();
    let client =
        client_with(&server, HttpProfile::builder().req_timeout(Duration::from_millis(200)));
    let error = chat(&client).await.unwrap_err();
    assert!(error.is_timeout() && error.maybe_sent(), "{error:?}");
    assert_eq!(error.attempts(), 1);
    let limit = Duration::from_millis(100);
    let client = client_with(&server, HttpProfile::builder());
    let error = chat(&client).timeout(limit).await.unwrap_err();
    assert!(error.is_timeout() && error.message().contains("100ms"), "{error:?}");
}

#[tokio::test]
async fn a_stream_is_retried_until_it_starts_and_not_after() {
    let server = HandlerServer::start(|mut connection| {
        connection.receive()?;
        if connection.number < 3 {
            // An error page is not a stream, even with this content type.
            return connection.send(
                "HTTP/1.1 503 Busy\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n\
                 data: busy\n\n",
            );
        }
        connection.send(CHUNKED)?;
        connection.send_chunk("data: a\n\n")
    })
    .unwrap();
    let client = client_with(&server, HttpProfile::builder());
    let call = client.call_sse("DescribeStream", json!({}));
    let (mut stream, metadata) = call.with_metadata().await.unwrap();
    assert_eq!((metadata.attempts(), server.connections()), (3, 3));
    let (events, error) = drain(&mut stream).await;
    let error = error.unwrap();
    assert_eq!((events.len(), error.kind(), error.attempts()), (1, ErrorKind::Transport, 3));
    assert_eq!(server.connections(), 3);

    // A call that can have an effect is not retried.
    let server = HandlerServer::start(|mut connection| {
        connection.receive()?;
        connection.send("HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\n")
    })
    .unwrap();
    let error = chat(&client_with(&server, HttpProfile::builder())).await.unwrap_err();
    assert_eq!((error.http_status().unwrap().as_u16(), error.attempts()), (503, 1));
}

#[tokio::test]
async fn a_stream_has_metadata_without_a_body() {
    let (server, client) = start(|connection| {
        connection.send(CHUNKED.replace("\r\nTransfer", "\r\nX-TC-RequestId: r-9\r\nTransfer"))?;
        connection.send_chunk("data: a\n\n")?;
        connection.send_chunk("")
    });
    let (mut stream, metadata) = chat(&client).with_metadata().await.unwrap();
    assert_eq!((stream.request_id(), metadata.request_id()), (Some("r-9"), Some("r-9")));
    assert!(metadata.body().is_none());
    assert_eq!((metadata.http_status().as_u16(), metadata.attempts()), (200, 1));
    assert_eq!(metadata.headers()["content-type"], "text/event-stream");
    assert_eq!(metadata.endpoint().to_string(), format!("{}/", server.endpoint()));
    let request = &server.requests()[0];
    assert_eq!(request.header("x-tc-traceid"), Some(metadata.trace_id()));
    assert_eq!(request.body, br#"{"Stream":true}"#);
    assert_eq!(data(&mut stream).await, ["a"]);
}

#[tokio::test]
async fn a_stream_with_an_unknown_compression_is_an_error() {
    let (closed, seen) = mpsc::channel();
    let (server, client) = start(move |connection| {
        let coding = ["identity", "br"][connection.number - 1];
        // Each call opens its own connection, however late the other end closes.
        let coding = format!("\r\nConnection: close\r\nContent-Encoding: {coding}\r\nTransfer");
        connection.send(CHUNKED.replace("\r\nTransfer", &coding))?;
        connection.send_chunk("data: a\n\n")?;
        if connection.number > 1 {
            connection.wait_for_close();
            return closed.send(()).map_err(std::io::Error::other);
        }
        connection.send_chunk("")?;
        Ok(())
    });
    let call = || client.call_sse("DescribeStream", json!({}));
    assert_eq!(data(&mut call().await.unwrap()).await, ["a"]);
    let error = call().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Response, 1));
    assert!(error.message().contains("has the Content-Encoding \"br\""), "{error}");
    assert!(error.maybe_sent() && error.http_status().is_some());
    wait_for(seen).await;
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_compressed_stream_is_read_event_by_event() {
    let (next, wanted) = mpsc::channel::<()>();
    let wanted = Mutex::new(wanted);
    let (_server, client) = start(move |connection| {
        let coding = "\r\nContent-Encoding: gzip\r\nTransfer";
        connection.send(CHUNKED.replace("\r\nTransfer", coding))?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        for event in ["data: a\n\n", "data: b\n\n", ""] {
            encoder.write_all(event.as_bytes())?;
            if event.is_empty() {
                encoder.try_finish()?;
            } else {
                encoder.flush()?;
            }
            let bytes = std::mem::take(encoder.get_mut());
            let head = format!("{:x}\r\n", bytes.len());
            connection.send([head.as_bytes(), &bytes, b"\r\n"].concat())?;
            // Nothing more is sent before the test has read the event.
            let wanted = wanted.lock().unwrap();
            wanted.recv_timeout(TIMEOUT).map_err(std::io::Error::other)?;
        }
        connection.send_chunk("")
    });
    let mut stream = chat(&client).await.unwrap();
    for expected in ["a", "b"] {
        assert_eq!(stream.next().await.unwrap().unwrap().data, expected);
        next.send(()).unwrap();
    }
    next.send(()).unwrap();
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_call_that_does_not_read_events_is_an_error() {
    let (_server, client) = start(|connection| {
        connection.send(CHUNKED)?;
        connection.send_chunk("data: a\n\n")?;
        connection.send_chunk("")
    });
    let error = client.call_json("ChatCompletions", json!({})).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.message().contains("an event stream, which this call cannot read"));
}
