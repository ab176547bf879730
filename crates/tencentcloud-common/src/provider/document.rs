//! JSON documents that hold keys, and saying where one cannot be read without showing it.

use std::error::Error as _;

use crate::model::json::ReadError;

/// Where a document cannot be read. What stands there is not shown: it may be a key.
pub(super) fn position(error: &ReadError) -> String {
    let cause = error.source().and_then(|source| source.downcast_ref::<serde_json::Error>());
    let (line, column) = cause.map_or((0, 0), |cause| (cause.line(), cause.column()));
    match error.path() {
        "" => format!("it is no JSON object (line {line}, column {column})"),
        path => format!("`{path}` is of the wrong type (line {line}, column {column})"),
    }
}
