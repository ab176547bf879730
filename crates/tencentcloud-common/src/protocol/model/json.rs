//! Reads and writes models as JSON.
//!
//! Reading is lenient by default, because services do not always follow their specification:
//! `null` is accepted for every member, a string for a number and a number for a string, an empty
//! string means "not set" for a number, and unknown members are ignored. If a member appears more
//! than once, the last value is used. Writing is strict: members that are not set are left out, and
//! `null` is never written.
//!
//! # Memory
//!
//! A JSON object of two bytes, `{}`, can become a struct of more than a thousand bytes. To keep the
//! memory in proportion to the document, the objects and lists of a document may take at most
//! 16 MiB plus 16 bytes for each byte of the document. The text of strings is not counted, because
//! it is never longer than the document. A [`ReadError`] contains the path where the limit was
//! exceeded. The examples in the API documents of cbs, cvm and vpc take at most 6 bytes for each
//! byte.
//!
//! A typed call whose response exceeds this limit fails with
//! [`ErrorKind::Response`](crate::ErrorKind::Response). Request less data at once, or use
//! [`CommonClient::call`](crate::CommonClient::call), which returns the bytes, or
//! [`CommonClient::call_json`](crate::CommonClient::call_json). The size of the body has its own
//! limit, [`max_response_size`](crate::HttpProfile::max_response_size).
//!
//! ```
//! use tencentcloud_common::protocol::model::{json, Leniency};
//! # use tencentcloud_common::table;
//! #
//! # /// A disk.
//! # #[derive(Clone, Default)]
//! # pub struct Disk {
//! #     /// The size in GiB.
//! #     pub size: Option<u64>,
//! # }
//! # table!(Disk { "Size": size });
//!
//! let mut disk = Disk::default();
//! json::from_slice(br#"{"Size": "50", "New": 1}"#, &mut disk, Leniency::Lenient)?;
//! assert_eq!(disk.size, Some(50));
//!
//! let error = json::from_slice(br#"{"Size": "50"}"#, &mut disk, Leniency::Strict).unwrap_err();
//! assert_eq!(error.path(), "Size");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::Serialize;
use serde::de::DeserializeSeed;

pub use super::read::Leniency;

use super::path::Path;
use super::{Model, Ref, read, write};
use crate::redact;

/// The error of a document that does not match the model.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", display_path(path), redact::OneLine(&source.to_string()))]
pub struct ReadError {
    path: String,
    source: serde_json::Error,
    needs_memory: bool,
}

impl ReadError {
    /// Creates an error at `path`. The value of a secret member is removed.
    pub(crate) fn new(path: String, source: serde_json::Error) -> Self {
        let is_secret = path.split('.').any(redact::is_secret);
        let source = if is_secret { without_value(&source) } else { source };
        Self { path, source, needs_memory: false }
    }

    /// Creates the error that stopped the deserializer.
    pub(crate) fn from_context(context: &read::Context, source: serde_json::Error) -> Self {
        let needs_memory = context.is_exhausted();
        Self { needs_memory, ..Self::new(context.path.take(), source) }
    }

    /// Whether the document exceeds the memory limit.
    pub(crate) fn needs_memory(&self) -> bool {
        self.needs_memory
    }

    /// Describes the error without showing values, for documents that contain secrets.
    pub(crate) fn position(&self) -> String {
        let (line, column) = (self.source.line(), self.source.column());
        match self.path.as_str() {
            "" => format!("not a JSON object (line {line}, column {column})"),
            path => format!("`{path}` has the wrong type (line {line}, column {column})"),
        }
    }

    /// Returns the path of the value that does not match, such as `InstanceSet[3].CPU`; empty for
    /// the whole document.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Removes the value from the message of an error.
fn without_value(error: &serde_json::Error) -> serde_json::Error {
    let text = error.to_string();
    // The format is: invalid type: string "…", expected a list at line 1 column 2
    let end = text.rfind(", expected ").or_else(|| text.rfind(" at line "));
    let end = end.and_then(|start| text.get(start..)).unwrap_or_default();
    serde::de::Error::custom(format!("invalid value{end}"))
}

/// The error of a model that JSON cannot represent: a float is not finite, or a member is raw bytes.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", display_path(path))]
pub struct WriteError {
    path: String,
    source: serde_json::Error,
}

impl WriteError {
    /// Returns the path of the member that cannot be written, such as `Filters[0].Ratio`.
    pub fn path(&self) -> &str {
        &self.path
    }
}

fn display_path(path: &str) -> &str {
    if path.is_empty() { "the document" } else { path }
}

/// Reads a JSON object into `model`. Members that the document does not contain keep their value.
///
/// # Errors
///
/// [`ReadError`] when the text is not a JSON object in UTF-8, a value cannot be converted to the
/// type of its member, or the document exceeds the [memory limit](self#memory). After an error,
/// `model` may be partially filled.
pub fn from_slice(json: &[u8], model: &mut dyn Model, leniency: Leniency) -> Result<(), ReadError> {
    let context = read::Context::new(leniency, json.len());
    let mut deserializer = serde_json::Deserializer::from_str(utf8(json)?);
    read::ObjectSeed { model, context: &context }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|source| ReadError::from_context(&context, source))
}

/// Returns a document as text. One check of the whole document is faster than one for each string.
pub(crate) fn utf8(json: &[u8]) -> Result<&str, ReadError> {
    std::str::from_utf8(json).map_err(|error| {
        let at = error.valid_up_to();
        let source = serde::de::Error::custom(format_args!("invalid UTF-8 at byte {at}"));
        ReadError::new(String::new(), source)
    })
}

/// Writes `model` as a compact JSON object of the members that are set.
///
/// # Errors
///
/// [`WriteError`] when a float is infinite or not a number, or a member is raw bytes, which JSON
/// cannot represent.
pub fn to_vec(model: &dyn Model) -> Result<Vec<u8>, WriteError> {
    let path = Path::default();
    write(&write::Object { model, path: &path })
        .map_err(|source| WriteError { path: path.take(), source })
}

/// Writes only the value of the member `name`.
pub(crate) fn value_to_vec(name: &'static str, value: Ref<'_>) -> Result<Vec<u8>, WriteError> {
    let path = Path::default();
    write(&write::Value { value, path: &path }).map_err(|source| {
        path.member(name);
        WriteError { path: path.take(), source }
    })
}

fn write(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut json = Vec::with_capacity(256);
    value.serialize(&mut serde_json::Serializer::new(&mut json))?;
    Ok(json)
}
