//! The envelope that all responses of the API share, and the one rule for what it says: an error
//! of the API comes first.
//!
//! Whatever does not fit beside it, before or after it, a member `Error` with a code makes the
//! response an error of the API, in typed and dynamic calls alike. Of members with the same name
//! the last one counts; an `Error` without a code, such as `null`, takes no other one back.

mod slots;

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use self::slots::{Errors, Json, Slots};
use crate::protocol::model::json::{self, Leniency};
use crate::protocol::model::read::{Context, ValueSeed, read_members};
use crate::protocol::model::{Field, Model, ReadError, Ref};
use crate::table;

/// What a response holds beside its value.
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

/// How many bytes of a response that is not UTF-8 are searched for an error of the API.
const MAX_REPAIRED: usize = 256 * 1024;

const MISSING: &str = "the member `Response` is missing";

/// A model without members: all of them are passed over.
#[derive(Default)]
struct Nothing {}
table!(Nothing {});

/// Reads a response into `model`, or the failure that it holds.
pub(crate) fn read(
    body: &[u8],
    model: &mut dyn Model,
) -> Result<Result<EnvelopeFields, Failure>, ReadError> {
    let has_error_member = model.table().members.contains(&"Error");
    let text = match text(body) {
        Ok(text) => text,
        Err(error) => return failure_in_invalid_utf8(body, has_error_member, error),
    };
    let mut slots = Slots::default();
    let outcome = read_into(text, Target::Model(&mut *model), &mut slots);
    // Where the reading stopped, the error of the API may not have come yet; and one that the
    // model has a member for is not slots.
    if (outcome.is_err() || has_error_member)
        && !(has_error_member && has_value(text))
        && let Some(failure) = failure(text)
    {
        return Ok(Err(failure));
    }
    outcome?;
    let request_id = text_member(model, "RequestId");
    let request_id = request_id.or_else(|| slots.request_id());
    Ok(match slots.into_fields()? {
        Ok(fields) => Ok(EnvelopeFields { request_id, ..fields }),
        Err(failure) => Err(Failure { request_id, ..failure }),
    })
}

/// Reads no more of a response than its envelope, or the failure that it holds. With `has_error_member`,
/// a member `Error` is the action's own when others stand beside it.
pub(crate) fn read_fields(
    body: &[u8],
    has_error_member: bool,
) -> Result<Result<EnvelopeFields, Failure>, ReadError> {
    read_untyped(body, has_error_member, Target::Model(&mut Nothing {}))
}

/// Reads the member `Response` of a response, or the failure that it holds.
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
    let mut slots = Slots::default();
    let outcome = read_into(text, target, &mut slots);
    let is_member = has_error_member && has_value(text);
    if outcome.is_err()
        && !is_member
        && let Some(failure) = failure(text)
    {
        return Ok(Err(failure));
    }
    outcome?;
    if is_member {
        slots.errors = Errors::default();
    }
    slots.into_fields()
}

/// The text of the member `Response`.
pub(crate) fn response_text(body: &[u8]) -> Result<&str, ReadError> {
    let document: BTreeMap<String, &RawValue> =
        serde_json::from_str(json::text(body)?).map_err(unreadable)?;
    Ok(document.get("Response").map_or("{}", |response| response.get()))
}

/// The error of the API that a document holds, whatever else is wrong with it.
fn failure(text: &str) -> Option<Failure> {
    let mut slots = Slots::default();
    // What was found up to an error of the reading counts all the same.
    let _ = read_into(text, Target::Model(&mut Nothing {}), &mut slots);
    slots.failure()
}

/// The failure in a document that is not UTF-8, at worst with a mangled message, or `error`.
#[cold]
fn failure_in_invalid_utf8<T>(
    body: &[u8],
    has_error_member: bool,
    error: ReadError,
) -> Result<Result<T, Failure>, ReadError> {
    if !is_object(body) {
        return Err(error);
    }
    let beginning = String::from_utf8_lossy(body.get(..MAX_REPAIRED).unwrap_or(body));
    let failure = failure(&beginning).filter(|_| !(has_error_member && has_value(&beginning)));
    failure.map_or(Err(error), |failure| Ok(Err(failure)))
}

/// The text of a document that may be an envelope: of others nothing is looked at.
fn text(body: &[u8]) -> Result<&str, ReadError> {
    if is_object(body) {
        json::text(body)
    } else {
        Err(unreadable(serde_json::Error::custom("expected an object with the member `Response`")))
    }
}

fn is_object(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'{')
}

fn unreadable(source: serde_json::Error) -> ReadError {
    ReadError::new(String::new(), source)
}

fn read_into(text: &str, mut target: Target<'_>, slots: &mut Slots) -> Result<(), ReadError> {
    let context = Context::new(Leniency::Lenient, text.len());
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer
        .deserialize_map(Envelope { target: target.reborrow(), slots, context: &context })
        .and_then(|()| deserializer.end())
        .map_err(|source| ReadError::of(&context, source))
}

/// Finds a request id in a text that cannot be read as JSON, such as a truncated one: near its
/// beginning or its end.
pub(crate) fn find_request_id(body: &[u8]) -> Option<String> {
    const NEAR: usize = 64 * 1024;
    let beginning = body.get(..NEAR).unwrap_or(body);
    let end = body.get(body.len().saturating_sub(NEAR)..).unwrap_or(body);
    request_id_in(beginning).or_else(|| request_id_in(end))
}

fn request_id_in(text: &[u8]) -> Option<String> {
    const NAME: &[u8] = b"\"RequestId\"";
    let at = text.windows(NAME.len()).position(|window| window == NAME)?;
    let after = text.get(at + NAME.len()..)?.trim_ascii_start().strip_prefix(b":")?;
    let after = after.trim_ascii_start().strip_prefix(b"\"")?;
    let id = after.split(|byte| *byte == b'"').next().filter(|id| id.len() < after.len())?;
    let fits = (1..=64).contains(&id.len())
        && id.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    fits.then(|| String::from_utf8_lossy(id).into_owned())
}

/// Where the members of `Response` go.
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
    slots: &'a mut Slots,
    context: &'a Context,
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member `Response`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { mut target, slots, context } = self;
        let mut found = false;
        while let Some(name) = map.next_key::<String>()? {
            if name != "Response" {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if found {
                start_again(&mut target, slots);
            }
            found = true;
            map.next_value_seed(Response { target: target.reborrow(), slots, context })?;
        }
        if found { Ok(()) } else { Err(A::Error::custom(MISSING)) }
    }
}

/// Forgets the value of an earlier member `Response`.
#[cold]
fn start_again(target: &mut Target<'_>, slots: &mut Slots) {
    let model = match target {
        Target::Value(members) => return members.clear(),
        Target::Model(model) => model,
    };
    if let Some(id) = text_member(*model, "RequestId") {
        slots.request_id = Json::string(&id);
    }
    model.fields_mut(&mut |fields: &mut [&mut dyn Field]| {
        for field in fields {
            field.get_mut().unset();
        }
    });
}

struct Response<'a> {
    target: Target<'a>,
    slots: &'a mut Slots,
    context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for Response<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // Not `deserialize_map`, whose error quotes a value that is not a map.
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Response<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object in the member `Response`")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let Self { target, slots, context } = self;
        match target {
            Target::Model(model) => read_members(model, Some(slots), map, context),
            Target::Value(members) => read_values(members, slots, map, context),
        }
    }

    /// Without the text, which may be long, and a secret.
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Err(E::invalid_type(serde::de::Unexpected::Other("a string"), &self))
    }
}

/// Reads all members as values, and those that any response can have slots, too.
fn read_values<'de, A: MapAccess<'de>>(
    members: &mut Map<String, Value>,
    slots: &mut Slots,
    mut map: A,
    context: &Context,
) -> Result<(), A::Error> {
    while let Some(name) = map.next_key::<String>()? {
        let value = match slots.slot(&name) {
            None => map.next_value()?,
            Some(slot) => {
                let json: &RawValue = map.next_value()?;
                ValueSeed { place: slot, context }
                    .deserialize(&mut serde_json::Deserializer::from_str(json.get()))
                    .and_then(|()| serde_json::from_str(json.get()))
                    .map_err(A::Error::custom)?
            }
        };
        members.insert(name, value);
    }
    Ok(())
}

/// Two responses have a member of their own named `Error`. It is an error of the API only when no
/// value stands beside it.
#[cold]
fn has_value(text: &str) -> bool {
    let members = || -> Result<BTreeMap<String, &RawValue>, serde_json::Error> {
        let document: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
        serde_json::from_str(document.get("Response").map_or("{}", |response| response.get()))
    };
    // Of a document that cannot be read to its end, the error is what is known.
    members().is_ok_and(|members| {
        members.iter().any(|(name, value)| {
            !matches!(name.as_str(), "Error" | "RequestId" | "DeprecatedWarning")
                && value.get() != "null"
        })
    })
}

fn text_member(model: &dyn Model, wanted: &str) -> Option<String> {
    let index = model.table().members.iter().position(|name| *name == wanted)?;
    let mut text = None;
    model.fields(&mut |fields: &[&dyn Field]| {
        if let Some(Ref::Str(value)) = fields.get(index).map(|field| field.get()) {
            text = Some(value.to_owned());
        }
    });
    text
}
