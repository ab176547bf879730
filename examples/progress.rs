//! Shows the progress of a snapshot on the terminal while it is made.
//!
//! ```text
//! cargo run --example progress
//! ```
//!
//! Calls a local server that this program starts on 127.0.0.1. In the cloud, a snapshot costs money.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tencentcloud_cbs::v20170312::CbsClient;
use tencentcloud_cbs::v20170312::models::{
    CreateSnapshotRequest, DeleteSnapshotsRequest, DescribeDisksRequest,
};
use tencentcloud_examples::connect;
use tencentcloud_local::LocalServer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = LocalServer::start()?;
    let cbs = connect(CbsClient::builder(), &server)?.build()?;

    let mut disks = cbs.describe_disks(DescribeDisksRequest::new()).items();
    let disk = disks.next().await.ok_or("there is no disk")??;
    let disk_id = disk.disk_id.ok_or("the disk has no id")?;

    let request =
        CreateSnapshotRequest::new().disk_id(&disk_id).snapshot_name("before the upgrade");
    let response = cbs.create_snapshot(request).await?;
    let snapshot_id = response.snapshot_id.ok_or("the snapshot has no id")?;

    // The bar is drawn on a terminal only. Elsewhere, the lines below are the output.
    let style = ProgressStyle::with_template("{msg} {bar:40} {percent}%")?;
    let bar = ProgressBar::new(100).with_style(style).with_message(snapshot_id.clone());
    let shown = bar.clone();
    cbs.wait_until_snapshot_available([&snapshot_id])
        .interval(Duration::from_millis(300))
        .on_progress(move |progress| {
            shown.set_position(progress.percent().unwrap_or_default().into());
        })
        .await?;
    bar.finish();
    println!("{snapshot_id} of {disk_id} is complete");

    cbs.delete_snapshots(DeleteSnapshotsRequest::new().snapshot_ids([&snapshot_id])).await?;
    cbs.wait_until_snapshot_deleted([&snapshot_id]).interval(Duration::from_millis(300)).await?;
    println!("deleted");
    Ok(())
}
