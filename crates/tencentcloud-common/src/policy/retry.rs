//! The retry policy: which failed attempts are retried, after which delay and how often.
//!
//! A failed attempt is retried only if the service cannot have executed it (nothing was sent, or
//! the service throttled it), or if the call is [idempotent](Idempotency): the action only reads,
//! the call is a [dry run](crate::Call::dry_run), or the request contains a `ClientToken`, by which
//! the service recognizes a repeated request. The delay between attempts is an exponential backoff
//! with jitter. The clones of a client share a [`RetryBudget`], which stops retries while most
//! retries fail, because retries can make an outage worse. Several clients can
//! [share](crate::ClientBuilder::retry_budget) a budget.
//!
//! A [classifier](RetryPolicyBuilder::classifier) changes which errors are retried.
//!
//! ```
//! use std::time::Duration;
//! use tencentcloud_common::policy::retry::RetryPolicy;
//!
//! let policy = RetryPolicy::builder()
//!     .max_attempts(5)
//!     .exponential_backoff(Duration::from_millis(200), Duration::from_secs(5))
//!     .build()?;
//! assert_eq!(policy.max_attempts(), 5);
//!
//! assert_eq!(RetryPolicy::default().max_attempts(), 3);
//! assert_eq!(RetryPolicy::none().max_attempts(), 1);
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

mod backoff;
mod budget;
mod classifier;
mod idempotency;
mod policy;
mod retry_after;
mod retry_loop;
mod retryable;

use std::fmt;
use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::runtime::Random;
use budget::{RETRY_COST, Reservation, TIMEOUT_RETRY_COST};
use retryable::{Verdict, classify};

pub use budget::RetryBudget;
pub use classifier::{FailedAttempt, RetryAction};
pub use idempotency::Idempotency;
pub use policy::{RetryPolicy, RetryPolicyBuilder};
pub use retryable::RetryReason;

pub(crate) use backoff::full_jitter;
pub(crate) use retry_after::{date, retry_after};
pub(crate) use retry_loop::{AttemptError, Operation, retry};
pub(crate) use retryable::is_clock_skew;

/// A failed attempt and its context.
pub(crate) struct Failure<'a> {
    /// The error. Its `maybe_sent` must be correct: it is `true` for a timeout after the request
    /// was passed to the transport.
    pub(crate) error: &'a Error,
    /// The name of the action.
    pub(crate) action: &'a str,
    /// Whether the call can be repeated safely.
    pub(crate) idempotency: Idempotency,
    /// The delay that the response asks for; see [`retry_after()`].
    pub(crate) retry_after: Option<Duration>,
    /// Whether [`ClockSkew::learn`](crate::policy::clock_skew::ClockSkew::learn) corrected the time
    /// of the signature.
    pub(crate) clock_corrected: bool,
    /// The remaining time of the whole call; `None` if it has no limit.
    pub(crate) time_left: Option<Duration>,
}

/// The decision about a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Return the error to the caller.
    GiveUp(GiveUp),
    /// Retry after this delay.
    RetryIn(Duration, RetryReason),
}

/// The reason why a failed call is not retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GiveUp {
    /// A retry would fail, too, or could execute the call twice.
    NotRetryable,
    /// The classifier of the policy returned [`RetryAction::Forbid`].
    Forbidden,
    /// The classifier returned [`RetryAction::Retry`], but a retry could execute the call twice.
    NotIdempotent,
    /// The maximum number of attempts is reached.
    NoAttemptsLeft,
    /// The retry budget is exhausted.
    BudgetEmpty,
    /// The server asks for a longer delay than the policy allows.
    RetryAfterTooLong(Duration),
    /// The remaining time of the whole call is shorter than the delay.
    NoTimeLeft(Duration),
}

impl fmt::Display for GiveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRetryable => {
                f.write_str("the error is not retryable or the call is not idempotent")
            }
            Self::Forbidden => f.write_str("the retry classifier forbids a retry"),
            Self::NotIdempotent => f.write_str(
                "the retry classifier requests a retry, but the call is not idempotent and may \
                 have been executed",
            ),
            Self::NoAttemptsLeft => f.write_str("the maximum number of attempts is reached"),
            Self::BudgetEmpty => f.write_str("the retry budget is exhausted"),
            Self::RetryAfterTooLong(delay) => {
                write!(f, "`Retry-After` is {delay:?}, longer than `max_retry_after`")
            }
            Self::NoTimeLeft(delay) => {
                write!(f, "the delay of {delay:?} exceeds the remaining time of the call")
            }
        }
    }
}

/// The retry state of one call.
#[derive(Debug, Default)]
pub(crate) struct RetryState {
    failures: u32,
    clock_corrected: bool,
    credential_replaced: bool,
    /// The tokens reserved for the next retry.
    reserved: Option<Reservation>,
    /// The number of tokens that the last retry spent.
    spent: u32,
}

impl RetryState {
    /// Spends the reserved tokens. Must be called when an attempt is sent.
    pub(crate) fn record_sent(&mut self) {
        if let Some(reserved) = self.reserved.take() {
            self.spent = reserved.spend();
        }
    }

    /// Releases the tokens that the last retry spent. Must be called when an attempt succeeds.
    ///
    /// It consumes the state, so that a successful call cannot be retried.
    pub(crate) fn record_success(self, budget: &RetryBudget) {
        budget.release(self.spent.max(1));
    }
}

/// Counts a failed attempt and decides whether it is retried.
pub(crate) fn decide(
    policy: &RetryPolicy,
    budget: &RetryBudget,
    state: &mut RetryState,
    failure: &Failure<'_>,
    random: &dyn Random,
) -> Decision {
    state.failures = state.failures.saturating_add(1);
    // Tokens that are still reserved were for a retry that was not made.
    state.reserved = None;
    let error = failure.error;
    let reason = match reason_to_retry(policy, state, failure) {
        Ok(reason) => reason,
        Err(give_up) => {
            if error.kind() == ErrorKind::Service && !error.is_retryable() {
                // The service works: it rejected the request.
                budget.release(std::mem::take(&mut state.spent));
            }
            return Decision::GiveUp(give_up);
        }
    };
    if state.failures >= policy.max_attempts() {
        return Decision::GiveUp(GiveUp::NoAttemptsLeft);
    }
    let requested_delay = failure.retry_after.unwrap_or_default();
    if requested_delay > policy.max_retry_after() {
        return Decision::GiveUp(GiveUp::RetryAfterTooLong(requested_delay));
    }
    let delay = match reason {
        // The cause is fixed, so the retry does not need a delay unless the server asks for one.
        RetryReason::ClockSkew | RetryReason::CredentialExpired => requested_delay,
        RetryReason::NotSent
        | RetryReason::Throttled
        | RetryReason::Transient
        | RetryReason::Classified => policy.delay(state.failures, random).max(requested_delay),
    };
    // Checked before the budget, because a retry that is not made costs nothing.
    if failure.time_left.is_some_and(|left| delay >= left) {
        return Decision::GiveUp(GiveUp::NoTimeLeft(delay));
    }
    let cost = if error.is_timeout() { TIMEOUT_RETRY_COST } else { RETRY_COST };
    state.reserved = budget.reserve(cost);
    if state.reserved.is_none() {
        return Decision::GiveUp(GiveUp::BudgetEmpty);
    }
    match reason {
        RetryReason::ClockSkew => state.clock_corrected = true,
        RetryReason::CredentialExpired => state.credential_replaced = true,
        _ => {}
    }
    Decision::RetryIn(delay, reason)
}

/// Returns the reason to retry a failed attempt, or the reason not to.
fn reason_to_retry(
    policy: &RetryPolicy,
    state: &RetryState,
    failure: &Failure<'_>,
) -> Result<RetryReason, GiveUp> {
    let error = failure.error;
    let idempotency = match failure.idempotency {
        Idempotency::NotIdempotent if policy.retries_non_idempotent() => Idempotency::ClientToken,
        idempotency => idempotency,
    };
    let by_default = match classify(error, idempotency) {
        Verdict::Retry(RetryReason::ClockSkew)
            if state.clock_corrected || !failure.clock_corrected =>
        {
            None
        }
        Verdict::Retry(RetryReason::CredentialExpired) if state.credential_replaced => None,
        Verdict::Retry(reason) => Some(reason),
        Verdict::Stop => None,
    };
    let action = policy.classify(&FailedAttempt::new(
        failure.action,
        state.failures,
        failure.idempotency,
        error,
        by_default.is_some(),
    ));
    match (action, by_default) {
        (RetryAction::Forbid, _) => Err(GiveUp::Forbidden),
        (_, Some(reason)) => Ok(reason),
        (RetryAction::Default, None) => Err(GiveUp::NotRetryable),
        (RetryAction::RetryNotExecuted, None) => Ok(RetryReason::Classified),
        (RetryAction::Retry, None) if idempotency.is_idempotent() || !error.maybe_sent() => {
            Ok(RetryReason::Classified)
        }
        (RetryAction::Retry, None) => Err(GiveUp::NotIdempotent),
    }
}

#[cfg(test)]
mod tests;
