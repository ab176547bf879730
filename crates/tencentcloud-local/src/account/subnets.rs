//! Subnets of vpc.

use serde_json::json;

use super::row::Row;
use super::seed::{CREATED_TIME, REGIONS, Region, subnet_number};
use super::table::FilterRule::{Equals, Ignored};
use super::table::{Filter, TAG_KEY, Table};

const FILTERS: &[Filter] = &[
    ("subnet-id", Equals("SubnetId")),
    ("vpc-id", Equals("VpcId")),
    ("cidr-block", Equals("CidrBlock")),
    ("is-default", Equals("IsDefault")),
    ("is-remote-vpc-snat", Equals("IsRemoteVpcSnat")),
    ("subnet-name", Equals("SubnetName")),
    ("zone", Equals("Zone")),
    (TAG_KEY, Equals("TagSet.Key")),
    ("cdc-id", Equals("CdcId")),
    ("is-cdc-subnet", Equals("IsCdcSubnet")),
    ("ipv6-cidr-block", Equals("Ipv6CidrBlock")),
    ("isp-type", Ignored),
    ("address-type", Ignored),
];

pub(super) fn tables() -> Vec<Table> {
    let rows = REGIONS.iter().flat_map(subnets);
    vec![Table::new("vpc", "Subnet", rows).with_filters(FILTERS)]
}

fn subnets(region: &'static Region) -> Vec<Row> {
    let mut rows = Vec::new();
    for name in ["public", "private"] {
        for (number, zone) in (0..).zip(region.zones) {
            let value = json!({
                "VpcId": region.vpc_id(),
                "SubnetId": region.subnet_id(name, zone.code),
                "SubnetName": format!("{name}-{}", number + 1),
                "CidrBlock": format!("10.{}.{}.0/24", region.network, subnet_number(name, number)),
                "Zone": zone.code,
                "RouteTableId": region.id("rtb", "main"),
                "CreatedTime": CREATED_TIME,
            });
            rows.push(Row::in_region(region.code, value));
        }
    }
    rows
}
