//! The `ClientToken` by which the service recognises a repeated request: one for each call, the same
//! on all attempts, and never written into the request of the caller.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use tencentcloud_common::credentials::{CredentialFuture, ProvideCredential};
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::{ClientProfile, CommonClient, Credential, ErrorKind, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{Placement, RunInstancesRequest};
use tencentcloud_tests::fakes::{ManualClock, RecordedSleeps};
use tencentcloud_tests::scripted_server::{
    ScriptedServer, Step, api_error, close, json as ok, reset,
};

fn created() -> Step {
    ok(r#"{"Response": {"InstanceIdSet": ["ins-1"], "RequestId": "r-1"}}"#)
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

fn dynamic(server: &ScriptedServer) -> CommonClient {
    let builder = CommonClient::builder("cvm", "2017-03-12").credential(credential());
    builder.profile(profile(server)).sleep(RecordedSleeps::default()).build().unwrap()
}

fn request() -> RunInstancesRequest {
    RunInstancesRequest::new().placement(Placement::new().zone("ap-shanghai-1"))
}

fn tokens(server: &ScriptedServer) -> Vec<Option<String>> {
    server.requests().iter().map(|received| received.text("ClientToken")).collect()
}

#[tokio::test]
async fn each_call_has_one_token_on_all_attempts() {
    let script = vec![reset(), api_error("InternalError"), created(), close(), created()];
    let server = ScriptedServer::start(script).unwrap();
    let client = typed(&server);
    let request = request();
    client.run_instances(request.clone()).await.unwrap();
    assert_eq!(request.client_token, None, "the request of the caller is unchanged");
    client.run_instances(request.clone()).await.unwrap();
    let tokens: Vec<String> = tokens(&server).into_iter().map(Option::unwrap).collect();
    let [first, second, third, fourth, fifth] = &tokens[..] else { panic!("{tokens:?}") };
    assert!(first == second && second == third, "one call: {tokens:?}");
    assert!(fourth == fifth && third != fourth, "another call: {tokens:?}");
    // The official SDK for Go sends a header that lets its HTTP stack retry.
    assert!(server.requests().iter().all(|it| it.header("x-idempotency-key").is_none()));
    for token in [first, fourth] {
        assert_eq!(token.len(), 36, "{token}");
        assert!(token.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'), "{token}");
    }
}

#[tokio::test]
async fn a_repeated_request_is_another_call() {
    let server = ScriptedServer::start(vec![api_error("FailedOperation"), created()]).unwrap();
    let client = typed(&server);
    let request = request();
    client.run_instances(request.clone()).await.unwrap_err();
    client.run_instances(request).await.unwrap();
    let tokens = tokens(&server);
    assert!(tokens[0].is_some() && tokens[0] != tokens[1], "{tokens:?}");
}

#[tokio::test]
async fn the_callers_token_is_kept() {
    let server = ScriptedServer::start(vec![close(), created(), created()]).unwrap();
    let client = typed(&server);
    let request = request().client_token("mine-1");
    for _ in 0..2 {
        client.run_instances(request.clone()).await.unwrap();
    }
    assert_eq!(tokens(&server), vec![Some("mine-1".to_owned()); 3]);
}

#[tokio::test]
async fn an_empty_token_is_replaced() {
    let server = ScriptedServer::start(vec![close(), created()]).unwrap();
    typed(&server).run_instances(request().client_token("")).await.unwrap();
    let tokens = tokens(&server);
    assert!(tokens[0].as_ref().is_some_and(|token| token.len() == 36), "{tokens:?}");
    assert_eq!(tokens[0], tokens[1]);
}

#[tokio::test]
async fn without_retries_no_token_is_generated() {
    let server = ScriptedServer::start(vec![close(), created()]).unwrap();
    let client = typed(&server);
    let call = client.run_instances(request()).retry(RetryPolicy::none());
    let error = call.await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    assert_eq!(tokens(&server), [None]);
}

#[tokio::test]
async fn a_dynamic_call_is_retried_only_with_a_token() {
    let with = json!({"Placement": {"Zone": "z"}, "ClientToken": "mine-1"});
    let server = ScriptedServer::start(vec![close(), created()]).unwrap();
    dynamic(&server).call_json("RunInstances", with).await.unwrap();
    assert_eq!(tokens(&server), vec![Some("mine-1".to_owned()); 2]);

    // These are not tokens. No token is generated, because the action may not accept one.
    for without in [
        json!({}),
        json!({"ClientToken": ""}),
        json!({"ClientToken": null}),
        json!({"ClientToken": 7}),
        json!({"Nested": {"ClientToken": "deeper"}}),
    ] {
        let server = ScriptedServer::start(vec![close(), created()]).unwrap();
        let call = dynamic(&server).call_json("RunInstances", without.clone());
        let error = call.await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1), "{without}");
        assert!(error.maybe_sent());
        let body: serde_json::Value = serde_json::from_slice(&server.requests()[0].body).unwrap();
        assert_eq!(body, without, "sent unchanged");
    }
}

/// Returns another credential for each call.
#[derive(Debug, Default)]
struct RotatingProvider(AtomicU32);

impl ProvideCredential for RotatingProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        let credential = Credential::new(format!("AKID{number}"), "secret-key-1234").unwrap();
        Box::pin(std::future::ready(Ok(credential)))
    }
}

/// The request is signed again with another time and another credential.
#[tokio::test]
async fn the_token_survives_a_correction_of_clock_and_credential() {
    let expired = api_error("AuthFailure.SignatureExpire");
    let expired = expired.header("Date", "Tue, 14 Nov 2023 22:13:20 GMT");
    let script = vec![expired, api_error("AuthFailure.TokenFailure"), created()];
    let server = ScriptedServer::start(script).unwrap();
    let builder =
        CvmClient::builder().credential(RotatingProvider::default()).region("ap-shanghai");
    let builder = builder.profile(profile(&server)).sleep(RecordedSleeps::default());
    // One hour behind the time of the service.
    let client = builder.clock(ManualClock::at(1_700_000_000 - 3600)).build().unwrap();
    let (_, metadata) = client.run_instances(request()).with_metadata().await.unwrap();
    assert_eq!(metadata.attempts(), 3);
    let tokens = tokens(&server);
    assert!(tokens[0].is_some() && tokens[0] == tokens[1] && tokens[1] == tokens[2], "{tokens:?}");
}

/// A throttled request had no effect, so its retry needs no token.
#[tokio::test]
async fn a_throttled_write_is_retried_without_a_token() {
    let script = vec![api_error("RequestLimitExceeded.UinLimitExceeded"), created()];
    let server = ScriptedServer::start(script).unwrap();
    dynamic(&server).call_json("RunInstances", json!({})).await.unwrap();
    assert_eq!(tokens(&server), [None, None]);
}
