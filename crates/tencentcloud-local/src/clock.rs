//! The time of the account, in which its resources change their states.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use tencentcloud_common::runtime::Clock;

/// The time at which a clock that is moved by hand starts: 2024-05-01 00:00:00 UTC, which is after
/// every resource of a new account was created.
const MANUAL_START: Duration = Duration::from_secs(1_714_521_600);

/// The clock of the account. It is separate from the clock for signatures, so that a test can move
/// resources through their states without making its signatures expire.
pub(crate) struct AccountClock {
    /// `None` for a clock that only moves when it is advanced.
    running: Option<Arc<dyn Clock>>,
    advanced: Mutex<Duration>,
}

impl AccountClock {
    /// Returns a clock that follows another clock.
    pub(crate) fn following(clock: Arc<dyn Clock>) -> Self {
        Self { running: Some(clock), advanced: Mutex::default() }
    }

    /// Returns a clock that only moves when it is advanced.
    pub(crate) fn manual() -> Self {
        Self { running: None, advanced: Mutex::default() }
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&self, duration: Duration) {
        let mut advanced = self.advanced.lock().unwrap_or_else(PoisonError::into_inner);
        *advanced = advanced.saturating_add(duration);
    }

    /// Returns the time since 1970.
    pub(crate) fn now(&self) -> Duration {
        let advanced = *self.advanced.lock().unwrap_or_else(PoisonError::into_inner);
        let base = match &self.running {
            Some(clock) => clock.now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            None => MANUAL_START,
        };
        base.saturating_add(advanced)
    }
}

impl std::fmt::Debug for AccountClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountClock").field("now", &self.now()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    struct FixedClock;

    impl Clock for FixedClock {
        fn now(&self) -> SystemTime {
            UNIX_EPOCH + Duration::from_secs(1000)
        }
    }

    #[test]
    fn both_clocks_can_be_advanced() {
        let following = AccountClock::following(Arc::new(FixedClock));
        let manual = AccountClock::manual();
        for (clock, start) in [(following, Duration::from_secs(1000)), (manual, MANUAL_START)] {
            assert_eq!(clock.now(), start);
            clock.advance(Duration::from_millis(1500));
            clock.advance(Duration::from_millis(1500));
            assert_eq!(clock.now(), start + Duration::from_secs(3));
        }
    }
}
