//! VPCs.

use serde_json::json;

use super::row::Row;
use super::seed::{CREATED_TIME, REGIONS, Region};
use super::table::FilterRule::Equals;
use super::table::{Filter, TAG_KEY, Table};

const FILTERS: &[Filter] = &[
    ("vpc-name", Equals("VpcName")),
    ("is-default", Equals("IsDefault")),
    ("vpc-id", Equals("VpcId")),
    ("cidr-block", Equals("CidrBlock")),
    (TAG_KEY, Equals("TagSet.Key")),
    ("ipv6-cidr-block", Equals("Ipv6CidrBlock")),
    ("isp-type", Equals("Ipv6CidrBlockSet.ISPType")),
    ("address-type", Equals("Ipv6CidrBlockSet.AddressType")),
];

pub(super) fn tables() -> Vec<Table> {
    vec![Table::new("vpc", "Vpc", REGIONS.iter().flat_map(vpcs)).with_filters(FILTERS)]
}

fn vpcs(region: &'static Region) -> Vec<Row> {
    let main = json!({
        "VpcId": region.vpc_id(),
        "VpcName": "main",
        "CidrBlock": format!("10.{}.0.0/16", region.network),
        "IsDefault": false,
        "CreatedTime": CREATED_TIME,
        "DnsServerSet": ["183.60.83.19", "183.60.82.98"],
        "EnableDhcp": true,
        "TagSet": [{"Key": "team", "Value": "platform"}],
    });
    let default = json!({
        "VpcId": region.id("vpc", "default"),
        "VpcName": "Default-VPC",
        "CidrBlock": "172.16.0.0/16",
        "IsDefault": true,
        "CreatedTime": CREATED_TIME,
        "DnsServerSet": ["183.60.83.19", "183.60.82.98"],
        "EnableDhcp": true,
    });
    [main, default].map(|value| Row::in_region(region.code, value)).into()
}
