//! What a test puts into a client to hold its surroundings still: clock, waiting, randomness, and a
//! network without a network.
//!
//! ```
//! use std::time::Duration;
//! use tencentcloud_common::sleep::Sleep;
//! use tencentcloud_tests::injected::{ManualClock, Naps};
//!
//! let clock = ManualClock::at(1_700_000_000);
//! let naps = Naps::moving(&clock);
//! drop(naps.sleep(Duration::from_secs(5)));
//! assert_eq!(naps.taken(), [Duration::from_secs(5)]);
//! assert_eq!(clock.seconds(), 1_700_000_005);
//! ```

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tencentcloud_common::clock::{Clock, SystemClock};
use tencentcloud_common::random::Random;
use tencentcloud_common::sleep::{Sleep, SleepFuture};
use tencentcloud_common::transport::{HttpTransport, Response, SendFuture, TransportError};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A clock that stands still until it is moved. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct ManualClock {
    start: Instant,
    now: Arc<Mutex<Duration>>,
    wall: SystemTime,
}

impl ManualClock {
    /// Stands at these seconds since 1970.
    pub fn at(seconds: u64) -> Self {
        Self {
            start: SystemClock.instant(),
            now: Arc::default(),
            wall: UNIX_EPOCH + Duration::from_secs(seconds),
        }
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
        self.wall + *lock(&self.now)
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
}

impl Naps {
    /// Moves a clock instead of waiting.
    pub fn moving(clock: &ManualClock) -> Self {
        Self { clock: Some(clock.clone()), ..Self::default() }
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

type Answer = dyn Fn(&http::Request<Bytes>) -> Result<Response, TransportError> + Send + Sync;

/// Answers without a network, and remembers what was sent. Clones are the same network.
#[derive(Clone)]
pub struct InMemory {
    answer: Arc<Answer>,
    sent: Arc<Mutex<Vec<http::Request<Bytes>>>>,
}

impl InMemory {
    /// Answers what the function says.
    pub fn new(
        answer: impl Fn(&http::Request<Bytes>) -> Result<Response, TransportError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self { answer: Arc::new(answer), sent: Arc::default() }
    }

    /// What was sent so far.
    pub fn sent(&self) -> Vec<http::Request<Bytes>> {
        lock(&self.sent).clone()
    }
}

impl HttpTransport for InMemory {
    fn send(&self, request: http::Request<Bytes>) -> SendFuture<'_> {
        let answer = (self.answer)(&request);
        lock(&self.sent).push(request);
        Box::pin(std::future::ready(answer))
    }
}

impl fmt::Debug for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemory").finish_non_exhaustive()
    }
}

/// An answer for [`InMemory`] with HTTP 200.
pub fn response(body: impl Into<Bytes>) -> Response {
    Response::new(body.into().into())
}
