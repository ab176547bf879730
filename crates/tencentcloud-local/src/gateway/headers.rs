//! Headers, read strictly: a header that the service uses is there once, as text, or not at all.

use http::HeaderMap;

use crate::parameters::Pair;
use crate::refusal::{Refusal, code};

/// The headers of a request.
#[derive(Clone, Copy)]
pub(super) struct Headers<'a>(pub(super) &'a HeaderMap);

impl<'a> Headers<'a> {
    /// The value of a header, without the spaces around it.
    pub(super) fn one(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        let mut values = self.0.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let refused = |what| Refusal::new(code::INVALID_REQUEST, format!("`{name}` {what}."));
        if values.next().is_some() {
            return Err(refused("is sent twice"));
        }
        let value = std::str::from_utf8(value.as_bytes()).map_err(|_| refused("is not UTF-8"))?;
        Ok(Some(value.trim_matches([' ', '\t'])))
    }

    /// The value of a header that must be there and not be empty.
    pub(super) fn required(self, name: &str) -> Result<&'a str, Refusal> {
        let value = self.one(name)?.filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::missing(name))
    }

    /// The headers that are parameters of an octet stream, such as `X-CLS-TopicId`, without what
    /// stands before their names.
    pub(super) fn of_service(self, service: &str) -> Result<Vec<Pair>, Refusal> {
        let prefix = format!("x-{}-", service.to_ascii_lowercase());
        let names =
            self.0.keys().filter_map(|name| Some((name, name.as_str().strip_prefix(&prefix)?)));
        let pairs = names.map(|(name, parameter)| {
            let value = self.one(name.as_str())?.unwrap_or_default();
            Ok((parameter.to_owned(), value.to_owned()))
        });
        pairs.collect()
    }

    /// The `Authorization` header, whose faults have a code of their own.
    pub(super) fn authorization(self) -> Result<&'a str, Refusal> {
        let value = self.one("Authorization");
        let value =
            value.map_err(|refusal| Refusal { code: code::INVALID_AUTHORIZATION, ..refusal })?;
        value.ok_or_else(|| {
            let message = "The request has neither an `Authorization` header (TC3-HMAC-SHA256) nor a \
                           parameter `Signature` (HmacSHA1, HmacSHA256).";
            Refusal::new(code::INVALID_AUTHORIZATION, message)
        })
    }
}
