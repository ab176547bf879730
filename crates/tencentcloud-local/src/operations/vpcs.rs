//! VPCs.

use serde_json::{Value, json};

use super::ids::{ROUTE_TABLES, VPCS};
use super::tags::tags;
use super::{Members, Resource, done, member};
use crate::account::{Account, Cidr, TableId, local};
use crate::api_error::ApiError;
use crate::call::{Call, texts};

pub(super) const RESOURCE: Resource = Resource {
    service: "vpc",
    version: Resource::VERSION,
    actions: &[("CreateVpc", create), ("DeleteVpc", delete)],
};

/// What can be in a VPC: the table, the member with the id of the VPC, and the member with the id.
const CONTENTS: [(TableId, &str, &str); 4] = [
    (("vpc", "Subnet"), "VpcId", "SubnetId"),
    (("vpc", "NatGateway"), "VpcId", "NatGatewayId"),
    (("cvm", "Instance"), "VirtualPrivateCloud.VpcId", "InstanceId"),
    (("vpc", "NetworkInterface"), "VpcId", "NetworkInterfaceId"),
];

/// How many VPCs a region can have.
const MAX_VPCS: usize = 20;

/// The longest name of a resource of vpc, in characters.
const MAX_NAME: usize = 60;

/// The private ranges that a VPC can be in.
const PRIVATE_RANGES: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

const DNS_SERVERS: [&str; 2] = ["183.60.83.19", "183.60.82.98"];

/// Checks the length of a name.
pub(super) fn check_name(parameter: &str, name: &str) -> Result<(), ApiError> {
    if name.chars().count() <= MAX_NAME {
        return Ok(());
    }
    let expected = format!("at most {MAX_NAME} characters long");
    Err(ApiError::invalid("InvalidParameterValue.TooLong", parameter, name, expected))
}

/// Parses a range of addresses.
pub(super) fn parse_cidr(parameter: &str, text: &str) -> Result<Cidr, ApiError> {
    Cidr::parse(text).ok_or_else(|| {
        let expected = "a range that begins at its first address, such as 10.0.0.0/16";
        ApiError::invalid("InvalidParameterValue.Malformed", parameter, text, expected)
    })
}

fn create(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let name = call.text("VpcName").unwrap_or_default();
    check_name("VpcName", name)?;
    let block = call.text("CidrBlock").ok_or_else(|| ApiError::missing("CidrBlock"))?;
    let cidr = parse_cidr("CidrBlock", block)?;
    let is_private =
        PRIVATE_RANGES.iter().filter_map(|range| Cidr::parse(range)).any(|it| it.contains(cidr));
    if !is_private || !(12..=28).contains(&cidr.prefix) {
        let ranges = PRIVATE_RANGES.join(", ");
        let expected = format!("a range of 12 to 28 bits inside of {ranges}");
        return Err(ApiError::invalid("InvalidParameterValue", "CidrBlock", block, expected));
    }
    if account.rows(VPCS.table, call.region).count() >= MAX_VPCS {
        let what = "The number of VPCs in a region";
        return Err(ApiError::LimitReached { code: "LimitExceeded", what, limit: MAX_VPCS });
    }
    let dns_servers = texts(call.parameters.get("DnsServers"));
    let (id, route_table_id) = (account.new_id("vpc"), account.new_id("rtb"));
    let created = local(account.now());
    let value = json!({
        "VpcId": id,
        "VpcName": name,
        "CidrBlock": block,
        "IsDefault": false,
        "EnableMulticast": call.text("EnableMulticast") == Some("true"),
        "CreatedTime": created,
        "DnsServerSet": if dns_servers.is_empty() { json!(DNS_SERVERS) } else { json!(dns_servers) },
        "DomainName": call.text("DomainName").unwrap_or_default(),
        "EnableDhcp": true,
        "TagSet": tags(call.parameters.get("Tags")),
    });
    let vpc = account.insert(VPCS.table, call.region, value);
    let route_table = json!({
        "VpcId": id,
        "RouteTableId": route_table_id,
        "RouteTableName": "default",
        "Main": true,
        "CreatedTime": created,
    });
    account.insert(ROUTE_TABLES, call.region, route_table);
    Ok(member("Vpc", Value::Object(vpc)))
}

fn delete(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (id, _) = VPCS.one(account, call, "VpcId")?;
    for (table, vpc_id, own_id) in CONTENTS {
        if let Some(user) = account.find(table, call.region, vpc_id, &id) {
            let user = user.text(own_id);
            return Err(ApiError::InUse { code: "ResourceInUse", id, user });
        }
    }
    account.remove(VPCS.table, call.region, "VpcId", &id);
    account.remove(ROUTE_TABLES, call.region, "VpcId", &id);
    Ok(done())
}
