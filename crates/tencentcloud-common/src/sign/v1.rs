//! `HmacSHA1` and `HmacSHA256`, the older signatures of API 3.0 ("signature method v1").
//!
//! They sign the parameters. The signature itself is a parameter, in the query of a `GET` or in the
//! form body of a `POST`. The algorithm is described in the
//! [official document](https://cloud.tencent.com/document/api/213/15693). Prefer
//! [`tc3`](super::tc3): it allows larger requests, and its signing keys are valid for one day only.
//!
//! ```
//! use tencentcloud_common::Credential;
//! use tencentcloud_common::sign::v1::{Request, form};
//!
//! let now = 1_700_000_000;
//! let parameters = [("Limit", "20"), ("InstanceIds.0", "ins-09dx96dg")];
//! let query = form(
//!     &Request::new("cvm.tencentcloudapi.com", "DescribeInstances", "2017-03-12", now, 11_886)
//!         .region("ap-guangzhou")
//!         .parameters(&parameters),
//!     &Credential::new("AKIDexample", "my-secret-key")?,
//! )?;
//! assert!(query.starts_with("Limit=20&InstanceIds.0=ins-09dx96dg&Action=DescribeInstances&"));
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::credentials::credential::Credential;
use crate::error::Error;
use crate::protocol::query::to_query;

/// The algorithm of the signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC with SHA-1, for gateways that support nothing else.
    HmacSha1,
    /// HMAC with SHA-256; the default.
    #[default]
    HmacSha256,
}

impl Algorithm {
    /// Returns the value of the parameter `SignatureMethod`: `HmacSHA1` or `HmacSHA256`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HmacSHA1",
            Self::HmacSha256 => "HmacSHA256",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The request to sign.
#[derive(Clone, Copy)]
#[must_use = "pass it to `form` to sign it"]
#[non_exhaustive]
pub struct Request<'a, N = &'a str, V = &'a str> {
    /// The algorithm of the signature.
    pub algorithm: Algorithm,
    /// The HTTP method in capitals: `GET` sends the form in the query, `POST` in the body.
    pub method: &'a str,
    /// The `Host` header exactly as sent, with the port if it has one.
    pub host: &'a str,
    /// The name of the action, such as `DescribeInstances`.
    pub action: &'a str,
    /// The version of the API, such as `2017-03-12`.
    pub version: &'a str,
    /// The region; `None` for actions without a region.
    pub region: Option<&'a str>,
    /// Seconds since 1970-01-01 UTC.
    pub timestamp: u64,
    /// A random positive number. With the timestamp it distinguishes a new request from a replay.
    pub nonce: u64,
    /// The language of error messages, `zh-CN` or `en-US`; `None` for the default of the service.
    pub language: Option<&'a str>,
    /// The user agent, such as the name and version of an SDK.
    pub request_client: Option<&'a str>,
    /// The flattened parameters of the action, such as `Filters.0.Name`, not percent-encoded.
    pub parameters: &'a [(N, V)],
}

impl<'a> Request<'a> {
    /// Creates a `GET` request without parameters. `host` is the value of the `Host` header,
    /// `action` the name of the action, such as `DescribeInstances`, and `version` the API version,
    /// such as `2017-03-12`. `timestamp` is in seconds since 1970-01-01 UTC. `nonce` is a random
    /// positive number, a different one for each request.
    pub fn new(
        host: &'a str,
        action: &'a str,
        version: &'a str,
        timestamp: u64,
        nonce: u64,
    ) -> Self {
        Self {
            algorithm: Algorithm::HmacSha256,
            method: "GET",
            host,
            action,
            version,
            region: None,
            timestamp,
            nonce,
            language: None,
            request_client: None,
            parameters: &[],
        }
    }
}

impl<'a, N, V> Request<'a, N, V> {
    /// Sets the signature algorithm. Default: [`Algorithm::HmacSha256`].
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Sets the HTTP method, in capitals: `GET` or `POST`. Default: `GET`.
    pub fn method(mut self, method: &'a str) -> Self {
        self.method = method;
        self
    }

    /// Sets the region. Default: none, for actions without a region.
    pub fn region(mut self, region: &'a str) -> Self {
        self.region = Some(region);
        self
    }

    /// Sets the language of error messages, `zh-CN` or `en-US`. Default: the default of the service.
    pub fn language(mut self, language: &'a str) -> Self {
        self.language = Some(language);
        self
    }

    /// Sets the user agent, such as the name and version of an SDK. Default: none.
    pub fn request_client(mut self, request_client: &'a str) -> Self {
        self.request_client = Some(request_client);
        self
    }

    /// Sets the flattened parameters of the action, such as `Filters.0.Name`, not percent-encoded.
    /// Default: none.
    pub fn parameters<M, W>(self, parameters: &'a [(M, W)]) -> Request<'a, M, W> {
        let Self { algorithm, method, host, action, version, region, timestamp, nonce, .. } = self;
        let Self { language, request_client, .. } = self;
        Request {
            algorithm,
            method,
            host,
            action,
            version,
            region,
            timestamp,
            nonce,
            language,
            request_client,
            parameters,
        }
    }
}

impl<N, V> fmt::Debug for Request<'_, N, V> {
    /// Shows only the number of parameters, because one may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("algorithm", &self.algorithm)
            .field("method", &self.method)
            .field("host", &self.host)
            .field("action", &self.action)
            .field("version", &self.version)
            .field("region", &self.region)
            .field("timestamp", &self.timestamp)
            .field("parameters", &self.parameters.len())
            .finish_non_exhaustive()
    }
}

/// Returns the signed form, percent-encoded: the query of a `GET` or the
/// `application/x-www-form-urlencoded` body of a `POST`.
///
/// It contains the parameters of the action, the common parameters (`Action`, `Timestamp`,
/// `SecretId` and others, and the `Token` of a temporary credential) and, at the end, the
/// `Signature`. Treat it as a secret.
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) when a parameter appears twice, or has the name
/// of a common parameter but a different value. Unlike TC3, this signature method sends both kinds
/// of parameters together.
pub fn form<N: AsRef<str>, V: AsRef<str>>(
    request: &Request<'_, N, V>,
    credential: &Credential,
) -> Result<String, Error> {
    let (timestamp, nonce) = (request.timestamp.to_string(), request.nonce.to_string());
    let common = [
        ("Action", Some(request.action)),
        ("RequestClient", request.request_client),
        ("Nonce", Some(nonce.as_str())),
        ("Timestamp", Some(timestamp.as_str())),
        ("Version", Some(request.version)),
        ("Region", request.region.filter(|region| !region.is_empty())),
        ("Token", credential.token()),
        ("SecretId", Some(credential.secret_id())),
        ("SignatureMethod", Some(request.algorithm.as_str())),
        ("Language", request.language),
    ];
    let mut pairs = action_parameters(request.parameters, &common)?;
    pairs.extend(common.iter().filter_map(|(name, value)| value.map(|value| (*name, value))));
    let string_to_sign = Zeroizing::new(string_to_sign(request.method, request.host, &pairs));
    let signature = signature(request.algorithm, credential.secret_key(), &string_to_sign);
    pairs.push(("Signature", &signature));
    Ok(to_query(&pairs))
}

/// Returns the parameters of the action, without those that repeat a common parameter.
fn action_parameters<'a, N: AsRef<str>, V: AsRef<str>>(
    parameters: &'a [(N, V)],
    common: &[(&str, Option<&str>)],
) -> Result<Vec<(&'a str, &'a str)>, Error> {
    let mut pairs = Vec::with_capacity(parameters.len() + common.len() + 1);
    let mut names = std::collections::HashSet::with_capacity(parameters.len());
    for (name, value) in parameters {
        let (name, value) = (name.as_ref(), value.as_ref());
        let signed = signed_name(name);
        let conflict = common.iter().find(|(common, value)| *common == signed && value.is_some());
        if conflict.is_some_and(|(_, common)| *common == Some(value)) {
            continue;
        }
        if conflict.is_some() || signed == "Signature" {
            return Err(Error::invalid_input(format!(
                "the parameter {name} has the name of a common parameter, which HmacSHA1 and \
                 HmacSHA256 cannot send: sign with TC3-HMAC-SHA256"
            )));
        }
        if !names.insert(signed) {
            return Err(Error::invalid_input(format!("duplicate parameter {name}")));
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

/// Returns the text that the key signs: method, host, the path `/`, and the parameters, not
/// percent-encoded and sorted by the bytes of their names.
///
/// In the signed text, `.` replaces `_` in names, as in the official SDKs for Python and Java.
pub fn string_to_sign<N: AsRef<str>, V: AsRef<str>>(
    method: &str,
    host: &str,
    parameters: &[(N, V)],
) -> String {
    let mut sorted: Vec<(String, &str)> = parameters
        .iter()
        .map(|(name, value)| (signed_name(name.as_ref()), value.as_ref()))
        .collect();
    sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
    let length: usize = sorted.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    // Allocated once, because growing would leave copies of a token in memory.
    let mut text = String::with_capacity(method.len() + host.len() + 2 + length);
    text.extend([method, host, "/?"]);
    for (index, (name, value)) in sorted.iter().enumerate() {
        text.push_str(if index == 0 { "" } else { "&" });
        text.extend([name, "=", value]);
    }
    text
}

fn signed_name(name: &str) -> String {
    name.replace('_', ".")
}

/// Returns the signature in Base64, not percent-encoded.
pub fn signature(algorithm: Algorithm, secret_key: &str, string_to_sign: &str) -> String {
    let (key, message) = (secret_key.as_bytes(), string_to_sign.as_bytes());
    match algorithm {
        Algorithm::HmacSha1 => STANDARD.encode(hmac(Hmac::<Sha1>::new_from_slice(key), message)),
        Algorithm::HmacSha256 => {
            STANDARD.encode(hmac(Hmac::<Sha256>::new_from_slice(key), message))
        }
    }
}

/// HMAC accepts keys of any length, so `mac` is never an error. The service would reject the empty
/// fallback.
fn hmac<M: Mac, E>(mac: Result<M, E>, message: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = mac else { return Vec::new() };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests;
