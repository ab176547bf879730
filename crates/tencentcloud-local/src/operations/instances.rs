//! Instances of cvm.

mod launch;

use serde_json::{Value, json};

use super::ids::{INSTANCES, INTERFACES, SECURITY_GROUPS};
use super::{Members, Resource, addresses, disks, done, network_interfaces};
use crate::account::Account;
use crate::api_error::ApiError;
use crate::call::Call;

pub(super) const RESOURCE: Resource = Resource {
    service: "cvm",
    version: Resource::VERSION,
    actions: &[
        ("RunInstances", launch::run_instances),
        ("StartInstances", start),
        ("StopInstances", stop),
        ("RebootInstances", reboot),
        ("TerminateInstances", terminate),
        ("ModifyInstancesAttribute", modify_attribute),
    ],
};

/// The longest name of an instance, in characters.
const MAX_NAME: usize = 128;

/// Returns the code of an operation that a state does not allow.
fn state_code(state: &str) -> &'static str {
    match state {
        "PENDING" => "UnsupportedOperation.InstanceStatePending",
        "RUNNING" => "UnsupportedOperation.InstanceStateRunning",
        "STARTING" => "UnsupportedOperation.InstanceStateStarting",
        "STOPPING" => "UnsupportedOperation.InstanceStateStopping",
        "STOPPED" => "UnsupportedOperation.InstanceStateStopped",
        "REBOOTING" => "UnsupportedOperation.InstanceStateRebooting",
        "SHUTDOWN" => "UnsupportedOperation.InstanceStateShutdown",
        "TERMINATING" => "UnsupportedOperation.InstanceStateTerminating",
        _ => "UnsupportedOperation",
    }
}

/// Returns the ids in `InstanceIds`, each of which must be in one of the states.
fn ids_in_state(
    account: &Account,
    call: &Call<'_>,
    states: &[&str],
    expected: &'static str,
) -> Result<Vec<String>, ApiError> {
    let ids = INSTANCES.list(account, call, "InstanceIds")?;
    for id in &ids {
        let state = INSTANCES.row(account, call, id).map(|row| row.text("InstanceState"));
        let state = state.unwrap_or_default();
        if !states.contains(&state.as_str()) {
            let code = state_code(&state);
            return Err(ApiError::WrongState { code, id: id.clone(), state, expected });
        }
    }
    Ok(ids)
}

/// Begins an operation: the instance is in the state `during`, and gets the members `after` when
/// the operation is complete.
fn begin(account: &mut Account, call: &Call<'_>, id: &str, during: &str, after: &Value) {
    let period = account.period();
    INSTANCES.edit(account, call, id, |row| {
        row.set(latest_operation(call, "OPERATING"));
        row.set(json!({"InstanceState": during}));
        row.set_later(period, json!({"LatestOperationState": "SUCCESS"}));
        row.set_later(period, after.clone());
    });
}

/// Returns the members that describe the latest operation.
fn latest_operation(call: &Call<'_>, state: &str) -> Value {
    json!({
        "LatestOperation": call.action.name,
        "LatestOperationState": state,
        "LatestOperationRequestId": call.request_id,
    })
}

fn start(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let after = json!({"InstanceState": "RUNNING", "StopChargingMode": "NOT_APPLICABLE"});
    for id in ids_in_state(account, call, &["STOPPED"], "STOPPED")? {
        begin(account, call, &id, "STARTING", &after);
    }
    Ok(done())
}

fn stop(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    check_stop_type(call, "ForceStop")?;
    let mode = call.text("StoppedMode").unwrap_or("KEEP_CHARGING");
    check_value("StoppedMode", mode, &["KEEP_CHARGING", "STOP_CHARGING"])?;
    let after = json!({"InstanceState": "STOPPED", "StopChargingMode": mode});
    for id in ids_in_state(account, call, &["RUNNING"], "RUNNING")? {
        begin(account, call, &id, "STOPPING", &after);
    }
    Ok(done())
}

fn reboot(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    check_stop_type(call, "ForceReboot")?;
    for id in ids_in_state(account, call, &["RUNNING"], "RUNNING")? {
        begin(account, call, &id, "REBOOTING", &json!({"InstanceState": "RUNNING"}));
    }
    Ok(done())
}

/// Checks the two parameters that say how an instance stops.
fn check_stop_type(call: &Call<'_>, force: &'static str) -> Result<(), ApiError> {
    let Some(stop_type) = call.text("StopType") else { return Ok(()) };
    if call.parameters.contains_key(force) {
        let code = "InvalidParameterCombination";
        return Err(ApiError::Exclusive { code, first: force, second: "StopType" });
    }
    check_value("StopType", stop_type, &["SOFT", "HARD", "SOFT_FIRST"])
}

fn check_value(parameter: &str, value: &str, allowed: &[&str]) -> Result<(), ApiError> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let expected = format!("one of {}", allowed.join(", "));
    Err(ApiError::invalid("InvalidParameterValue", parameter, value, expected))
}

/// Terminates instances. A prepaid instance is first moved to the recycle bin, and removed by a
/// second call.
fn terminate(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let expected = "RUNNING, STOPPED or SHUTDOWN";
    let ids = ids_in_state(account, call, &["RUNNING", "STOPPED", "SHUTDOWN"], expected)?;
    let mut recycled = Vec::new();
    for id in &ids {
        let Some(row) = INSTANCES.row(account, call, id) else { continue };
        if row.flag("DisableApiTermination") {
            let code = "UnsupportedOperation.InstancesProtected";
            let problem = "is protected against termination: set `DisableApiTermination` to false";
            return Err(ApiError::Refused { code, id: id.clone(), problem });
        }
        let is_prepaid = row.text("InstanceChargeType") == "PREPAID";
        let goes_to_bin = is_prepaid && row.text("InstanceState") != "SHUTDOWN";
        recycled.push((is_prepaid, goes_to_bin));
    }
    if recycled.iter().any(|(is_prepaid, _)| recycled.first().map(|it| it.0) != Some(*is_prepaid)) {
        let code = "UnsupportedOperation.InstanceMixedPricingModel";
        let id = ids.join(", ");
        return Err(ApiError::Refused { code, id, problem: "do not have the same charge type" });
    }
    for (id, (_, goes_to_bin)) in ids.iter().zip(recycled) {
        if goes_to_bin {
            let after = json!({"InstanceState": "SHUTDOWN", "IsolatedSource": "MANMADE"});
            begin(account, call, id, "SHUTDOWN", &after);
        } else {
            remove(account, call, id);
        }
    }
    Ok(done())
}

/// Removes an instance, and what belongs to it, when the operation is complete.
fn remove(account: &mut Account, call: &Call<'_>, id: &str) {
    begin(account, call, id, "TERMINATING", &json!({}));
    let period = account.period();
    INSTANCES.edit(account, call, id, |row| row.remove_later(period));
    network_interfaces::remove_later(account, call, id, period);
    disks::release_later(account, call, id, period);
    addresses::unbind_instance_later(account, call, id, period, call.flag("ReleaseAddress"));
}

fn modify_attribute(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let ids = ids_in_state(account, call, &["RUNNING", "STOPPED"], "RUNNING or STOPPED")?;
    if call.parameters.len() == 1 {
        return Err(ApiError::missing("InstanceName"));
    }
    let mut members = Members::new();
    if let Some(name) = call.text("InstanceName") {
        check_name(name)?;
        members.insert("InstanceName".to_owned(), name.into());
    }
    let groups = call.texts("SecurityGroups");
    groups.iter().try_for_each(|id| check_security_group(account, call, "SecurityGroups", id))?;
    if !groups.is_empty() {
        members.insert("SecurityGroupIds".to_owned(), json!(groups));
    }
    if let Some(is_protected) = call.parameters.get("DisableApiTermination") {
        members.insert("DisableApiTermination".to_owned(), is_protected.clone());
    }
    for id in &ids {
        INSTANCES.edit(account, call, id, |row| {
            row.set(latest_operation(call, "SUCCESS"));
            row.set(Value::Object(members.clone()));
        });
        if !groups.is_empty() {
            let table = INTERFACES.table;
            account.edit(table, call.region, "Attachment.InstanceId", id, |interface| {
                interface.set(json!({"GroupSet": groups}));
            });
        }
    }
    Ok(done())
}

fn check_name(name: &str) -> Result<(), ApiError> {
    if name.chars().count() <= MAX_NAME {
        return Ok(());
    }
    let expected = format!("at most {MAX_NAME} characters long");
    Err(ApiError::invalid("InvalidInstanceName.TooLong", "InstanceName", name, expected))
}

fn check_security_group(
    account: &Account,
    call: &Call<'_>,
    parameter: &str,
    id: &str,
) -> Result<(), ApiError> {
    let group = account.find(SECURITY_GROUPS.table, call.region, "SecurityGroupId", id);
    let unknown = || ApiError::unknown_id("InvalidSecurityGroupId.NotFound", parameter, id);
    group.map(drop).ok_or_else(unknown)
}
