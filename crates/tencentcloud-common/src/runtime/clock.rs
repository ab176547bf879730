use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// A clock, for the timestamps of requests and for time limits.
pub trait Clock: Send + Sync {
    /// Returns the current time.
    fn now(&self) -> SystemTime;

    /// Returns the monotonic time, for measuring durations. Default: the monotonic clock of the
    /// machine.
    #[allow(clippy::disallowed_methods, reason = "the only place that reads the system clock")]
    fn instant(&self) -> Instant {
        Instant::now()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> SystemTime {
        (**self).now()
    }

    fn instant(&self) -> Instant {
        (**self).instant()
    }
}

impl<C: Clock + ?Sized> Clock for Box<C> {
    fn now(&self) -> SystemTime {
        (**self).now()
    }

    fn instant(&self) -> Instant {
        (**self).instant()
    }
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the only place that reads the system clock")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
