//! State that clients share: injected parts behind a pointer, and everything but the credential
//! between the clients of many accounts.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tencentcloud_common::credentials::{
    CredentialFuture, ProvideCredential, ProviderConfig, WebIdentityProvider,
};
use tencentcloud_common::interceptor::{Attempt, Interceptor, Outcome};
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::runtime::{Clock, Environment, Random, Sleep, SystemClock, SystemRandom};
use tencentcloud_common::sign::tc3;
use tencentcloud_common::transport::{HttpTransport, TransportErrorKind};
use tencentcloud_common::{ClientProfile, CommonClient, Credential, HttpProfile, RateLimit};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_tests::fakes::{ConstantRandom, ManualClock, RecordedSleeps};
use tencentcloud_tests::in_memory_transport::{
    self, InMemoryTransport, MockResponse, api_error, ok, respond,
};
use tencentcloud_tests::scripted_server::{ScriptedServer, json};

const NOW: u64 = 1_700_000_000;
const BACKUP: &str = "cvm.ap-guangzhou.tencentcloudapi.com";

/// Records the numbers of the attempts.
#[derive(Debug, Default)]
struct AttemptRecorder(Mutex<Vec<u32>>);

impl Interceptor for AttemptRecorder {
    fn after_response(&self, attempt: &Attempt<'_>, _: &Outcome<'_>) {
        self.0.lock().unwrap().push(attempt.number);
    }
}

async fn call(client: &CommonClient) -> Result<u32, tencentcloud_common::Error> {
    let call = client.call_json("DescribeZones", serde_json::json!({}));
    call.with_metadata().send().await.map(|(_, metadata)| metadata.attempts())
}

#[tokio::test]
async fn injected_parts_can_be_behind_a_pointer() {
    let network =
        InMemoryTransport::new(
            |number, _| if number == 0 { api_error("InternalError") } else { ok() },
        );
    let (clock, sleeps) = (ManualClock::at(NOW), RecordedSleeps::default());
    let seen = Arc::new(AttemptRecorder::default());
    let transport: Arc<dyn HttpTransport> = Arc::new(network.clone());
    let shared_clock: Arc<dyn Clock> = Arc::new(clock);
    let sleep: Arc<dyn Sleep> = Arc::new(sleeps.clone());
    let random: Arc<dyn Random> = Arc::new(ConstantRandom(0xff));
    let interceptor: Arc<dyn Interceptor> = seen.clone();
    let credential: Arc<dyn ProvideCredential> =
        Arc::new(in_memory_transport::credential().unwrap());
    let client = CommonClient::builder("cvm", "2017-03-12")
        .transport(Arc::clone(&transport))
        .clock(Arc::clone(&shared_clock))
        .sleep(Arc::clone(&sleep))
        .random(Arc::clone(&random))
        .interceptor(interceptor)
        .credential(Arc::clone(&credential))
        .build()
        .unwrap();
    assert_eq!(call(&client).await.unwrap(), 2);
    assert_eq!(network.sent()[0].headers()["x-tc-timestamp"], NOW.to_string());
    assert_eq!(sleeps.durations(), [Duration::from_millis(500)], "the maximal delay");
    assert_eq!(*seen.0.lock().unwrap(), [1, 2]);
    // Providers can be behind a pointer too.
    let _ = ProviderConfig::new()
        .transport(transport)
        .clock(shared_clock)
        .sleep(sleep)
        .random(random)
        .environment(Environment::from_fn(|_| None));
    let _ = CommonClient::new("cvm", "2017-03-12", credential, "ap-shanghai");

    let boxed = CommonClient::builder("cvm", "2017-03-12")
        .transport(Box::new(network.clone()) as Box<dyn HttpTransport>)
        .clock(Box::new(SystemClock) as Box<dyn Clock>)
        .sleep(Box::new(sleeps) as Box<dyn Sleep>)
        .random(Box::new(SystemRandom) as Box<dyn Random>)
        .interceptor(Box::new(AttemptRecorder::default()) as Box<dyn Interceptor>)
        .credential(
            Box::new(in_memory_transport::credential().unwrap()) as Box<dyn ProvideCredential>
        )
        .build()
        .unwrap();
    assert_eq!(call(&boxed).await.unwrap(), 1);
}

#[tokio::test]
async fn send_returns_a_future() {
    let network = InMemoryTransport::new(|_, _| ok());
    let client = in_memory_transport::builder(&network).build().unwrap();
    let zones = || client.call_json("DescribeZones", serde_json::json!({}));
    let spawned = tokio::spawn(zones().send());
    let (one, two) = tokio::join!(zones().send(), zones().with_metadata().send());
    assert_eq!((one.unwrap()["RequestId"].as_str(), two.unwrap().1.attempts()), (Some("r-ok"), 1));
    assert_eq!(spawned.await.unwrap().unwrap()["RequestId"], "r-ok");
    assert_eq!(network.sent().len(), 3);
}

/// Returns the expected `Authorization` of a request to cvm with this credential.
fn authorization(
    header: impl Fn(&str) -> Option<String>,
    body: &[u8],
    credential: &Credential,
) -> String {
    let get = |name: &str| header(name).unwrap();
    let (content_type, host) = (get("content-type"), get("host"));
    let timestamp = get("x-tc-timestamp").parse().unwrap();
    let request = tc3::Request::new("cvm", &host, timestamp, tc3::Payload::Bytes(body))
        .content_type(&content_type);
    tc3::authorization(&request, credential).unwrap()
}

/// Returns credentials with the same secret id, so that only the whole credential distinguishes the
/// accounts.
fn accounts() -> [Credential; 3] {
    [1, 2, 3].map(|number| {
        let (key, token) = (format!("secret-key-{number}"), format!("secret-token-{number}"));
        Credential::with_token("AKIDexample", key, token).unwrap()
    })
}

#[tokio::test]
async fn clients_of_many_accounts_share_connections_but_not_signatures() {
    let script = vec![json(r#"{"Response": {"RequestId": "r-1"}}"#).kept_open(); 9];
    let server = ScriptedServer::start(script).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let [first, second, third] = accounts();
    let client = CvmClient::with_profile(first, "ap-shanghai", profile).unwrap();
    let others = [client.with_credential(second), client.with_credential(third)];
    for _ in 0..3 {
        for client in [&client, &others[0], &others[1]] {
            client.describe_zones(DescribeZonesRequest::new()).await.unwrap();
        }
    }
    let received = server.requests();
    assert_eq!(received.len(), 9);
    for (received, credential) in received.iter().zip(accounts().iter().cycle()) {
        assert_eq!(received.connection, 0);
        assert_eq!(received.header("x-tc-token"), credential.token());
        assert_eq!(received.header("x-tc-region"), Some("ap-shanghai"));
        let header = |name: &str| received.header(name).map(str::to_owned);
        let expected = authorization(header, &received.body, credential);
        assert_eq!(received.header("authorization"), Some(expected.as_str()));
    }
}

/// One thread makes the blocking calls of all accounts.
#[test]
fn blocking_calls_of_many_accounts_use_their_own_credentials() {
    let network = InMemoryTransport::new(|_, _| ok());
    let [first, second, third] = accounts();
    let client = in_memory_transport::builder(&network).credential(first).build().unwrap();
    for client in [&client, &client.with_credential(second), &client.with_credential(third)] {
        client.call_json("DescribeZones", serde_json::json!({})).send_blocking().unwrap();
    }
    for (sent, credential) in network.sent().iter().zip(accounts()) {
        let header = |name: &str| Some(sent.headers()[name].to_str().unwrap().to_owned());
        let expected = authorization(header, sent.body(), &credential);
        assert_eq!(sent.headers()["authorization"], expected);
    }
}

/// Records the credentials that the service rejects.
#[derive(Debug)]
struct RecordingProvider(Credential, Mutex<Vec<String>>);

impl ProvideCredential for RecordingProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        self.0.provide_credential()
    }

    fn invalidate(&self, credential: &Credential) {
        self.1.lock().unwrap().push(credential.secret_key().to_owned());
    }
}

#[tokio::test]
async fn a_rejected_credential_affects_only_its_account() {
    let network =
        InMemoryTransport::new(|_, request| match request.headers()["x-tc-token"].to_str() {
            Ok("secret-token-2") => api_error("AuthFailure.TokenFailure"),
            _ => ok(),
        });
    let [first, second, _] = accounts();
    let providers = [first, second].map(|it| Arc::new(RecordingProvider(it, Mutex::default())));
    let client = in_memory_transport::builder(&network).credential(Arc::clone(&providers[0]));
    let client = client.build().unwrap();
    let other = client.with_credential(Arc::clone(&providers[1]));
    let shown = format!("{other:?}");
    assert!(!shown.contains("secret-key") && !shown.contains("secret-token"), "{shown}");
    call(&client).await.unwrap();
    let error = call(&other.in_region("ap-beijing")).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (Some("AuthFailure.TokenFailure"), 1));
    call(&client).await.unwrap();
    let heard = |number: usize| providers[number].1.lock().unwrap().clone();
    assert!(heard(0).is_empty());
    assert!(!heard(1).is_empty() && heard(1).iter().all(|key| key == "secret-key-2"));
    // The state of an account is dropped with its last client.
    drop(other);
    assert_eq!(Arc::strong_count(&providers[1]), 1);
    call(&client).await.unwrap();
}

#[tokio::test]
async fn accounts_share_breaker_clock_and_rate_limit() {
    let network = InMemoryTransport::new(|_, request| match request.uri().host() {
        Some(BACKUP) => ok(),
        _ => MockResponse::Failure(TransportErrorKind::Broken),
    });
    let profile = ClientProfile::builder()
        .disable_region_breaker(false)
        .retryer(RetryPolicy::none())
        .rate_limit(RateLimit::builder().per_second(10.0).build().unwrap())
        .build()
        .unwrap();
    let clock = ManualClock::at(NOW);
    let sleeps = RecordedSleeps::default();
    let [first, second, _] = accounts();
    let client = in_memory_transport::builder(&network)
        .profile(profile)
        .credential(first)
        .clock(clock)
        .sleep(sleeps.clone())
        .build()
        .unwrap();
    for _ in 0..5 {
        call(&client).await.unwrap_err();
    }
    call(&client.with_credential(second)).await.unwrap();
    assert_eq!(network.hosts()[5], BACKUP);
    let pauses: Vec<_> = (1..6).map(|number| Duration::from_millis(100 * number)).collect();
    assert_eq!(sleeps.durations(), pauses);

    let expired = |number: usize, _: &http::Request<bytes::Bytes>| match number {
        0 => MockResponse::Http(
            http::StatusCode::OK,
            &[("content-type", "application/json"), ("date", "Tue, 14 Nov 2023 23:13:20 GMT")],
            r#"{"Response": {"Error": {"Code": "AuthFailure.SignatureExpire", "Message": "m"}}}"#
                .to_owned(),
        ),
        _ => ok(),
    };
    let network = InMemoryTransport::new(expired);
    let client =
        in_memory_transport::builder(&network).clock(ManualClock::at(NOW)).build().unwrap();
    let [_, second, _] = accounts();
    call(&client).await.unwrap();
    call(&client.with_credential(second)).await.unwrap();
    let times: Vec<_> =
        network.sent().iter().map(|sent| sent.headers()["x-tc-timestamp"].clone()).collect();
    assert_eq!(times, [NOW, NOW + 3600, NOW + 3600].map(|time| time.to_string()));
}

/// A provider with its own transport works like any other account.
#[tokio::test]
async fn a_provider_that_caches_can_be_an_account() {
    let sts = r#"{"Response": {"Credentials": {"Token": "secret-token-2",
        "TmpSecretId": "AKIDexample", "TmpSecretKey": "secret-key-2"},
        "ExpiredTime": 32503680000, "RequestId": "r-1"}}"#;
    let config = ProviderConfig::new().transport(InMemoryTransport::new(move |_, _| respond(sts)));
    let role = "qcs::cam::uin/100000000001:roleName/deploy";
    let provider = WebIdentityProvider::builder("my-provider", role)
        .token("my-token")
        .config(config)
        .build()
        .unwrap();
    let network = InMemoryTransport::new(|_, _| ok());
    let client = in_memory_transport::builder(&network).build().unwrap();
    call(&client.with_credential(provider)).await.unwrap();
    assert_eq!(network.sent()[0].headers()["x-tc-token"], "secret-token-2");
}
