//! What every request says beside its parameters: the action, its version, the region, the time.

use super::form::Form;
use super::headers::Headers;
use crate::refusal::{Refusal, code};

/// Where it stands: in headers such as `X-TC-Action`, or among the parameters as `Action`.
#[derive(Clone, Copy)]
pub(super) enum Common<'a> {
    Headers(Headers<'a>),
    Form(&'a Form),
}

impl<'a> Common<'a> {
    /// The value of `Action` and so on.
    pub(super) fn one(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        match self {
            Self::Headers(headers) => headers.one(&self.name(name)),
            Self::Form(form) => form.one(name),
        }
    }

    /// A value that must be there and not be empty.
    pub(super) fn required(self, name: &str) -> Result<&'a str, Refusal> {
        let value = self.one(name)?.filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::missing(self.name(name)))
    }

    /// The name as the request has it.
    pub(super) fn name(self, name: &str) -> String {
        match self {
            Self::Headers(_) => format!("X-TC-{name}"),
            Self::Form(_) => name.to_owned(),
        }
    }

    /// When the request was made, in seconds since 1970.
    pub(super) fn timestamp(self) -> Result<u64, Refusal> {
        let text = self.required("Timestamp")?;
        let digits = Some(text).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        digits.and_then(|text| text.parse().ok()).ok_or_else(|| {
            let name = self.name("Timestamp");
            let message = format!("`{name}` must be seconds since 1970, but is `{text}`.");
            Refusal::new(code::INVALID_PARAMETER, message)
        })
    }
}
