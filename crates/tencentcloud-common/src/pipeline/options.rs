//! What is set for one call only.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;
use crate::profile::{Endpoint, Language, Protocol};
use crate::redact::is_secret;
use crate::region::Region;
use crate::retry::RetryPolicy;

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
    /// The first mistake made while setting options; reported when the call is awaited.
    mistake: Option<String>,
}

/// Headers that the SDK sets, and what to use instead.
const RESERVED: [(&str, &str); 12] = [
    ("authorization", "the credential of the client"),
    ("host", "`Call::endpoint` or the endpoint of the profile"),
    ("content-type", "nothing: it follows from the form of the request"),
    ("content-length", "nothing: it follows from the request"),
    ("transfer-encoding", "nothing: it follows from the request"),
    ("connection", "`HttpProfile::keep_alive`"),
    ("x-tc-action", "the request or the argument `action`"),
    ("x-tc-version", "the client or the argument `version`"),
    ("x-tc-timestamp", "the clock of the client"),
    ("x-tc-region", "`Call::region`"),
    ("x-tc-token", "a credential with a token"),
    ("x-tc-content-sha256", "`ClientProfile::unsigned_payload`"),
];

/// Names a call, whoever made it up.
pub(super) const TRACE_ID: &str = "x-tc-traceid";

/// Refuses headers that differ from those `before` in one that the SDK must set itself, by its
/// value, its number or its absence.
pub(super) fn check_unchanged(before: &HeaderMap, after: &HeaderMap) -> Result<(), Error> {
    let is_same = |name: &str| before.get_all(name).iter().eq(after.get_all(name));
    for (name, instead) in RESERVED {
        if !is_same(name) {
            return Err(Error::invalid_input(format!(
                "the header {name} is set by the SDK and must not be changed or removed; use \
                 {instead}"
            )));
        }
    }
    if !is_same(TRACE_ID) {
        return Err(Error::invalid_input(format!(
            "the header {TRACE_ID} is the same on all attempts of a call, and must not be changed \
             or removed; use `Call::header`"
        )));
    }
    Ok(())
}

/// Refuses a header that the SDK must set itself.
fn check_reserved(name: &HeaderName) -> Result<(), Error> {
    match RESERVED.iter().find(|(reserved, _)| name == *reserved) {
        None => Ok(()),
        Some((_, instead)) => {
            Err(Error::invalid_input(format!("the header {name} is set by the SDK; use {instead}")))
        }
    }
}

impl CallOptions {
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        match header(name, value) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(mistake) => self.note(&mistake),
        }
    }

    pub(crate) fn set_endpoint(&mut self, endpoint: &str, protocol: Protocol) {
        match Endpoint::parse(endpoint, protocol) {
            Ok(endpoint) => self.endpoint = Some(endpoint),
            Err(mistake) => self.note(&mistake),
        }
    }

    fn note(&mut self, mistake: &Error) {
        self.mistake.get_or_insert_with(|| mistake.message().to_owned());
    }

    /// Refuses what was set wrongly.
    pub(super) fn check(&self) -> Result<(), Error> {
        if let Some(mistake) = &self.mistake {
            return Err(Error::invalid_input(mistake.clone()));
        }
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(Error::invalid_input("the timeout of the call is zero"));
        }
        Ok(())
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let shown: String = name.chars().take(60).collect();
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Error::invalid_input(format!("{shown:?} is no name of a header")))?;
    check_reserved(&parsed)?;
    // The value is not shown: it may be a secret.
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        Error::invalid_input(format!(
            "the value of the header {shown} holds a character that a header cannot carry"
        ))
    })?;
    // Interceptors are shown all headers.
    value.set_sensitive(is_secret(parsed.as_str()));
    Ok((parsed, value))
}
