//! The options of the calls.

use tencentcloud_common::WaitError;
use tencentcloud_common::wait::WaitFuture;

use crate::things::{DescribeThingsResponse, READY, Service, states};

#[tokio::test]
async fn call_options_apply_to_each_call() {
    let service = Service::scripted(&[states(&[("a", "PENDING")]), states(&[("a", "READY")])]);
    let mut number = 0;
    let wait = service.wait(&READY, &["a"]).call_options(move |mut call| {
        number += 1;
        call.request_mut().group_id = Some(format!("g-{number}"));
        call.region("ap-beijing").header("X-TC-Canary", "blue")
    });
    wait.await.unwrap();
    for request in service.network.sent() {
        assert_eq!(request.headers()["x-tc-region"], "ap-beijing");
        assert_eq!(request.headers()["x-tc-canary"], "blue");
        assert_eq!(request.headers()["x-tc-action"], "DescribeThings");
    }
    let groups: Vec<_> = service.bodies().iter().map(|body| body["GroupId"].clone()).collect();
    assert_eq!(groups, ["g-1", "g-2"]);
}

#[tokio::test]
async fn an_invalid_option_of_a_call_is_its_error() {
    let service = Service::scripted(&[states(&[("a", "READY")])]);
    let wait = service.wait(&READY, &["a"]).call_options(|call| call.header("a b", ""));
    let error = wait.await.unwrap_err();
    assert!(matches!(error, WaitError::Call(_)), "{error}");
    assert!(service.bodies().is_empty());
}

#[tokio::test]
async fn a_wait_can_be_spawned() {
    let service = Service::scripted(&[states(&[("a", "READY")])]);
    let future: WaitFuture<DescribeThingsResponse> = service.wait(&READY, &["a"]).send();
    let response = tokio::spawn(future).await.unwrap().unwrap();
    assert_eq!(response.things.len(), 1);
}

#[tokio::test]
async fn debug_output_has_no_secret() {
    let service = Service::scripted(&[states(&[("a", "BROKEN")])]);
    let wait = service.wait(&READY, &["a"]);
    let text = format!("{wait:?}");
    assert!(text.contains("thing_ready") && !text.contains("secret-key-1234"), "{text}");
    let text = format!("{:?}", wait.await.unwrap_err());
    assert!(text.contains("BROKEN") && !text.contains("secret-key-1234"), "{text}");
}
