//! From the parameters of a call to what is sent: method, query, headers and body.
//!
//! A call is first a [`Form`], which knows its parameters and not how they travel.
//! [`Form::prepare`] brings it into the form of the profile, once for all attempts. The forms:
//!
//! | module | travels as | method | signature |
//! |---|---|---|---|
//! | [`json`] | a JSON body | `POST` | TC3 |
//! | [`query`] | a query | `GET` | TC3 |
//! | [`v1`] | a query or a form body, which hold the signature | both | `HmacSHA1`, `HmacSHA256` |
//! | [`multipart`] | parts, some of them files | `POST` | TC3, always |
//! | [`octet_stream`] | raw bytes, with the parameters in headers | `POST` | TC3 |

pub(crate) mod client_token;
pub(crate) mod json;
mod limit;
mod multipart;
pub(crate) mod octet_stream;
mod query;
pub(crate) mod v1;

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::value::RawValue;

use crate::error::Error;
use crate::form::{self, Pair};
use crate::sign::v1::Algorithm;

pub(crate) use json::{model, parameters};
pub use multipart::Multipart;

/// What is sent, and does not change between attempts.
#[derive(Clone)]
pub(crate) struct Encoded {
    pub(crate) method: Method,
    /// Without `?`; empty for `POST`.
    pub(crate) query: String,
    /// Signed exactly as it is sent.
    pub(crate) content_type: Cow<'static, str>,
    /// The parameters of an octet stream; empty for every other form.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Encoded {
    fn get(query: String) -> Self {
        Self {
            method: Method::GET,
            query,
            content_type: form::CONTENT_TYPE.into(),
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
}

/// The parameters of a call, before it is known how they travel.
pub(crate) enum Form {
    /// A JSON object.
    Json(Bytes),
    /// Parts, some of them files.
    Multipart(Multipart),
    /// Raw bytes, and the headers that say what they are for.
    OctetStream { headers: HeaderMap, body: Bytes },
}

/// How the profile wants requests to travel.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// `GET` or `POST`.
    pub(crate) method: Method,
    /// The older signature, where it is wanted; `None` for TC3 and for calls without a signature.
    pub(crate) v1: Option<Algorithm>,
}

/// A request, as far as it can be made before the first attempt.
pub(crate) enum Prepared {
    /// All of it; the signature is a header.
    Whole(Encoded),
    /// The signature stands among the parameters: each attempt makes its own with [`v1::encode`].
    V1 { method: Method, algorithm: Algorithm, parameters: Vec<Pair> },
}

impl Form {
    /// Whether the caller has given a `ClientToken`, by which the service knows a repetition.
    pub(crate) fn has_client_token(&self) -> bool {
        let Self::Json(json) = self else { return false };
        let members: Result<BTreeMap<String, &RawValue>, _> = serde_json::from_slice(json);
        let token = members.ok().and_then(|members| members.get("ClientToken").copied());
        token.is_some_and(|token| token.get().len() > 2 && token.get().starts_with('"'))
    }

    /// Brings the parameters into the form in which they travel, and refuses what cannot travel
    /// so. `random` overwrites bytes with random ones.
    pub(crate) fn prepare(self, way: &Way, random: &dyn Fn(&mut [u8])) -> Result<Prepared, Error> {
        let get = way.method == Method::GET;
        let encoded = match (self, way.v1) {
            (Self::Json(json), Some(algorithm)) => {
                let (method, parameters) = (way.method.clone(), form::flatten(&json)?);
                limit::check_unsigned(&method, &parameters)?;
                return Ok(Prepared::V1 { method, algorithm, parameters });
            }
            (Self::Json(json), None) if get => query::encode(&json)?,
            (Self::Json(json), None) => json::encode(json),
            // As the official SDKs do: whatever signature is asked for, this one is signed by TC3.
            (Self::Multipart(multipart), _) => {
                needs_post(get, "multipart/form-data")?;
                multipart.encode(random)?
            }
            (Self::OctetStream { .. }, Some(algorithm)) => {
                return Err(Error::invalid_input(format!(
                    "an octet stream cannot be signed by {algorithm}: set the sign method of the \
                     profile to TC3-HMAC-SHA256"
                )));
            }
            (Self::OctetStream { headers, body }, None) => {
                needs_post(get, "application/octet-stream")?;
                octet_stream::encode(headers, body)
            }
        };
        limit::check(&encoded, limit::POST_TC3)?;
        Ok(Prepared::Whole(encoded))
    }
}

fn needs_post(get: bool, form: &str) -> Result<(), Error> {
    if get {
        return Err(Error::invalid_input(format!(
            "{form} has a body, which GET cannot send: set the request method of the profile to \
             POST"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
