use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The cost of a retry, in tokens.
pub(super) const RETRY_COST: u32 = 5;

/// The cost of a retry after a timeout, in tokens. It is higher because timeouts take longest.
pub(super) const TIMEOUT_RETRY_COST: u32 = 10;

/// The default capacity, in tokens.
const CAPACITY: u32 = 500;

/// A token bucket that limits the retries of all clones of a client, and of other clients that
/// [share](crate::ClientBuilder::retry_budget) it.
///
/// The default budget starts with 500 tokens, which is also its capacity. A retry costs 5 tokens,
/// or 10 after a timeout. A call that succeeds after a retry returns the tokens of its last retry;
/// a call that succeeds at the first attempt adds 1 token. While a service is down, the budget is
/// soon empty and calls fail after one attempt instead of three. This keeps retries from making the
/// outage worse, and callers get the error sooner.
///
/// Clones share the tokens.
///
/// ```
/// use tencentcloud_common::policy::retry::RetryBudget;
///
/// let budget = RetryBudget::default();
/// assert_eq!(budget.tokens(), Some(500));
/// assert_eq!(RetryBudget::unlimited().tokens(), None);
/// ```
#[derive(Clone)]
pub struct RetryBudget(Option<Arc<Tokens>>);

struct Tokens {
    left: AtomicU32,
    capacity: u32,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

impl RetryBudget {
    /// Creates a full budget with this capacity; 0 disables retries.
    pub fn new(capacity: u32) -> Self {
        Self(Some(Arc::new(Tokens { left: AtomicU32::new(capacity), capacity })))
    }

    /// Creates a budget without a limit.
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// Returns the number of available tokens; `None` if there is no limit.
    pub fn tokens(&self) -> Option<u32> {
        self.0.as_ref().map(|tokens| tokens.left.load(Ordering::Relaxed))
    }

    /// Reserves `cost` tokens for a retry; `None` if fewer are available.
    pub(super) fn reserve(&self, cost: u32) -> Option<Reservation> {
        self.try_acquire(cost).then(|| Reservation { budget: self.clone(), tokens: cost })
    }

    /// Takes `cost` tokens, or none if fewer are available.
    fn try_acquire(&self, cost: u32) -> bool {
        self.0.as_ref().is_none_or(|tokens| {
            let take = |left: u32| left.checked_sub(cost);
            tokens.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
        })
    }

    /// Adds tokens, up to the capacity.
    pub(super) fn release(&self, tokens: u32) {
        if let Some(shared) = self.0.as_ref().filter(|_| tokens > 0) {
            let fill = |left: u32| {
                (left < shared.capacity).then(|| left.saturating_add(tokens).min(shared.capacity))
            };
            // The result is an error if the budget is already full.
            let _ = shared.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fill);
        }
    }
}

/// Tokens reserved for a retry. They are released on drop, because a call that is cancelled while
/// it waits does not retry.
#[derive(Debug)]
pub(super) struct Reservation {
    budget: RetryBudget,
    tokens: u32,
}

impl Reservation {
    /// Spends the tokens, because the retry is made; returns their number.
    pub(super) fn spend(mut self) -> u32 {
        std::mem::take(&mut self.tokens)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.release(self.tokens);
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryBudget").field("tokens", &self.tokens()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_taken_completely_and_never_exceed_the_capacity() {
        let budget = RetryBudget::new(12);
        assert!(budget.try_acquire(5) && budget.try_acquire(5));
        assert!(!budget.try_acquire(5));
        assert_eq!(budget.tokens(), Some(2), "a retry without enough tokens costs nothing");
        assert!(budget.try_acquire(2) && !budget.try_acquire(1));
        budget.release(10);
        budget.release(10);
        budget.release(u32::MAX);
        assert_eq!(budget.tokens(), Some(12));
    }

    #[test]
    fn reserved_tokens_are_released_unless_spent() {
        let budget = RetryBudget::new(12);
        let reserved = budget.reserve(10).unwrap();
        assert!(budget.reserve(5).is_none());
        drop(reserved);
        assert_eq!(budget.tokens(), Some(12));
        assert_eq!(budget.reserve(10).unwrap().spend(), 10);
        assert_eq!(budget.tokens(), Some(2));
    }

    #[test]
    fn clones_share_the_tokens() {
        let budget = RetryBudget::default();
        let clone = budget.clone();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..20).filter(|_| clone.try_acquire(RETRY_COST)).count());
            }
        });
        assert_eq!(budget.tokens(), Some(100));
        assert_eq!((0..99).take_while(|_| budget.try_acquire(RETRY_COST)).count(), 20);
    }

    #[test]
    fn unlimited_budget_allows_every_retry() {
        let budget = RetryBudget::unlimited();
        assert!((0..1000).all(|_| budget.try_acquire(u32::MAX)));
        budget.release(1);
        assert_eq!(budget.tokens(), None);
        assert!(!RetryBudget::new(0).try_acquire(1));
    }
}
