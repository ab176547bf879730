//! What is set for one call only.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;
use crate::policy::retry::RetryPolicy;
use crate::profile::{Endpoint, Language, Protocol, Region};
use crate::protocol::headers;
use crate::redact::is_secret;

/// Options of one call; what is not set comes from the client.
#[derive(Clone, Default)]
pub struct CallOptions {
    pub(crate) region: Option<Region>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) language: Option<Language>,
    pub(crate) skip_sign: bool,
    pub(crate) check_required: Option<bool>,
    /// The first invalid option; reported when the call is awaited.
    error: Option<String>,
}

impl CallOptions {
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        match header(name, value) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(error) => self.keep_first(&error),
        }
    }

    pub(crate) fn set_endpoint(&mut self, endpoint: &str, protocol: Protocol) {
        match Endpoint::parse(endpoint, protocol) {
            Ok(endpoint) => self.endpoint = Some(endpoint),
            Err(error) => self.keep_first(&error),
        }
    }

    fn keep_first(&mut self, error: &Error) {
        self.error.get_or_insert_with(|| error.message().to_owned());
    }

    /// Refuses invalid options.
    pub(super) fn check(&self) -> Result<(), Error> {
        if let Some(error) = &self.error {
            return Err(Error::invalid_input(error.clone()));
        }
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(Error::invalid_input("the timeout of the call is zero: use a longer one"));
        }
        Ok(())
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let shown: String = name.chars().take(60).collect();
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Error::invalid_input(format!("invalid header name {shown:?}")))?;
    if let Some(instead) = headers::reserved(&parsed) {
        let message = format!("the header {parsed} is set by the SDK: {instead}");
        return Err(Error::invalid_input(message));
    }
    // The error does not show the value, which may be a secret.
    let mut value = headers::value(&format!("the value of the header {shown}"), value)?;
    // Interceptors see all headers.
    value.set_sensitive(is_secret(parsed.as_str()));
    Ok((parsed, value))
}
