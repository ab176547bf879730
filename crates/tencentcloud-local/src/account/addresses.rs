//! Elastic IP addresses of vpc.

use serde_json::{Value, json};

use super::row::Row;
use super::seed::{Machine, REGIONS, Region};
use super::table::FilterRule::Equals;
use super::table::{Filter, TAG_KEY, Table};

const FILTERS: &[Filter] = &[
    ("address-id", Equals("AddressId")),
    ("address-name", Equals("AddressName")),
    ("address-ip", Equals("AddressIp")),
    ("address-status", Equals("AddressStatus")),
    ("instance-id", Equals("InstanceId")),
    ("private-ip-address", Equals("PrivateAddressIp")),
    ("network-interface-id", Equals("NetworkInterfaceId")),
    ("is-arrears", Equals("IsArrears")),
    ("instance-type", Equals("InstanceType")),
    ("address-type", Equals("AddressType")),
    ("address-isp", Equals("InternetServiceProvider")),
    ("dedicated-cluster-id", Equals("DedicatedClusterId")),
    (TAG_KEY, Equals("TagSet.Key")),
    ("tag-value", Equals("TagSet.Value")),
];

pub(super) fn tables(machines: &[Machine]) -> Vec<Table> {
    let bound = machines.iter().filter_map(|machine| {
        let ip = machine.public_ip.as_deref()?;
        Some(Row::in_region(machine.region.code, bound_address(machine, ip)))
    });
    vec![table(bound.chain(REGIONS.iter().map(unbound_address)).collect())]
}

/// Returns a table of addresses with these rows.
pub(super) fn table(rows: Vec<Row>) -> Table {
    Table::new("vpc", "Address", rows).with_filters(FILTERS)
}

fn bound_address(machine: &Machine, ip: &str) -> Value {
    json!({
        "AddressId": machine.id("eip"),
        "AddressName": machine.name,
        "AddressIp": ip,
        "AddressStatus": "BIND",
        "AddressType": "EIP",
        "InstanceId": machine.id("ins"),
        "InstanceType": "CVM",
        "NetworkInterfaceId": machine.id("eni"),
        "PrivateAddressIp": machine.private_ip,
        "EipAlgType": {"Ftp": false, "Sip": false},
        "InternetServiceProvider": "BGP",
        "InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR",
        "Bandwidth": 10,
        "CreatedTime": machine.iso_time(),
        "TagSet": machine.tags(),
    })
}

/// Returns an address that is not bound to an instance.
fn unbound_address(region: &Region) -> Row {
    let value = json!({
        "AddressId": region.id("eip", "spare"),
        "AddressName": "spare",
        "AddressIp": format!("203.0.113.{}", region.network * 20 + 19),
        "AddressStatus": "UNBIND",
        "AddressType": "EIP",
        "EipAlgType": {"Ftp": false, "Sip": false},
        "InternetServiceProvider": "BGP",
        "InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR",
        "Bandwidth": 1,
        "CreatedTime": "2024-04-01T02:30:00Z",
    });
    Row::in_region(region.code, value)
}
