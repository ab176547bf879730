//! Security groups of vpc, and their policies.

use serde_json::json;

use super::row::Row;
use super::seed::{CREATED_TIME, REGIONS, Region};
use super::table::FilterRule::{Equals, Ignored};
use super::table::{Filter, TAG_KEY, Table};

const FILTERS: &[Filter] = &[
    ("security-group-id", Equals("SecurityGroupId")),
    ("project-id", Equals("ProjectId")),
    ("security-group-name", Equals("SecurityGroupName")),
    (TAG_KEY, Equals("TagSet.Key")),
];

const POLICY_FILTERS: &[Filter] = &[
    ("security-group-id", Ignored),
    ("ip", Ignored),
    ("address-module", Ignored),
    ("service-module", Ignored),
    ("protocol-type", Ignored),
    ("port", Ignored),
    ("poly", Ignored),
    ("direction", Ignored),
    ("description", Ignored),
];

/// The security groups of each region: name, description, ingress rules.
const GROUPS: [(&str, &str, Rules); 3] = [
    ("default", "opens nothing", &[]),
    ("web", "web servers", &[("TCP", "80,443", "0.0.0.0/0"), ("TCP", "22", "10.0.0.0/8")]),
    ("internal", "everything inside", &[("ALL", "ALL", "10.0.0.0/8")]),
];

/// Protocol, ports and source of each rule.
type Rules = &'static [(&'static str, &'static str, &'static str)];

pub(super) fn tables() -> Vec<Table> {
    vec![
        Table::new("vpc", "SecurityGroup", REGIONS.iter().flat_map(groups)).with_filters(FILTERS),
        Table::new("vpc", "SecurityGroupPolicySet", REGIONS.iter().flat_map(policies))
            .with_filters(POLICY_FILTERS)
            .with_hidden_id("SecurityGroupId"),
    ]
}

fn groups(region: &'static Region) -> Vec<Row> {
    let group = |(name, description, _): (&str, &str, Rules)| {
        json!({
            "SecurityGroupId": region.id("sg", name),
            "SecurityGroupName": name,
            "SecurityGroupDesc": description,
            "ProjectId": "0",
            "IsDefault": name == "default",
            "CreatedTime": CREATED_TIME,
            "UpdateTime": CREATED_TIME,
        })
    };
    GROUPS.map(group).map(|value| Row::in_region(region.code, value)).into()
}

fn policies(region: &'static Region) -> Vec<Row> {
    let policy = |index: usize, protocol: &str, port: &str, cidr: &str| {
        json!({
            "PolicyIndex": index,
            "Protocol": protocol,
            "Port": port,
            "CidrBlock": cidr,
            "Action": "ACCEPT",
            "ModifyTime": CREATED_TIME,
        })
    };
    let set = |(name, _, rules): (&str, &str, Rules)| {
        let ingress = rules.iter().enumerate();
        let ingress =
            ingress.map(|(index, (protocol, port, from))| policy(index, protocol, port, from));
        let value = json!({
            "Version": "1",
            "Ingress": ingress.collect::<Vec<_>>(),
            "Egress": [policy(0, "ALL", "ALL", "0.0.0.0/0")],
            "PolicyStatistics": {
                "IngressIPv4TotalCount": rules.len(),
                "IngressIPv6TotalCount": 0,
                "EgressIPv4TotalCount": 1,
                "EgressIPv6TotalCount": 0,
            },
        });
        Row::in_region(region.code, value).hidden("SecurityGroupId", region.id("sg", name))
    };
    GROUPS.map(set).into()
}
