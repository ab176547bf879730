//! Blocking iterators over pages and items.

use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeInstancesRequest;
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, api_error, respond};

use crate::{client, instances};

fn network() -> InMemoryTransport {
    InMemoryTransport::new(|number, _| match number {
        0..=2 => respond(&format!(
            r#"{{"Response": {{"RequestId": "r-{number}", "InstanceSet": {}}}}}"#,
            instances(number * 2..number * 2 + 2)
        )),
        _ => api_error("InvalidParameter"),
    })
}

#[test]
fn items_are_read_without_a_runtime() {
    let network = network();
    let client = client(CvmClient::builder(), &network);
    let items = client.describe_instances(DescribeInstancesRequest::new()).items().blocking();
    // The iterator keeps what it needs of the client.
    drop(client);
    let items: Vec<_> = items.take(5).map(Result::unwrap).collect();
    assert_eq!(items[4].instance_id.as_deref(), Some("ins-4"));
    assert_eq!(network.sent().len(), 3);
}

#[test]
fn an_error_ends_the_iterator_once() {
    let network = network();
    let client = client(CvmClient::builder(), &network);
    let mut pages = client.describe_instances(DescribeInstancesRequest::new()).pages().blocking();
    for _ in 0..3 {
        assert_eq!(pages.next().unwrap().unwrap().instance_set.len(), 2);
    }
    assert_eq!(pages.next().unwrap().unwrap_err().code(), Some("InvalidParameter"));
    assert!(pages.next().is_none());
    let call = client.describe_instances(DescribeInstancesRequest::new());
    assert!(call.pages().with_metadata().blocking().next().unwrap().is_err());
}
