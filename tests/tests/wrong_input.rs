//! What is refused before anything is sent.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use serde_json::json;
use tencentcloud_common::{ClientProfile, CommonClient, Credential, Error, ErrorKind, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{
    AssociateInstancesKeyPairsRequest, DescribeInstancesRequest, Filter,
};
use tencentcloud_tests::scripted_server::ScriptedServer;

struct Setting {
    server: ScriptedServer,
    typed: CvmClient,
    profile: ClientProfile,
}

fn setting() -> Setting {
    let server = ScriptedServer::start(vec![]).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
    let typed = CvmClient::with_profile(credential, "ap-shanghai", profile.clone()).unwrap();
    Setting { server, typed, profile }
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>, expected: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.to_string().contains(expected), "{error}");
    assert!(!error.maybe_sent());
    assert_eq!(error.attempts(), 0);
}

#[tokio::test]
async fn a_missing_required_member_is_named() {
    let Setting { server, typed, profile } = setting();
    let request = AssociateInstancesKeyPairsRequest::new().instance_ids(["ins-1"]);
    refused(
        typed.associate_instances_key_pairs(request).await,
        "the required member KeyIds of AssociateInstancesKeyPairsRequest is not set",
    );
    // Nested objects are looked into, where they are set.
    let request = DescribeInstancesRequest::new().filters([
        Filter::new().name("zone").values(["ap-shanghai-1"]),
        Filter::new().name("zone"),
    ]);
    refused(typed.describe_instances(request).await, "member Filters[1].Values of");
    assert!(server.requests().is_empty());

    let http = profile.http_profile().clone();
    let lax = ClientProfile::builder().http_profile(http).check_required(false).build().unwrap();
    let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
    let client = CvmClient::with_profile(credential, "ap-shanghai", lax).unwrap();
    let request = AssociateInstancesKeyPairsRequest::new();
    let error = client.associate_instances_key_pairs(request).await.unwrap_err();
    assert_ne!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn headers_that_are_none_or_the_sdks_own_are_refused() {
    let Setting { server, typed, .. } = setting();
    let call = || typed.describe_instances(DescribeInstancesRequest::new());
    refused(call().header("X TC", "1").await, "is no name of a header");
    refused(call().header("", "1").await, "is no name of a header");
    refused(call().header("X-A", "a\r\nX-B: 1").await, "the value of the header X-A");
    refused(call().header("Host", "example.com").await, "set by the SDK");
    refused(call().header("x-tc-region", "r").await, "use `Call::region`");
    refused(call().timeout(std::time::Duration::ZERO).await, "the timeout of the call is zero");
    refused(call().region("AP Shanghai").await, "is no name of a region");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_dynamic_call_checks_names_and_parameters() {
    let Setting { profile, .. } = setting();
    let client = |service: &'static str, version: &'static str| {
        let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
        CommonClient::with_profile(service, version, credential, "", profile.clone()).unwrap()
    };
    let cvm = client("cvm", "2017-03-12");
    let nameless = cvm.call_json("", json!({})).await;
    let told =
        "the call failed: \"\" is no name of an action of the API: give one like DescribeZones";
    assert!(nameless.as_ref().unwrap_err().to_string().starts_with(told), "{nameless:?}");
    refused(nameless, "no name of an action");
    refused(cvm.call_json("Describe Zones", json!({})).await, "no name of an action");
    refused(cvm.call_json("DescribeZones", json!([1])).await, "not a JSON object");
    refused(cvm.call_json("DescribeZones", "{}").await, "not a JSON object");
    refused(client("cvm", "v1").call_json("A", json!({})).await, "no name of a version");
    refused(client("c/m", "2017-03-12").call_json("A", json!({})).await, "no name of a service");
}

#[test]
fn no_runtime_is_an_error_and_no_panic() {
    let Setting { typed, .. } = setting();
    let mut future = Box::pin(std::future::IntoFuture::into_future(
        typed.describe_instances(DescribeInstancesRequest::new()),
    ));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(outcome) = future.as_mut().poll(&mut context) else {
        panic!("it must answer at once")
    };
    refused(outcome, "there is no Tokio runtime here");
}

#[test]
fn a_runtime_without_a_driver_is_an_error_and_no_panic() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let without_timer = builder.build().unwrap();
    let call =
        |typed: &CvmClient| typed.describe_instances(DescribeInstancesRequest::new()).into_future();
    refused(
        without_timer.block_on(call(&setting().typed)),
        "the Tokio runtime has no timer: build it with `enable_time` or `enable_all`",
    );
    // Whether it can open connections is known when the first one is needed.
    let without_io = builder.enable_time().build().unwrap();
    let error = without_io.block_on(call(&setting().typed)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(!error.maybe_sent() && error.attempts() == 1, "{error}");
    assert!(error.to_string().contains("the Tokio runtime has no I/O driver"), "{error}");
}

#[test]
fn a_client_is_made_without_a_mistake_being_lost() {
    let credential = || Credential::new("AKIDexample", "secret-key-1234").unwrap();
    refused(
        CommonClient::builder("c v m", "2017-03-12").credential(credential()).build(),
        "is no endpoint",
    );
    refused(
        CvmClient::builder().credential(credential()).region("a b").build(),
        "is no name of a region",
    );
}

/// The official SDKs cut it off, or leave it out and only warn.
#[test]
fn a_name_of_the_program_that_cannot_be_sent_is_refused() {
    let built = |name: &str| ClientProfile::builder().request_client(name).build();
    built(&"x".repeat(128)).unwrap();
    built("my-app_1.0,;").unwrap();
    for wrong in ["", "my app", "näme", "a\r\nX: y", &"x".repeat(129)] {
        refused(built(wrong), "request_client must be 1 to 128 letters");
    }
}
