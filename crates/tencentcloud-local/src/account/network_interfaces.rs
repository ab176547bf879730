//! Network interfaces of vpc.

use serde_json::{Value, json};

use super::row::Row;
use super::seed::{CREATED_TIME, Machine, REGIONS, Region, subnet_number};
use super::table::FilterRule::{Equals, Ignored};
use super::table::{Filter, TAG_KEY, Table};

const FILTERS: &[Filter] = &[
    ("vpc-id", Equals("VpcId")),
    ("subnet-id", Equals("SubnetId")),
    ("network-interface-id", Equals("NetworkInterfaceId")),
    ("attachment.instance-id", Equals("Attachment.InstanceId")),
    ("groups.security-group-id", Equals("GroupSet")),
    ("network-interface-name", Equals("NetworkInterfaceName")),
    ("network-interface-description", Equals("NetworkInterfaceDescription")),
    ("address-ip", Equals("PrivateIpAddressSet.PrivateIpAddress")),
    ("public-address-ip", Equals("PrivateIpAddressSet.PublicIpAddress")),
    ("address-ipv6", Equals("Ipv6AddressSet.Address")),
    ("address-type", Ignored),
    ("ip-exact-match", Ignored),
    (TAG_KEY, Equals("TagSet.Key")),
    ("is-primary", Equals("Primary")),
    ("eni-type", Equals("EniType")),
    ("eni-qos", Equals("QosLevel")),
    ("termination-protection", Ignored),
    ("traffic-protection", Ignored),
];

pub(super) fn tables(machines: &[Machine]) -> Vec<Table> {
    let attached = machines.iter().map(|m| Row::in_region(m.region.code, attached_interface(m)));
    let rows = attached.chain(REGIONS.iter().map(unattached_interface));
    vec![Table::new("vpc", "NetworkInterface", rows).with_filters(FILTERS)]
}

fn attached_interface(machine: &Machine) -> Value {
    json!({
        "NetworkInterfaceId": machine.id("eni"),
        "NetworkInterfaceName": format!("{}-primary", machine.name),
        "VpcId": machine.region.vpc_id(),
        "SubnetId": machine.subnet_id(),
        "GroupSet": [machine.region.id("sg", machine.role.security_group)],
        "Primary": true,
        "MacAddress": mac_address(&machine.private_ip),
        "State": "AVAILABLE",
        "NetworkInterfaceState": "INUSE",
        "PrivateIpAddressSet": [{
            "PrivateIpAddress": machine.private_ip,
            "Primary": true,
            "Description": "",
            "IsWanIpBlocked": false,
            "State": "AVAILABLE",
        }],
        "Attachment": {
            "InstanceId": machine.id("ins"),
            "DeviceIndex": 0,
            "InstanceAccountId": "100000000001",
            "AttachTime": machine.local_time(),
        },
        "Zone": machine.zone.code,
        "CreatedTime": machine.local_time(),
        "Business": "cvm",
        "QosLevel": "NONE",
        "TagSet": machine.tags(),
    })
}

/// Returns an interface that is not attached to an instance.
fn unattached_interface(region: &Region) -> Row {
    let [zone, _] = region.zones;
    let ip = format!("10.{}.{}.200", region.network, subnet_number("private", 0));
    let value = json!({
        "NetworkInterfaceId": region.id("eni", "spare"),
        "NetworkInterfaceName": "spare",
        "VpcId": region.vpc_id(),
        "SubnetId": region.subnet_id("private", zone.code),
        "GroupSet": [region.id("sg", "internal")],
        "MacAddress": mac_address(&ip),
        "State": "AVAILABLE",
        "NetworkInterfaceState": "AVAILABLE",
        "PrivateIpAddressSet": [{"PrivateIpAddress": ip, "Primary": true, "State": "AVAILABLE"}],
        "Zone": zone.code,
        "CreatedTime": CREATED_TIME,
        "Business": "cvm",
        "QosLevel": "NONE",
    });
    Row::in_region(region.code, value)
}

/// Returns a MAC address of the range for virtual machines, derived from the IP address.
pub(crate) fn mac_address(ip: &str) -> String {
    let parts = ip.split('.').filter_map(|part| part.parse::<u8>().ok());
    parts.fold("52:54".to_owned(), |mac, part| format!("{mac}:{part:02X}"))
}
