//! The events do not depend on how the stream is split into chunks.

use std::sync::mpsc;
use std::time::Duration;

use tencentcloud_common::CommonClient;

use crate::{CHUNKED, TIMEOUT, chat, drain, start};

/// A stream with a byte order mark, a comment, all line ends, multi-line data, an event without data,
/// and no blank line at the end.
const TEXT: &str = "\u{feff}: hello\n\ndata: one\r\n\r\nid: 7\revent: delta\rdata: 未\rdata:two\r\r\
                    event: nothing\n\nretry: 1500\ndata: {\"a\": 1}\r\ndata\ndata:  x\n\n\n\
                    data: [DONE]";

fn events_of_text() -> Vec<(Option<&'static str>, &'static str, Option<&'static str>)> {
    vec![
        (None, "one", None),
        (Some("delta"), "未\ntwo", Some("7")),
        (None, "{\"a\": 1}\n\n x", Some("7")),
        (None, "[DONE]", Some("7")),
    ]
}

async fn check_text(client: &CommonClient, how: &str) {
    let (events, error) = drain(&mut chat(client).await.unwrap()).await;
    assert!(error.is_none(), "{how}: {error:?}");
    let seen: Vec<_> = events
        .iter()
        .map(|event| (event.event.as_deref(), event.data.as_str(), event.id.as_deref()))
        .collect();
    assert_eq!(seen, events_of_text(), "{how}");
    assert_eq!(events[2].retry, Some(Duration::from_millis(1500)), "{how}");
}

#[tokio::test]
async fn any_chunking_gives_the_same_events() {
    let cuts = TEXT.len();
    let (server, client) = start(move |connection| {
        // One connection serves all requests, each split at another position.
        for cut in 1..cuts {
            let (first, second) = TEXT.as_bytes().split_at(cut);
            connection.send(CHUNKED)?;
            connection.send_chunk(first)?;
            connection.send_chunk(second)?;
            connection.send_chunk("")?;
            connection.receive()?;
        }
        Ok(())
    });
    for cut in 1..cuts {
        check_text(&client, &format!("cut at {cut}")).await;
    }
    assert_eq!(server.connections(), 1, "a stream read to its end frees its connection");
}

#[tokio::test]
async fn a_body_without_a_length_gives_the_same_events() {
    let (server, client) = start(move |connection| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream; charset=utf-8\r\n\
                    Connection: close\r\n\r\n";
        connection.send(head)?;
        if connection.number == 1 {
            return connection.send(TEXT);
        }
        TEXT.as_bytes().iter().try_for_each(|byte| connection.send([*byte]))
    });
    check_text(&client, "whole").await;
    check_text(&client, "byte by byte").await;
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn events_are_available_as_they_arrive() {
    let (next, wanted) = mpsc::channel::<&str>();
    let wanted = std::sync::Mutex::new(wanted);
    let (_server, client) = start(move |connection| {
        connection.send(CHUNKED)?;
        // An event is sent only after the test has read the previous one.
        while let Ok(data) = wanted.lock().unwrap().recv_timeout(TIMEOUT) {
            connection.send_chunk(format!("data: {data}\n\n"))?;
        }
        connection.send_chunk("")
    });
    let mut stream = chat(&client).await.unwrap();
    for data in ["a", "b", "c"] {
        next.send(data).unwrap();
        assert_eq!(stream.next().await.unwrap().unwrap().data, data);
    }
    drop(next);
    assert!(stream.next().await.is_none());
}
