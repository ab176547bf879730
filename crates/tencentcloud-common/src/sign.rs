//! Signatures: pure functions of a request and a secret key, usable without the rest of the SDK.
//!
//! [`tc3`] signs by default; [`v1`] is older and signs what stands in a query, such as a
//! [presigned URL](presign).
//!
//! # Sending without a client
//!
//! Sign what is sent, byte by byte, and send these headers with it:
//!
//! | header | value |
//! |---|---|
//! | `Host` | as signed; most HTTP libraries set it, with the port unless it is the default one |
//! | `Content-Type` | as signed; some libraries append `; charset=utf-8`, which breaks the signature |
//! | `Authorization` | of [`tc3::authorization`]; `SKIP` for the few actions that need no signature |
//! | `X-TC-Action`, `X-TC-Version` | the action and the version of the API |
//! | `X-TC-Timestamp` | as signed; the service takes it for five minutes |
//! | `X-TC-Region` | the region, where the action knows one |
//! | `X-TC-Token` | the token of a temporary credential |
//! | `X-TC-Content-SHA256` | `UNSIGNED-PAYLOAD`, when the body is not signed |
//!
//! The body of a `POST` is JSON (`application/json`), what
//! [`Multipart::into_body`](crate::Multipart::into_body) gives, or raw bytes
//! (`application/octet-stream`). The query of a `GET` is what [`form`](crate::protocol::query) makes of the
//! parameters; its `Content-Type` is `application/x-www-form-urlencoded`. The service takes bodies
//! of 10 MB and queries of 32 KB; forms signed by [`v1`], 1 MB.
//!
//! ```
//! use std::time::{SystemTime, UNIX_EPOCH};
//!
//! use tencentcloud_common::Credential;
//! use tencentcloud_common::sign::tc3::{Payload, Request, authorization};
//!
//! let credential = Credential::with_token("AKIDexample", "my-secret-key", "my-token")?;
//! let (host, content_type, body) = ("cvm.tencentcloudapi.com", "application/json", "{}");
//! let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
//! let signed = Request::new("cvm", host, timestamp, Payload::Bytes(body.as_bytes()))
//!     .content_type(content_type);
//! let mut request = http::Request::post(format!("https://{host}/"))
//!     .header("Host", host)
//!     .header("Content-Type", content_type)
//!     .header("Authorization", authorization(&signed, &credential)?)
//!     .header("X-TC-Action", "DescribeZones")
//!     .header("X-TC-Version", "2017-03-12")
//!     .header("X-TC-Timestamp", timestamp)
//!     .header("X-TC-Region", "ap-guangzhou");
//! if let Some(token) = credential.token() {
//!     request = request.header("X-TC-Token", token);
//! }
//! let request = request.body(body)?; // hand it to any HTTP client
//! assert_eq!(request.headers().len(), 8);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Many requests of one day and service are signed with one derived key, by
//! [`tc3::authorization_with_key`].

mod key_cache;
pub mod presign;
pub mod tc3;
pub mod v1;

pub(crate) use key_cache::KeyCache;
