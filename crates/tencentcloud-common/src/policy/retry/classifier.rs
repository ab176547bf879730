use std::fmt;
use std::sync::Arc;

use super::Idempotency;
use crate::error::Error;

/// A failed attempt, as a [retry classifier](super::RetryPolicyBuilder::classifier) sees it.
#[derive(Clone, Debug)]
pub struct FailedAttempt<'a> {
    action: &'a str,
    number: u32,
    idempotency: Idempotency,
    error: &'a Error,
    retried_by_default: bool,
}

impl<'a> FailedAttempt<'a> {
    pub(super) fn new(
        action: &'a str,
        number: u32,
        idempotency: Idempotency,
        error: &'a Error,
        retried_by_default: bool,
    ) -> Self {
        Self { action, number, idempotency, error, retried_by_default }
    }

    /// Returns the error of the attempt.
    pub fn error(&self) -> &'a Error {
        self.error
    }

    /// Returns the name of the action, such as `DescribeInstances`.
    pub fn action(&self) -> &'a str {
        self.action
    }

    /// Returns the number of the attempt, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the idempotency of the call.
    pub fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    /// Returns whether [`RetryAction::Default`] would retry the call, if the number of attempts,
    /// the budget and the time allow it.
    pub fn retried_by_default(&self) -> bool {
        self.retried_by_default
    }
}

/// The decision of a [retry classifier](super::RetryPolicyBuilder::classifier) about a failed
/// attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryAction {
    /// Applies the rules of a policy without a classifier.
    #[default]
    Default,
    /// Retries if that is safe: the [call is idempotent](Idempotency::is_idempotent), or [nothing
    /// was sent](Error::maybe_sent), or the policy [retries calls that are not
    /// idempotent](super::RetryPolicyBuilder::retry_non_idempotent). Otherwise the call fails.
    Retry,
    /// Retries even a call that is not idempotent, because the service did not execute it.
    ///
    /// Return it only for an error that guarantees this, such as a code for a busy resource. Never
    /// return it for a timeout or a broken connection: the service may have executed the call and
    /// would then execute it twice.
    RetryNotExecuted,
    /// Does not retry.
    Forbid,
}

type ClassifyFn = dyn Fn(&FailedAttempt<'_>) -> RetryAction + Send + Sync;

/// The function of a caller that classifies failed attempts.
#[derive(Clone)]
pub(super) struct Classifier(Arc<ClassifyFn>);

impl Classifier {
    pub(super) fn new(
        classify: impl Fn(&FailedAttempt<'_>) -> RetryAction + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(classify))
    }

    pub(super) fn classify(&self, attempt: &FailedAttempt<'_>) -> RetryAction {
        (self.0)(attempt)
    }
}

impl fmt::Debug for Classifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Classifier")
    }
}
