//! Waits.

use std::time::Duration;

use tencentcloud_common::__private::Waiter;
use tencentcloud_common::{Client, RetryPolicy, Wait, action, table};
use tencentcloud_tests::fakes::{ManualClock, RecordedSleeps};

use super::fixtures::{NOW, Network, Reply, block_on, builder};
use super::messages::Messages;

#[derive(Clone, Default)]
struct DescribeThingsRequest {
    ids: Option<Vec<String>>,
    task_id: Option<u64>,
}
table!(DescribeThingsRequest { "Ids": ids, "TaskId": task_id });

#[derive(Clone, Default)]
struct DescribeThingsResponse {
    things: Vec<Thing>,
    request_id: String,
}
table!(DescribeThingsResponse { "Things": things, "RequestId": request_id });
action!(Client: DescribeThingsRequest => DescribeThingsResponse, "DescribeThings");

#[derive(Clone, Default)]
struct Thing {
    id: Option<String>,
    state: Option<String>,
    reason: Option<String>,
}
table!(Thing { "Id": id, "State": state, "Reason": reason });

const THING: Waiter = Waiter {
    name: "thing_ready",
    ids: "Ids",
    items: Some("Things"),
    id: "Id",
    state: "State",
    success: &["READY"],
    failure: &["BROKEN"],
    message: Some("Reason"),
    failure_codes: &["FailedOperation.ThingFailed"],
    request_id: None,
    max_ids: 7,
    ..Waiter::DEFAULT
};

static READY: Waiter = Waiter { ..THING };
static OPERATION: Waiter =
    Waiter { name: "thing_operation_done", request_id: Some("OperationId"), ..THING };
static TASK: Waiter = Waiter { name: "task_done", ids: "TaskId", ..THING };
static OTHER: Waiter = Waiter { name: "other_ready", ids: "OtherIds", ..THING };

fn things(items: &str) -> Reply {
    Reply::json(format!(r#"{{"Response": {{"Things": [{items}], "RequestId": "r-1"}}}}"#))
}

fn wait(
    waiter: &'static Waiter,
    ids: &[&str],
    network: impl Into<Network>,
) -> Wait<DescribeThingsRequest> {
    let clock = ManualClock::at(NOW);
    let sleeps = RecordedSleeps::advancing(&clock);
    let client: Client = builder(network).clock(clock).sleep(sleeps).build().unwrap();
    client.wait(waiter, ids.iter().copied())
}

pub(super) fn add(messages: &mut Messages) {
    let ready = |ids: &[&str]| wait(&READY, ids, things(""));
    let many: Vec<String> = (1..=8).map(|number| format!("thing-{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let ids = &["thing-1", "thing-2"][..];
    let pending = r#"{"Id": "thing-1", "State": "PENDING"}"#;
    let broken = r#"{"Id": "thing-2", "State": "BROKEN", "Reason": "The disk\nis full."}"#;
    block_on(async {
        messages.heading("Arguments");
        messages.add("A wait without ids", ready(&[]).await);
        messages.add("A wait with more ids than a request may have", ready(&many).await);
        messages.add("A wait with an empty id", ready(&["thing-1", ""]).await);
        messages.add(
            "A wait for an operation with an empty request id",
            wait(&OPERATION, ids, things("")).operation("").await,
        );
        messages.add("An interval of zero", ready(ids).interval(Duration::ZERO).await);
        messages.add("A max_wait of zero", ready(ids).max_wait(Duration::ZERO).await);
        messages.add(
            "The id of a task that is not a number",
            wait(&TASK, &["task-1"], things("")).await,
        );
        messages.add("A waiter for another request", wait(&OTHER, ids, things("")).await);

        messages.heading("Failures");
        messages.add("A failure state", wait(&READY, &["thing-2"], things(broken)).await);
        messages.add(
            "A failure state with a long explanation",
            wait(&READY, &["thing-2"], things(&broken.replace("full", &"full ".repeat(100)))).await,
        );
        messages.add(
            "An error code that means failure",
            wait(&READY, &["thing-2"], Reply::api_error("FailedOperation.ThingFailed")).await,
        );
        messages.add(
            "A poll that fails",
            wait(&READY, ids, Reply::api_error("UnauthorizedOperation")).await,
        );

        messages.heading("Timeouts");
        messages.add(
            "Some ids are pending, and some are not listed",
            wait(&READY, ids, things(pending)).await,
        );
        messages.add(
            "More ids than a message names, after one poll",
            wait(&READY, &many[1..], things(pending)).max_wait(Duration::from_secs(5)).await,
        );
        messages.add(
            "An id that does not exist",
            wait(&READY, &["thing-1"], Reply::api_error("ResourceNotFound")).await,
        );
        let retry = RetryPolicy::none();
        messages.add(
            "A failure state, converted into an `Error`",
            wait(&READY, &["thing-2"], things(broken))
                .call_options(move |call| call.retry(retry.clone()))
                .await
                .map_err(tencentcloud_common::Error::from),
        );
    });
}
