use http::StatusCode;

use super::*;
use crate::error::ServiceError;

/// Yields the upper limit of each delay.
struct Ones;

impl Random for Ones {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0xff);
    }
}

fn code(code: &str) -> Error {
    Error::service(ServiceError { code: code.to_owned(), message: String::new() })
}

fn failure(error: &Error, idempotency: Idempotency) -> Failure<'_> {
    let (action, retry_after, time_left) = ("A", None, None);
    Failure { error, action, idempotency, retry_after, clock_corrected: false, time_left }
}

/// Decides and, if the decision is a retry, records it as sent.
fn decide(
    policy: &RetryPolicy,
    budget: &RetryBudget,
    state: &mut RetryState,
    failure: &Failure<'_>,
    random: &dyn Random,
) -> Decision {
    let decision = super::decide(policy, budget, state, failure, random);
    state.record_sent();
    decision
}

fn in_millis(millis: u64, reason: RetryReason) -> Decision {
    Decision::RetryIn(Duration::from_millis(millis), reason)
}

#[test]
fn attempts_are_counted_and_delays_grow() {
    let (policy, budget) = (RetryPolicy::default(), RetryBudget::default());
    let mut state = RetryState::default();
    let error = code("RequestLimitExceeded.UinLimitExceeded");
    let mut next = || {
        decide(&policy, &budget, &mut state, &failure(&error, Idempotency::NotIdempotent), &Ones)
    };
    assert_eq!(next(), in_millis(500, RetryReason::Throttled));
    assert_eq!(next(), in_millis(1000, RetryReason::Throttled));
    assert_eq!(next(), Decision::GiveUp(GiveUp::NoAttemptsLeft));
    assert_eq!(budget.tokens(), Some(490));
}

#[test]
fn retry_after_the_time_limit_costs_nothing() {
    let (policy, budget) = (RetryPolicy::default(), RetryBudget::default());
    let error = code("RequestLimitExceeded");
    let half = Duration::from_millis(500);
    let cases = [
        (half, Decision::GiveUp(GiveUp::NoTimeLeft(half)), 500),
        (Duration::ZERO, Decision::GiveUp(GiveUp::NoTimeLeft(half)), 500),
        (half + Duration::from_nanos(1), in_millis(500, RetryReason::Throttled), 495),
    ];
    for (left, expected, tokens) in cases {
        let failure =
            Failure { time_left: Some(left), ..failure(&error, Idempotency::NotIdempotent) };
        let decision = decide(&policy, &budget, &mut RetryState::default(), &failure, &Ones);
        assert_eq!(decision, expected);
        assert_eq!(budget.tokens(), Some(tokens), "{left:?}");
    }
}

#[test]
fn policy_without_retries_gives_up_after_the_first_error() {
    for (error, clock_corrected) in
        [(code("RequestLimitExceeded"), false), (code("AuthFailure.SignatureExpire"), true)]
    {
        let budget = RetryBudget::default();
        let failure = Failure { clock_corrected, ..failure(&error, Idempotency::ReadOnly) };
        let decision =
            decide(&RetryPolicy::none(), &budget, &mut RetryState::default(), &failure, &Ones);
        assert_eq!(decision, Decision::GiveUp(GiveUp::NoAttemptsLeft));
        assert_eq!(budget.tokens(), Some(500));
    }
}

#[test]
fn write_that_may_have_been_executed_is_only_retried_if_enabled() {
    let budget = RetryBudget::default();
    let error = Error::new(ErrorKind::Timeout, "").with_sent(true);
    let failure = failure(&error, Idempotency::NotIdempotent);
    let mut state = RetryState::default();
    let decision = decide(&RetryPolicy::default(), &budget, &mut state, &failure, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));
    let non_idempotent = RetryPolicy::builder().retry_non_idempotent(true).build().unwrap();
    let decision = decide(&non_idempotent, &budget, &mut RetryState::default(), &failure, &Ones);
    assert_eq!(decision, in_millis(500, RetryReason::Transient));
    let rejected = code("FailedOperation");
    let failure = super::tests::failure(&rejected, Idempotency::NotIdempotent);
    let decision = decide(&non_idempotent, &budget, &mut RetryState::default(), &failure, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));
}

#[test]
fn clock_skew_is_retried_once_and_only_if_corrected() {
    let (policy, budget) = (RetryPolicy::default(), RetryBudget::default());
    let error = code("AuthFailure.SignatureExpire");
    let corrected =
        Failure { clock_corrected: true, ..failure(&error, Idempotency::NotIdempotent) };
    let mut state = RetryState::default();
    let decision = decide(&policy, &budget, &mut state, &corrected, &Ones);
    assert_eq!(decision, in_millis(0, RetryReason::ClockSkew));
    let decision = decide(&policy, &budget, &mut state, &corrected, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));

    let mut state = RetryState::default();
    let same = failure(&error, Idempotency::ReadOnly);
    let decision = decide(&policy, &budget, &mut state, &same, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));
}

#[test]
fn expired_credential_is_retried_once() {
    let (policy, budget) = (RetryPolicy::default(), RetryBudget::default());
    let error = code("AuthFailure.TokenFailure");
    let mut state = RetryState::default();
    let mut next = || {
        decide(&policy, &budget, &mut state, &failure(&error, Idempotency::NotIdempotent), &Ones)
    };
    assert_eq!(next(), in_millis(0, RetryReason::CredentialExpired));
    assert_eq!(next(), Decision::GiveUp(GiveUp::NotRetryable));
}

#[test]
fn retry_after_is_respected_or_the_call_fails() {
    let policy = RetryPolicy::builder().max_retry_after(Duration::from_secs(30)).build().unwrap();
    let error = code("RequestLimitExceeded");
    let secs = Duration::from_secs;
    let cases = [
        (secs(0), in_millis(500, RetryReason::Throttled)),
        (secs(2), in_millis(2000, RetryReason::Throttled)),
        (secs(30), in_millis(30_000, RetryReason::Throttled)),
        (secs(31), Decision::GiveUp(GiveUp::RetryAfterTooLong(secs(31)))),
        (Duration::MAX, Decision::GiveUp(GiveUp::RetryAfterTooLong(Duration::MAX))),
    ];
    for (requested, expected) in cases {
        let budget = RetryBudget::default();
        let failure =
            Failure { retry_after: Some(requested), ..failure(&error, Idempotency::NotIdempotent) };
        let decision = decide(&policy, &budget, &mut RetryState::default(), &failure, &Ones);
        assert_eq!(decision, expected);
        let spent = matches!(decision, Decision::RetryIn(..));
        assert_eq!(budget.tokens(), Some(if spent { 495 } else { 500 }));
    }
}

#[test]
fn retry_after_is_respected_for_a_retry_without_backoff() {
    let (policy, budget) = (RetryPolicy::default(), RetryBudget::default());
    let error = code("AuthFailure.TokenFailure");
    let requested = |secs| Failure {
        retry_after: Some(Duration::from_secs(secs)),
        ..failure(&error, Idempotency::NotIdempotent)
    };
    let decision = decide(&policy, &budget, &mut RetryState::default(), &requested(3), &Ones);
    assert_eq!(decision, in_millis(3000, RetryReason::CredentialExpired));
    let decision = decide(&policy, &budget, &mut RetryState::default(), &requested(31), &Ones);
    let too_long = GiveUp::RetryAfterTooLong(Duration::from_secs(31));
    assert_eq!(decision, Decision::GiveUp(too_long));
}

#[test]
fn retry_that_is_not_made_costs_nothing() {
    let (policy, budget) = (RetryPolicy::default(), RetryBudget::default());
    let error = code("RequestLimitExceeded");
    let failure = failure(&error, Idempotency::NotIdempotent);
    let mut state = RetryState::default();
    super::decide(&policy, &budget, &mut state, &failure, &Ones);
    assert_eq!(budget.tokens(), Some(495));
    super::decide(&policy, &budget, &mut state, &failure, &Ones);
    assert_eq!(budget.tokens(), Some(495), "the first retry was not made");
    drop(state);
    assert_eq!(budget.tokens(), Some(500));
}

#[test]
fn budget_is_spent_by_retries_and_refilled_by_successes() {
    let policy = RetryPolicy::default();
    let timeout = Error::new(ErrorKind::Timeout, "").with_sent(true);
    let page = Error::new(ErrorKind::Response, "").with_sent(true);
    let page = page.with_status(StatusCode::BAD_GATEWAY);
    let budget = RetryBudget::new(20);
    let mut state = RetryState::default();
    decide(&policy, &budget, &mut state, &failure(&timeout, Idempotency::ReadOnly), &Ones);
    assert_eq!(budget.tokens(), Some(10));
    decide(&policy, &budget, &mut state, &failure(&page, Idempotency::ReadOnly), &Ones);
    assert_eq!(budget.tokens(), Some(5));
    state.record_success(&budget);
    assert_eq!(budget.tokens(), Some(10), "the tokens of the last retry are released");
    RetryState::default().record_success(&budget);
    assert_eq!(budget.tokens(), Some(11), "a success at the first attempt adds one token");

    let mut state = RetryState::default();
    let failure = failure(&timeout, Idempotency::ReadOnly);
    let decision = decide(&policy, &budget, &mut state, &failure, &Ones);
    assert_eq!(decision, in_millis(500, RetryReason::Transient));
    let decision = decide(&policy, &budget, &mut RetryState::default(), &failure, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::BudgetEmpty));
    assert_eq!(budget.tokens(), Some(1));
}

#[test]
fn permanent_error_of_the_service_refills_the_budget() {
    let policy = RetryPolicy::default();
    let not_sent = Error::new(ErrorKind::Connect, "");
    for (last, left) in [("ResourceNotFound", 500), ("InternalError", 495)] {
        let budget = RetryBudget::default();
        let mut state = RetryState::default();
        decide(
            &policy,
            &budget,
            &mut state,
            &failure(&not_sent, Idempotency::NotIdempotent),
            &Ones,
        );
        assert_eq!(budget.tokens(), Some(495));
        let last = code(last);
        let decision = decide(
            &policy,
            &budget,
            &mut state,
            &failure(&last, Idempotency::NotIdempotent),
            &Ones,
        );
        assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));
        assert_eq!(budget.tokens(), Some(left));
    }
}

#[test]
fn reasons_are_displayed() {
    let delay = Duration::from_secs(60);
    assert!(GiveUp::RetryAfterTooLong(delay).to_string().contains("60s"));
    assert_eq!(RetryReason::Throttled.to_string(), "throttled");
}

/// Decides about one failed attempt with a classifier that returns `action`.
fn classified(action: RetryAction, error: &Error, idempotency: Idempotency) -> Decision {
    let policy = RetryPolicy::builder().classifier(move |_| action).build().unwrap();
    let (budget, mut state) = (RetryBudget::default(), RetryState::default());
    decide(&policy, &budget, &mut state, &failure(error, idempotency), &Ones)
}

#[test]
fn classifier_changes_what_is_retried_but_respects_idempotency() {
    use RetryAction::{Default, Forbid, Retry, RetryNotExecuted};
    let retry = in_millis(500, RetryReason::Classified);
    let stop = Decision::GiveUp;
    let busy = code("ResourceInUse").with_sent(true);
    let broken = Error::new(ErrorKind::Transport, "").with_sent(true);
    let not_sent = Error::new(ErrorKind::Credential, "");
    let throttled = code("RequestLimitExceeded").with_sent(true);
    let throttled_again = in_millis(500, RetryReason::Throttled);
    let transient = in_millis(500, RetryReason::Transient);
    let cases = [
        (Default, &busy, Idempotency::ReadOnly, stop(GiveUp::NotRetryable)),
        (Retry, &busy, Idempotency::ReadOnly, retry),
        (Retry, &busy, Idempotency::ClientToken, retry),
        (Retry, &busy, Idempotency::NotIdempotent, stop(GiveUp::NotIdempotent)),
        (RetryNotExecuted, &busy, Idempotency::NotIdempotent, retry),
        (Forbid, &busy, Idempotency::ReadOnly, stop(GiveUp::Forbidden)),
        (Default, &broken, Idempotency::NotIdempotent, stop(GiveUp::NotRetryable)),
        (Retry, &broken, Idempotency::NotIdempotent, stop(GiveUp::NotIdempotent)),
        (Retry, &broken, Idempotency::ReadOnly, transient),
        (Forbid, &broken, Idempotency::ReadOnly, stop(GiveUp::Forbidden)),
        // Nothing was sent.
        (Retry, &not_sent, Idempotency::NotIdempotent, retry),
        // An error that is retried by default keeps its reason and its handling.
        (Retry, &throttled, Idempotency::NotIdempotent, throttled_again),
        (RetryNotExecuted, &throttled, Idempotency::NotIdempotent, throttled_again),
        (Default, &throttled, Idempotency::NotIdempotent, throttled_again),
        (Forbid, &throttled, Idempotency::NotIdempotent, stop(GiveUp::Forbidden)),
    ];
    for (action, error, idempotency, expected) in cases {
        assert_eq!(
            classified(action, error, idempotency),
            expected,
            "{action:?} {error:?} {idempotency:?}"
        );
    }
}

#[test]
fn classifier_does_not_override_limits() {
    let always = || RetryPolicy::builder().classifier(|_| RetryAction::Retry);
    let error = code("ResourceInUse");
    let busy = failure(&error, Idempotency::ReadOnly);
    let decide = |policy: &RetryPolicy, budget: &RetryBudget, failure: &Failure<'_>| {
        decide(policy, budget, &mut RetryState::default(), failure, &Ones)
    };
    let (full, once) = (RetryBudget::default(), always().max_attempts(1).build().unwrap());
    let policy = always().build().unwrap();
    assert_eq!(decide(&once, &full, &busy), Decision::GiveUp(GiveUp::NoAttemptsLeft));
    assert_eq!(decide(&policy, &RetryBudget::new(4), &busy), Decision::GiveUp(GiveUp::BudgetEmpty));
    let late =
        Failure { time_left: Some(Duration::ZERO), ..failure(&error, Idempotency::ReadOnly) };
    let delay = Duration::from_millis(500);
    assert_eq!(decide(&policy, &full, &late), Decision::GiveUp(GiveUp::NoTimeLeft(delay)));
    let long = Duration::from_secs(31);
    let requested = Failure { retry_after: Some(long), ..failure(&error, Idempotency::ReadOnly) };
    assert_eq!(
        decide(&policy, &full, &requested),
        Decision::GiveUp(GiveUp::RetryAfterTooLong(long))
    );
    assert_eq!(full.tokens(), Some(500));
    // The clock is not corrected without a known offset, but the call can be retried.
    let expired = code("AuthFailure.SignatureExpire");
    let expired = failure(&expired, Idempotency::ReadOnly);
    assert_eq!(decide(&policy, &full, &expired), in_millis(500, RetryReason::Classified));
}

#[test]
fn classifier_receives_the_failed_attempt() {
    let policy = RetryPolicy::builder().max_attempts(2).classifier(|attempt| {
        assert_eq!((attempt.action(), attempt.idempotency()), ("A", Idempotency::ReadOnly));
        let is_busy = attempt.error().code() == Some("ResourceInUse");
        assert_eq!(
            (attempt.number(), attempt.retried_by_default()),
            if is_busy { (1, false) } else { (2, true) }
        );
        RetryAction::Retry
    });
    let policy = policy.build().unwrap();
    let (budget, mut state) = (RetryBudget::default(), RetryState::default());
    for (text, expected) in [
        ("ResourceInUse", in_millis(500, RetryReason::Classified)),
        ("InternalError", Decision::GiveUp(GiveUp::NoAttemptsLeft)),
    ] {
        let error = code(text);
        let failure = failure(&error, Idempotency::ReadOnly);
        assert_eq!(decide(&policy, &budget, &mut state, &failure, &Ones), expected);
    }
    assert!(format!("{policy:?}").contains("classifier: Some(Classifier)"));
}
