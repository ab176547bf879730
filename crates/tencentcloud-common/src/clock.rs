//! The time, as something that can be replaced.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::{Duration, SystemTime, UNIX_EPOCH};
//! use tencentcloud_common::clock::Clock;
//!
//! /// Stands still.
//! struct Fixed(SystemTime);
//!
//! impl Clock for Fixed {
//!     fn now(&self) -> SystemTime {
//!         self.0
//!     }
//! }
//!
//! let clock: Arc<dyn Clock> = Arc::new(Fixed(UNIX_EPOCH + Duration::from_secs(1_700_000_000)));
//! ```

use std::time::SystemTime;

/// Tells the time that requests are stamped with.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> SystemTime;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
