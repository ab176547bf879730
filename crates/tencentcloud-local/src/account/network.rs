//! What vpc shows: networks, security groups, addresses and interfaces.

use serde_json::{Value, json};

use super::compute::{state, tags};
use super::fleet::{Machine, SITES, Site, subnet_number};
use super::{Row, Table};

/// The security groups of each region: name, purpose, what comes in.
const GROUPS: [(&str, &str, Rules); 3] = [
    ("default", "opens nothing", &[]),
    ("web", "web servers", &[("TCP", "80,443", "0.0.0.0/0"), ("TCP", "22", "10.0.0.0/8")]),
    ("internal", "everything inside", &[("ALL", "ALL", "10.0.0.0/8")]),
];

/// Protocol, ports and source of what a group accepts.
type Rules = &'static [(&'static str, &'static str, &'static str)];

const CREATED: &str = "2024-02-01 10:30:00";

pub(super) fn tables(machines: &[Machine]) -> Vec<Table> {
    let of_sites = |rows: fn(&'static Site) -> Vec<Row>| SITES.iter().flat_map(rows);
    let interfaces = machines.iter().map(|m| Row::in_region(m.site.region, interface(m)));
    let instances = machines.iter().map(|m| Row::in_region(m.site.region, instance(m)));
    let bound = machines.iter().filter_map(|machine| {
        let ip = machine.public_ip.as_deref()?;
        Some(Row::in_region(machine.site.region, bound_address(machine, ip)))
    });
    let subnets = SITES.iter().flat_map(|site| subnets(site, machines));
    vec![
        Table::new("vpc", "Vpc", of_sites(vpcs)),
        Table::new("vpc", "Subnet", subnets),
        Table::new("vpc", "RouteTable", of_sites(route_tables)),
        Table::new("vpc", "Route", SITES.iter().map(hidden_route)),
        Table::new("vpc", "SecurityGroup", of_sites(groups)),
        Table::new("vpc", "SecurityGroupPolicySet", of_sites(policies)),
        Table::new("vpc", "NetworkInterface", interfaces.chain(SITES.iter().map(spare_interface))),
        Table::new("vpc", "Address", bound.chain(SITES.iter().map(spare_address))),
        Table::new("vpc", "CvmInstance", instances),
    ]
}

fn vpcs(site: &'static Site) -> Vec<Row> {
    let main = json!({
        "VpcId": site.vpc_id(),
        "VpcName": "main",
        "CidrBlock": format!("10.{}.0.0/16", site.network),
        "IsDefault": false,
        "CreatedTime": CREATED,
        "DnsServerSet": ["183.60.83.19", "183.60.82.98"],
        "EnableDhcp": true,
        "TagSet": [{"Key": "team", "Value": "platform"}],
    });
    let default = json!({
        "VpcId": site.id("vpc", "default"),
        "VpcName": "Default-VPC",
        "CidrBlock": "172.16.0.0/16",
        "IsDefault": true,
        "CreatedTime": CREATED,
        "DnsServerSet": ["183.60.83.19", "183.60.82.98"],
        "EnableDhcp": true,
    });
    [main, default].map(|value| Row::in_region(site.region, value)).into()
}

fn subnets(site: &'static Site, machines: &[Machine]) -> Vec<Row> {
    let mut rows = Vec::new();
    for name in ["public", "private"] {
        for (number, zone) in (0..).zip(site.zones) {
            let subnet_id = site.subnet_id(name, zone.code);
            let used = machines.iter().filter(|m| m.subnet_id() == subnet_id).count();
            let value = json!({
                "VpcId": site.vpc_id(),
                "SubnetId": subnet_id,
                "SubnetName": format!("{name}-{}", number + 1),
                "CidrBlock": format!("10.{}.{}.0/24", site.network, subnet_number(name, number)),
                "Zone": zone.code,
                "RouteTableId": site.id("rtb", "main"),
                "CreatedTime": CREATED,
                // The service keeps three addresses of each subnet for itself.
                "TotalIpAddressCount": 253,
                "AvailableIpAddressCount": 253_usize.saturating_sub(used),
            });
            rows.push(Row::in_region(site.region, value));
        }
    }
    rows
}

fn route_tables(site: &'static Site) -> Vec<Row> {
    let associations = ["public", "private"].into_iter().flat_map(|name| {
        site.zones.map(|zone| {
            let subnet_id = site.subnet_id(name, zone.code);
            json!({"RouteTableId": site.id("rtb", "main"), "SubnetId": subnet_id})
        })
    });
    let main = json!({
        "VpcId": site.vpc_id(),
        "RouteTableId": site.id("rtb", "main"),
        "RouteTableName": "main",
        "Main": true,
        "AssociationSet": associations.collect::<Vec<_>>(),
        "RouteSet": [route(site)],
        "CreatedTime": CREATED,
    });
    let default = json!({
        "VpcId": site.id("vpc", "default"),
        "RouteTableId": site.id("rtb", "default"),
        "RouteTableName": "default",
        "Main": true,
        "CreatedTime": CREATED,
    });
    [main, default].map(|value| Row::in_region(site.region, value)).into()
}

/// The one route that is not there by itself: to an office, through the first web server.
fn route(site: &Site) -> Value {
    json!({
        "RouteTableId": site.id("rtb", "main"),
        "RouteId": site.network,
        "RouteItemId": site.id("rti", "office"),
        "DestinationCidrBlock": "192.168.0.0/24",
        "GatewayType": "NORMAL_CVM",
        "GatewayId": format!("10.{}.0.10", site.network),
        "RouteDescription": "office",
        "RouteType": "USER",
        "Enabled": true,
        "CreatedTime": CREATED,
    })
}

/// A route does not say its VPC, but is found by it.
fn hidden_route(site: &Site) -> Row {
    Row::in_region(site.region, route(site)).hiding("VpcId", site.vpc_id())
}

fn groups(site: &'static Site) -> Vec<Row> {
    let group = |(name, purpose, _): (&str, &str, Rules)| {
        json!({
            "SecurityGroupId": site.id("sg", name),
            "SecurityGroupName": name,
            "SecurityGroupDesc": purpose,
            "ProjectId": "0",
            "IsDefault": name == "default",
            "CreatedTime": CREATED,
            "UpdateTime": CREATED,
        })
    };
    GROUPS.map(group).map(|value| Row::in_region(site.region, value)).into()
}

fn policies(site: &'static Site) -> Vec<Row> {
    let policy = |index: usize, protocol: &str, port: &str, cidr: &str| {
        json!({
            "PolicyIndex": index,
            "Protocol": protocol,
            "Port": port,
            "CidrBlock": cidr,
            "Action": "ACCEPT",
            "ModifyTime": CREATED,
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
        Row::in_region(site.region, value).hiding("SecurityGroupId", site.id("sg", name))
    };
    GROUPS.map(set).into()
}

fn interface(machine: &Machine) -> Value {
    json!({
        "NetworkInterfaceId": machine.id("eni"),
        "NetworkInterfaceName": format!("{}-primary", machine.name),
        "VpcId": machine.site.vpc_id(),
        "SubnetId": machine.subnet_id(),
        "GroupSet": [machine.site.id("sg", machine.role.group)],
        "Primary": true,
        "MacAddress": mac_address(&machine.private_ip),
        "State": "AVAILABLE",
        "NetworkInterfaceState": "INUSE",
        "PrivateIpAddressSet": [{
            "PrivateIpAddress": machine.private_ip,
            "Primary": true,
            "PublicIpAddress": machine.public_ip.as_deref().unwrap_or_default(),
            "AddressId": machine.public_ip.as_ref().map_or_else(String::new, |_| machine.id("eip")),
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
        "TagSet": tags(machine),
    })
}

/// An interface that is ready to be attached.
fn spare_interface(site: &Site) -> Row {
    let [zone, _] = site.zones;
    let ip = format!("10.{}.{}.200", site.network, subnet_number("private", 0));
    let value = json!({
        "NetworkInterfaceId": site.id("eni", "spare"),
        "NetworkInterfaceName": "spare",
        "VpcId": site.vpc_id(),
        "SubnetId": site.subnet_id("private", zone.code),
        "GroupSet": [site.id("sg", "internal")],
        "MacAddress": mac_address(&ip),
        "State": "AVAILABLE",
        "NetworkInterfaceState": "AVAILABLE",
        "PrivateIpAddressSet": [{"PrivateIpAddress": ip, "Primary": true, "State": "AVAILABLE"}],
        "Zone": zone.code,
        "CreatedTime": CREATED,
        "Business": "cvm",
        "QosLevel": "NONE",
    });
    Row::in_region(site.region, value)
}

/// An address of the range for virtual machines, made from the IP address.
fn mac_address(ip: &str) -> String {
    let parts = ip.split('.').filter_map(|part| part.parse::<u8>().ok());
    parts.fold("52:54".to_owned(), |mac, part| format!("{mac}:{part:02X}"))
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
        "TagSet": tags(machine),
    })
}

/// An address that is ready to be bound.
fn spare_address(site: &Site) -> Row {
    let value = json!({
        "AddressId": site.id("eip", "spare"),
        "AddressName": "spare",
        "AddressIp": format!("203.0.113.{}", site.network * 20 + 19),
        "AddressStatus": "UNBIND",
        "AddressType": "EIP",
        "EipAlgType": {"Ftp": false, "Sip": false},
        "InternetServiceProvider": "BGP",
        "InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR",
        "Bandwidth": 1,
        "CreatedTime": "2024-04-01T02:30:00Z",
    });
    Row::in_region(site.region, value)
}

fn instance(machine: &Machine) -> Value {
    json!({
        "VpcId": machine.site.vpc_id(),
        "SubnetId": machine.subnet_id(),
        "InstanceId": machine.id("ins"),
        "InstanceName": machine.name,
        "InstanceState": state(machine),
        "InstanceType": machine.role.instance_type,
        "CPU": machine.role.cpu,
        "Memory": machine.role.memory,
        "EniLimit": 4,
        "EniIpLimit": 10,
        "InstanceEniCount": 1,
        "CreatedTime": machine.local_time(),
    })
}
