//! Blocking calls outside of runtimes and inside of every kind of runtime.

use std::time::Duration;

use tencentcloud_common::transport::ReqwestTransport;
use tencentcloud_common::{ErrorKind, HttpProfile};
use tencentcloud_tests::handler_server::HandlerServer;

use crate::{builder, call, check, client, server};

#[test]
fn outside_a_runtime() {
    let server = server();
    let client = client(&server);
    check(&client);
    let (value, metadata) =
        call(&client).region("ap-beijing").with_metadata().send_blocking().unwrap();
    assert_eq!(value["TotalCount"], 7);
    assert_eq!((metadata.request_id(), metadata.attempts()), (Some("r-1"), 1));
    let received = server.requests();
    assert_eq!(received[1].header("x-tc-region"), Some("ap-beijing"));
    assert_eq!(received[1].header("x-tc-traceid"), Some(metadata.trace_id()));
    assert_eq!(server.connections(), 1, "the connection is kept for the next call");
}

#[tokio::test]
async fn inside_a_current_thread_runtime() {
    let server = server();
    let client = client(&server);
    check(&client);
    // The last client is dropped here too.
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inside_a_multi_thread_runtime() {
    let server = server();
    let client = client(&server);
    check(&client);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { check(&client) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let of_blocking = client.clone();
    tokio::task::spawn_blocking(move || check(&of_blocking)).await.unwrap();
    let in_place = client.clone();
    tokio::spawn(async move { tokio::task::block_in_place(|| check(&in_place)) }).await.unwrap();
}

#[test]
fn inside_block_on_and_an_entered_runtime() {
    let server = server();
    let client = client(&server);
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { check(&client) });
        let _entered = runtime.enter();
        check(&client);
    }
}

/// The idle connections of an async call belong to a runtime that is not polled.
#[tokio::test]
async fn async_and_blocking_calls_alternate() {
    let server = server();
    let given = ReqwestTransport::new(&HttpProfile::builder().no_proxy().build().unwrap()).unwrap();
    for client in [client(&server), builder(&server).transport(given).build().unwrap()] {
        let before = server.connections();
        for _ in 0..3 {
            call(&client).await.unwrap();
            check(&client);
        }
        assert_eq!(server.connections() - before, 2, "one connection each");
    }
}

#[tokio::test]
async fn errors_equal_those_of_async_calls() {
    let silent = HandlerServer::start(|mut connection| {
        connection.receive()?;
        connection.wait_for_close();
        Ok(())
    })
    .unwrap();
    let client = client(&silent);
    let limit = Duration::from_millis(200);
    let awaited = call(&client).timeout(limit).await.unwrap_err();
    let error = call(&client).timeout(limit).send_blocking().unwrap_err();
    assert!(error.is_timeout() && error.maybe_sent());
    assert_eq!(error.message(), awaited.message());
    assert!(error.trace_id().is_some());

    let error = call(&client).header("Host", "x").send_blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);

    let refusing = HandlerServer::start(|mut connection| {
        connection.receive()?;
        connection.send_json(
            r#"{"Response": {"Error": {"Code": "A.B", "Message": "no"}, "RequestId": "r-1"}}"#,
        )
    })
    .unwrap();
    let error = call(&crate::client(&refusing)).send_blocking().unwrap_err();
    assert_eq!((error.code(), error.request_id()), (Some("A.B"), Some("r-1")));
}
