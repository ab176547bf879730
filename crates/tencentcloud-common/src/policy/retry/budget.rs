use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What a retry costs.
pub(super) const RETRY_COST: u32 = 5;

/// What a retry after a timeout costs, which made the caller wait the longest.
pub(super) const TIMEOUT_RETRY_COST: u32 = 10;

const CAPACITY: u32 = 500;

/// Limits the retries of all clones of a client together, and of other clients that
/// [share](crate::ClientBuilder::retry_budget) it.
///
/// It holds 500 tokens at first and at most. A retry takes 5 of them, 10 after a timeout; a call
/// that then succeeds gives back those of its last retry, and one that succeeds at once gives
/// back 1. When a service
/// is down, the budget is soon empty and calls fail after one attempt instead of three: the
/// outage is not made worse, and callers hear of it sooner.
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
    /// A full budget of so many tokens; with 0 there are no retries.
    pub fn new(capacity: u32) -> Self {
        Self(Some(Arc::new(Tokens { left: AtomicU32::new(capacity), capacity })))
    }

    /// Never refuses a retry.
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// How many tokens are left; `None` if there is no limit.
    pub fn tokens(&self) -> Option<u32> {
        self.0.as_ref().map(|tokens| tokens.left.load(Ordering::Relaxed))
    }

    /// Takes all of `cost` for a retry that is still to be made; `None` if there is less.
    pub(super) fn reserve(&self, cost: u32) -> Option<Reserved> {
        self.take(cost).then(|| Reserved { budget: self.clone(), tokens: cost })
    }

    /// Takes all of `cost`, or nothing if there is less.
    fn take(&self, cost: u32) -> bool {
        self.0.as_ref().is_none_or(|tokens| {
            let take = |left: u32| left.checked_sub(cost);
            tokens.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
        })
    }

    /// Puts tokens back, as far as there is room.
    pub(super) fn give_back(&self, tokens: u32) {
        if let Some(shared) = self.0.as_ref().filter(|_| tokens > 0) {
            let fill = |left: u32| {
                (left < shared.capacity).then(|| left.saturating_add(tokens).min(shared.capacity))
            };
            // Full already: nothing to write.
            let _ = shared.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fill);
        }
    }
}

/// Tokens for a retry that is still to be made. They go back when it is dropped: a call that is
/// abandoned while it waits has not retried.
#[derive(Debug)]
pub(super) struct Reserved {
    budget: RetryBudget,
    tokens: u32,
}

impl Reserved {
    /// The retry is made; answers what it cost.
    pub(super) fn spend(mut self) -> u32 {
        std::mem::take(&mut self.tokens)
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.budget.give_back(self.tokens);
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
    fn it_is_taken_whole_and_never_overfilled() {
        let budget = RetryBudget::new(12);
        assert!(budget.take(5) && budget.take(5));
        assert!(!budget.take(5));
        assert_eq!(budget.tokens(), Some(2), "a refused retry costs nothing");
        assert!(budget.take(2) && !budget.take(1));
        budget.give_back(10);
        budget.give_back(10);
        budget.give_back(u32::MAX);
        assert_eq!(budget.tokens(), Some(12));
    }

    #[test]
    fn what_is_reserved_and_not_spent_goes_back() {
        let budget = RetryBudget::new(12);
        let reserved = budget.reserve(10).unwrap();
        assert!(budget.reserve(5).is_none());
        drop(reserved);
        assert_eq!(budget.tokens(), Some(12));
        assert_eq!(budget.reserve(10).unwrap().spend(), 10);
        assert_eq!(budget.tokens(), Some(2));
    }

    #[test]
    fn clones_share_it() {
        let budget = RetryBudget::default();
        let clone = budget.clone();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..20).filter(|_| clone.take(RETRY_COST)).count());
            }
        });
        assert_eq!(budget.tokens(), Some(100));
        assert_eq!((0..99).take_while(|_| budget.take(RETRY_COST)).count(), 20);
    }

    #[test]
    fn without_a_limit_nothing_is_refused() {
        let budget = RetryBudget::unlimited();
        assert!((0..1000).all(|_| budget.take(u32::MAX)));
        budget.give_back(1);
        assert_eq!(budget.tokens(), None);
        assert!(!RetryBudget::new(0).take(1));
    }
}
