//! The envelope that all responses of the API share. An error of the API has priority.
//!
//! A member `Error` with a code makes the response an error of the API, in typed and dynamic calls,
//! even if other members of the response are invalid. If a member appears more than once, the last
//! one is used. An `Error` without a code, such as `null`, does not replace an earlier one.

mod raw_fields;

use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use self::raw_fields::{ErrorMember, RawFields, RawJson};
use crate::protocol::model::json::{self, Leniency};
use crate::protocol::model::read::{Context, ValueSeed, read_members};
use crate::protocol::model::{Field, Model, ReadError, Ref, member};
use crate::protocol::raw_members::RawMembers;
use crate::table;

/// The members of the envelope that are not part of the value.
#[derive(Debug, Default)]
pub(crate) struct EnvelopeFields {
    pub(crate) request_id: Option<String>,
    pub(crate) deprecated_warning: Option<String>,
}

/// An error of the API in a response.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) request_id: Option<String>,
}

/// The number of bytes that are searched for an error of the API if a response is not UTF-8.
const MAX_LOSSY_SEARCH: usize = 256 * 1024;

const MISSING_RESPONSE: &str = "the member `Response` is missing";

/// A model without members, which ignores the members of the document.
#[derive(Default)]
struct EmptyModel {}
table!(EmptyModel {});

/// Reads a response into `model`. Returns the error of the API if the response is one.
pub(crate) fn read(
    body: &[u8],
    model: &mut dyn Model,
) -> Result<Result<EnvelopeFields, Failure>, ReadError> {
    let has_error_member = model.table().members.contains(&"Error");
    let text = match text(body) {
        Ok(text) => text,
        Err(error) => return failure_in_invalid_utf8(body, has_error_member, error),
    };
    let mut raw = RawFields::default();
    let outcome = read_into(text, Target::Model(&mut *model), &mut raw);
    // If the deserializer stopped early, the error of the API may come later. If the model has a
    // member `Error`, the raw fields do not contain it.
    if (outcome.is_err() || has_error_member)
        && !(has_error_member && has_other_members(text))
        && let Some(failure) = failure(text)
    {
        return Ok(Err(failure));
    }
    outcome?;
    let request_id = text_member(model, "RequestId");
    let request_id = request_id.or_else(|| raw.request_id());
    Ok(match raw.into_fields()? {
        Ok(fields) => Ok(EnvelopeFields { request_id, ..fields }),
        Err(failure) => Err(Failure { request_id, ..failure }),
    })
}

/// Reads only the envelope of a response. Returns the error of the API if the response is one. With
/// `has_error_member`, a member `Error` belongs to the action if the response has other members.
pub(crate) fn read_fields(
    body: &[u8],
    has_error_member: bool,
) -> Result<Result<EnvelopeFields, Failure>, ReadError> {
    read_untyped(body, has_error_member, Target::Model(&mut EmptyModel {}))
}

/// Reads the member `Response` of a response. Returns the error of the API if the response is one.
pub(crate) fn read_value(
    body: &[u8],
    has_error_member: bool,
) -> Result<Result<(Value, EnvelopeFields), Failure>, ReadError> {
    let mut members = Map::new();
    let fields = read_untyped(body, has_error_member, Target::Value(&mut members))?;
    Ok(fields.map(|fields| (Value::Object(members), fields)))
}

fn read_untyped(
    body: &[u8],
    has_error_member: bool,
    target: Target<'_>,
) -> Result<Result<EnvelopeFields, Failure>, ReadError> {
    let text = match text(body) {
        Ok(text) => text,
        Err(error) => return failure_in_invalid_utf8(body, has_error_member, error),
    };
    let mut raw = RawFields::default();
    let outcome = read_into(text, target, &mut raw);
    let is_member = has_error_member && has_other_members(text);
    if outcome.is_err()
        && !is_member
        && let Some(failure) = failure(text)
    {
        return Ok(Err(failure));
    }
    outcome?;
    if is_member {
        raw.error = ErrorMember::default();
    }
    raw.into_fields()
}

/// Returns the text of the member `Response`.
pub(crate) fn response_text(body: &[u8]) -> Result<&str, ReadError> {
    let document = RawMembers::from_json(json::utf8(body)?).map_err(invalid_document)?;
    Ok(document.get("Response").unwrap_or("{}"))
}

/// Returns the error of the API in a document, even if the document is invalid.
fn failure(text: &str) -> Option<Failure> {
    let mut raw = RawFields::default();
    // The members before a syntax error count.
    let _ = read_into(text, Target::Model(&mut EmptyModel {}), &mut raw);
    raw.failure()
}

/// Returns the error of the API in a document that is not UTF-8, or `error`. Characters of the
/// message may be replaced.
#[cold]
fn failure_in_invalid_utf8<T>(
    body: &[u8],
    has_error_member: bool,
    error: ReadError,
) -> Result<Result<T, Failure>, ReadError> {
    if !is_object(body) {
        return Err(error);
    }
    let text = String::from_utf8_lossy(body.get(..MAX_LOSSY_SEARCH).unwrap_or(body));
    let failure = failure(&text).filter(|_| !(has_error_member && has_other_members(&text)));
    failure.map_or(Err(error), |failure| Ok(Err(failure)))
}

/// Returns the text of a document that may be an envelope. Other documents are not checked further.
fn text(body: &[u8]) -> Result<&str, ReadError> {
    if is_object(body) {
        json::utf8(body)
    } else {
        let source = serde_json::Error::custom("expected an object with the member `Response`");
        Err(invalid_document(source))
    }
}

fn is_object(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'{')
}

fn invalid_document(source: serde_json::Error) -> ReadError {
    ReadError::new(String::new(), source)
}

fn read_into(text: &str, mut target: Target<'_>, raw: &mut RawFields) -> Result<(), ReadError> {
    let context = Context::new(Leniency::Lenient, text.len());
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer
        .deserialize_map(Envelope { target: target.reborrow(), raw, context: &context })
        .and_then(|()| deserializer.end())
        .map_err(|source| ReadError::from_context(&context, source))
}

/// Finds a request id near the beginning or the end of a text that is not valid JSON, such as a
/// truncated document.
pub(crate) fn find_request_id(body: &[u8]) -> Option<String> {
    const MAX_DISTANCE: usize = 64 * 1024;
    let beginning = body.get(..MAX_DISTANCE).unwrap_or(body);
    let end = body.get(body.len().saturating_sub(MAX_DISTANCE)..).unwrap_or(body);
    request_id_in(beginning).or_else(|| request_id_in(end))
}

fn request_id_in(text: &[u8]) -> Option<String> {
    const NAME: &[u8] = b"\"RequestId\"";
    let at = text.windows(NAME.len()).position(|window| window == NAME)?;
    let after = text.get(at + NAME.len()..)?.trim_ascii_start().strip_prefix(b":")?;
    let after = after.trim_ascii_start().strip_prefix(b"\"")?;
    let id = after.split(|byte| *byte == b'"').next().filter(|id| id.len() < after.len())?;
    let is_valid = (1..=64).contains(&id.len())
        && id.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    is_valid.then(|| String::from_utf8_lossy(id).into_owned())
}

/// The destination of the members of `Response`.
enum Target<'a> {
    Model(&'a mut dyn Model),
    Value(&'a mut Map<String, Value>),
}

impl Target<'_> {
    fn reborrow(&mut self) -> Target<'_> {
        match self {
            Self::Model(model) => Target::Model(&mut **model),
            Self::Value(members) => Target::Value(members),
        }
    }
}

struct Envelope<'a> {
    target: Target<'a>,
    raw: &'a mut RawFields,
    context: &'a Context,
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member `Response`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { mut target, raw, context } = self;
        let mut found = false;
        while let Some(name) = map.next_key::<String>()? {
            if name != "Response" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if found {
                reset(&mut target, raw);
            }
            found = true;
            map.next_value_seed(Response { target: target.reborrow(), raw, context })?;
        }
        if found { Ok(()) } else { Err(A::Error::custom(MISSING_RESPONSE)) }
    }
}

/// Discards the value of an earlier member `Response`.
#[cold]
fn reset(target: &mut Target<'_>, raw: &mut RawFields) {
    let model = match target {
        Target::Value(members) => return members.clear(),
        Target::Model(model) => model,
    };
    if let Some(id) = text_member(*model, "RequestId") {
        raw.request_id = RawJson::string(&id);
    }
    model.fields_mut(&mut |fields: &mut [&mut dyn Field]| {
        for field in fields {
            field.get_mut().unset();
        }
    });
}

struct Response<'a> {
    target: Target<'a>,
    raw: &'a mut RawFields,
    context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for Response<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // The error of `deserialize_map` would contain a value that is not a map.
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Response<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object in the member `Response`")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let Self { target, raw, context } = self;
        match target {
            Target::Model(model) => read_members(model, Some(raw), map, context),
            Target::Value(members) => read_values(members, raw, map, context),
        }
    }

    /// Leaves out the text, because it may be long or a secret.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Err(E::invalid_type(serde::de::Unexpected::Other("a string"), &self))
    }
}

/// Reads all members as values, and the envelope fields additionally into `raw`.
fn read_values<'de, A: MapAccess<'de>>(
    members: &mut Map<String, Value>,
    raw: &mut RawFields,
    mut map: A,
    context: &Context,
) -> Result<(), A::Error> {
    while let Some(name) = map.next_key::<String>()? {
        let value = match raw.slot(&name) {
            None => map.next_value()?,
            Some(slot) => {
                let json: &RawValue = map.next_value()?;
                ValueSeed { slot, context }
                    .deserialize(&mut serde_json::Deserializer::from_str(json.get()))
                    .and_then(|()| serde_json::from_str(json.get()))
                    .map_err(A::Error::custom)?
            }
        };
        members.insert(name, value);
    }
    Ok(())
}

/// Whether a response has members other than those of the envelope. Two responses have a member
/// `Error` of their own: without other members it is an error of the API.
#[cold]
fn has_other_members(text: &str) -> bool {
    let members = || {
        let document = RawMembers::from_json(text)?;
        RawMembers::from_json(document.get("Response").unwrap_or("{}"))
    };
    // In an invalid document, `Error` counts as an error of the API.
    members().is_ok_and(|members| {
        members.iter().any(|(name, value)| {
            !matches!(name, "Error" | "RequestId" | "DeprecatedWarning") && value != "null"
        })
    })
}

fn text_member(model: &dyn Model, name: &str) -> Option<String> {
    let mut text = None;
    member::read(model, name, &mut |value| {
        if let Ref::Str(value) = value {
            text = Some(value.to_owned());
        }
    });
    text
}
