use serde::de::Error as _;

use super::{EnvelopeFields, Failure};
use crate::protocol::model::field::{Field, Mut, ObjectSlot, Ref};
use crate::protocol::model::{Model, ReadError};
use crate::{redact, table};

/// Members that any response can have beside those of its model. None of them refuses a value for
/// its type, but for an `Error` that is not an object.
#[derive(Default)]
pub(super) struct Slots {
    pub(super) errors: Errors,
    pub(super) request_id: Json,
    pub(super) deprecated_warning: Json,
}
table!(Slots {
    "Error": errors,
    "RequestId": request_id,
    "DeprecatedWarning": deprecated_warning,
});

/// The member `Error`: the last one, and the last one before it that has a code.
#[derive(Default)]
pub(super) struct Errors {
    last: ErrorBody,
    earlier: ErrorBody,
}

#[derive(Default)]
struct ErrorBody {
    code: Json,
    message: Json,
}
table!(ErrorBody { "Code": code, "Message": message });

/// A value of any type, as JSON.
#[derive(Default)]
pub(super) struct Json(Option<String>);

impl Slots {
    /// Where a member of this name goes, if it is one of these.
    pub(super) fn slot(&mut self, name: &str) -> Option<Mut<'_>> {
        match name {
            "Error" => Some(self.errors.get_mut()),
            "RequestId" => Some(self.request_id.get_mut()),
            "DeprecatedWarning" => Some(self.deprecated_warning.get_mut()),
            _ => None,
        }
    }

    /// The error of the API, if there is one.
    pub(super) fn failure(&self) -> Option<Failure> {
        let Errors { last, earlier } = &self.errors;
        [last, earlier].into_iter().find_map(|error| {
            let (message, request_id) = (error.message.shown(), self.request_id());
            Some(Failure { code: error.code()?, message, request_id })
        })
    }

    pub(super) fn request_id(&self) -> Option<String> {
        self.request_id.scalar().filter(|id| !id.is_empty())
    }

    /// What the response says beside its value, or the failure that it is.
    pub(super) fn into_fields(self) -> Result<Result<EnvelopeFields, Failure>, ReadError> {
        if let Some(failure) = self.failure() {
            return Ok(Err(failure));
        }
        if self.errors.last.code.is_compound() {
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

impl Json {
    pub(super) fn string(text: &str) -> Self {
        Self(serde_json::to_string(text).ok())
    }

    /// The text of a string, or a number or boolean as it is written.
    pub(super) fn scalar(&self) -> Option<String> {
        let json = self.0.as_deref()?;
        match json.as_bytes().first()? {
            b'"' => {
                // Half a surrogate pair stands for no character: it is shown as it is written.
                let written = || json.trim_matches('"').to_owned();
                Some(serde_json::from_str(json).unwrap_or_else(|_| written()))
            }
            b'{' | b'[' => None,
            _ => Some(json.to_owned()),
        }
    }

    fn is_compound(&self) -> bool {
        self.0.as_deref().is_some_and(|json| json.starts_with(['{', '[']))
    }

    /// As [`scalar`](Self::scalar), or the JSON of an object or a list without its secrets.
    fn shown(&self) -> String {
        let json = || self.0.as_deref().map(redact::redact_json);
        self.scalar().or_else(json).unwrap_or_default()
    }
}

impl Field for Errors {
    fn get(&self) -> Ref<'_> {
        Ref::Unset
    }

    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Object(self)
    }
}

impl ObjectSlot for Errors {
    fn open(&mut self) -> &mut dyn Model {
        let last = std::mem::take(&mut self.last);
        if last.code().is_some() {
            self.earlier = last;
        }
        &mut self.last
    }

    /// An error of the API stays one, whatever follows it.
    fn unset(&mut self) {}
}

impl Field for Json {
    fn get(&self) -> Ref<'_> {
        self.0.as_deref().map_or(Ref::Unset, Ref::Str)
    }

    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Json(&mut self.0)
    }
}
