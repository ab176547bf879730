//! Event streams as iterators.

use std::sync::mpsc;

use serde_json::json;
use tencentcloud_common::blocking::Events;
use tencentcloud_common::{CommonClient, ErrorKind};
use tencentcloud_tests::handler_server::{Connection, HandlerServer};

use crate::{client, wait_for};

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                    Transfer-Encoding: chunked\r\n\r\n";

fn serving(
    serve: impl Fn(&mut Connection) -> std::io::Result<()> + Send + Sync + 'static,
) -> (HandlerServer, CommonClient) {
    let server = HandlerServer::start(move |mut connection| {
        connection.receive()?;
        connection.send(HEAD)?;
        connection.send_chunk("data: a\n\n")?;
        serve(&mut connection)
    })
    .unwrap();
    let client = client(&server);
    (server, client)
}

fn events(client: &CommonClient) -> Events {
    client.call_sse("ChatCompletions", json!({"Stream": true})).events_blocking().unwrap()
}

#[test]
fn events_arrive_one_by_one() {
    let (_server, client) = serving(|connection| {
        connection.send_chunk("data: b\n\n")?;
        connection.send_chunk("data: c")?;
        connection.send_chunk("")
    });
    let mut events = events(&client);
    // The stream works after its client is dropped.
    drop(client);
    let data: Vec<_> = events.by_ref().map(|event| event.unwrap().data).collect();
    assert_eq!(data, ["a", "b", "c"]);
    assert!(events.next().is_none());
}

#[tokio::test]
async fn an_error_within_the_stream_is_the_last_item() {
    let (_server, client) = serving(|connection| connection.send_chunk("data: not whole"));
    let mut events = events(&client);
    assert_eq!(events.next().unwrap().unwrap().data, "a");
    let error = events.next().unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    assert!(events.next().is_none() && events.next().is_none());
}

#[test]
fn dropping_the_stream_closes_the_connection() {
    let (closed, seen) = mpsc::channel();
    let (_server, client) = serving(move |connection| {
        connection.wait_for_close();
        closed.send(()).map_err(std::io::Error::other)
    });
    // Before the first event, after it, and when the stream is the last user of the thread.
    drop(events(&client));
    wait_for(&seen);
    let mut one = events(&client);
    assert_eq!(one.next().unwrap().unwrap().data, "a");
    drop(one);
    wait_for(&seen);
    let last = events(&client);
    drop(client);
    drop(last);
    wait_for(&seen);
}

#[test]
fn a_stream_that_does_not_start_is_an_error_of_the_call() {
    let server = HandlerServer::start(|mut connection| {
        connection.receive()?;
        connection.send_json(
            r#"{"Response": {"Error": {"Code": "A.B", "Message": "no"}, "RequestId": "r-1"}}"#,
        )
    })
    .unwrap();
    let error = client(&server).call_sse("ChatCompletions", json!({})).events_blocking();
    assert_eq!(error.unwrap_err().code(), Some("A.B"));
}
