use serde::de::Error as _;

use super::{EnvelopeFields, Failure};
use crate::protocol::model::field::{Field, Mut, ObjectSlot, Ref};
use crate::protocol::model::{Model, ReadError};
use crate::{redact, table};

/// The members that every response can have, as they were received. They accept values of any type,
/// except that `Error` must be an object.
#[derive(Default)]
pub(super) struct RawFields {
    pub(super) error: ErrorMember,
    pub(super) request_id: RawJson,
    pub(super) deprecated_warning: RawJson,
}
table!(RawFields {
    "Error": error,
    "RequestId": request_id,
    "DeprecatedWarning": deprecated_warning,
});

/// The member `Error`. If it appears more than once, the last one with a code before the final one
/// is kept too.
#[derive(Default)]
pub(super) struct ErrorMember {
    last: ErrorBody,
    last_with_code: ErrorBody,
}

#[derive(Default)]
struct ErrorBody {
    code: RawJson,
    message: RawJson,
}
table!(ErrorBody { "Code": code, "Message": message });

/// A value of any type, as JSON.
#[derive(Default)]
pub(super) struct RawJson(Option<String>);

impl RawFields {
    /// Returns the field for the member `name`, if it belongs to the envelope.
    pub(super) fn slot(&mut self, name: &str) -> Option<Mut<'_>> {
        match name {
            "Error" => Some(self.error.get_mut()),
            "RequestId" => Some(self.request_id.get_mut()),
            "DeprecatedWarning" => Some(self.deprecated_warning.get_mut()),
            _ => None,
        }
    }

    /// Returns the error of the API, if the response is one.
    pub(super) fn failure(&self) -> Option<Failure> {
        let ErrorMember { last, last_with_code } = &self.error;
        [last, last_with_code].into_iter().find_map(|error| {
            let (message, request_id) = (error.message.to_text(), self.request_id());
            Some(Failure { code: error.code()?, message, request_id })
        })
    }

    pub(super) fn request_id(&self) -> Option<String> {
        self.request_id.scalar().filter(|id| !id.is_empty())
    }

    /// Converts into the envelope fields, or the error of the API.
    pub(super) fn into_fields(self) -> Result<Result<EnvelopeFields, Failure>, ReadError> {
        if let Some(failure) = self.failure() {
            return Ok(Err(failure));
        }
        if self.error.last.code.is_compound() {
            let source = serde_json::Error::custom("expected a string, found an object or a list");
            return Err(ReadError::new("Response.Error.Code".to_owned(), source));
        }
        let request_id = self.request_id();
        Ok(Ok(EnvelopeFields { request_id, deprecated_warning: self.deprecated_warning.scalar() }))
    }
}

impl ErrorBody {
    fn code(&self) -> Option<String> {
        self.code.scalar().filter(|code| !code.is_empty())
    }
}

impl RawJson {
    pub(super) fn string(text: &str) -> Self {
        Self(serde_json::to_string(text).ok())
    }

    /// Returns the text of a string, or a number or boolean as it was received.
    pub(super) fn scalar(&self) -> Option<String> {
        let json = self.0.as_deref()?;
        match json.as_bytes().first()? {
            b'"' => {
                // A lone surrogate is not a character: the escape sequence is kept.
                let raw = || json.trim_matches('"').to_owned();
                Some(serde_json::from_str(json).unwrap_or_else(|_| raw()))
            }
            b'{' | b'[' => None,
            _ => Some(json.to_owned()),
        }
    }

    fn is_compound(&self) -> bool {
        self.0.as_deref().is_some_and(|json| json.starts_with(['{', '[']))
    }

    /// Like [`scalar`](Self::scalar); for an object or a list, returns the JSON without secrets.
    fn to_text(&self) -> String {
        let json = || self.0.as_deref().map(redact::redact_json);
        self.scalar().or_else(json).unwrap_or_default()
    }
}

impl Field for ErrorMember {
    fn get(&self) -> Ref<'_> {
        Ref::Unset
    }

    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Object(self)
    }
}

impl ObjectSlot for ErrorMember {
    fn open(&mut self) -> &mut dyn Model {
        let last = std::mem::take(&mut self.last);
        if last.code().is_some() {
            self.last_with_code = last;
        }
        &mut self.last
    }

    /// Does nothing: a later `null` does not remove an error of the API.
    fn unset(&mut self) {}
}

impl Field for RawJson {
    fn get(&self) -> Ref<'_> {
        self.0.as_deref().map_or(Ref::Unset, Ref::Str)
    }

    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Json(&mut self.0)
    }
}
