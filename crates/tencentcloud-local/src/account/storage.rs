//! What cbs shows: disks and snapshots.

use serde_json::{Value, json};

use super::compute::{charge_type, tags};
use super::fleet::{Machine, SITES, Site};
use super::{Row, Table};

/// Where a snapshot is taken from, and how large the disk is.
struct Source {
    disk_id: String,
    usage: &'static str,
    size: u32,
}

pub(super) fn tables(machines: &[Machine]) -> Vec<Table> {
    let mut disks = Vec::new();
    let mut snapshots = Vec::new();
    let mut attached = Vec::new();
    for machine in machines {
        let region = machine.site.region;
        disks.push(attached_disk(machine, &machine.id("disk"), "SYSTEM_DISK", 50));
        if let Some(size) = machine.role.data_disk {
            disks.push(attached_disk(machine, &machine.data_disk_id(), "DATA_DISK", size));
        }
        snapshots.extend(source(machine).map(|source| snapshot(machine, &source)));
        let detail = json!({
            "InstanceId": machine.id("ins"),
            "AttachedDiskCount": u8::from(machine.role.data_disk.is_some()),
            "MaxAttachCount": 20,
        });
        attached.push(Row::in_region(region, detail));
    }
    disks.extend(SITES.iter().map(spare_disk));
    vec![
        Table::new("cbs", "Disk", disks),
        Table::new("cbs", "Snapshot", snapshots),
        Table::new("cbs", "AttachDetail", attached),
    ]
}

fn attached_disk(machine: &Machine, disk_id: &str, usage: &str, size: u32) -> Row {
    let system = usage == "SYSTEM_DISK";
    let backed_up = source(machine).is_some_and(|source| source.disk_id == disk_id);
    let value = json!({
        "DiskId": disk_id,
        "DiskName": format!("{}-{}", machine.name, if system { "system" } else { "data" }),
        "DiskType": "CLOUD_BSSD",
        "DiskState": "ATTACHED",
        "DiskUsage": usage,
        "DiskSize": size,
        "DiskChargeType": charge_type(machine),
        "Attached": true,
        "AttachMode": "PF",
        "InstanceId": machine.id("ins"),
        "InstanceType": "CVM",
        "LastAttachInsId": machine.id("ins"),
        "Placement": {"Zone": machine.zone.code, "ProjectId": 0, "ProjectName": "default"},
        "DeleteWithInstance": system,
        "Portable": !system,
        "SnapshotAbility": true,
        "SnapshotCount": u8::from(backed_up),
        "SnapshotSize": if backed_up { 1024 } else { 0 },
        "RollbackPercent": 100,
        "MigratePercent": 100,
        "RenewFlag": if machine.role.prepaid { "NOTIFY_AND_AUTO_RENEW" } else { "" },
        "DeadlineTime": if machine.role.prepaid { "2034-03-31 10:30:00" } else { "" },
        "CreateTime": machine.local_time(),
        "Tags": tags(machine),
    });
    Row::in_region(machine.site.region, value)
        .hiding("InstanceIpAddress", machine.private_ip.as_str())
        .hiding("InstanceName", machine.name.as_str())
}

/// A disk that is ready to be attached.
fn spare_disk(site: &Site) -> Row {
    let [zone, _] = site.zones;
    let value = json!({
        "DiskId": site.id("disk", "spare"),
        "DiskName": "spare",
        "DiskType": "CLOUD_PREMIUM",
        "DiskState": "UNATTACHED",
        "DiskUsage": "DATA_DISK",
        "DiskSize": 200,
        "DiskChargeType": "POSTPAID_BY_HOUR",
        "Attached": false,
        "Placement": {"Zone": zone.code, "ProjectId": 0, "ProjectName": "default"},
        "Portable": true,
        "SnapshotAbility": true,
        "RollbackPercent": 100,
        "MigratePercent": 100,
        "CreateTime": "2024-04-01 10:30:00",
    });
    Row::in_region(site.region, value)
}

/// The disk of the machine that has a snapshot: the one that the private image is made from, and
/// the data of databases.
fn source(machine: &Machine) -> Option<Source> {
    match (machine.name.as_str(), machine.role.data_disk) {
        ("web-01", _) => {
            Some(Source { disk_id: machine.id("disk"), usage: "SYSTEM_DISK", size: 50 })
        }
        (_, Some(size)) if machine.role.prepaid => {
            Some(Source { disk_id: machine.data_disk_id(), usage: "DATA_DISK", size })
        }
        _ => None,
    }
}

fn snapshot(machine: &Machine, source: &Source) -> Row {
    let images: Vec<Value> = match source.usage {
        "SYSTEM_DISK" => {
            vec![json!({"ImageId": machine.site.id("img", "web-base"), "ImageName": "web-base"})]
        }
        _ => Vec::new(),
    };
    let value = json!({
        "SnapshotId": machine.id("snap"),
        "SnapshotName": format!("{}-nightly", machine.name),
        "SnapshotState": "NORMAL",
        "SnapshotType": "PRIVATE_SNAPSHOT",
        "SnapshotMode": "STANDARD_SNAPSHOT",
        "DiskId": source.disk_id,
        "DiskUsage": source.usage,
        "DiskSize": source.size,
        "Placement": {"Zone": machine.zone.code, "ProjectId": 0, "ProjectName": "default"},
        "IsPermanent": true,
        "Percent": 100,
        "ImageCount": images.len(),
        "Images": images,
        "CreateTime": "2024-04-01 03:00:00",
        "LatestModifyTime": "2024-03-31T19:00:00Z",
    });
    Row::in_region(machine.site.region, value)
}
