//! A clock that is wrong by as much as is wanted.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tencentcloud_common::runtime::Clock;

/// Another clock, shifted.
pub(crate) struct Shifted {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) seconds: i64,
}

impl Clock for Shifted {
    fn now(&self) -> SystemTime {
        let now = self.clock.now();
        let by = Duration::from_secs(self.seconds.unsigned_abs());
        let shifted = if self.seconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
        shifted.unwrap_or(now)
    }
}
