//! Disks of cbs.

use serde_json::{Value, json};

use super::ids::{DISK_INSTANCES, DISKS, IdRule, SNAPSHOTS};
use super::tags::tags;
use super::zones;
use super::{Members, Resource, done, member};
use crate::account::{Account, MAX_DATA_DISKS, Period, local};
use crate::api_error::ApiError;
use crate::call::Call;

pub(super) const RESOURCE: Resource = Resource {
    service: "cbs",
    version: Resource::VERSION,
    actions: &[
        ("CreateDisks", create_disks),
        ("AttachDisks", attach),
        ("DetachDisks", detach),
        ("TerminateDisks", terminate),
        ("ResizeDisk", resize),
    ],
};

/// `TerminateDisks` has no code of its own for a disk that does not exist.
const TERMINATED_DISKS: IdRule = IdRule { unknown: "InvalidParameterValue", ..DISKS };

/// The type of a disk whose request has none.
pub(super) const DEFAULT_DISK_TYPE: &str = "CLOUD_BSSD";

const DISK_TYPES: [&str; 6] =
    ["CLOUD_BASIC", "CLOUD_PREMIUM", "CLOUD_BSSD", "CLOUD_SSD", "CLOUD_HSSD", "CLOUD_TSSD"];

const CHARGE_TYPES: [&str; 4] =
    ["PREPAID", "POSTPAID_BY_HOUR", "CDCPAID", "DEDICATED_CLUSTER_PAID"];

/// The smallest and the largest disk, in GiB. The size is a multiple of the smallest.
const SIZES: (u64, u64) = (10, 32_000);

/// How many disks one request can create.
const MAX_COUNT: u64 = 50;

/// The code for a value that the service does not accept.
const INVALID_VALUE: &str = "InvalidParameterValue";

/// A disk to create.
#[derive(Debug)]
pub(super) struct NewDisk<'a> {
    pub(super) name: &'a str,
    pub(super) kind: &'a str,
    /// `SYSTEM_DISK` or `DATA_DISK`.
    pub(super) usage: &'a str,
    /// In GiB.
    pub(super) size: u64,
    pub(super) charge_type: &'a str,
    pub(super) zone: &'a str,
    pub(super) is_encrypted: bool,
    /// The instance that the disk is attached to from the beginning.
    pub(super) instance_id: Option<&'a str>,
    pub(super) delete_with_instance: bool,
    pub(super) tags: &'a Value,
}

/// Creates a disk, and returns its id.
pub(super) fn create(account: &mut Account, call: &Call<'_>, new: &NewDisk<'_>) -> String {
    let id = account.new_id("disk");
    let is_system = new.usage == "SYSTEM_DISK";
    let instance_id = new.instance_id.unwrap_or_default();
    let value = json!({
        "DiskId": id,
        "DiskName": new.name,
        "DiskType": new.kind,
        "DiskState": if instance_id.is_empty() { "UNATTACHED" } else { "ATTACHED" },
        "DiskUsage": new.usage,
        "DiskSize": new.size,
        "DiskChargeType": new.charge_type,
        "Attached": !instance_id.is_empty(),
        "AttachMode": if instance_id.is_empty() { "" } else { "PF" },
        "InstanceId": instance_id,
        "InstanceType": if instance_id.is_empty() { "" } else { "CVM" },
        "LastAttachInsId": instance_id,
        "Placement": {"Zone": new.zone, "ProjectId": 0, "ProjectName": "default"},
        "DeleteWithInstance": new.delete_with_instance,
        "Encrypt": new.is_encrypted,
        "Portable": !is_system,
        "SnapshotAbility": true,
        "RollbackPercent": 100,
        "MigratePercent": 100,
        "CreateTime": local(account.now()),
        "Tags": new.tags,
    });
    account.insert(DISKS.table, call.region, value);
    id
}

/// Removes the disks of an instance, or detaches them, when the period is over.
pub(super) fn release_later(
    account: &mut Account,
    call: &Call<'_>,
    instance_id: &str,
    period: Period,
) {
    account.edit(DISKS.table, call.region, "InstanceId", instance_id, |disk| {
        if disk.flag("DeleteWithInstance") || !disk.flag("Portable") {
            disk.remove_later(period);
        } else {
            disk.set_later(period, detached());
        }
    });
}

/// Returns the members of a disk that is not attached.
fn detached() -> Value {
    json!({
        "DiskState": "UNATTACHED",
        "Attached": false,
        "AttachMode": "",
        "InstanceId": "",
        "InstanceType": "",
        "DeleteWithInstance": false,
    })
}

/// Checks the type of a disk.
pub(super) fn check_type(parameter: &str, kind: &str) -> Result<(), ApiError> {
    check_value(parameter, kind, &DISK_TYPES)
}

fn check_value(parameter: &str, value: &str, allowed: &[&str]) -> Result<(), ApiError> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let expected = format!("one of {}", allowed.join(", "));
    Err(ApiError::invalid(INVALID_VALUE, parameter, value, expected))
}

/// Checks the size of a disk, in GiB.
pub(super) fn check_size(parameter: &str, size: u64) -> Result<(), ApiError> {
    let (min, max) = SIZES;
    if (min..=max).contains(&size) && size.is_multiple_of(min) {
        return Ok(());
    }
    let expected = format!("a multiple of {min} from {min} to {max}");
    Err(ApiError::invalid(INVALID_VALUE, parameter, &size, expected))
}

fn create_disks(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let unsigned = |name: &str| call.parameters.get(name).and_then(Value::as_u64);
    let placement = call.parameters.get("Placement");
    let zone = placement.and_then(|it| it.get("Zone")).and_then(Value::as_str).unwrap_or_default();
    zones::check(account, call, INVALID_VALUE, "Placement.Zone", zone)?;
    let kind = call.text("DiskType").unwrap_or_default();
    check_type("DiskType", kind)?;
    let charge_type = call.text("DiskChargeType").unwrap_or_default();
    check_value("DiskChargeType", charge_type, &CHARGE_TYPES)?;
    let count = unsigned("DiskCount").unwrap_or(1);
    if !(1..=MAX_COUNT).contains(&count) {
        let expected = format!("from 1 to {MAX_COUNT}");
        return Err(ApiError::invalid(INVALID_VALUE, "DiskCount", &count, expected));
    }
    let snapshot_size = match call.text("SnapshotId") {
        None => None,
        Some(id) => {
            let snapshot = SNAPSHOTS.find(account, call, "SnapshotId", id)?;
            let state = snapshot.text("SnapshotState");
            if state == "CREATING" {
                let (id, expected) = (id.to_owned(), "NORMAL");
                return Err(ApiError::WrongState { code: "ResourceBusy", id, state, expected });
            }
            Some(snapshot.number("DiskSize"))
        }
    };
    let size = unsigned("DiskSize").or(snapshot_size);
    let size = size.ok_or_else(|| ApiError::missing("DiskSize"))?;
    check_size("DiskSize", size)?;
    if let Some(min) = snapshot_size.filter(|min| size < *min) {
        let expected = format!("at least {min}, the size of the snapshot");
        return Err(ApiError::invalid(INVALID_VALUE, "DiskSize", &size, expected));
    }
    let tags = tags(call.parameters.get("Tags"));
    let new = NewDisk {
        name: call.text("DiskName").unwrap_or_default(),
        kind,
        usage: "DATA_DISK",
        size,
        charge_type,
        zone,
        is_encrypted: call.text("Encrypt") == Some("ENCRYPT"),
        instance_id: None,
        delete_with_instance: false,
        tags: &tags,
    };
    let ids: Vec<_> = (0..count).map(|_| create(account, call, &new)).collect();
    Ok(member("DiskIdSet", ids))
}

/// Checks that an instance can get and lose disks.
fn check_instance(account: &Account, call: &Call<'_>, id: &str) -> Result<String, ApiError> {
    let instance = DISK_INSTANCES.find(account, call, "InstanceId", id)?;
    let state = instance.text("InstanceState");
    if ["RUNNING", "STOPPED"].contains(&state.as_str()) {
        return Ok(instance.text("Placement.Zone"));
    }
    let code = "InvalidInstance.NotSupported";
    Err(ApiError::WrongState { code, id: id.to_owned(), state, expected: "RUNNING or STOPPED" })
}

/// Returns the state of a disk that is in one of the states, or the error of a disk that is not:
/// a disk in any other state is busy.
fn check_state(
    account: &Account,
    call: &Call<'_>,
    id: &str,
    busy: &'static str,
    expected: &'static str,
) -> Result<String, ApiError> {
    let state = DISKS.row(account, call, id).map(|disk| disk.text("DiskState"));
    let state = state.unwrap_or_default();
    if ["ATTACHED", "UNATTACHED"].contains(&state.as_str()) {
        return Ok(state);
    }
    Err(ApiError::WrongState { code: busy, id: id.to_owned(), state, expected })
}

fn attach(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let instance_id = call.text("InstanceId").unwrap_or_default();
    let zone = check_instance(account, call, instance_id)?;
    let ids = DISKS.list(account, call, "DiskIds")?;
    for id in &ids {
        let state = check_state(account, call, id, "ResourceBusy", "UNATTACHED")?;
        let Some(disk) = DISKS.row(account, call, id) else { continue };
        if !disk.flag("Portable") {
            let code = "ResourceUnavailable.NotPortable";
            return Err(ApiError::Refused { code, id: id.clone(), problem: "is not portable" });
        }
        if state == "ATTACHED" {
            let code = "ResourceUnavailable.Attached";
            return Err(ApiError::InUse { code, id: id.clone(), user: disk.text("InstanceId") });
        }
        if disk.text("Placement.Zone") != zone {
            let code = "ResourceUnavailable.ZoneNotMatch";
            let problem = "is in another zone than the instance";
            return Err(ApiError::Refused { code, id: id.clone(), problem });
        }
    }
    let attached = account.select(DISKS.table, call.region, "InstanceId", instance_id);
    let attached = attached.filter(|disk| disk.text("DiskUsage") == "DATA_DISK").count();
    if attached.saturating_add(ids.len()) > MAX_DATA_DISKS {
        let code = "LimitExceeded.InstanceAttachedDisk";
        let what = "The number of data disks of an instance";
        return Err(ApiError::LimitReached { code, what, limit: MAX_DATA_DISKS });
    }
    let period = account.period();
    for id in ids {
        DISKS.edit(account, call, &id, |disk| {
            disk.set(json!({
                "DiskState": "ATTACHING",
                "InstanceId": instance_id,
                "InstanceType": "CVM",
                "LastAttachInsId": instance_id,
                "AttachMode": call.text("AttachMode").unwrap_or("PF"),
                "DeleteWithInstance": call.flag("DeleteWithInstance"),
            }));
            disk.set_later(period, json!({"DiskState": "ATTACHED", "Attached": true}));
        });
    }
    Ok(done())
}

fn detach(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let ids = DISKS.list(account, call, "DiskIds")?;
    for id in &ids {
        let state = check_state(account, call, id, "ResourceBusy", "ATTACHED")?;
        let Some(disk) = DISKS.row(account, call, id) else { continue };
        let instance_id = disk.text("InstanceId");
        if state != "ATTACHED" {
            let code = "ResourceUnavailable.NotSupported";
            let id = id.clone();
            return Err(ApiError::WrongState { code, id, state, expected: "ATTACHED" });
        }
        if !disk.flag("Portable") {
            let code = "ResourceUnavailable.NotPortable";
            return Err(ApiError::Refused { code, id: id.clone(), problem: "is not portable" });
        }
        check_instance(account, call, &instance_id)?;
        if call.text("InstanceId").is_some_and(|expected| expected != instance_id) {
            let code = "ResourceUnavailable.NotSupported";
            return Err(ApiError::InUse { code, id: id.clone(), user: instance_id });
        }
    }
    let period = account.period();
    for id in ids {
        DISKS.edit(account, call, &id, |disk| {
            disk.set(json!({"DiskState": "DETACHING"}));
            disk.set_later(period, detached());
        });
    }
    Ok(done())
}

fn terminate(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let ids = TERMINATED_DISKS.list(account, call, "DiskIds")?;
    for id in &ids {
        let Some(disk) = DISKS.row(account, call, id) else { continue };
        let state = disk.text("DiskState");
        let (code, id) = ("ResourceUnavailable.NotSupported", id.clone());
        if state == "ATTACHED" {
            return Err(ApiError::InUse { code, id, user: disk.text("InstanceId") });
        }
        if !["UNATTACHED", "TORECYCLE"].contains(&state.as_str()) {
            let (code, expected) = ("ResourceBusy", "UNATTACHED");
            return Err(ApiError::WrongState { code, id, state, expected });
        }
    }
    for id in ids {
        let disk = DISKS.row(account, call, &id);
        let goes_to_bin = disk.is_some_and(|disk| {
            disk.text("DiskChargeType") == "PREPAID" && disk.text("DiskState") != "TORECYCLE"
        });
        if goes_to_bin {
            DISKS.edit(account, call, &id, |disk| disk.set(json!({"DiskState": "TORECYCLE"})));
        } else {
            account.remove(DISKS.table, call.region, "DiskId", &id);
        }
    }
    Ok(done())
}

fn resize(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (id, disk) = DISKS.one(account, call, "DiskId")?;
    let size = call.parameters.get("DiskSize").and_then(Value::as_u64).unwrap_or(0);
    let (old_size, is_portable) = (disk.number("DiskSize"), disk.flag("Portable"));
    let state = check_state(account, call, &id, "InvalidDisk.Busy", "ATTACHED or UNATTACHED")?;
    if !is_portable {
        let problem = "is not portable";
        return Err(ApiError::Refused { code: "InvalidDisk.NotSupported", id, problem });
    }
    check_size("DiskSize", size)?;
    if size <= old_size {
        let expected = format!("more than {old_size}, the size of the disk");
        return Err(ApiError::invalid(INVALID_VALUE, "DiskSize", &size, expected));
    }
    let creating = is_in_snapshot(account, call, &id);
    if creating {
        let code = "ResourceUnavailable.SnapshotCreating";
        return Err(ApiError::Refused { code, id, problem: "has a snapshot in creation" });
    }
    let period = account.period();
    DISKS.edit(account, call, &id, |disk| {
        disk.set(json!({"DiskState": "EXPANDING"}));
        disk.set_later(period, json!({"DiskState": state, "DiskSize": size}));
    });
    Ok(done())
}

/// Returns whether a snapshot of the disk is being created.
pub(super) fn is_in_snapshot(account: &Account, call: &Call<'_>, disk_id: &str) -> bool {
    let mut snapshots = account.select(SNAPSHOTS.table, call.region, "DiskId", disk_id);
    snapshots.any(|snapshot| snapshot.text("SnapshotState") == "CREATING")
}
