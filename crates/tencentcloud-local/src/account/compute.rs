//! What cvm shows: instances, images and key pairs.

use serde_json::{Value, json};

use super::fleet::{Machine, SITES, Site, id};
use super::{Row, Table};

/// The images that everybody has: name and platform.
const PUBLIC_IMAGES: [(&str, &str); 4] = [
    ("TencentOS Server 4", "TencentOS"),
    ("Ubuntu Server 24.04 LTS 64bit", "Ubuntu"),
    ("Debian 12.8 64bit", "Debian"),
    ("Windows Server 2022 Datacenter 64bit", "Windows"),
];

/// The key pair that opens every machine of a region.
const KEY: &str = "deploy";

pub(super) fn tables(machines: &[Machine]) -> Vec<Table> {
    let instances = machines.iter().map(|m| Row::in_region(m.site.region, instance(m)));
    let status = machines.iter().map(|machine| {
        let value = json!({"InstanceId": machine.id("ins"), "InstanceState": state(machine)});
        Row::in_region(machine.site.region, value)
    });
    let public_images = PUBLIC_IMAGES.into_iter().map(|(name, platform)| {
        Row::everywhere(image(&id("img", name), name, platform, "PUBLIC_IMAGE", &[]))
    });
    let private_images = SITES.iter().map(|site| {
        let snapshots = [json!({
            "SnapshotId": site.id("snap", "web-01"),
            "DiskUsage": "SYSTEM_DISK",
            "DiskSize": 50,
        })];
        let id = site.id("img", "web-base");
        let value = image(&id, "web-base", "TencentOS", "PRIVATE_IMAGE", &snapshots);
        Row::in_region(site.region, value)
    });
    let keys = SITES.iter().map(|site| Row::in_region(site.region, key_pair(site, machines)));
    vec![
        Table::new("cvm", "Instance", instances),
        Table::new("cvm", "InstanceStatus", status),
        Table::new("cvm", "Image", private_images.chain(public_images)),
        Table::new("cvm", "KeyPair", keys),
    ]
}

/// The state that cvm gives a machine.
pub(super) fn state(machine: &Machine) -> &'static str {
    if machine.role.running { "RUNNING" } else { "STOPPED" }
}

/// How a machine is paid for.
pub(super) fn charge_type(machine: &Machine) -> &'static str {
    if machine.role.prepaid { "PREPAID" } else { "POSTPAID_BY_HOUR" }
}

/// The tags of everything that belongs to a machine.
pub(super) fn tags(machine: &Machine) -> Value {
    json!([{"Key": "role", "Value": machine.role.name}])
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
        "InstanceState": state(machine),
        "InstanceChargeType": charge_type(machine),
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
            "VpcId": machine.site.vpc_id(),
            "SubnetId": machine.subnet_id(),
            "AsVpcGateway": false,
            "PrivateIpAddresses": [machine.private_ip],
        },
        "ImageId": id("img", role.image),
        "OsName": role.image,
        "RenewFlag": if role.prepaid { "NOTIFY_AND_AUTO_RENEW" } else { "" },
        "CreatedTime": machine.iso_time(),
        "ExpiredTime": if role.prepaid { "2034-03-31T02:30:00Z" } else { "" },
        "SecurityGroupIds": [machine.site.id("sg", role.group)],
        "LoginSettings": {"KeyIds": [machine.site.id("skey", KEY)]},
        "Tags": tags(machine),
        "StopChargingMode": if role.running { "NOT_APPLICABLE" } else { "STOP_CHARGING" },
        "Uuid": uuid(machine),
        "LatestOperation": if role.running { "RunInstances" } else { "StopInstances" },
        "LatestOperationState": "SUCCESS",
        "LatestOperationRequestId": uuid(machine),
        "IsolatedSource": "NOTISOLATED",
        "LicenseType": "TencentCloud",
        "DisableApiTermination": role.prepaid,
        "HostName": machine.name,
        "DefaultLoginUser": "root",
        "DefaultLoginPort": 22,
    })
}

/// A UUID made from the ids of the machine.
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

fn image(id: &str, name: &str, platform: &str, kind: &str, snapshots: &[Value]) -> Value {
    let official = kind == "PUBLIC_IMAGE";
    json!({
        "ImageId": id,
        "ImageName": name,
        "ImageType": kind,
        "ImageState": "NORMAL",
        "ImageSize": 50,
        "ImageSource": if official { "OFFICIAL" } else { "CREATE_IMAGE" },
        "ImageDescription": name,
        "ImageCreator": if official { "tencent" } else { "100000000001" },
        "OsName": name,
        "Platform": platform,
        "Architecture": "x86_64",
        "CreatedTime": "2024-02-01T02:30:00Z",
        "SyncPercent": 100,
        "IsSupportCloudinit": true,
        "SnapshotSet": snapshots,
        "LicenseType": "TencentCloud",
    })
}

fn key_pair(site: &Site, machines: &[Machine]) -> Value {
    let of_site = machines.iter().filter(|machine| machine.site.region == site.region);
    json!({
        "KeyId": site.id("skey", KEY),
        "KeyName": KEY,
        "ProjectId": 0,
        "Description": "opens all machines of the region",
        "PublicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample",
        "AssociatedInstanceIds": of_site.map(|machine| machine.id("ins")).collect::<Vec<_>>(),
        "CreatedTime": "2024-02-01T02:30:00Z",
    })
}
