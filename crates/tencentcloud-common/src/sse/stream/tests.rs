mod edge_cases;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::{advance, sleep, timeout};

use super::*;
use crate::transport::{BodyChunks, ChunkFuture, TransportErrorKind};

const IDLE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy)]
enum Step {
    Chunk(&'static str),
    Wait(Duration),
    Break,
    Hang,
}
use Step::{Break, Chunk, Hang, Wait};

/// A body that follows a script. A dropped read loses its step.
struct Script {
    steps: VecDeque<Step>,
    dropped: Arc<AtomicBool>,
}

impl BodyChunks for Script {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        Box::pin(async move {
            loop {
                match self.steps.pop_front() {
                    None => return Ok(None),
                    Some(Chunk(text)) => return Ok(Some(text.into())),
                    Some(Wait(time)) => sleep(time).await,
                    Some(Hang) => std::future::pending().await,
                    Some(Break) => {
                        return Err(TransportError::new(TransportErrorKind::Broken, "reset"));
                    }
                }
            }
        })
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::SeqCst);
    }
}

fn options() -> StreamOptions {
    StreamOptions {
        idle_timeout: IDLE,
        max_event_size: 1000,
        request_id: Some("r-header".to_owned()),
        span: Span::none(),
        on_error: Box::new(|error| {
            error.redacted(&[]).with_call("Chat".into(), Some("t-1".to_owned()), 1)
        }),
    }
}

fn stream(steps: &[Step]) -> (EventStream, Arc<AtomicBool>) {
    let dropped = Arc::new(AtomicBool::new(false));
    let script = Script { steps: steps.iter().copied().collect(), dropped: dropped.clone() };
    (EventStream::new(ResponseBody::new(script), options()), dropped)
}

async fn data(events: &mut EventStream) -> String {
    events.next().await.expect("an event follows").unwrap().data
}

/// Returns the next error, and checks that the stream and the connection end with it.
async fn last_error(events: &mut EventStream, dropped: &AtomicBool) -> Error {
    let error = events.next().await.expect("an error follows").unwrap_err();
    assert!(dropped.load(Ordering::SeqCst));
    assert!(events.next().await.is_none());
    assert_eq!((error.action(), error.trace_id()), (Some("Chat"), Some("t-1")));
    assert!(error.maybe_sent());
    error
}

#[tokio::test]
async fn events_do_not_depend_on_chunks() {
    let (mut events, dropped) =
        stream(&[Chunk("data: a\n\ndata: b\n\nda"), Chunk(""), Chunk("ta: c\n"), Chunk("data: d")]);
    for expected in ["a", "b", "c\nd"] {
        assert_eq!(data(&mut events).await, expected);
    }
    assert!(events.next().await.is_none());
    assert!(events.next().await.is_none());
    assert!(dropped.load(Ordering::SeqCst));
    assert_eq!(events.request_id(), Some("r-header"));
    let shown =
        "EventStream { request_id: Some(\"r-header\"), events: 3, bytes: 33, ended: true, .. }";
    assert_eq!(format!("{events:?}"), shown);
}

#[tokio::test]
async fn it_implements_the_stream_trait() {
    let (mut events, _) = stream(&[Chunk("data: a\n\ndata: [DONE]\n\n")]);
    let mut datas = Vec::new();
    while let Some(event) =
        poll_fn(|context| Stream::poll_next(Pin::new(&mut events), context)).await
    {
        datas.push(event.unwrap().data);
    }
    assert_eq!(datas, ["a", "[DONE]"]);
}

#[tokio::test]
async fn a_broken_connection_is_an_error_after_the_events_before_it() {
    let (mut events, dropped) = stream(&[Chunk("data: a\n\ndata: hal"), Break]);
    assert_eq!(data(&mut events).await, "a");
    let error = last_error(&mut events, &dropped).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
    let expected =
        "the stream was interrupted after 1 event (18 bytes): the connection broke: reset";
    assert_eq!(error.message(), expected);
    assert_eq!(error.request_id(), Some("r-header"));
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test(start_paused = true)]
async fn an_idle_stream_times_out() {
    let nearly = Duration::from_secs(29);
    let steps = [Wait(nearly), Chunk(": ping\n"), Wait(nearly), Chunk("data: a\n\n"), Hang];
    let (mut events, dropped) = stream(&steps);
    // A comment restarts the idle timeout.
    assert_eq!(data(&mut events).await, "a");
    // The time between two calls of `next` does not count.
    advance(IDLE * 2).await;
    assert!(timeout(nearly, events.next()).await.is_err(), "the timeout has not expired");
    let error = last_error(&mut events, &dropped).await;
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let expected = "the stream sent nothing for 30s after 1 event (16 bytes): raise \
                    `sse_idle_timeout` if that is expected";
    assert_eq!(error.message(), expected);
}

#[tokio::test(start_paused = true)]
async fn dropped_reads_do_not_restart_the_idle_timeout() {
    let (mut events, _) = stream(&[Hang]);
    let mut timeouts = 0;
    let error = loop {
        // Each timeout drops the future of `next`.
        match timeout(Duration::from_secs(1), events.next()).await {
            Ok(event) => break event.unwrap().unwrap_err(),
            Err(_) => timeouts += 1,
        }
        assert!(timeouts < 60, "each read restarts the idle timeout");
    };
    assert!(error.is_timeout());
    assert!((29..=30).contains(&timeouts), "{timeouts}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_read_loses_nothing() {
    let second = Duration::from_secs(1);
    let steps = [Chunk("data: a\nda"), Wait(second * 5), Chunk("ta: b\n\n"), Wait(second), Break];
    let (mut events, _) = stream(&steps);
    for _ in 0..4 {
        assert!(timeout(second, events.next()).await.is_err());
    }
    assert_eq!(data(&mut events).await, "a\nb");
}

#[tokio::test]
async fn an_error_of_the_api_in_an_event_is_an_error() {
    let failure = "data: {\"Response\": {\"Error\": {\"Code\": \"LimitExceeded.X\", \"Message\": \
                   \"too much\"}, \"RequestId\": \"r-event\"}}\n\n";
    let (mut events, dropped) =
        stream(&[Chunk("data: a\n\n"), Chunk(failure), Chunk("data: b\n\n")]);
    assert_eq!(data(&mut events).await, "a");
    let error = last_error(&mut events, &dropped).await;
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!((error.code(), error.message()), (Some("LimitExceeded.X"), "too much"));
    assert_eq!(error.request_id(), Some("r-event"));
    // The last event may have no blank line.
    let (mut events, dropped) = stream(&[Chunk(failure.trim_end())]);
    assert_eq!(last_error(&mut events, &dropped).await.code(), Some("LimitExceeded.X"));
}

#[tokio::test]
async fn other_data_is_an_ordinary_event() {
    let datas = [
        r#"{"ErrorMsg": {"Msg": "busy", "Code": 4001}}"#,
        r#"{"Response": {"RequestId": "r-1"}}"#,
        r#"{"Response": "text", "Error": {"Code": "A"}}"#,
        r#"{"Response": {"Error": {"Code": ""}}}"#,
        r#"{"Choices": [{"Delta": {"Content": "{\"Response\":{\"Error\":{\"Code\":\"A\"}}}"}}]}"#,
        r#"say "Response""#,
        r#"{"Response": {"Error"#,
    ];
    for text in datas {
        let body = ResponseBody::from(format!("data: {text}\n\n"));
        let mut events = EventStream::new(body, options());
        assert_eq!(data(&mut events).await, text);
    }
}

#[tokio::test]
async fn an_event_that_is_too_large_is_an_error() {
    let body = format!("data: a\n\ndata: {}\n\n", "x".repeat(1000));
    let mut events = EventStream::new(ResponseBody::from(body), options());
    assert_eq!(data(&mut events).await, "a");
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    let expected = "an event is larger than 1000 bytes after 1 event (1017 bytes): raise \
                    `max_response_size`";
    assert_eq!(error.message(), expected);
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    let (events, dropped) = stream(&[Hang]);
    drop(events);
    assert!(dropped.load(Ordering::SeqCst), "before the first read");
    let (mut events, dropped) = stream(&[Hang]);
    let mut context = Context::from_waker(std::task::Waker::noop());
    assert!(events.poll(&mut context).is_pending());
    assert!(!dropped.load(Ordering::SeqCst));
    drop(events);
    assert!(dropped.load(Ordering::SeqCst), "during a read");
}

#[test]
fn outside_a_runtime_it_is_an_error_and_not_a_panic() {
    let (mut events, _) = stream(&[Chunk("data: a\n\n")]);
    let mut context = Context::from_waker(std::task::Waker::noop());
    let Poll::Ready(Some(Err(error))) = events.poll(&mut context) else { panic!("no error") };
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().contains("there is no Tokio runtime"));
    assert!(events.poll(&mut context).is_ready());
}

#[test]
fn a_response_that_is_not_a_stream_is_one_event() {
    let mut events = EventStream::once(Event::new("{}"), Some("r-1".to_owned()));
    let mut context = Context::from_waker(std::task::Waker::noop());
    let Poll::Ready(Some(Ok(event))) = events.poll(&mut context) else { panic!("no event") };
    assert_eq!(event, Event::new("{}"));
    assert!(matches!(events.poll(&mut context), Poll::Ready(None)));
    assert_eq!(events.request_id(), Some("r-1"));
}
