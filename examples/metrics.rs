//! Counts attempts, failures and retries, and measures their time, with an interceptor.
//!
//! ```text
//! cargo run --example metrics
//! ```
//!
//! The calls go to a local server that this program starts, so no account is needed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tencentcloud_common::interceptor::{Attempt, Interceptor, Outcome};
use tencentcloud_common::{ClientProfile, Error, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{DescribeInstancesRequest, DescribeZonesRequest};
use tencentcloud_local::LocalServer;

/// The metrics of one action. A real program would pass them to its metrics library.
#[derive(Debug, Default)]
struct ActionMetrics {
    attempts: u32,
    failures: u32,
    retries: u32,
    time: Duration,
}

#[derive(Debug, Default)]
struct Metrics(Mutex<BTreeMap<String, ActionMetrics>>);

impl Metrics {
    fn update(&self, attempt: &Attempt<'_>, update: impl FnOnce(&mut ActionMetrics)) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        update(all.entry(format!("{}.{}", attempt.service, attempt.action)).or_default());
    }
}

impl Interceptor for Metrics {
    fn after_response(&self, attempt: &Attempt<'_>, outcome: &Outcome<'_>) {
        self.update(attempt, |metrics| {
            metrics.attempts += 1;
            metrics.failures += u32::from(outcome.result.is_err());
            metrics.time += outcome.elapsed;
        });
    }

    fn on_retry(&self, attempt: &Attempt<'_>, _error: &Error, _delay: Duration) {
        self.update(attempt, |metrics| metrics.retries += 1);
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
    // This call fails because the limit is negative.
    let _ = client.describe_instances(DescribeInstancesRequest::new().limit(-1)).await;

    for (action, action_metrics) in &*metrics.0.lock().unwrap_or_else(PoisonError::into_inner) {
        println!("{action}: {action_metrics:?}");
    }
    Ok(())
}
