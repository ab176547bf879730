//! Decodes the bytes of a response. All responses of the API share one envelope.
//!
//! `{"Response": {"RequestId": "…", …}}` is a success, `{"Response": {"Error": {"Code": "…",
//! "Message": "…"}, "RequestId": "…"}}` a failure; both have HTTP status 200.

mod envelope;

pub(crate) use envelope::{EnvelopeFields, find_request_id};

use ::bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use crate::error::{Error, ErrorKind, ServiceError};
use crate::protocol::headers;
use crate::protocol::model::{Model, ReadError};

#[cfg(test)]
mod tests;

/// The actions, both of lkeap, whose successful responses have a member `Error`. Typed calls do
/// not need the list, because their model has that member.
const ACTIONS_WITH_ERROR_MEMBER: [&str; 2] =
    ["GetReconstructDocumentResult", "GetSplitDocumentResult"];

/// A response whose body is completely in memory.
pub(crate) struct BufferedResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl BufferedResponse {
    /// Returns the body without the byte order mark that some proxies put before JSON.
    fn document(&self) -> &[u8] {
        let body: &[u8] = &self.body;
        body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
    }
}

/// Decodes the response to a typed call into `model`.
pub(crate) fn model(
    response: &BufferedResponse,
    model: &mut dyn Model,
) -> Result<EnvelopeFields, Error> {
    if response.status != StatusCode::OK {
        return Err(status_error(response));
    }
    match envelope::read(response.document(), model) {
        Ok(Ok(fields)) => Ok(fields),
        Ok(Err(failure)) => Err(service_error(response, failure)),
        Err(error) => Err(read_error(response, error)),
    }
}

/// Decodes the response to a dynamic call of `action`. Returns the value of the member `Response`.
pub(crate) fn value(
    response: &BufferedResponse,
    action: &str,
) -> Result<(Value, EnvelopeFields), Error> {
    if response.status != StatusCode::OK {
        return Err(status_error(response));
    }
    match envelope::read_value(response.document(), has_error_member(action)) {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(failure)) => Err(service_error(response, failure)),
        Err(error) => Err(read_error(response, error)),
    }
}

/// Returns the text of the member `Response` exactly as it arrived.
pub(crate) fn text(
    response: &BufferedResponse,
    action: &str,
) -> Result<(String, EnvelopeFields), Error> {
    if response.status != StatusCode::OK {
        return Err(status_error(response));
    }
    response_text(response, action).unwrap_or_else(|error| Err(read_error(response, error)))
}

fn response_text(
    response: &BufferedResponse,
    action: &str,
) -> Result<Result<(String, EnvelopeFields), Error>, ReadError> {
    match envelope::read_fields(response.document(), has_error_member(action))? {
        Ok(fields) => {
            let text = envelope::response_text(response.document())?.to_owned();
            Ok(Ok((text, fields)))
        }
        Err(failure) => Ok(Err(service_error(response, failure))),
    }
}

/// Like [`text`], for a body that arrived as an event stream but begins as a JSON document.
pub(crate) fn text_of_event_stream(body: Vec<u8>) -> Result<String, Error> {
    let mut headers = HeaderMap::new();
    // Error messages contain it.
    let content_type = http::HeaderValue::from_static("text/event-stream");
    headers.insert(header::CONTENT_TYPE, content_type);
    let response = BufferedResponse { status: StatusCode::OK, headers, body: body.into() };
    let outcome = response_text(&response, "").unwrap_or_else(|error| {
        let message =
            format!("the stream contains neither events nor a response of the API: {error}");
        Err(unexpected(&response, &message).with_source(error))
    });
    outcome.map(|(text, _)| text)
}

/// Returns the error of the API if the data of an event is the envelope of one.
pub(crate) fn error_in_event(data: &str) -> Option<Error> {
    // The caller parses the data too, so parse only what may be an envelope.
    if !data.trim_start().starts_with('{') || !data.contains("\"Response\"") {
        return None;
    }
    let failure = envelope::read_fields(data.as_bytes(), false).ok()?.err()?;
    let error = ServiceError { code: failure.code, message: failure.message };
    Some(Error::service(error).with_request_id(failure.request_id))
}

/// Returns the body of a response unchanged, unless it is an error of the API.
pub(crate) fn raw(
    response: &BufferedResponse,
    action: &str,
) -> Result<(Bytes, EnvelopeFields), Error> {
    if response.status != StatusCode::OK {
        return Err(status_error(response));
    }
    let fields = match envelope::read_fields(response.document(), has_error_member(action)) {
        Ok(Ok(fields)) => fields,
        Ok(Err(failure)) => return Err(service_error(response, failure)),
        Err(_) => EnvelopeFields {
            request_id: headers::request_id(&response.headers),
            ..EnvelopeFields::default()
        },
    };
    Ok((response.body.clone(), fields))
}

fn has_error_member(action: &str) -> bool {
    ACTIONS_WITH_ERROR_MEMBER.contains(&action)
}

/// Converts an error that the API reports in the envelope.
fn service_error(response: &BufferedResponse, failure: envelope::Failure) -> Error {
    let request_id = failure.request_id.or_else(|| headers::request_id(&response.headers));
    Error::service(ServiceError { code: failure.code, message: failure.message })
        .with_status(response.status)
        .with_request_id(request_id)
}

/// Creates the error for a status other than 200: an error of the API if the body contains one.
fn status_error(response: &BufferedResponse) -> Error {
    if let Ok(Err(failure)) = envelope::read_fields(response.document(), false) {
        return service_error(response, failure);
    }
    unexpected(response, &format!("the server responded with HTTP {}", response.status))
}

/// Creates the error for a body that cannot be decoded.
fn read_error(response: &BufferedResponse, error: ReadError) -> Error {
    let message = if response.body.is_empty() {
        "the response is empty".to_owned()
    } else if headers::is_event_stream(&response.headers) {
        "the response is an event stream, which this call cannot read: use \
         `CommonClient::call_sse`"
            .to_owned()
    } else if error.needs_memory() {
        format!(
            "the response is too large for a typed call: {error}; request less at once, or use \
             `CommonClient::call`, which returns the bytes"
        )
    } else {
        format!("the response does not match the API: {error}")
    };
    unexpected(response, &message).with_source(error)
}

fn unexpected(response: &BufferedResponse, message: &str) -> Error {
    let content_type = response
        .headers
        .get(header::CONTENT_TYPE)
        .map_or("no content type".into(), |value| String::from_utf8_lossy(value.as_bytes()));
    let request_id =
        headers::request_id(&response.headers).or_else(|| find_request_id(&response.body));
    Error::new(ErrorKind::Response, format!("{message} ({content_type})"))
        .with_body(response.body.clone())
        .with_status(response.status)
        .with_request_id(request_id)
        .with_sent(true)
}
