//! What a poll asks for.

use serde_json::json;
use tencentcloud_common::{ErrorKind, WaitError};

use crate::things::{DELETED, IN_GROUP, OPERATION_DONE, READY, Service, states, task};

#[track_caller]
fn invalid_input(error: &WaitError) -> &str {
    match error {
        WaitError::Call(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(!error.maybe_sent());
            error.message()
        }
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn ids_and_their_number_are_sent() {
    let service = Service::scripted(&[states(&[("a", "READY"), ("b", "READY")])]);
    service.wait(&READY, &["a", "b"]).await.unwrap();
    assert_eq!(service.bodies(), [json!({"Ids": ["a", "b"], "Limit": 2})]);
}

#[tokio::test]
async fn duplicate_ids_count_once() {
    let ready = states(&[("b", "READY"), ("a", "READY")]);
    let service = Service::scripted(&[ready]);
    service.wait(&READY, &["b", "a", "b", "a"]).await.unwrap();
    assert_eq!(service.bodies(), [json!({"Ids": ["b", "a"], "Limit": 2})]);
}

#[tokio::test]
async fn a_filter_contains_the_ids_and_other_members_are_set() {
    let service = Service::scripted(&[states(&[("a", "READY"), ("b", "READY")])]);
    service.wait(&IN_GROUP, &["a", "b"]).parameter("GroupId", "g-1").await.unwrap();
    let filter = json!({"Name": "thing-id", "Values": ["a", "b"]});
    assert_eq!(service.bodies(), [json!({"Filters": [filter], "GroupId": "g-1"})]);
}

#[tokio::test]
async fn up_to_the_maximum_of_ids_are_accepted() {
    let service = Service::new(|_, body| {
        let ids = body["Ids"].as_array().unwrap().iter();
        states(&ids.map(|id| (id.as_str().unwrap(), "READY")).collect::<Vec<_>>())
    });
    let ids: Vec<String> = (0..101).map(|number| format!("thing-{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut at_the_limit = ids[..100].to_vec();
    at_the_limit.push("thing-0");
    service.wait(&READY, &at_the_limit).await.unwrap();
    assert_eq!(service.bodies()[0]["Limit"], 100);

    let error = service.wait(&READY, &ids).await.unwrap_err();
    assert!(invalid_input(&error).contains("101 ids"), "{error}");
    let error = service.wait(&IN_GROUP, &["a", "b", "c"]).await.unwrap_err();
    assert!(invalid_input(&error).contains("at most 2"), "{error}");
    assert_eq!(service.bodies().len(), 1);
}

#[tokio::test]
async fn invalid_arguments_are_refused_without_a_call() {
    let service = Service::scripted(&[states(&[("a", "READY")])]);
    let zero = std::time::Duration::ZERO;
    for (wait, part) in [
        (service.wait(&READY, &[]), "no ids to wait for"),
        (service.wait(&DELETED, &[]), "no ids to wait for"),
        (service.wait(&READY, &["a", ""]), "an empty id"),
        (service.wait(&OPERATION_DONE, &["a"]).operation(""), "an empty request id"),
        (service.wait(&READY, &["a"]).interval(zero), "the interval of thing_ready is zero"),
        (service.wait(&READY, &["a"]).max_wait(zero), "the max_wait of thing_ready is zero"),
        (service.wait(&READY, &["a"]).parameter("Group", "g-1"), "`Group` is missing"),
    ] {
        let error = wait.await.unwrap_err();
        assert!(invalid_input(&error).contains(part), "{error}");
    }
    assert!(service.bodies().is_empty());
}

#[tokio::test]
async fn the_id_of_a_task_is_converted_to_the_type_of_the_request() {
    let service = Service::scripted(&[task("SUCCESS", "")]);
    for id in ["0", "12566700", "18446744073709551615"] {
        service.wait_for_task(id).await.unwrap();
    }
    let ids: Vec<u64> =
        service.bodies().iter().map(|body| body["TaskId"].as_u64().unwrap()).collect();
    assert_eq!(ids, [0, 12_566_700, u64::MAX]);
    for id in ["-1", "18446744073709551616", "task-1", "1.5"] {
        let error = service.wait_for_task(id).await.unwrap_err();
        assert!(invalid_input(&error).contains(id), "{error}");
    }
    assert_eq!(service.bodies().len(), 3);
}
