//! Retries that are not made, and timeouts that end an attempt.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use tencentcloud_common::call::{Call, DynamicRequest};
use tencentcloud_common::credentials::{CredentialFuture, ProvideCredential, ProviderError};
use tencentcloud_common::interceptor::{Attempt, Interceptor, Outcome};
use tencentcloud_common::transport::TransportErrorKind;
use tencentcloud_common::{
    ClientProfile, CommonClient, Error, ErrorKind, HttpProfile, RateLimit, RegionBreakerProfile,
    RetryPolicy,
};
use tencentcloud_tests::fakes::{ManualClock, RecordedSleeps};
use tencentcloud_tests::in_memory_transport::{
    InMemoryTransport, MockResponse, api_error, builder, credential, ok,
};

fn describe(client: &CommonClient) -> Call<DynamicRequest<serde_json::Value>> {
    client.call_json("DescribeZones", json!({}))
}

fn retries(attempts: u32, pause: Duration) -> RetryPolicy {
    RetryPolicy::builder().max_attempts(attempts).constant_backoff(pause).build().unwrap()
}

fn with_breaker(http: HttpProfile) -> ClientProfile {
    let breaker = RegionBreakerProfile::builder()
        .backup_endpoint("ap-beijing.tencentcloudapi.com")
        .build()
        .unwrap();
    ClientProfile::builder()
        .http_profile(http)
        .disable_region_breaker(false)
        .region_breaker_profile(breaker)
        .retryer(RetryPolicy::none())
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_retry_without_enough_time_costs_no_budget() {
    let network = InMemoryTransport::new(|_, _| api_error("RequestLimitExceeded"));
    let client = builder(&network).build().unwrap();
    // More retries than the budget allows, but the timeout prevents each of them.
    for _ in 0..120 {
        let call = describe(&client).retry(retries(3, Duration::from_secs(3600)));
        let error = call.timeout(Duration::from_secs(60)).await.unwrap_err();
        assert_eq!(error.attempts(), 1);
    }
    let error = describe(&client).retry(retries(3, Duration::ZERO)).await.unwrap_err();
    assert_eq!(error.attempts(), 3);
}

#[tokio::test]
async fn a_call_dropped_before_its_retry_costs_no_budget() {
    let network = InMemoryTransport::new(|_, _| api_error("RequestLimitExceeded"));
    let client = builder(&network).sleep(RecordedSleeps::never_ending()).build().unwrap();
    for _ in 0..120 {
        let call = describe(&client).retry(retries(3, Duration::from_secs(1)));
        assert!(tokio::time::timeout(Duration::ZERO, call.into_future()).await.is_err());
    }
    assert_eq!(network.sent().len(), 120);
    let call = describe(&client).retry(retries(3, Duration::ZERO));
    let result = tokio::time::timeout(Duration::ZERO, call.into_future()).await;
    assert!(result.is_err(), "it would not wait for a retry if the budget were empty");
}

#[tokio::test]
async fn a_retry_without_a_permit_returns_the_error_of_the_previous_attempt() {
    let network = InMemoryTransport::new(|_, _| api_error("RequestLimitExceeded"));
    let limit = RateLimit::builder().per_second(0.001).build().unwrap();
    let profile = ClientProfile::builder().rate_limit(limit).build().unwrap();
    let client = builder(&network).profile(profile).build().unwrap();
    let call = describe(&client).retry(retries(3, Duration::ZERO));
    let error = call.timeout(Duration::from_secs(60)).await.unwrap_err();
    assert_eq!(error.code(), Some("RequestLimitExceeded"), "{error}");
    assert_eq!((error.request_id(), error.attempts()), (Some("r-no"), 1));
}

/// Returns a credential for the first call only.
#[derive(Debug, Default)]
struct SingleUseProvider(AtomicU32);

impl ProvideCredential for SingleUseProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        let first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        Box::pin(async move {
            if first {
                Ok(credential().unwrap())
            } else {
                Err(ProviderError::new("vault", "it is sealed"))
            }
        })
    }
}

#[tokio::test]
async fn a_retry_without_a_credential_contains_the_previous_error() {
    let network = InMemoryTransport::new(|_, _| api_error("InternalError.Db"));
    let client = builder(&network).credential(SingleUseProvider::default()).build().unwrap();
    let error = describe(&client).retry(retries(3, Duration::ZERO)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credential);
    for part in ["it is sealed", "InternalError.Db", "r-no"] {
        assert!(error.message().contains(part), "{error}");
    }
    assert!(error.maybe_sent());
}

#[tokio::test]
async fn a_page_with_status_429_is_throttling() {
    let network = InMemoryTransport::new(|_, _| {
        MockResponse::Http(StatusCode::TOO_MANY_REQUESTS, &[], "slow down".to_owned())
    });
    let client = builder(&network).build().unwrap();
    let error = describe(&client).retry(RetryPolicy::none()).await.unwrap_err();
    assert!(error.is_throttled() && error.is_retryable(), "{error}");
    assert_eq!(error.kind(), ErrorKind::Response);
}

/// Records the calls of an interceptor.
#[derive(Debug, Default)]
struct RecordingInterceptor {
    ended: AtomicU32,
    retried: Mutex<Vec<String>>,
}

impl Interceptor for RecordingInterceptor {
    fn after_response(&self, _: &Attempt<'_>, outcome: &Outcome<'_>) {
        assert!(outcome.result.is_err());
        self.ended.fetch_add(1, Ordering::SeqCst);
    }

    fn on_retry(&self, attempt: &Attempt<'_>, _: &Error, _: Duration) {
        self.retried.lock().unwrap().push(attempt.endpoint.host().to_owned());
    }
}

/// Makes six calls without a response and with a timeout of 20 ms, of which each attempt takes
/// `elapsed`. Returns the hosts of the attempts.
async fn time_out_six_times(elapsed: Duration) -> Vec<String> {
    let clock = ManualClock::at(1_700_000_000);
    let network_clock = clock.clone();
    let network = InMemoryTransport::new(move |_, _| {
        network_clock.advance(elapsed);
        MockResponse::Silence
    });
    let recorder = Arc::new(RecordingInterceptor::default());
    let client = builder(&network)
        .profile(with_breaker(HttpProfile::default()))
        .interceptor(Arc::clone(&recorder))
        .clock(clock)
        .build()
        .unwrap();
    for number in 1..=6 {
        let error = describe(&client).timeout(Duration::from_millis(20)).await.unwrap_err();
        assert!(error.is_timeout() && error.maybe_sent(), "{error}");
        assert_eq!(error.message(), "the call took longer than 20ms");
        assert_eq!(error.attempts(), 1);
        assert_eq!(recorder.ended.load(Ordering::SeqCst), number);
    }
    network.hosts()
}

#[tokio::test]
async fn an_attempt_that_the_call_timeout_ends_is_a_failure() {
    let mut expected = ["cvm.tencentcloudapi.com"; 6];
    // An attempt that had little time does not count against the endpoint.
    assert_eq!(time_out_six_times(Duration::from_millis(9)).await, expected);
    expected[5] = "cvm.ap-beijing.tencentcloudapi.com";
    assert_eq!(time_out_six_times(Duration::from_millis(10)).await, expected);
}

#[tokio::test]
async fn a_call_timeout_during_a_retry_contains_the_previous_error() {
    let network = InMemoryTransport::new(|number, _| match number {
        0 => api_error("InternalError"),
        _ => MockResponse::Silence,
    });
    let client = builder(&network).build().unwrap();
    let call = describe(&client).retry(retries(3, Duration::ZERO));
    let error = call.timeout(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let expected = "the call took longer than 50ms; the last attempt failed: InternalError: no \
                    (request id r-no)";
    assert_eq!(error.message(), expected);
    assert_eq!(error.attempts(), 2);
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.downcast_ref::<Error>().unwrap().code(), Some("InternalError"));
}

#[tokio::test]
async fn on_retry_gets_the_endpoint_that_failed() {
    let network = InMemoryTransport::new(|_, _| MockResponse::Failure(TransportErrorKind::Connect));
    let recorder = Arc::new(RecordingInterceptor::default());
    let profile = with_breaker(HttpProfile::default());
    let client =
        builder(&network).profile(profile).interceptor(Arc::clone(&recorder)).build().unwrap();
    describe(&client).retry(retries(7, Duration::ZERO)).await.unwrap_err();
    let mut expected = vec!["cvm.tencentcloudapi.com"; 5];
    expected.push("cvm.ap-beijing.tencentcloudapi.com");
    assert_eq!(*recorder.retried.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_gateway_has_no_backup_endpoint() {
    let network = InMemoryTransport::new(|_, _| MockResponse::Failure(TransportErrorKind::Connect));
    let recorder = Arc::new(RecordingInterceptor::default());
    let http = HttpProfile::builder().apigw_endpoint("gw.example.com").build().unwrap();
    let client = builder(&network)
        .profile(with_breaker(http))
        .interceptor(Arc::clone(&recorder))
        .build()
        .unwrap();
    describe(&client).retry(retries(8, Duration::ZERO)).await.unwrap_err();
    assert_eq!(*recorder.retried.lock().unwrap(), ["cvm.tencentcloudapi.com"; 7]);
}

#[tokio::test]
async fn regional_endpoints_have_separate_breakers() {
    let network = InMemoryTransport::new(|_, request| {
        let dead = request.uri().host() == Some("cvm.ap-shanghai.tencentcloudapi.com");
        if dead { MockResponse::Failure(TransportErrorKind::Connect) } else { ok() }
    });
    let http = HttpProfile::builder().regional_endpoint(true).build().unwrap();
    let client = builder(&network).profile(with_breaker(http)).build().unwrap();
    for _ in 0..5 {
        // A healthy endpoint does not hide a failing one.
        describe(&client).await.unwrap_err();
        describe(&client).region("ap-nanjing").await.unwrap();
    }
    describe(&client.in_region("ap-nanjing")).await.unwrap();
    describe(&client).await.unwrap();
    let hosts = network.hosts();
    assert_eq!(hosts[10], "cvm.ap-nanjing.tencentcloudapi.com");
    assert_eq!(hosts[11], "cvm.ap-beijing.tencentcloudapi.com");
}

#[tokio::test]
async fn a_timeout_within_the_body_keeps_the_metadata_of_the_head() {
    let network = InMemoryTransport::new(|_, _| {
        MockResponse::Head(StatusCode::OK, &[("x-tc-requestid", "r-head")])
    });
    let time = Duration::from_millis(20);
    let http = HttpProfile::builder().req_timeout(time).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let of_attempt = builder(&network).profile(profile).build().unwrap();
    let of_call = builder(&network).build().unwrap();
    for call in [describe(&of_attempt), describe(&of_call).timeout(time)] {
        let error = call.retry(RetryPolicy::none()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert_eq!(
            (error.request_id(), error.http_status()),
            (Some("r-head"), Some(StatusCode::OK))
        );
    }
}
