//! Policies for attempts: [`retry`], the region [`breaker`], the [`rate_limit`] and the correction
//! of a wrong clock. They do no I/O; the current time is an argument.
//!
//! ```
//! use std::time::Duration;
//! use tencentcloud_common::ClientProfile;
//! use tencentcloud_common::policy::rate_limit::RateLimit;
//! use tencentcloud_common::policy::retry::RetryPolicy;
//!
//! let retryer = RetryPolicy::builder()
//!     .max_attempts(5)
//!     .exponential_backoff(Duration::from_millis(200), Duration::from_secs(5))
//!     .build()?;
//! let rate_limit = RateLimit::builder().per_second(20.0).build()?;
//! let profile = ClientProfile::builder().retryer(retryer).rate_limit(rate_limit).build()?;
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

pub mod breaker;
pub(crate) mod clock_skew;
pub mod rate_limit;
pub mod retry;
