//! Pages and items as streams: lazy, cancel safe, ended by an error, and with the options of the
//! call.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::{ClientProfile, Credential, Error, ErrorKind, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{DescribeInstancesRequest, Instance};
use tencentcloud_tests::handler_server::HandlerServer;
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, api_error, respond};
use tokio::sync::Notify;

use crate::{client, instances};

fn page(ids: std::ops::Range<usize>) -> String {
    format!(
        r#"{{"Response": {{"RequestId": "r-{}", "TotalCount": 100, "InstanceSet": {}}}}}"#,
        ids.start,
        instances(ids.clone())
    )
}

fn pages_of_two() -> InMemoryTransport {
    InMemoryTransport::new(|number, _| respond(&page(number * 2..number * 2 + 2)))
}

#[tokio::test]
async fn a_call_is_made_only_when_it_is_needed() {
    let network = pages_of_two();
    let client = client(CvmClient::builder(), &network);
    let mut items = client.describe_instances(DescribeInstancesRequest::new()).items();
    assert!(network.sent().is_empty());
    for read in 1..=5 {
        items.next().await.unwrap().unwrap();
        assert_eq!(network.sent().len(), usize::midpoint(read, 1));
    }
}

#[tokio::test]
async fn an_error_ends_the_stream_once() {
    let network = InMemoryTransport::new(|number, _| match number {
        0 => respond(&page(0..2)),
        _ => api_error("InvalidParameter"),
    });
    let client = client(CvmClient::builder(), &network);
    let mut items = client.describe_instances(DescribeInstancesRequest::new()).items();
    assert!(items.next().await.unwrap().is_ok());
    assert!(items.next().await.unwrap().is_ok());
    assert_eq!(items.next().await.unwrap().unwrap_err().code(), Some("InvalidParameter"));
    assert!(items.next().await.is_none());
    assert!(items.next().await.is_none());
    assert_eq!(network.sent().len(), 2);
}

#[tokio::test]
async fn every_page_has_the_options_of_the_call_and_its_own_metadata() {
    let network = InMemoryTransport::new(|number, _| match number {
        1 => api_error("InternalError"),
        _ => respond(&page(number * 2..number * 2 + 2)),
    });
    let client = client(CvmClient::builder(), &network);
    let call = client
        .describe_instances(DescribeInstancesRequest::new())
        .region("ap-beijing")
        .header("X-TC-Canary", "yes")
        .retry(RetryPolicy::standard());
    let mut pages = call.pages().with_metadata();
    let (_, first) = pages.next().await.unwrap().unwrap();
    let (_, second) = pages.next().await.unwrap().unwrap();
    assert_eq!((first.request_id(), first.attempts()), (Some("r-0"), 1));
    assert_eq!((second.request_id(), second.attempts()), (Some("r-4"), 2));
    let sent = network.sent();
    assert_eq!(sent.len(), 3);
    let trace_ids: Vec<_> = sent.iter().map(|it| it.headers()["x-tc-traceid"].clone()).collect();
    assert_ne!(trace_ids[0], trace_ids[1]);
    assert_eq!(trace_ids[1], trace_ids[2]);
    for request in &sent {
        assert_eq!(request.headers()["x-tc-region"], "ap-beijing");
        assert_eq!(request.headers()["x-tc-canary"], "yes");
    }
}

#[tokio::test]
async fn a_dropped_future_loses_no_page_and_repeats_no_call() {
    let (arrived, go_on) = (Arc::new(Notify::new()), Arc::new(std::sync::Barrier::new(2)));
    let (tell, wait) = (Arc::clone(&arrived), Arc::clone(&go_on));
    let server = HandlerServer::start(move |mut connection| {
        connection.receive()?;
        tell.notify_one();
        wait.wait();
        connection.send_json(&page(0..2))?;
        connection.receive()?;
        connection.send_json(&page(2..4))
    })
    .unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let client = CvmClient::builder()
        .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
        .region("ap-shanghai")
        .profile(ClientProfile::builder().http_profile(http).build().unwrap())
        .build()
        .unwrap();
    let mut items = client.describe_instances(DescribeInstancesRequest::new()).items();
    tokio::select! {
        biased;
        item = items.next() => panic!("{item:?}"),
        () = arrived.notified() => {}
    }
    go_on.wait();
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(items.next().await.unwrap().unwrap().instance_id.unwrap());
    }
    assert_eq!(ids, ["ins-0", "ins-1", "ins-2"]);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_timeout_applies_to_each_page() {
    let network = pages_of_two();
    let client = client(CvmClient::builder(), &network);
    let call = client.describe_instances(DescribeInstancesRequest::new());
    let mut items = call.timeout(Duration::ZERO).items();
    assert_eq!(items.next().await.unwrap().unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn items_and_pages_are_streams_that_can_be_sent_to_a_task() {
    /// Reads a stream as the crate `futures` does.
    async fn count(
        stream: impl futures_core::Stream<Item = Result<Instance, Error>> + Send,
    ) -> usize {
        let mut stream = Box::pin(stream);
        let mut count = 0;
        while let Some(item) =
            std::future::poll_fn(|context| Pin::as_mut(&mut stream).poll_next(context)).await
        {
            item.unwrap();
            count += 1;
            if count == 7 {
                break;
            }
        }
        count
    }
    let network = pages_of_two();
    let client = client(CvmClient::builder(), &network);
    let items = client.describe_instances(DescribeInstancesRequest::new()).items();
    assert_eq!(tokio::spawn(count(items)).await.unwrap(), 7);
}

#[tokio::test]
async fn debug_shows_the_position_but_no_secret() {
    let network = InMemoryTransport::new(|_, _| {
        tencentcloud_tests::in_memory_transport::MockResponse::Head(StatusCode::OK, &[])
    });
    let client = client(CvmClient::builder(), &network);
    let items = client.describe_instances(DescribeInstancesRequest::new()).items();
    let text = format!("{items:?}");
    assert!(text.contains("Items") && text.contains("DescribeInstancesRequest"), "{text}");
    assert!(!text.contains("secret-key-1234"), "{text}");
}
