//! Parses the examples of the upstream package. Each one has the text of a request and a response.

use serde_json::{Map, Value};

/// Request or response of an example.
pub(crate) enum Example {
    /// JSON object.
    Json(Map<String, Value>),
    /// Response with an error.
    Error,
    /// Request in the old format, a query string, which has no types.
    QueryString,
    /// Text that cannot be parsed, with the reason.
    Invalid(String),
}

/// Parses a request: an HTTP header, a blank line and a body, or the URL of the old format.
pub(crate) fn request(text: &str) -> Example {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_start();
    if text.starts_with("http") || text.starts_with("GET ") {
        return Example::QueryString;
    }
    let body = match text.split_once("\n\n") {
        Some((_, body)) => body,
        None if text.starts_with('{') => text,
        None => "{}",
    };
    object(if body.trim().is_empty() { "{}" } else { body })
}

/// Parses a response: the object `Response`.
pub(crate) fn response(text: &str) -> Example {
    match object(text) {
        Example::Json(mut document) => match document.remove("Response") {
            Some(Value::Object(response)) => {
                let failed = response
                    .get("Error")
                    .and_then(|error| error.get("Code"))
                    .and_then(Value::as_str)
                    .is_some_and(|code| !code.is_empty());
                if failed { Example::Error } else { Example::Json(response) }
            }
            _ => Example::Invalid("missing object `Response`".to_owned()),
        },
        other => other,
    }
}

fn object(text: &str) -> Example {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Example::Json(object),
        Ok(_) => Example::Invalid("expected a JSON object".to_owned()),
        Err(error) => Example::Invalid(error.to_string()),
    }
}

/// Returns whether two documents have the same meaning.
///
/// `null` equals an absent member, `1` equals `1.0`, and in responses an empty list equals an absent
/// member.
pub(crate) fn same(left: &Value, right: &Value, is_response: bool) -> bool {
    let empty = |value: &Value| {
        value.is_null() || (is_response && value.as_array().is_some_and(Vec::is_empty))
    };
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            let covered = |one: &Map<String, Value>, other: &Map<String, Value>| {
                one.iter().all(|(name, value)| match other.get(name) {
                    Some(found) => same(value, found, is_response),
                    None => empty(value),
                })
            };
            covered(left, right) && covered(right, left)
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(left, right, is_response))
        }
        (Value::Number(left), Value::Number(right)) => {
            left == right || left.as_f64() == right.as_f64()
        }
        _ => left == right || (empty(left) && empty(right)),
    }
}
