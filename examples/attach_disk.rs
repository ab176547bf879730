//! Creates a disk, attaches it to an instance, and takes it away again.
//!
//! ```text
//! cargo run --example attach_disk
//! ```
//!
//! Calls a local server that this program starts on 127.0.0.1. In the cloud, the same calls cost
//! money.

use std::time::Duration;

use tencentcloud_cbs::v20170312::CbsClient;
use tencentcloud_cbs::v20170312::models::{
    AttachDisksRequest, CreateDisksRequest, DetachDisksRequest, Placement, TerminateDisksRequest,
};
use tencentcloud_cbs::v20170312::values::{disk_charge_type, disk_type};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{DescribeInstancesRequest, Filter};
use tencentcloud_examples::connect;
use tencentcloud_local::LocalServer;

/// The local server needs less time than the cloud.
const INTERVAL: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = LocalServer::start()?;
    let cvm = connect(CvmClient::builder(), &server)?.build()?;
    let cbs = connect(CbsClient::builder(), &server)?.build()?;

    let running = Filter::new().name("instance-state").values(["RUNNING"]);
    let request = DescribeInstancesRequest::new().filters([running]);
    let mut instances = cvm.describe_instances(request).items();
    let instance = instances.next().await.ok_or("no instance is running")??;
    let instance_id = instance.instance_id.ok_or("the instance has no id")?;
    let zone = instance.placement.and_then(|it| it.zone).ok_or("the instance has no zone")?;

    // A disk can be attached only in its own zone.
    let request = CreateDisksRequest::new()
        .placement(Placement::new().zone(zone))
        .disk_type(disk_type::CLOUD_SSD)
        .disk_charge_type(disk_charge_type::POSTPAID_BY_HOUR)
        .disk_name("data")
        .disk_size(100);
    let ids = cbs.create_disks(request).await?.disk_id_set;
    cbs.wait_until_disk_available(&ids).interval(INTERVAL).await?;
    println!("created {}", ids.join(", "));

    let request = AttachDisksRequest::new().instance_id(&instance_id).disk_ids(&ids);
    cbs.attach_disks(request).await?;
    let disks = cbs.wait_until_disk_attached(&ids).interval(INTERVAL).await?.disk_set;
    for disk in &disks {
        println!("attached to {}", disk.instance_id.as_deref().unwrap_or("-"));
    }

    cbs.detach_disks(DetachDisksRequest::new().instance_id(&instance_id).disk_ids(&ids)).await?;
    cbs.wait_until_disk_available(&ids).interval(INTERVAL).await?;
    cbs.terminate_disks(TerminateDisksRequest::new().disk_ids(&ids)).await?;
    println!("detached and returned");
    Ok(())
}
