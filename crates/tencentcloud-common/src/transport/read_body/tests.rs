use std::collections::VecDeque;
use std::error::Error as _;

use http::HeaderValue;

use super::*;
use crate::transport::{BodyChunks, ChunkFuture, TransportError, TransportErrorKind};

/// A body of these chunks. The connection breaks at a `None`.
struct ScriptedBody(VecDeque<Option<&'static str>>);

impl BodyChunks for ScriptedBody {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        let chunk = match self.0.pop_front() {
            None => Ok(None),
            Some(Some(chunk)) => Ok(Some(chunk.into())),
            Some(None) => Err(TransportError::new(TransportErrorKind::Broken, "reset by peer")),
        };
        Box::pin(std::future::ready(chunk))
    }
}

async fn read(
    chunks: &[Option<&'static str>],
    headers: &[(&'static str, &'static str)],
    limit: usize,
) -> Result<Bytes, Error> {
    let mut body = ResponseBody::new(ScriptedBody(chunks.iter().copied().collect()));
    let headers = headers.iter().map(|(name, value)| {
        (http::HeaderName::from_static(name), HeaderValue::from_static(value))
    });
    read_to_end(&mut body, &headers.collect(), limit).await
}

#[tokio::test]
async fn chunks_are_joined() {
    let cases: [(&[Option<&str>], &str); 5] = [
        (&[], ""),
        (&[Some("abc")], "abc"),
        (&[Some(""), Some("abc"), Some("")], "abc"),
        (&[Some("a"), Some("b"), Some("c")], "abc"),
        (&[Some(""), Some("")], ""),
    ];
    for (chunks, expected) in cases {
        for length in [&[][..], &[("content-length", "3")], &[("content-length", "what?")]] {
            assert_eq!(read(chunks, length, 3).await.unwrap(), expected);
        }
    }
}

#[tokio::test]
async fn a_body_of_one_chunk_is_not_copied() {
    let chunk = Bytes::from(vec![7; 100]);
    let mut body = ResponseBody::from(chunk.clone());
    let read = read_to_end(&mut body, &HeaderMap::new(), 100).await.unwrap();
    assert_eq!(read.as_ptr(), chunk.as_ptr());
}

#[tokio::test]
async fn a_body_with_a_content_length_above_the_limit_is_not_read() {
    let headers = [("content-length", "101"), ("x-tc-requestid", "r-1")];
    // Reading would fail with the error of the connection.
    let error = read(&[None], &headers, 100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert_eq!(error.request_id(), Some("r-1"));
    assert!(error.maybe_sent());
    let expected = "the response has 101 bytes, more than the 100 of `max_response_size`: \
                    request less at once, or raise the limit";
    assert_eq!(error.message(), expected);
}

#[tokio::test]
async fn reading_stops_at_the_limit() {
    let chunks = [Some(r#"{"Response":{"RequestId":"r-2","#), Some(r#""Zones":["#), None];
    let length = chunks.iter().flatten().map(|chunk| chunk.len()).sum::<usize>();
    let error = read(&chunks, &[], length - 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert_eq!(error.request_id(), Some("r-2"));
    assert!(error.message().contains(&format!("more than the {} bytes", length - 1)), "{error}");
    assert!(error.message().contains("`max_response_size`"), "{error}");
    // With a limit of one more byte, reading continues until the connection breaks.
    let error = read(&chunks, &[], length).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    let expected = format!(
        "the response was interrupted after {length} bytes: the connection broke: reset by peer"
    );
    assert_eq!(error.message(), expected);
    assert_eq!(error.request_id(), Some("r-2"));
    assert!(error.maybe_sent() && error.source().is_some());
}
