//! A client-side rate limit: at most a given number of calls per second.
//!
//! The API limits how often an account may call an action in a region, often to 10 or 20 calls per
//! second. A program that makes many calls is faster if it stays below that limit than if its
//! calls are throttled and retried.
//!
//! ```
//! use std::time::{Duration, Instant};
//! use tencentcloud_common::policy::rate_limit::{RateLimit, RateLimiter};
//!
//! let limit = RateLimit::builder().per_second(20.0).action("DescribeInstances", 40.0).build()?;
//! let limiter = RateLimiter::new(limit);
//!
//! let now = Instant::now();
//! let max_wait = Duration::from_secs(5);
//! let mut next = || limiter.reserve("ap-shanghai", "DescribeInstances", now, max_wait);
//! assert_eq!(next(), Ok(Duration::ZERO));
//! assert_eq!(next(), Ok(Duration::from_millis(25)));
//! assert_eq!(next(), Ok(Duration::from_millis(50)));
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Error;

/// The maximum number of queues. Each is for one action in one region; programs use far fewer.
const MAX_QUEUES: usize = 1024;

/// The maximum number of calls per second, for every action or for single actions. Default: no
/// limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    default: Option<Duration>,
    actions: HashMap<String, Duration>,
}

impl RateLimit {
    /// Creates a builder without limits.
    pub fn builder() -> RateLimitBuilder {
        RateLimitBuilder::default()
    }

    /// Returns the time between two calls of an action; `None` if the action has no limit.
    pub fn interval(&self, action: &str) -> Option<Duration> {
        self.actions.get(action).copied().or(self.default)
    }
}

/// A builder for a [`RateLimit`].
#[derive(Clone, Debug, Default)]
#[must_use = "call `build` to get the limit"]
pub struct RateLimitBuilder {
    default: Option<f64>,
    actions: Vec<(String, f64)>,
}

impl RateLimitBuilder {
    /// Sets the maximum number of calls per second for each action without its own limit (see
    /// [`action`](Self::action)). Default: no limit.
    pub fn per_second(mut self, calls: f64) -> Self {
        self.default = Some(calls);
        self
    }

    /// Sets the maximum number of calls per second for one action, such as `DescribeInstances`. The
    /// documentation of the action contains its quota.
    pub fn action(mut self, action: impl Into<String>, per_second: f64) -> Self {
        self.actions.push((action.into(), per_second));
        self
    }

    /// Builds the rate limit.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if a limit is not in the range from 0.001
    /// to 1,000,000 calls per second, or an action name is invalid.
    pub fn build(self) -> Result<RateLimit, Error> {
        let default = self.default.map(|calls| interval("all actions", calls)).transpose()?;
        let mut actions = HashMap::with_capacity(self.actions.len());
        for (action, calls) in self.actions {
            let is_valid = !action.is_empty() && action.bytes().all(|b| b.is_ascii_alphanumeric());
            if !is_valid {
                let shown: String = action.chars().take(60).collect();
                return Err(Error::invalid_input(format!(
                    "invalid action name {shown:?} in the rate limit: expected letters and digits, \
                     such as \"DescribeInstances\""
                )));
            }
            let interval = interval(&action, calls)?;
            actions.insert(action, interval);
        }
        Ok(RateLimit { default, actions })
    }
}

fn interval(what: &str, per_second: f64) -> Result<Duration, Error> {
    Some(per_second)
        .filter(|calls| (0.001..=1_000_000.0).contains(calls))
        .and_then(|calls| {
            let rounded = Duration::try_from_secs_f64(calls.recip()).ok()?;
            // Never rounded down, because a second would then contain one call too many.
            let short = rounded.as_secs_f64() * calls < 1.0;
            Some(rounded + Duration::from_nanos(short.into()))
        })
        .ok_or_else(|| {
            Error::invalid_input(format!(
                "the rate limit of {what} must be from 0.001 to 1000000 calls per second, got \
                 {per_second}"
            ))
        })
}

/// A rate limiter that issues permits for calls. Clones share their state.
///
/// Each action in each region has its own queue. Permits are issued in the order of the requests,
/// evenly spaced and without bursts: any period of one second contains at most as many calls as
/// the limit, rounded up. If a call is cancelled while it waits, the next call gets its permit.
#[derive(Clone)]
pub struct RateLimiter(Arc<Shared>);

struct Shared {
    limit: RateLimit,
    queues: Mutex<Queues>,
}

/// The key of a queue: a region and an action.
type QueueKey = (String, String);

#[derive(Default)]
struct Queues(HashMap<QueueKey, Queue>);

struct Queue {
    /// The time of the first permit that was never issued.
    next: Instant,
    /// The times of earlier permits that were returned: at most as many as calls waited at once.
    returned: BinaryHeap<Reverse<Instant>>,
}

/// A permit for one call. Dropping it returns it to the queue, because the call was cancelled.
pub(crate) struct Permit {
    wait: Duration,
    /// `None` if the call is not limited or the permit cannot be returned.
    reservation: Option<(RateLimiter, QueueKey, Instant)>,
}

impl Permit {
    /// Returns how long to wait before the call.
    pub(crate) fn wait(&self) -> Duration {
        self.wait
    }

    /// Uses up the permit, because the call is made.
    pub(crate) fn consume(mut self) {
        self.reservation = None;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some((limiter, key, at)) = self.reservation.take()
            && let Some(queue) = limiter.queues().0.get_mut(&key)
        {
            queue.returned.push(Reverse(at));
        }
    }
}

/// The error of a call whose wait for a permit would be too long. No permit was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rate limit exceeded: the next permit is available in {wait:?}")]
#[non_exhaustive]
pub struct RateLimitExceeded {
    /// How long the wait would have been.
    pub wait: Duration,
}

impl RateLimiter {
    /// Creates a rate limiter without waiting calls.
    pub fn new(limit: RateLimit) -> Self {
        Self(Arc::new(Shared { limit, queues: Mutex::default() }))
    }

    /// Reserves the next permit and returns how long to wait before the call; zero if it can be
    /// made now.
    ///
    /// `max_wait` is how long the call can wait, usually its remaining time. If the wait would be
    /// longer, no permit is issued, so that calls that time out do not delay other calls. A
    /// reserved permit cannot be returned, even if the call is not made: only a client returns the
    /// permits of its cancelled calls.
    ///
    /// # Errors
    ///
    /// [`RateLimitExceeded`] if the wait is longer than `max_wait`.
    pub fn reserve(
        &self,
        region: &str,
        action: &str,
        now: Instant,
        max_wait: Duration,
    ) -> Result<Duration, RateLimitExceeded> {
        let permit = self.acquire(region, action, now, max_wait)?;
        let wait = permit.wait();
        permit.consume();
        Ok(wait)
    }

    /// Acquires a permit like [`reserve`](Self::reserve), but the permit can be returned.
    pub(crate) fn acquire(
        &self,
        region: &str,
        action: &str,
        now: Instant,
        max_wait: Duration,
    ) -> Result<Permit, RateLimitExceeded> {
        let Some(interval) = self.0.limit.interval(action) else {
            return Ok(Permit { wait: Duration::ZERO, reservation: None });
        };
        let mut queues = self.queues();
        let key = queues.key(region, action, now);
        let at = queues.acquire(key.clone(), interval, now, max_wait)?;
        // The calls of the shared queue have different limits, so their permits are not returned.
        let reservation = (key != QueueKey::default()).then(|| (self.clone(), key, at));
        Ok(Permit { wait: at.saturating_duration_since(now), reservation })
    }

    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.0.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queues {
    /// Returns the key of the queue of the action in the region, or that of the shared queue if
    /// there are too many queues.
    fn key(&mut self, region: &str, action: &str, now: Instant) -> QueueKey {
        let key = (region.to_owned(), action.to_owned());
        if self.0.len() >= MAX_QUEUES && !self.0.contains_key(&key) {
            // A queue whose next permit is available now is the same as a new queue.
            self.0.retain(|_, queue| queue.next > now);
            if self.0.len() >= MAX_QUEUES {
                // A slower shared queue keeps the limits and bounds the memory.
                return QueueKey::default();
            }
        }
        key
    }

    /// Issues the first permit that is available at `now` or later.
    fn acquire(
        &mut self,
        key: QueueKey,
        interval: Duration,
        now: Instant,
        max_wait: Duration,
    ) -> Result<Instant, RateLimitExceeded> {
        let new = || Queue { next: now, returned: BinaryHeap::new() };
        let queue = self.0.entry(key).or_insert_with(new);
        // Returned permits whose time has passed are dropped.
        while queue.returned.peek().is_some_and(|Reverse(at)| *at < now) {
            queue.returned.pop();
        }
        let returned = queue.returned.peek().map(|Reverse(at)| *at);
        let at = returned.unwrap_or(queue.next.max(now));
        let wait = at.saturating_duration_since(now);
        if wait > max_wait {
            return Err(RateLimitExceeded { wait });
        }
        if returned.is_some() {
            queue.returned.pop();
        } else {
            queue.next = at.checked_add(interval).unwrap_or(at);
        }
        Ok(at)
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter").field("limit", &self.0.limit).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
