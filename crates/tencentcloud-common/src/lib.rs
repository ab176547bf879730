//! Core of the Tencent Cloud SDK for Rust.
//!
//! Service crates such as `tencentcloud-cvm` depend on this one. Use it alone to call any action of
//! any service with [`CommonClient`].
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
//! # How a call works
//!
//! ```text
//! request ─▶ encode ─▶ credential, endpoint ─▶ sign ─▶ send ─▶ decode ─▶ response or Error
//! ```
//!
//! Each step is in a module: [`protocol`] encodes requests and decodes responses, [`credentials`]
//! provides the credential, [`profile`] contains the settings, such as the endpoint, [`sign`] signs
//! exactly the bytes that [`transport`] sends, [`policy`] selects the endpoint of an attempt and
//! decides whether to retry, and [`error`] defines the error type. [`call`] defines the options of
//! a call. [`wait`] polls a service until a resource reaches a state.
//!
//! Models keep dates as text; [`date_time`] parses and formats them.
//!
//! # From an official SDK
//!
//! [`coming_from_another_sdk`] maps the calls, settings and error codes of the SDKs for Python and
//! Go to those of this crate, and lists what behaves differently. [`official_sdks`] lists the
//! features of those SDKs, and the tests that guard against their known defects.
//!
//! # Types of other crates
//!
//! The public API of this crate uses types of [`http`] (headers and statuses), [`bytes`] (bodies),
//! [`serde_json`] (untyped responses), [`reqwest`] (settings of the HTTP client) and [`time`] (dates,
//! see [`date_time`]). These crates are re-exported, so that a program does not need a dependency
//! with a matching version.
//!
//! # Features
//!
//! No feature is enabled by default.
//!
//! - `blocking`: `Call::send_blocking` and `Wait::send_blocking`, for code that is not async; see
//!   the module `blocking`.
//! - `logging`: writes the log of the SDK to a stream or to files of limited size, like the SDK for
//!   Python; see the module `logging`. A [`tracing`](https://docs.rs/tracing) subscriber does not
//!   need this feature to receive the events of the SDK.
//! - `serde`: `Serialize` and `Deserialize` for every model, with the member names of the API.

// `tests/tests/layers.rs` checks which of these modules may use which others.
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod call;
pub mod client;
pub mod credentials;
pub mod date_time;
pub mod error;
pub mod interceptor;
#[cfg(feature = "logging")]
pub mod logging;
pub mod paginate;
pub mod policy;
pub mod profile;
pub mod protocol;
mod redact;
pub mod runtime;
pub mod sign;
pub mod sse;
pub mod transport;
pub mod wait;

pub use {bytes, http, reqwest, serde_json, time};

/// What the macros in generated code expand to. Not part of the public API: it changes together with
/// the generator.
#[doc(hidden)]
pub mod __private {
    pub use crate::paginate::items::IntoItems;
    pub use crate::protocol::model::compare::equal;
    pub use crate::protocol::model::debug::debug;
    pub use crate::protocol::model::field::{Field, ListMut, Mut, ObjectList, ObjectSlot, Ref};
    #[cfg(feature = "serde")]
    pub use crate::protocol::model::table::serde_impls;
    pub use crate::protocol::model::table::{Table, Visit, VisitMut};
    pub use crate::wait::waiter::Waiter;
}

pub use call::{Call, ResponseMetadata};
pub use client::{Client, ClientBuilder, CommonClient};
pub use credentials::{Credential, ProvideCredential};
pub use error::{Error, ErrorKind};
pub use interceptor::Interceptor;
pub use paginate::{Paginate, Paging};
pub use policy::rate_limit::RateLimit;
pub use policy::retry::RetryPolicy;
pub use profile::{
    ClientProfile, Endpoint, HttpProfile, Language, Protocol, Region, RegionBreakerProfile,
    ReqMethod, SignMethod,
};
pub use protocol::model::Binary;
pub use protocol::{Action, Multipart};
pub use sse::EventStream;
pub use wait::{Wait, WaitError};

#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/coming-from-another-sdk.md")]
pub mod coming_from_another_sdk {}

#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/official-sdks.md")]
pub mod official_sdks {}

/// Compiles the code of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
