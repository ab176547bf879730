use std::collections::VecDeque;
use std::error::Error as _;

use http::HeaderValue;

use super::*;
use crate::transport::{BodyChunks, ChunkFuture, TransportError, TransportErrorKind};

/// A body of these pieces; the connection breaks where there is none.
struct Pieces(VecDeque<Option<&'static str>>);

impl BodyChunks for Pieces {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        let piece = match self.0.pop_front() {
            None => Ok(None),
            Some(Some(piece)) => Ok(Some(piece.into())),
            Some(None) => Err(TransportError::new(TransportErrorKind::Broken, "reset by peer")),
        };
        Box::pin(std::future::ready(piece))
    }
}

async fn read(
    pieces: &[Option<&'static str>],
    headers: &[(&'static str, &'static str)],
    limit: usize,
) -> Result<Bytes, Error> {
    let mut body = ResponseBody::new(Pieces(pieces.iter().copied().collect()));
    let headers = headers.iter().map(|(name, value)| {
        (http::HeaderName::from_static(name), HeaderValue::from_static(value))
    });
    read_to_end(&mut body, &headers.collect(), limit).await
}

#[tokio::test]
async fn a_body_is_put_together() {
    let cases: [(&[Option<&str>], &str); 5] = [
        (&[], ""),
        (&[Some("abc")], "abc"),
        (&[Some(""), Some("abc"), Some("")], "abc"),
        (&[Some("a"), Some("b"), Some("c")], "abc"),
        (&[Some(""), Some("")], ""),
    ];
    for (pieces, expected) in cases {
        for length in [&[][..], &[("content-length", "3")], &[("content-length", "what?")]] {
            assert_eq!(read(pieces, length, 3).await.unwrap(), expected);
        }
    }
}

#[tokio::test]
async fn a_body_of_one_piece_is_not_copied() {
    let piece = Bytes::from(vec![7; 100]);
    let mut body = ResponseBody::from(piece.clone());
    let read = read_to_end(&mut body, &HeaderMap::new(), 100).await.unwrap();
    assert_eq!(read.as_ptr(), piece.as_ptr());
}

#[tokio::test]
async fn a_body_that_says_to_be_too_large_is_not_read() {
    let headers = [("content-length", "101"), ("x-tc-requestid", "r-1")];
    // Reading would show that the connection is broken.
    let error = read(&[None], &headers, 100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert_eq!(error.request_id(), Some("r-1"));
    assert!(error.maybe_sent());
    let expected = "the response has 101 bytes, more than the 100 of `max_response_size`: \
                    request less at once, or raise the limit";
    assert_eq!(error.message(), expected);
}

#[tokio::test]
async fn a_body_that_turns_out_too_large_is_read_no_further() {
    let pieces = [Some(r#"{"Response":{"RequestId":"r-2","#), Some(r#""Zones":["#), None];
    let length = pieces.iter().flatten().map(|piece| piece.len()).sum::<usize>();
    let error = read(&pieces, &[], length - 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert_eq!(error.request_id(), Some("r-2"));
    assert!(error.message().contains(&format!("more than the {} bytes", length - 1)), "{error}");
    assert!(error.message().contains("`max_response_size`"), "{error}");
    // With one byte more it is read on, to where the connection breaks.
    let error = read(&pieces, &[], length).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    let expected =
        format!("the response broke off after {length} bytes: the connection broke: reset by peer");
    assert_eq!(error.message(), expected);
    assert_eq!(error.request_id(), Some("r-2"));
    assert!(error.maybe_sent() && error.source().is_some());
}
