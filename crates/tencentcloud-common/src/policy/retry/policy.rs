use std::sync::Arc;
use std::time::Duration;

use super::backoff::{Backoff, uniform};
use super::classifier::{Classifier, FailedAttempt, RetryAction};
use crate::error::Error;
use crate::runtime::Random;

/// How often a call is tried, and how long it waits in between.
///
/// The official SDKs call it `StandardRetryer(max_attempts, backoff_fn)`, and do without by
/// default; here [`RetryPolicy::standard`] is the default, for it repeats only what is safe to
/// repeat.
///
/// ```
/// use std::time::Duration;
/// use tencentcloud_common::policy::retry::RetryPolicy;
///
/// // As the official SDKs do: 1, 2, 4, … seconds.
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
    /// Up to 3 attempts; before the second one a random pause of up to 0.5 s, before the third of
    /// up to 1 s. The default.
    ///
    /// The pauses are random over their whole length, so that clients which failed together do
    /// not come back together. Quotas of the API count by the second, and half a second to start
    /// with spreads a burst over the next one.
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

    /// One attempt, whatever happens: the default of the official SDKs.
    #[doc(alias = "NoopRetryer")]
    pub fn none() -> Self {
        Self { max_attempts: 1, ..Self::standard() }
    }

    /// Starts from [`RetryPolicy::standard`].
    pub fn builder() -> RetryPolicyBuilder {
        RetryPolicyBuilder { policy: Self::standard(), jitter: None }
    }

    /// How often a call is tried at most, the first time included.
    pub fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The longest `Retry-After` that is obeyed.
    pub fn max_retry_after(&self) -> Duration {
        self.max_retry_after
    }

    /// Whether pauses are random.
    pub fn jitter(&self) -> bool {
        self.jitter
    }

    /// Whether calls that change something are repeated even if they may have been executed.
    pub fn retries_non_idempotent(&self) -> bool {
        self.retry_non_idempotent
    }

    /// What the classifier says about a failed attempt, if there is one.
    pub(super) fn classify(&self, attempt: &FailedAttempt<'_>) -> RetryAction {
        let classify = |classifier: &Classifier| classifier.classify(attempt);
        self.classifier.as_ref().map_or(RetryAction::Default, classify)
    }

    /// The pause after the failed attempt of this number, from 1.
    pub(super) fn pause(&self, attempt: u32, random: &dyn Random) -> Duration {
        let limit = self.backoff.limit(attempt);
        if self.jitter { uniform(limit, random) } else { limit }
    }
}

/// Builds a [`RetryPolicy`].
#[derive(Clone, Debug)]
#[must_use = "call `build` to get the policy"]
pub struct RetryPolicyBuilder {
    policy: RetryPolicy,
    jitter: Option<bool>,
}

impl RetryPolicyBuilder {
    /// Sets how often a call is tried at most, the first time included. Default: 3.
    #[doc(alias("NetworkFailureMaxRetries", "RateLimitExceededMaxRetries"))]
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.policy.max_attempts = max_attempts;
        self
    }

    /// Lets the pause start with `base` and double with each attempt, up to `cap`. It is random,
    /// from zero to that length, unless [`jitter`](Self::jitter) is switched off. Default: from
    /// 0.5 s up to 20 s.
    #[doc(alias = "ExponentialBackoff")]
    pub fn exponential_backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.policy.backoff = Backoff::Exponential { base, cap };
        self
    }

    /// Lets the pause always be the same. It is not random, unless [`jitter`](Self::jitter) is
    /// switched on.
    #[doc(alias = "ConstantDurationFunc")]
    pub fn constant_backoff(mut self, pause: Duration) -> Self {
        self.policy.backoff = Backoff::Constant(pause);
        self
    }

    /// Lets a function say the pause; it is given the number of the attempt that failed, from 1.
    /// The pause is not random, unless [`jitter`](Self::jitter) is switched on.
    #[doc(alias("backoff_fn", "NetworkFailureRetryDuration", "RateLimitExceededRetryDuration"))]
    pub fn backoff(mut self, pause: impl Fn(u32) -> Duration + Send + Sync + 'static) -> Self {
        self.policy.backoff = Backoff::Custom(Arc::new(pause));
        self
    }

    /// Sets whether a pause is random, from zero to what the backoff says. Default: `true` for
    /// [`exponential_backoff`](Self::exponential_backoff), else `false`.
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// Sets the longest `Retry-After` that is obeyed: when the server asks for a longer pause, the
    /// call fails at once. Default: 30 s.
    pub fn max_retry_after(mut self, max_retry_after: Duration) -> Self {
        self.policy.max_retry_after = max_retry_after;
        self
    }

    /// Sets whether calls that change something, and carry no `ClientToken`, are repeated even if
    /// the service may have executed them already. Default: `false`.
    ///
    /// **Dangerous**: a timeout may then buy two instances instead of one. Use it only for
    /// actions that are the same when done twice, such as setting a name.
    #[doc(alias = "UnsafeRetryOnConnectionFailure")]
    pub fn retry_non_idempotent(mut self, repeat: bool) -> Self {
        self.policy.retry_non_idempotent = repeat;
        self
    }

    /// Sets a function that decides which failed attempts are retried, in place of the default or
    /// for some errors only. It is asked after each failed attempt, also after the last one.
    /// Default: none.
    ///
    /// It can widen what is retried and narrow it. Whatever it says, the number of attempts, the
    /// [`RetryBudget`](super::RetryBudget), the time for the call and a `Retry-After` hold. A
    /// [`RetryAction::Retry`] never repeats a call that may have been executed and is not safe to
    /// repeat; only [`RetryAction::RetryNotExecuted`] does, which says that the service surely did
    /// nothing.
    ///
    /// ```
    /// use tencentcloud_common::policy::retry::{RetryAction, RetryPolicy};
    ///
    /// let policy = RetryPolicy::builder()
    ///     .classifier(|attempt| match attempt.error().code() {
    ///         // The service refuses the call because the instance is still starting.
    ///         Some("ResourceInUse.InstanceStarting") => RetryAction::RetryNotExecuted,
    ///         // Retried if the action only reads or the request carries a `ClientToken`.
    ///         Some("ResourceUnavailable") => RetryAction::Retry,
    ///         // This program would rather hear of it at once.
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

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when `max_attempts` is zero, or the
    /// exponential backoff starts with zero or above its cap.
    pub fn build(self) -> Result<RetryPolicy, Error> {
        let Self { mut policy, jitter } = self;
        if policy.max_attempts == 0 {
            return Err(Error::invalid_input(
                "max_attempts is zero: no call would be made; give 1 for no retries",
            ));
        }
        let exponential = match policy.backoff {
            Backoff::Exponential { base, .. } if base.is_zero() => {
                return Err(Error::invalid_input(
                    "the exponential backoff starts with zero, which stays zero when doubled; \
                     use constant_backoff(Duration::ZERO) for no pause",
                ));
            }
            Backoff::Exponential { base, cap } if base > cap => {
                return Err(Error::invalid_input(format!(
                    "the exponential backoff starts with {base:?}, above its cap of {cap:?}; \
                     give the shorter time first"
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

    /// The upper end.
    struct Ones;

    impl Random for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    /// The lower end.
    struct Zeros;

    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn the_standard_pauses_are_random_up_to_a_growing_limit() {
        let policy = RetryPolicy::default();
        assert!(policy.jitter() && !policy.retries_non_idempotent());
        for (attempt, millis) in [(1, 500), (2, 1000), (3, 2000), (100, 20_000)] {
            assert_eq!(policy.pause(attempt, &Ones), Duration::from_millis(millis));
            assert_eq!(policy.pause(attempt, &Zeros), Duration::ZERO);
        }
    }

    #[test]
    fn own_backoffs_are_exact_unless_jitter_is_asked_for() {
        let second = Duration::from_secs(1);
        let constant = RetryPolicy::builder().constant_backoff(second);
        let own = RetryPolicy::builder().backoff(|attempt| Duration::from_secs(attempt.into()));
        for (builder, at_3) in [(constant, 1), (own, 3)] {
            let exact = builder.clone().build().unwrap();
            assert_eq!(exact.pause(3, &Zeros), Duration::from_secs(at_3));
            let random = builder.jitter(true).build().unwrap();
            assert_eq!(random.pause(3, &Zeros), Duration::ZERO);
            assert_eq!(random.pause(3, &Ones), Duration::from_secs(at_3));
        }
        let even = RetryPolicy::builder().jitter(false).build().unwrap();
        assert_eq!(even.pause(2, &Zeros), second);
    }

    #[test]
    fn impossible_settings_are_refused() {
        let ms = Duration::from_millis;
        let cases = [
            (RetryPolicy::builder().max_attempts(0), "max_attempts is zero"),
            (RetryPolicy::builder().exponential_backoff(ms(0), ms(9)), "starts with zero"),
            (RetryPolicy::builder().exponential_backoff(ms(10), ms(9)), "above its cap of 9ms"),
        ];
        for (builder, expected) in cases {
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
            assert!(error.to_string().contains(expected), "{error}");
        }
        RetryPolicy::builder().constant_backoff(ms(0)).max_attempts(1).build().unwrap();
    }
}
