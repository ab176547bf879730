//! Typed calls to three services and one dynamic call.
//!
//! ```text
//! cargo run --example quickstart
//! ```
//!
//! Without a credential in the environment, the signed calls go to a local server that this program
//! starts on 127.0.0.1. With `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY` (and optionally
//! `TENCENTCLOUD_REGION`), they go to the cloud. All calls are read-only.

#![allow(clippy::indexing_slicing, reason = "indexing JSON returns null for a missing member")]

use serde_json::json;
use tencentcloud_cbs::v20170312::CbsClient;
use tencentcloud_cbs::v20170312::models::DescribeDisksRequest;
use tencentcloud_common::credentials::EnvironmentProvider;
use tencentcloud_common::runtime::Environment;
use tencentcloud_common::{ClientProfile, CommonClient, Credential, HttpProfile, Region};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeInstancesRequest;
use tencentcloud_local::LocalServer;
use tencentcloud_vpc::v20170312::VpcClient;
use tencentcloud_vpc::v20170312::models::DescribeVpcsRequest;

type Error = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let Target { credential, region, profile, server: _server } = target()?;

    let cvm = CvmClient::with_profile(credential.clone(), &region, profile.clone())?;
    let page = cvm.describe_instances(DescribeInstancesRequest::new().limit(3)).await?;
    println!("\ncvm: {} instances in {region}, the first of them:", count(page.total_count));
    for instance in &page.instance_set {
        println!(
            "  {:<14} {:<12} {:<10} {} cores, {} GiB",
            text(instance.instance_id.as_ref()),
            text(instance.instance_type.as_ref()),
            text(instance.instance_state.as_ref()),
            count(instance.cpu),
            count(instance.memory),
        );
    }

    let cbs = CbsClient::with_profile(credential.clone(), &region, profile.clone())?;
    let page = cbs.describe_disks(DescribeDisksRequest::new().limit(3)).await?;
    println!("\ncbs: {} disks, the first of them:", page.total_count.unwrap_or_default());
    for disk in &page.disk_set {
        println!(
            "  {:<14} {:<12} {} GiB",
            text(disk.disk_id.as_ref()),
            text(disk.disk_type.as_ref()),
            disk.disk_size.unwrap_or_default(),
        );
    }

    let vpc = VpcClient::with_profile(credential.clone(), &region, profile.clone())?;
    let page = vpc.describe_vpcs(DescribeVpcsRequest::new()).await?;
    println!("\nvpc: {} networks:", page.total_count.unwrap_or_default());
    for network in &page.vpc_set {
        println!("  {:<14} {}", text(network.vpc_id.as_ref()), text(network.cidr_block.as_ref()));
    }

    // CommonClient calls any action of any service, without a crate for the service.
    let any = CommonClient::with_profile("cvm", "2017-03-12", credential, &region, profile)?;
    let zones = any.call_json("DescribeZones", json!({})).await?;
    println!(
        "\nDescribeZones as JSON: {} zones, request {}",
        zones["TotalCount"], zones["RequestId"]
    );
    Ok(())
}

/// Where the calls go, and with which credential and settings.
struct Target {
    credential: Credential,
    region: Region,
    profile: ClientProfile,
    /// The local server, which stops when it is dropped.
    server: Option<LocalServer>,
}

fn target() -> Result<Target, Error> {
    let environment = Environment::process();
    if environment.get("TENCENTCLOUD_SECRET_ID").is_some() {
        let region = environment.get("TENCENTCLOUD_REGION");
        return Ok(Target {
            credential: EnvironmentProvider::new().credential()?,
            region: region.map_or(Region::AP_GUANGZHOU, Region::from),
            profile: ClientProfile::default(),
            server: None,
        });
    }
    let server = LocalServer::start()?;
    println!(
        "No credential in the environment (TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY):\n\
         calling a local server that this program started at {}.",
        server.endpoint()
    );
    let http_profile = HttpProfile::builder().endpoint(server.endpoint()).build()?;
    Ok(Target {
        credential: server.credential(),
        region: Region::AP_GUANGZHOU,
        profile: ClientProfile::builder().http_profile(http_profile).build()?,
        server: Some(server),
    })
}

fn text(value: Option<&String>) -> &str {
    value.map_or("-", String::as_str)
}

fn count(value: Option<i64>) -> i64 {
    value.unwrap_or_default()
}
