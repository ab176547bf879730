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

fn failure(error: &Error, safety: Safety) -> Failure<'_> {
    let (action, retry_after, time_left) = ("A", None, None);
    Failure { error, action, safety, retry_after, clock_corrected: false, time_left }
}

/// Decides, and makes the retry.
fn decide(
    policy: &RetryPolicy,
    budget: &Budget,
    state: &mut RetryState,
    failure: &Failure<'_>,
    random: &dyn Random,
) -> Decision {
    let decision = super::decide(policy, budget, state, failure, random);
    state.sent();
    decision
}

fn in_millis(millis: u64, reason: Reason) -> Decision {
    Decision::RetryIn(Duration::from_millis(millis), reason)
}

#[test]
fn attempts_are_counted_and_pauses_grow() {
    let (policy, budget) = (RetryPolicy::default(), Budget::default());
    let mut state = RetryState::default();
    let error = code("RequestLimitExceeded.UinLimitExceeded");
    let mut next = || decide(&policy, &budget, &mut state, &failure(&error, Safety::Unsafe), &Ones);
    assert_eq!(next(), in_millis(500, Reason::Throttled));
    assert_eq!(next(), in_millis(1000, Reason::Throttled));
    assert_eq!(next(), Decision::GiveUp(GiveUp::NoAttemptsLeft));
    assert_eq!(budget.tokens(), Some(490));
}

#[test]
fn a_retry_that_would_come_too_late_is_not_paid_for() {
    let (policy, budget) = (RetryPolicy::default(), Budget::default());
    let error = code("RequestLimitExceeded");
    let half = Duration::from_millis(500);
    let cases = [
        (half, Decision::GiveUp(GiveUp::NoTimeLeft(half)), 500),
        (Duration::ZERO, Decision::GiveUp(GiveUp::NoTimeLeft(half)), 500),
        (half + Duration::from_nanos(1), in_millis(500, Reason::Throttled), 495),
    ];
    for (left, expected, tokens) in cases {
        let failure = Failure { time_left: Some(left), ..failure(&error, Safety::Unsafe) };
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
        let budget = Budget::default();
        let failure = Failure { clock_corrected, ..failure(&error, Safety::ReadOnly) };
        let decision =
            decide(&RetryPolicy::none(), &budget, &mut RetryState::default(), &failure, &Ones);
        assert_eq!(decision, Decision::GiveUp(GiveUp::NoAttemptsLeft));
        assert_eq!(budget.tokens(), Some(500));
    }
}

#[test]
fn a_write_that_may_have_been_executed_is_repeated_only_on_demand() {
    let budget = Budget::default();
    let error = Error::new(ErrorKind::Timeout, "").with_sent(true);
    let failure = failure(&error, Safety::Unsafe);
    let mut state = RetryState::default();
    let decision = decide(&RetryPolicy::default(), &budget, &mut state, &failure, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));
    let reckless = RetryPolicy::builder().repeat_even_if_executed(true).build().unwrap();
    let decision = decide(&reckless, &budget, &mut RetryState::default(), &failure, &Ones);
    assert_eq!(decision, in_millis(500, Reason::Transient));
    let refused = code("FailedOperation");
    let failure = super::tests::failure(&refused, Safety::Unsafe);
    let decision = decide(&reckless, &budget, &mut RetryState::default(), &failure, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));
}

#[test]
fn a_wrong_clock_is_forgiven_once_and_only_if_it_was_corrected() {
    let (policy, budget) = (RetryPolicy::default(), Budget::default());
    let error = code("AuthFailure.SignatureExpire");
    let corrected = Failure { clock_corrected: true, ..failure(&error, Safety::Unsafe) };
    let mut state = RetryState::default();
    let decision = decide(&policy, &budget, &mut state, &corrected, &Ones);
    assert_eq!(decision, in_millis(0, Reason::ClockSkew));
    let decision = decide(&policy, &budget, &mut state, &corrected, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));

    let mut state = RetryState::default();
    let same = failure(&error, Safety::ReadOnly);
    let decision = decide(&policy, &budget, &mut state, &same, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));
}

#[test]
fn an_expired_credential_is_renewed_once() {
    let (policy, budget) = (RetryPolicy::default(), Budget::default());
    let error = code("AuthFailure.TokenFailure");
    let mut state = RetryState::default();
    let mut next = || decide(&policy, &budget, &mut state, &failure(&error, Safety::Unsafe), &Ones);
    assert_eq!(next(), in_millis(0, Reason::CredentialExpired));
    assert_eq!(next(), Decision::GiveUp(GiveUp::NotRetryable));
}

#[test]
fn the_pause_that_the_server_asks_for_is_kept_or_the_call_fails() {
    let policy = RetryPolicy::builder().max_retry_after(Duration::from_secs(30)).build().unwrap();
    let error = code("RequestLimitExceeded");
    let secs = Duration::from_secs;
    let cases = [
        (secs(0), in_millis(500, Reason::Throttled)),
        (secs(2), in_millis(2000, Reason::Throttled)),
        (secs(30), in_millis(30_000, Reason::Throttled)),
        (secs(31), Decision::GiveUp(GiveUp::RetryAfterTooLong(secs(31)))),
        (Duration::MAX, Decision::GiveUp(GiveUp::RetryAfterTooLong(Duration::MAX))),
    ];
    for (asked, expected) in cases {
        let budget = Budget::default();
        let failure = Failure { retry_after: Some(asked), ..failure(&error, Safety::Unsafe) };
        let decision = decide(&policy, &budget, &mut RetryState::default(), &failure, &Ones);
        assert_eq!(decision, expected);
        let paid = matches!(decision, Decision::RetryIn(..));
        assert_eq!(budget.tokens(), Some(if paid { 495 } else { 500 }));
    }
}

#[test]
fn it_is_kept_also_when_there_is_nothing_else_to_wait_for() {
    let (policy, budget) = (RetryPolicy::default(), Budget::default());
    let error = code("AuthFailure.TokenFailure");
    let asked = |secs| Failure {
        retry_after: Some(Duration::from_secs(secs)),
        ..failure(&error, Safety::Unsafe)
    };
    let decision = decide(&policy, &budget, &mut RetryState::default(), &asked(3), &Ones);
    assert_eq!(decision, in_millis(3000, Reason::CredentialExpired));
    let decision = decide(&policy, &budget, &mut RetryState::default(), &asked(31), &Ones);
    let too_long = GiveUp::RetryAfterTooLong(Duration::from_secs(31));
    assert_eq!(decision, Decision::GiveUp(too_long));
}

#[test]
fn a_retry_that_is_not_made_is_not_paid() {
    let (policy, budget) = (RetryPolicy::default(), Budget::default());
    let error = code("RequestLimitExceeded");
    let failure = failure(&error, Safety::Unsafe);
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
    let budget = Budget::new(20);
    let mut state = RetryState::default();
    decide(&policy, &budget, &mut state, &failure(&timeout, Safety::ReadOnly), &Ones);
    assert_eq!(budget.tokens(), Some(10));
    decide(&policy, &budget, &mut state, &failure(&page, Safety::ReadOnly), &Ones);
    assert_eq!(budget.tokens(), Some(5));
    state.succeeded(&budget);
    assert_eq!(budget.tokens(), Some(10), "what the last retry cost comes back");
    RetryState::default().succeeded(&budget);
    assert_eq!(budget.tokens(), Some(11), "a success at once adds one");

    let mut state = RetryState::default();
    let failure = failure(&timeout, Safety::ReadOnly);
    let decision = decide(&policy, &budget, &mut state, &failure, &Ones);
    assert_eq!(decision, in_millis(500, Reason::Transient));
    let decision = decide(&policy, &budget, &mut RetryState::default(), &failure, &Ones);
    assert_eq!(decision, Decision::GiveUp(GiveUp::BudgetEmpty));
    assert_eq!(budget.tokens(), Some(1));
}

#[test]
fn an_answer_of_a_service_that_is_well_pays_back_too() {
    let policy = RetryPolicy::default();
    let not_sent = Error::new(ErrorKind::Connect, "");
    for (last, left) in [("ResourceNotFound", 500), ("InternalError", 495)] {
        let budget = Budget::default();
        let mut state = RetryState::default();
        decide(&policy, &budget, &mut state, &failure(&not_sent, Safety::Unsafe), &Ones);
        assert_eq!(budget.tokens(), Some(495));
        let last = code(last);
        let decision = decide(&policy, &budget, &mut state, &failure(&last, Safety::Unsafe), &Ones);
        assert_eq!(decision, Decision::GiveUp(GiveUp::NotRetryable));
        assert_eq!(budget.tokens(), Some(left));
    }
}

#[test]
fn reasons_are_told() {
    let pause = Duration::from_secs(60);
    assert!(GiveUp::RetryAfterTooLong(pause).to_string().contains("60s"));
    assert_eq!(Reason::Throttled.to_string(), "throttled");
}

/// One attempt that failed, under a classifier that always says this.
fn classified(says: RetryAction, error: &Error, safety: Safety) -> Decision {
    let policy = RetryPolicy::builder().classifier(move |_| says).build().unwrap();
    let (budget, mut state) = (Budget::default(), RetryState::default());
    decide(&policy, &budget, &mut state, &failure(error, safety), &Ones)
}

#[test]
fn a_classifier_widens_and_narrows_but_repeats_nothing_that_is_not_safe() {
    use RetryAction::{Default, Forbid, Retry, RetryNotExecuted};
    let again = in_millis(500, Reason::Classified);
    let stop = Decision::GiveUp;
    let busy = code("ResourceInUse").with_sent(true);
    let broken = Error::new(ErrorKind::Transport, "").with_sent(true);
    let strange = Error::new(ErrorKind::Credential, "");
    let throttled = code("RequestLimitExceeded").with_sent(true);
    let throttled_again = in_millis(500, Reason::Throttled);
    let transient = in_millis(500, Reason::Transient);
    let cases = [
        (Default, &busy, Safety::ReadOnly, stop(GiveUp::NotRetryable)),
        (Retry, &busy, Safety::ReadOnly, again),
        (Retry, &busy, Safety::Token, again),
        (Retry, &busy, Safety::Unsafe, stop(GiveUp::NotSafe)),
        (RetryNotExecuted, &busy, Safety::Unsafe, again),
        (Forbid, &busy, Safety::ReadOnly, stop(GiveUp::Forbidden)),
        (Default, &broken, Safety::Unsafe, stop(GiveUp::NotRetryable)),
        (Retry, &broken, Safety::Unsafe, stop(GiveUp::NotSafe)),
        (Retry, &broken, Safety::ReadOnly, transient),
        (Forbid, &broken, Safety::ReadOnly, stop(GiveUp::Forbidden)),
        // Nothing was sent.
        (Retry, &strange, Safety::Unsafe, again),
        // What is retried by default keeps its reason, and with it what is done about it.
        (Retry, &throttled, Safety::Unsafe, throttled_again),
        (RetryNotExecuted, &throttled, Safety::Unsafe, throttled_again),
        (Default, &throttled, Safety::Unsafe, throttled_again),
        (Forbid, &throttled, Safety::Unsafe, stop(GiveUp::Forbidden)),
    ];
    for (says, error, safety, expected) in cases {
        assert_eq!(classified(says, error, safety), expected, "{says:?} {error:?} {safety:?}");
    }
}

#[test]
fn a_classifier_changes_no_limit() {
    let always = || RetryPolicy::builder().classifier(|_| RetryAction::Retry);
    let error = code("ResourceInUse");
    let busy = failure(&error, Safety::ReadOnly);
    let decide = |policy: &RetryPolicy, budget: &Budget, failure: &Failure<'_>| {
        decide(policy, budget, &mut RetryState::default(), failure, &Ones)
    };
    let (full, once) = (Budget::default(), always().max_attempts(1).build().unwrap());
    let policy = always().build().unwrap();
    assert_eq!(decide(&once, &full, &busy), Decision::GiveUp(GiveUp::NoAttemptsLeft));
    assert_eq!(decide(&policy, &Budget::new(4), &busy), Decision::GiveUp(GiveUp::BudgetEmpty));
    let late = Failure { time_left: Some(Duration::ZERO), ..failure(&error, Safety::ReadOnly) };
    let pause = Duration::from_millis(500);
    assert_eq!(decide(&policy, &full, &late), Decision::GiveUp(GiveUp::NoTimeLeft(pause)));
    let long = Duration::from_secs(31);
    let asked = Failure { retry_after: Some(long), ..failure(&error, Safety::ReadOnly) };
    assert_eq!(decide(&policy, &full, &asked), Decision::GiveUp(GiveUp::RetryAfterTooLong(long)));
    assert_eq!(full.tokens(), Some(500));
    // A clock that is not known to be wrong is not corrected, but the call can be made again.
    let expired = code("AuthFailure.SignatureExpire");
    let expired = failure(&expired, Safety::ReadOnly);
    assert_eq!(decide(&policy, &full, &expired), in_millis(500, Reason::Classified));
}

#[test]
fn a_classifier_is_told_what_it_decides_about() {
    let policy = RetryPolicy::builder().max_attempts(2).classifier(|attempt| {
        assert_eq!((attempt.action(), attempt.safety()), ("A", Safety::ReadOnly));
        let is_busy = attempt.error().code() == Some("ResourceInUse");
        assert_eq!(
            (attempt.number(), attempt.retried_by_default()),
            if is_busy { (1, false) } else { (2, true) }
        );
        RetryAction::Retry
    });
    let policy = policy.build().unwrap();
    let (budget, mut state) = (Budget::default(), RetryState::default());
    for (text, expected) in [
        ("ResourceInUse", in_millis(500, Reason::Classified)),
        ("InternalError", Decision::GiveUp(GiveUp::NoAttemptsLeft)),
    ] {
        let error = code(text);
        let failure = failure(&error, Safety::ReadOnly);
        assert_eq!(decide(&policy, &budget, &mut state, &failure, &Ones), expected);
    }
    assert!(format!("{policy:?}").contains("classifier: Some(Classifier)"));
}
