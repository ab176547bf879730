//! Abstractions of the system: clock, sleep, randomness and environment variables.
//!
//! Pass your own implementations to [`ClientBuilder`](crate::ClientBuilder) or
//! [`ProviderConfig`](crate::credentials::ProviderConfig), for example in a test:
//!
//! ```
//! use std::time::{Duration, SystemTime, UNIX_EPOCH};
//! use tencentcloud_common::CommonClient;
//! use tencentcloud_common::runtime::{Clock, Environment, Random, Sleep, SleepFuture};
//!
//! /// A fixed time, no delays, and bytes that are not random.
//! struct Fixed;
//!
//! impl Clock for Fixed {
//!     fn now(&self) -> SystemTime {
//!         UNIX_EPOCH + Duration::from_secs(1_700_000_000)
//!     }
//! }
//!
//! impl Sleep for Fixed {
//!     fn sleep(&self, _: Duration) -> SleepFuture {
//!         Box::pin(std::future::ready(()))
//!     }
//! }
//!
//! impl Random for Fixed {
//!     fn fill(&self, bytes: &mut [u8]) {
//!         bytes.fill(7);
//!     }
//! }
//!
//! let client = CommonClient::builder("cvm", "2017-03-12")
//!     .clock(Fixed)
//!     .sleep(Fixed)
//!     .random(Fixed)
//!     .build()?;
//!
//! let environment = Environment::from_fn(|name| (name == "HOME").then(|| "/home/me".into()));
//! assert_eq!(environment.get("HOME").as_deref(), Some("/home/me"));
//! assert_eq!(environment.get("TENCENTCLOUD_REGION"), None);
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

mod clock;
mod environment;
pub(crate) mod random;
mod sleep;
pub(crate) mod tokio_runtime;
#[cfg(feature = "blocking")]
pub(crate) mod worker;

pub use clock::{Clock, SystemClock};
pub use environment::Environment;
pub use random::{Random, SystemRandom};
pub use sleep::{Sleep, SleepFuture, TokioSleep};
