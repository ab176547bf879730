//! Slowing down before the service says so: at most so many calls a second.
//!
//! The API limits how often an account may call an action in a region, often 10 or 20 times a
//! second. A program that makes many calls gets on faster if it keeps below that limit than if it
//! is refused and tries again.
//!
//! ```
//! use std::time::{Duration, Instant};
//! use tencentcloud_common::rate_limit::{RateLimit, RateLimiter};
//!
//! let limit = RateLimit::builder().per_second(20.0).action("DescribeInstances", 40.0).build()?;
//! let limiter = RateLimiter::new(limit);
//!
//! let now = Instant::now();
//! let patience = Duration::from_secs(5);
//! let mut next = || limiter.reserve("ap-shanghai", "DescribeInstances", now, patience);
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

/// How many waiting lines are kept. Each is an action in a region; nobody has as many.
const LINES: usize = 1024;

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
/// Each action in each region has a line of its own. Calls come on in the order in which they
/// asked, evenly spaced, without bursts: whatever second the service counts, it never sees more
/// calls than the limit, rounded up. When a call of a client is abandoned while it waits, the next
/// one that asks takes its place.
#[derive(Clone)]
pub struct RateLimiter(Arc<Shared>);

struct Shared {
    limit: RateLimit,
    lines: Mutex<Lines>,
}

/// A region and an action.
type Name = (String, String);

#[derive(Default)]
struct Lines(HashMap<Name, Line>);

struct Line {
    /// When the first slot is free that nobody has had.
    next: Instant,
    /// Those before it that were given back. Only as many as calls waited at once.
    again: BTreeSet<Instant>,
}

/// A slot that is taken. It is free again when this is dropped, for its call was abandoned.
pub(crate) struct Slot {
    wait: Duration,
    /// `None` for what is not limited, or not given back.
    held: Option<(RateLimiter, Name, Instant)>,
}

impl Slot {
    /// How long to wait for it.
    pub(crate) fn wait(&self) -> Duration {
        self.wait
    }

    /// The wait is over and the call is made.
    pub(crate) fn used(mut self) {
        self.held = None;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some((limiter, name, at)) = self.held.take()
            && let Some(line) = limiter.lines().0.get_mut(&name)
        {
            line.again.insert(at);
        }
    }
}

/// There is no free slot in time; none was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the next free slot of the rate limit is {wait:?} away")]
#[non_exhaustive]
pub struct NoSlot {
    /// How long the wait would have been.
    pub wait: Duration,
}

impl RateLimiter {
    /// A limiter that has not seen a call yet.
    pub fn new(limit: RateLimit) -> Self {
        Self(Arc::new(Shared { limit, lines: Mutex::default() }))
    }

    /// Takes the next free slot and says how long to wait for it; zero if it is free now.
    ///
    /// `patience` is how long the call can wait: what is left of its time. A call that could not
    /// wait so long must not take a slot, or calls that wait in vain would fill the line and keep
    /// off those that could be made. What is taken is used up, whether the call is made or not.
    ///
    /// # Errors
    ///
    /// [`NoSlot`] when the wait is longer than `patience`.
    pub fn reserve(
        &self,
        region: &str,
        action: &str,
        now: Instant,
        patience: Duration,
    ) -> Result<Duration, NoSlot> {
        let slot = self.take(region, action, now, patience)?;
        let wait = slot.wait();
        slot.used();
        Ok(wait)
    }

    /// As [`reserve`](Self::reserve), but the slot can be given back.
    pub(crate) fn take(
        &self,
        region: &str,
        action: &str,
        now: Instant,
        patience: Duration,
    ) -> Result<Slot, NoSlot> {
        let Some(interval) = self.0.limit.interval(action) else {
            return Ok(Slot { wait: Duration::ZERO, held: None });
        };
        let mut lines = self.lines();
        let name = lines.name(region, action, now);
        let at = lines.take(name.clone(), interval, now, patience)?;
        // The calls of a shared line have different limits: one must not take the place of another.
        let held = (name != Name::default()).then(|| (self.clone(), name, at));
        Ok(Slot { wait: at.saturating_duration_since(now), held })
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// The line to stand in: the one of the action in the region, or the one that is shared when
    /// there are too many.
    fn name(&mut self, region: &str, action: &str, now: Instant) -> Name {
        let name = (region.to_owned(), action.to_owned());
        if self.0.len() >= LINES && !self.0.contains_key(&name) {
            // A line whose next slot is free already holds nothing that must be remembered.
            self.0.retain(|_, line| line.next > now);
            if self.0.len() >= LINES {
                // Too slow is better than too fast, and than memory without end.
                return Name::default();
            }
        }
        name
    }

    /// Takes the first slot that is free from `now` on.
    fn take(
        &mut self,
        name: Name,
        interval: Duration,
        now: Instant,
        patience: Duration,
    ) -> Result<Instant, NoSlot> {
        let new = || Line { next: now, again: BTreeSet::new() };
        let line = self.0.entry(name).or_insert_with(new);
        // The time of one that was given back too late has passed: the one behind it is near.
        line.again = line.again.split_off(&now);
        let again = line.again.first().copied();
        let at = again.unwrap_or(line.next.max(now));
        let wait = at.saturating_duration_since(now);
        if wait > patience {
            return Err(NoSlot { wait });
        }
        if again.is_some() {
            line.again.remove(&at);
        } else {
            line.next = at.checked_add(interval).unwrap_or(at);
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
