//! Fakes for the clock, sleep and randomness of a client.
//!
//! ```
//! use std::time::Duration;
//! use tencentcloud_common::runtime::Sleep;
//! use tencentcloud_tests::fakes::{ManualClock, RecordedSleeps};
//!
//! let clock = ManualClock::at(1_700_000_000);
//! let sleeps = RecordedSleeps::advancing(&clock);
//! drop(sleeps.sleep(Duration::from_secs(5)));
//! assert_eq!(sleeps.durations(), [Duration::from_secs(5)]);
//! assert_eq!(clock.seconds(), 1_700_000_005);
//! ```

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tencentcloud_common::runtime::{Clock, Random, Sleep, SleepFuture, SystemClock};

use crate::counting_server::lock;

/// A clock that advances only when a test advances it. Clones share the time.
#[derive(Clone, Debug)]
pub struct ManualClock {
    start: Instant,
    now: Arc<Mutex<Duration>>,
    wall: Arc<Mutex<SystemTime>>,
}

impl ManualClock {
    /// Returns a clock that starts at this time, in seconds since 1970.
    pub fn at(seconds: u64) -> Self {
        Self {
            start: SystemClock.instant(),
            now: Arc::default(),
            wall: Arc::new(Mutex::new(UNIX_EPOCH + Duration::from_secs(seconds))),
        }
    }

    /// Sets the wall clock, in seconds since 1970, without changing the monotonic clock.
    pub fn set(&self, seconds: u64) {
        let passed = *lock(&self.now);
        *lock(&self.wall) = UNIX_EPOCH + Duration::from_secs(seconds) - passed;
    }

    /// Advances both clocks.
    pub fn advance(&self, by: Duration) {
        let mut now = lock(&self.now);
        *now = now.saturating_add(by);
    }

    /// Returns the time in seconds since 1970.
    pub fn seconds(&self) -> u64 {
        self.now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        *lock(&self.wall) + *lock(&self.now)
    }

    fn instant(&self) -> Instant {
        self.start + *lock(&self.now)
    }
}

/// A sleep that returns at once and records its duration. Clones share the recorded durations.
#[derive(Clone, Debug, Default)]
pub struct RecordedSleeps {
    durations: Arc<Mutex<Vec<Duration>>>,
    clock: Option<ManualClock>,
    is_endless: bool,
}

impl RecordedSleeps {
    /// Returns a sleep that advances a clock.
    pub fn advancing(clock: &ManualClock) -> Self {
        Self { clock: Some(clock.clone()), ..Self::default() }
    }

    /// Returns a sleep that never ends.
    pub fn never_ending() -> Self {
        Self { is_endless: true, ..Self::default() }
    }

    /// Returns the recorded durations, in order.
    pub fn durations(&self) -> Vec<Duration> {
        lock(&self.durations).clone()
    }
}

impl Sleep for RecordedSleeps {
    fn sleep(&self, time: Duration) -> SleepFuture {
        lock(&self.durations).push(time);
        if let Some(clock) = &self.clock {
            clock.advance(time);
        }
        if self.is_endless {
            return Box::pin(std::future::pending());
        }
        Box::pin(std::future::ready(()))
    }
}

/// A source of randomness that always returns the same byte. With `0xff`, a random delay has its
/// maximum length; with 0, it is zero.
#[derive(Clone, Copy, Debug)]
pub struct ConstantRandom(pub u8);

impl Random for ConstantRandom {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}
