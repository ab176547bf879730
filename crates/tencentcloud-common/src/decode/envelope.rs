use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::model::json::Leniency;
use crate::model::read::{Context, read_members};
use crate::model::{Field, Model, ReadError, Ref};
use crate::table;

/// What stands in an answer beside its value.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) request_id: Option<String>,
    pub(crate) deprecated_warning: Option<String>,
}

/// An error that stands in an answer.
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) request_id: Option<String>,
}

/// Members that any answer can have beside those of its model.
#[derive(Default)]
struct Aside {
    error: Option<ErrorBody>,
    request_id: Option<String>,
    deprecated_warning: Option<String>,
}
table!(Aside {
    "Error": error,
    "RequestId": request_id,
    "DeprecatedWarning": deprecated_warning,
});

#[derive(Default)]
struct ErrorBody {
    code: Option<String>,
    message: Option<String>,
}
table!(ErrorBody { "Code": code, "Message": message });

/// Reads an answer into `model`, or the failure that it holds.
pub(crate) fn read(
    body: &[u8],
    model: &mut dyn Model,
) -> Result<Result<Notes, Failure>, ReadError> {
    let context = Context::new(Leniency::Lenient);
    let mut aside = Aside::default();
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    deserializer
        .deserialize_map(Envelope { model, aside: &mut aside, context: &context })
        .and_then(|()| deserializer.end())
        .map_err(|source| ReadError::new(context.path.take(), source))?;
    let request_id = text_member(model, "RequestId").or(aside.request_id);
    let error = match aside.error {
        Some(error) => Some(error),
        None => own_error(model),
    };
    let code = error.as_ref().and_then(|error| error.code.clone());
    Ok(match code.filter(|code| !code.is_empty()) {
        Some(code) => {
            let message = error.and_then(|error| error.message).unwrap_or_default();
            Err(Failure { code, message, request_id })
        }
        None => Ok(Notes { request_id, deprecated_warning: aside.deprecated_warning }),
    })
}

/// Reads the member `Response` of an answer, or the failure that it holds. With `own_error`, a
/// member `Error` is the action's own when others stand beside it.
pub(crate) fn read_value(
    body: &[u8],
    own_error: bool,
) -> Result<Result<(Value, Notes), Failure>, ReadError> {
    let no_response = || serde_json::Error::custom("the member `Response` is missing");
    let mut document: Value =
        serde_json::from_slice(body).map_err(|error| ReadError::new(String::new(), error))?;
    let response = document
        .get_mut("Response")
        .map(Value::take)
        .filter(Value::is_object)
        .ok_or_else(|| ReadError::new(String::new(), no_response()))?;
    // As lenient as the typed calls are: a failure is none the less one when its code is a number.
    let text = |value: Option<&Value>| match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let error = response.get("Error").filter(|error| !error.is_null());
    if !own_error && error.is_some_and(|error| !error.is_object()) {
        let source = serde_json::Error::custom("the member `Error` is no object");
        return Err(ReadError::new("Response.Error".to_owned(), source));
    }
    let request_id = text(response.get("RequestId"));
    let code = text(error.and_then(|error| error.get("Code"))).filter(|code| !code.is_empty());
    let beside = response.as_object().is_some_and(|members| {
        members
            .iter()
            .any(|(name, value)| name != "Error" && name != "RequestId" && !value.is_null())
    });
    if let Some(code) = code.filter(|_| !(own_error && beside)) {
        let message = text(error.and_then(|error| error.get("Message"))).unwrap_or_default();
        return Ok(Err(Failure { code, message, request_id }));
    }
    let deprecated_warning = text(response.get("DeprecatedWarning"));
    Ok(Ok((response, Notes { request_id, deprecated_warning })))
}

/// Finds a request id in a text that cannot be read as JSON, such as a truncated one.
pub(crate) fn find_request_id(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let (_, after) = text.split_once("\"RequestId\"")?;
    let after = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let (id, _) = after.split_once('"')?;
    let fits = (1..=64).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fits.then(|| id.to_owned())
}

struct Envelope<'a> {
    model: &'a mut dyn Model,
    aside: &'a mut Aside,
    context: &'a Context,
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member `Response`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { model, aside, context } = self;
        let mut found = false;
        while let Some(name) = map.next_key::<String>()? {
            if name == "Response" && !found {
                found = true;
                map.next_value_seed(Response { model, aside, context })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if found { Ok(()) } else { Err(A::Error::custom("the member `Response` is missing")) }
    }
}

struct Response<'a> {
    model: &'a mut dyn Model,
    aside: &'a mut Aside,
    context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for Response<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Response<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object in the member `Response`")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        read_members(self.model, Some(self.aside), map, self.context)
    }
}

/// Two answers have a member of their own named `Error`. It is an error of the API only when
/// nothing but the request id stands beside it.
fn own_error(model: &dyn Model) -> Option<ErrorBody> {
    let names = model.table().members;
    if !names.contains(&"Error") {
        return None;
    }
    let mut found = None;
    model.fields(&mut |fields: &[&dyn Field]| {
        for (name, field) in names.iter().zip(fields) {
            match (*name, field.get()) {
                ("Error", Ref::Object(error)) => {
                    found = Some(ErrorBody {
                        code: text_member(error, "Code"),
                        message: text_member(error, "Message"),
                    });
                }
                ("RequestId", _) | (_, Ref::Unset) => {}
                _ => {
                    found = None;
                    return;
                }
            }
        }
    });
    found
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
