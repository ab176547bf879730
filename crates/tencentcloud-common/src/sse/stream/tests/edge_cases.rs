//! Edge cases: very large events, no events, and documents instead of a stream.

use std::io::Write;

use super::*;

/// Returns chunks, and then ends, or hangs if the flag is set.
struct Chunks(VecDeque<Vec<u8>>, bool);

impl BodyChunks for Chunks {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        Box::pin(async {
            match self.0.pop_front() {
                None if self.1 => std::future::pending().await,
                chunk => Ok(chunk.map(Bytes::from)),
            }
        })
    }
}

#[tokio::test]
async fn an_event_that_is_too_large_is_an_error_after_those_before_it() {
    let large = format!("data: a\n\ndata: {}\n\n", "0".repeat(3 << 20));
    let mut events = EventStream::new(ResponseBody::from(large), options());
    assert_eq!(data(&mut events).await, "a");
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.message().contains("larger than 1000 bytes"), "{error}");
    assert!(events.next().await.is_none());
    // The limit applies to each event, not to the stream.
    let many = "data: 0123456789\n\n".repeat(10_000);
    let mut events = EventStream::new(ResponseBody::from(many), options());
    for _ in 0..10_000 {
        assert_eq!(data(&mut events).await, "0123456789");
    }
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_stream_without_events_yields_to_other_tasks() {
    /// Returns comments endlessly, and is always ready.
    struct EndlessComments;

    impl BodyChunks for EndlessComments {
        fn chunk(&mut self) -> ChunkFuture<'_> {
            Box::pin(std::future::ready(Ok(Some(Bytes::from_static(b": hi\n")))))
        }
    }

    let mut events = EventStream::new(ResponseBody::new(EndlessComments), options());
    let mut context = Context::from_waker(std::task::Waker::noop());
    assert!(events.poll(&mut context).is_pending());
    // It also wakes its task.
    tokio::select! {
        biased;
        _ = events.next() => panic!("there are no events"),
        () = tokio::task::yield_now() => {}
    }
}

#[tokio::test]
async fn a_document_with_the_content_type_of_a_stream_is_decoded() {
    let documents = [
        "{\"Response\": {\"Error\": {\"Code\": \"A.B\", \"Message\": \"no\"}, \"RequestId\": \"r\"}}",
        "\r\n {\"Response\":\n\n{\"Error\":\n{\"Code\": \"A.B\",\n\"Message\": \"no\"},\n\n\
         \"RequestId\": \"r\"}}\n",
    ];
    for document in documents {
        for size in [1, 7, 1000] {
            let chunks = document.as_bytes().chunks(size).map(<[u8]>::to_vec).collect();
            let mut events = EventStream::new(ResponseBody::new(Chunks(chunks, false)), options());
            let error = events.next().await.unwrap().unwrap_err();
            assert_eq!((error.code(), error.message()), (Some("A.B"), "no"), "{document} {size}");
            assert_eq!(error.request_id(), Some("r"));
            assert!(events.next().await.is_none());
        }
    }
    let success = "{\"Response\": {\"N\": 1.50, \"RequestId\": \"r\"}}";
    let mut events = EventStream::new(ResponseBody::from(success), options());
    assert_eq!(data(&mut events).await, "{\"N\": 1.50, \"RequestId\": \"r\"}");
    assert!(events.next().await.is_none());
    // Other documents are errors that contain the document.
    let mut events = EventStream::new(ResponseBody::from("{\"error\": \"busy\"}"), options());
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.message().contains("{\"error\": \"busy\"}"), "{error}");
    assert!(events.next().await.is_none());
    // By the specification such a line is not a field, and the other events are valid.
    for stream in ["{\"Response\": {}}\ndata: a\n\n", "data: a\n\n{\"Response\": {}}\n"] {
        let mut events = EventStream::new(ResponseBody::from(stream), options());
        assert_eq!(data(&mut events).await, "a");
        assert!(events.next().await.is_none());
    }
}

#[tokio::test]
async fn log_events_of_a_stream_are_in_the_span_of_the_call() {
    #[derive(Clone, Default)]
    struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    for end in ["", "data: {\"Response\": {\"Error\": {\"Code\": \"A.B\"}}}\n\n"] {
        let span = tracing::info_span!("call", action = "Chat");
        let body = ResponseBody::from(format!("data: a\n\n{end}"));
        let mut events = EventStream::new(body, StreamOptions { span, ..options() });
        while events.next().await.is_some() {}
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("the stream")).collect();
    assert_eq!(lines.len(), 2, "{log}");
    for (line, text) in lines.iter().zip(["the stream ended", "the stream failed"]) {
        assert!(line.contains("call{action=\"Chat\"}") && line.contains(text), "{log}");
    }
}
