//! The headers of the API: their names, those that only the SDK sets, and how values are written.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::error::Error;
use crate::redact;

pub(crate) const ACTION: HeaderName = HeaderName::from_static("x-tc-action");
pub(crate) const VERSION: HeaderName = HeaderName::from_static("x-tc-version");
pub(crate) const REGION: HeaderName = HeaderName::from_static("x-tc-region");
pub(crate) const TIMESTAMP: HeaderName = HeaderName::from_static("x-tc-timestamp");
pub(crate) const TOKEN: HeaderName = HeaderName::from_static("x-tc-token");
pub(crate) const LANGUAGE: HeaderName = HeaderName::from_static("x-tc-language");
pub(crate) const TRACE_ID: HeaderName = HeaderName::from_static("x-tc-traceid");
pub(crate) const REQUEST_CLIENT: HeaderName = HeaderName::from_static("x-tc-requestclient");
pub(crate) const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-tc-content-sha256");

/// The header of a response with the id of the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-tc-requestid");

/// `Authorization` of a request without a signature.
pub(crate) const UNSIGNED: &str = "SKIP";

/// The name of the SDK in [`REQUEST_CLIENT`].
pub(crate) const SDK: &str = concat!("SDK_RUST_", env!("CARGO_PKG_VERSION"));

/// The headers that only the SDK sets, and what to use instead.
pub(crate) const RESERVED: [(HeaderName, &str); 12] = [
    (header::AUTHORIZATION, "the credential of the client"),
    (header::HOST, "`Call::endpoint` or the endpoint of the profile"),
    (header::CONTENT_TYPE, "nothing: it follows from the encoding of the request"),
    (header::CONTENT_LENGTH, "nothing: it follows from the request"),
    (header::TRANSFER_ENCODING, "nothing: it follows from the request"),
    (header::CONNECTION, "`HttpProfile::keep_alive`"),
    (ACTION, "the request or the argument `action`"),
    (VERSION, "the client or the argument `version`"),
    (TIMESTAMP, "the clock of the client"),
    (REGION, "`Call::region`"),
    (TOKEN, "a credential with a token"),
    (CONTENT_SHA256, "`ClientProfile::unsigned_payload`"),
];

/// Returns what to use instead of setting this header, if only the SDK sets it.
pub(crate) fn reserved(name: &HeaderName) -> Option<&'static str> {
    RESERVED.iter().find(|(reserved, _)| reserved == name).map(|(_, instead)| *instead)
}

/// Writes a value. `what` names it in the error.
pub(crate) fn value(what: &str, text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|error| {
        Error::invalid_input(format!("{what} contains a character that a header cannot carry"))
            .with_source(error)
    })
}

/// As [`value`], and keeps it out of what the transport and interceptors print.
pub(crate) fn secret_value(what: &str, text: &str) -> Result<HeaderValue, Error> {
    let mut value = value(what, text)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Keeps the values of all secret headers out of what prints them.
pub(crate) fn mark_secrets(headers: &mut HeaderMap) {
    for (name, value) in headers {
        if redact::is_secret(name.as_str()) {
            value.set_sensitive(true);
        }
    }
}

/// Returns the request id in the headers of a response.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(REQUEST_ID)?.to_str().ok()?.to_owned())
}

/// Whether the content type of a response is that of an event stream, in any case of letters, with
/// or without parameters.
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
