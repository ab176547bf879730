//! What a test puts into a client to hold its surroundings still: clock, waiting and
//! randomness.
//!
//! ```
//! use std::time::Duration;
//! use tencentcloud_common::runtime::Sleep;
//! use tencentcloud_tests::injected::{ManualClock, Naps};
//!
//! let clock = ManualClock::at(1_700_000_000);
//! let naps = Naps::moving(&clock);
//! drop(naps.sleep(Duration::from_secs(5)));
//! assert_eq!(naps.taken(), [Duration::from_secs(5)]);
//! assert_eq!(clock.seconds(), 1_700_000_005);
//! ```

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tencentcloud_common::runtime::{Clock, Random, Sleep, SleepFuture, SystemClock};

use crate::counting::lock;

/// A clock that stands still until it is moved. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct ManualClock {
    start: Instant,
    now: Arc<Mutex<Duration>>,
    wall: Arc<Mutex<SystemTime>>,
}

impl ManualClock {
    /// Stands at these seconds since 1970.
    pub fn at(seconds: u64) -> Self {
        Self {
            start: SystemClock.instant(),
            now: Arc::default(),
            wall: Arc::new(Mutex::new(UNIX_EPOCH + Duration::from_secs(seconds))),
        }
    }

    /// Sets the wall clock to these seconds since 1970, as an administrator does.
    pub fn set(&self, seconds: u64) {
        let passed = *lock(&self.now);
        *lock(&self.wall) = UNIX_EPOCH + Duration::from_secs(seconds) - passed;
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let mut now = lock(&self.now);
        *now = now.saturating_add(by);
    }

    /// The seconds since 1970.
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

/// Does not wait, and remembers for how long it should have. Clones share what they remember.
#[derive(Clone, Debug, Default)]
pub struct Naps {
    taken: Arc<Mutex<Vec<Duration>>>,
    clock: Option<ManualClock>,
    endless: bool,
}

impl Naps {
    /// Moves a clock instead of waiting.
    pub fn moving(clock: &ManualClock) -> Self {
        Self { clock: Some(clock.clone()), ..Self::default() }
    }

    /// Never ends: whoever waits can only be cut off or dropped.
    pub fn endless() -> Self {
        Self { endless: true, ..Self::default() }
    }

    /// All that was asked for, in order.
    pub fn taken(&self) -> Vec<Duration> {
        lock(&self.taken).clone()
    }
}

impl Sleep for Naps {
    fn sleep(&self, time: Duration) -> SleepFuture {
        lock(&self.taken).push(time);
        if let Some(clock) = &self.clock {
            clock.advance(time);
        }
        if self.endless {
            return Box::pin(std::future::pending());
        }
        Box::pin(std::future::ready(()))
    }
}

/// All bytes are this one: with `0xff` a random pause has its full length, with 0 none.
#[derive(Clone, Copy, Debug)]
pub struct Always(pub u8);

impl Random for Always {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}
