//! Launches two instances, waits until they run, and returns them.
//!
//! ```text
//! cargo run --example launch_and_wait
//! ```
//!
//! Calls a local server that this program starts on 127.0.0.1. In the cloud, the same calls cost
//! money.

use std::time::Duration;

use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{
    DescribeImagesRequest, Filter, Placement, RunInstancesRequest, TerminateInstancesRequest,
};
use tencentcloud_cvm::v20170312::values::instance_charge_type;
use tencentcloud_examples::connect;
use tencentcloud_local::LocalServer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = LocalServer::start()?;
    let cvm = connect(CvmClient::builder(), &server)?.build()?;

    let public = Filter::new().name("image-type").values(["PUBLIC_IMAGE"]);
    let mut images = cvm.describe_images(DescribeImagesRequest::new().filters([public])).items();
    let image = images.next().await.ok_or("there is no public image")??;
    let image_id = image.image_id.ok_or("the image has no id")?;
    println!("image: {image_id} ({})", image.image_name.unwrap_or_default());

    let request = RunInstancesRequest::new()
        .placement(Placement::new().zone("ap-guangzhou-6"))
        .image_id(image_id)
        .instance_type("S5.MEDIUM4")
        .instance_charge_type(instance_charge_type::POSTPAID_BY_HOUR)
        .instance_name("web")
        .instance_count(2);

    // Checks the request, the quota and the stock, and creates nothing.
    cvm.run_instances(request.clone()).dry_run().await?;
    // Safe to repeat: the SDK adds a token by which the service recognizes the request.
    let ids = cvm.run_instances(request).await?.instance_id_set;
    println!("launched: {}", ids.join(", "));

    cvm.wait_until_instance_running(&ids)
        .interval(Duration::from_millis(500))
        .max_wait(Duration::from_secs(60))
        .on_progress(|progress| {
            let states: Vec<_> = progress.states().map(|(_, state)| state.unwrap_or("-")).collect();
            println!("  after {:.1?}: {}", progress.elapsed(), states.join(", "));
        })
        .await?;
    println!("running");

    cvm.terminate_instances(TerminateInstancesRequest::new().instance_ids(&ids)).await?;
    cvm.wait_until_instance_terminated(&ids).interval(Duration::from_millis(500)).await?;
    println!("returned");
    Ok(())
}
