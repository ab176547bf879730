//! Presigned URLs: a query that is signed now and sent by someone else, such as a browser.
//!
//! The signature is [`HmacSHA256` or `HmacSHA1`](super::v1), which stand in the query.
//! [`TC3-HMAC-SHA256`](super::tc3) cannot be presigned, for its action, time and signature are
//! headers, and a URL carries none.
//!
//! A URL is good from five minutes before its timestamp until five minutes after it, like any
//! request: a longer life cannot be asked for, and a later one only by signing later. Its nonce
//! lets the service refuse it the second time. Who has the URL can make this one call with the
//! rights of the credential, and reads its secret id and token in it: treat it as a secret, and
//! sign it with a credential that may do little else.
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

/// What a [`PresignedUrl`] is made of.
#[must_use = "nothing is signed before `url` is called"]
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
    /// A call of `action`, such as `DescribeInstances`, of an API version, such as `2017-03-12`.
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

    /// Sets the hash of the signature. Default: [`Algorithm::HmacSha256`].
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Sets the region. Default: none, for actions that know no region.
    pub fn region(mut self, region: impl Into<Region>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the language of error messages, `zh-CN` or `en-US`. Default: that of the service.
    pub fn language(mut self, language: &'a str) -> Self {
        self.language = Some(language);
        self
    }

    /// Sets the parameters of the action, which serialize to a JSON object. Default: none.
    ///
    /// [`url`](Self::url) says when they do not.
    pub fn parameters(mut self, parameters: &impl Serialize) -> Self {
        self.parameters = serde_json::to_vec(parameters)
            .map_err(|error| {
                Error::invalid_input(format!("the parameters cannot be written: {error}"))
                    .with_source(error)
            })
            .and_then(|json| flatten(&json));
        self
    }

    /// Signs the URL for a time, in seconds since 1970-01-01 UTC, and a nonce: a random positive
    /// number, another one for each URL.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when action, version or region is no name
    /// of one, the nonce is 0, the parameters are no object, one of them has the name of a common
    /// parameter, or the query is longer than 32 KB, which is all that the API takes with `GET`.
    pub fn url(
        self,
        credential: &Credential,
        timestamp: u64,
        nonce: u64,
    ) -> Result<PresignedUrl, Error> {
        check_name("an action", self.action, |b| b.is_ascii_alphanumeric())?;
        check_name("a version", self.version, |b| b.is_ascii_digit() || b == b'-')?;
        if let Some(region) = &self.region {
            region.check()?;
        }
        if nonce == 0 {
            return Err(Error::invalid_input(
                "the nonce of a presigned URL is 0: give a random positive number",
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
                "the presigned query has {} bytes, and the API takes {MAX_QUERY} with GET: send the \
                 request yourself, with POST",
                query.len()
            )));
        }
        let endpoint = self.endpoint.to_string();
        Ok(PresignedUrl { url: Zeroizing::new(format!("{endpoint}?{}", *query)), endpoint })
    }
}

fn check_name(what: &str, text: &str, fits: fn(u8) -> bool) -> Result<(), Error> {
    if text.is_empty() || !text.bytes().all(fits) {
        let shown: String = text.chars().take(60).collect();
        return Err(Error::invalid_input(format!("{shown:?} is no name of {what} of the API")));
    }
    Ok(())
}

impl fmt::Debug for Presign<'_> {
    /// Says how many parameters there are; one may be a password.
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

/// A URL that makes one call, once, when it is fetched with `GET`.
///
/// `Display` and [`as_str`](Self::as_str) give it; `Debug` shows the endpoint only.
#[derive(Clone)]
pub struct PresignedUrl {
    url: Zeroizing<String>,
    endpoint: String,
}

impl PresignedUrl {
    /// The URL, with the signature.
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
