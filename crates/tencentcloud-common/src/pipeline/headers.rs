//! The headers that are the same on all attempts.

use http::{HeaderMap, HeaderValue};

use crate::call::CallOptions;
use crate::client::Shared;
use crate::error::Error;
use crate::random;
use crate::region::Region;

/// What the SDK calls itself in `X-TC-RequestClient`.
const SDK: &str = concat!("SDK_RUST_", env!("CARGO_PKG_VERSION"));

pub(super) const TRACE_ID: &str = "x-tc-traceid";

/// The name of the program behind that of the SDK.
pub(super) fn request_client(shared: &Shared) -> String {
    match shared.profile.request_client() {
        None => SDK.to_owned(),
        Some(name) => format!("{SDK}; {name}"),
    }
}

/// `in_parameters` says that action, version, region, language and the name of the client travel
/// among the parameters, as in the older signatures: then no header repeats them.
pub(super) fn shared_headers(
    shared: &Shared,
    action: &str,
    region: &Region,
    options: &CallOptions,
    in_parameters: bool,
) -> Result<HeaderMap, Error> {
    region.check()?;
    let mut headers = HeaderMap::with_capacity(16);
    name("a service", &shared.service, |b| b.is_ascii_alphanumeric() || b == b'-')?;
    headers.insert("x-tc-action", name("an action", action, |b| b.is_ascii_alphanumeric())?);
    let version = name("a version", &shared.version, |b| b.is_ascii_digit() || b == b'-')?;
    headers.insert("x-tc-version", version);
    if !region.is_empty() {
        headers.insert("x-tc-region", value("the region", region.as_str())?);
    }
    let language = options.language.unwrap_or(shared.profile.language());
    headers.insert("x-tc-language", HeaderValue::from_static(language.as_str()));
    headers.insert("x-tc-requestclient", value("request_client", &request_client(shared))?);
    if in_parameters {
        headers.clear();
    }
    headers.extend(options.headers.clone());
    if !headers.contains_key(TRACE_ID) {
        let id = random::uuid(&*shared.random);
        headers.insert(TRACE_ID, value("the trace id", &id)?);
    }
    Ok(headers)
}

fn name(what: &str, text: &str, fits: fn(u8) -> bool) -> Result<HeaderValue, Error> {
    let shown: String = text.chars().take(60).collect();
    let value = HeaderValue::from_str(text).ok();
    value
        .filter(|_| !text.is_empty() && text.bytes().all(fits))
        .ok_or_else(|| Error::invalid_input(format!("{shown:?} is no name of {what} of the API")))
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
