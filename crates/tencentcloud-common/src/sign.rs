//! Signs requests. The functions are pure and can be used without a client.
//!
//! [`tc3`] is the default. [`v1`] is older: its signature is a parameter in a form body or in a
//! query, such as that of a [presigned URL](presign).
//!
//! # Sending without a client
//!
//! Sign exactly the bytes that are sent, and send these headers:
//!
//! | header | value |
//! |---|---|
//! | `Host` | as signed; most HTTP libraries set it, with the port unless it is the default port |
//! | `Content-Type` | as signed; some libraries append `; charset=utf-8`, which makes the signature invalid |
//! | `Authorization` | the result of [`tc3::authorization`]; `SKIP` for the few actions without a signature |
//! | `X-TC-Action`, `X-TC-Version` | the action and the version of the API |
//! | `X-TC-Timestamp` | as signed; the service accepts it for five minutes |
//! | `X-TC-Region` | the region, if the action has one |
//! | `X-TC-Token` | the token of a temporary credential |
//! | `X-TC-Content-SHA256` | `UNSIGNED-PAYLOAD`, if the body is not signed |
//!
//! The body of a `POST` is JSON (`application/json`), the result of
//! [`Multipart::into_body`](crate::Multipart::into_body), or raw bytes
//! (`application/octet-stream`). For a `GET`, [`query`](crate::protocol::query) creates the query
//! from the parameters, and the `Content-Type` is `application/x-www-form-urlencoded`. The service
//! accepts bodies of up to 10 MB, queries of up to 32 KB and, with [`v1`], form bodies of up to
//! 1 MB.
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
//! let request = request.body(body)?; // send it with any HTTP client
//! assert_eq!(request.headers().len(), 8);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! To sign many requests to one service on one day, derive the key once and use
//! [`tc3::authorization_with_key`].

mod key_cache;
pub mod presign;
pub mod tc3;
pub mod v1;

pub(crate) use key_cache::KeyCache;
