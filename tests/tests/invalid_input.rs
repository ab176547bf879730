//! Invalid input, which is an error before anything is sent.
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
use tencentcloud_tests::scripted_server::{ScriptedServer, json as json_response};

struct Setup {
    server: ScriptedServer,
    typed: CvmClient,
    profile: ClientProfile,
}

fn setup() -> Setup {
    let server = ScriptedServer::start(vec![]).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
    let typed = CvmClient::with_profile(credential, "ap-shanghai", profile.clone()).unwrap();
    Setup { server, typed, profile }
}

fn assert_invalid_input<T: std::fmt::Debug>(outcome: Result<T, Error>, expected: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.to_string().contains(expected), "{error}");
    assert!(!error.maybe_sent());
    assert_eq!(error.attempts(), 0);
}

#[tokio::test]
async fn a_missing_required_member_is_named() {
    let Setup { server, typed, profile } = setup();
    let request = AssociateInstancesKeyPairsRequest::new().instance_ids(["ins-1"]);
    assert_invalid_input(
        typed.associate_instances_key_pairs(request).await,
        "the required member KeyIds of AssociateInstancesKeyPairsRequest is not set",
    );
    // Nested objects are checked if they are set.
    let request = DescribeInstancesRequest::new().filters([
        Filter::new().name("zone").values(["ap-shanghai-1"]),
        Filter::new().name("zone"),
    ]);
    assert_invalid_input(typed.describe_instances(request).await, "member Filters[1].Values of");
    assert!(server.requests().is_empty());

    let http = profile.http_profile().clone();
    let lax = ClientProfile::builder().http_profile(http).check_required(false).build().unwrap();
    let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
    let client = CvmClient::with_profile(credential, "ap-shanghai", lax).unwrap();
    let request = AssociateInstancesKeyPairsRequest::new();
    let call = || client.associate_instances_key_pairs(request.clone());
    let error = call().await.unwrap_err();
    assert_ne!(error.kind(), ErrorKind::InvalidInput);
    // A call can also be stricter than its profile.
    assert_invalid_input(call().check_required(true).await, "the required member InstanceIds of");
}

#[tokio::test]
async fn one_call_can_leave_out_a_required_member() {
    let response = json_response(r#"{"Response": {"RequestId": "r-1"}}"#);
    let server = ScriptedServer::start(vec![response.clone(), response]).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
    let client = CvmClient::with_profile(credential.clone(), "ap-shanghai", profile.clone());
    let client = client.unwrap();
    let request = AssociateInstancesKeyPairsRequest::new().key_ids(["skey-1"]);
    let call = || client.associate_instances_key_pairs(request.clone());
    call().check_required(false).await.unwrap();
    // The next call is checked again.
    assert_invalid_input(call().await, "the required member InstanceIds of");
    assert_invalid_input(
        call().check_required(false).check_required(true).await,
        "the required member InstanceIds of",
    );
    // It has no effect on a dynamic call.
    let dynamic =
        CommonClient::with_profile("cvm", "2017-03-12", credential, "ap-shanghai", profile);
    let call = dynamic.unwrap().call_json("AssociateInstancesKeyPairs", json!({}));
    call.check_required(true).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].body, br#"{"KeyIds":["skey-1"]}"#);
    assert_eq!(requests[1].body, b"{}");
}

#[tokio::test]
async fn invalid_and_reserved_headers_are_errors() {
    let Setup { server, typed, .. } = setup();
    let call = || typed.describe_instances(DescribeInstancesRequest::new());
    assert_invalid_input(call().header("X TC", "1").await, "invalid header name");
    assert_invalid_input(call().header("", "1").await, "invalid header name");
    assert_invalid_input(call().header("X-A", "a\r\nX-B: 1").await, "the value of the header X-A");
    assert_invalid_input(call().header("Host", "example.com").await, "set by the SDK");
    assert_invalid_input(call().header("x-tc-region", "r").await, "use `Call::region`");
    assert_invalid_input(
        call().timeout(std::time::Duration::ZERO).await,
        "the timeout of the call is zero",
    );
    assert_invalid_input(call().region("AP Shanghai").await, "invalid region");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_dynamic_call_checks_names_and_parameters() {
    let Setup { profile, .. } = setup();
    let client = |service: &'static str, version: &'static str| {
        let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
        CommonClient::with_profile(service, version, credential, "", profile.clone()).unwrap()
    };
    let cvm = client("cvm", "2017-03-12");
    let nameless = cvm.call_json("", json!({})).await;
    let told = "the call failed: invalid action name \"\": expected letters and digits, such as";
    assert!(nameless.as_ref().unwrap_err().to_string().starts_with(told), "{nameless:?}");
    assert_invalid_input(nameless, "invalid action name");
    assert_invalid_input(cvm.call_json("Describe Zones", json!({})).await, "invalid action name");
    assert_invalid_input(cvm.call_json("DescribeZones", json!([1])).await, "not a JSON object");
    assert_invalid_input(cvm.call_json("DescribeZones", "{}").await, "not a JSON object");
    assert_invalid_input(
        client("cvm", "v1").call_json("A", json!({})).await,
        "invalid API version",
    );
    assert_invalid_input(
        client("c/m", "2017-03-12").call_json("A", json!({})).await,
        "invalid service name",
    );
}

#[test]
fn no_runtime_is_an_error_and_not_a_panic() {
    let Setup { typed, .. } = setup();
    let mut future = Box::pin(std::future::IntoFuture::into_future(
        typed.describe_instances(DescribeInstancesRequest::new()),
    ));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(outcome) = future.as_mut().poll(&mut context) else {
        panic!("the call must fail at once")
    };
    assert_invalid_input(outcome, "there is no Tokio runtime");
}

#[test]
fn a_runtime_without_a_driver_is_an_error_and_not_a_panic() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let without_timer = builder.build().unwrap();
    let call =
        |typed: &CvmClient| typed.describe_instances(DescribeInstancesRequest::new()).into_future();
    assert_invalid_input(
        without_timer.block_on(call(&setup().typed)),
        "the Tokio runtime has no timer: build it with `enable_time` or `enable_all`",
    );
    // The error occurs when the first connection is needed.
    let without_io = builder.enable_time().build().unwrap();
    let error = without_io.block_on(call(&setup().typed)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(!error.maybe_sent() && error.attempts() == 1, "{error}");
    assert!(error.to_string().contains("the Tokio runtime has no I/O driver"), "{error}");
}

#[test]
fn building_a_client_reports_invalid_settings() {
    let credential = || Credential::new("AKIDexample", "secret-key-1234").unwrap();
    assert_invalid_input(
        CommonClient::builder("c v m", "2017-03-12").credential(credential()).build(),
        "invalid endpoint",
    );
    assert_invalid_input(
        CvmClient::builder().credential(credential()).region("a b").build(),
        "invalid region",
    );
}

/// The official SDKs truncate it, or omit it with a warning.
#[test]
fn an_invalid_request_client_is_an_error() {
    let built = |name: &str| ClientProfile::builder().request_client(name).build();
    built(&"x".repeat(128)).unwrap();
    built("my-app_1.0,;").unwrap();
    for wrong in ["", "my app", "näme", "a\r\nX: y", &"x".repeat(129)] {
        assert_invalid_input(built(wrong), "request_client must be 1 to 128 letters");
    }
}
