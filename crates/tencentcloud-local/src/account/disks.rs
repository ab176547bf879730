//! Disks of cbs.

use serde_json::json;

use super::row::Row;
use super::seed::{Machine, REGIONS, Region};
use super::table::FilterRule::{Equals, Ignored};
use super::table::{Filter, TAG_KEY, Table};

const FILTERS: &[Filter] = &[
    ("disk-usage", Equals("DiskUsage")),
    ("disk-charge-type", Equals("DiskChargeType")),
    ("portable", Equals("Portable")),
    ("project-id", Equals("Placement.ProjectId")),
    ("disk-id", Equals("DiskId")),
    ("disk-name", Equals("DiskName")),
    ("disk-type", Equals("DiskType")),
    ("disk-state", Equals("DiskState")),
    ("instance-id", Equals("InstanceId")),
    ("zone", Equals("Placement.Zone")),
    ("instance-ip-address", Equals("InstanceIpAddress")),
    ("instance-name", Equals("InstanceName")),
    (TAG_KEY, Equals("Tags.Key")),
    ("tag-value", Equals("Tags.Value")),
    ("dedicated-cluster-id", Equals("Placement.DedicatedClusterId")),
    ("cluster-group-id", Ignored),
];

pub(super) fn tables(machines: &[Machine]) -> Vec<Table> {
    let attached = machines.iter().flat_map(attached_disks);
    let unattached = REGIONS.iter().map(unattached_disk);
    vec![
        Table::new("cbs", "Disk", attached.chain(unattached)).with_filters(FILTERS),
        Table::new("cbs", "AttachDetail", []),
    ]
}

fn attached_disks(machine: &Machine) -> Vec<Row> {
    let mut disks = vec![attached_disk(machine, &machine.id("disk"), "SYSTEM_DISK", 50)];
    if let Some(size) = machine.role.data_disk {
        disks.push(attached_disk(machine, &machine.data_disk_id(), "DATA_DISK", size));
    }
    disks
}

fn attached_disk(machine: &Machine, disk_id: &str, usage: &str, size: u32) -> Row {
    let is_system = usage == "SYSTEM_DISK";
    let value = json!({
        "DiskId": disk_id,
        "DiskName": format!("{}-{}", machine.name, if is_system { "system" } else { "data" }),
        "DiskType": "CLOUD_BSSD",
        "DiskState": "ATTACHED",
        "DiskUsage": usage,
        "DiskSize": size,
        "DiskChargeType": machine.charge_type(),
        "Attached": true,
        "AttachMode": "PF",
        "InstanceId": machine.id("ins"),
        "InstanceType": "CVM",
        "LastAttachInsId": machine.id("ins"),
        "Placement": {"Zone": machine.zone.code, "ProjectId": 0, "ProjectName": "default"},
        "DeleteWithInstance": is_system,
        "Portable": !is_system,
        "SnapshotAbility": true,
        "RollbackPercent": 100,
        "MigratePercent": 100,
        "RenewFlag": if machine.role.is_prepaid { "NOTIFY_AND_AUTO_RENEW" } else { "" },
        "DeadlineTime": if machine.role.is_prepaid { "2034-03-31 10:30:00" } else { "" },
        "CreateTime": machine.local_time(),
        "Tags": machine.tags(),
    });
    Row::in_region(machine.region.code, value)
}

/// Returns a disk that is not attached to an instance.
fn unattached_disk(region: &Region) -> Row {
    let [zone, _] = region.zones;
    let value = json!({
        "DiskId": region.id("disk", "spare"),
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
    Row::in_region(region.code, value)
}
