//! The one loop of attempts: a call makes its attempts in it, and so do the credential providers
//! that ask a service.

use std::time::Duration;

use super::{Decision, Failure, RetryBudget, RetryPolicy, RetryReason, RetryState, decide};
use crate::error::Error;
use crate::runtime::Random;

/// What the retry loop repeats.
pub(crate) trait Operation: Send {
    /// The result of a successful attempt.
    type Output: Send;

    /// Makes one attempt, and calls [`RetryState::record_sent`] when it hands the request to the
    /// transport.
    fn attempt(
        &mut self,
        retries: &mut RetryState,
    ) -> impl Future<Output = Result<Self::Output, AttemptError>> + Send;

    /// Describes a failed attempt to the policy. Learns from the error what the next attempt must
    /// do differently, such as using another credential.
    fn failure<'a>(&'a mut self, error: &'a Error) -> Failure<'a>;

    /// Waits before the next attempt.
    ///
    /// # Errors
    ///
    /// When the operation runs out of time.
    fn wait(
        &mut self,
        error: Error,
        delay: Duration,
        reason: RetryReason,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Why an attempt failed.
pub(crate) enum AttemptError {
    /// The policy decides whether there is another attempt.
    Failed(Error),
    /// There is no other attempt.
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
            Decision::GiveUp(why) => {
                tracing::debug!(%why, "not retried");
                return Err(error);
            }
            Decision::RetryIn(delay, reason) => operation.wait(error, delay, reason).await?,
        }
    }
}
