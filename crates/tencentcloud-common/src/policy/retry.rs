//! Trying again: whether, when, and how often.
//!
//! A failed attempt is repeated only when it cannot have had an effect (nothing was sent, or the
//! service refused because of too many requests), or when repeating it is safe: the action only
//! reads, or it carries a `ClientToken` by which the service recognises the repetition. Between
//! attempts the call waits a random time below a growing limit. A [`RetryBudget`] that the clones of a
//! client share stops retries when most of them fail, so that they do not make an outage worse; it
//! can be [shared](crate::ClientBuilder::retry_budget) between clients, too.
//!
//! A program that knows more about an error says so with a
//! [classifier](RetryPolicyBuilder::classifier).
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
use budget::{RETRY_COST, Reserved, TIMEOUT_RETRY_COST};
use retryable::{Verdict, classify};

pub use budget::RetryBudget;
pub use classifier::{FailedAttempt, RetryAction};
pub use idempotency::Idempotency;
pub use policy::{RetryPolicy, RetryPolicyBuilder};
pub use retryable::RetryReason;

pub(crate) use retry_after::{date, retry_after};
pub(crate) use retry_loop::{AttemptError, Operation, retry};
pub(crate) use retryable::is_clock_skew;

/// A failed attempt, and what is known beside its error.
pub(crate) struct Failure<'a> {
    /// What went wrong. `maybe_sent` must be right already: a time limit that cut an attempt off
    /// after it was handed to the transport has to say that it may have been sent.
    pub(crate) error: &'a Error,
    /// The action of the call.
    pub(crate) action: &'a str,
    /// What repeating the call could do.
    pub(crate) idempotency: Idempotency,
    /// What [`retry_after()`] read from the answer.
    pub(crate) retry_after: Option<Duration>,
    /// Whether [`ClockSkew::learn`](crate::policy::clock_skew::ClockSkew::learn) knows a better time than the one
    /// that the attempt was signed with.
    pub(crate) clock_corrected: bool,
    /// What is left of the time for the whole call; `None` for no limit.
    pub(crate) time_left: Option<Duration>,
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Hand the error to the caller.
    GiveUp(GiveUp),
    /// Try again after this time.
    RetryIn(Duration, RetryReason),
}

/// Why a failed call is not tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GiveUp {
    /// Another attempt would fail alike, or could have its effect twice.
    NotRetryable,
    /// The classifier of the policy says so.
    Forbidden,
    /// The classifier asks for a retry that could have an effect twice.
    NotSafe,
    /// The policy allows no more attempts.
    NoAttemptsLeft,
    /// Too many retries of this client failed lately.
    BudgetEmpty,
    /// The server wants a longer pause than the policy allows.
    RetryAfterTooLong(Duration),
    /// The pause before the next attempt would outlast the time for the whole call.
    NoTimeLeft(Duration),
}

impl fmt::Display for GiveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRetryable => f.write_str("trying again would not help or not be safe"),
            Self::Forbidden => f.write_str("the retry classifier forbids it"),
            Self::NotSafe => f.write_str(
                "the retry classifier asks for a retry, but the call is not safe to repeat and may \
                 have been executed",
            ),
            Self::NoAttemptsLeft => f.write_str("no attempts are left"),
            Self::BudgetEmpty => f.write_str("too many retries failed lately"),
            Self::RetryAfterTooLong(pause) => {
                write!(f, "the server asks for a pause of {pause:?}, longer than allowed")
            }
            Self::NoTimeLeft(pause) => {
                write!(f, "a pause of {pause:?} would outlast the time for the call")
            }
        }
    }
}

/// How far the attempts of one call have come.
#[derive(Debug, Default)]
pub(crate) struct RetryState {
    failures: u32,
    clock_corrected: bool,
    credential_renewed: bool,
    /// What the next retry takes out of the budget.
    reserved: Option<Reserved>,
    /// What the last retry took out of the budget.
    paid: u32,
}

impl RetryState {
    /// To be called when an attempt is sent: a retry that was decided is paid now.
    pub(crate) fn record_sent(&mut self) {
        if let Some(reserved) = self.reserved.take() {
            self.paid = reserved.spend();
        }
    }

    /// To be called when an attempt succeeded: gives back to the budget what the retry cost.
    ///
    /// It takes the state with it, so that nothing can be decided after a success. A success is
    /// never looked at by [`decide`], which knows failures only: there is no way to drop one.
    pub(crate) fn record_success(self, budget: &RetryBudget) {
        budget.give_back(self.paid.max(1));
    }
}

/// Decides what follows a failed attempt, and counts it.
pub(crate) fn decide(
    policy: &RetryPolicy,
    budget: &RetryBudget,
    state: &mut RetryState,
    failure: &Failure<'_>,
    random: &dyn Random,
) -> Decision {
    state.failures = state.failures.saturating_add(1);
    // What is still reserved was for a retry that was not made.
    state.reserved = None;
    let error = failure.error;
    let reason = match reason_to_retry(policy, state, failure) {
        Ok(reason) => reason,
        Err(why) => {
            if error.kind() == ErrorKind::Service && !error.is_retryable() {
                // The service is well: it answered, though not what the caller hoped for.
                budget.give_back(std::mem::take(&mut state.paid));
            }
            return Decision::GiveUp(why);
        }
    };
    if state.failures >= policy.max_attempts() {
        return Decision::GiveUp(GiveUp::NoAttemptsLeft);
    }
    let asked = failure.retry_after.unwrap_or_default();
    if asked > policy.max_retry_after() {
        return Decision::GiveUp(GiveUp::RetryAfterTooLong(asked));
    }
    let pause = match reason {
        // What was wrong is mended: there is nothing to wait for, unless the server says so.
        RetryReason::ClockSkew | RetryReason::CredentialExpired => asked,
        RetryReason::NotSent
        | RetryReason::Throttled
        | RetryReason::Transient
        | RetryReason::Classified => policy.pause(state.failures, random).max(asked),
    };
    // Before the budget is asked: a retry that is not made costs nothing.
    if failure.time_left.is_some_and(|left| pause >= left) {
        return Decision::GiveUp(GiveUp::NoTimeLeft(pause));
    }
    let cost = if error.is_timeout() { TIMEOUT_RETRY_COST } else { RETRY_COST };
    state.reserved = budget.reserve(cost);
    if state.reserved.is_none() {
        return Decision::GiveUp(GiveUp::BudgetEmpty);
    }
    match reason {
        RetryReason::ClockSkew => state.clock_corrected = true,
        RetryReason::CredentialExpired => state.credential_renewed = true,
        _ => {}
    }
    Decision::RetryIn(pause, reason)
}

/// Why a failed attempt is worth another one, by its error and by what the caller knows about it.
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
        Verdict::Retry(RetryReason::CredentialExpired) if state.credential_renewed => None,
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
        (RetryAction::Retry, None) => Err(GiveUp::NotSafe),
    }
}

#[cfg(test)]
mod tests;
