//! Runtime of the Tencent Cloud SDK for Rust.
//!
//! Service crates such as `tencentcloud-cvm` stand on this one; it knows no service. Use it alone
//! to call any action of any service through [`CommonClient`].
//!
//! ```no_run
//! use tencentcloud_common::credentials::EnvironmentProvider;
//! use tencentcloud_common::serde_json::json;
//! use tencentcloud_common::{CommonClient, Error};
//!
//! # async fn example() -> Result<(), Error> {
//! let client =
//!     CommonClient::new("cvm", "2017-03-12", EnvironmentProvider::new(), "ap-shanghai");
//! let zones = client.call_json("DescribeZones", json!({})).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # How a call goes
//!
//! ```text
//! request ─▶ encode ─▶ credential, endpoint ─▶ sign ─▶ send ─▶ decode ─▶ response or Error
//! ```
//!
//! Every step is a module: [`model`] writes and reads JSON, [`provider`] provides the
//! [`credential`], [`profile`] says the endpoint, [`sign`] signs exactly the bytes that
//! [`transport`] sends, and [`error`] says what went wrong.
//!
//! # From an official SDK
//!
//! [`coming_from_another_sdk`] has a table from the calls, settings and error codes of the SDKs for
//! Python and Go to those of this crate, and says what behaves differently. [`official_sdks`] lists
//! their features, and their known defects with the tests against each.
//!
//! # Types of other crates
//!
//! The signatures of this crate contain types of [`http`] (headers and statuses), [`bytes`]
//! (bodies), [`serde_json`] (responses without a type) and [`reqwest`] (settings of the HTTP
//! client). They are also re-exported here, so that a program needs no dependency of its own whose
//! version has to match.
//!
//! # Features
//!
//! None is on by default.
//!
//! - `blocking`: `Call::send_blocking`, for code that is not async; see the module `blocking`.
//! - `logging`: writes what the SDK logs to a stream or to files of limited size, as the SDK for
//!   Python does; see the module `logging`. Without it, the events of the SDK are there for every
//!   subscriber of [`tracing`](https://docs.rs/tracing).
//! - `serde`: `Serialize` and `Deserialize` for every model, in the spelling of the API.

// `tests/layers.rs` holds which of these modules may use which others.
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod call;
pub mod client;
pub mod credentials;
pub mod error;
pub mod interceptor;
#[cfg(feature = "logging")]
pub mod logging;
pub mod policy;
pub mod profile;
pub mod protocol;
mod redact;
pub mod runtime;
pub mod sign;
pub mod sse;
pub mod transport;

pub use {bytes, http, reqwest, serde_json};

/// What the macros of generated code expand to. Not a part of the public interface: it changes in
/// any version, together with the generator.
#[doc(hidden)]
pub mod __private {
    pub use crate::protocol::model::compare::equal;
    pub use crate::protocol::model::debug::debug;
    pub use crate::protocol::model::field::{Field, ListMut, Mut, ObjectList, ObjectSlot, Ref};
    #[cfg(feature = "serde")]
    pub use crate::protocol::model::table::serde_impls;
    pub use crate::protocol::model::table::{Table, Visit, VisitMut};
}

pub use call::{Call, ResponseMetadata};
pub use client::{Client, ClientBuilder, CommonClient};
pub use credentials::{Credential, ProvideCredential};
pub use error::{Error, ErrorKind};
pub use interceptor::Interceptor;
pub use policy::rate_limit::RateLimit;
pub use policy::retry::RetryPolicy;
pub use profile::{
    ClientProfile, Endpoint, HttpProfile, Language, Protocol, Region, RegionBreakerProfile,
    ReqMethod, SignMethod,
};
pub use protocol::model::Binary;
pub use protocol::{Action, Multipart};
pub use sse::EventStream;

#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/coming-from-another-sdk.md")]
pub mod coming_from_another_sdk {}

#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/official-sdks.md")]
pub mod official_sdks {}

/// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
