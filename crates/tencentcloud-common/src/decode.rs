//! From the bytes of an answer to a result: the envelope that all answers of the API share.
//!
//! `{"Response": {"RequestId": "…", …}}` is a success, `{"Response": {"Error": {"Code": "…",
//! "Message": "…"}, "RequestId": "…"}}` a failure; both come with HTTP 200.

pub(crate) mod compression;
mod envelope;
pub(crate) mod sse;

pub(crate) use envelope::{Notes, find_request_id};

use ::bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::error::{Error, ErrorKind, ServiceError};
use crate::model::{Model, ReadError};
use sse::Event;

#[cfg(test)]
mod tests;

/// An answer, read to its end and unzipped.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The body without the byte order mark that some proxies and file servers put before JSON.
    fn document(&self) -> &[u8] {
        let body: &[u8] = &self.body;
        body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
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
    if answer.status != StatusCode::OK {
        return Err(not_ok(answer));
    }
    event_in(answer, action).unwrap_or_else(|error| Err(unreadable(answer, error)))
}

fn event_in(answer: &Answer, action: &str) -> Result<Result<(Event, Notes), Error>, ReadError> {
    match envelope::read_notes(answer.document(), OWN_ERROR.contains(&action))? {
        Ok(notes) => {
            let event = Event::new(envelope::response_text(answer.document())?);
            Ok(Ok((event, notes)))
        }
        Err(failure) => Ok(Err(failed(answer, failure))),
    }
}

/// Reads a response that calls itself a stream of events, and begins as a document does, as
/// [`event`] does.
pub(crate) fn document(body: Vec<u8>) -> Result<Event, Error> {
    let mut headers = HeaderMap::new();
    // An error quotes it.
    let content_type = http::HeaderValue::from_static("text/event-stream");
    headers.insert(http::header::CONTENT_TYPE, content_type);
    let answer = Answer { status: StatusCode::OK, headers, body: body.into() };
    let outcome = event_in(&answer, "").unwrap_or_else(|error| {
        let what = format!("the stream holds neither events nor a response of the API: {error}");
        Err(unexpected(&answer, &what).with_source(error))
    });
    outcome.map(|(event, _)| event)
}

/// The error of the API that stands in the data of an event, in the envelope of an answer.
pub(crate) fn failure_in(event: &Event) -> Option<Error> {
    // Data that is no envelope is not read twice.
    if !event.data.trim_start().starts_with('{') || !event.data.contains("\"Response\"") {
        return None;
    }
    let failure = envelope::read_notes(event.data.as_bytes(), false).ok()?.err()?;
    let error = ServiceError { code: failure.code, message: failure.message };
    Some(Error::service(error).with_request_id(failure.request_id))
}

/// Takes the body of an answer as it is, unless it is a failure of the API.
pub(crate) fn raw(answer: &Answer, action: &str) -> Result<(Bytes, Notes), Error> {
    if answer.status != StatusCode::OK {
        return Err(not_ok(answer));
    }
    let notes = match envelope::read_notes(answer.document(), OWN_ERROR.contains(&action)) {
        Ok(Ok(notes)) => notes,
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
    if let Ok(Err(failure)) = envelope::read_notes(answer.document(), false) {
        return failed(answer, failure);
    }
    unexpected(answer, &format!("the server answered HTTP {}", answer.status))
}

fn unreadable(answer: &Answer, error: ReadError) -> Error {
    let what = if answer.body.is_empty() {
        "the answer is empty".to_owned()
    } else if sse::is_event_stream(&answer.headers) {
        "the answer is a stream of events, which this call does not read".to_owned()
    } else if error.needs_memory() {
        format!(
            "the response is too large for a typed one: {error}; ask for less at once, or use \
             `CommonClient::call`, which gives its bytes"
        )
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
    let request_id = header_request_id(&answer.headers).or_else(|| find_request_id(&answer.body));
    Error::new(ErrorKind::Response, format!("{what} ({content_type})"))
        .with_body(answer.body.clone())
        .with_status(answer.status)
        .with_request_id(request_id)
        .with_sent(true)
}

/// The request id that the headers of an answer tell.
pub(crate) fn header_request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-tc-requestid")?;
    Some(id.to_str().ok()?.to_owned())
}
