//! Reads all pages of lists: as items, as pages, in a blocking loop, and without a typed crate.
//!
//! ```text
//! cargo run --example list_everything
//! ```
//!
//! Calls a local server that this program starts on 127.0.0.1.

use std::collections::BTreeMap;

use serde_json::json;
use tencentcloud_common::{CommonClient, Paging};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeInstancesRequest;
use tencentcloud_examples::connect;
use tencentcloud_local::LocalServer;
use tencentcloud_vpc::v20170312::VpcClient;
use tencentcloud_vpc::v20170312::models::DescribeSecurityGroupsRequest;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = LocalServer::start()?;
    let cvm = connect(CvmClient::builder(), &server)?.build()?;
    let vpc = connect(VpcClient::builder(), &server)?.build()?;

    // Items: one call per page, made when the items of the previous page are used up.
    let mut instances =
        cvm.describe_instances(DescribeInstancesRequest::new()).items().page_size(2);
    let mut by_zone = BTreeMap::<String, u32>::new();
    while let Some(instance) = instances.next().await {
        let placement = instance?.placement.unwrap_or_default();
        *by_zone.entry(placement.zone.unwrap_or_default()).or_default() += 1;
    }
    println!("instances by zone:");
    for (zone, count) in &by_zone {
        println!("  {zone}: {count}");
    }

    // Pages: for what only the responses contain, such as the request id of each call.
    let call = vpc.describe_security_groups(DescribeSecurityGroupsRequest::new());
    let mut pages = call.pages().page_size(1).with_metadata();
    println!("security groups by page:");
    while let Some(page) = pages.next().await {
        let (page, metadata) = page?;
        let names: Vec<_> = page.security_group_set.iter().filter_map(name_of).collect();
        println!("  {} ({} attempt)", names.join(", "), metadata.attempts());
    }

    // Without a typed crate, the program names the members that say which page is which.
    let any = connect(CommonClient::builder("cbs", "2017-03-12"), &server)?.build()?;
    let call = any.call_json("DescribeDisks", json!({}));
    let disks = call.items(Paging::by_offset("Offset", "Limit")).page_size(3).into_vec().await?;
    let gibibytes: u64 = disks.iter().filter_map(|disk| disk["DiskSize"].as_u64()).sum();
    println!("{} disks with {gibibytes} GiB", disks.len());
    Ok(())
}

fn name_of(group: &tencentcloud_vpc::v20170312::models::SecurityGroup) -> Option<&str> {
    group.security_group_name.as_deref()
}
