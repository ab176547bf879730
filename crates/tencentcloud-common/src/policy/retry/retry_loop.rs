//! The retry loop, which calls and credential providers use.

use std::time::Duration;

use super::{Decision, Failure, RetryBudget, RetryPolicy, RetryReason, RetryState, decide};
use crate::error::Error;
use crate::runtime::Random;

/// An operation that the retry loop repeats.
pub(crate) trait Operation: Send {
    /// The output of a successful attempt.
    type Output: Send;

    /// Makes one attempt, and calls [`RetryState::record_sent`] when it passes the request to the
    /// transport.
    fn attempt(
        &mut self,
        retries: &mut RetryState,
    ) -> impl Future<Output = Result<Self::Output, AttemptError>> + Send;

    /// Describes a failed attempt for the policy, and updates the operation for the next attempt,
    /// for example to use another credential.
    fn failure<'a>(&'a mut self, error: &'a Error) -> Failure<'a>;

    /// Waits before the next attempt.
    ///
    /// # Errors
    ///
    /// If the operation runs out of time.
    fn wait(
        &mut self,
        error: Error,
        delay: Duration,
        reason: RetryReason,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// The error of an attempt.
pub(crate) enum AttemptError {
    /// The policy decides whether the attempt is retried.
    Failed(Error),
    /// The attempt is not retried.
    Final(Error),
}

impl From<Error> for AttemptError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Makes attempts until one succeeds or the policy gives up.
pub(crate) async fn retry<O: Operation>(
    operation: &mut O,
    policy: &RetryPolicy,
    budget: &RetryBudget,
    random: &dyn Random,
) -> Result<O::Output, Error> {
    let mut retries = RetryState::default();
    loop {
        let error = match operation.attempt(&mut retries).await {
            Ok(output) => {
                retries.record_success(budget);
                return Ok(output);
            }
            Err(AttemptError::Final(error)) => return Err(error),
            Err(AttemptError::Failed(error)) => error,
        };
        match decide(policy, budget, &mut retries, &operation.failure(&error), random) {
            Decision::GiveUp(reason) => {
                tracing::debug!(%reason, "not retried");
                return Err(error);
            }
            Decision::RetryIn(delay, reason) => operation.wait(error, delay, reason).await?,
        }
    }
}
