//! Waits of code that is not async.

use tencentcloud_common::WaitError;

use crate::things::{READY, Service, states};

#[test]
fn a_blocking_wait_is_the_same_as_an_awaited_one() {
    let service = Service::scripted(&[states(&[("a", "PENDING")]), states(&[("a", "READY")])]);
    let response = service.wait(&READY, &["a"]).send_blocking().unwrap();
    assert_eq!(response.things.len(), 1);
    assert_eq!(service.pauses(), [5000]);

    let service = Service::scripted(&[states(&[("a", "BROKEN")])]);
    let error = service.wait(&READY, &["a"]).send_blocking().unwrap_err();
    assert!(matches!(error, WaitError::Failed(_)), "{error}");
}

#[test]
fn a_blocking_call_in_a_blocking_wait_is_refused() {
    let service = Service::scripted(&[states(&[("a", "READY")])]);
    let client = service.client();
    let same = client.clone();
    let wait =
        client.wait::<crate::things::DescribeThingsRequest>(&READY, ["a"]).on_progress(move |_| {
            let call = same.call(crate::things::DescribeThingsRequest::default());
            let error = call.send_blocking().err().unwrap();
            assert!(error.message().contains("would wait for itself"), "{error}");
        });
    wait.send_blocking().unwrap();
}
