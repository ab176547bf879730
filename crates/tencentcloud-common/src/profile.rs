//! Profiles: the settings of a client.
//!
//! The settings have the names of the official SDKs. They are checked when a profile is built, and
//! cannot be changed afterwards. [`ClientProfile::from_environment`] reads them from environment
//! variables.
//!
//! ```
//! use std::time::Duration;
//! use tencentcloud_common::profile::{ClientProfile, HttpProfile, Language};
//!
//! let http_profile = HttpProfile::builder()
//!     .endpoint("cvm.ap-shanghai-fsi.tencentcloudapi.com")
//!     .req_timeout(Duration::from_secs(20))
//!     .build()?;
//! let profile =
//!     ClientProfile::builder().http_profile(http_profile).language(Language::EnUs).build()?;
//! assert_eq!(profile.http_profile().connect_timeout(), Duration::from_secs(10));
//!
//! let error = HttpProfile::builder().endpoint("cvm tencentcloudapi com").build().unwrap_err();
//! assert!(error.to_string().contains("invalid endpoint"));
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

mod client_profile;
mod endpoint;
mod environment;
mod http_profile;
mod http_profile_builder;
mod proxy;
mod region;
mod region_breaker_profile;
mod sign_method;

pub use client_profile::{ClientProfile, ClientProfileBuilder, Language};
pub use endpoint::{Endpoint, Protocol};
pub(crate) use http_profile::CertificateSource;
pub use http_profile::{HttpProfile, ReqMethod};
pub use http_profile_builder::HttpProfileBuilder;
pub use proxy::{Proxy, ProxyScheme, ProxyUrl};
pub use region::Region;
pub use region_breaker_profile::{RegionBreakerProfile, RegionBreakerProfileBuilder};
pub use sign_method::SignMethod;
