//! The client-side rate limit, in complete calls.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::time::Duration;

use tencentcloud_common::policy::rate_limit::RateLimit;
use tencentcloud_common::{ClientProfile, Credential, ErrorKind};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{DescribeRegionsRequest, DescribeZonesRequest};
use tencentcloud_tests::fakes::{ConstantRandom, ManualClock, RecordedSleeps};
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, respond};

const MS: fn(u64) -> Duration = Duration::from_millis;
const SUCCESS: &str = r#"{"Response": {"RequestId": "r-1"}}"#;
const THROTTLED: &str =
    r#"{"Response": {"Error": {"Code": "RequestLimitExceeded", "Message": "m"}}}"#;

/// Returns a client with at most two calls per second.
fn client(network: &InMemoryTransport, clock: &ManualClock, sleeps: &RecordedSleeps) -> CvmClient {
    let limit = RateLimit::builder().per_second(2.0).build().unwrap();
    CvmClient::builder()
        .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
        .region("ap-shanghai")
        .profile(ClientProfile::builder().rate_limit(limit).build().unwrap())
        .transport(network.clone())
        .clock(clock.clone())
        .sleep(sleeps.clone())
        .random(ConstantRandom(0))
        .build()
        .unwrap()
}

fn zones() -> DescribeZonesRequest {
    DescribeZonesRequest::new()
}

#[tokio::test]
async fn calls_of_all_clones_wait_for_a_permit() {
    let network = InMemoryTransport::new(|_, _| respond(SUCCESS));
    let clock = ManualClock::at(1_700_000_000);
    let sleeps = RecordedSleeps::advancing(&clock);
    let client = client(&network, &clock, &sleeps);
    for _ in 0..3 {
        client.clone().describe_zones(zones()).await.unwrap();
    }
    assert_eq!(sleeps.durations(), [MS(500), MS(500)]);
    // Other actions and other regions have separate limits.
    client.describe_regions(DescribeRegionsRequest::new()).await.unwrap();
    client.in_region("ap-beijing").describe_zones(zones()).await.unwrap();
    client.describe_zones(zones()).region("ap-tokyo").await.unwrap();
    assert_eq!(sleeps.durations().len(), 2);
    clock.advance(MS(500));
    client.describe_zones(zones()).await.unwrap();
    assert_eq!(sleeps.durations().len(), 2, "whoever waited by himself does not wait again");
    assert_eq!(network.sent().len(), 7);
}

#[tokio::test]
async fn concurrent_calls_queue() {
    let network = InMemoryTransport::new(|_, _| respond(SUCCESS));
    let clock = ManualClock::at(1_700_000_000);
    let sleeps = RecordedSleeps::default();
    let client = client(&network, &clock, &sleeps);
    for _ in 0..4 {
        client.describe_zones(zones()).await.unwrap();
    }
    assert_eq!(sleeps.durations(), [MS(500), MS(1000), MS(1500)]);
}

#[tokio::test]
async fn a_call_without_enough_time_is_not_sent_and_takes_no_permit() {
    let network = InMemoryTransport::new(|_, _| respond(SUCCESS));
    let clock = ManualClock::at(1_700_000_000);
    let sleeps = RecordedSleeps::default();
    let client = client(&network, &clock, &sleeps);
    client.describe_zones(zones()).await.unwrap();
    for _ in 0..3 {
        let error = client.describe_zones(zones()).timeout(MS(400)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.message().contains("allows the call in 500ms"), "{error}");
        assert_eq!((error.attempts(), error.maybe_sent()), (0, false));
    }
    client.describe_zones(zones()).timeout(MS(60_000)).await.unwrap();
    assert_eq!(sleeps.durations(), [MS(500)]);
    assert_eq!(network.sent().len(), 2);
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_releases_its_permit() {
    let network = InMemoryTransport::new(|_, _| respond(SUCCESS));
    let pauses = RecordedSleeps::never_ending();
    let limit = RateLimit::builder().per_second(2.0).build().unwrap();
    let client = CvmClient::builder()
        .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
        .profile(ClientProfile::builder().rate_limit(limit).build().unwrap())
        .transport(network.clone())
        .clock(ManualClock::at(1_700_000_000))
        .sleep(pauses.clone())
        .build()
        .unwrap();
    client.describe_zones(zones()).await.unwrap();
    for _ in 0..5 {
        let call = client.describe_zones(zones()).into_future();
        assert!(tokio::time::timeout(Duration::ZERO, call).await.is_err());
    }
    assert_eq!(pauses.durations(), [MS(500); 5], "not 0.5, 1, 1.5, … s");
    assert_eq!(network.sent().len(), 1);
}

/// The service counts attempts too.
#[tokio::test]
async fn each_attempt_takes_a_permit() {
    let network = InMemoryTransport::new(|_, _| respond(THROTTLED));
    let clock = ManualClock::at(1_700_000_000);
    let sleeps = RecordedSleeps::advancing(&clock);
    let client = client(&network, &clock, &sleeps);
    let error = client.describe_zones(zones()).await.unwrap_err();
    assert_eq!((error.attempts(), network.sent().len()), (3, 3));
    // The backoff delay, which is zero here, then the wait for a permit.
    assert_eq!(sleeps.durations(), [MS(0), MS(500), MS(0), MS(500)]);
}

/// The error of the previous attempt is kept if there is no permit in time.
#[tokio::test]
async fn a_retry_without_a_permit_returns_the_previous_error() {
    let network = InMemoryTransport::new(|_, _| respond(THROTTLED));
    let clock = ManualClock::at(1_700_000_000);
    let sleeps = RecordedSleeps::advancing(&clock);
    let client = client(&network, &clock, &sleeps);
    let error = client.describe_zones(zones()).timeout(MS(400)).await.unwrap_err();
    assert_eq!((error.attempts(), network.sent().len()), (1, 1));
    assert!(error.maybe_sent());
    assert_eq!(error.kind(), ErrorKind::Service, "{error}");
    assert!(error.is_throttled());
}
