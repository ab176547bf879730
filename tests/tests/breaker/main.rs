//! The region breaker: when calls move to the backup endpoint, that URL, host and signature move
//! together, and when calls return to the primary.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod encodings;
mod outcomes;

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tencentcloud_common::call::CallFuture;
use tencentcloud_common::interceptor::{Attempt, Interceptor, Outcome};
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::profile::RegionBreakerProfile;
use tencentcloud_common::sign::tc3;
use tencentcloud_common::transport::TransportErrorKind;
use tencentcloud_common::{ClientProfile, Credential, Error, ErrorKind};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_tests::fakes::{ManualClock, RecordedSleeps};
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, MockResponse, respond};

const PRIMARY: &str = "cvm.tencentcloudapi.com";
const BACKUP: &str = "cvm.ap-guangzhou.tencentcloudapi.com";
const SUCCESS: &str = r#"{"Response": {"TotalCount": 1, "RequestId": "r-1"}}"#;
const MINUTE: Duration = Duration::from_secs(60);

fn credential() -> Credential {
    Credential::new("AKIDexample", "secret-key-1234").unwrap()
}

fn profile() -> ClientProfile {
    let builder = ClientProfile::builder().disable_region_breaker(false);
    builder.retryer(RetryPolicy::none()).build().unwrap()
}

/// A client, and a network in which a test sets whether the primary endpoint is down.
struct Setup {
    client: CvmClient,
    network: InMemoryTransport,
    clock: ManualClock,
    down: Arc<AtomicBool>,
}

impl Setup {
    fn new(profile: ClientProfile) -> Self {
        Self::failing(profile, BROKEN)
    }

    /// Returns a setup in which the primary endpoint fails in this way.
    fn failing(profile: ClientProfile, failure: MockResponse) -> Self {
        let down = Arc::new(AtomicBool::new(true));
        let is_down = Arc::clone(&down);
        let setting = Self::with(profile, move |request| {
            if is_down.load(Ordering::Relaxed) && request.uri().host() != Some(BACKUP) {
                failure.clone()
            } else {
                respond(SUCCESS)
            }
        });
        Self { down, ..setting }
    }

    fn with(
        profile: ClientProfile,
        respond: impl Fn(&http::Request<Bytes>) -> MockResponse + Send + Sync + 'static,
    ) -> Self {
        let network = InMemoryTransport::new(move |_, request| respond(request));
        let clock = ManualClock::at(1_700_000_000);
        let client = CvmClient::builder()
            .credential(credential())
            .region("ap-shanghai")
            .profile(profile)
            .transport(network.clone())
            .clock(clock.clone())
            .sleep(RecordedSleeps::advancing(&clock))
            .build()
            .unwrap();
        Self { client, network, clock, down: Arc::default() }
    }

    fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::Relaxed);
    }

    async fn calls(&self, count: usize) -> Vec<Result<(), Error>> {
        let mut outcomes = Vec::new();
        for _ in 0..count {
            let call = self.client.describe_zones(DescribeZonesRequest::new());
            outcomes.push(call.await.map(drop));
        }
        outcomes
    }

    /// Returns the hosts of the requests from this number on, and checks that each request is signed
    /// for its host.
    fn hosts(&self, from: usize) -> Vec<&'static str> {
        self.network.sent()[from..].iter().map(host).collect()
    }
}

const BROKEN: MockResponse = MockResponse::Failure(TransportErrorKind::Broken);

/// Returns the host, which must be the same in URL, `Host` and signature.
fn host(request: &http::Request<Bytes>) -> &'static str {
    let header = |name: &str| request.headers()[name].to_str().unwrap();
    let host = header("host");
    assert_eq!(request.uri().authority().unwrap(), host, "URL and Host");
    let expected = tc3::authorization(
        &tc3::Request::new(
            "cvm",
            host,
            header("x-tc-timestamp").parse().unwrap(),
            tc3::Payload::Bytes(request.body()),
        )
        .content_type(header("content-type")),
        &credential(),
    );
    assert_eq!(header("authorization"), expected.unwrap(), "Host and signature");
    // The region of the call does not change.
    assert_eq!(header("x-tc-region"), "ap-shanghai");
    [PRIMARY, BACKUP, "elsewhere.example.com"].into_iter().find(|known| *known == host).unwrap()
}

#[tokio::test]
async fn url_host_and_signature_move_together() {
    let setting = Setup::new(profile());
    let outcomes = setting.calls(5).await;
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Transport, 1),
            "the error is returned"
        );
    }
    let call = setting.client.describe_zones(DescribeZonesRequest::new());
    let (zones, metadata) = call.with_metadata().await.unwrap();
    assert_eq!(zones.total_count, Some(1));
    assert_eq!(metadata.endpoint().host(), BACKUP);
    assert_eq!(setting.hosts(0), [PRIMARY, PRIMARY, PRIMARY, PRIMARY, PRIMARY, BACKUP]);
}

/// The attempts of one call count as failures, and its next attempt moves.
#[tokio::test]
async fn a_call_moves_between_its_attempts() {
    let builder = ClientProfile::builder().disable_region_breaker(false);
    let setting = Setup::new(builder.build().unwrap());
    let outcomes = setting.calls(2).await;
    assert_eq!(outcomes[0].as_ref().unwrap_err().attempts(), 3);
    assert!(outcomes[1].is_ok());
    assert_eq!(setting.hosts(0), [PRIMARY, PRIMARY, PRIMARY, PRIMARY, PRIMARY, BACKUP]);
}

/// Records the endpoint of each attempt.
#[derive(Clone, Debug, Default)]
struct Endpoints(Arc<Mutex<Vec<String>>>);

impl Endpoints {
    fn note(&self, what: &str, attempt: &Attempt<'_>) {
        self.0.lock().unwrap().push(format!("{what} {}", attempt.endpoint.host()));
    }
}

impl Interceptor for Endpoints {
    fn before_send(
        &self,
        attempt: &Attempt<'_>,
        _: &mut http::HeaderMap,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.note("before", attempt);
        Ok(())
    }

    fn after_response(&self, attempt: &Attempt<'_>, _: &Outcome<'_>) {
        self.note("after", attempt);
    }

    fn on_retry(&self, attempt: &Attempt<'_>, _: &Error, _: Duration) {
        self.note("retry", attempt);
    }
}

#[tokio::test]
async fn interceptors_see_the_endpoint_of_each_attempt() {
    let network = InMemoryTransport::new(|_, _| BROKEN);
    let endpoints = Endpoints::default();
    let profile = ClientProfile::builder()
        .disable_region_breaker(false)
        .retryer(RetryPolicy::builder().max_attempts(7).build().unwrap());
    let client = CvmClient::builder()
        .credential(credential())
        .profile(profile.build().unwrap())
        .transport(network.clone())
        .sleep(RecordedSleeps::default())
        .interceptor(endpoints.clone())
        .build()
        .unwrap();
    client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
    let mut expected = Vec::new();
    for (number, host) in (1..).zip([PRIMARY, PRIMARY, PRIMARY, PRIMARY, PRIMARY, BACKUP, BACKUP]) {
        let heard = ["before", "after", "retry"].map(|what| format!("{what} {host}"));
        expected.extend(heard.into_iter().take(if number == 7 { 2 } else { 3 }));
    }
    assert_eq!(*endpoints.0.lock().unwrap(), expected);
}

#[tokio::test]
async fn calls_return_when_the_primary_recovers() {
    let setting = Setup::new(profile());
    setting.calls(5).await;
    setting.set_down(false);
    setting.clock.advance(MINUTE.saturating_sub(Duration::from_nanos(1)));
    setting.calls(1).await;
    assert_eq!(setting.hosts(5), [BACKUP], "not yet");
    setting.clock.advance(Duration::from_nanos(1));
    assert!(setting.calls(5).await.iter().all(Result::is_ok));
    assert_eq!(setting.hosts(6), [PRIMARY; 5], "on trial");
    // After the recovery the breaker needs as many failures as before to open.
    setting.set_down(true);
    setting.calls(6).await;
    assert_eq!(setting.hosts(11), [PRIMARY, PRIMARY, PRIMARY, PRIMARY, PRIMARY, BACKUP]);
}

#[tokio::test]
async fn one_failed_probe_opens_the_breaker_again() {
    let setting = Setup::new(profile());
    setting.calls(5).await;
    setting.clock.advance(MINUTE);
    setting.set_down(false);
    setting.calls(4).await;
    setting.set_down(true);
    setting.calls(2).await;
    assert_eq!(setting.hosts(5), [PRIMARY, PRIMARY, PRIMARY, PRIMARY, PRIMARY, BACKUP]);
    setting.clock.advance(MINUTE);
    setting.calls(1).await;
    assert_eq!(setting.hosts(11), [PRIMARY]);
}

/// A primary that drops packets delays only its probes. The official SDKs send every call to it.
#[tokio::test]
async fn a_primary_that_swallows_packets_stalls_only_probes() {
    let state = Arc::new(Mutex::new(BROKEN));
    let primary = Arc::clone(&state);
    let setting = Setup::with(profile(), move |request| match request.uri().host() {
        Some(BACKUP) => respond(SUCCESS),
        _ => primary.lock().unwrap().clone(),
    });
    setting.calls(5).await;
    *state.lock().unwrap() = MockResponse::Silence;
    setting.clock.advance(MINUTE);
    let mut stalled = Vec::new();
    for _ in 0..5 {
        let mut call = setting.client.describe_zones(DescribeZonesRequest::new()).into_future();
        assert!(polled(&mut call).await.is_none());
        stalled.push(call);
    }
    assert!(setting.calls(20).await.iter().all(Result::is_ok));
    assert_eq!(setting.hosts(5)[..5], [PRIMARY; 5]);
    assert_eq!(setting.hosts(10), [BACKUP; 20]);
    // Two callers give up, which permits two more probes.
    stalled.truncate(3);
    for _ in 0..2 {
        let mut call = setting.client.describe_zones(DescribeZonesRequest::new()).into_future();
        assert!(polled(&mut call).await.is_none());
        stalled.push(call);
    }
    assert!(setting.calls(1).await[0].is_ok());
    assert_eq!(setting.hosts(30), [PRIMARY, PRIMARY, BACKUP]);
    // The primary recovers, and five probes must succeed.
    drop(stalled);
    *state.lock().unwrap() = respond(SUCCESS);
    assert!(setting.calls(6).await.iter().all(Result::is_ok));
    assert_eq!(setting.hosts(33), [PRIMARY; 6]);
}

/// Polls a call once and returns its result if it is ready.
async fn polled<T>(call: &mut CallFuture<T>) -> Option<Result<T, Error>> {
    poll_fn(|context| match call.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

#[tokio::test]
async fn failures_of_an_earlier_window_do_not_count() {
    let setting = Setup::new(profile());
    setting.calls(4).await;
    setting.clock.advance(5 * MINUTE);
    setting.calls(4).await;
    assert_eq!(setting.hosts(0), [PRIMARY; 8]);
    setting.calls(2).await;
    assert_eq!(setting.hosts(8), [PRIMARY, BACKUP]);
}

#[tokio::test]
async fn clones_share_the_breaker() {
    let setting = Setup::new(profile());
    for _ in 0..5 {
        let clone = setting.client.clone();
        clone.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
    }
    let clone = setting.client.clone();
    clone.describe_zones(DescribeZonesRequest::new()).await.unwrap();
    assert_eq!(setting.hosts(5), [BACKUP]);
    // A separate client has its own breaker.
    let other = Setup::new(profile());
    other.calls(1).await;
    assert_eq!(other.hosts(0), [PRIMARY]);
}

#[tokio::test]
async fn a_call_with_its_own_endpoint_does_not_move() {
    let setting = Setup::new(profile());
    let elsewhere = || {
        let call = setting.client.describe_zones(DescribeZonesRequest::new());
        call.endpoint("elsewhere.example.com").into_future()
    };
    for _ in 0..10 {
        elsewhere().await.unwrap_err();
    }
    setting.calls(6).await;
    let failures = ["elsewhere.example.com"; 10];
    assert_eq!(setting.hosts(0)[..10], failures, "not rerouted");
    assert_eq!(setting.hosts(10)[..5], [PRIMARY; 5], "and not counted");
    assert_eq!(setting.hosts(15), [BACKUP]);
    elsewhere().await.unwrap_err();
    assert_eq!(setting.hosts(16), ["elsewhere.example.com"], "calls do not move");
}

#[tokio::test]
async fn the_breaker_is_off_by_default() {
    let retryer = RetryPolicy::none();
    let setting = Setup::new(ClientProfile::builder().retryer(retryer).build().unwrap());
    setting.calls(20).await;
    assert_eq!(setting.hosts(0), [PRIMARY; 20]);
}

#[tokio::test]
async fn the_settings_of_the_profile_apply() {
    let breaker = RegionBreakerProfile::builder()
        .backup_endpoint("ap-shanghai-fsi.tencentcloudapi.com")
        .max_fail_num(2)
        .timeout(Duration::from_secs(6))
        .max_requests(1)
        .build()
        .unwrap();
    let profile = ClientProfile::builder()
        .disable_region_breaker(false)
        .region_breaker_profile(breaker)
        .retryer(RetryPolicy::none());
    let setting = Setup::new(profile.build().unwrap());
    let hosts = || -> Vec<String> {
        let sent = setting.network.sent();
        sent.iter().map(|request| request.uri().host().unwrap().to_owned()).collect()
    };
    setting.calls(3).await;
    let fsi = "cvm.ap-shanghai-fsi.tencentcloudapi.com";
    assert_eq!(hosts(), [PRIMARY, PRIMARY, fsi]);
    setting.clock.advance(Duration::from_secs(6));
    setting.set_down(false);
    setting.calls(1).await;
    setting.set_down(true);
    setting.calls(2).await;
    assert_eq!(hosts()[3..], [PRIMARY, PRIMARY, PRIMARY], "one success was enough");
}
