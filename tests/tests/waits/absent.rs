//! Ids that the service does not know.

use serde_json::json;
use tencentcloud_common::WaitError;
use tencentcloud_tests::in_memory_transport::api_error;

use crate::things::{DELETED, READY, Service, not_found, states, things};

#[tokio::test]
async fn a_wait_for_a_deletion_ends_when_no_id_is_listed() {
    let service = Service::scripted(&[
        states(&[("a", "DELETING"), ("b", "DELETING")]),
        states(&[("b", "DELETING")]),
        things(&json!([])),
    ]);
    let response = service.wait(&DELETED, &["a", "b"]).await.unwrap();
    assert_eq!((response.things.len(), response.request_id.as_str()), (0, "r-1"));
    assert_eq!(service.pauses().len(), 2);
}

#[tokio::test]
async fn a_wait_for_a_deletion_ends_when_the_id_is_not_found() {
    for code in
        ["ResourceNotFound", "ResourceNotFound.Thing", "InvalidThing.NotFound", "A.ThingNotFound"]
    {
        let service = Service::scripted(&[states(&[("a", "DELETING")]), api_error(code)]);
        let response = service.wait(&DELETED, &["a"]).await.unwrap();
        assert_eq!((response.things.len(), response.request_id.as_str()), (0, ""), "{code}");
    }
}

#[tokio::test]
async fn other_waits_go_on_while_the_id_is_not_found() {
    let service = Service::scripted(&[not_found(), things(&json!([])), states(&[("a", "READY")])]);
    service.wait(&READY, &["a"]).await.unwrap();
    assert_eq!(service.pauses().len(), 2);

    let service = Service::scripted(&[not_found()]);
    let error = service.wait(&READY, &["a"]).await.unwrap_err();
    let WaitError::TimedOut(timeout) = &error else { panic!("{error}") };
    assert_eq!(timeout.error().unwrap().code(), Some("ResourceNotFound"));
    assert!(error.to_string().contains("`a` has no state"), "{error}");
}

/// An error for several ids does not say which of them is gone.
#[tokio::test]
async fn each_id_is_asked_for_when_one_of_several_is_not_found() {
    // `a` is deleted from the start, `c` before request 5, and `b` before request 7.
    let service = Service::new(|number, body| {
        let gone = |id: &str| match id {
            "a" => true,
            "b" => number >= 7,
            _ => number >= 5,
        };
        let ids = body["Ids"].as_array().unwrap();
        let ids: Vec<&str> = ids.iter().map(|id| id.as_str().unwrap()).collect();
        if ids.iter().any(|id| gone(id)) {
            not_found()
        } else {
            states(&ids.iter().map(|id| (*id, "DELETING")).collect::<Vec<_>>())
        }
    });
    service.wait(&DELETED, &["a", "b", "c"]).await.unwrap();
    let asked: Vec<String> = service
        .bodies()
        .iter()
        .map(|body| {
            let ids = body["Ids"].as_array().unwrap().iter();
            ids.map(|id| id.as_str().unwrap()).collect::<String>()
        })
        .collect();
    // The ids that are gone are not asked for again.
    assert_eq!(asked, ["abc", "a", "b", "c", "bc", "bc", "b", "c", "b"]);
    assert_eq!(service.pauses().len(), 3);
}

#[tokio::test]
async fn the_states_of_the_other_ids_count_when_one_is_not_found() {
    let service = Service::new(|number, body| match body["Ids"].as_array().unwrap().as_slice() {
        [id] if id == "a" && number < 4 => not_found(),
        [id] => states(&[(id.as_str().unwrap(), "READY")]),
        _ => not_found(),
    });
    service.wait(&READY, &["a", "b"]).await.unwrap();
    assert_eq!(service.bodies().len(), 6);

    let service = Service::new(|_, body| match body["Ids"].as_array().unwrap().as_slice() {
        [id] if id == "b" => states(&[("b", "BROKEN")]),
        _ => not_found(),
    });
    let error = service.wait(&READY, &["a", "b", "c"]).await.unwrap_err();
    let WaitError::Failed(failure) = &error else { panic!("{error}") };
    assert_eq!(failure.id(), "b");
    assert_eq!(service.bodies().len(), 3, "`c` is not asked for after the failure of `b`");
}

#[tokio::test]
async fn a_missing_permission_or_key_is_not_an_absent_id() {
    for code in ["AuthFailure.SecretIdNotFound", "UnauthorizedOperation", "InvalidParameter"] {
        let service = Service::scripted(&[api_error(code)]);
        let error = service.wait(&DELETED, &["a", "b"]).await.unwrap_err();
        assert!(matches!(error, WaitError::Call(_)), "{error}");
        assert_eq!(service.bodies().len(), 1);
    }
}
