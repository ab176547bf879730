//! Snapshots of cbs.

use serde_json::{Value, json};

use super::row::Row;
use super::seed::Machine;
use super::table::FilterRule::Equals;
use super::table::{Filter, Table};

const FILTERS: &[Filter] = &[
    ("snapshot-id", Equals("SnapshotId")),
    ("snapshot-name", Equals("SnapshotName")),
    ("snapshot-state", Equals("SnapshotState")),
    ("disk-usage", Equals("DiskUsage")),
    ("project-id", Equals("Placement.ProjectId")),
    ("disk-id", Equals("DiskId")),
    ("zone", Equals("Placement.Zone")),
    ("encrypt", Equals("Encrypt")),
    ("snapshot-type", Equals("SnapshotType")),
];

/// The disk that a snapshot is made from.
pub(super) struct SnapshotSource {
    pub(super) disk_id: String,
    usage: &'static str,
    /// In GiB.
    size: u32,
}

pub(super) fn tables(machines: &[Machine]) -> Vec<Table> {
    let rows =
        machines.iter().filter_map(|machine| Some(snapshot(machine, &snapshot_source(machine)?)));
    vec![Table::new("cbs", "Snapshot", rows).with_filters(FILTERS)]
}

/// Returns the disk of a machine that has a snapshot: the system disk that the private image is
/// made from, or the data disk of a database.
pub(super) fn snapshot_source(machine: &Machine) -> Option<SnapshotSource> {
    match (machine.name.as_str(), machine.role.data_disk) {
        ("web-01", _) => {
            Some(SnapshotSource { disk_id: machine.id("disk"), usage: "SYSTEM_DISK", size: 50 })
        }
        (_, Some(size)) if machine.role.is_prepaid => {
            Some(SnapshotSource { disk_id: machine.data_disk_id(), usage: "DATA_DISK", size })
        }
        _ => None,
    }
}

fn snapshot(machine: &Machine, source: &SnapshotSource) -> Row {
    let images: Vec<Value> = match source.usage {
        "SYSTEM_DISK" => {
            vec![json!({"ImageId": machine.region.id("img", "web-base"), "ImageName": "web-base"})]
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
    Row::in_region(machine.region.code, value)
}
