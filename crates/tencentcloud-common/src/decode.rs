//! From the bytes of an answer to a result: the envelope that all answers of the API share.
//!
//! `{"Response": {"RequestId": "…", …}}` is a success, `{"Response": {"Error": {"Code": "…",
//! "Message": "…"}, "RequestId": "…"}}` a failure; both come with HTTP 200.

mod envelope;

pub(crate) use envelope::find_request_id;

use ::bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::error::{Error, ErrorKind, ServiceError};
use crate::model::{Model, ReadError};
use crate::redact;

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Reads the answer to a typed call into `model`.
pub(crate) fn model(answer: &Answer, model: &mut dyn Model) -> Result<(), Error> {
    if answer.status != StatusCode::OK {
        return Err(not_ok(answer));
    }
    match envelope::read(&answer.body, model) {
        Ok(None) => Ok(()),
        Ok(Some(failure)) => Err(failed(answer, failure)),
        Err(error) => Err(unreadable(answer, error)),
    }
}

/// Reads the answer to a dynamic call: the member `Response`.
pub(crate) fn value(answer: &Answer) -> Result<Value, Error> {
    if answer.status != StatusCode::OK {
        return Err(not_ok(answer));
    }
    match envelope::read_value(&answer.body) {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(failure)) => Err(failed(answer, failure)),
        Err(error) => Err(unreadable(answer, error)),
    }
}

fn failed(answer: &Answer, failure: envelope::Failure) -> Error {
    let request_id = failure.request_id.or_else(|| header_request_id(answer));
    Error::service(ServiceError { code: failure.code, message: failure.message })
        .with_status(answer.status)
        .with_request_id(request_id)
}

/// A status other than 200: an error of the API if the body is one, else what the body says.
fn not_ok(answer: &Answer) -> Error {
    if let Ok(Err(failure)) = envelope::read_value(&answer.body) {
        return failed(answer, failure);
    }
    unexpected(answer, &format!("the server answered HTTP {}", answer.status))
}

fn unreadable(answer: &Answer, error: ReadError) -> Error {
    let what = if answer.body.is_empty() {
        "the answer is empty".to_owned()
    } else if is_event_stream(answer) {
        "the answer is a stream of events, which this call does not read".to_owned()
    } else {
        format!("the answer does not fit the API: {error}")
    };
    unexpected(answer, &what).with_source(error)
}

fn unexpected(answer: &Answer, what: &str) -> Error {
    let content_type = answer
        .headers
        .get(http::header::CONTENT_TYPE)
        .map_or("no content type".into(), |value| String::from_utf8_lossy(value.as_bytes()));
    let message = match excerpt(&answer.body) {
        None => format!("{what} ({content_type})"),
        Some(excerpt) => format!("{what} ({content_type}): {excerpt}"),
    };
    let request_id = header_request_id(answer).or_else(|| find_request_id(&answer.body));
    Error::new(ErrorKind::Response, message)
        .with_status(answer.status)
        .with_request_id(request_id)
        .with_sent(true)
}

fn is_event_stream(answer: &Answer) -> bool {
    answer
        .headers
        .get(http::header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"))
}

fn header_request_id(answer: &Answer) -> Option<String> {
    let id = answer.headers.get("x-tc-requestid")?;
    Some(id.to_str().ok()?.to_owned())
}

/// The beginning of the body, with secrets hidden; `None` for an empty one.
fn excerpt(body: &[u8]) -> Option<String> {
    const LIMIT: usize = 300;
    // Hidden before it is cut, so that no secret is cut out of its context.
    let text = redact::json_text(&String::from_utf8_lossy(body.get(..4096).unwrap_or(body)));
    let mut excerpt: String = text.trim().chars().take(LIMIT).collect();
    if excerpt.is_empty() {
        return None;
    }
    if excerpt.len() < text.trim().len() || body.len() > 4096 {
        excerpt.push('…');
    }
    Some(excerpt)
}
