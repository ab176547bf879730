//! Retries after a correction: of the clock, of the credential, and of the delay that `Retry-After`
//! sets.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use tencentcloud_common::credentials::{CachingProvider, CredentialFuture, ProvideCredential};
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::sign::tc3;
use tencentcloud_common::{ClientProfile, Credential, ErrorKind, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{DescribeZonesRequest, StopInstancesRequest};
use tencentcloud_tests::fakes::{ConstantRandom, ManualClock, RecordedSleeps};
use tencentcloud_tests::scripted_server::{
    RecordedRequest, ScriptedServer, Step, api_error, json as ok, reset, respond,
};

const NOW: u64 = 1_700_000_000;
const HOUR: u64 = 3600;

fn success() -> Step {
    ok(r#"{"Response": {"TotalCount": 1, "RequestId": "r-1"}}"#)
}

fn date(seconds: u64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
}

struct Setup {
    server: ScriptedServer,
    client: CvmClient,
    clock: ManualClock,
    sleeps: RecordedSleeps,
}

fn with_credential(script: Vec<Step>, provider: impl ProvideCredential + 'static) -> Setup {
    let server = ScriptedServer::start(script).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let clock = ManualClock::at(NOW);
    let sleeps = RecordedSleeps::advancing(&clock);
    let client = CvmClient::builder()
        .credential(provider)
        .region("ap-shanghai")
        .profile(profile)
        .clock(clock.clone())
        .sleep(sleeps.clone())
        .random(ConstantRandom(0xff))
        .build()
        .unwrap();
    Setup { server, client, clock, sleeps }
}

fn credential() -> Credential {
    Credential::with_token("AKIDexample", "secret-key-1234", "secret-token-1234").unwrap()
}

fn setup(script: Vec<Step>) -> Setup {
    with_credential(script, credential())
}

fn zones() -> DescribeZonesRequest {
    DescribeZonesRequest::new()
}

fn stop() -> StopInstancesRequest {
    StopInstancesRequest::new().instance_ids(["ins-1"])
}

fn timestamp(received: &RecordedRequest) -> u64 {
    received.header("x-tc-timestamp").unwrap().parse().unwrap()
}

fn is_signed_by(received: &RecordedRequest, credential: &Credential) {
    let expected = tc3::authorization(
        &tc3::Request::new(
            "cvm",
            received.header("host").unwrap(),
            timestamp(received),
            tc3::Payload::Bytes(&received.body),
        )
        .content_type(received.header("content-type").unwrap()),
        credential,
    );
    assert_eq!(received.header("authorization").unwrap(), expected.unwrap());
}

fn expired_signature(server_time: u64) -> Step {
    api_error("AuthFailure.SignatureExpire").header("Date", &date(server_time))
}

#[tokio::test]
async fn clock_skew_is_corrected_and_the_call_retried_once() {
    for server_time in [NOW + 2 * HOUR, NOW - 2 * HOUR] {
        let script = vec![expired_signature(server_time), success(), success(), success()];
        let Setup { server, client, clock, sleeps } = setup(script);
        // The service rejected the signature and executed nothing, so a write is retried too.
        let (_, metadata) = client.stop_instances(stop()).with_metadata().await.unwrap();
        assert_eq!(metadata.attempts(), 2);
        assert_eq!(sleeps.durations(), [Duration::ZERO]);
        // The client and its clones keep the offset while time passes.
        clock.advance(Duration::from_secs(10));
        client.clone().describe_zones(zones()).await.unwrap();
        client.in_region("ap-beijing").describe_zones(zones()).await.unwrap();
        let received = server.requests();
        let times: Vec<_> = received.iter().map(timestamp).collect();
        assert_eq!(times, [NOW, server_time, server_time + 10, server_time + 10]);
        for received in &received {
            is_signed_by(received, &credential());
        }
    }
}

#[tokio::test]
async fn an_expired_signature_without_clock_skew_is_an_error() {
    let no_date = api_error("AuthFailure.SignatureExpire");
    let cases = [
        // The clock of the client is correct.
        (vec![expired_signature(NOW + 30)], 1),
        // The response has no `Date`.
        (vec![no_date.clone()], 1),
        (vec![no_date.header("Date", "yesterday")], 1),
        // The service rejects the corrected time too.
        (vec![expired_signature(NOW + HOUR), expired_signature(NOW + HOUR)], 2),
        (vec![expired_signature(NOW + HOUR), expired_signature(NOW + 2 * HOUR)], 2),
    ];
    for (mut script, attempts) in cases {
        script.push(success());
        let Setup { server, client, .. } = setup(script);
        let error = client.describe_zones(zones()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!(error.code(), Some("AuthFailure.SignatureExpire"));
        assert!(error.is_auth() && !error.is_retryable() && error.maybe_sent());
        assert_eq!(error.attempts(), attempts);
        assert_eq!(server.requests().len(), attempts as usize);
    }
}

#[tokio::test]
async fn without_retries_clock_skew_is_corrected_for_the_next_call() {
    let server_time = NOW + HOUR;
    let Setup { server, client, .. } = setup(vec![expired_signature(server_time), success()]);
    let call = client.describe_zones(zones()).retry(RetryPolicy::none());
    assert_eq!(call.await.unwrap_err().attempts(), 1);
    client.describe_zones(zones()).await.unwrap();
    assert_eq!(timestamp(&server.requests()[1]), server_time);
}

/// One response with a wrong `Date` must not affect all later calls.
#[tokio::test]
async fn a_wrong_date_in_one_response_does_not_break_later_calls() {
    const DAY: u64 = 24 * HOUR;
    for date in [
        "Fri, 31 Dec 9999 23:59:59 GMT".to_owned(),
        "Thu, 01 Jan 1970 00:00:00 GMT".to_owned(),
        date(NOW + DAY + 1),
        date(NOW - DAY - 1),
    ] {
        let expired = api_error("AuthFailure.SignatureExpire").header("Date", &date);
        let script = vec![expired.clone(), success(), expired, success()];
        let Setup { server, client, .. } = setup(script);
        for policy in [RetryPolicy::none(), RetryPolicy::standard()] {
            let call = client.describe_zones(zones()).retry(policy);
            let error = call.await.unwrap_err();
            assert_eq!(error.code(), Some("AuthFailure.SignatureExpire"), "{date}");
            assert_eq!(error.attempts(), 1, "{date}");
            client.clone().describe_zones(zones()).await.unwrap();
        }
        let times: Vec<_> = server.requests().iter().map(timestamp).collect();
        assert_eq!(times, [NOW; 4], "{date}");
    }
}

/// The machine's clock is set to a time that, with the learnt offset, is out of the range of a
/// signature.
#[tokio::test]
async fn an_offset_out_of_range_is_dropped() {
    let script = vec![expired_signature(NOW - HOUR), success(), success(), success()];
    let Setup { server, client, clock, .. } = setup(script);
    client.describe_zones(zones()).await.unwrap();
    clock.set(HOUR - 1);
    client.describe_zones(zones()).await.unwrap();
    clock.set(NOW);
    client.describe_zones(zones()).await.unwrap();
    let times: Vec<_> = server.requests().iter().map(timestamp).collect();
    assert_eq!(times, [NOW, NOW - HOUR, HOUR - 1, NOW]);
}

/// The machine's clock is corrected, which makes the learnt offset wrong, and then responses have no
/// `Date`.
#[tokio::test]
async fn a_rejected_offset_is_dropped() {
    let script = vec![
        expired_signature(NOW + HOUR),
        success(),
        api_error("AuthFailure.SignatureExpire"),
        success(),
        success(),
    ];
    let Setup { server, client, .. } = setup(script);
    for _ in 0..3 {
        client.describe_zones(zones()).await.unwrap();
    }
    let times: Vec<_> = server.requests().iter().map(timestamp).collect();
    assert_eq!(times, [NOW, NOW + HOUR, NOW + HOUR, NOW, NOW]);
}

/// Returns `AKID0`, `AKID1`, …, another one for each call.
#[derive(Clone, Debug, Default)]
struct RotatingProvider {
    given: Arc<Mutex<usize>>,
    refused: Arc<Mutex<Vec<String>>>,
}

impl RotatingProvider {
    fn credential(number: usize) -> Credential {
        let [id, key, token] = ["AKID", "key-", "token-"].map(|part| format!("{part}{number}"));
        Credential::with_token(id, key, token).unwrap()
    }

    fn rejected(&self) -> Vec<String> {
        self.refused.lock().unwrap().clone()
    }
}

impl ProvideCredential for RotatingProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        let mut given = self.given.lock().unwrap();
        *given += 1;
        Box::pin(std::future::ready(Ok(Self::credential(*given - 1))))
    }

    fn invalidate(&self, credential: &Credential) {
        self.refused.lock().unwrap().push(credential.secret_id().to_owned());
    }
}

#[tokio::test]
async fn an_expired_token_is_refreshed_and_the_call_retried_once() {
    let script = vec![success(), api_error("AuthFailure.TokenFailure"), success(), success()];
    let source = RotatingProvider::default();
    let cached = CachingProvider::new(source.clone());
    let Setup { server, client, sleeps, .. } = with_credential(script, cached);
    client.describe_zones(zones()).await.unwrap();
    client.stop_instances(stop()).await.unwrap();
    client.describe_zones(zones()).await.unwrap();
    assert_eq!(sleeps.durations(), [Duration::ZERO]);
    assert_eq!(source.rejected(), ["AKID0"], "the rejected credential is reported once");
    let received = server.requests();
    for (received, number) in received.iter().zip([0, 0, 1, 1]) {
        assert_eq!(received.header("x-tc-token"), Some(format!("token-{number}").as_str()));
        is_signed_by(received, &RotatingProvider::credential(number));
    }
    assert_eq!(received.len(), 4);
}

#[tokio::test]
async fn a_token_that_is_rejected_twice_is_an_error() {
    let script = vec![api_error("AuthFailure.TokenFailure"); 4];
    let source = RotatingProvider::default();
    let Setup { server, client, .. } = with_credential(script, source.clone());
    let error = client.describe_zones(zones()).await.unwrap_err();
    assert_eq!(error.code(), Some("AuthFailure.TokenFailure"));
    assert!(error.is_auth() && !error.is_retryable());
    assert_eq!((error.attempts(), server.requests().len()), (2, 2));
    assert_eq!(source.rejected(), ["AKID0", "AKID1"], "the next call must use another credential");
}

#[tokio::test]
async fn a_rejected_credential_that_does_not_change_is_not_sent_again() {
    let credential = Credential::with_token("AKID0", "secret-key-1234", "token-1234").unwrap();
    let script = vec![api_error("AuthFailure.TokenFailure"); 2];
    let Setup { server, client, .. } = with_credential(script, credential);
    let error = client.describe_zones(zones()).await.unwrap_err();
    assert_eq!(error.code(), Some("AuthFailure.TokenFailure"));
    assert_eq!((error.attempts(), server.requests().len()), (1, 1));
}

#[tokio::test]
async fn a_rejected_credential_is_reported_without_a_retry_too() {
    for (code, told) in [
        ("AuthFailure.TokenFailure", true),
        ("AuthFailure.SecretIdNotFound", true),
        ("AuthFailure.InvalidSecretId", true),
        ("AuthFailure.SignatureFailure", false),
        ("AuthFailure.SignatureExpire", false),
        ("UnauthorizedOperation", false),
        ("InternalError", false),
    ] {
        let source = RotatingProvider::default();
        let cached = CachingProvider::new(source.clone());
        let Setup { server, client, .. } =
            with_credential(vec![api_error(code), success()], cached);
        let call = client.stop_instances(stop()).retry(RetryPolicy::none());
        assert_eq!(call.await.unwrap_err().attempts(), 1, "{code}");
        assert_eq!(!source.rejected().is_empty(), told, "{code}");
        client.describe_zones(zones()).await.unwrap();
        let expected = if told { "token-1" } else { "token-0" };
        assert_eq!(server.requests()[1].header("x-tc-token"), Some(expected), "{code}");
    }
}

fn busy(retry_after: &str) -> Step {
    let page = respond("503 Service Unavailable", "text/html", "<html>busy</html>");
    page.header("Retry-After", retry_after)
}

#[tokio::test]
async fn retry_after_sets_the_delay() {
    let seconds = Duration::from_secs;
    let millis = Duration::from_millis;
    for (step, pause) in [
        (busy("7"), seconds(7)),
        (busy("30"), seconds(30)),
        (busy(&date(NOW + 9)), seconds(9)),
        // A date, compared with the clock of the server.
        (busy(&date(NOW + HOUR + 4)).header("Date", &date(NOW + HOUR)), seconds(4)),
        // Shorter than the backoff delay, and invalid values.
        (busy("0"), millis(500)),
        (busy(&date(NOW - 100)), millis(500)),
        (busy("soon"), millis(500)),
        (api_error("RequestLimitExceeded").header("Retry-After", "3"), seconds(3)),
        (respond("429 Slow Down", "text/plain", "").header("Retry-After", "2"), seconds(2)),
    ] {
        let shown = String::from_utf8_lossy(&step.bytes).into_owned();
        let Setup { server, client, sleeps, .. } = setup(vec![step, success()]);
        client.describe_zones(zones()).await.unwrap();
        assert_eq!(sleeps.durations(), [pause], "{shown}");
        assert_eq!(server.requests().len(), 2);
    }
}

/// The response with `Retry-After` has no `Date`. The known clock skew must not turn four seconds
/// into an hour.
#[tokio::test]
async fn a_date_in_retry_after_is_compared_with_the_corrected_clock() {
    let server_time = NOW + HOUR;
    let busy = busy(&date(server_time + 4));
    let script = vec![expired_signature(server_time), success(), busy, success()];
    let Setup { client, sleeps, .. } = setup(script);
    client.describe_zones(zones()).await.unwrap();
    client.describe_zones(zones()).await.unwrap();
    assert_eq!(sleeps.durations(), [Duration::ZERO, Duration::from_secs(4)]);
}

#[tokio::test]
async fn a_retry_after_that_is_too_long_fails_at_once() {
    for step in [busy("31"), busy("99999999999999999999"), busy(&date(NOW + 31))] {
        let Setup { server, client, sleeps, .. } = setup(vec![step, success()]);
        let error = client.describe_zones(zones()).await.unwrap_err();
        assert_eq!(error.http_status().unwrap().as_u16(), 503);
        assert_eq!(error.attempts(), 1);
        assert!(error.is_retryable(), "only later");
        assert!(error.headers().unwrap().contains_key("retry-after"), "the caller can wait for it");
        assert!(sleeps.durations().is_empty());
        assert_eq!(server.requests().len(), 1);
    }
    let patient = RetryPolicy::builder().max_retry_after(Duration::from_secs(60)).build().unwrap();
    let Setup { client, sleeps, .. } = setup(vec![busy("31"), success()]);
    client.describe_zones(zones()).retry(patient).await.unwrap();
    assert_eq!(sleeps.durations(), [Duration::from_secs(31)]);
}

#[tokio::test]
async fn retry_after_does_not_cause_a_retry_of_a_write_that_may_have_executed() {
    for step in [busy("1"), reset()] {
        let Setup { server, client, sleeps, .. } = setup(vec![step, success()]);
        let error = client.stop_instances(stop()).await.unwrap_err();
        assert_eq!((error.attempts(), error.maybe_sent()), (1, true));
        assert!(sleeps.durations().is_empty());
        assert_eq!(server.requests().len(), 1);
    }
}
