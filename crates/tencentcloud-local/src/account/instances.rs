//! Instances, of cvm and as vpc returns them.

use serde_json::{Value, json};

use super::key_pairs::KEY_PAIR;
use super::row::Row;
use super::seed::{Machine, resource_id};
use super::table::FilterRule::{Equals, NotAfter, NotBefore};
use super::table::{Filter, TAG_KEY, Table};

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
    let rows = |value: fn(&Machine) -> Value| {
        machines.iter().map(move |m| Row::in_region(m.region.code, value(m)))
    };
    vec![
        Table::new("cvm", "Instance", rows(instance)).with_filters(FILTERS),
        Table::new("cvm", "InstanceStatus", rows(instance_status)),
        Table::new("vpc", "CvmInstance", rows(vpc_instance)).with_filters(VPC_FILTERS),
    ]
}

fn instance(machine: &Machine) -> Value {
    let role = machine.role;
    let data_disks = role.data_disk.map(|size| {
        json!({
            "DiskId": machine.data_disk_id(),
            "DiskName": format!("{}-data", machine.name),
            "DiskType": "CLOUD_BSSD",
            "DiskSize": size,
            "DeleteWithInstance": false,
            "Encrypt": false,
        })
    });
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
        "DataDisks": Vec::from_iter(data_disks),
        "PrivateIpAddresses": [machine.private_ip],
        "PublicIpAddresses": Vec::from_iter(machine.public_ip.as_deref()),
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
        "Uuid": uuid(machine),
        "LatestOperation": if role.is_running { "RunInstances" } else { "StopInstances" },
        "LatestOperationState": "SUCCESS",
        "LatestOperationRequestId": uuid(machine),
        "IsolatedSource": "NOTISOLATED",
        "LicenseType": "TencentCloud",
        "DisableApiTermination": role.is_prepaid,
        "HostName": machine.name,
        "DefaultLoginUser": "root",
        "DefaultLoginPort": 22,
    })
}

fn instance_status(machine: &Machine) -> Value {
    json!({"InstanceId": machine.id("ins"), "InstanceState": machine.state()})
}

fn vpc_instance(machine: &Machine) -> Value {
    json!({
        "VpcId": machine.region.vpc_id(),
        "SubnetId": machine.subnet_id(),
        "InstanceId": machine.id("ins"),
        "InstanceName": machine.name,
        "InstanceState": machine.state(),
        "InstanceType": machine.role.instance_type,
        "CPU": machine.role.cpu,
        "Memory": machine.role.memory,
        "EniLimit": 4,
        "EniIpLimit": 10,
        "InstanceEniCount": 1,
        "CreatedTime": machine.local_time(),
    })
}

/// Returns a UUID derived from the ids of the machine.
fn uuid(machine: &Machine) -> String {
    let digits = |prefix: &str| {
        let id = machine.id(prefix);
        id.bytes()
            .rev()
            .take(8)
            .fold(0_u32, |sum, byte| sum.wrapping_mul(36).wrapping_add(u32::from(byte)))
    };
    let (a, b, c) = (digits("a"), digits("b"), digits("c"));
    format!("{a:08x}-{:04x}-4{:03x}-a{:03x}-{c:08x}{:04x}", b >> 16, b & 0xfff, c & 0xfff, a >> 16)
}
