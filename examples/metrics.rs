//! Counts calls, retries and latencies with an interceptor.
//!
//! ```text
//! cargo run --example metrics
//! ```
//!
//! The endpoint runs on this machine: no account is needed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tencentcloud_common::interceptor::{Attempt, Interceptor, Outcome};
use tencentcloud_common::{ClientProfile, Error, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{DescribeInstancesRequest, DescribeZonesRequest};
use tencentcloud_local::LocalServer;

/// What is known of one action. A program would hand these to its metrics library.
#[derive(Debug, Default)]
struct Numbers {
    attempts: u32,
    failures: u32,
    retries: u32,
    time: Duration,
}

#[derive(Debug, Default)]
struct Metrics(Mutex<BTreeMap<String, Numbers>>);

impl Metrics {
    fn change(&self, attempt: &Attempt<'_>, change: impl FnOnce(&mut Numbers)) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(all.entry(format!("{}.{}", attempt.service, attempt.action)).or_default());
    }
}

impl Interceptor for Metrics {
    fn after_response(&self, attempt: &Attempt<'_>, outcome: &Outcome<'_>) {
        self.change(attempt, |numbers| {
            numbers.attempts += 1;
            numbers.failures += u32::from(outcome.result.is_err());
            numbers.time += outcome.elapsed;
        });
    }

    fn on_retry(&self, attempt: &Attempt<'_>, _error: &Error, _delay: Duration) {
        self.change(attempt, |numbers| numbers.retries += 1);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = LocalServer::start()?;
    let http_profile = HttpProfile::builder().endpoint(server.endpoint()).build()?;
    let metrics = Arc::new(Metrics::default());
    let client = CvmClient::builder()
        .credential(server.credential())
        .region("ap-shanghai")
        .profile(ClientProfile::builder().http_profile(http_profile).build()?)
        .interceptor(Arc::clone(&metrics))
        .build()?;

    client.describe_zones(DescribeZonesRequest::new()).await?;
    client.describe_instances(DescribeInstancesRequest::new().limit(1)).await?;
    // One that fails: the limit is too high.
    let _ = client.describe_instances(DescribeInstancesRequest::new().limit(-1)).await;

    for (action, numbers) in &*metrics.0.lock().unwrap_or_else(PoisonError::into_inner) {
        println!("{action}: {numbers:?}");
    }
    Ok(())
}
