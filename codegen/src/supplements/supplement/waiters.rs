use serde::Deserialize;

/// Waiter: which action it polls, and which states end it. All names are those of the API.
///
/// ```toml
/// [waiters.instance_running]
/// doc = "every instance is running"
/// action = "DescribeInstancesStatus"
/// ids = "InstanceIds"
/// limit = "Limit"
/// items = "InstanceStatusSet"
/// id = "InstanceId"
/// state = "InstanceState"
/// success = ["RUNNING"]
/// failure = ["LAUNCH_FAILED"]
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiter {
    /// Text that completes `Waits until …`.
    pub doc: String,
    /// Action to poll.
    pub action: String,
    /// Member of the request for the ids: a list of strings, or a string or integer for a single
    /// id. With `filter`, a list of objects with the members `Name` and `Values`.
    pub ids: String,
    /// Name of the filter whose values are the ids.
    pub filter: Option<String>,
    /// How many ids a request accepts. Default: 100, or 1 for a single id.
    pub max_ids: Option<u64>,
    /// Member of the request that is set to the number of ids.
    pub limit: Option<String>,
    /// Further members of the request: strings or integers, which become arguments of the method.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// Member of the response that lists the items. Without it, the state is a member of the
    /// response itself.
    pub items: Option<String>,
    /// Member of an item for its id.
    pub id: Option<String>,
    /// Member for the state: a string, integer or boolean, which is compared as text.
    pub state: String,
    /// States that end the wait.
    #[serde(default)]
    pub success: Vec<String>,
    /// States that end the wait with an error.
    #[serde(default)]
    pub failure: Vec<String>,
    /// What it means that an id is absent. Default: the wait goes on.
    pub absent: Option<Absent>,
    /// Member of an item for the request id of its latest operation. The method then waits for the
    /// operation with this request id.
    pub request_id: Option<String>,
    /// Member for the progress in percent.
    pub percent: Option<String>,
    /// Member for a text that explains a failure.
    pub message: Option<String>,
    /// Error codes, or classes of codes, that end the wait with an error.
    #[serde(default)]
    pub failure_codes: Vec<String>,
    /// Seconds between two polls. Default: 5.
    pub interval: Option<u64>,
    /// Longest wait in seconds. Default: 600.
    pub max_wait: Option<u64>,
}

/// What it means that an id is absent from the response, or unknown to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Absent {
    /// The id has reached its state.
    Success,
}
