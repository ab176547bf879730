//! The headers of the API: names, values, and the headers that only the SDK sets.

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

/// The response header with the request id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-tc-requestid");

/// The value of `Authorization` in a request without a signature.
pub(crate) const UNSIGNED: &str = "SKIP";

/// The name of the SDK in [`REQUEST_CLIENT`].
pub(crate) const SDK: &str = concat!("SDK_RUST_", env!("CARGO_PKG_VERSION"));

/// The headers that only the SDK sets, and what to use instead.
pub(crate) const RESERVED: [(HeaderName, &str); 12] = [
    (header::AUTHORIZATION, "use the credential of the client"),
    (header::HOST, "use `Call::endpoint` or the endpoint of the profile"),
    (header::CONTENT_TYPE, "it follows from the encoding of the request"),
    (header::CONTENT_LENGTH, "it follows from the request"),
    (header::TRANSFER_ENCODING, "it follows from the request"),
    (header::CONNECTION, "use `HttpProfile::keep_alive`"),
    (ACTION, "use the request or the argument `action`"),
    (VERSION, "use the client or the argument `version`"),
    (TIMESTAMP, "use the clock of the client"),
    (REGION, "use `Call::region`"),
    (TOKEN, "use a credential with a token"),
    (CONTENT_SHA256, "use `ClientProfile::unsigned_payload`"),
];

/// Returns what to use instead of this header if only the SDK sets it.
pub(crate) fn reserved(name: &HeaderName) -> Option<&'static str> {
    RESERVED.iter().find(|(reserved, _)| reserved == name).map(|(_, instead)| *instead)
}

/// Creates a header value. `name` describes it in errors.
pub(crate) fn value(name: &str, text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|error| {
        Error::invalid_input(format!("{name} contains a character that is invalid in a header"))
            .with_source(error)
    })
}

/// Like [`value`], and marks the value as sensitive: `Debug` does not show it.
pub(crate) fn secret_value(name: &str, text: &str) -> Result<HeaderValue, Error> {
    let mut value = value(name, text)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Marks the values of all secret headers as sensitive: `Debug` does not show them.
pub(crate) fn mark_secrets(headers: &mut HeaderMap) {
    for (name, value) in headers {
        if redact::is_secret(name.as_str()) {
            value.set_sensitive(true);
        }
    }
}

/// Returns the request id from the headers of a response.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(REQUEST_ID)?.to_str().ok()?.to_owned())
}

/// Whether the content type of a response is `text/event-stream`, in any case, with or without
/// parameters.
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
    fn event_streams_are_recognised_by_content_type() {
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
