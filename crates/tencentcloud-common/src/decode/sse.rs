//! Streams of server-sent events, as bytes: what they look like, and what stands in them.

mod event;
mod parser;

pub use event::Event;
pub(crate) use parser::{Parser, TooLarge};

use http::{HeaderMap, header};

/// Whether an answer is a stream of events, by its content type: in any case of letters, with or
/// without parameters.
pub(crate) fn is_event_stream(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.as_bytes().split(|byte| *byte == b';').next())
        .is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"text/event-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_told_by_their_content_type() {
        let is_stream = |content_type: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(content_type) = content_type {
                headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
            }
            is_event_stream(&headers)
        };
        for yes in [
            "text/event-stream",
            "text/event-stream; charset=utf-8",
            "Text/Event-Stream;charset=UTF-8",
            " text/event-stream ; a=b",
        ] {
            assert!(is_stream(Some(yes)), "{yes}");
        }
        for no in ["text/event-streams", "application/json", "a; text/event-stream", ""] {
            assert!(!is_stream(Some(no)), "{no}");
        }
        assert!(!is_stream(None));
    }
}
