//! Encodes the parameters of a call as method, query, headers and body.
//!
//! [`Parameters`] are independent of the wire format. [`Parameters::encode`] writes them in the
//! wire format of the profile, once for all attempts:
//!
//! | parameters | method | body | signature |
//! |---|---|---|---|
//! | [`json`] | `POST` | JSON | TC3 |
//! | [`json`] | `GET` | none; a query | TC3 |
//! | [`json`] | both | form for `POST`; none and a query for `GET` | `HmacSHA1`, `HmacSHA256`: a parameter |
//! | [`multipart`] | `POST` | parts, some of them files | TC3, whatever the profile sets |
//! | [`octet_stream`] | `POST` | raw bytes; the parameters are headers | TC3 |

pub(crate) mod client_token;
pub(crate) mod dry_run;
pub(crate) mod json;
mod multipart;
pub(crate) mod octet_stream;
mod size_limit;

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, Method};

use crate::error::Error;
use crate::profile::SignMethod;
use crate::protocol::query::{self, Pair};
use crate::protocol::raw_members::RawMembers;

pub(crate) use json::{model, parameters};
pub use multipart::Multipart;

/// The parameters of a call, not yet encoded.
pub(crate) enum Parameters {
    /// A JSON object.
    Json(Bytes),
    /// Parts, some of them files.
    Multipart(Multipart),
    /// Raw bytes, with the parameters as headers.
    OctetStream { headers: HeaderMap, body: Bytes },
}

/// How a profile encodes requests.
#[derive(Clone, Debug)]
pub(crate) struct WireFormat {
    /// `GET` or `POST`.
    pub(crate) method: Method,
    /// A call without a signature uses the wire format of TC3.
    pub(crate) sign_method: SignMethod,
}

/// The part of a request that is the same for all attempts.
pub(crate) enum EncodedRequest {
    /// The complete request; its signature is a header.
    Complete(HttpParts),
    /// Parameters that will contain their own signature: each attempt signs them and creates the
    /// request with [`HttpParts::signed_parameters`].
    V1 { method: Method, sign_method: SignMethod, parameters: Vec<Pair> },
}

/// The parts of an HTTP request that depend on the parameters.
#[derive(Clone)]
pub(crate) struct HttpParts {
    pub(crate) method: Method,
    /// Without `?`; empty for `POST`.
    pub(crate) query: String,
    /// Signed exactly as it is sent.
    pub(crate) content_type: Cow<'static, str>,
    /// The parameters of an octet stream; empty for other encodings.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Parameters {
    /// Whether the caller has set a `ClientToken`, which lets the service recognise a retry.
    pub(crate) fn has_client_token(&self) -> bool {
        let Self::Json(json) = self else { return false };
        let members =
            std::str::from_utf8(json).ok().and_then(|json| RawMembers::from_json(json).ok());
        let token = members.and_then(|members| members.get("ClientToken"));
        token.is_some_and(|token| token.len() > 2 && token.starts_with('"'))
    }

    /// Encodes the parameters. `random` fills a buffer with random bytes.
    ///
    /// # Errors
    ///
    /// When the wire format cannot represent the parameters, or they are too large for the API.
    pub(crate) fn encode(
        self,
        format: &WireFormat,
        random: &dyn Fn(&mut [u8]),
    ) -> Result<EncodedRequest, Error> {
        let is_get = format.method == Method::GET;
        let parts = match (self, format.sign_method) {
            (Self::Json(json), SignMethod::Tc3HmacSha256) if is_get => {
                HttpParts::get(query::to_query(&query::flatten(&json)?))
            }
            (Self::Json(json), SignMethod::Tc3HmacSha256) => {
                HttpParts::post(json::CONTENT_TYPE, json)
            }
            (Self::Json(json), sign_method) => {
                let (method, parameters) = (format.method.clone(), query::flatten(&json)?);
                size_limit::check_unsigned(&method, &parameters)?;
                return Ok(EncodedRequest::V1 { method, sign_method, parameters });
            }
            // As in the official SDKs, multipart requests use TC3 whatever the profile sets.
            (Self::Multipart(multipart), _) => {
                check_post(is_get, "multipart/form-data")?;
                multipart.encode(random)?
            }
            (Self::OctetStream { headers, body }, SignMethod::Tc3HmacSha256) => {
                check_post(is_get, octet_stream::CONTENT_TYPE)?;
                HttpParts { headers, ..HttpParts::post(octet_stream::CONTENT_TYPE, body) }
            }
            (Self::OctetStream { .. }, sign_method) => {
                return Err(Error::invalid_input(format!(
                    "an octet stream cannot be signed with {sign_method}: set `sign_method` to \
                     TC3-HMAC-SHA256"
                )));
            }
        };
        size_limit::check(&parts, size_limit::MAX_POST_TC3)?;
        Ok(EncodedRequest::Complete(parts))
    }
}

impl HttpParts {
    fn get(query: String) -> Self {
        Self {
            method: Method::GET,
            query,
            content_type: query::CONTENT_TYPE.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    fn post(content_type: impl Into<Cow<'static, str>>, body: impl Into<Bytes>) -> Self {
        Self {
            method: Method::POST,
            query: String::new(),
            content_type: content_type.into(),
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }

    /// Creates the parts of a request from a form that contains its own signature: the query of a
    /// `GET` or the body of a `POST`.
    ///
    /// # Errors
    ///
    /// When the request is too large for the API.
    pub(crate) fn signed_parameters(method: &Method, form: String) -> Result<Self, Error> {
        let parts = if *method == Method::GET {
            Self::get(form)
        } else {
            Self::post(query::CONTENT_TYPE, form)
        };
        size_limit::check(&parts, size_limit::MAX_POST_V1)?;
        Ok(parts)
    }
}

fn check_post(is_get: bool, content_type: &str) -> Result<(), Error> {
    if is_get {
        return Err(Error::invalid_input(format!(
            "{content_type} needs a body, which GET does not have: set `req_method` to POST"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
