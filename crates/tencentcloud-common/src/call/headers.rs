//! The headers that are the same on all attempts.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::context::Shared;
use super::options::CallOptions;
use crate::error::Error;
use crate::profile::Region;
use crate::protocol::encode::EncodedRequest;
use crate::protocol::headers::{
    ACTION, LANGUAGE, REGION, REQUEST_CLIENT, RESERVED, SDK, TRACE_ID, VERSION, mark_secrets, value,
};
use crate::runtime::random;

/// The value of `X-TC-RequestClient`: the name of the SDK, and behind it that of the program.
pub(super) fn request_client(shared: &Shared) -> String {
    match shared.profile.request_client() {
        None => SDK.to_owned(),
        Some(name) => format!("{SDK}; {name}"),
    }
}

/// Checks the names of the call, and returns its headers. Those of the caller override the
/// defaults.
pub(super) fn call_headers(
    shared: &Shared,
    action: &str,
    region: &Region,
    options: &CallOptions,
    encoded: &EncodedRequest,
) -> Result<HeaderMap, Error> {
    region.check()?;
    let mut headers = HeaderMap::with_capacity(16);
    name("service name", &shared.service, "letters, digits and '-', such as \"cvm\"", |b| {
        b.is_ascii_alphanumeric() || b == b'-'
    })?;
    let action =
        name("action name", action, "letters and digits, such as \"DescribeZones\"", |b| {
            b.is_ascii_alphanumeric()
        })?;
    let version = name("API version", &shared.version, "a date such as \"2017-03-12\"", |b| {
        b.is_ascii_digit() || b == b'-'
    })?;
    // For `HmacSHA1` and `HmacSHA256` these are parameters.
    if let EncodedRequest::Complete(parts) = encoded {
        headers.insert(ACTION, action);
        headers.insert(VERSION, version);
        if !region.is_empty() {
            headers.insert(REGION, value("the region", region.as_str())?);
        }
        let language = options.language.unwrap_or(shared.profile.language());
        headers.insert(LANGUAGE, HeaderValue::from_static(language.as_str()));
        headers.insert(REQUEST_CLIENT, value("`request_client`", &request_client(shared))?);
        headers.extend(parts.headers.clone());
    }
    headers.extend(options.headers.clone());
    mark_secrets(&mut headers);
    // An empty trace id is treated as unset.
    if headers.get(TRACE_ID).is_none_or(HeaderValue::is_empty) {
        let id = random::uuid(&*shared.random);
        headers.insert(TRACE_ID, value("the trace id", &id)?);
    }
    Ok(headers)
}

/// Refuses a change of a header that only the SDK sets: of its value, its number or its absence.
pub(super) fn check_unchanged(before: &HeaderMap, after: &HeaderMap) -> Result<(), Error> {
    let is_same = |name: &HeaderName| before.get_all(name).iter().eq(after.get_all(name));
    if let Some((name, instead)) = RESERVED.into_iter().find(|(name, _)| !is_same(name)) {
        return Err(Error::invalid_input(format!(
            "an interceptor changed the header {name}, which only the SDK sets: {instead}"
        )));
    }
    if !is_same(&TRACE_ID) {
        return Err(Error::invalid_input(format!(
            "an interceptor changed the header {TRACE_ID}, which is the same on all attempts of a \
             call: use `Call::header`"
        )));
    }
    Ok(())
}

fn name(
    what: &str,
    text: &str,
    expected: &str,
    allowed: fn(u8) -> bool,
) -> Result<HeaderValue, Error> {
    let value = HeaderValue::from_str(text).ok();
    value.filter(|_| !text.is_empty() && text.bytes().all(allowed)).ok_or_else(|| {
        let shown: String = text.chars().take(60).collect();
        Error::invalid_input(format!("invalid {what} {shown:?}: expected {expected}"))
    })
}
