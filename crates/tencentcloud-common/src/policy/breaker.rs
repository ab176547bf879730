//! Routing calls to a backup region while the primary endpoint cannot be reached.
//!
//! The official SDKs call it region breaker. It watches whether the endpoint of a client can be
//! reached; where each region has [an endpoint of its own], each is watched alone. When too many
//! attempts fail, calls go to a backup endpoint for a while; then a few of them try the primary
//! endpoint again. It never rejects a call.
//!
//! ```text
//!               enough failures                   after `timeout`
//!   ┌─────────┐ ───────────────▶ ┌─────────────┐ ─────────────▶ ┌──────────────────────┐
//!   │ Closed  │                  │ Open        │                │ HalfOpen             │
//!   │ primary │                  │ backup      │ ◀───────────── │ probes: primary      │
//!   └─────────┘                  └─────────────┘  one probe     │ other calls: backup  │
//!        ▲                                        fails         └──────────────────────┘
//!        │                                                                 │
//!        └──────────────── `max_requests` probes succeed ──────────────────┘
//! ```
//!
//! At most [`max_requests`] probes are under way at a time. A probe that is abandoned, such as a
//! call whose future is dropped, makes room for another one. What the backup responds changes
//! nothing.
//!
//! This differs from the official SDKs, which send every call to the primary in the half-open
//! state. If it swallows packets then, all calls stall until the first one fails, once per
//! [`timeout`]; here only the probes do.
//!
//! "Enough failures" are [`max_fail_num`] of them that are also [`max_fail_percent`] of all, or 5
//! in a row. When closed, counting starts anew after each [`window_interval`].
//!
//! ```
//! use std::time::{Duration, Instant};
//! use tencentcloud_common::policy::breaker::{Breaker, BreakerState, Outcome};
//! use tencentcloud_common::profile::RegionBreakerProfile;
//!
//! let start = Instant::now();
//! let breaker = Breaker::new(&RegionBreakerProfile::default(), start);
//! for _ in 0..5 {
//!     let token = breaker.acquire(start);
//!     assert!(!token.to_backup());
//!     breaker.record(token, start, Outcome::Failure);
//! }
//! assert_eq!(breaker.state(start), BreakerState::Open);
//! assert!(breaker.acquire(start).to_backup());
//!
//! let later = start + Duration::from_secs(60);
//! assert_eq!(breaker.state(later), BreakerState::HalfOpen);
//! let probes: Vec<_> = (0..5).map(|_| breaker.acquire(later)).collect();
//! assert!(probes.iter().all(|token| !token.to_backup()));
//! assert!(breaker.acquire(later).to_backup());
//! ```
//!
//! [an endpoint of its own]: crate::profile::HttpProfileBuilder::regional_endpoint
//! [`max_fail_num`]: RegionBreakerProfile::max_fail_num
//! [`max_fail_percent`]: RegionBreakerProfile::max_fail_percent
//! [`max_requests`]: RegionBreakerProfile::max_requests
//! [`timeout`]: RegionBreakerProfile::timeout
//! [`window_interval`]: RegionBreakerProfile::window_interval

mod machine;
mod per_endpoint;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::error::{Error, ErrorKind};
use crate::profile::RegionBreakerProfile;
use machine::{Machine, Route};
pub(crate) use per_endpoint::Breakers;

/// Routes attempts to the primary or the backup endpoint, based on recent outcomes. Clones share
/// what they know.
#[doc(alias = "CircuitBreaker")]
#[derive(Clone)]
pub struct Breaker(Arc<Mutex<Machine>>);

/// What a breaker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// The primary endpoint can be reached: calls go to it.
    Closed,
    /// The primary endpoint cannot be reached: calls go to the backup.
    Open,
    /// Some calls probe the primary endpoint; the others go to the backup.
    HalfOpen,
}

/// How an attempt ended, as far as the endpoint is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The service could be reached.
    Success,
    /// It could not.
    Failure,
}

/// Where one attempt goes; hand it back with its [`Outcome`].
///
/// Dropping it, when the attempt was abandoned, counts as no outcome and frees the place of a probe.
#[derive(Debug)]
#[must_use = "it says where the attempt goes"]
pub struct BreakerToken {
    generation: u64,
    to_backup: bool,
    /// Whose place a probe takes, until it is freed.
    probe: Option<Breaker>,
}

impl BreakerToken {
    /// Whether the attempt goes to the backup endpoint.
    pub fn to_backup(&self) -> bool {
        self.to_backup
    }
}

impl Drop for BreakerToken {
    fn drop(&mut self) {
        if let Some(breaker) = self.probe.take() {
            breaker.lock().abandon(self.generation);
        }
    }
}

impl Breaker {
    /// A closed breaker.
    pub fn new(profile: &RegionBreakerProfile, now: Instant) -> Self {
        Self(Arc::new(Mutex::new(Machine::new(profile, now))))
    }

    /// Asks where the next attempt goes.
    pub fn acquire(&self, now: Instant) -> BreakerToken {
        let (generation, route) = self.tell_changes(|machine| machine.admit(now));
        BreakerToken {
            generation,
            to_backup: route == Route::Backup,
            probe: (route == Route::Probe).then(|| self.clone()),
        }
    }

    /// Records how an attempt ended. What began before the last change of state is not counted,
    /// nor is what the backup did.
    pub fn record(&self, mut token: BreakerToken, now: Instant, outcome: Outcome) {
        // Its place is freed with its outcome, not before.
        let is_probe = token.probe.take().is_some();
        if !token.to_backup {
            self.tell_changes(|machine| {
                machine.observe(token.generation, is_probe, now, outcome);
            });
        }
    }

    /// What the breaker does now.
    pub fn state(&self, now: Instant) -> BreakerState {
        self.tell_changes(|machine| machine.advance(now).0)
    }

    /// Logs a change of state, once the lock is free again: a logger may make calls of its own.
    fn tell_changes<T>(&self, work: impl FnOnce(&mut Machine) -> T) -> T {
        let (before, result, after) = {
            let mut machine = self.lock();
            let before = machine.state();
            let result = work(&mut machine);
            (before, result, machine.state())
        };
        if before != after {
            tracing::warn!(from = ?before, to = ?after, "the region breaker changes its state");
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Machine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Breaker").field("state", &self.lock().state()).finish_non_exhaustive()
    }
}

/// What the end of an attempt says about the endpoint; `None` if it says nothing.
///
/// Whatever the service itself answers, an error included, is a success: it was reached. A failure
/// is when no connection could be made, it broke, or the time was up (also that of the whole call,
/// when the attempt had half of it at least); and also when something before the service answered
/// in its place, which shows by the missing request id: a page with HTTP 5xx, or an
/// `InternalError`. What was refused before it was sent says nothing; nor does a kept connection
/// that was gone when it was to be used again, for servers close those that are idle.
///
/// ```
/// use tencentcloud_common::policy::breaker::{self, Outcome};
///
/// assert_eq!(breaker::outcome(Ok(())), Some(Outcome::Success));
/// ```
pub fn outcome(result: Result<(), &Error>) -> Option<Outcome> {
    let Err(error) = result else { return Some(Outcome::Success) };
    let reached = match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::Credential => return None,
        ErrorKind::Transport if !error.maybe_sent() => return None,
        ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport => false,
        ErrorKind::Response => {
            error.request_id().is_some()
                || !error.http_status().is_some_and(|status| status.is_server_error())
        }
        ErrorKind::Service => {
            let internal = error.code().and_then(|code| code.split('.').next());
            error.request_id().is_some() || internal != Some("InternalError")
        }
    };
    Some(if reached { Outcome::Success } else { Outcome::Failure })
}

#[cfg(test)]
mod tests;
