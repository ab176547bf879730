//! Calls several regions and several accounts at once, with one set of connections.
//!
//! ```text
//! cargo run --example many_accounts
//! ```
//!
//! Calls a local server that this program starts on 127.0.0.1 and that accepts two credentials.

use tencentcloud_common::{Credential, Error};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeInstancesRequest;
use tencentcloud_examples::connect;
use tencentcloud_local::LocalServer;
use tokio::task::JoinSet;

const REGIONS: [&str; 3] = ["ap-guangzhou", "ap-shanghai", "ap-beijing"];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let production = Credential::new("AKIDproduction", "secret-key-of-production")?;
    let staging = Credential::new("AKIDstaging", "secret-key-of-staging")?;
    let server = LocalServer::builder()
        .also_accept(production.clone())
        .also_accept(staging.clone())
        .start()?;

    // One client; the others share its connections, retry budget and breaker.
    let client = connect(CvmClient::builder(), &server)?.build()?;
    let mut calls = JoinSet::new();
    for (account, credential) in [("production", production), ("staging", staging)] {
        let client = client.with_credential(credential);
        for region in REGIONS {
            let client = client.in_region(region);
            calls.spawn(async move { (account, region, count_running(&client).await) });
        }
    }
    let mut rows = calls.join_all().await;
    rows.sort_by_key(|(account, region, _)| (*account, *region));
    for (account, region, count) in rows {
        match count {
            Ok(count) => println!("{account:<10} {region:<12} {count} running"),
            // One account or region that fails does not stop the others.
            Err(error) => println!("{account:<10} {region:<12} {error}"),
        }
    }
    println!("{} calls", server.requests().len());
    Ok(())
}

async fn count_running(client: &CvmClient) -> Result<usize, Error> {
    let call = client.describe_instances(DescribeInstancesRequest::new());
    let instances = call.items().page_size(100).into_vec().await?;
    let is_running = |state: Option<&str>| state == Some("RUNNING");
    Ok(instances.iter().filter(|it| is_running(it.instance_state.as_deref())).count())
}
