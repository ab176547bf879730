//! Memory use of responses: proportional to their size, and none for bytes that are passed through.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use allocation_counter::{AllocationInfo, measure};
use bytes::Bytes;
use serde_json::json;
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::transport::{HttpTransport, Response, ResponseBody, SendFuture};
use tencentcloud_common::{Client, ClientBuilder, ClientProfile, CommonClient, Error, ErrorKind};
use tencentcloud_cvm::v20170312::models::{DescribeInstancesRequest, DescribeInstancesResponse};
use tencentcloud_tests::in_memory_transport::credential;

const MB: u64 = 1_000_000;

/// A transport that responds with allocated bytes, so that only reading them is measured.
#[derive(Clone, Debug)]
struct FixedResponse(Bytes);

impl HttpTransport for FixedResponse {
    fn send(&self, _: http::Request<Bytes>) -> SendFuture<'_> {
        let mut response = Response::new(ResponseBody::from(self.0.clone()));
        let kind = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(http::header::CONTENT_TYPE, kind);
        Box::pin(std::future::ready(Ok(response)))
    }
}

/// Makes a call on this thread and counts its allocations.
fn counted<T>(
    body: impl Into<Bytes>,
    call: impl AsyncFnOnce(&Client) -> Result<T, Error>,
) -> (Result<T, Error>, AllocationInfo) {
    let client = ClientBuilder::<Client>::new("cvm", "2017-03-12")
        .credential(credential().unwrap())
        .profile(ClientProfile::builder().retryer(RetryPolicy::none()).build().unwrap())
        .transport(FixedResponse(body.into()))
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut outcome = None;
    let info = measure(|| outcome = Some(runtime.block_on(call(&client))));
    (outcome.unwrap(), info)
}

async fn typed(client: &Client) -> Result<DescribeInstancesResponse, Error> {
    client.call(DescribeInstancesRequest::new()).await
}

async fn dynamic(client: &Client) -> Result<serde_json::Value, Error> {
    CommonClient::from(client.clone()).call_json("DescribeInstances", json!({})).await
}

async fn raw(client: &Client) -> Result<Bytes, Error> {
    CommonClient::from(client.clone()).call("DescribeInstances", json!({})).await
}

/// Returns a response with a list that repeats an element.
fn list_of(element: &str, count: usize, rest: &str) -> String {
    let elements = vec![element; count].join(",");
    format!("{{\"Response\": {{\"InstanceSet\": [{elements}]{rest}, \"RequestId\": \"r-1\"}}}}")
}

#[test]
fn a_list_of_empty_objects_is_rejected_before_it_fills_the_memory() {
    // The list has 9 MB; as structs it would have 10 GB.
    let body = list_of("{}", 3_000_000, "");
    let (outcome, info) = counted(body.clone(), typed);
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(!error.is_retryable() && error.maybe_sent());
    assert_eq!(error.request_id(), Some("r-1"));
    for part in ["Response", "InstanceSet[", "bytes of memory", "CommonClient::call"] {
        assert!(error.message().contains(part), "{error}");
    }
    assert!(info.bytes_max < 400 * MB, "{info:?}");

    // The alternatives in the message.
    let (value, info) = counted(body.clone(), dynamic);
    assert_eq!(value.unwrap()["InstanceSet"].as_array().unwrap().len(), 3_000_000);
    assert!(info.bytes_max < 400 * MB, "{info:?}");
    let (bytes, info) = counted(body.clone(), raw);
    assert_eq!(bytes.unwrap().len(), body.len());
    assert!(info.bytes_max < MB / 10, "{info:?}");
}

#[test]
fn every_other_amplification_is_bounded_too() {
    let inside = |list: &str| format!("{{\"InstanceSet\": [{{{list}}}]}}");
    let many = |element: &str| vec![element; 1_000_000].join(",");
    let lists = [
        // Nested objects, a list of strings, and a repeated list.
        inside(&format!("\"Tags\": [{}]", many("{}"))),
        inside(&format!("\"DataDisks\": [{}]", many("{}"))),
        inside(&format!("\"SecurityGroupIds\": [{}]", many("\"\""))),
        format!("{{{}}}", many("\"InstanceSet\": [{}]")),
        inside(&many("\"Placement\": {}")),
    ];
    for list in lists {
        let body = format!("{{\"Response\": {list}}}");
        let (outcome, info) = counted(body.clone(), typed);
        if let Err(error) = outcome {
            assert!(error.message().contains("bytes of memory"), "{error}");
        }
        let limit = 16 * MB + 16 * body.len() as u64;
        // A growing list temporarily has both the old and the new allocation.
        assert!(info.bytes_max < 4 * limit, "{} {info:?}", &body[..60]);
    }
}

#[test]
fn a_long_list_of_realistic_items_is_read() {
    let instance = r#"{"InstanceId": "ins-12345678", "InstanceName": "a name", "CPU": 2,
        "Memory": 4, "Placement": {"Zone": "ap-shanghai-2", "ProjectId": 0},
        "PrivateIpAddresses": ["10.0.0.1"], "InstanceState": "RUNNING", "Tags": []}"#;
    let (response, _) = counted(list_of(instance, 20_000, ""), typed);
    let response = response.unwrap();
    assert_eq!(response.instance_set.len(), 20_000);
    // Items of only 31 bytes, and more of them than any service returns at once.
    let (response, _) = counted(list_of(r#"{"InstanceId": "ins-12345678"}"#, 5_000, ""), typed);
    assert_eq!(response.unwrap().instance_set[4_999].instance_id.as_deref(), Some("ins-12345678"));
}

#[test]
fn an_api_error_after_a_list_that_is_too_large_is_found() {
    let failure = r#", "Error": {"Code": "RequestLimitExceeded", "Message": "slow down"}"#;
    let (outcome, info) = counted(list_of("{}", 100_000, failure), typed);
    let error = outcome.unwrap_err();
    assert_eq!((error.code(), error.request_id()), (Some("RequestLimitExceeded"), Some("r-1")));
    assert!(info.bytes_max < 100 * MB, "{info:?}");
}

#[test]
fn an_empty_list_takes_no_memory() {
    let full = list_of(r#"{"Tags": [], "DataDisks": [], "SecurityGroupIds": []}"#, 200, "");
    let (_, without) = counted(list_of("{}", 200, ""), typed);
    let (_, with) = counted(full, typed);
    assert_eq!(with.count_total, without.count_total);
}

#[test]
fn a_malformed_body_is_not_copied() {
    const SIZE: usize = 30_000_000;
    let broken = [
        "x".repeat(SIZE).into_bytes(),
        format!("{{\"Response\": {{\"A\": \"{}", "y".repeat(SIZE)).into_bytes(),
        format!("{{\"Response\": {{\"RequestId\": [], \"A\": \"{}\"}}}}]", "\\n".repeat(SIZE / 2))
            .into_bytes(),
        [b"{\"Response\": {\"A\": \"".as_slice(), &vec![0xff; SIZE]].concat(),
        [b"  ".as_slice(), &vec![0xff; SIZE]].concat(),
        " ".repeat(SIZE).into_bytes(),
        // Secrets at every position that an excerpt can show.
        "secret-token-1234 ".repeat(SIZE / 18).into_bytes(),
    ];
    for body in broken {
        let body = Bytes::from(body);
        let (outcome, info) = counted(body.clone(), typed);
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response);
        assert!(error.to_string().len() < 2000 && !error.to_string().contains("secret"));
        // In a body that is not UTF-8, only the start is searched for an error of the API.
        assert!(info.bytes_max < 2 * MB, "{:?} {info:?}", &body[..30]);
        let (outcome, info) = counted(body.clone(), raw);
        assert_eq!(outcome.unwrap().as_ptr(), body.as_ptr());
        assert!(info.bytes_max < 2 * MB, "{:?} {info:?}", &body[..30]);
    }
}

#[test]
fn a_raw_call_allocates_nothing_for_the_content() {
    let instance = r#"{"InstanceId": "ins-12345678", "InstanceName": "a name", "CPU": 2}"#;
    let one = counted(list_of(instance, 1, ""), raw).1;
    let many = counted(list_of(instance, 50, ""), raw).1;
    assert_eq!(one.count_total, many.count_total);
    let value = counted(list_of(instance, 50, ""), dynamic).1;
    assert!(many.count_total + 250 < value.count_total, "{many:?} {value:?}");
}
