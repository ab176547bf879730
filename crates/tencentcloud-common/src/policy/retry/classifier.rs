use std::fmt;
use std::sync::Arc;

use super::Idempotency;
use crate::error::Error;

/// What a retry classifier is asked about: an attempt that failed.
///
/// See [`RetryPolicyBuilder::classifier`](super::RetryPolicyBuilder::classifier).
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

    /// Returns why the attempt failed.
    pub fn error(&self) -> &'a Error {
        self.error
    }

    /// Returns the action of the call, such as `DescribeInstances`.
    pub fn action(&self) -> &'a str {
        self.action
    }

    /// Returns the number of the attempt, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns whether the call can be repeated without knowing whether it took effect.
    pub fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    /// Returns what [`RetryAction::Default`] means here: whether the call would be retried, as far
    /// as attempts, budget and time allow it.
    pub fn retried_by_default(&self) -> bool {
        self.retried_by_default
    }
}

/// What a retry classifier decides about an attempt that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryAction {
    /// Does as without a classifier.
    #[default]
    Default,
    /// Retries if that is safe: the [action only reads or the request carries a
    /// `ClientToken`](Idempotency::is_idempotent), or [nothing was sent](Error::maybe_sent), or the
    /// policy says to [repeat the call even if it may have been
    /// executed](super::RetryPolicyBuilder::retry_non_idempotent). Otherwise the call fails.
    Retry,
    /// Retries, whatever the call does, because the service has surely not executed it.
    ///
    /// Return it only for an error of which you know that, such as a code that says that a resource
    /// is busy. Never return it for a timeout or a broken connection: the call may have been
    /// executed then, and would be executed twice.
    RetryNotExecuted,
    /// Does not retry.
    Forbid,
}

type Function = dyn Fn(&FailedAttempt<'_>) -> RetryAction + Send + Sync;

/// The function of a caller that says what to retry.
#[derive(Clone)]
pub(super) struct Classifier(Arc<Function>);

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
