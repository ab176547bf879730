//! What decoding a response takes of memory, counted by the allocator. One test, so that nothing
//! else allocates meanwhile.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::alloc::System;

use serde_json::json;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tencentcloud_common::ErrorKind;
use tencentcloud_common::retry::RetryPolicy;
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeInstancesRequest;
use tencentcloud_tests::in_memory::{InMemory, answer, builder, credential};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const MIB: usize = 1024 * 1024;

fn response(instances: &str) -> String {
    format!(r#"{{"Response": {{"InstanceSet": [{instances}], "RequestId": "r-1"}}}}"#)
}

#[tokio::test]
async fn decoding_takes_memory_in_proportion_to_the_response() {
    // Nothing but commas and braces: each element would become a struct of 1.6 KB.
    let empty = vec!["{}"; MIB].join(",");
    let nested = format!(r#"{{"DataDisks": [{}]}}"#, vec!["{}"; MIB / 2].join(","));
    // A page of real size: 100 instances, about 200 KB.
    let tags = vec![r#"{"Key": "environment", "Value": "production"}"#; 40].join(",");
    let real = format!(
        r#"{{"InstanceId": "ins-12345678", "InstanceState": "RUNNING", "Tags": [{tags}]}}"#
    );
    let real = vec![real; 100].join(",");
    let bodies = [response(&empty), response(&nested), response(&real)];
    let sizes = bodies.each_ref().map(String::len);
    let network = InMemory::new(move |number, _| answer(&bodies[number / 3]));
    let dynamic = builder(&network).build().unwrap();
    let typed = CvmClient::builder()
        .credential(credential().unwrap())
        .region("ap-shanghai")
        .transport(network.clone())
        .build()
        .unwrap();
    for (index, size) in sizes.into_iter().enumerate() {
        let request = DescribeInstancesRequest::new();
        let region = Region::new(ALLOCATOR);
        let outcome = typed.describe_instances(request).retry(RetryPolicy::none()).await;
        let allocated = region.change().bytes_allocated;
        if index == 2 {
            assert_eq!(outcome.unwrap().instance_set.len(), 100);
        } else {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Response);
            let text = error.to_string();
            assert!(text.contains("too large for a typed one"), "{text}");
            assert!(text.contains("bytes of memory, the limit for a document of this"), "{text}");
            assert!(text.contains("`CommonClient::call`"), "{text}");
            assert_eq!(error.request_id(), Some("r-1"));
            // The body itself, its copy in the network, and twice the limit, because lists double.
            assert!(allocated < 2 * size + 2 * (16 * MIB + 16 * size) + 4 * MIB, "{allocated}");
        }
        // What a typed response refuses is still there for those who can use it.
        let value = dynamic.call_json("DescribeInstances", json!({})).await.unwrap();
        assert!(!value["InstanceSet"].as_array().unwrap().is_empty());
        // A raw call keeps no more than the body: it reads the envelope and skips the rest.
        let region = Region::new(ALLOCATOR);
        let body = dynamic.call("DescribeInstances", json!({})).await.unwrap();
        let change = region.change();
        assert_eq!(body.len(), size);
        assert!(change.bytes_allocated < size + 64 * 1024, "{} of {size}", change.bytes_allocated);
        assert!(change.allocations < 500, "{}", change.allocations);
    }
}
