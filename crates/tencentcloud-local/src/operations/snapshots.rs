//! Snapshots of cbs.

use serde_json::json;

use super::disks::is_in_snapshot;
use super::ids::{DISK_INSTANCES, DISKS, IMAGES, SNAPSHOTS};
use super::tags::tags;
use super::{Members, Resource, done, member};
use crate::account::{Account, Row, iso, local};
use crate::api_error::ApiError;
use crate::call::Call;

pub(super) const RESOURCE: Resource = Resource {
    service: "cbs",
    version: Resource::VERSION,
    actions: &[("CreateSnapshot", create), ("DeleteSnapshots", delete), ("ApplySnapshot", apply)],
};

fn create(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (disk_id, disk) = DISKS.one(account, call, "DiskId")?;
    let state = disk.text("DiskState");
    if state == "ROLLBACKING" {
        let (code, expected) = ("ResourceInUse.DiskRollbacking", "ATTACHED or UNATTACHED");
        return Err(ApiError::WrongState { code, id: disk_id, state, expected });
    }
    if !["ATTACHED", "UNATTACHED"].contains(&state.as_str()) {
        let (code, expected) = ("InvalidDisk.Busy", "ATTACHED or UNATTACHED");
        return Err(ApiError::WrongState { code, id: disk_id, state, expected });
    }
    if is_in_snapshot(account, call, &disk_id) {
        let code = "InvalidDisk.SnapshotCreating";
        let problem = "has a snapshot in creation";
        return Err(ApiError::Refused { code, id: disk_id, problem });
    }
    let value = json!({
        "SnapshotName": call.text("SnapshotName").unwrap_or_default(),
        "SnapshotState": "CREATING",
        "SnapshotType": "PRIVATE_SNAPSHOT",
        "SnapshotMode": "STANDARD_SNAPSHOT",
        "DiskId": disk_id,
        "DiskUsage": disk.text("DiskUsage"),
        "DiskSize": disk.number("DiskSize"),
        "Placement": disk.value.get("Placement"),
        "Encrypt": disk.flag("Encrypt"),
        "IsPermanent": call.text("Deadline").is_none(),
        "DeadlineTime": call.text("Deadline").map(local_deadline).unwrap_or_default(),
        "CreateTime": local(account.now()),
        "LatestModifyTime": iso(account.now()),
        "Tags": tags(call.parameters.get("Tags")),
    });
    let id = account.new_id("snap");
    let period = account.long_period();
    account.insert_row(SNAPSHOTS.table, call.region, value, |snapshot| {
        snapshot.set(json!({"SnapshotId": id}));
        snapshot.set_gradually(period, "Percent", json!({"SnapshotState": "NORMAL"}));
    });
    Ok(member("SnapshotId", id))
}

/// Returns a deadline without `T`, offset and fraction, as the snapshot contains it.
fn local_deadline(deadline: &str) -> String {
    deadline.replace('T', " ").chars().take(19).collect()
}

/// Returns the error for a snapshot that is not complete.
fn check_normal(snapshot: &Row, id: &str) -> Result<(), ApiError> {
    let state = snapshot.text("SnapshotState");
    let code = match state.as_str() {
        "NORMAL" => return Ok(()),
        "CREATING" => "ResourceUnavailable.SnapshotCreating",
        _ => "ResourceBusy",
    };
    Err(ApiError::WrongState { code, id: id.to_owned(), state, expected: "NORMAL" })
}

fn delete(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let ids = SNAPSHOTS.list(account, call, "SnapshotIds")?;
    for id in &ids {
        let Some(snapshot) = SNAPSHOTS.row(account, call, id) else { continue };
        check_normal(snapshot, id)?;
        let image = account.find(IMAGES, call.region, "SnapshotSet.SnapshotId", id);
        if let Some(image) = image.filter(|_| !call.flag("DeleteBindImages")) {
            let code = "UnsupportedOperation.SnapshotHasBindedImage";
            return Err(ApiError::InUse { code, id: id.clone(), user: image.text("ImageId") });
        }
    }
    for id in ids {
        account.remove(IMAGES, call.region, "SnapshotSet.SnapshotId", &id);
        account.remove(SNAPSHOTS.table, call.region, "SnapshotId", &id);
    }
    Ok(done())
}

/// Rolls a disk back to a snapshot. A disk that is attached to a running instance is rolled back
/// only if the call may stop the instance.
fn apply(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (id, snapshot) = SNAPSHOTS.one(account, call, "SnapshotId")?;
    let (disk_id, disk) = DISKS.one(account, call, "DiskId")?;
    check_normal(snapshot, &id)?;
    if snapshot.text("DiskId") != disk_id {
        let expected = format!("{}, the disk of the snapshot", snapshot.text("DiskId"));
        return Err(ApiError::invalid("InvalidParameterValue", "DiskId", &disk_id, expected));
    }
    let state = disk.text("DiskState");
    if state == "ROLLBACKING" {
        let (code, expected) = ("ResourceInUse.DiskRollbacking", "ATTACHED or UNATTACHED");
        return Err(ApiError::WrongState { code, id: disk_id, state, expected });
    }
    if !["ATTACHED", "UNATTACHED"].contains(&state.as_str()) {
        let (code, expected) = ("InvalidDisk.Busy", "ATTACHED or UNATTACHED");
        return Err(ApiError::WrongState { code, id: disk_id, state, expected });
    }
    let instance_id = disk.text("InstanceId");
    let instance = DISK_INSTANCES.row(account, call, &instance_id);
    let instance_state = instance.map(|row| row.text("InstanceState")).unwrap_or_default();
    let stops = call.flag("AutoStopInstance") && instance_state == "RUNNING";
    if state == "ATTACHED" && instance_state != "STOPPED" && !stops {
        let code = "InvalidDisk.Busy";
        return Err(ApiError::InUse { code, id: disk_id, user: instance_id });
    }
    let period = account.long_period();
    if stops {
        let starts = call.flag("AutoStartInstance");
        let after = if starts { "RUNNING" } else { "STOPPED" };
        DISK_INSTANCES.edit(account, call, &instance_id, |instance| {
            instance.set(json!({"InstanceState": "STOPPING"}));
            instance.set_later(period, json!({"InstanceState": after}));
        });
    }
    SNAPSHOTS.edit(account, call, &id, |snapshot| {
        snapshot.set(json!({"SnapshotState": "ROLLBACKING"}));
        snapshot.set_later(period, json!({"SnapshotState": "NORMAL"}));
    });
    DISKS.edit(account, call, &disk_id, |disk| {
        disk.set(json!({"DiskState": "ROLLBACKING", "Rollbacking": true}));
        let after = json!({"DiskState": state, "Rollbacking": false});
        disk.set_gradually(period, "RollbackPercent", after);
    });
    Ok(done())
}
