//! The `tracing` event of each poll of a wait.
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

use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_tests::captured_log::CapturedLog;
use tencentcloud_tests::fakes::{ConstantRandom, ManualClock, RecordedSleeps};
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, credential, respond};
use tracing::instrument::WithSubscriber as _;

#[tokio::test]
async fn each_poll_is_logged_without_secrets() {
    let log = CapturedLog::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let network = InMemoryTransport::new(|number, _| {
        let state = if number == 0 { "STARTING" } else { "RUNNING" };
        respond(&format!(
            r#"{{"Response": {{"RequestId": "r-1", "InstanceStatusSet": [
                {{"InstanceId": "ins-1", "InstanceState": "RUNNING"}},
                {{"InstanceId": "ins-2", "InstanceState": "{state}"}}
            ]}}}}"#
        ))
    });
    let clock = ManualClock::at(1_700_000_000);
    let client: CvmClient = CvmClient::builder()
        .credential(credential().unwrap())
        .transport(network)
        .sleep(RecordedSleeps::advancing(&clock))
        .clock(clock)
        .random(ConstantRandom(0))
        .build()
        .unwrap();
    let wait = client.wait_until_instance_running(["ins-1", "ins-2"]).send();
    wait.with_subscriber(subscriber).await.unwrap();

    let log = log.take();
    let polls: Vec<&str> = log.lines().filter(|line| line.contains(" polled ")).collect();
    let expected = [
        "polled waiter=\"instance_running\" polls=1 elapsed=0ns done=1 ids=2",
        "polled waiter=\"instance_running\" polls=2 elapsed=5s done=2 ids=2",
    ];
    assert_eq!(polls.len(), expected.len(), "{log}");
    for (poll, expected) in polls.iter().zip(expected) {
        assert!(poll.contains("DEBUG") && poll.contains(expected), "{poll}");
    }
    for secret in ["secret-key-1234", "secret-token-1234"] {
        assert!(!log.contains(secret), "{log}");
    }
}
