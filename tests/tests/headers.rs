//! Headers of requests, who can change them, and headers of responses.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::collections::BTreeSet;

use http::{HeaderMap, StatusCode};
use serde_json::json;
use tencentcloud_common::call::{Call, DynamicRequest};
use tencentcloud_common::interceptor::{Attempt, Interceptor};
use tencentcloud_common::{ClientProfile, CommonClient, ErrorKind, RetryPolicy, SignMethod};
use tencentcloud_tests::in_memory_transport::{
    InMemoryTransport, MockResponse, api_error, builder, ok,
};

fn describe(client: &CommonClient) -> Call<DynamicRequest<serde_json::Value>> {
    client.call_json("DescribeZones", json!({}))
}

#[derive(Debug, Default)]
struct HeaderChange {
    remove: &'static str,
    append: Option<(&'static str, &'static str)>,
    insert: Option<(&'static str, &'static str)>,
}

impl Interceptor for HeaderChange {
    fn before_send(
        &self,
        _: &Attempt<'_>,
        headers: &mut HeaderMap,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        headers.remove(self.remove);
        if let Some((name, value)) = self.append {
            headers.append(name, value.parse()?);
        }
        if let Some((name, value)) = self.insert {
            headers.insert(name, value.parse()?);
        }
        Ok(())
    }
}

#[tokio::test]
async fn an_interceptor_cannot_remove_or_repeat_required_headers() {
    let remove = |remove| HeaderChange { remove, ..HeaderChange::default() };
    let append =
        |name, value| HeaderChange { append: Some((name, value)), ..HeaderChange::default() };
    for (changes, named) in [
        (remove("x-tc-action"), "x-tc-action"),
        (remove("x-tc-version"), "x-tc-version"),
        (remove("x-tc-region"), "x-tc-region"),
        (append("x-tc-region", "ap-shanghai"), "x-tc-region"),
        (append("x-tc-action", "TerminateInstances"), "x-tc-action"),
        (append("x-tc-token", "mine"), "x-tc-token"),
        (remove("x-tc-traceid"), "x-tc-traceid"),
        (
            HeaderChange { insert: Some(("x-tc-traceid", "another")), ..HeaderChange::default() },
            "x-tc-traceid",
        ),
    ] {
        let network = InMemoryTransport::new(|_, _| ok());
        let client = builder(&network).interceptor(changes).build().unwrap();
        let error = describe(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.message().contains(named), "{error}");
        assert_eq!((network.sent().len(), error.attempts()), (0, 0));
    }
    // A header that only has a default can be removed.
    let network = InMemoryTransport::new(|_, _| ok());
    let client = builder(&network).interceptor(remove("x-tc-language")).build().unwrap();
    describe(&client).await.unwrap();
    assert_eq!(network.sent()[0].headers().get("x-tc-language"), None);
}

fn v1() -> ClientProfile {
    ClientProfile::builder().sign_method(SignMethod::HmacSha256).build().unwrap()
}

#[tokio::test]
async fn v1_signatures_send_the_headers_of_the_official_sdk() {
    let network = InMemoryTransport::new(|_, _| ok());
    let client = builder(&network).profile(v1()).build().unwrap();
    describe(&client).header("X-TC-Canary", "true").await.unwrap();
    let [request] = network.sent().try_into().unwrap();
    let names: BTreeSet<&str> = request.headers().keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, BTreeSet::from(["content-type", "host", "x-tc-canary", "x-tc-traceid"]));
    let body = String::from_utf8(request.body().to_vec()).unwrap();
    for pair in ["Action=DescribeZones", "Version=2017-03-12", "Region=ap-shanghai"] {
        assert!(body.split('&').any(|it| it == pair), "{body}");
    }
}

#[tokio::test]
async fn a_header_of_the_caller_becomes_a_parameter_of_a_v1_signature() {
    let network = InMemoryTransport::new(|_, _| ok());
    let client = builder(&network).profile(v1()).build().unwrap();
    let call = describe(&client).header("X-TC-Language", "en-US");
    call.header("X-TC-RequestClient", "mine").await.unwrap();
    let [request] = network.sent().try_into().unwrap();
    let body = String::from_utf8(request.body().to_vec()).unwrap();
    for pair in ["Language=en-US", "RequestClient=mine"] {
        assert!(body.split('&').any(|it| it == pair), "{body}");
    }
    assert!(!request.headers().contains_key("x-tc-language"));
}

#[tokio::test]
async fn an_echoed_v1_signature_is_redacted() {
    let network = InMemoryTransport::new(|_, request| {
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        let (_, escaped) = body.rsplit_once("Signature=").unwrap();
        let raw = escaped.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
        MockResponse::Http(
            StatusCode::BAD_GATEWAY,
            &[("content-type", "text/html")],
            format!("<{escaped}><{raw}>"),
        )
    });
    let client = builder(&network).profile(v1()).build().unwrap();
    let error = describe(&client).retry(RetryPolicy::none()).await.unwrap_err();
    assert!(error.message().contains("<***><***>"), "{error}");
}

#[tokio::test]
async fn the_reported_trace_id_is_the_sent_one() {
    let network = InMemoryTransport::new(|_, _| api_error("FailedOperation"));
    let client = builder(&network).build().unwrap();
    let call = client.call_octet_stream("UploadLog", json!({"X-TC-TraceId": "mine"}), "bytes");
    assert_eq!(call.await.unwrap_err().trace_id(), Some("mine"));
    let error = describe(&client).header("X-TC-TraceId", "spur-ä").await.unwrap_err();
    assert_eq!(error.trace_id(), Some("spur-ä"));
    let sent = network.sent();
    let ids: Vec<_> = sent.iter().map(|request| &request.headers()["x-tc-traceid"]).collect();
    assert_eq!(ids, ["mine", "spur-ä"]);
}

#[tokio::test]
async fn every_error_of_a_response_has_the_request_id_of_its_headers() {
    const HEADERS: &[(&str, &str)] = &[("x-tc-requestid", "r-head"), ("content-encoding", "gzip")];
    let network = InMemoryTransport::new(|_, _| {
        MockResponse::Http(StatusCode::OK, HEADERS, "no gzip".to_owned())
    });
    let client = builder(&network).build().unwrap();
    let error = describe(&client).await.unwrap_err();
    assert_eq!(error.request_id(), Some("r-head"), "{error}");
}
