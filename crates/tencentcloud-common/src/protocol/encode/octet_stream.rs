//! Raw bytes as the body and parameters as headers, such as `X-CLS-TopicId` of `UploadLog`.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use super::{Parameters, json};
use crate::error::Error;
use crate::protocol::headers;
use crate::protocol::query::flatten;

pub(super) const CONTENT_TYPE: &str = "application/octet-stream";

/// Creates an octet stream. The parameters must serialize to an object of strings, numbers and
/// booleans.
///
/// `TopicId` becomes the header `X-<SERVICE>-TopicId`. A name with a `-` is already the name of a
/// header; the official SDK for Python accepts only such names.
pub(crate) fn octet_stream(
    service: &str,
    parameters: &impl Serialize,
    body: impl Into<Bytes>,
) -> Result<Parameters, Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in flatten(&json::object(parameters)?)? {
        let header = header_name(service, &name)?;
        // Errors do not show the value, because it may be a secret.
        let value = HeaderValue::from_str(&value).ok().filter(|value| value.to_str().is_ok());
        let value = value.ok_or_else(|| {
            Error::invalid_input(format!(
                "the value of the parameter {name} cannot be sent in the header {header}: use \
                 printable ASCII"
            ))
        })?;
        if headers.insert(&header, value).is_some() {
            return Err(Error::invalid_input(format!(
                "duplicate header {header}: the parameter {name} and another one set it"
            )));
        }
    }
    Ok(Parameters::OctetStream { headers, body: body.into() })
}

fn header_name(service: &str, name: &str) -> Result<HeaderName, Error> {
    let shown: String = name.chars().take(60).collect();
    if name.contains('.') {
        return Err(Error::invalid_input(format!(
            "the parameter {shown} is nested: the parameters of an octet stream are headers, so use \
             strings, numbers and booleans"
        )));
    }
    let as_header = HeaderName::from_bytes(name.as_bytes());
    if let Ok(header) = &as_header
        && (headers::reserved(header).is_some() || *header == headers::REQUEST_CLIENT)
    {
        return Err(Error::invalid_input(format!(
            "the header {shown} is set by the SDK: remove it from the parameters"
        )));
    }
    let header = if name.contains('-') {
        as_header
    } else {
        let service = service.to_ascii_uppercase();
        HeaderName::from_bytes(format!("X-{service}-{name}").as_bytes())
    };
    header.ok().filter(|_| !name.is_empty()).ok_or_else(|| {
        Error::invalid_input(format!(
            "invalid parameter or header name {shown:?}: use letters, digits and '-'"
        ))
    })
}
