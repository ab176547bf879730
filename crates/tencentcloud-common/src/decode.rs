//! From the bytes of an answer to a result: the envelope that all answers of the API share.
//!
//! `{"Response": {"RequestId": "…", …}}` is a success, `{"Response": {"Error": {"Code": "…",
//! "Message": "…"}, "RequestId": "…"}}` a failure; both come with HTTP 200.

mod envelope;
pub(crate) mod sse;

pub(crate) use envelope::{Notes, find_request_id};

use std::collections::BTreeMap;

use ::bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind, ServiceError};
use crate::model::{Model, ReadError};
use crate::redact;
use sse::Event;

#[cfg(test)]
mod tests;

/// A response that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The body without the byte order mark that some proxies and file servers put before JSON.
    fn document(&self) -> &[u8] {
        self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body)
    }
}

/// Reads the answer to a typed call into `model`.
pub(crate) fn model(answer: &Answer, model: &mut dyn Model) -> Result<Notes, Error> {
    if answer.status != StatusCode::OK {
        return Err(not_ok(answer));
    }
    match envelope::read(answer.document(), model) {
        Ok(Ok(notes)) => Ok(notes),
        Ok(Err(failure)) => Err(failed(answer, failure)),
        Err(error) => Err(unreadable(answer, error)),
    }
}

/// Reads the answer to a dynamic call of `action`: the member `Response`.
pub(crate) fn value(answer: &Answer, action: &str) -> Result<(Value, Notes), Error> {
    if answer.status != StatusCode::OK {
        return Err(not_ok(answer));
    }
    match envelope::read_value(answer.document(), OWN_ERROR.contains(&action)) {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(failure)) => Err(failed(answer, failure)),
        Err(error) => Err(unreadable(answer, error)),
    }
}

/// Reads an answer that is no stream as the one event of a stream: the member `Response`, in the
/// very text in which it came.
pub(crate) fn event(answer: &Answer, action: &str) -> Result<(Event, Notes), Error> {
    let (_, notes) = value(answer, action)?;
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(answer.document())
        .map_err(|error| unreadable(answer, ReadError::new(String::new(), error)))?;
    let event = Event::new(members.get("Response").map_or("", |response| response.get()));
    Ok((event, notes))
}

/// Reads an answer that calls itself a stream of events, and is a document, as [`event`] does.
pub(crate) fn document(body: Vec<u8>) -> Result<Event, Error> {
    let mut headers = HeaderMap::new();
    // An error quotes it.
    let content_type = http::HeaderValue::from_static("text/event-stream");
    headers.insert(http::header::CONTENT_TYPE, content_type);
    let answer = Answer { status: StatusCode::OK, headers, body: body.into() };
    event(&answer, "").map(|(event, _)| event)
}

/// The error of the API that stands in the data of an event, in the envelope of an answer.
pub(crate) fn failure_in(event: &Event) -> Option<Error> {
    // Data that is no envelope is not read twice.
    if !event.data.trim_start().starts_with('{') || !event.data.contains("\"Response\"") {
        return None;
    }
    let failure = envelope::read_value(event.data.as_bytes(), false).ok()?.err()?;
    let error = ServiceError { code: failure.code, message: failure.message };
    Some(Error::service(error).with_request_id(failure.request_id))
}

/// Takes the body of an answer as it is, unless it is a failure of the API.
pub(crate) fn raw(answer: &Answer, action: &str) -> Result<(Bytes, Notes), Error> {
    if answer.status != StatusCode::OK {
        return Err(not_ok(answer));
    }
    let notes = match envelope::read_value(answer.document(), OWN_ERROR.contains(&action)) {
        Ok(Ok((_, notes))) => notes,
        Ok(Err(failure)) => return Err(failed(answer, failure)),
        Err(_) => Notes { request_id: header_request_id(&answer.headers), ..Notes::default() },
    };
    Ok((answer.body.clone(), notes))
}

/// Actions of lkeap whose successes have a member of their own named `Error`. Of a typed call the
/// model says it.
const OWN_ERROR: [&str; 2] = ["GetReconstructDocumentResult", "GetSplitDocumentResult"];

fn failed(answer: &Answer, failure: envelope::Failure) -> Error {
    let request_id = failure.request_id.or_else(|| header_request_id(&answer.headers));
    Error::service(ServiceError { code: failure.code, message: failure.message })
        .with_status(answer.status)
        .with_request_id(request_id)
}

/// A status other than 200: an error of the API if the body is one, else what the body says.
fn not_ok(answer: &Answer) -> Error {
    if let Ok(Err(failure)) = envelope::read_value(answer.document(), false) {
        return failed(answer, failure);
    }
    unexpected(answer, &format!("the server answered HTTP {}", answer.status))
}

fn unreadable(answer: &Answer, error: ReadError) -> Error {
    let what = if answer.body.is_empty() {
        "the answer is empty".to_owned()
    } else if sse::is_event_stream(&answer.headers) {
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
    let request_id = header_request_id(&answer.headers).or_else(|| find_request_id(&answer.body));
    Error::new(ErrorKind::Response, message)
        .with_status(answer.status)
        .with_request_id(request_id)
        .with_sent(true)
}

/// The request id that the headers of an answer tell.
pub(crate) fn header_request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-tc-requestid")?;
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
