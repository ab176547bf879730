//! Presigned URLs: one call, signed now and sent by someone else, such as a browser.
//!
//! The signature method is [`HmacSHA256` or `HmacSHA1`](super::v1), whose signature is in the query.
//! [`TC3-HMAC-SHA256`](super::tc3) cannot be used, because its action, timestamp and signature are
//! headers, which a URL does not have.
//!
//! Like any request, the URL is valid from five minutes before its timestamp until five minutes
//! after it. The validity cannot be extended; to make the URL valid later, sign it with a later
//! timestamp. The nonce lets the service reject a second use. Anyone who has the URL can make this
//! call with the permissions of the credential, and can read the secret id and the token in it:
//! treat it as a secret, and use a credential with few permissions.
//!
//! ```
//! use serde_json::json;
//! use tencentcloud_common::Credential;
//! use tencentcloud_common::profile::{Endpoint, Protocol};
//! use tencentcloud_common::sign::presign::Presign;
//!
//! let endpoint = Endpoint::parse("cvm.tencentcloudapi.com", Protocol::Https)?;
//! let credential = Credential::new("AKIDexample", "my-secret-key")?;
//! let (timestamp, nonce) = (1_700_000_000, 8_429_172);
//! let url = Presign::new(&endpoint, "DescribeInstances", "2017-03-12")
//!     .region("ap-guangzhou")
//!     .parameters(&json!({"Limit": 10}))
//!     .url(&credential, timestamp, nonce)?;
//! assert!(url.as_str().starts_with(
//!     "https://cvm.tencentcloudapi.com/?Limit=10&Action=DescribeInstances&Nonce=8429172&"
//! ));
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

use std::fmt;

use serde::Serialize;
use zeroize::Zeroizing;

use super::v1::{Algorithm, Request, form};
use crate::credentials::credential::Credential;
use crate::error::Error;
use crate::profile::{Endpoint, Region};
use crate::protocol::query::{MAX_QUERY, Pair, flatten};
use crate::redact::PLACEHOLDER;

/// A builder for a [`PresignedUrl`].
#[must_use = "call `url` to sign the URL"]
pub struct Presign<'a> {
    endpoint: &'a Endpoint,
    action: &'a str,
    version: &'a str,
    algorithm: Algorithm,
    region: Option<Region>,
    language: Option<&'a str>,
    parameters: Result<Vec<Pair>, Error>,
}

impl<'a> Presign<'a> {
    /// Creates a call of `action`, such as `DescribeInstances`, in an API version, such as
    /// `2017-03-12`.
    pub fn new(endpoint: &'a Endpoint, action: &'a str, version: &'a str) -> Self {
        Self {
            endpoint,
            action,
            version,
            algorithm: Algorithm::HmacSha256,
            region: None,
            language: None,
            parameters: Ok(Vec::new()),
        }
    }

    /// Sets the signature algorithm. Default: [`Algorithm::HmacSha256`].
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Sets the region. Default: none, for actions without a region.
    pub fn region(mut self, region: impl Into<Region>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the language of error messages, `zh-CN` or `en-US`. Default: the default of the service.
    pub fn language(mut self, language: &'a str) -> Self {
        self.language = Some(language);
        self
    }

    /// Sets the parameters of the action, which must serialize to a JSON object. Default: none.
    ///
    /// If they do not, [`url`](Self::url) returns an error.
    pub fn parameters(mut self, parameters: &impl Serialize) -> Self {
        self.parameters = serde_json::to_vec(parameters)
            .map_err(|error| {
                Error::invalid_input(format!(
                    "the parameters cannot be serialized as JSON: {error}"
                ))
                .with_source(error)
            })
            .and_then(|json| flatten(&json));
        self
    }

    /// Signs the URL. `timestamp` is in seconds since 1970-01-01 UTC. `nonce` is a random positive
    /// number, a different one for each URL.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the action, version or region is
    /// invalid, the nonce is 0, the parameters are not an object, one of them has the name of a
    /// common parameter, or the query is longer than 32 KB, the limit of the API for `GET`.
    pub fn url(
        self,
        credential: &Credential,
        timestamp: u64,
        nonce: u64,
    ) -> Result<PresignedUrl, Error> {
        check_name(
            "action name",
            self.action,
            |b| b.is_ascii_alphanumeric(),
            "letters and digits, such as \"DescribeZones\"",
        )?;
        check_name(
            "API version",
            self.version,
            |b| b.is_ascii_digit() || b == b'-',
            "a date, such as \"2017-03-12\"",
        )?;
        if let Some(region) = &self.region {
            region.check()?;
        }
        if nonce == 0 {
            return Err(Error::invalid_input(
                "the nonce of a presigned URL is 0: use a random positive number",
            ));
        }
        let request = Request {
            algorithm: self.algorithm,
            method: "GET",
            host: self.endpoint.authority(),
            action: self.action,
            version: self.version,
            region: self.region.as_ref().map(Region::as_str),
            timestamp,
            nonce,
            language: self.language,
            request_client: None,
            parameters: &self.parameters?,
        };
        let query = Zeroizing::new(form(&request, credential)?);
        if query.len() > MAX_QUERY {
            return Err(Error::invalid_input(format!(
                "the presigned query has {} bytes, more than the limit of {MAX_QUERY}: send the \
                 request with POST instead of a presigned URL",
                query.len()
            )));
        }
        let endpoint = self.endpoint.to_string();
        Ok(PresignedUrl { url: Zeroizing::new(format!("{endpoint}?{}", *query)), endpoint })
    }
}

fn check_name(
    what: &str,
    text: &str,
    is_valid: fn(u8) -> bool,
    expected: &str,
) -> Result<(), Error> {
    if text.is_empty() || !text.bytes().all(is_valid) {
        let shown: String = text.chars().take(60).collect();
        return Err(Error::invalid_input(format!("invalid {what} {shown:?}: expected {expected}")));
    }
    Ok(())
}

impl fmt::Debug for Presign<'_> {
    /// Shows only the number of parameters, because one may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presign")
            .field("endpoint", &self.endpoint)
            .field("action", &self.action)
            .field("version", &self.version)
            .field("algorithm", &self.algorithm)
            .field("region", &self.region)
            .field("parameters", &self.parameters.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// A URL that makes one call when it is fetched with `GET`.
///
/// `Display` and [`as_str`](Self::as_str) return the URL with its signature; `Debug` shows only the
/// endpoint.
#[derive(Clone)]
pub struct PresignedUrl {
    url: Zeroizing<String>,
    endpoint: String,
}

impl PresignedUrl {
    /// Returns the URL, with the signature.
    pub fn as_str(&self) -> &str {
        &self.url
    }
}

impl fmt::Display for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl AsRef<str> for PresignedUrl {
    fn as_ref(&self) -> &str {
        &self.url
    }
}

impl fmt::Debug for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PresignedUrl({}?{PLACEHOLDER})", self.endpoint)
    }
}

#[cfg(test)]
mod tests;
