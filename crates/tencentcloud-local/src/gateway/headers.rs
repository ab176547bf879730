//! Strict access to headers: a header that the server uses must appear once and be UTF-8.

use http::HeaderMap;

use crate::api_error::{ApiError, AuthorizationHeaderError};
use crate::parameters::Pair;

/// The headers of a request.
#[derive(Clone, Copy)]
pub(super) struct Headers<'a>(pub(super) &'a HeaderMap);

impl<'a> Headers<'a> {
    /// Returns the value of a header, without surrounding spaces.
    pub(super) fn get(self, name: &str) -> Result<Option<&'a str>, ApiError> {
        let mut values = self.0.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(ApiError::DuplicateHeader { name: name.to_owned() });
        }
        let value = std::str::from_utf8(value.as_bytes())
            .map_err(|_| ApiError::HeaderNotUtf8 { name: name.to_owned() })?;
        Ok(Some(value.trim_matches([' ', '\t'])))
    }

    /// Returns the value of a header that must be present and not empty.
    pub(super) fn required(self, name: &str) -> Result<&'a str, ApiError> {
        let value = self.get(name)?.filter(|value| !value.is_empty());
        value.ok_or_else(|| ApiError::missing(name))
    }

    /// Returns the headers that are parameters of an octet stream, such as `X-CLS-TopicId`, with
    /// their prefix removed.
    pub(super) fn parameters(self, service: &str) -> Result<Vec<Pair>, ApiError> {
        let prefix = format!("x-{}-", service.to_ascii_lowercase());
        let names =
            self.0.keys().filter_map(|name| Some((name, name.as_str().strip_prefix(&prefix)?)));
        let pairs = names.map(|(name, parameter)| {
            let value = self.get(name.as_str())?.unwrap_or_default();
            Ok((parameter.to_owned(), value.to_owned()))
        });
        pairs.collect()
    }

    /// Returns the `Authorization` header, whose errors have their own code.
    pub(super) fn authorization(self) -> Result<&'a str, ApiError> {
        let value = self.get("Authorization").map_err(|error| match error {
            ApiError::HeaderNotUtf8 { .. } => {
                ApiError::AuthorizationHeader(AuthorizationHeaderError::NotUtf8)
            }
            _ => ApiError::AuthorizationHeader(AuthorizationHeaderError::Duplicate),
        })?;
        value.ok_or(ApiError::Unsigned)
    }
}
