//! Subnets of vpc.

use serde_json::{Value, json};

use super::ids::{ROUTE_TABLES, SUBNETS, VPCS};
use super::tags::tags;
use super::vpcs::{check_name, parse_cidr};
use super::zones;
use super::{Members, Resource, done, member};
use crate::account::{Account, Cidr, TableId, local};
use crate::api_error::ApiError;
use crate::call::Call;

pub(super) const RESOURCE: Resource = Resource {
    service: "vpc",
    version: Resource::VERSION,
    actions: &[("CreateSubnet", create), ("DeleteSubnet", delete)],
};

/// What can be in a subnet: the table, the member with the id of the subnet, and the member with
/// the id.
const CONTENTS: [(TableId, &str, &str); 3] = [
    (("cvm", "Instance"), "VirtualPrivateCloud.SubnetId", "InstanceId"),
    (("vpc", "NetworkInterface"), "SubnetId", "NetworkInterfaceId"),
    (("vpc", "NatGateway"), "SubnetId", "NatGatewayId"),
];

/// How many subnets a VPC can have.
const MAX_SUBNETS: usize = 100;

/// The prefix length of a default subnet.
const DEFAULT_PREFIX: u8 = 20;

fn create(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (vpc_id, vpc) = VPCS.one(account, call, "VpcId")?;
    let name = call.text("SubnetName").unwrap_or_default();
    check_name("SubnetName", name)?;
    let zone = call.text("Zone").unwrap_or_default();
    zones::check(account, call, "InvalidParameterValue", "Zone", zone)?;
    let block = call.text("CidrBlock").ok_or_else(|| ApiError::missing("CidrBlock"))?;
    let cidr = parse_cidr("CidrBlock", block)?;
    if !(16..=28).contains(&cidr.prefix) {
        let expected = "a range of 16 to 28 bits";
        return Err(ApiError::invalid("InvalidParameterValue", "CidrBlock", block, expected));
    }
    let vpc_block = vpc.text("CidrBlock");
    if !Cidr::parse(&vpc_block).is_some_and(|vpc| vpc.contains(cidr)) {
        let expected = format!("inside of the range of the VPC, {vpc_block}");
        let code = "InvalidParameterValue.SubnetRange";
        return Err(ApiError::invalid(code, "CidrBlock", block, expected));
    }
    if let Some((other_id, other_block)) = overlapping(account, call, &vpc_id, cidr) {
        let expected = format!("outside of the range of {other_id}, {other_block}");
        let code = "InvalidParameterValue.SubnetConflict";
        return Err(ApiError::invalid(code, "CidrBlock", block, expected));
    }
    if account.select(SUBNETS.table, call.region, "VpcId", &vpc_id).count() >= MAX_SUBNETS {
        let what = "The number of subnets in a VPC";
        return Err(ApiError::LimitReached { code: "LimitExceeded", what, limit: MAX_SUBNETS });
    }
    let tags = tags(call.parameters.get("Tags"));
    let subnet = NewSubnet { vpc_id: &vpc_id, name, zone, cidr, is_default: false, tags };
    Ok(member("Subnet", Value::Object(insert(account, call, &subnet))))
}

/// Returns id and range of a subnet of the VPC that overlaps the range.
fn overlapping(
    account: &Account,
    call: &Call<'_>,
    vpc_id: &str,
    cidr: Cidr,
) -> Option<(String, String)> {
    let mut subnets = account.select(SUBNETS.table, call.region, "VpcId", vpc_id);
    subnets.find_map(|subnet| {
        let block = subnet.text("CidrBlock");
        let overlaps = Cidr::parse(&block).is_some_and(|other| other.overlaps(cidr));
        overlaps.then(|| (subnet.text("SubnetId"), block))
    })
}

#[derive(Debug)]
struct NewSubnet<'a> {
    vpc_id: &'a str,
    name: &'a str,
    zone: &'a str,
    cidr: Cidr,
    is_default: bool,
    tags: Value,
}

fn insert(account: &mut Account, call: &Call<'_>, new: &NewSubnet<'_>) -> Members {
    let id = account.new_id("subnet");
    let route_table = account
        .select(ROUTE_TABLES, call.region, "VpcId", new.vpc_id)
        .find(|route_table| route_table.flag("Main"))
        .map_or_else(String::new, |route_table| route_table.text("RouteTableId"));
    let value = json!({
        "VpcId": new.vpc_id,
        "SubnetId": id,
        "SubnetName": new.name,
        "CidrBlock": new.cidr.to_string(),
        "IsDefault": new.is_default,
        "Zone": new.zone,
        "RouteTableId": route_table,
        "CreatedTime": local(account.now()),
        "TotalIpAddressCount": new.cidr.usable(),
        "AvailableIpAddressCount": new.cidr.usable(),
        "TagSet": new.tags,
    });
    account.insert(SUBNETS.table, call.region, value)
}

fn delete(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (id, _) = SUBNETS.one(account, call, "SubnetId")?;
    for (table, subnet_id, own_id) in CONTENTS {
        if let Some(user) = account.find(table, call.region, subnet_id, &id) {
            let user = user.text(own_id);
            return Err(ApiError::InUse { code: "ResourceInUse", id, user });
        }
    }
    account.remove(SUBNETS.table, call.region, "SubnetId", &id);
    Ok(done())
}

/// The subnet of a zone for instances that name none.
#[derive(Debug)]
pub(super) enum DefaultSubnet {
    /// It exists, with this id.
    Existing(String),
    /// It is created with the first instance: in this VPC, with this range.
    New { vpc_id: String, cidr: Cidr },
}

impl DefaultSubnet {
    /// Finds the default subnet of a zone. Returns `None` if the region has no default VPC, or if
    /// the VPC has no free range.
    pub(super) fn find(account: &Account, call: &Call<'_>, zone: &str) -> Option<Self> {
        let vpc = account.rows(VPCS.table, call.region).find(|vpc| vpc.flag("IsDefault"))?;
        let vpc_id = vpc.text("VpcId");
        let existing = account
            .select(SUBNETS.table, call.region, "VpcId", &vpc_id)
            .find(|subnet| subnet.flag("IsDefault") && subnet.text("Zone") == zone);
        if let Some(subnet) = existing {
            return Some(Self::Existing(subnet.text("SubnetId")));
        }
        let range = Cidr::parse(&vpc.text("CidrBlock"))?;
        let mut ranges = range.split(DEFAULT_PREFIX);
        let cidr = ranges.find(|it| overlapping(account, call, &vpc_id, *it).is_none())?;
        Some(Self::New { vpc_id, cidr })
    }

    /// Returns the id of the subnet, which is created if it does not exist.
    pub(super) fn id(self, account: &mut Account, call: &Call<'_>, zone: &str) -> String {
        match self {
            Self::Existing(id) => id,
            Self::New { vpc_id, cidr } => {
                let tags = json!([]);
                let new = NewSubnet {
                    vpc_id: &vpc_id,
                    name: "Default-Subnet",
                    zone,
                    cidr,
                    is_default: true,
                    tags,
                };
                let subnet = insert(account, call, &new);
                let id = subnet.get("SubnetId").and_then(Value::as_str);
                id.unwrap_or_default().to_owned()
            }
        }
    }
}
