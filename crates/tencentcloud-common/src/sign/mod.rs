//! Signatures: pure functions of a request and a secret key, usable without the rest of the SDK.
//!
//! [`tc3`] signs by default; [`v1`] is older and signs what stands in a query, such as a
//! [presigned URL](presign).
//!
//! ```
//! use tencentcloud_common::sign::{tc3, v1};
//!
//! let signature = tc3::signature("my-secret-key", "2023-11-14", "cvm", "text");
//! assert_eq!(signature.len(), 64);
//! let signature = v1::signature(v1::Algorithm::HmacSha256, "my-secret-key", "text");
//! assert_eq!(signature.len(), 44);
//! ```

mod key_cache;
pub mod presign;
pub mod tc3;
pub mod v1;

pub(crate) use key_cache::KeyCache;
