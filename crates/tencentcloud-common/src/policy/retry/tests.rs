use http::StatusCode;

use super::*;
use crate::error::ServiceError;

/// The upper end of each pause.
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

/// Decides, and makes the retry.
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
fn attempts_are_counted_and_pauses_grow() {
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
fn a_retry_that_would_come_too_late_is_not_paid_for() {
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
fn without_retries_the_first_error_is_the_last() {
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
fn a_write_that_may_have_been_executed_is_repeated_only_on_demand() {
    let budget = RetryBudget::default();
    let error = Error::new(ErrorKind::Timeout, "").with_sent(true);
    let failure = failure(&error, Idempotency::NotIdempotent);
    let mut state = RetryState::default();
    let decision = decide(&RetryPolicy::default(), &budget, &mut state, &failure, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));
    let reckless = RetryPolicy::builder().retry_non_idempotent(true).build().unwrap();
    let decision = decide(&reckless, &budget, &mut RetryState::default(), &failure, &Ones);
    assert_eq!(decision, in_millis(500, RetryReason::Transient));
    let refused = code("FailedOperation");
    let failure = super::tests::failure(&refused, Idempotency::NotIdempotent);
    let decision = decide(&reckless, &budget, &mut RetryState::default(), &failure, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));
}

#[test]
fn a_wrong_clock_is_forgiven_once_and_only_if_it_was_corrected() {
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
fn an_expired_credential_is_renewed_once() {
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
fn the_pause_that_the_server_asks_for_is_kept_or_the_call_fails() {
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
    for (asked, expected) in cases {
        let budget = RetryBudget::default();
        let failure =
            Failure { retry_after: Some(asked), ..failure(&error, Idempotency::NotIdempotent) };
        let decision = decide(&policy, &budget, &mut RetryState::default(), &failure, &Ones);
        assert_eq!(decision, expected);
        let paid = matches!(decision, Decision::RetryIn(..));
        assert_eq!(budget.tokens(), Some(if paid { 495 } else { 500 }));
    }
}

#[test]
fn it_is_kept_also_when_there_is_nothing_else_to_wait_for() {
    let (policy, budget) = (RetryPolicy::default(), RetryBudget::default());
    let error = code("AuthFailure.TokenFailure");
    let asked = |secs| Failure {
        retry_after: Some(Duration::from_secs(secs)),
        ..failure(&error, Idempotency::NotIdempotent)
    };
    let decision = decide(&policy, &budget, &mut RetryState::default(), &asked(3), &Ones);
    assert_eq!(decision, in_millis(3000, RetryReason::CredentialExpired));
    let decision = decide(&policy, &budget, &mut RetryState::default(), &asked(31), &Ones);
    let too_long = GiveUp::RetryAfterTooLong(Duration::from_secs(31));
    assert_eq!(decision, Decision::GiveUp(too_long));
}

#[test]
fn a_retry_that_is_not_made_is_not_paid() {
    let (policy, budget) = (RetryPolicy::default(), RetryBudget::default());
    let error = code("RequestLimitExceeded");
    let failure = failure(&error, Idempotency::NotIdempotent);
    let mut state = RetryState::default();
    super::decide(&policy, &budget, &mut state, &failure, &Ones);
    assert_eq!(budget.tokens(), Some(495));
    super::decide(&policy, &budget, &mut state, &failure, &Ones);
    assert_eq!(budget.tokens(), Some(495), "the first one was not made");
    drop(state);
    assert_eq!(budget.tokens(), Some(500));
}

#[test]
fn the_budget_is_shared_paid_and_paid_back() {
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
    assert_eq!(budget.tokens(), Some(10), "what the last retry cost comes back");
    RetryState::default().record_success(&budget);
    assert_eq!(budget.tokens(), Some(11), "a success at once adds one");

    let mut state = RetryState::default();
    let failure = failure(&timeout, Idempotency::ReadOnly);
    let decision = decide(&policy, &budget, &mut state, &failure, &Ones);
    assert_eq!(decision, in_millis(500, RetryReason::Transient));
    let decision = decide(&policy, &budget, &mut RetryState::default(), &failure, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::BudgetEmpty));
    assert_eq!(budget.tokens(), Some(1));
}

#[test]
fn an_answer_of_a_service_that_is_well_pays_back_too() {
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
fn reasons_are_told() {
    let pause = Duration::from_secs(60);
    assert!(GiveUp::RetryAfterTooLong(pause).to_string().contains("60s"));
    assert_eq!(RetryReason::Throttled.to_string(), "throttled");
}

/// One attempt that failed, under a classifier that always says this.
fn classified(says: RetryAction, error: &Error, idempotency: Idempotency) -> Decision {
    let policy = RetryPolicy::builder().classifier(move |_| says).build().unwrap();
    let (budget, mut state) = (RetryBudget::default(), RetryState::default());
    decide(&policy, &budget, &mut state, &failure(error, idempotency), &Ones)
}

#[test]
fn a_classifier_widens_and_narrows_but_repeats_nothing_that_is_not_safe() {
    use RetryAction::{Default, Forbid, Retry, RetryNotExecuted};
    let again = in_millis(500, RetryReason::Classified);
    let stop = Decision::GiveUp;
    let busy = code("ResourceInUse").with_sent(true);
    let broken = Error::new(ErrorKind::Transport, "").with_sent(true);
    let strange = Error::new(ErrorKind::Credential, "");
    let throttled = code("RequestLimitExceeded").with_sent(true);
    let throttled_again = in_millis(500, RetryReason::Throttled);
    let transient = in_millis(500, RetryReason::Transient);
    let cases = [
        (Default, &busy, Idempotency::ReadOnly, stop(GiveUp::NotRetryable)),
        (Retry, &busy, Idempotency::ReadOnly, again),
        (Retry, &busy, Idempotency::ClientToken, again),
        (Retry, &busy, Idempotency::NotIdempotent, stop(GiveUp::NotSafe)),
        (RetryNotExecuted, &busy, Idempotency::NotIdempotent, again),
        (Forbid, &busy, Idempotency::ReadOnly, stop(GiveUp::Forbidden)),
        (Default, &broken, Idempotency::NotIdempotent, stop(GiveUp::NotRetryable)),
        (Retry, &broken, Idempotency::NotIdempotent, stop(GiveUp::NotSafe)),
        (Retry, &broken, Idempotency::ReadOnly, transient),
        (Forbid, &broken, Idempotency::ReadOnly, stop(GiveUp::Forbidden)),
        // Nothing was sent.
        (Retry, &strange, Idempotency::NotIdempotent, again),
        // What is retried by default keeps its reason, and with it what is done about it.
        (Retry, &throttled, Idempotency::NotIdempotent, throttled_again),
        (RetryNotExecuted, &throttled, Idempotency::NotIdempotent, throttled_again),
        (Default, &throttled, Idempotency::NotIdempotent, throttled_again),
        (Forbid, &throttled, Idempotency::NotIdempotent, stop(GiveUp::Forbidden)),
    ];
    for (says, error, idempotency, expected) in cases {
        assert_eq!(
            classified(says, error, idempotency),
            expected,
            "{says:?} {error:?} {idempotency:?}"
        );
    }
}

#[test]
fn a_classifier_changes_no_limit() {
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
    let pause = Duration::from_millis(500);
    assert_eq!(decide(&policy, &full, &late), Decision::GiveUp(GiveUp::NoTimeLeft(pause)));
    let long = Duration::from_secs(31);
    let asked = Failure { retry_after: Some(long), ..failure(&error, Idempotency::ReadOnly) };
    assert_eq!(decide(&policy, &full, &asked), Decision::GiveUp(GiveUp::RetryAfterTooLong(long)));
    assert_eq!(full.tokens(), Some(500));
    // A clock that is not known to be wrong is not corrected, but the call can be made again.
    let expired = code("AuthFailure.SignatureExpire");
    let expired = failure(&expired, Idempotency::ReadOnly);
    assert_eq!(decide(&policy, &full, &expired), in_millis(500, RetryReason::Classified));
}

#[test]
fn a_classifier_is_told_what_it_decides_about() {
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
