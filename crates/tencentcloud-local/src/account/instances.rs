//! Instances, of cvm and as vpc returns them.

use serde_json::{Value, json};

use super::key_pairs::KEY_PAIR;
use super::row::Row;
use super::seed::{Machine, resource_id};
use super::table::FilterRule::{Equals, NotAfter, NotBefore};
use super::table::{Filter, TAG_KEY, Table};

/// The hidden value with the creation time as vpc returns it.
pub(crate) const LOCAL_CREATED_TIME: &str = "LocalCreatedTime";

const FILTERS: &[Filter] = &[
    ("zone", Equals("Placement.Zone")),
    ("project-id", Equals("Placement.ProjectId")),
    ("host-id", Equals("Placement.HostId")),
    ("dedicated-cluster-id", Equals("DedicatedClusterId")),
    ("vpc-id", Equals("VirtualPrivateCloud.VpcId")),
    ("subnet-id", Equals("VirtualPrivateCloud.SubnetId")),
    ("instance-id", Equals("InstanceId")),
    ("uuid", Equals("Uuid")),
    ("security-group-id", Equals("SecurityGroupIds")),
    ("instance-name", Equals("InstanceName")),
    ("instance-charge-type", Equals("InstanceChargeType")),
    ("instance-state", Equals("InstanceState")),
    ("private-ip-address", Equals("PrivateIpAddresses")),
    ("public-ip-address", Equals("PublicIpAddresses")),
    ("ipv6-address", Equals("IPv6Addresses")),
    (TAG_KEY, Equals("Tags.Key")),
    ("tag-value", Equals("Tags.Value")),
    ("creation-start-time", NotBefore("CreatedTime")),
    ("creation-end-time", NotAfter("CreatedTime")),
];

const VPC_FILTERS: &[Filter] = &[
    ("vpc-id", Equals("VpcId")),
    ("instance-id", Equals("InstanceId")),
    ("instance-name", Equals("InstanceName")),
];

pub(super) fn tables(machines: &[Machine]) -> Vec<Table> {
    let instances = machines.iter().map(|machine| {
        Row::in_region(machine.region.code, instance(machine))
            .hidden(LOCAL_CREATED_TIME, machine.local_time())
    });
    vec![
        Table::new("cvm", "Instance", instances).with_filters(FILTERS),
        Table::new("cvm", "InstanceStatus", []),
        Table::new("vpc", "CvmInstance", []).with_filters(VPC_FILTERS),
    ]
}

fn instance(machine: &Machine) -> Value {
    let role = machine.role;
    json!({
        "Placement": {"Zone": machine.zone.code, "ProjectId": 0},
        "InstanceId": machine.id("ins"),
        "InstanceName": machine.name,
        "InstanceType": role.instance_type,
        "InstanceState": machine.state(),
        "InstanceChargeType": machine.charge_type(),
        "CPU": role.cpu,
        "Memory": role.memory,
        "RestrictState": "NORMAL",
        "SystemDisk": {
            "DiskId": machine.id("disk"),
            "DiskName": format!("{}-system", machine.name),
            "DiskType": "CLOUD_BSSD",
            "DiskSize": 50,
        },
        "PrivateIpAddresses": [machine.private_ip],
        "InternetAccessible": {
            "InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR",
            "InternetMaxBandwidthOut": if machine.public_ip.is_some() { 10 } else { 0 },
            "PublicIpAssigned": false,
        },
        "VirtualPrivateCloud": {
            "VpcId": machine.region.vpc_id(),
            "SubnetId": machine.subnet_id(),
            "AsVpcGateway": false,
            "PrivateIpAddresses": [machine.private_ip],
        },
        "ImageId": resource_id("img", role.image),
        "OsName": role.image,
        "RenewFlag": if role.is_prepaid { "NOTIFY_AND_AUTO_RENEW" } else { "" },
        "CreatedTime": machine.iso_time(),
        "ExpiredTime": if role.is_prepaid { "2034-03-31T02:30:00Z" } else { "" },
        "SecurityGroupIds": [machine.region.id("sg", role.security_group)],
        "LoginSettings": {"KeyIds": [machine.region.id("skey", KEY_PAIR)]},
        "Tags": machine.tags(),
        "StopChargingMode": if role.is_running { "NOT_APPLICABLE" } else { "STOP_CHARGING" },
        "Uuid": uuid(|prefix| machine.id(prefix)),
        "LatestOperation": if role.is_running { "RunInstances" } else { "StopInstances" },
        "LatestOperationState": "SUCCESS",
        "LatestOperationRequestId": uuid(|prefix| machine.id(prefix)),
        "IsolatedSource": "NOTISOLATED",
        "LicenseType": "TencentCloud",
        "DisableApiTermination": role.is_prepaid,
        "HostName": machine.name,
        "DefaultLoginUser": "root",
        "DefaultLoginPort": 22,
    })
}

/// Returns an instance as `DescribeInstancesStatus` returns it.
pub(super) fn instance_status(instance: &Row) -> Value {
    json!({
        "InstanceId": instance.text("InstanceId"),
        "InstanceState": instance.text("InstanceState"),
    })
}

/// Returns an instance as vpc returns it.
pub(super) fn vpc_instance(instance: &Row) -> Value {
    json!({
        "VpcId": instance.text("VirtualPrivateCloud.VpcId"),
        "SubnetId": instance.text("VirtualPrivateCloud.SubnetId"),
        "InstanceId": instance.text("InstanceId"),
        "InstanceName": instance.text("InstanceName"),
        "InstanceState": instance.text("InstanceState"),
        "InstanceType": instance.text("InstanceType"),
        "CPU": instance.number("CPU"),
        "Memory": instance.number("Memory"),
        "EniLimit": 4,
        "EniIpLimit": 10,
        "InstanceEniCount": 1,
        "CreatedTime": instance.text(LOCAL_CREATED_TIME),
    })
}

/// Returns a UUID derived from three ids: `id` returns one of them, by its prefix.
pub(crate) fn uuid(mut id: impl FnMut(&str) -> String) -> String {
    let mut digits = |prefix: &str| {
        let id = id(prefix);
        id.bytes()
            .rev()
            .take(8)
            .fold(0_u32, |sum, byte| sum.wrapping_mul(36).wrapping_add(u32::from(byte)))
    };
    let (a, b, c) = (digits("a"), digits("b"), digits("c"));
    format!("{a:08x}-{:04x}-4{:03x}-a{:03x}-{c:08x}{:04x}", b >> 16, b & 0xfff, c & 0xfff, a >> 16)
}
