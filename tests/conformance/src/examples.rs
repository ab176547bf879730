//! The examples of an upstream package: one request and one answer each, as text.

use serde_json::{Map, Value};

/// What an example shows on one side.
pub(crate) enum Side {
    /// A JSON object.
    Json(Map<String, Value>),
    /// An answer that is an error.
    Failure,
    /// A request in the old form of a query string, which says nothing about types.
    Form,
    /// Something that cannot be read, and why.
    Broken(String),
}

/// The request: an HTTP head, a blank line and the body; or the URL of the old form.
pub(crate) fn request(text: &str) -> Side {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_start();
    if text.starts_with("http") || text.starts_with("GET ") {
        return Side::Form;
    }
    let body = match text.split_once("\n\n") {
        Some((_, body)) => body,
        None if text.starts_with('{') => text,
        None => "{}",
    };
    object(if body.trim().is_empty() { "{}" } else { body })
}

/// The answer: what stands in `Response`.
pub(crate) fn response(text: &str) -> Side {
    match object(text) {
        Side::Json(mut document) => match document.remove("Response") {
            Some(Value::Object(response)) => {
                let failed = response
                    .get("Error")
                    .and_then(|error| error.get("Code"))
                    .and_then(Value::as_str)
                    .is_some_and(|code| !code.is_empty());
                if failed { Side::Failure } else { Side::Json(response) }
            }
            _ => Side::Broken("there is no object `Response`".to_owned()),
        },
        other => other,
    }
}

fn object(text: &str) -> Side {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Side::Json(object),
        Ok(_) => Side::Broken("it is JSON, but no object".to_owned()),
        Err(error) => Side::Broken(error.to_string()),
    }
}

/// Whether two documents say the same: `null` and what is absent are one; in answers, so are an
/// empty list and what is absent; `1` and `1.0` are one number.
pub(crate) fn same(left: &Value, right: &Value, answers: bool) -> bool {
    let empty =
        |value: &Value| value.is_null() || (answers && value.as_array().is_some_and(Vec::is_empty));
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            let covered = |one: &Map<String, Value>, other: &Map<String, Value>| {
                one.iter().all(|(name, value)| match other.get(name) {
                    Some(found) => same(value, found, answers),
                    None => empty(value),
                })
            };
            covered(left, right) && covered(right, left)
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(left, right, answers))
        }
        (Value::Number(left), Value::Number(right)) => {
            left == right || left.as_f64() == right.as_f64()
        }
        _ => left == right || (empty(left) && empty(right)),
    }
}
