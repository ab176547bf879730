//! The disks of the instances to create.

use serde_json::{Value, json};

use crate::account::{Account, MAX_DATA_DISKS};
use crate::api_error::ApiError;
use crate::call::Call;
use crate::operations::disks::{self, DEFAULT_DISK_TYPE};
use crate::operations::ids::{IdRule, SNAPSHOTS};

/// The size of a system disk, in GiB, if the request has none.
const DEFAULT_SYSTEM_SIZE: u64 = 50;

const LAUNCH_SNAPSHOTS: IdRule = IdRule {
    malformed: "InvalidParameterValue.SnapshotIdMalformed",
    unknown: "InvalidParameter.SnapshotNotFound",
    ..SNAPSHOTS
};

/// A disk of the request, after all checks.
#[derive(Debug)]
pub(super) struct Disk {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) delete_with_instance: bool,
    pub(super) is_encrypted: bool,
}

pub(super) fn system_disk(call: &Call<'_>) -> Result<Disk, ApiError> {
    let disk = call.parameters.get("SystemDisk").cloned().unwrap_or_else(|| json!({}));
    parse_disk("SystemDisk", &disk, DEFAULT_SYSTEM_SIZE, true)
}

pub(super) fn data_disks(account: &Account, call: &Call<'_>) -> Result<Vec<Disk>, ApiError> {
    let disks = call.parameters.get("DataDisks").and_then(Value::as_array);
    let disks = disks.map(Vec::as_slice).unwrap_or_default();
    if disks.len() > MAX_DATA_DISKS {
        let code = "InvalidParameterValue.LimitExceeded";
        let what = "The number of data disks of an instance";
        return Err(ApiError::LimitReached { code, what, limit: MAX_DATA_DISKS });
    }
    let parse = |disk: &Value| {
        // The service creates data disks that are deleted with their instance by default.
        let delete = disk.get("DeleteWithInstance").and_then(Value::as_bool).unwrap_or(true);
        let parsed = parse_disk("DataDisks", disk, 0, delete)?;
        if let Some(id) = disk.get("SnapshotId").and_then(Value::as_str) {
            let snapshot = LAUNCH_SNAPSHOTS.find(account, call, "DataDisks.SnapshotId", id)?;
            let min = snapshot.number("DiskSize");
            if parsed.size < min {
                let code = "FailedOperation.SnapshotSizeLargerThanDataSize";
                let expected = format!("at least {min}, the size of the snapshot");
                return Err(ApiError::invalid(code, "DataDisks.DiskSize", &parsed.size, expected));
            }
        }
        Ok(parsed)
    };
    disks.iter().map(parse).collect()
}

fn parse_disk(
    parameter: &str,
    disk: &Value,
    default_size: u64,
    delete_with_instance: bool,
) -> Result<Disk, ApiError> {
    let size = disk.get("DiskSize").and_then(Value::as_i64);
    let size = size.map_or(Some(default_size), |size| u64::try_from(size).ok()).unwrap_or(0);
    let kind = disk.get("DiskType").and_then(Value::as_str).unwrap_or(DEFAULT_DISK_TYPE);
    disks::check_type(&format!("{parameter}.DiskType"), kind)?;
    disks::check_size(&format!("{parameter}.DiskSize"), size)?;
    Ok(Disk {
        kind: kind.to_owned(),
        name: disk.get("DiskName").and_then(Value::as_str).unwrap_or_default().to_owned(),
        size,
        delete_with_instance,
        is_encrypted: disk.get("Encrypt").and_then(Value::as_bool).unwrap_or(false),
    })
}
