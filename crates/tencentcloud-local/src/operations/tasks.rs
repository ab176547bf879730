//! The results of tasks of vpc.
//!
//! Some actions return the number of a task for `DescribeTaskResult`. For every other action that
//! changes something, `DescribeVpcTaskResult` accepts the request id.

use serde_json::{Value, json};

use super::{Members, Resource, member};
use crate::account::{Account, Period, SHAPED_TASK};
use crate::api_error::ApiError;
use crate::call::Call;

pub(super) const RESOURCE: Resource = Resource {
    service: "vpc",
    version: Resource::VERSION,
    actions: &[
        ("DescribeTaskResult", describe_task_result),
        ("DescribeVpcTaskResult", describe_vpc_task_result),
    ],
};

/// Begins a task of a call, and returns the member that contains its number.
pub(super) fn begin(account: &mut Account, call: &Call<'_>, period: Period) -> Members {
    let number = account.tasks.begin(call.request_id, period.due);
    member("TaskId", number.to_string())
}

/// Records a call of vpc as a task that is complete, unless its operation has begun one.
pub(super) fn record(account: &mut Account, call: &Call<'_>) {
    let is_write = call.spec.service == RESOURCE.service && !call.is_read_only();
    if is_write && !account.tasks.is_last(call.request_id) {
        let now = account.now();
        account.tasks.begin(call.request_id, now);
    }
}

/// Returns the state of a task, or `None` if the task is unknown.
fn state(account: &Account, name: &str) -> Option<&'static str> {
    let due = account.tasks.due(name)?;
    Some(if due <= account.now() { "SUCCESS" } else { "RUNNING" })
}

fn describe_task_result(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let Some(number) = call.parameters.get("TaskId").and_then(Value::as_u64) else {
        return Err(ApiError::missing("TaskId"));
    };
    let state = state(account, &number.to_string());
    let state = state
        .ok_or_else(|| ApiError::unknown_id("InvalidParameter", "TaskId", &number.to_string()))?;
    let mut members = member("TaskId", number);
    members.insert("Result".to_owned(), state.into());
    Ok(members)
}

fn describe_vpc_task_result(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let name = call.text("TaskId").unwrap_or_default();
    let state = state(account, name)
        .ok_or_else(|| ApiError::unknown_id("ResourceNotFound", "TaskId", name))?;
    let mut members = member("Status", state);
    members.insert("Output".to_owned(), "".into());
    // The number of the task of a shaped action names no resource.
    let resources = if name == SHAPED_TASK.to_string() {
        json!([])
    } else {
        json!([{"ResourceId": "", "Status": state}])
    };
    members.insert("Result".to_owned(), resources);
    Ok(members)
}
