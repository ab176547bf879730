//! Builds a network for a web server: a VPC, a subnet, an open port and a public address.
//!
//! ```text
//! cargo run --example build_network
//! ```
//!
//! Calls a local server that this program starts on 127.0.0.1. In the cloud, a public address costs
//! money.

use std::time::Duration;

use tencentcloud_examples::connect;
use tencentcloud_local::LocalServer;
use tencentcloud_vpc::v20170312::models::{
    AllocateAddressesRequest, CreateSecurityGroupPoliciesRequest, CreateSecurityGroupRequest,
    CreateSubnetRequest, CreateVpcRequest, DeleteSubnetRequest, DeleteVpcRequest,
    ReleaseAddressesRequest, SecurityGroupPolicy, SecurityGroupPolicySet,
};
use tencentcloud_vpc::v20170312::{VpcClient, error_code};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = LocalServer::start()?;
    let vpc = connect(VpcClient::builder(), &server)?.build()?;

    let request = CreateVpcRequest::new().vpc_name("shop").cidr_block("10.8.0.0/16");
    let network = vpc.create_vpc(request).await?.vpc.unwrap_or_default();
    let vpc_id = network.vpc_id.ok_or("the VPC has no id")?;
    println!("VPC {vpc_id}: {}", network.cidr_block.unwrap_or_default());

    let request = CreateSubnetRequest::new()
        .vpc_id(&vpc_id)
        .subnet_name("web")
        .cidr_block("10.8.1.0/24")
        .zone("ap-guangzhou-6");
    let subnet = vpc.create_subnet(request).await?.subnet.unwrap_or_default();
    let subnet_id = subnet.subnet_id.ok_or("the subnet has no id")?;
    let free = subnet.available_ip_address_count.unwrap_or_default();
    println!("subnet {subnet_id}: {free} addresses are free");

    let request =
        CreateSecurityGroupRequest::new().group_name("web").group_description("HTTPS for all");
    let group = vpc.create_security_group(request).await?.security_group.unwrap_or_default();
    let group_id = group.security_group_id.ok_or("the security group has no id")?;
    let https = SecurityGroupPolicy::new()
        .protocol("TCP")
        .port("443")
        .cidr_block("0.0.0.0/0")
        .action("ACCEPT");
    let request = CreateSecurityGroupPoliciesRequest::new()
        .security_group_id(&group_id)
        .security_group_policy_set(SecurityGroupPolicySet::new().ingress([https]));
    vpc.create_security_group_policies(request).await?;
    println!("security group {group_id}: port 443 is open");

    // The address exists when the task is done.
    let response = vpc.allocate_addresses(AllocateAddressesRequest::new()).await?;
    let task = response.task_id.ok_or("the response has no task id")?;
    vpc.wait_until_address_task_done(task).interval(Duration::from_millis(500)).await?;
    println!("public address {}", response.address_set.join(", "));

    // A VPC in use is not deleted.
    match vpc.delete_vpc(DeleteVpcRequest::new().vpc_id(&vpc_id)).await {
        Err(error) if error.code() == Some(error_code::RESOURCE_IN_USE) => {
            println!("the VPC is in use: deleting its subnet first");
        }
        other => println!("unexpected: {other:?}"),
    }
    vpc.delete_subnet(DeleteSubnetRequest::new().subnet_id(&subnet_id)).await?;
    vpc.delete_vpc(DeleteVpcRequest::new().vpc_id(&vpc_id)).await?;
    let request = ReleaseAddressesRequest::new().address_ids(response.address_set);
    vpc.release_addresses(request).await?;
    println!("deleted");
    Ok(())
}
