//! TC3-HMAC-SHA256, the signature of API 3.0.
//!
//! A signature covers the method, the query, the headers named in it and the body, exactly as they
//! are sent. The steps are those of the
//! [official document](https://cloud.tencent.com/document/api/213/30654).
//!
//! ```
//! use tencentcloud_common::Credential;
//! use tencentcloud_common::sign::tc3::{Payload, Request, authorization};
//!
//! let credential = Credential::new("AKIDexample", "my-secret-key")?;
//! let header = authorization(
//!     &Request {
//!         method: "POST",
//!         query: "",
//!         content_type: "application/json",
//!         host: "cvm.tencentcloudapi.com",
//!         payload: Payload::Bytes(b"{}"),
//!         timestamp: 1_700_000_000,
//!         service: "cvm",
//!     },
//!     &credential,
//! )?;
//! assert!(header.starts_with(
//!     "TC3-HMAC-SHA256 Credential=AKIDexample/2023-11-14/cvm/tc3_request, \
//!      SignedHeaders=content-type;host, Signature="
//! ));
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::credential::Credential;
use crate::error::Error;

/// The name of the algorithm, which opens the `Authorization` header.
pub const ALGORITHM: &str = "TC3-HMAC-SHA256";

/// The last part of the credential scope.
pub const TERMINATOR: &str = "tc3_request";

/// The value of `X-TC-Content-SHA256` for a body that is not signed, and what is hashed instead.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// What is signed.
#[derive(Clone, Copy, Debug)]
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
    /// The name of the service, such as `cvm`; never a label of the host.
    pub service: &'a str,
}

/// The body of a signed request.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// These bytes are sent.
    Bytes(&'a [u8]),
    /// The body is not covered by the signature.
    Unsigned,
}

impl std::fmt::Debug for Payload<'_> {
    /// Says how long the body is; the body may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Unsigned => f.write_str("Unsigned"),
        }
    }
}

/// The value of the `Authorization` header; it signs `Content-Type` and `Host`.
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the timestamp is past the year 9999.
pub fn authorization(request: &Request<'_>, credential: &Credential) -> Result<String, Error> {
    let Request { method, query, content_type, host, payload, timestamp, service } = *request;
    let date = date(timestamp)?;
    let payload_hash = match payload {
        Payload::Bytes(bytes) => sha256_hex(bytes),
        Payload::Unsigned => sha256_hex(UNSIGNED_PAYLOAD.as_bytes()),
    };
    let headers = [("content-type", content_type), ("host", host)];
    let canonical_request = canonical_request(method, query, &headers, &payload_hash);
    let string_to_sign = string_to_sign(timestamp, &date, service, &canonical_request);
    let signature = signature(credential.secret_key(), &date, service, &string_to_sign);
    let secret_id = credential.secret_id();
    Ok(format!(
        "{ALGORITHM} Credential={secret_id}/{date}/{service}/{TERMINATOR}, \
         SignedHeaders=content-type;host, Signature={signature}"
    ))
}

/// The request in the form that is hashed. The path is always `/`.
///
/// `headers` are the signed ones, in the order of `SignedHeaders`, with names in lower case.
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

/// What the key signs.
pub fn string_to_sign(
    timestamp: u64,
    date: &str,
    service: &str,
    canonical_request: &str,
) -> String {
    let hash = sha256_hex(canonical_request.as_bytes());
    format!("{ALGORITHM}\n{timestamp}\n{date}/{service}/{TERMINATOR}\n{hash}")
}

/// The signature in lower-case hexadecimal.
pub fn signature(secret_key: &str, date: &str, service: &str, string_to_sign: &str) -> String {
    let secret = Zeroizing::new(format!("TC3{secret_key}"));
    let date_key = Zeroizing::new(hmac_sha256(secret.as_bytes(), date));
    let service_key = Zeroizing::new(hmac_sha256(&*date_key, service));
    let signing_key = Zeroizing::new(hmac_sha256(&*service_key, TERMINATOR));
    hex(&hmac_sha256(&*signing_key, string_to_sign))
}

/// The UTC date of a timestamp, as `yyyy-mm-dd`.
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) past the year 9999.
pub fn date(timestamp: u64) -> Result<String, Error> {
    let moment = i64::try_from(timestamp)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .ok_or_else(|| {
            Error::invalid_input(format!("the timestamp {timestamp} is past the year 9999"))
        })?;
    let (year, month, day) = moment.to_calendar_date();
    Ok(format!("{year:04}-{:02}-{day:02}", u8::from(month)))
}

/// The SHA-256 of `bytes` in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hmac_sha256(key: &[u8], message: &str) -> [u8; 32] {
    // A key of any length is accepted: a long one is hashed, a short one padded. The fallback is
    // never taken, and would give a signature that is refused.
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
