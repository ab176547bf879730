//! The common parameters of every request: action, version, region, timestamp, token.

use super::headers::Headers;
use super::signed_form::SignedForm;
use crate::api_error::ApiError;

/// Where a request has its common parameters: in headers such as `X-TC-Action`, or in the signed
/// form as `Action`.
#[derive(Clone, Copy)]
pub(super) enum CommonParams<'a> {
    Headers(Headers<'a>),
    Form(&'a SignedForm),
}

impl<'a> CommonParams<'a> {
    /// Returns the value of a common parameter such as `Action`.
    pub(super) fn get(self, name: &str) -> Result<Option<&'a str>, ApiError> {
        match self {
            Self::Headers(headers) => headers.get(&self.name(name)),
            Self::Form(form) => form.get(name),
        }
    }

    /// Returns a value that must be present and not empty.
    pub(super) fn required(self, name: &str) -> Result<&'a str, ApiError> {
        let value = self.get(name)?.filter(|value| !value.is_empty());
        value.ok_or_else(|| ApiError::missing(self.name(name)))
    }

    /// Returns the name as the request spells it.
    pub(super) fn name(self, name: &str) -> String {
        match self {
            Self::Headers(_) => format!("X-TC-{name}"),
            Self::Form(_) => name.to_owned(),
        }
    }

    /// Returns the time of the request, in seconds since 1970.
    pub(super) fn timestamp(self) -> Result<u64, ApiError> {
        let text = self.required("Timestamp")?;
        let digits = Some(text).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        digits.and_then(|text| text.parse().ok()).ok_or_else(|| ApiError::InvalidTimestamp {
            name: self.name("Timestamp"),
            value: text.to_owned(),
        })
    }
}
