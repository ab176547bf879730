//! `multipart/form-data`: a body of parts, some of them files.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::Serialize;

use super::HttpParts;
use crate::error::Error;
use crate::protocol::model::{Field, Model, Ref, json};

/// The number of boundaries that are tried. One is enough, unless the random source is broken.
const MAX_BOUNDARY_TRIES: usize = 8;

/// The parameters of a call as `multipart/form-data`: texts, JSON values and files.
///
/// Use it for actions that take files. A typed request that contains a
/// [`Binary`](crate::protocol::model::Binary) is encoded like this automatically. A multipart
/// request needs the method `POST`. It is signed with TC3, whatever the profile sets. The limit of
/// the whole body is 10 MB.
///
/// ```
/// use serde_json::json;
/// use tencentcloud_common::Multipart;
///
/// let parameters = Multipart::new()
///     .text("Name", "policies")
///     .json("Labels", &json!(["a", "b"]))
///     .file("Document", "policy.pdf", b"%PDF-1.7 ...".as_slice());
/// assert_eq!(
///     format!("{parameters:?}"),
///     "Multipart([Name (8 bytes), Labels (9 bytes), Document (file, 12 bytes)])"
/// );
/// ```
#[derive(Default)]
#[must_use = "parts are sent when the call is made"]
pub struct Multipart {
    parts: Vec<Part>,
    /// The first error that occurred while parts were added; reported when the call is awaited.
    error: Option<Error>,
}

struct Part {
    name: String,
    kind: PartKind,
    value: Bytes,
}

enum PartKind {
    Text,
    Json,
    File { name: String },
}

impl Multipart {
    /// Creates a body without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text part. The value is sent unchanged. Use it for numbers and booleans too.
    pub fn text(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.part(name, PartKind::Text, value.into())
    }

    /// Adds a list or an object as JSON.
    ///
    /// If the value cannot be serialized, awaiting the call returns
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput).
    pub fn json(mut self, name: impl Into<String>, value: &impl Serialize) -> Self {
        let name = name.into();
        match serde_json::to_vec(value) {
            Ok(json) => self.part(name, PartKind::Json, json),
            Err(error) => {
                self.error.get_or_insert_with(|| {
                    Error::invalid_input(format!("the part {name} cannot be serialized: {error}"))
                        .with_source(error)
                });
                self
            }
        }
    }

    /// Adds a file. The official SDKs use the name of the parameter as `file_name`.
    #[doc(alias = "BinaryParams")]
    pub fn file(
        self,
        name: impl Into<String>,
        file_name: impl Into<String>,
        bytes: impl Into<Bytes>,
    ) -> Self {
        self.part(name, PartKind::File { name: file_name.into() }, bytes)
    }

    fn part(mut self, name: impl Into<String>, kind: PartKind, value: impl Into<Bytes>) -> Self {
        self.parts.push(Part { name: name.into(), kind, value: value.into() });
        self
    }

    /// Converts a typed request that contains a file; returns `None` for any other. Scalars become
    /// texts, lists and objects become JSON, and raw bytes become files with the name of the
    /// member.
    pub(crate) fn from_model(model: &dyn Model) -> Result<Option<Self>, Error> {
        let table = model.table();
        let mut outcome = Ok(None);
        model.fields(&mut |fields: &[&dyn Field]| {
            if fields.iter().any(|field| matches!(field.get(), Ref::Binary(_))) {
                let members = table.members.iter().zip(fields);
                outcome = members
                    .filter_map(|(name, field)| Part::from_member(name, field.get()).transpose())
                    .collect::<Result<_, _>>()
                    .map(|parts| Some(Self { parts, error: None }));
            }
        });
        outcome.map_err(|error: json::WriteError| {
            Error::invalid_input(format!("{} cannot be sent: {error}", table.name))
                .with_source(error)
        })
    }

    /// Returns the `Content-Type` and the body, for sending them without a client. `random` fills a
    /// buffer with random bytes for the boundary. No part contains the boundary.
    ///
    /// ```
    /// use tencentcloud_common::Multipart;
    /// use tencentcloud_common::runtime::{Random, SystemRandom};
    ///
    /// let parts = Multipart::new().text("Name", "policies").file("Document", "a.pdf", "%PDF");
    /// let (content_type, body) = parts.into_body(&|bytes| SystemRandom.fill(bytes))?;
    /// let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    /// assert!(body.starts_with(format!("--{boundary}\r\n").as_bytes()));
    /// # Ok::<(), tencentcloud_common::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when a part has no name or cannot be
    /// serialized, or eight generated boundaries all occur in the parts, which means that `random`
    /// is broken.
    pub fn into_body(self, random: &dyn Fn(&mut [u8])) -> Result<(String, Bytes), Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        if self.parts.iter().any(|part| part.name.is_empty()) {
            return Err(Error::invalid_input("a part of the multipart request has no name"));
        }
        let boundary = boundary(&self.parts, random)?;
        let content_type = format!("multipart/form-data; boundary={boundary}");
        Ok((content_type, body(&self.parts, &boundary).into()))
    }

    pub(super) fn encode(self, random: &dyn Fn(&mut [u8])) -> Result<HttpParts, Error> {
        let (content_type, body) = self.into_body(random)?;
        Ok(HttpParts::post(content_type, body))
    }
}

impl Part {
    fn from_member(name: &'static str, value: Ref<'_>) -> Result<Option<Self>, json::WriteError> {
        let (kind, value) = match value {
            Ref::Unset => return Ok(None),
            Ref::Str(text) => (PartKind::Text, Bytes::copy_from_slice(text.as_bytes())),
            Ref::Binary(binary) => {
                (PartKind::File { name: name.to_owned() }, binary.bytes().clone())
            }
            Ref::Bool(_) | Ref::I64(_) | Ref::U64(_) | Ref::F64(_) => {
                (PartKind::Text, json::value_to_vec(name, value)?.into())
            }
            _ => (PartKind::Json, json::value_to_vec(name, value)?.into()),
        };
        Ok(Some(Self { name: name.to_owned(), kind, value }))
    }
}

/// Returns 32 hexadecimal digits that no part contains.
fn boundary(parts: &[Part], random: &dyn Fn(&mut [u8])) -> Result<String, Error> {
    for _ in 0..MAX_BOUNDARY_TRIES {
        let mut bytes = [0; 16];
        random(&mut bytes);
        let boundary = format!("{:032x}", u128::from_be_bytes(bytes));
        if !parts.iter().any(|part| contains(&part.value, boundary.as_bytes())) {
            return Ok(boundary);
        }
    }
    Err(Error::invalid_input(format!(
        "the parts contain each of {MAX_BOUNDARY_TRIES} random boundaries: check the `Random` of \
         the client"
    )))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    // Skips to the next possible start, because parts can have several megabytes.
    let Some(first) = needle.first() else { return true };
    let mut rest = haystack;
    while let Some(start) = rest.iter().position(|byte| byte == first) {
        rest = rest.get(start..).unwrap_or_default();
        if rest.starts_with(needle) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

/// Writes the body like the official SDKs. Without parts it is empty.
fn body(parts: &[Part], boundary: &str) -> Vec<u8> {
    let size: usize = parts.iter().map(|part| part.value.len() + part.name.len() + 200).sum();
    let mut body = Vec::with_capacity(size);
    for Part { name, kind, value } in parts {
        let name = escape(name);
        body.extend_from_slice(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"").as_bytes(),
        );
        match kind {
            PartKind::Text => {}
            PartKind::Json => body.extend_from_slice(b"\r\nContent-Type: application/json"),
            PartKind::File { name } => {
                body.extend_from_slice(format!("; filename=\"{}\"", escape(name)).as_bytes());
            }
        }
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    if !body.is_empty() {
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    }
    body
}

/// Escapes a name in quotes like
/// [browsers](https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data).
/// Other characters are sent as UTF-8.
fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['"', '\r', '\n']) {
        name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A").into()
    } else {
        name.into()
    }
}

impl fmt::Debug for Multipart {
    /// Shows names and sizes only, because a value may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Multipart([")?;
        for (index, Part { name, kind, value }) in self.parts.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let file = if matches!(kind, PartKind::File { .. }) { "file, " } else { "" };
            write!(f, "{comma}{name} ({file}{} bytes)", value.len())?;
        }
        f.write_str("])")
    }
}

#[cfg(test)]
mod tests;
