//! JSON in and out, driven by the tables of the models.
//!
//! Reading is lenient by default, because answers of the API are: `null` is accepted anywhere, a
//! number may arrive as a string and the reverse, an empty string means "not set" for a number,
//! and members that this version of the crate does not know are passed over. Of members with the
//! same name the last one counts. Writing is strict: what is not set is left out, and `null` is
//! never sent.
//!
//! # Memory
//!
//! An object of a few bytes, such as `{}`, can become a struct of more than a thousand. So that no
//! document takes memory out of proportion, the objects and lists that it becomes may take 16 MiB
//! and another 16 bytes for each byte of the document; what the text of its strings takes is not
//! counted, because it is never longer than the document. [`ReadError`] says where more is needed.
//! Of the examples in the API documents of cbs, cvm and vpc, none takes more than 6 bytes for each
//! byte.
//!
//! A typed call whose response takes more fails with
//! [`ErrorKind::Response`](crate::ErrorKind::Response). Ask for less at once, or use
//! [`CommonClient::call`](crate::CommonClient::call), which gives the bytes, or
//! [`CommonClient::call_json`](crate::CommonClient::call_json).
//! [`max_response_size`](crate::HttpProfile::max_response_size) bounds the bytes themselves.
//!
//! ```
//! use tencentcloud_common::protocol::model::{json, Leniency};
//! # use tencentcloud_common::table;
//! #
//! # /// A disk.
//! # #[derive(Clone, Default)]
//! # pub struct Disk {
//! #     /// Its size in GiB.
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

/// A document does not fit the model it is read into.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", shown(path), redact::OneLine(&source.to_string()))]
pub struct ReadError {
    path: String,
    source: serde_json::Error,
    needs_memory: bool,
}

impl ReadError {
    /// Puts together an error found at `path`.
    pub(crate) fn new(path: String, source: serde_json::Error) -> Self {
        let is_secret = path.split('.').any(redact::is_secret);
        let source = if is_secret { without_value(&source) } else { source };
        Self { path, source, needs_memory: false }
    }

    /// Puts together the error that has ended a reading.
    pub(crate) fn of(context: &read::Context, source: serde_json::Error) -> Self {
        let needs_memory = context.is_exhausted();
        Self { needs_memory, ..Self::new(context.path.take(), source) }
    }

    /// Whether the document is right, but takes too much memory.
    pub(crate) fn needs_memory(&self) -> bool {
        self.needs_memory
    }

    /// Describes what cannot be read without showing it, for documents that contain keys.
    pub(crate) fn position(&self) -> String {
        let (line, column) = (self.source.line(), self.source.column());
        match self.path.as_str() {
            "" => format!("not a JSON object (line {line}, column {column})"),
            path => format!("`{path}` has the wrong type (line {line}, column {column})"),
        }
    }

    /// Where the document does not fit, such as `InstanceSet[3].CPU`; empty for the whole document.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// The same error, in the same place, without the value that is of the wrong type.
fn without_value(error: &serde_json::Error) -> serde_json::Error {
    let text = error.to_string();
    // invalid type: string "…", expected a list at line 1 column 2
    let tail = text.rfind(", expected ").or_else(|| text.rfind(" at line "));
    let tail = tail.and_then(|at| text.get(at..)).unwrap_or_default();
    serde::de::Error::custom(format!("invalid value{tail}"))
}

/// A model cannot be written as JSON: a float that is not finite, or raw bytes.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", shown(path))]
pub struct WriteError {
    path: String,
    source: serde_json::Error,
}

impl WriteError {
    /// The member that cannot be written, such as `Filters[0].Ratio`.
    pub fn path(&self) -> &str {
        &self.path
    }
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "the document" } else { path }
}

/// Reads a JSON object into `model`. Members that the document does not name keep their value.
///
/// # Errors
///
/// [`ReadError`] when the text is not a JSON object in UTF-8, a value has a type that cannot be
/// reconciled with that of its member, or the document takes more [memory](self#memory) than it
/// may. `model` may then be filled in part.
pub fn from_slice(json: &[u8], model: &mut dyn Model, leniency: Leniency) -> Result<(), ReadError> {
    let context = read::Context::new(leniency, json.len());
    let mut deserializer = serde_json::Deserializer::from_str(text(json)?);
    read::ObjectSeed { model, context: &context }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|source| ReadError::of(&context, source))
}

/// The text of a document. Checked as a whole, which is faster than string by string.
pub(crate) fn text(json: &[u8]) -> Result<&str, ReadError> {
    std::str::from_utf8(json).map_err(|error| {
        let at = error.valid_up_to();
        let source = serde::de::Error::custom(format_args!("it is not UTF-8 at byte {at}"));
        ReadError::new(String::new(), source)
    })
}

/// Writes the members of `model` that are set as a compact JSON object.
///
/// # Errors
///
/// [`WriteError`] when a float is infinite or not a number, or a member holds raw bytes, which
/// JSON cannot say.
pub fn to_vec(model: &dyn Model) -> Result<Vec<u8>, WriteError> {
    let path = Path::default();
    write(&write::Object { model, path: &path })
        .map_err(|source| WriteError { path: path.take(), source })
}

/// Writes the value of the member `name`, alone.
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
