//! Retries: how often, for how long, and what is the same on all attempts.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::collections::HashSet;
use std::time::Duration;

use tencentcloud_common::credentials::{CredentialFuture, ProvideCredential};
use tencentcloud_common::policy::retry::{FailedAttempt, RetryAction, RetryBudget, RetryPolicy};
use tencentcloud_common::profile::SignMethod;
use tencentcloud_common::sign::tc3;
use tencentcloud_common::{ClientProfile, Credential, Error, ErrorKind, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{DescribeZonesRequest, StopInstancesRequest};
use tencentcloud_tests::fakes::{ConstantRandom, ManualClock, RecordedSleeps};
use tencentcloud_tests::in_memory_transport::{self, InMemoryTransport};
use tencentcloud_tests::scripted_server::{
    RecordedRequest, ScriptedServer, Step, api_error, close, json as ok, respond, silence,
};

const THROTTLED: &str =
    r#"{"Response": {"Error": {"Code": "RequestLimitExceeded", "Message": "m"}}}"#;
const NOW: u64 = 1_700_000_000;
const MS: fn(u64) -> Duration = Duration::from_millis;

fn success() -> Step {
    ok(r#"{"Response": {"TotalCount": 1, "RequestId": "r-1"}}"#)
}

fn credential() -> Credential {
    Credential::new("AKIDexample", "secret-key-1234").unwrap()
}

struct Setup {
    server: ScriptedServer,
    client: CvmClient,
    clock: ManualClock,
    sleeps: RecordedSleeps,
}

fn with_policy(script: Vec<Step>, policy: RetryPolicy) -> Setup {
    let server = ScriptedServer::start(script).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).retryer(policy).build().unwrap();
    let clock = ManualClock::at(NOW);
    let sleeps = RecordedSleeps::advancing(&clock);
    let client = CvmClient::builder()
        .credential(credential())
        .region("ap-shanghai")
        .profile(profile)
        .clock(clock.clone())
        .sleep(sleeps.clone())
        .random(ConstantRandom(0xff))
        .build()
        .unwrap();
    Setup { server, client, clock, sleeps }
}

fn setup(script: Vec<Step>) -> Setup {
    with_policy(script, RetryPolicy::default())
}

fn zones() -> DescribeZonesRequest {
    DescribeZonesRequest::new()
}

#[tokio::test]
async fn without_retries_there_is_one_attempt() {
    for step in [close(), api_error("RequestLimitExceeded"), respond("503 Busy", "text/html", "")] {
        let Setup { server, client, sleeps, .. } =
            with_policy(vec![step, success()], RetryPolicy::none());
        let error = client.describe_zones(zones()).await.unwrap_err();
        assert_eq!((error.attempts(), server.requests().len()), (1, 1));
        assert!(sleeps.durations().is_empty());
        // One call can enable retries.
        let call = client.describe_zones(zones()).retry(RetryPolicy::standard());
        assert_eq!(call.await.unwrap().total_count, Some(1));
    }
}

#[tokio::test]
async fn the_policy_or_the_call_sets_the_number_of_attempts() {
    let five = RetryPolicy::builder().max_attempts(5).build().unwrap();
    let Setup { server, client, sleeps, .. } = with_policy(vec![close(); 20], five);
    let error = client.describe_zones(zones()).await.unwrap_err();
    assert_eq!((error.attempts(), server.requests().len()), (5, 5));
    assert_eq!(sleeps.durations(), [MS(500), MS(1000), MS(2000), MS(4000)]);

    let twice = RetryPolicy::builder().max_attempts(2).constant_backoff(MS(7)).build().unwrap();
    let error = client.describe_zones(zones()).retry(twice).await.unwrap_err();
    assert_eq!((error.attempts(), server.requests().len()), (2, 7));
    assert_eq!(sleeps.durations()[4..], [MS(7)]);

    let error = client.describe_zones(zones()).retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!((error.attempts(), server.requests().len()), (1, 8), "not the profile's 5");
}

#[tokio::test]
async fn a_write_that_may_have_executed_is_retried_only_on_request() {
    let stop = || StopInstancesRequest::new().instance_ids(["ins-1"]);
    let Setup { server, client, .. } = setup(vec![close(), close(), success()]);
    client.stop_instances(stop()).await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
    let dare = RetryPolicy::builder().retry_non_idempotent(true).build().unwrap();
    client.stop_instances(stop()).retry(dare).await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

/// A code of the service for a resource that is temporarily busy.
#[tokio::test]
async fn a_classifier_decides_what_is_retried() {
    let stop = || StopInstancesRequest::new().instance_ids(["ins-1"]);
    let busy = || api_error("ResourceInUse");
    let policy = |says: RetryAction| {
        let classify = move |attempt: &FailedAttempt<'_>| match attempt.error().code() {
            Some("ResourceInUse" | "RequestLimitExceeded") => says,
            _ => RetryAction::Default,
        };
        RetryPolicy::builder().classifier(classify).build().unwrap()
    };
    for (says, read, write) in [
        (RetryAction::Default, 1, 1),
        (RetryAction::Retry, 3, 1),
        (RetryAction::RetryNotExecuted, 3, 3),
        (RetryAction::Forbid, 1, 1),
    ] {
        let Setup { client, .. } = with_policy(vec![busy(); 6], policy(says));
        let error = client.describe_zones(zones()).await.unwrap_err();
        assert_eq!((error.code(), error.attempts()), (Some("ResourceInUse"), read), "{says:?}");
        let error = client.stop_instances(stop()).await.unwrap_err();
        assert_eq!((error.code(), error.attempts()), (Some("ResourceInUse"), write), "{says:?}");
    }
    // It can retry less than the default, for the client or for one call.
    let Setup { client, .. } = setup(vec![api_error("RequestLimitExceeded"); 4]);
    let call = client.describe_zones(zones()).retry(policy(RetryAction::Forbid));
    assert_eq!(call.await.unwrap_err().attempts(), 1);
    assert_eq!(client.describe_zones(zones()).await.unwrap_err().attempts(), 3);
}

#[tokio::test]
async fn clients_can_share_a_retry_budget() {
    let network = InMemoryTransport::new(|_, _| in_memory_transport::api_error("InternalError"));
    let budget = RetryBudget::new(15);
    let client = |budget: &RetryBudget| {
        in_memory_transport::builder(&network)
            .sleep(RecordedSleeps::default())
            .retry_budget(budget.clone())
            .build()
            .unwrap()
    };
    let calls = [client(&budget), client(&budget), client(&RetryBudget::unlimited())];
    let mut attempts = Vec::new();
    for client in calls {
        let call = client.call_json("DescribeZones", serde_json::json!({}));
        attempts.push(call.await.unwrap_err().attempts());
    }
    assert_eq!(attempts, [3, 2, 3], "the second has what the first has left");
    assert_eq!(budget.tokens(), Some(0));
}

/// The official SDK for Python repeats the call until the attempts end, and raises the first error.
#[tokio::test]
async fn a_success_after_a_failure_is_returned() {
    for failure in [close(), api_error("RequestLimitExceeded"), api_error("InternalError")] {
        let script = vec![failure.clone(), failure, success(), success(), success()];
        let Setup { server, client, .. } = setup(script);
        let (zones, metadata) = client.describe_zones(zones()).with_metadata().await.unwrap();
        assert_eq!((zones.total_count, metadata.attempts()), (Some(1), 3));
        assert_eq!(metadata.request_id(), Some("r-1"));
        assert_eq!(server.requests().len(), 3);
    }
}

#[tokio::test]
async fn the_error_of_the_last_attempt_is_returned() {
    let script = vec![close(), respond("502 Bad", "text/html", "x"), api_error("FailedOperation")];
    let Setup { client, .. } = setup(script);
    let error = client.describe_zones(zones()).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (Some("FailedOperation"), 3));
    assert_eq!(error.request_id(), Some("r-e"));
    assert!(error.to_string().ends_with("3 attempts)"), "{error}");
}

fn is_signed(received: &RecordedRequest, timestamp: u64) {
    assert_eq!(received.header("x-tc-timestamp").unwrap(), timestamp.to_string());
    let expected = tc3::authorization(
        &tc3::Request::new(
            "cvm",
            received.header("host").unwrap(),
            timestamp,
            tc3::Payload::Bytes(&received.body),
        )
        .content_type(received.header("content-type").unwrap()),
        &credential(),
    );
    assert_eq!(received.header("authorization").unwrap(), expected.unwrap());
}

#[tokio::test]
async fn each_attempt_is_signed_again_with_the_same_trace_id() {
    let Setup { server, client, .. } = setup(vec![close(), close(), success(), success()]);
    let policy =
        RetryPolicy::builder().constant_backoff(Duration::from_secs(86_400)).build().unwrap();
    let (_, metadata) = client.describe_zones(zones()).retry(policy).with_metadata().await.unwrap();
    let received = server.requests();
    for (day, attempt) in received.iter().enumerate() {
        is_signed(attempt, NOW + 86_400 * day as u64);
        assert_eq!(attempt.header("x-tc-traceid"), Some(metadata.trace_id()));
    }
    let signatures: HashSet<_> =
        received.iter().map(|attempt| attempt.header("authorization")).collect();
    assert_eq!(signatures.len(), 3);
}

#[tokio::test]
async fn the_callers_trace_id_is_kept_and_each_call_has_another() {
    let Setup { server, client, .. } =
        setup(vec![close(), success(), close(), success(), success(), success()]);
    let call = client.describe_zones(zones()).header("x-tc-traceid", "mine-1");
    let (_, metadata) = call.with_metadata().await.unwrap();
    assert_eq!(metadata.trace_id(), "mine-1");
    let received = server.requests();
    for attempt in &received {
        let ids: Vec<_> =
            attempt.headers.iter().filter(|(name, _)| name == "x-tc-traceid").collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(ids[0].1, "mine-1");
    }
    // The option applied to that call only.
    let (_, metadata) = client.describe_zones(zones()).with_metadata().await.unwrap();
    assert_ne!(metadata.trace_id(), "mine-1");
    // An empty trace id is treated as unset.
    let call = client.describe_zones(zones()).header("X-TC-TraceId", "");
    let (_, metadata) = call.with_metadata().await.unwrap();
    assert_eq!(metadata.trace_id().len(), 36, "{}", metadata.trace_id());
}

/// A v1 signature is in the body, with its own nonce and timestamp.
#[tokio::test]
async fn v1_signatures_are_renewed_for_each_attempt() {
    let server = ScriptedServer::start(vec![close(), close(), success()]).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile =
        ClientProfile::builder().http_profile(http).sign_method(SignMethod::HmacSha256).build();
    let clock = ManualClock::at(NOW);
    let client = CvmClient::builder()
        .credential(credential())
        .profile(profile.unwrap())
        .clock(clock.clone())
        .sleep(RecordedSleeps::advancing(&clock))
        .build()
        .unwrap();
    let policy = RetryPolicy::builder().constant_backoff(Duration::from_secs(1)).build().unwrap();
    client.describe_zones(zones()).retry(policy).await.unwrap();
    let received = server.requests();
    for name in ["Timestamp=", "Nonce=", "Signature="] {
        let values: HashSet<String> = received
            .iter()
            .map(|attempt| {
                let body = String::from_utf8(attempt.body.clone()).unwrap();
                body.split('&').find(|pair| pair.starts_with(name)).unwrap().to_owned()
            })
            .collect();
        assert_eq!(values.len(), 3, "{values:?}");
    }
}

/// Returns a client whose calls are always throttled.
fn throttled() -> (CvmClient, InMemoryTransport) {
    let network = InMemoryTransport::new(|_, _| in_memory_transport::respond(THROTTLED));
    let client = CvmClient::builder()
        .credential(credential())
        .transport(network.clone())
        .sleep(RecordedSleeps::default())
        .build();
    (client.unwrap(), network)
}

#[tokio::test]
async fn clones_share_the_retry_budget() {
    let (client, network) = throttled();
    let mut attempts = Vec::new();
    for number in 0..60 {
        let clone = if number % 2 == 0 { client.clone() } else { client.in_region("ap-beijing") };
        attempts.push(clone.describe_zones(zones()).await.unwrap_err().attempts());
    }
    // 500 tokens and 5 tokens per retry allow 100 retries.
    assert_eq!(attempts[..50], [3; 50]);
    assert_eq!(attempts[50..], [1; 10]);
    assert_eq!(network.sent().len(), 50 * 3 + 10);
    // Another client has another budget.
    let (other, _) = throttled();
    assert_eq!(other.describe_zones(zones()).await.unwrap_err().attempts(), 3);
}

#[tokio::test]
async fn a_retry_without_enough_time_costs_no_budget() {
    let (client, _) = throttled();
    let long = RetryPolicy::builder().constant_backoff(Duration::from_secs(20)).build().unwrap();
    for _ in 0..120 {
        let call = client.describe_zones(zones()).retry(long.clone());
        let error = call.timeout(Duration::from_secs(10)).await.unwrap_err();
        assert_eq!(error.attempts(), 1);
    }
    assert_eq!(client.describe_zones(zones()).await.unwrap_err().attempts(), 3);
}

#[tokio::test]
async fn no_delay_exceeds_the_call_timeout() {
    let policy =
        RetryPolicy::builder().max_attempts(9).constant_backoff(Duration::from_secs(4)).build();
    let Setup { server, client, sleeps, clock } = with_policy(vec![close(); 9], policy.unwrap());
    let call = client.describe_zones(zones()).timeout(Duration::from_secs(10));
    let error = call.await.unwrap_err();
    // Another delay would end at 12 s.
    assert_eq!(sleeps.durations(), [Duration::from_secs(4); 2]);
    assert_eq!(clock.seconds(), NOW + 8);
    assert_eq!((error.attempts(), server.requests().len()), (3, 3));
    assert_eq!(error.kind(), ErrorKind::Transport, "what went wrong, not that time ran out");
}

/// Makes a call, in real time, to a server that never responds to the second attempt.
async fn time_out(first: Step, limit: Duration) -> (Error, ScriptedServer) {
    let Setup { server, client, .. } = setup(vec![first, silence()]);
    let error = client.describe_zones(zones()).timeout(limit).await.unwrap_err();
    (error, server)
}

#[tokio::test]
async fn the_call_timeout_ends_the_current_attempt() {
    let (error, server) = time_out(api_error("RequestLimitExceeded"), MS(900)).await;
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_timeout() && error.maybe_sent() && error.is_retryable());
    assert_eq!((error.attempts(), server.wait_for_requests(2).len()), (2, 2));
    assert!(error.trace_id().is_some());
    let text = error.to_string();
    assert!(text.contains("the call took longer than 900ms"), "{text}");
    assert!(text.contains("the last attempt failed: RequestLimitExceeded: no"), "{text}");

    let head = success().header("X-TC-RequestId", "r-head");
    let (error, _) = time_out(head.truncated(1).slow_body(Duration::from_secs(9)), MS(300)).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert_eq!(error.request_id(), Some("r-head"), "to quote it to support");

    let (error, server) = time_out(silence(), MS(300)).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(error.maybe_sent());
    assert_eq!(server.wait_for_requests(1).len(), 1);
}

#[tokio::test]
async fn the_call_timeout_includes_the_credential() {
    #[derive(Debug)]
    struct PendingProvider;
    impl ProvideCredential for PendingProvider {
        fn provide_credential(&self) -> CredentialFuture<'_> {
            Box::pin(std::future::pending())
        }
    }
    let network = InMemoryTransport::new(|_, _| in_memory_transport::respond("{}"));
    let client = CvmClient::builder()
        .credential(PendingProvider)
        .transport(network.clone())
        .build()
        .unwrap();
    let error = client.describe_zones(zones()).timeout(MS(50)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
    assert!(!error.maybe_sent() && network.sent().is_empty());
}

/// The official SDK for Go keeps sleeping after its context is cancelled.
#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_is_not_sent_again() {
    let network = InMemoryTransport::new(|_, _| in_memory_transport::respond(THROTTLED));
    let pauses = RecordedSleeps::never_ending();
    let client = CvmClient::builder()
        .credential(credential())
        .transport(network.clone())
        .sleep(pauses.clone())
        .build()
        .unwrap();
    let call = client.describe_zones(zones()).into_future();
    assert!(tokio::time::timeout(Duration::ZERO, call).await.is_err());
    assert_eq!(pauses.durations().len(), 1, "it waits");
    assert_eq!(network.sent().len(), 1);
    // The call timeout ends the wait too.
    let short = RetryPolicy::builder().constant_backoff(MS(1)).build().unwrap();
    let call = client.describe_zones(zones()).retry(short).timeout(MS(50));
    let error = call.await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(
        error.message().contains("the last attempt failed: RequestLimitExceeded: m"),
        "{error}"
    );
    assert_eq!(network.sent().len(), 2);
}

/// The official SDK for Go multiplies two kinds of retries.
#[tokio::test]
async fn failures_of_all_kinds_count_towards_one_limit() {
    let script = vec![close(), api_error("RequestLimitExceeded"), close(), success()];
    let Setup { server, client, sleeps, .. } = setup(script);
    let error = client.describe_zones(zones()).await.unwrap_err();
    assert_eq!((error.attempts(), server.requests().len()), (3, 3));
    assert_eq!(sleeps.durations(), [MS(500), MS(1000)], "and no pause after the last");
}
