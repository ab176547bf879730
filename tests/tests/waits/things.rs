//! Made-up actions and waiters, and clients whose time passes only in sleeps.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_common::__private::Waiter;
use tencentcloud_common::{Client, ClientBuilder, RetryPolicy, Wait, action, table};
use tencentcloud_tests::fakes::{ConstantRandom, ManualClock, RecordedSleeps};
use tencentcloud_tests::in_memory_transport::{
    InMemoryTransport, MockResponse, api_error, credential, respond,
};

/// A typed client.
pub(crate) struct ThingsClient;

#[derive(Clone, Default)]
pub(crate) struct Filter {
    name: Option<String>,
    values: Option<Vec<String>>,
}
table!(Filter { "Name": name, "Values": values });

#[derive(Clone, Default)]
pub(crate) struct DescribeThingsRequest {
    pub(crate) ids: Option<Vec<String>>,
    pub(crate) limit: Option<u64>,
    pub(crate) filters: Option<Vec<Filter>>,
    pub(crate) group_id: Option<String>,
}
table!(DescribeThingsRequest {
    "Ids": ids, "Limit": limit, "Filters": filters, "GroupId": group_id,
});

#[derive(Clone, Default)]
pub(crate) struct Thing {
    id: Option<String>,
    state: Option<String>,
    level: Option<u64>,
    offset: Option<i64>,
    active: Option<bool>,
    percent: Option<i64>,
    reason: Option<String>,
    operation_id: Option<String>,
}
table!(Thing {
    "Id": id, "State": state, "Level": level, "Offset": offset, "Active": active,
    "Percent": percent, "Reason": reason, "OperationId": operation_id,
});

#[derive(Clone, Default)]
pub(crate) struct DescribeThingsResponse {
    pub(crate) things: Vec<Thing>,
    pub(crate) request_id: String,
}
table!(DescribeThingsResponse { "Things": things, "RequestId": request_id });
action!(ThingsClient: DescribeThingsRequest => DescribeThingsResponse, "DescribeThings");

#[derive(Clone, Default)]
pub(crate) struct DescribeTaskRequest {
    task_id: Option<u64>,
}
table!(DescribeTaskRequest { "TaskId": task_id });

#[derive(Clone, Default)]
pub(crate) struct DescribeTaskResponse {
    pub(crate) status: Option<String>,
    output: Option<String>,
    pub(crate) request_id: String,
}
table!(DescribeTaskResponse { "Status": status, "Output": output, "RequestId": request_id });
action!(ThingsClient: DescribeTaskRequest => DescribeTaskResponse, "DescribeTask");

pub(crate) static READY: Waiter = Waiter {
    name: "thing_ready",
    ids: "Ids",
    limit: Some("Limit"),
    items: Some("Things"),
    id: "Id",
    state: "State",
    success: &["READY", "RESERVED"],
    failure: &["BROKEN"],
    percent: Some("Percent"),
    message: Some("Reason"),
    failure_codes: &["FailedOperation.Thing"],
    ..Waiter::DEFAULT
};

pub(crate) static DELETED: Waiter = Waiter {
    name: "thing_deleted",
    ids: "Ids",
    items: Some("Things"),
    id: "Id",
    state: "State",
    failure: &["BROKEN"],
    absent_is_success: true,
    ..Waiter::DEFAULT
};

pub(crate) static OPERATION_DONE: Waiter = Waiter {
    name: "thing_operation_done",
    request_id: Some("OperationId"),
    limit: None,
    percent: None,
    ..READY_COPY
};

/// `READY` cannot be read in another `static`.
const READY_COPY: Waiter = Waiter {
    name: "",
    ids: "Ids",
    items: Some("Things"),
    id: "Id",
    state: "State",
    success: &["READY"],
    failure: &["BROKEN"],
    ..Waiter::DEFAULT
};

pub(crate) static LEVEL_SIX: Waiter =
    Waiter { name: "level_six", state: "Level", success: &["6"], failure: &["1"], ..READY_COPY };

pub(crate) static BELOW_ZERO: Waiter =
    Waiter { name: "below_zero", state: "Offset", success: &["-1"], failure: &[], ..READY_COPY };

pub(crate) static INACTIVE: Waiter = Waiter {
    name: "thing_inactive",
    state: "Active",
    success: &["false"],
    failure: &[],
    ..READY_COPY
};

pub(crate) static IN_GROUP: Waiter = Waiter {
    name: "thing_in_group",
    ids: "Filters",
    filter: Some("thing-id"),
    max_ids: 2,
    ..READY_COPY
};

pub(crate) static TASK_DONE: Waiter = Waiter {
    name: "task_done",
    ids: "TaskId",
    state: "Status",
    success: &["SUCCESS"],
    failure: &["FAILED"],
    message: Some("Output"),
    failure_codes: &["FailedOperation.TaskFailed"],
    max_ids: 1,
    ..Waiter::DEFAULT
};

/// A service whose response is a function of the number of the request, from 0, and its body.
pub(crate) struct Service {
    pub(crate) network: InMemoryTransport,
    pub(crate) clock: ManualClock,
    pub(crate) sleeps: RecordedSleeps,
    bodies: Arc<Mutex<Vec<Value>>>,
}

impl Service {
    pub(crate) fn new(
        respond: impl Fn(usize, &Value) -> MockResponse + Send + Sync + 'static,
    ) -> Self {
        let clock = ManualClock::at(1_700_000_000);
        let bodies = Arc::<Mutex<Vec<Value>>>::default();
        let log = Arc::clone(&bodies);
        let network = InMemoryTransport::new(move |number, request| {
            let body: Value = serde_json::from_slice(request.body()).unwrap();
            let response = respond(number, &body);
            log.lock().unwrap().push(body);
            response
        });
        let sleeps = RecordedSleeps::advancing(&clock);
        Self { network, clock, sleeps, bodies }
    }

    /// A service that returns these responses in order, and then the last one.
    pub(crate) fn scripted(responses: &[MockResponse]) -> Self {
        let responses = responses.to_vec();
        Self::new(move |number, _| responses[number.min(responses.len() - 1)].clone())
    }

    /// Returns the builder of a client without randomness and retries.
    pub(crate) fn builder(&self) -> ClientBuilder<Client> {
        let profile = tencentcloud_common::ClientProfile::builder()
            .retryer(RetryPolicy::none())
            .build()
            .unwrap();
        ClientBuilder::new("things", "2020-01-01")
            .credential(credential().unwrap())
            .region("ap-shanghai")
            .profile(profile)
            .transport(self.network.clone())
            .clock(self.clock.clone())
            .sleep(self.sleeps.clone())
            .random(ConstantRandom(0))
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    pub(crate) fn wait(
        &self,
        waiter: &'static Waiter,
        ids: &[&str],
    ) -> Wait<DescribeThingsRequest> {
        self.client().wait(waiter, ids.iter().copied())
    }

    pub(crate) fn wait_for_task(&self, id: &str) -> Wait<DescribeTaskRequest> {
        self.client().wait(&TASK_DONE, [id])
    }

    /// Returns the parsed bodies of the requests so far.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.bodies.lock().unwrap().clone()
    }

    /// Returns the lengths of the sleeps so far, in milliseconds.
    pub(crate) fn pauses(&self) -> Vec<u128> {
        self.sleeps.durations().iter().map(Duration::as_millis).collect()
    }
}

/// A response with these items.
pub(crate) fn things(items: &Value) -> MockResponse {
    respond(&json!({"Response": {"Things": items, "RequestId": "r-1"}}).to_string())
}

/// A response with these ids and states.
pub(crate) fn states(states: &[(&str, &str)]) -> MockResponse {
    let item = |(id, state): &(&str, &str)| json!({"Id": id, "State": state});
    things(&states.iter().map(item).collect())
}

/// A response of the task.
pub(crate) fn task(status: &str, output: &str) -> MockResponse {
    let response = json!({"Status": status, "Output": output, "RequestId": "r-2"});
    respond(&json!({ "Response": response }).to_string())
}

/// The error of an id that does not exist.
pub(crate) fn not_found() -> MockResponse {
    api_error("ResourceNotFound")
}
