//! States that end a wait.

use std::error::Error as _;

use serde_json::json;
use tencentcloud_common::transport::TransportErrorKind;
use tencentcloud_common::{Error, ErrorKind, WaitError};
use tencentcloud_tests::in_memory_transport::{MockResponse, api_error};

use crate::things::{
    BELOW_ZERO, DescribeTaskResponse, DescribeThingsResponse, INACTIVE, LEVEL_SIX, OPERATION_DONE,
    READY, Service, states, task, things,
};

#[tokio::test]
async fn a_wait_ends_when_every_id_is_in_a_success_state() {
    let service = Service::scripted(&[
        states(&[("a", "PENDING"), ("b", "READY")]),
        states(&[("a", "RESERVED"), ("b", "PENDING")]),
        states(&[("b", "READY"), ("a", "RESERVED"), ("other", "BROKEN")]),
    ]);
    let response = service.wait(&READY, &["a", "b"]).await.unwrap();
    assert_eq!((response.things.len(), response.request_id.as_str()), (3, "r-1"));
    assert_eq!(service.pauses(), [5000, 5000]);
}

#[tokio::test]
async fn the_first_poll_happens_at_once() {
    let service = Service::scripted(&[states(&[("a", "READY")])]);
    service.wait(&READY, &["a"]).await.unwrap();
    assert!(service.pauses().is_empty());
}

#[tokio::test]
async fn unknown_and_missing_states_keep_waiting() {
    let service = Service::scripted(&[
        states(&[("a", "NEVER_HEARD_OF")]),
        states(&[("a", "ready")]),
        states(&[("a", "")]),
        things(&json!([{"Id": "a"}])),
        things(&json!([{"State": "READY"}])),
        things(&json!([])),
        things(&json!(null)),
        states(&[("a", "READY")]),
    ]);
    service.wait(&READY, &["a"]).await.unwrap();
    assert_eq!(service.pauses().len(), 7);
}

#[tokio::test]
async fn a_failure_state_of_any_id_ends_the_wait_with_this_id() {
    let broken = json!([
        {"Id": "a", "State": "PENDING"},
        {"Id": "b", "State": "BROKEN", "Reason": "it fell\n down"},
    ]);
    let service = Service::scripted(&[states(&[("a", "PENDING")]), things(&broken)]);
    let error = service.wait(&READY, &["a", "b"]).await.unwrap_err();
    let WaitError::Failed(failure) = &error else { panic!("{error}") };
    assert_eq!((failure.waiter(), failure.id()), ("thing_ready", "b"));
    assert_eq!(failure.state(), Some("BROKEN"));
    assert_eq!(failure.message(), Some("it fell\n down"));
    assert_eq!(failure.response::<DescribeThingsResponse>().unwrap().things.len(), 2);
    assert!(failure.response::<DescribeTaskResponse>().is_none());
    assert_eq!(error.to_string(), "thing_ready cannot be reached: `b` is BROKEN: it fell down");
    assert!(error.source().is_none());

    let error = Error::from(error);
    assert_eq!(error.kind(), ErrorKind::WaitFailed);
    assert!(!error.is_retryable() && !error.maybe_sent());
    assert!(error.to_string().contains("`b` is BROKEN"), "{error}");
    let source = error.source().unwrap().downcast_ref::<WaitError>();
    assert!(matches!(source, Some(WaitError::Failed(_))));
}

#[tokio::test]
async fn a_state_may_be_a_number_or_a_boolean() {
    let cases = [
        (&LEVEL_SIX, json!({"Level": 0}), json!({"Level": 6})),
        (&BELOW_ZERO, json!({"Offset": 1}), json!({"Offset": -1})),
        (&INACTIVE, json!({"Active": true}), json!({"Active": false})),
    ];
    for (waiter, mut pending, mut done) in cases {
        pending["Id"] = json!("a");
        done["Id"] = json!("a");
        let service = Service::scripted(&[things(&json!([pending])), things(&json!([done]))]);
        service.wait(waiter, &["a"]).await.unwrap();
        assert_eq!(service.pauses().len(), 1, "{}", waiter.name);
    }
    let service = Service::scripted(&[things(&json!([{"Id": "a", "Level": 1}]))]);
    let error = service.wait(&LEVEL_SIX, &["a"]).await.unwrap_err();
    assert!(error.to_string().contains("`a` is 1"), "{error}");
}

/// A response may list an id twice, for example once per group.
#[tokio::test]
async fn the_worst_of_several_states_of_an_id_counts() {
    let service = Service::scripted(&[
        states(&[("a", "READY"), ("a", "PENDING")]),
        states(&[("a", "PENDING"), ("a", "READY")]),
        states(&[("a", "READY"), ("a", "READY")]),
    ]);
    service.wait(&READY, &["a"]).await.unwrap();
    assert_eq!(service.pauses().len(), 2);
    let service = Service::scripted(&[states(&[("a", "READY"), ("a", "BROKEN")])]);
    let error = service.wait(&READY, &["a"]).await.unwrap_err();
    assert!(matches!(error, WaitError::Failed(_)));
}

#[tokio::test]
async fn only_the_operation_of_the_caller_counts() {
    let item = |operation: &str, state: &str| {
        things(&json!([{"Id": "a", "State": state, "OperationId": operation}]))
    };
    let responses = [
        item("earlier", "READY"),
        item("earlier", "BROKEN"),
        states(&[("a", "READY")]),
        item("mine", "PENDING"),
        item("mine", "READY"),
    ];
    let service = Service::scripted(&responses);
    service.wait(&OPERATION_DONE, &["a"]).operation("mine").await.unwrap();
    assert_eq!(service.pauses().len(), 4);

    let service = Service::scripted(&[item("mine", "BROKEN")]);
    let error = service.wait(&OPERATION_DONE, &["a"]).operation("mine").await.unwrap_err();
    assert!(matches!(error, WaitError::Failed(_)), "{error}");
}

#[tokio::test]
async fn the_state_of_a_task_is_in_the_response_itself() {
    let service = Service::scripted(&[task("RUNNING", ""), task("SUCCESS", "")]);
    let response = service.wait_for_task("17").await.unwrap();
    assert_eq!(response.status.as_deref(), Some("SUCCESS"));
    assert_eq!(service.bodies(), [json!({"TaskId": 17}), json!({"TaskId": 17})]);

    let service = Service::scripted(&[task("FAILED", "no quota")]);
    let error = service.wait_for_task("17").await.unwrap_err();
    assert_eq!(error.to_string(), "task_done cannot be reached: `17` is FAILED: no quota");
}

#[tokio::test]
async fn an_error_code_can_mean_failure() {
    for code in ["FailedOperation.TaskFailed", "FailedOperation.TaskFailed.Quota"] {
        let service = Service::scripted(&[task("RUNNING", ""), api_error(code)]);
        let error = service.wait_for_task("17").await.unwrap_err();
        let WaitError::Failed(failure) = &error else { panic!("{error}") };
        assert_eq!((failure.id(), failure.state()), ("17", None));
        assert_eq!(failure.error().unwrap().code(), Some(code));
        assert!(failure.response::<DescribeTaskResponse>().is_none());
        assert!(error.to_string().contains(code), "{error}");
        assert_eq!(failure.source().unwrap().to_string(), failure.error().unwrap().to_string());
    }
    let service = Service::scripted(&[api_error("FailedOperation.TaskFailedLater")]);
    let error = service.wait_for_task("17").await.unwrap_err();
    assert!(matches!(error, WaitError::Call(_)), "{error}");
}

/// Which of several ids an error code is about, only calls for single ids tell.
#[tokio::test]
async fn an_error_code_that_means_failure_is_attributed_to_its_id() {
    let service = Service::new(|_, body| match body["Ids"].as_array().unwrap().as_slice() {
        [id] if id == "a" => states(&[("a", "READY")]),
        _ => api_error("FailedOperation.Thing"),
    });
    let error = service.wait(&READY, &["a", "b"]).await.unwrap_err();
    let WaitError::Failed(failure) = &error else { panic!("{error}") };
    assert_eq!(failure.id(), "b");
    assert_eq!(service.bodies().len(), 3);
}

#[tokio::test]
async fn another_error_of_a_poll_ends_the_wait() {
    for response in [
        api_error("UnauthorizedOperation"),
        api_error("InternalError"),
        MockResponse::Failure(TransportErrorKind::Connect),
    ] {
        let service = Service::scripted(&[states(&[("a", "PENDING")]), response]);
        let error = service.wait(&READY, &["a"]).await.unwrap_err();
        let WaitError::Call(call) = &error else { panic!("{error}") };
        assert_eq!(call.action(), Some("DescribeThings"));
        assert_eq!(error.to_string(), format!("the wait failed: {call}"));
        assert_eq!(error.source().unwrap().to_string(), call.to_string());
        let text = call.to_string();
        assert_eq!(Error::from(error).to_string(), text);
    }
}

#[test]
fn errors_are_small_and_can_be_sent() {
    fn check<T: std::error::Error + Send + Sync + 'static>() {}
    check::<WaitError>();
    assert!(size_of::<WaitError>() <= 2 * size_of::<usize>());
}
