//! Runtime of the Tencent Cloud SDK for Rust.
//!
//! Service crates such as `tencentcloud-cvm` stand on this one; it knows no service. Use it alone
//! to call any action of any service through [`CommonClient`].
//!
//! ```no_run
//! use serde_json::json;
//! use tencentcloud_common::{CommonClient, Error};
//! use tencentcloud_common::provider::EnvironmentProvider;
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
//! Those who come from an official SDK find its features, and what became of its defects, in
//! [`official_sdks`].
//!
//! # Types of other crates
//!
//! What stands in the signatures of this crate comes from [`http`] (headers and statuses),
//! [`bytes`] (bodies) and [`serde_json`] (answers without a type). They are exported here, so that
//! a program needs no dependency, and has no version, of its own.
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

// Which of these modules may use which others is kept by `tests/layers.rs`.
mod action;
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod breaker;
pub mod call;
pub mod client;
pub mod clock;
pub mod common_client;
pub mod credential;
mod decode;
mod encode;
pub mod environment;
pub mod error;
pub mod form;
pub mod interceptor;
#[cfg(feature = "logging")]
pub mod logging;
mod metadata;
pub mod model;
mod pipeline;
pub mod profile;
pub mod provider;
pub mod random;
pub mod rate_limit;
mod redact;
pub mod region;
pub mod retry;
pub mod sign;
mod skew;
pub mod sleep;
pub mod sse;
pub mod transport;

pub use {bytes, http, serde_json};

/// What the macros of generated code expand to. Not a part of the public interface: it changes in
/// any version, together with the generator.
#[doc(hidden)]
pub mod __private {
    pub use crate::model::compare::equal;
    pub use crate::model::debug::debug;
    pub use crate::model::field::{Field, ListMut, Mut, ObjectList, ObjectSlot, Ref};
    #[cfg(feature = "serde")]
    pub use crate::model::table::serde_impls;
    pub use crate::model::table::{Table, Visit, VisitMut};
}

pub use action::Action;
pub use call::{Call, Metadata};
pub use client::{Client, ClientBuilder};
pub use common_client::CommonClient;
pub use credential::Credential;
pub use encode::Multipart;
pub use error::{Error, ErrorKind};
pub use interceptor::Interceptor;
pub use profile::{
    ClientProfile, Endpoint, HttpProfile, Language, Protocol, RegionBreakerProfile, ReqMethod,
    SignMethod,
};
pub use provider::ProvideCredential;
pub use rate_limit::RateLimit;
pub use region::Region;
pub use retry::RetryPolicy;
pub use sse::EventStream;

#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/official-sdks.md")]
pub mod official_sdks {}

/// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
