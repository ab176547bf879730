//! Dry runs: never sent without the flag, both ways to report success are `Ok`, and retried.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use serde_json::value::RawValue;
use serde_json::{Value, json};
use tencentcloud_common::client::Client;
use tencentcloud_common::profile::ReqMethod;
use tencentcloud_common::{
    ClientBuilder, ClientProfile, CommonClient, Credential, Error, ErrorKind, HttpProfile,
    Multipart, RetryPolicy, SignMethod, action, table,
};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{
    DeleteImagesRequest, DescribeZonesRequest, Placement, RunInstancesRequest,
};
use tencentcloud_tests::fakes::RecordedSleeps;
use tencentcloud_tests::scripted_server::{
    ScriptedServer, Step, api_error, chunked, close, json as ok, reset, respond,
};

/// `DryRun` is a string, as in two actions of alb.
#[derive(Clone, Default)]
struct AssociateThingsRequest {
    dry_run: Option<String>,
    name: Option<String>,
}
table!(AssociateThingsRequest { "DryRun": dry_run, "Name": name });

/// `DryRun` has a type that no action has.
#[derive(Clone, Default)]
struct CountThingsRequest {
    dry_run: Option<i64>,
}
table!(CountThingsRequest { "DryRun": dry_run });

#[derive(Clone, Default)]
struct EmptyResponse {}
table!(EmptyResponse {});

action!(Client: AssociateThingsRequest => EmptyResponse, "AssociateThings");
action!(Client: CountThingsRequest => EmptyResponse, "CountThings");

fn passed() -> Step {
    ok(r#"{"Response": {"RequestId": "r-1"}}"#)
}

fn profile(server: &ScriptedServer) -> ClientProfile {
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    ClientProfile::builder().http_profile(http).build().unwrap()
}

fn credential() -> Credential {
    Credential::new("AKIDexample", "secret-key-1234").unwrap()
}

fn typed(server: &ScriptedServer) -> CvmClient {
    let builder = CvmClient::builder().credential(credential()).region("ap-shanghai");
    builder.profile(profile(server)).sleep(RecordedSleeps::default()).build().unwrap()
}

fn untyped(server: &ScriptedServer) -> Client {
    let builder = ClientBuilder::<Client>::new("cvm", "2017-03-12").credential(credential());
    builder.profile(profile(server)).sleep(RecordedSleeps::default()).build().unwrap()
}

fn dynamic(server: &ScriptedServer) -> CommonClient {
    CommonClient::from(untyped(server))
}

fn delete_images() -> DeleteImagesRequest {
    DeleteImagesRequest::new().image_ids(["img-1"])
}

/// Returns the bodies that the server received.
fn bodies(server: &ScriptedServer) -> Vec<Value> {
    let requests = server.requests();
    requests.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

fn assert_not_sent<T: std::fmt::Debug>(
    outcome: Result<T, Error>,
    message: &str,
    server: &ScriptedServer,
) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.to_string().contains(message), "{error}");
    assert!(error.to_string().ends_with("(nothing was sent)"), "{error}");
    assert!(!error.maybe_sent() && server.requests().is_empty());
}

#[tokio::test]
async fn a_response_and_the_error_code_are_both_success() {
    let priced = ok(r#"{"Response": {"RequestId": "r-3", "Price": 7}}"#);
    let script = vec![
        passed(),
        api_error("DryRunOperation"),
        priced,
        respond(
            "403 Forbidden",
            "application/json",
            r#"{"Response": {"Error": {"Code": "DryRunOperation", "Message": ""}, "RequestId": "r-4"}}"#,
        ),
    ];
    let server = ScriptedServer::start(script).unwrap();
    let client = typed(&server);
    let by_response = client.delete_images(delete_images()).dry_run().await.unwrap();
    assert_eq!(by_response.request_id(), Some("r-1"));
    assert_eq!(by_response.metadata().attempts(), 1);
    let by_error = client.delete_images(delete_images()).dry_run().await.unwrap();
    assert!(by_error.request_id().is_some());
    let body = by_error.metadata().body().unwrap();
    assert!(String::from_utf8_lossy(body).contains("DryRunOperation"));
    let with_price = client.delete_images(delete_images()).dry_run().await.unwrap();
    assert!(
        String::from_utf8_lossy(with_price.metadata().body().unwrap()).contains("\"Price\": 7")
    );
    let with_status = client.delete_images(delete_images()).dry_run().send().await.unwrap();
    assert_eq!(with_status.request_id(), Some("r-4"));
    for body in bodies(&server) {
        assert_eq!(body, json!({"ImageIds": ["img-1"], "DryRun": true}));
    }
}

#[tokio::test]
async fn other_errors_mean_that_the_request_would_fail() {
    let script = vec![
        api_error("InvalidImageId.NotFound"),
        // Only the first part of a code is its class.
        api_error("UnsupportedOperation.DryRunOperation"),
        respond("200 OK", "text/html", "<html>blocked</html>"),
    ];
    let server = ScriptedServer::start(script).unwrap();
    let client = typed(&server);
    let error = client.delete_images(delete_images()).dry_run().await.unwrap_err();
    assert!(error.is_not_found() && !error.is_dry_run_success(), "{error}");
    assert_eq!(error.action(), Some("DeleteImages"));
    let error = client.delete_images(delete_images()).dry_run().await.unwrap_err();
    assert_eq!(error.code(), Some("UnsupportedOperation.DryRunOperation"));
    let error = client.delete_images(delete_images()).dry_run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
}

#[tokio::test]
async fn the_flag_is_set_whatever_the_request_contains() {
    let server = ScriptedServer::start(vec![passed(); 3]).unwrap();
    let client = typed(&server);
    client.delete_images(delete_images().dry_run(false)).dry_run().await.unwrap();
    let client = untyped(&server);
    let request = AssociateThingsRequest { name: Some("n".into()), ..Default::default() };
    client.call(request.clone()).dry_run().await.unwrap();
    let request = AssociateThingsRequest { dry_run: Some("false".into()), ..request };
    client.call(request).dry_run().await.unwrap();
    assert_eq!(
        bodies(&server),
        [
            json!({"ImageIds": ["img-1"], "DryRun": true}),
            json!({"DryRun": "true", "Name": "n"}),
            json!({"DryRun": "true", "Name": "n"}),
        ]
    );
}

#[tokio::test]
async fn a_request_without_the_flag_is_never_sent() {
    let server = ScriptedServer::start(vec![passed()]).unwrap();
    let cvm = typed(&server);
    assert_not_sent(
        cvm.describe_zones(DescribeZonesRequest::new()).dry_run().await,
        "DescribeZones failed: the action has no dry run: DescribeZonesRequest has no member DryRun",
        &server,
    );
    assert_not_sent(
        untyped(&server).call(CountThingsRequest { dry_run: Some(1) }).dry_run().await,
        "the member DryRun of CountThingsRequest is neither a boolean nor a string",
        &server,
    );
    let dynamic = dynamic(&server);
    assert_not_sent(
        dynamic.call_octet_stream("UploadLog", json!({}), "log").dry_run().await,
        "a dry run needs parameters in JSON",
        &server,
    );
    assert_not_sent(
        dynamic.call_multipart("UploadFile", Multipart::new().text("A", "b")).dry_run().await,
        "a dry run needs parameters in JSON",
        &server,
    );
    assert_not_sent(
        dynamic.call_json("RunInstances", json!([])).dry_run().await,
        "the parameters are not a JSON object",
        &server,
    );
    // Other checks are made as for any call.
    assert_not_sent(
        cvm.delete_images(DeleteImagesRequest::new()).dry_run().await,
        "the required member ImageIds of DeleteImagesRequest is not set",
        &server,
    );
}

#[tokio::test]
async fn dynamic_parameters_get_the_flag_and_are_otherwise_unchanged() {
    let raw = |json: &str| RawValue::from_string(json.to_owned()).unwrap();
    let cases = [
        ("{}", r#"{"DryRun":true}"#),
        (r#"{"A": 1.50, "B\n": {"DryRun": 1}}"#, r#"{"A":1.50,"B\n":{"DryRun": 1},"DryRun":true}"#),
        (
            r#"{"DryRun": false, "A": 12345678901234567890}"#,
            r#"{"A":12345678901234567890,"DryRun":true}"#,
        ),
        (r#"{"DryRun": null}"#, r#"{"DryRun":true}"#),
        (r#"{"DryRun": 0}"#, r#"{"DryRun":true}"#),
        (r#"{"DryRun": true}"#, r#"{"DryRun":true}"#),
        (r#"{"DryRun": "false"}"#, r#"{"DryRun":"true"}"#),
        (r#"{"DryRun": "true", "Dry\u0052un": "false"}"#, r#"{"DryRun":"true"}"#),
        // Another parameter.
        (r#"{"dryRun": false}"#, r#"{"dryRun":false,"DryRun":true}"#),
    ];
    let server = ScriptedServer::start(vec![passed(); cases.len()]).unwrap();
    let client = dynamic(&server);
    for (parameters, _) in cases {
        client.call_json("RunInstances", raw(parameters)).dry_run().await.unwrap();
    }
    for (request, (_, expected)) in server.requests().iter().zip(cases) {
        assert_eq!(String::from_utf8_lossy(&request.body), expected);
    }
}

#[tokio::test]
async fn every_kind_of_dynamic_call_and_encoding_has_dry_runs() {
    let stream = chunked(&["data: {\"A\": 1}\n\n"]).header("Content-Type", "text/event-stream");
    let script = vec![passed(), api_error("DryRunOperation"), stream, passed(), passed()];
    let server = ScriptedServer::start(script).unwrap();
    let client = dynamic(&server);
    client.call("RunInstances", json!({})).dry_run().await.unwrap();
    client.call_sse("ChatCompletions", json!({})).dry_run().await.unwrap();
    // The service has executed the request.
    let error = client.call_sse("ChatCompletions", json!({})).dry_run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response, "{error}");
    for sign_method in [SignMethod::Tc3HmacSha256, SignMethod::HmacSha1] {
        let http =
            HttpProfile::builder().endpoint(server.endpoint()).req_method(ReqMethod::Get).build();
        let profile =
            ClientProfile::builder().http_profile(http.unwrap()).sign_method(sign_method).build();
        let client = CommonClient::builder("cvm", "2017-03-12").credential(credential());
        let client = client.profile(profile.unwrap()).build().unwrap();
        client.call_json("RunInstances", json!({"DryRun": false})).dry_run().await.unwrap();
        let requests = server.requests();
        let line = &requests.last().unwrap().line;
        assert!(line.contains("DryRun=true") && !line.contains("DryRun=false"), "{line}");
    }
}

#[tokio::test]
async fn a_dry_run_is_retried_although_the_action_writes() {
    let script = vec![
        close(),
        api_error("InternalError"),
        passed(),
        reset(),
        api_error("DryRunOperation"),
        close(),
    ];
    let server = ScriptedServer::start(script).unwrap();
    let passed = typed(&server).delete_images(delete_images()).dry_run().await.unwrap();
    assert_eq!(passed.metadata().attempts(), 3);
    let parameters = json!({"ImageIds": ["img-1"]});
    let call = || dynamic(&server).call_json("DeleteImages", parameters.clone());
    assert_eq!(call().dry_run().await.unwrap().metadata().attempts(), 2);
    // For comparison: the same call, to be executed.
    let error = call().await.unwrap_err();
    assert_eq!((error.attempts(), error.maybe_sent()), (1, true));
    let requests = bodies(&server);
    assert!(requests[..5].iter().all(|body| body["DryRun"] == true), "{requests:?}");
    assert_eq!(requests[5], parameters);
}

#[tokio::test]
async fn options_of_the_call_apply() {
    let server = ScriptedServer::start(vec![close(), passed()]).unwrap();
    let request = RunInstancesRequest::new().placement(Placement::new().zone("ap-shanghai-1"));
    let call = || typed(&server).run_instances(request.clone()).region("ap-beijing");
    let error = call().retry(RetryPolicy::none()).dry_run().await.unwrap_err();
    assert_eq!((error.attempts(), error.action()), (1, Some("RunInstances")));
    call().header("X-TC-TraceId", "mine").dry_run().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[1].header("x-tc-region"), Some("ap-beijing"));
    assert_eq!(requests[1].header("x-tc-traceid"), Some("mine"));
    assert!(format!("{:?}", call().dry_run()).starts_with("DryRunCall(Call {"));
}

#[test]
fn a_dry_run_can_block() {
    let server = ScriptedServer::start(vec![passed(), api_error("DryRunOperation")]).unwrap();
    let client = typed(&server);
    for _ in 0..2 {
        client.delete_images(delete_images()).dry_run().send_blocking().unwrap();
    }
    assert!(bodies(&server).iter().all(|body| body["DryRun"] == true));
}

/// A request that sets the flag itself is an ordinary call, as in the official SDKs.
#[tokio::test]
async fn the_error_of_a_call_with_the_flag_is_recognized() {
    let server = ScriptedServer::start(vec![api_error("DryRunOperation")]).unwrap();
    let error = typed(&server).delete_images(delete_images().dry_run(true)).await.unwrap_err();
    assert!(error.is_dry_run_success() && !error.is_retryable(), "{error}");
}
