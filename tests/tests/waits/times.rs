//! Intervals, the longest wait, and progress.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tencentcloud_common::{Error, ErrorKind, RateLimit, RetryPolicy, WaitError};
use tencentcloud_tests::fakes::{ConstantRandom, ManualClock};
use tencentcloud_tests::in_memory_transport::{MockResponse, api_error};

use crate::things::{DescribeThingsRequest, READY, Service, states, things};

const SECOND: Duration = Duration::from_secs(1);

fn pending() -> Service {
    Service::scripted(&[states(&[("a", "PENDING")])])
}

#[track_caller]
fn timeout(error: &WaitError) -> &tencentcloud_common::wait::WaitTimeout {
    match error {
        WaitError::TimedOut(timeout) => timeout,
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_longest_wait_follows_the_clock_of_the_client() {
    let service = pending();
    let error = service.wait(&READY, &["a"]).await.unwrap_err();
    let timeout = timeout(&error);
    // The next poll would be after exactly 600 s, when no time is left for it.
    assert_eq!(service.bodies().len(), 120);
    assert_eq!(timeout.waited(), 595 * SECOND);
    assert_eq!(timeout.progress().polls(), 120);
    assert_eq!(
        error.to_string(),
        "thing_ready was not reached within the max_wait of 600s, after 120 polls: `a` is PENDING"
    );
    let error = Error::from(error);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_timeout());
}

#[tokio::test]
async fn interval_and_max_wait_can_be_set() {
    let service = pending();
    let wait = service.wait(&READY, &["a"]).interval(2 * SECOND).max_wait(7 * SECOND);
    let error = wait.await.unwrap_err();
    assert_eq!(service.pauses(), [2000, 2000, 2000]);
    assert_eq!(timeout(&error).waited(), 6 * SECOND);
}

#[tokio::test]
async fn a_random_part_of_the_interval_is_added() {
    for (byte, jitter, expected) in [
        (0xff, None, 6000),
        (0, None, 5000),
        (0xff, Some(SECOND / 2), 5500),
        (0xff, Some(Duration::ZERO), 5000),
    ] {
        let service = Service::scripted(&[states(&[("a", "PENDING")]), states(&[("a", "READY")])]);
        let client = service.builder().random(ConstantRandom(byte)).build().unwrap();
        let mut wait = client.wait::<DescribeThingsRequest>(&READY, ["a"]);
        if let Some(jitter) = jitter {
            wait = wait.jitter(jitter);
        }
        wait.await.unwrap();
        assert_eq!(service.pauses(), [expected], "{byte} {jitter:?}");
    }
}

#[tokio::test]
async fn the_longest_times_do_not_overflow() {
    let service = Service::scripted(&[states(&[("a", "PENDING")]), states(&[("a", "READY")])]);
    let wait = service.wait(&READY, &["a"]).max_wait(Duration::MAX);
    wait.await.unwrap();
    let service = pending();
    let wait = service.wait(&READY, &["a"]).interval(Duration::MAX).jitter(Duration::MAX);
    assert!(matches!(wait.await.unwrap_err(), WaitError::TimedOut(_)));
    assert_eq!(service.bodies().len(), 1);
}

/// Advances the clock during each call, as a slow network does.
fn slow(per_call: Duration) -> Service {
    let clock = Arc::<Mutex<Option<ManualClock>>>::default();
    let shared = Arc::clone(&clock);
    let service = Service::new(move |_, body| {
        shared.lock().unwrap().as_ref().unwrap().advance(per_call);
        match body["Ids"].as_array().unwrap().as_slice() {
            [id] => states(&[(id.as_str().unwrap(), "PENDING")]),
            _ => api_error("ResourceNotFound"),
        }
    });
    *clock.lock().unwrap() = Some(service.clock.clone());
    service
}

#[tokio::test]
async fn the_time_of_the_polls_counts() {
    let service = slow(4 * SECOND);
    let error = service.wait(&READY, &["a"]).max_wait(20 * SECOND).await.unwrap_err();
    // 4 + 5 + 4 s, then the next poll would begin after 18 s, and the one after it too late.
    assert_eq!(service.bodies().len(), 3);
    assert_eq!(timeout(&error).waited(), 22 * SECOND);
}

#[tokio::test]
async fn no_call_begins_after_the_longest_wait() {
    let service = slow(4 * SECOND);
    let error = service.wait(&READY, &["a", "b", "c"]).max_wait(10 * SECOND).await.unwrap_err();
    assert_eq!(service.bodies().len(), 3, "not the last of the calls for single ids");
    assert_eq!(timeout(&error).waited(), 12 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_poll_takes_at_most_the_time_that_is_left() {
    let service = Service::scripted(&[states(&[("a", "PENDING")]), MockResponse::Silence]);
    let start = tokio::time::Instant::now();
    let error = service.wait(&READY, &["a"]).max_wait(20 * SECOND).await.unwrap_err();
    // The timer of the runtime is that of the call, and does not move the clock of the client.
    assert_eq!(start.elapsed(), 15 * SECOND);
    let error_of_call = timeout(&error).error().unwrap();
    assert!(error_of_call.message().contains("longer than 15s"), "{error_of_call}");
    assert!(error.to_string().contains("; the last call failed: DescribeThings"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_shorter_timeout_of_the_caller_is_an_error_of_the_call() {
    let service = Service::scripted(&[MockResponse::Silence]);
    let wait = service.wait(&READY, &["a"]).call_options(|call| call.timeout(3 * SECOND));
    let error = wait.await.unwrap_err();
    let WaitError::Call(error) = &error else { panic!("{error}") };
    assert!(error.is_timeout() && error.message().contains("longer than 3s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_attempt_is_not_the_end_of_the_longest_wait() {
    let service = Service::scripted(&[MockResponse::Silence]);
    let error = service.wait(&READY, &["a"]).await.unwrap_err();
    let WaitError::Call(error) = &error else { panic!("{error}") };
    assert!(error.message().contains("req_timeout"), "{error}");
}

#[tokio::test]
async fn a_permit_of_the_rate_limit_after_the_longest_wait_ends_it() {
    let service = pending();
    let limit = RateLimit::builder().per_second(0.01).build().unwrap();
    let profile = tencentcloud_common::ClientProfile::builder().rate_limit(limit).build().unwrap();
    let client = service.builder().profile(profile).build().unwrap();
    let wait = client.wait::<DescribeThingsRequest>(&READY, ["a"]).max_wait(50 * SECOND);
    let error = wait.await.unwrap_err();
    assert!(timeout(&error).error().unwrap().message().contains("rate limit"), "{error}");
    assert_eq!(service.bodies().len(), 1);
}

#[tokio::test]
async fn each_poll_has_the_retries_of_the_client() {
    let service = Service::scripted(&[api_error("InternalError"), states(&[("a", "READY")])]);
    let policy = RetryPolicy::builder().constant_backoff(SECOND).build().unwrap();
    let wait = service.wait(&READY, &["a"]).call_options(move |call| call.retry(policy.clone()));
    wait.await.unwrap();
    assert_eq!(service.pauses(), [1000]);
}

#[tokio::test]
async fn progress_is_reported_after_each_poll() {
    let item =
        |id: &str, state: &str, percent: i64| json!({"Id": id, "State": state, "Percent": percent});
    let service = Service::scripted(&[
        things(&json!([item("a", "PENDING", 70)])),
        things(&json!([item("a", "READY", 100), item("b", "PENDING", 30)])),
        things(&json!([item("a", "READY", 1000), item("b", "READY", -5)])),
    ]);
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let log = Arc::clone(&seen);
    let wait = service.wait(&READY, &["a", "b"]).on_progress(move |progress| {
        let states: Vec<_> = progress.states().collect();
        log.lock().unwrap().push(format!(
            "{} {:?} {:?} {states:?}",
            progress.polls(),
            progress.elapsed(),
            progress.percent()
        ));
    });
    wait.await.unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [
            r#"1 0ns Some(70) [("a", Some("PENDING")), ("b", None)]"#,
            r#"2 5s Some(30) [("a", Some("READY")), ("b", Some("PENDING"))]"#,
            r#"3 10s Some(0) [("a", Some("READY")), ("b", Some("READY"))]"#,
        ]
    );
}

#[tokio::test]
async fn progress_includes_the_poll_that_fails() {
    let service = Service::scripted(&[states(&[("a", "BROKEN")])]);
    let polls = Arc::<Mutex<u32>>::default();
    let log = Arc::clone(&polls);
    let wait = service
        .wait(&READY, &["a"])
        .on_progress(move |progress| *log.lock().unwrap() = progress.polls());
    wait.await.unwrap_err();
    assert_eq!(*polls.lock().unwrap(), 1);
}
