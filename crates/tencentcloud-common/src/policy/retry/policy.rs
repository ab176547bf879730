use std::sync::Arc;
use std::time::Duration;

use super::backoff::{Backoff, full_jitter};
use super::classifier::{Classifier, FailedAttempt, RetryAction};
use crate::error::Error;
use crate::runtime::Random;

/// The number of attempts of a call, the delays between them, and which errors are retried.
///
/// The official SDK for Python calls it `StandardRetryer(max_attempts, backoff_fn)`. The official
/// SDKs do not retry by default. Here [`RetryPolicy::standard`] is the default, because it only
/// retries calls that can be repeated safely.
///
/// ```
/// use std::time::Duration;
/// use tencentcloud_common::policy::retry::RetryPolicy;
///
/// // The backoff of the official SDKs: 1, 2, 4, … seconds.
/// let policy = RetryPolicy::builder()
///     .max_attempts(4)
///     .backoff(|attempt| Duration::from_secs(1) * 2u32.saturating_pow(attempt - 1))
///     .build()?;
///
/// let error = RetryPolicy::builder().max_attempts(0).build().unwrap_err();
/// assert!(error.to_string().contains("max_attempts"));
/// # Ok::<(), tencentcloud_common::Error>(())
/// ```
#[doc(alias("StandardRetryer", "ClientToken"))]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetryPolicy {
    max_attempts: u32,
    backoff: Backoff,
    jitter: bool,
    max_retry_after: Duration,
    retry_non_idempotent: bool,
    classifier: Option<Classifier>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::standard()
    }
}

impl RetryPolicy {
    /// Returns the default policy: up to 3 attempts, with a random delay of up to 0.5 s before the
    /// second attempt and of up to 1 s before the third.
    ///
    /// The full jitter keeps clients that failed together from retrying together. The API counts
    /// its quotas per second; the delays spread a burst over more than one second.
    pub fn standard() -> Self {
        Self {
            max_attempts: 3,
            backoff: Backoff::Exponential {
                base: Duration::from_millis(500),
                cap: Duration::from_secs(20),
            },
            jitter: true,
            max_retry_after: Duration::from_secs(30),
            retry_non_idempotent: false,
            classifier: None,
        }
    }

    /// Returns a policy without retries, which is the default of the official SDKs.
    #[doc(alias = "NoopRetryer")]
    pub fn none() -> Self {
        Self { max_attempts: 1, ..Self::standard() }
    }

    /// Creates a builder with the settings of [`RetryPolicy::standard`].
    pub fn builder() -> RetryPolicyBuilder {
        RetryPolicyBuilder { policy: Self::standard(), jitter: None }
    }

    /// Returns the maximum number of attempts, including the first.
    pub fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// Returns the longest `Retry-After` that is respected.
    pub fn max_retry_after(&self) -> Duration {
        self.max_retry_after
    }

    /// Returns whether delays are random.
    pub fn jitter(&self) -> bool {
        self.jitter
    }

    /// Returns whether calls that are not idempotent are retried if they may have been executed.
    pub fn retries_non_idempotent(&self) -> bool {
        self.retry_non_idempotent
    }

    /// Returns the decision of the classifier about a failed attempt, if there is a classifier.
    pub(super) fn classify(&self, attempt: &FailedAttempt<'_>) -> RetryAction {
        let classify = |classifier: &Classifier| classifier.classify(attempt);
        self.classifier.as_ref().map_or(RetryAction::Default, classify)
    }

    /// Returns the delay after the failed attempt with this number, from 1.
    pub(super) fn delay(&self, attempt: u32, random: &dyn Random) -> Duration {
        let limit = self.backoff.max_delay(attempt);
        if self.jitter { full_jitter(limit, random) } else { limit }
    }
}

/// A builder for a [`RetryPolicy`].
#[derive(Clone, Debug)]
#[must_use = "call `build` to get the policy"]
pub struct RetryPolicyBuilder {
    policy: RetryPolicy,
    jitter: Option<bool>,
}

impl RetryPolicyBuilder {
    /// Sets the maximum number of attempts, including the first. Default: 3.
    #[doc(alias("NetworkFailureMaxRetries", "RateLimitExceededMaxRetries"))]
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.policy.max_attempts = max_attempts;
        self
    }

    /// Sets an exponential backoff: the delay starts with `base` and doubles with each attempt, up
    /// to `cap`. Unless [`jitter`](Self::jitter) is disabled, the delay is random between zero and
    /// that value. Default: from 0.5 s to 20 s.
    #[doc(alias = "ExponentialBackoff")]
    pub fn exponential_backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.policy.backoff = Backoff::Exponential { base, cap };
        self
    }

    /// Sets a constant delay. It is not random unless [`jitter`](Self::jitter) is enabled.
    #[doc(alias = "ConstantDurationFunc")]
    pub fn constant_backoff(mut self, delay: Duration) -> Self {
        self.policy.backoff = Backoff::Constant(delay);
        self
    }

    /// Sets a function that returns the delay for the number of the failed attempt, from 1. The
    /// delay is not random unless [`jitter`](Self::jitter) is enabled.
    #[doc(alias("backoff_fn", "NetworkFailureRetryDuration", "RateLimitExceededRetryDuration"))]
    pub fn backoff(mut self, delay: impl Fn(u32) -> Duration + Send + Sync + 'static) -> Self {
        self.policy.backoff = Backoff::Custom(Arc::new(delay));
        self
    }

    /// Sets whether a delay is random between zero and the value of the backoff. Default: `true`
    /// for [`exponential_backoff`](Self::exponential_backoff), otherwise `false`.
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// Sets the longest `Retry-After` that is respected. If the server asks for a longer delay, the
    /// call fails at once. Default: 30 s.
    pub fn max_retry_after(mut self, max_retry_after: Duration) -> Self {
        self.policy.max_retry_after = max_retry_after;
        self
    }

    /// Sets whether calls that write and have no `ClientToken` are retried even if the service may
    /// have executed them. Default: `false`.
    ///
    /// **Dangerous**: after a timeout, a retry may purchase a second instance. Enable it only for
    /// actions that have the same result when executed twice, such as setting a name.
    #[doc(alias = "UnsafeRetryOnConnectionFailure")]
    pub fn retry_non_idempotent(mut self, enabled: bool) -> Self {
        self.policy.retry_non_idempotent = enabled;
        self
    }

    /// Sets a function that decides which failed attempts are retried. It is called after each
    /// failed attempt, including the last one. Default: none.
    ///
    /// The function can retry more errors or fewer errors than the default. It does not override
    /// the maximum number of attempts, the [`RetryBudget`](super::RetryBudget), the time limit of
    /// the call or a `Retry-After`. [`RetryAction::Retry`] does not repeat a call that is not
    /// idempotent and may have been executed; [`RetryAction::RetryNotExecuted`] does, because it
    /// states that the service did not execute the call.
    ///
    /// ```
    /// use tencentcloud_common::policy::retry::{RetryAction, RetryPolicy};
    ///
    /// let policy = RetryPolicy::builder()
    ///     .classifier(|attempt| match attempt.error().code() {
    ///         // The service rejects the call because the instance is still starting.
    ///         Some("ResourceInUse.InstanceStarting") => RetryAction::RetryNotExecuted,
    ///         // Retried if the call is idempotent.
    ///         Some("ResourceUnavailable") => RetryAction::Retry,
    ///         // This program handles the error itself.
    ///         Some("InternalError") => RetryAction::Forbid,
    ///         _ => RetryAction::Default,
    ///     })
    ///     .build()?;
    /// # Ok::<(), tencentcloud_common::Error>(())
    /// ```
    #[doc(alias("retry_if", "retry_condition", "should_retry"))]
    pub fn classifier(
        mut self,
        classify: impl Fn(&FailedAttempt<'_>) -> RetryAction + Send + Sync + 'static,
    ) -> Self {
        self.policy.classifier = Some(Classifier::new(classify));
        self
    }

    /// Builds the policy.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if `max_attempts` is 0, or if the `base` of
    /// the exponential backoff is zero or greater than its `cap`.
    pub fn build(self) -> Result<RetryPolicy, Error> {
        let Self { mut policy, jitter } = self;
        if policy.max_attempts == 0 {
            return Err(Error::invalid_input(
                "max_attempts must be at least 1, got 0: use 1 for no retries",
            ));
        }
        let exponential = match policy.backoff {
            Backoff::Exponential { base, .. } if base.is_zero() => {
                return Err(Error::invalid_input(
                    "the base of exponential_backoff must be greater than zero: use \
                     constant_backoff(Duration::ZERO) for no delay",
                ));
            }
            Backoff::Exponential { base, cap } if base > cap => {
                return Err(Error::invalid_input(format!(
                    "the base {base:?} of exponential_backoff is greater than its cap {cap:?}: \
                     pass the shorter time first"
                )));
            }
            Backoff::Exponential { .. } => true,
            Backoff::Constant(_) | Backoff::Custom(_) => false,
        };
        policy.jitter = jitter.unwrap_or(exponential);
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Yields the upper limit of each delay.
    struct Ones;

    impl Random for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    /// Yields the lower limit of each delay.
    struct Zeros;

    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn standard_delays_are_random_up_to_a_growing_limit() {
        let policy = RetryPolicy::default();
        assert!(policy.jitter() && !policy.retries_non_idempotent());
        for (attempt, millis) in [(1, 500), (2, 1000), (3, 2000), (100, 20_000)] {
            assert_eq!(policy.delay(attempt, &Ones), Duration::from_millis(millis));
            assert_eq!(policy.delay(attempt, &Zeros), Duration::ZERO);
        }
    }

    #[test]
    fn custom_backoffs_are_exact_unless_jitter_is_enabled() {
        let second = Duration::from_secs(1);
        let constant = RetryPolicy::builder().constant_backoff(second);
        let own = RetryPolicy::builder().backoff(|attempt| Duration::from_secs(attempt.into()));
        for (builder, at_3) in [(constant, 1), (own, 3)] {
            let exact = builder.clone().build().unwrap();
            assert_eq!(exact.delay(3, &Zeros), Duration::from_secs(at_3));
            let random = builder.jitter(true).build().unwrap();
            assert_eq!(random.delay(3, &Zeros), Duration::ZERO);
            assert_eq!(random.delay(3, &Ones), Duration::from_secs(at_3));
        }
        let even = RetryPolicy::builder().jitter(false).build().unwrap();
        assert_eq!(even.delay(2, &Zeros), second);
    }

    #[test]
    fn invalid_settings_are_rejected() {
        let ms = Duration::from_millis;
        let cases = [
            (RetryPolicy::builder().max_attempts(0), "max_attempts must be at least 1"),
            (RetryPolicy::builder().exponential_backoff(ms(0), ms(9)), "must be greater than zero"),
            (RetryPolicy::builder().exponential_backoff(ms(10), ms(9)), "greater than its cap 9ms"),
        ];
        for (builder, expected) in cases {
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
            assert!(error.to_string().contains(expected), "{error}");
        }
        RetryPolicy::builder().constant_backoff(ms(0)).max_attempts(1).build().unwrap();
    }
}
