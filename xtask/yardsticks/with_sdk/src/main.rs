//! Lists the zones of a region with one typed call.
//!
//! Prints the same as the program in `../by_hand`. The first argument is an endpoint. The credential
//! comes from the environment.

use std::env;

use tencentcloud_cvm::common::credentials::EnvironmentProvider;
use tencentcloud_cvm::common::{ClientProfile, Error, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut http_profile = HttpProfile::builder();
    if let Some(endpoint) = env::args().nth(1) {
        http_profile = http_profile.endpoint(endpoint);
    }
    let profile = ClientProfile::builder().http_profile(http_profile.build()?).build()?;
    let client = CvmClient::with_profile(EnvironmentProvider::new(), "ap-guangzhou", profile)?;
    let response = client.describe_zones(DescribeZonesRequest::new()).await?;
    println!("{} zones", response.total_count.unwrap_or_default());
    for zone in response.zone_set {
        println!("{} {}", zone.zone.unwrap_or_default(), zone.zone_state.unwrap_or_default());
    }
    Ok(())
}
