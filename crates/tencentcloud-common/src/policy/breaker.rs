//! The region breaker: routes calls to a backup endpoint while the primary endpoint is unreachable.
//!
//! The name is that of the official SDKs. The breaker records whether the endpoint of a client is
//! reachable; with [regional endpoints], each endpoint has its own breaker. After too many failed
//! attempts, calls go to the backup endpoint for the duration of [`timeout`]. Then a few calls
//! probe the primary endpoint. The breaker never rejects a call.
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
//! At most [`max_requests`] probes are in progress at a time. A probe that is cancelled, such as a
//! call whose future is dropped, makes room for another probe. Outcomes of the backup endpoint are
//! not counted.
//!
//! The official SDKs send every call to the primary in the half-open state. If the primary drops
//! packets, all their calls stall after each [`timeout`], until the first one fails. Here only the
//! probes stall.
//!
//! The breaker opens after [`max_fail_num`] failures that are also at least [`max_fail_percent`] of
//! all outcomes, or after 5 consecutive failures. In the closed state the counts are reset after
//! each [`window_interval`].
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
//! [regional endpoints]: crate::profile::HttpProfileBuilder::regional_endpoint
//! [`max_fail_num`]: RegionBreakerProfile::max_fail_num
//! [`max_fail_percent`]: RegionBreakerProfile::max_fail_percent
//! [`max_requests`]: RegionBreakerProfile::max_requests
//! [`timeout`]: RegionBreakerProfile::timeout
//! [`window_interval`]: RegionBreakerProfile::window_interval

mod per_endpoint;
mod state_machine;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::error::{Error, ErrorKind};
use crate::profile::RegionBreakerProfile;
pub(crate) use per_endpoint::Breakers;
use state_machine::{Route, StateMachine};

/// A circuit breaker that routes attempts to the primary or the backup endpoint, based on recent
/// outcomes. Clones share their state.
#[doc(alias = "CircuitBreaker")]
#[derive(Clone)]
pub struct Breaker(Arc<Mutex<StateMachine>>);

/// The state of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// The primary endpoint is reachable: calls go to it.
    Closed,
    /// The primary endpoint is unreachable: calls go to the backup endpoint.
    Open,
    /// Some calls probe the primary endpoint; the others go to the backup endpoint.
    HalfOpen,
}

/// The outcome of an attempt: whether the endpoint was reachable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The endpoint was reachable.
    Success,
    /// The endpoint was unreachable.
    Failure,
}

/// The route of one attempt. Pass it to [`Breaker::record`] with the [`Outcome`] of the attempt.
///
/// Dropping it records no outcome. If the attempt was a probe, another probe can start.
#[derive(Debug)]
#[must_use = "the token contains the route of the attempt"]
pub struct BreakerToken {
    generation: u64,
    to_backup: bool,
    /// The breaker that counts this attempt as a probe, until the probe is released.
    probe: Option<Breaker>,
}

impl BreakerToken {
    /// Returns whether the attempt goes to the backup endpoint.
    pub fn to_backup(&self) -> bool {
        self.to_backup
    }
}

impl Drop for BreakerToken {
    fn drop(&mut self) {
        if let Some(breaker) = self.probe.take() {
            breaker.lock().release_probe(self.generation);
        }
    }
}

impl Breaker {
    /// Creates a closed breaker.
    pub fn new(profile: &RegionBreakerProfile, now: Instant) -> Self {
        Self(Arc::new(Mutex::new(StateMachine::new(profile, now))))
    }

    /// Returns a token with the route of the next attempt.
    pub fn acquire(&self, now: Instant) -> BreakerToken {
        let (generation, route) = self.update(|state_machine| state_machine.acquire(now));
        BreakerToken {
            generation,
            to_backup: route == Route::Backup,
            probe: (route == Route::Probe).then(|| self.clone()),
        }
    }

    /// Records the outcome of an attempt. Attempts that started before the last change of state and
    /// attempts to the backup endpoint are not counted.
    pub fn record(&self, mut token: BreakerToken, now: Instant, outcome: Outcome) {
        // Taken here because the state machine releases the probe together with its outcome.
        let is_probe = token.probe.take().is_some();
        if !token.to_backup {
            self.update(|state_machine| {
                state_machine.record(token.generation, is_probe, now, outcome);
            });
        }
    }

    /// Returns the state at `now`.
    pub fn state(&self, now: Instant) -> BreakerState {
        self.update(|state_machine| state_machine.advance(now).0)
    }

    /// Updates the state machine and logs a change of state. The lock is released before logging,
    /// because a logger may make calls itself.
    fn update<T>(&self, update: impl FnOnce(&mut StateMachine) -> T) -> T {
        let (before, result, after) = {
            let mut state_machine = self.lock();
            let before = state_machine.state();
            let result = update(&mut state_machine);
            (before, result, state_machine.state())
        };
        if before != after {
            tracing::warn!(from = ?before, to = ?after, "the region breaker changed state");
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, StateMachine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Breaker").field("state", &self.lock().state()).finish_non_exhaustive()
    }
}

/// Returns the outcome of an attempt, or `None` if the result says nothing about the endpoint.
///
/// - Success: the service itself responded, even with an error.
/// - Failure: no connection could be opened, the connection broke, or the attempt timed out.
///   Clients do not record a timeout of the whole call if the attempt took less than half of that
///   timeout. A response without a request id is also a failure if it has HTTP status 5xx or the
///   code `InternalError`, because another server, such as a gateway, sent it.
/// - `None`: nothing was sent because the input or the credential was invalid, or the server had
///   already closed a reused idle connection, which is normal.
///
/// ```
/// use tencentcloud_common::policy::breaker::{self, Outcome};
///
/// assert_eq!(breaker::outcome(Ok(())), Some(Outcome::Success));
/// ```
pub fn outcome(result: Result<(), &Error>) -> Option<Outcome> {
    let Err(error) = result else { return Some(Outcome::Success) };
    let reached = match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::Credential | ErrorKind::WaitFailed => return None,
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
