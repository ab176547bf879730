//! The headers that are the same on all attempts.

use http::{HeaderMap, HeaderValue};

use super::options::{CallOptions, TRACE_ID};
use crate::client::Shared;
use crate::encode::Prepared as Wire;
use crate::error::Error;
use crate::random;
use crate::redact;
use crate::region::Region;

/// What the SDK calls itself in `X-TC-RequestClient`.
const SDK: &str = concat!("SDK_RUST_", env!("CARGO_PKG_VERSION"));

pub(super) const LANGUAGE: &str = "x-tc-language";
pub(super) const REQUEST_CLIENT: &str = "x-tc-requestclient";

/// The name of the program behind that of the SDK.
pub(super) fn request_client(shared: &Shared) -> String {
    match shared.profile.request_client() {
        None => SDK.to_owned(),
        Some(name) => format!("{SDK}; {name}"),
    }
}

/// Checks the names of the call, and puts its headers together: those of the caller win.
pub(super) fn shared_headers(
    shared: &Shared,
    action: &str,
    region: &Region,
    options: &CallOptions,
    wire: &Wire,
) -> Result<HeaderMap, Error> {
    region.check()?;
    let mut headers = HeaderMap::with_capacity(16);
    name("a service", &shared.service, "cvm", |b| b.is_ascii_alphanumeric() || b == b'-')?;
    let action = name("an action", action, "DescribeZones", |b| b.is_ascii_alphanumeric())?;
    let is_of_version = |b: u8| b.is_ascii_digit() || b == b'-';
    let version = name("a version", &shared.version, "2017-03-12", is_of_version)?;
    // The older signatures have all of this among the parameters, and no header for it.
    if let Wire::Whole(encoded) = wire {
        headers.insert("x-tc-action", action);
        headers.insert("x-tc-version", version);
        if !region.is_empty() {
            headers.insert("x-tc-region", value("the region", region.as_str())?);
        }
        let language = options.language.unwrap_or(shared.profile.language());
        headers.insert(LANGUAGE, HeaderValue::from_static(language.as_str()));
        headers.insert(REQUEST_CLIENT, value("request_client", &request_client(shared))?);
        headers.extend(encoded.headers.clone());
    }
    headers.extend(options.headers.clone());
    mark_secrets(&mut headers);
    // An empty one is that of a caller who has none, and names no call.
    if headers.get(TRACE_ID).is_none_or(HeaderValue::is_empty) {
        let id = random::uuid(&*shared.random);
        headers.insert(TRACE_ID, value("the trace id", &id)?);
    }
    Ok(headers)
}

/// Keeps the values of secret headers out of what prints them, interceptors among it.
pub(super) fn mark_secrets(headers: &mut HeaderMap) {
    for (name, value) in headers {
        if redact::is_secret(name.as_str()) {
            value.set_sensitive(true);
        }
    }
}

fn name(what: &str, text: &str, like: &str, fits: fn(u8) -> bool) -> Result<HeaderValue, Error> {
    let shown: String = text.chars().take(60).collect();
    let value = HeaderValue::from_str(text).ok();
    value.filter(|_| !text.is_empty() && text.bytes().all(fits)).ok_or_else(|| {
        let message = format!("{shown:?} is no name of {what} of the API: give one like {like}");
        Error::invalid_input(message)
    })
}

pub(super) fn value(what: &str, text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|error| {
        Error::invalid_input(format!("{what} cannot be sent in a header")).with_source(error)
    })
}

/// A header that the transport keeps out of its own logs.
pub(super) fn secret_value(what: &str, text: &str) -> Result<HeaderValue, Error> {
    let mut value = value(what, text)?;
    value.set_sensitive(true);
    Ok(value)
}
