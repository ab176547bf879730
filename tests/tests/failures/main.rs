//! Failures of servers and networks: the error of the call, and how often each kind of call was
//! sent. A call that is not idempotent must not be sent twice.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod error_responses;
mod network;

use std::time::Duration;

use serde_json::json;
use tencentcloud_common::transport::ReqwestTransport;
use tencentcloud_common::{ClientProfile, CommonClient, Credential, Error, ErrorKind, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{
    DescribeZonesRequest, Placement, RunInstancesRequest, StopInstancesRequest,
};
use tencentcloud_tests::fakes::{ConstantRandom, RecordedSleeps};
use tencentcloud_tests::scripted_server::{RecordedRequest, ScriptedServer, Step};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A response that every kind of call can read.
const SUCCESS: &str = r#"{"Response": {"RequestId": "r-1"}}"#;

/// Twice the largest number of attempts.
const STEPS: usize = 6;

/// The timeout of an attempt in tests that are not about time.
const LONG: Duration = Duration::from_secs(60);

/// The timeout of an attempt in tests about time.
const SHORT: Duration = ms(700);

/// The kinds of calls, by the effect of a retry.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Read,
    /// Without a `ClientToken`.
    Write,
    DynamicWrite,
    /// With a `ClientToken`.
    Create,
}

const KINDS: [Kind; 4] = [Kind::Read, Kind::Write, Kind::DynamicWrite, Kind::Create];

/// The expected consequences of a failure.
#[derive(Clone, Copy)]
struct Expected {
    kind: ErrorKind,
    /// The number of attempts of an idempotent call, and of one that is not.
    attempts: [u32; 2],
    maybe_sent: bool,
    retryable: bool,
    throttled: bool,
    status: Option<u16>,
}

/// It is unknown whether the call had an effect, so only idempotent calls are retried.
const UNKNOWN: Expected = Expected {
    kind: ErrorKind::Transport,
    attempts: [3, 1],
    maybe_sent: true,
    retryable: true,
    throttled: false,
    status: None,
};

/// The clients, with recorded sleeps instead of delays.
struct Setup {
    typed: CvmClient,
    dynamic: CommonClient,
    sleeps: RecordedSleeps,
}

fn setup(endpoint: &str) -> Setup {
    with_limit(endpoint, LONG)
}

/// Returns clients with this timeout of an attempt.
fn with_limit(endpoint: &str, limit: Duration) -> Setup {
    let credential = || Credential::new("AKIDexample", "secret-key-1234").unwrap();
    let http = HttpProfile::builder()
        .endpoint(endpoint)
        .req_timeout(limit)
        .max_response_size(64 * 1024)
        .build();
    let profile = ClientProfile::builder().http_profile(http.unwrap()).build().unwrap();
    let transport = ReqwestTransport::new(profile.http_profile()).unwrap();
    let sleeps = RecordedSleeps::default();
    let typed = CvmClient::builder()
        .credential(credential())
        .region("ap-shanghai")
        .profile(profile.clone())
        .transport(transport.clone())
        .sleep(sleeps.clone())
        .random(ConstantRandom(0xff))
        .build();
    let dynamic = CommonClient::builder("cvm", "2017-03-12")
        .credential(credential())
        .region("ap-shanghai")
        .profile(profile)
        .transport(transport)
        .sleep(sleeps.clone())
        .random(ConstantRandom(0xff))
        .build();
    Setup { typed: typed.unwrap(), dynamic: dynamic.unwrap(), sleeps }
}

fn run_instances() -> RunInstancesRequest {
    RunInstancesRequest::new().placement(Placement::new().zone("ap-shanghai-1"))
}

async fn call(Setup { typed, dynamic, .. }: &Setup, kind: Kind) -> Result<(), Error> {
    match kind {
        Kind::Read => typed.describe_zones(DescribeZonesRequest::new()).await.map(drop),
        Kind::Write => {
            let request = StopInstancesRequest::new().instance_ids(["ins-1"]);
            typed.stop_instances(request).await.map(drop)
        }
        Kind::DynamicWrite => {
            dynamic.call_json("StopInstances", json!({"InstanceIds": ["ins-1"]})).await.map(drop)
        }
        Kind::Create => typed.run_instances(run_instances()).await.map(drop),
    }
}

/// Asserts that all attempts have the same trace id, body and client token.
fn assert_one_call(kind: Kind, received: &[RecordedRequest]) {
    let Some(first) = received.first() else { return };
    assert_eq!(first.text("ClientToken").is_some(), kind == Kind::Create, "{kind:?}");
    for attempt in received {
        assert_eq!(attempt.header("x-tc-traceid"), first.header("x-tc-traceid"));
        if attempt.complete {
            assert_eq!(attempt.body, first.body, "{kind:?}");
        }
    }
}

/// Returns the maximal delays of this number of attempts.
fn delays(attempts: u32) -> Vec<Duration> {
    [ms(500), ms(1000)][..attempts as usize - 1].to_vec()
}

fn check(kind: Kind, expected: Expected, error: &Error, sleeps: &RecordedSleeps) -> u32 {
    let safe = matches!(kind, Kind::Read | Kind::Create);
    let attempts = expected.attempts[usize::from(!safe)];
    let context = format!("{kind:?}: {error:?}");
    assert_eq!(error.kind(), expected.kind, "{context}");
    assert_eq!(error.attempts(), attempts, "{context}");
    assert_eq!(error.maybe_sent(), expected.maybe_sent, "{context}");
    assert_eq!(error.is_retryable(), expected.retryable, "{context}");
    assert_eq!(error.is_throttled(), expected.throttled, "{context}");
    assert_eq!(error.is_timeout(), expected.kind == ErrorKind::Timeout, "{context}");
    assert_eq!(error.is_connect(), expected.kind == ErrorKind::Connect, "{context}");
    assert_eq!(error.http_status().map(|status| status.as_u16()), expected.status, "{context}");
    assert!(error.trace_id().is_some() && error.action().is_some(), "{context}");
    assert!(!error.is_auth() && !error.is_not_found(), "{context}");
    assert_eq!(sleeps.durations(), delays(attempts), "{context}");
    attempts
}

/// Makes every kind of call to a server that always plays this step, and checks the outcome.
async fn check_all_kinds(step: Step, expected: Expected) -> Error {
    check_all_kinds_within(LONG, step, expected).await
}

/// Checks every kind of call with this timeout of an attempt.
async fn check_all_kinds_within(limit: Duration, step: Step, expected: Expected) -> Error {
    let one = |kind| check_kind(kind, limit, step.clone(), expected);
    let [read, write, dynamic_write, create] = KINDS.map(one);
    let (error, ..) = tokio::join!(read, write, dynamic_write, create);
    error
}

async fn check_kind(kind: Kind, limit: Duration, step: Step, expected: Expected) -> Error {
    let server = ScriptedServer::start(vec![step; STEPS]).unwrap();
    let setup = with_limit(&server.endpoint(), limit);
    let error = call(&setup, kind).await.expect_err("an error");
    let attempts = check(kind, expected, &error, &setup.sleeps) as usize;
    // The first attempts can end before the server has read them.
    let received = server.wait_for_requests(attempts);
    assert_eq!(received.len(), attempts, "{kind:?}: {error:?}");
    assert_one_call(kind, &received);
    error
}
