//! TC3-HMAC-SHA256, the default signature of API 3.0.
//!
//! A signature covers the method, the query, the signed headers and the body, exactly as they are
//! sent. The algorithm is described in the
//! [official document](https://cloud.tencent.com/document/api/213/30654).
//!
//! ```
//! use tencentcloud_common::Credential;
//! use tencentcloud_common::sign::tc3::{Payload, Request, authorization};
//!
//! let credential = Credential::new("AKIDexample", "my-secret-key")?;
//! let host = "cvm.tencentcloudapi.com";
//! let request = Request::new("cvm", host, 1_700_000_000, Payload::Bytes(b"{}"));
//! let header = authorization(&request, &credential)?;
//! assert!(header.starts_with(
//!     "TC3-HMAC-SHA256 Credential=AKIDexample/2023-11-14/cvm/tc3_request, \
//!      SignedHeaders=content-type;host, Signature="
//! ));
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::credentials::credential::Credential;
use crate::error::Error;
use crate::redact::Redacted;

/// The name of the algorithm, with which the `Authorization` header begins.
pub const ALGORITHM: &str = "TC3-HMAC-SHA256";

/// The last part of the credential scope.
pub const TERMINATOR: &str = "tc3_request";

/// The value of `X-TC-Content-SHA256` for a body that is not signed. It is hashed instead of the
/// body.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// The request to sign.
#[derive(Clone, Copy)]
#[must_use = "pass it to `authorization` to sign it"]
#[non_exhaustive]
pub struct Request<'a> {
    /// The HTTP method, in capitals.
    pub method: &'a str,
    /// The query string exactly as sent, without `?`; empty for POST.
    pub query: &'a str,
    /// The `Content-Type` header exactly as sent.
    pub content_type: &'a str,
    /// The `Host` header exactly as sent, with the port if it has one.
    pub host: &'a str,
    /// The body.
    pub payload: Payload<'a>,
    /// The `X-TC-Timestamp` header: seconds since 1970-01-01 UTC.
    pub timestamp: u64,
    /// The name of the service, such as `cvm`. It need not be a part of the host.
    pub service: &'a str,
}

impl<'a> Request<'a> {
    /// Creates a `POST` request with a JSON body. `service` is the name of the service, such as
    /// `cvm`, `host` the value of the `Host` header, and `timestamp` is in seconds since 1970-01-01
    /// UTC.
    pub fn new(service: &'a str, host: &'a str, timestamp: u64, payload: Payload<'a>) -> Self {
        Self {
            method: "POST",
            query: "",
            content_type: "application/json",
            host,
            payload,
            timestamp,
            service,
        }
    }

    /// Sets the HTTP method, in capitals. Default: `POST`.
    pub fn method(mut self, method: &'a str) -> Self {
        self.method = method;
        self
    }

    /// Sets the query string exactly as sent, without `?`. Default: empty.
    pub fn query(mut self, query: &'a str) -> Self {
        self.query = query;
        self
    }

    /// Sets the `Content-Type` header exactly as sent. Default: `application/json`.
    pub fn content_type(mut self, content_type: &'a str) -> Self {
        self.content_type = content_type;
        self
    }
}

impl fmt::Debug for Request<'_> {
    /// Shows only the sizes of query and body, because a parameter may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("query", &format_args!("{} bytes", self.query.len()))
            .field("content_type", &self.content_type)
            .field("host", &self.host)
            .field("payload", &self.payload)
            .field("timestamp", &self.timestamp)
            .field("service", &self.service)
            .finish()
    }
}

/// The body of a signed request.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// The bytes of the body, exactly as sent.
    Bytes(&'a [u8]),
    /// The signature does not cover the body.
    Unsigned,
}

impl fmt::Debug for Payload<'_> {
    /// Shows only the size, because the body may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Unsigned => f.write_str("Unsigned"),
        }
    }
}

/// Returns the value of the `Authorization` header. The signed headers are `Content-Type` and
/// `Host`.
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the timestamp is past the year 9999.
pub fn authorization(request: &Request<'_>, credential: &Credential) -> Result<String, Error> {
    let date = date(request.timestamp)?;
    let key = SigningKey::derive(credential.secret_key(), &date, request.service);
    Ok(header_value(request, credential.secret_id(), &key))
}

/// Like [`authorization`], but with a key that is already derived. One key signs all requests to
/// one service on one day.
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the key is for another day or service
/// than the request, or the timestamp is past the year 9999.
pub fn authorization_with_key(
    request: &Request<'_>,
    secret_id: &str,
    key: &SigningKey,
) -> Result<String, Error> {
    let date = date(request.timestamp)?;
    if key.date != date || key.service != request.service {
        return Err(Error::invalid_input(format!(
            "the signing key is for {} on {}, but the request is for {} on {date}: derive another key",
            key.service, key.date, request.service
        )));
    }
    Ok(header_value(request, secret_id, key))
}

/// Returns the header value, with a key for the service and day of the request.
fn header_value(request: &Request<'_>, secret_id: &str, key: &SigningKey) -> String {
    let Request { method, query, content_type, host, payload, timestamp, service } = *request;
    let payload_hash = match payload {
        Payload::Bytes(bytes) => sha256_hex(bytes),
        Payload::Unsigned => sha256_hex(UNSIGNED_PAYLOAD.as_bytes()),
    };
    let headers = [("content-type", content_type), ("host", host)];
    let canonical_request = canonical_request(method, query, &headers, &payload_hash);
    let date = &key.date;
    let signature = key.sign(&string_to_sign(timestamp, date, service, &canonical_request));
    format!(
        "{ALGORITHM} Credential={secret_id}/{date}/{service}/{TERMINATOR}, \
         SignedHeaders=content-type;host, Signature={signature}"
    )
}

/// The key that signs the requests to one service on one day, derived from the secret key.
///
/// Keep it as secret as the secret key. It is zeroized when it is dropped, and `Debug` does not
/// show it.
pub struct SigningKey {
    key: Zeroizing<[u8; 32]>,
    date: String,
    service: String,
}

impl SigningKey {
    /// Derives the key for a [`date`] and a service, such as `cvm`.
    pub fn derive(secret_key: &str, date: &str, service: &str) -> Self {
        let secret = Zeroizing::new(format!("TC3{secret_key}"));
        let date_key = Zeroizing::new(hmac_sha256(secret.as_bytes(), date));
        let service_key = Zeroizing::new(hmac_sha256(&*date_key, service));
        Self {
            key: Zeroizing::new(hmac_sha256(&*service_key, TERMINATOR)),
            date: date.to_owned(),
            service: service.to_owned(),
        }
    }

    /// Signs a [`string_to_sign`]. Returns the signature in lower-case hexadecimal.
    pub fn sign(&self, string_to_sign: &str) -> String {
        hex(&hmac_sha256(&*self.key, string_to_sign))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("key", &Redacted)
            .field("date", &self.date)
            .field("service", &self.service)
            .finish()
    }
}

/// Returns the canonical request, which is hashed. The path is always `/`.
///
/// `headers` are the signed headers in alphabetical order, the order of `SignedHeaders`: names in
/// lower case, values without surrounding spaces. The official document also requires values in
/// lower case, such as `describeinstances` for `x-tc-action`. The official SDKs sign `content-type`
/// and `host` as they send them. Send these two in lower case, which satisfies both.
pub fn canonical_request(
    method: &str,
    query: &str,
    headers: &[(&str, &str)],
    payload_sha256_hex: &str,
) -> String {
    let mut canonical = format!("{method}\n/\n{query}\n");
    for (name, value) in headers {
        canonical.extend([*name, ":", *value, "\n"]);
    }
    canonical.push('\n');
    for (index, (name, _)) in headers.iter().enumerate() {
        canonical.push_str(if index == 0 { "" } else { ";" });
        canonical.push_str(name);
    }
    canonical.push('\n');
    canonical.push_str(payload_sha256_hex);
    canonical
}

/// Returns the text that the key signs.
pub fn string_to_sign(
    timestamp: u64,
    date: &str,
    service: &str,
    canonical_request: &str,
) -> String {
    let hash = sha256_hex(canonical_request.as_bytes());
    format!("{ALGORITHM}\n{timestamp}\n{date}/{service}/{TERMINATOR}\n{hash}")
}

/// Returns the signature in lower-case hexadecimal.
pub fn signature(secret_key: &str, date: &str, service: &str, string_to_sign: &str) -> String {
    SigningKey::derive(secret_key, date, service).sign(string_to_sign)
}

/// Returns the UTC date of a timestamp as `yyyy-mm-dd`.
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) past the year 9999.
pub fn date(timestamp: u64) -> Result<String, Error> {
    let date_time = i64::try_from(timestamp)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .ok_or_else(|| {
            Error::invalid_input(format!("the timestamp {timestamp} is past the year 9999"))
        })?;
    let (year, month, day) = date_time.to_calendar_date();
    Ok(format!("{year:04}-{:02}-{day:02}", u8::from(month)))
}

/// Returns the SHA-256 of `bytes` in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hmac_sha256(key: &[u8], message: &str) -> [u8; 32] {
    // HMAC accepts keys of any length, so this cannot fail. The fallback avoids a panic: the service
    // would reject its signature.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

#[cfg(test)]
mod tests;
