//! The end of event streams, and what does not end them.

use std::sync::mpsc;
use std::time::Duration;

use bytes::Bytes;
use tencentcloud_common::sse::Event;
use tencentcloud_common::transport::{
    BodyChunks, ChunkFuture, HttpTransport, Response, ResponseBody, SendFuture,
};
use tencentcloud_common::{ClientProfile, CommonClient, Credential, ErrorKind, HttpProfile};
use tencentcloud_tests::handler_server::HandlerServer;

use crate::{CHUNKED, TIMEOUT, chat, client_with, data, drain, start, wait_for};

#[tokio::test]
async fn an_api_error_within_the_stream_ends_it() {
    let (_server, client) = start(|connection| {
        connection.send(CHUNKED.replace("\r\nTransfer", "\r\nX-TC-RequestId: r-0\r\nTransfer"))?;
        connection.send_chunk("data: a\n\n")?;
        connection.send_chunk(concat!(
            "data: {\"Response\":{\"Error\":{\"Code\":\"InternalError\",\"Message\":\"key ",
            "secret-key-1234\"},\"RequestId\":\"r-2\"}}\n\ndata: never seen\n\n"
        ))?;
        connection.send_chunk("")
    });
    let (mut stream, metadata) = chat(&client).with_metadata().await.unwrap();
    let (events, error) = drain(&mut stream).await;
    let error = error.unwrap();
    assert_eq!(events, [Event::new("a")]);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("InternalError")));
    assert_eq!(error.request_id(), Some("r-2"));
    assert_eq!(error.trace_id(), Some(metadata.trace_id()));
    assert_eq!((error.attempts(), error.http_status().unwrap().as_u16()), (1, 200));
    assert!(error.maybe_sent());
    assert!(error.to_string().starts_with("ChatCompletions failed: InternalError"), "{error}");
    assert!(!format!("{error} {error:?}").contains("secret-key-1234"), "{error:?}");
}

#[tokio::test]
async fn a_broken_connection_returns_the_events_so_far_and_one_error() {
    let (server, client) = start(|connection| match connection.number {
        1 => {
            connection.send(CHUNKED)?;
            connection.send_chunk("data: a\n\ndata: b\n\n")?;
            connection.send_chunk("data: not whole")
        }
        // A body that is shorter than its declared length.
        2 => connection.send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 100\r\n\r\n\
             data: a\n\ndata: b\n\n",
        ),
        _ => Ok(()),
    });
    for _ in 0..2 {
        let (mut stream, metadata) = chat(&client).with_metadata().await.unwrap();
        let (events, error) = drain(&mut stream).await;
        let error = error.unwrap();
        assert_eq!(events, [Event::new("a"), Event::new("b")]);
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.maybe_sent() && error.message().contains("after 2 events"), "{error}");
        assert_eq!((error.attempts(), error.trace_id()), (1, Some(metadata.trace_id())));
    }
    assert_eq!(server.connections(), 2, "a stream is never resumed");
}

#[tokio::test]
async fn silence_within_the_stream_is_a_timeout_and_closes_the_connection() {
    let (closed, seen) = mpsc::channel();
    let server = HandlerServer::start(move |mut connection| {
        connection.receive()?;
        // In one write, so that there is no silence before the event.
        connection.send(format!("{CHUNKED}9\r\ndata: a\n\n\r\n"))?;
        connection.wait_for_close();
        closed.send(()).map_err(std::io::Error::other)
    })
    .unwrap();
    let idle = HttpProfile::builder().sse_idle_timeout(Duration::from_millis(200));
    let client = client_with(&server, idle);
    let mut stream = chat(&client).await.unwrap();
    let (events, error) = drain(&mut stream).await;
    let error = error.unwrap();
    assert_eq!(events, [Event::new("a")]);
    assert!(error.is_timeout() && error.maybe_sent(), "{error:?}");
    assert!(error.message().contains("200ms after 1 event"), "{error}");
    // The stream is not dropped yet, so the error has closed the connection.
    wait_for(seen).await;
    drop(stream);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_dropped_stream_closes_its_connection() {
    let (closed, seen) = mpsc::channel();
    let (_server, client) = start(move |connection| {
        connection.send(CHUNKED)?;
        connection.send_chunk("data: a\n\n")?;
        connection.wait_for_close();
        closed.send(()).map_err(std::io::Error::other)
    });
    let mut stream = chat(&client).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap().data, "a");
    drop(stream);
    wait_for(seen).await;
}

/// A transport with a stream of ten events, one every 50 s.
#[derive(Debug)]
struct SlowTransport;

struct SlowBody(u32);

impl HttpTransport for SlowTransport {
    fn send(&self, _: http::Request<Bytes>) -> SendFuture<'_> {
        Box::pin(async {
            let mut response = Response::new(ResponseBody::new(SlowBody(0)));
            let kind = http::HeaderValue::from_static("text/event-stream");
            response.headers_mut().insert(http::header::CONTENT_TYPE, kind);
            Ok(response)
        })
    }
}

impl BodyChunks for SlowBody {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(50)).await;
            self.0 += 1;
            Ok((self.0 <= 10).then(|| format!("data: {}\n\n", self.0).into()))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn timeouts_of_attempt_and_call_do_not_end_a_stream() {
    let http = HttpProfile::builder().req_timeout(Duration::from_secs(60)).build().unwrap();
    let client = CommonClient::builder("hunyuan", "2023-09-01")
        .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
        .profile(ClientProfile::builder().http_profile(http).build().unwrap())
        .transport(SlowTransport)
        .build()
        .unwrap();
    let mut stream = chat(&client).timeout(Duration::from_secs(70)).await.unwrap();
    assert_eq!(data(&mut stream).await.len(), 10);
}

#[tokio::test]
async fn a_stream_over_loopback_can_exceed_the_timeout_of_an_attempt() {
    let (next, wanted) = mpsc::channel::<()>();
    let wanted = std::sync::Mutex::new(wanted);
    let server = HandlerServer::start(move |mut connection| {
        connection.receive()?;
        connection.send(CHUNKED)?;
        wanted.lock().unwrap().recv_timeout(TIMEOUT).map_err(std::io::Error::other)?;
        connection.send_chunk("data: a\n\n")?;
        connection.send_chunk("")
    })
    .unwrap();
    let limit = Duration::from_secs(1);
    let client = client_with(&server, HttpProfile::builder().req_timeout(limit));
    let mut stream = chat(&client).await.unwrap();
    tokio::time::sleep(limit + limit / 10).await;
    next.send(()).unwrap();
    assert_eq!(data(&mut stream).await, ["a"]);
}
