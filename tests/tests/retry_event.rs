//! The `tracing` events and spans of a call that is retried.
//!
//! The only test of its program. `tracing` decides once for all threads whether a callsite is
//! enabled, when it is first reached, and another test without a subscriber could disable it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use tencentcloud_common::{ClientProfile, Credential, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_tests::captured_log::CapturedLog;
use tencentcloud_tests::fakes::{ConstantRandom, RecordedSleeps};
use tencentcloud_tests::scripted_server::{ScriptedServer, api_error, close, json as ok};
use tracing::instrument::WithSubscriber as _;

#[tokio::test]
async fn each_retry_is_logged_with_its_reason_and_delay() {
    let log = CapturedLog::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let success = ok(r#"{"Response": {"TotalCount": 1, "RequestId": "r-1"}}"#);
    let script =
        vec![close(), api_error("RequestLimitExceeded"), success, api_error("FailedOperation")];
    let server = ScriptedServer::start(script).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let client = CvmClient::builder()
        .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
        .region("ap-shanghai")
        .profile(profile)
        .sleep(RecordedSleeps::default())
        .random(ConstantRandom(0xff))
        .build()
        .unwrap();
    async {
        let call = || client.describe_zones(DescribeZonesRequest::new());
        call().header("X-TC-TraceId", "t-1").await.unwrap();
        call().header("X-TC-TraceId", "t-2").await.unwrap_err();
    }
    .with_subscriber(subscriber)
    .await;
    let log = log.take();
    let lines = |part: &str| log.lines().filter(|line| line.contains(part)).collect::<Vec<_>>();

    let retries = lines(": retrying");
    let [first, second] = retries[..] else { panic!("two retries: {log}") };
    for fact in ["INFO", "attempt=1", "delay=500ms", "reason=Transient", "the connection broke"] {
        assert!(first.contains(fact), "{fact}: {first}");
    }
    for fact in ["INFO", "attempt=2", "delay=1s", "reason=Throttled", "RequestLimitExceeded: no"] {
        assert!(second.contains(fact), "{fact}: {second}");
    }
    for line in retries {
        let span =
            "tencentcloud.call{service=\"cvm\" action=\"DescribeZones\" region=\"ap-shanghai\"";
        assert!(line.contains(span) && line.contains("trace_id=\"t-1\""), "{line}");
    }
    // Each attempt has its own span.
    let sending = lines(": sending request");
    for (line, number) in sending.iter().zip([1, 2, 3, 1]) {
        assert!(line.contains(&format!("tencentcloud.attempt{{attempt={number} ")), "{line}");
    }
    assert_eq!(sending.len(), 4, "{log}");
    let [given_up] = lines(": not retried")[..] else { panic!("one: {log}") };
    assert!(given_up.contains("trace_id=\"t-2\""), "{given_up}");
    assert!(given_up.contains("the error is not retryable"), "{given_up}");
    let [failed] = lines(": call failed")[..] else { panic!("one: {log}") };
    assert!(failed.contains("FailedOperation: no (request id r-e"), "{failed}");
}
