//! Slowing down before the service says so: at most so many calls a second.
//!
//! The API limits how often an account may call an action in a region, often 10 or 20 times a
//! second. A program that makes many calls gets on faster if it keeps below that limit than if it
//! is refused and tries returned.
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

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Error;

/// How many waiting queues are kept. Each is an action in a region; nobody has as many.
const MAX_QUEUES: usize = 1024;

/// How often actions may be called. By default there is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    default: Option<Duration>,
    actions: HashMap<String, Duration>,
}

impl RateLimit {
    /// Starts without any limit.
    pub fn builder() -> RateLimitBuilder {
        RateLimitBuilder::default()
    }

    /// The time from one call of an action to the next; `None` if the action has no limit.
    pub fn interval(&self, action: &str) -> Option<Duration> {
        self.actions.get(action).copied().or(self.default)
    }
}

/// Builds a [`RateLimit`].
#[derive(Clone, Debug, Default)]
#[must_use = "call `build` to get the limit"]
pub struct RateLimitBuilder {
    default: Option<f64>,
    actions: Vec<(String, f64)>,
}

impl RateLimitBuilder {
    /// Sets how many calls a second each action may have that is not named by
    /// [`action`](Self::action). Default: no limit.
    pub fn per_second(mut self, calls: f64) -> Self {
        self.default = Some(calls);
        self
    }

    /// Sets how many calls a second one action may have, such as `DescribeInstances`. Its quota
    /// stands in the documentation of the action.
    pub fn action(mut self, action: impl Into<String>, per_second: f64) -> Self {
        self.actions.push((action.into(), per_second));
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when a number of calls is not from 0.001
    /// to 1,000,000, or an action has no name.
    pub fn build(self) -> Result<RateLimit, Error> {
        let default = self.default.map(|calls| interval("all actions", calls)).transpose()?;
        let mut actions = HashMap::with_capacity(self.actions.len());
        for (action, calls) in self.actions {
            let fits = !action.is_empty() && action.bytes().all(|b| b.is_ascii_alphanumeric());
            if !fits {
                let shown: String = action.chars().take(60).collect();
                return Err(Error::invalid_input(format!(
                    "{shown:?} is no name of an action to limit: give one like \
                     \"DescribeInstances\""
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
            // Never down, for that would let one call too many into a second.
            let short = rounded.as_secs_f64() * calls < 1.0;
            Some(rounded + Duration::from_nanos(short.into()))
        })
        .ok_or_else(|| {
            Error::invalid_input(format!(
                "the limit of {what} must be from 0.001 to 1000000 calls a second, not {per_second}"
            ))
        })
}

/// Hands out the times at which calls may be made. Clones share them.
///
/// Each action in each region has a queue of its own. Calls come on in the order in which they
/// asked, evenly spaced, without bursts: whatever second the service counts, it never sees more
/// calls than the limit, rounded up. When a call of a client is abandoned while it waits, the next
/// one that asks takes its place.
#[derive(Clone)]
pub struct RateLimiter(Arc<Shared>);

struct Shared {
    limit: RateLimit,
    queues: Mutex<Queues>,
}

/// A region and an action.
type Name = (String, String);

#[derive(Default)]
struct Queues(HashMap<Name, Queue>);

struct Queue {
    /// When the first permit is free that nobody has had.
    next: Instant,
    /// Those before it that were given back. Only as many as calls waited at once.
    returned: BTreeSet<Instant>,
}

/// A permit that is taken. It is free returned when this is dropped, for its call was abandoned.
pub(crate) struct Permit {
    wait: Duration,
    /// `None` for what is not limited, or not given back.
    held: Option<(RateLimiter, Name, Instant)>,
}

impl Permit {
    /// How long to wait for it.
    pub(crate) fn wait(&self) -> Duration {
        self.wait
    }

    /// The wait is over and the call is made.
    pub(crate) fn consume(mut self) {
        self.held = None;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some((limiter, name, at)) = self.held.take()
            && let Some(queue) = limiter.queues().0.get_mut(&name)
        {
            queue.returned.insert(at);
        }
    }
}

/// There is no free permit in time; none was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the next free permit of the rate limit is {wait:?} away")]
#[non_exhaustive]
pub struct RateLimitExceeded {
    /// How long the wait would have been.
    pub wait: Duration,
}

impl RateLimiter {
    /// A limiter that has not seen a call yet.
    pub fn new(limit: RateLimit) -> Self {
        Self(Arc::new(Shared { limit, queues: Mutex::default() }))
    }

    /// Takes the next free permit and says how long to wait for it; zero if it is free now.
    ///
    /// `max_wait` is how long the call can wait: what is left of its time. A call that could not
    /// wait so long must not take a permit, or calls that wait in vain would fill the queue and keep
    /// off those that could be made. What is taken is used up, whether the call is made or not.
    ///
    /// # Errors
    ///
    /// [`RateLimitExceeded`] when the wait is longer than `max_wait`.
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

    /// As [`reserve`](Self::reserve), but the permit can be given back.
    pub(crate) fn acquire(
        &self,
        region: &str,
        action: &str,
        now: Instant,
        max_wait: Duration,
    ) -> Result<Permit, RateLimitExceeded> {
        let Some(interval) = self.0.limit.interval(action) else {
            return Ok(Permit { wait: Duration::ZERO, held: None });
        };
        let mut queues = self.queues();
        let name = queues.name(region, action, now);
        let at = queues.take(name.clone(), interval, now, max_wait)?;
        // The calls of a shared queue have different limits: one must not take the place of another.
        let held = (name != Name::default()).then(|| (self.clone(), name, at));
        Ok(Permit { wait: at.saturating_duration_since(now), held })
    }

    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.0.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queues {
    /// The queue to stand in: the one of the action in the region, or the one that is shared when
    /// there are too many.
    fn name(&mut self, region: &str, action: &str, now: Instant) -> Name {
        let name = (region.to_owned(), action.to_owned());
        if self.0.len() >= MAX_QUEUES && !self.0.contains_key(&name) {
            // A queue whose next permit is free already holds nothing that must be remembered.
            self.0.retain(|_, queue| queue.next > now);
            if self.0.len() >= MAX_QUEUES {
                // Too slow is better than too fast, and than memory without end.
                return Name::default();
            }
        }
        name
    }

    /// Takes the first permit that is free from `now` on.
    fn take(
        &mut self,
        name: Name,
        interval: Duration,
        now: Instant,
        max_wait: Duration,
    ) -> Result<Instant, RateLimitExceeded> {
        let new = || Queue { next: now, returned: BTreeSet::new() };
        let queue = self.0.entry(name).or_insert_with(new);
        // The time of one that was given back too late has passed: the one behind it is near.
        queue.returned = queue.returned.split_off(&now);
        let returned = queue.returned.first().copied();
        let at = returned.unwrap_or(queue.next.max(now));
        let wait = at.saturating_duration_since(now);
        if wait > max_wait {
            return Err(RateLimitExceeded { wait });
        }
        if returned.is_some() {
            queue.returned.remove(&at);
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
