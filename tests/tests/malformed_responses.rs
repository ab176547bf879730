//! Malformed responses, and the errors that the caller gets.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::error::Error as _;
use std::time::Duration;

use serde_json::json;
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::{ClientProfile, CommonClient, Credential, Error, ErrorKind, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{DescribeZonesRequest, DescribeZonesResponse};
use tencentcloud_tests::scripted_server::{ScriptedServer, Step, json as ok, respond};

/// Returns a profile without retries.
fn profile(server: &ScriptedServer) -> ClientProfile {
    let http = HttpProfile::builder()
        .endpoint(server.endpoint())
        .req_timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    let profile = ClientProfile::builder().http_profile(http).retryer(RetryPolicy::none());
    profile.build().unwrap()
}

fn credential() -> Credential {
    Credential::with_token("AKIDexample", "secret-key-1234", "secret-token-1234").unwrap()
}

fn client(server: &ScriptedServer) -> CvmClient {
    CvmClient::with_profile(credential(), "ap-shanghai", profile(server)).unwrap()
}

/// Returns the outcomes of a typed and a dynamic call with the same response.
async fn both(step: Step) -> [Result<(), Error>; 2] {
    let server = ScriptedServer::start(vec![step.clone(), step]).unwrap();
    let typed = client(&server).describe_zones(DescribeZonesRequest::new()).await.map(drop);
    let common =
        CommonClient::with_profile("cvm", "2017-03-12", credential(), "", profile(&server));
    let dynamic = common.unwrap().call_json("DescribeZones", json!({})).await.map(drop);
    [typed, dynamic]
}

async fn errors(step: Step) -> [Error; 2] {
    both(step).await.map(|outcome| outcome.expect_err("an error"))
}

async fn typed(step: Step) -> Result<DescribeZonesResponse, Error> {
    let server = ScriptedServer::start(vec![step]).unwrap();
    client(&server).describe_zones(DescribeZonesRequest::new()).await
}

#[tokio::test]
async fn a_gateway_page_keeps_its_status_and_text() {
    for (status, code) in [("502 Bad Gateway", 502), ("404 Not Found", 404)] {
        for error in errors(respond(status, "text/html", "<h1>nginx</h1>")).await {
            assert_eq!(error.kind(), ErrorKind::Response);
            assert_eq!(error.http_status().unwrap().as_u16(), code);
            assert_eq!(error.is_retryable(), code == 502);
            assert!(error.maybe_sent());
            assert_eq!(error.attempts(), 1);
            assert!(error.message().contains("<h1>nginx</h1>"), "{error}");
            assert!(error.to_string().starts_with("DescribeZones failed: "), "{error}");
        }
    }
}

#[tokio::test]
async fn a_page_or_an_empty_body_with_200_is_an_error() {
    let cases = [
        ("text/html", "<html>login</html>", "<html>login</html>"),
        ("application/json", "", "the response is empty"),
        ("application/json", "   ", "does not match the API"),
        ("application/json", "[]", "does not match the API"),
        ("application/json", "{}", "the member `Response` is missing"),
        ("application/json", r#"{"Response": []}"#, "does not match the API"),
        ("application/json", r#"{"Response": null}"#, "does not match the API"),
        ("application/json", "{\"Response\": {}} trailing", "does not match the API"),
        ("text/event-stream", "data: {}\n\n", "an event stream"),
    ];
    for (content_type, body, expected) in cases {
        for error in errors(respond("200 OK", content_type, body)).await {
            assert_eq!(error.kind(), ErrorKind::Response, "{body}: {error}");
            assert!(error.to_string().contains(expected), "{body}: {error}");
            assert!(error.maybe_sent());
        }
    }
}

#[tokio::test]
async fn an_error_with_an_unusual_structure_is_not_a_success() {
    let number = r#"{"Response": {"Error": {"Code": 4001, "Message": "no"}, "RequestId": "r-1"}}"#;
    for error in errors(ok(number)).await {
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("4001")), "{error:?}");
        assert_eq!(error.message(), "no");
    }
    for error in errors(ok(r#"{"Response": {"Error": "boom", "RequestId": "r-1"}}"#)).await {
        assert_eq!(error.kind(), ErrorKind::Response);
        assert_eq!(error.request_id(), Some("r-1"));
        assert!(error.message().contains("boom"), "{error}");
    }
    for outcome in both(ok(r#"{"Response": {"Error": null, "RequestId": "r-1"}}"#)).await {
        outcome.unwrap();
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_ignored() {
    for outcome in both(ok("\u{FEFF}{\"Response\": {\"RequestId\": \"r-1\"}}")).await {
        outcome.unwrap();
    }
    let failure = "\u{FEFF}{\"Response\": {\"Error\": {\"Code\": \"A.B\", \"Message\": \"no\"}}}";
    for error in errors(ok(failure)).await {
        assert_eq!(error.code(), Some("A.B"), "{error}");
    }
}

#[tokio::test]
async fn a_deeply_nested_document_is_an_error_and_not_an_overflow() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let depth = 200_000;
        let body = |close: &str| {
            let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            ok(&format!("{{\"Response\": {{\"RequestId\": \"r-1\", \"Deep\": {deep}}}}}"))
        };
        // Typed calls ignore unknown members and store nothing of them.
        let [_, dynamic] = both(body(close)).await;
        assert_eq!(dynamic.unwrap_err().kind(), ErrorKind::Response);
        for error in errors(body("")).await {
            assert_eq!(error.kind(), ErrorKind::Response);
        }
    }
}

#[tokio::test]
async fn a_truncated_document_keeps_its_request_id() {
    let body = r#"{"Response": {"RequestId": "r-1", "ZoneSet": [{"Zone": "ap-"#;
    for error in errors(ok(body)).await {
        assert_eq!(error.kind(), ErrorKind::Response);
        assert_eq!(error.request_id(), Some("r-1"), "{error}");
        assert!(error.source().is_some());
    }
}

#[tokio::test]
async fn a_connection_that_closes_within_the_body_is_broken() {
    let mut step = ok(r#"{"Response": {"RequestId": "r-1", "TotalCount": 1}}"#);
    step.bytes.truncate(step.bytes.len() - 10);
    for error in errors(step).await {
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
        assert_eq!(error.request_id(), Some("r-1"), "{error}");
        assert!(error.maybe_sent() && error.is_retryable());
    }
}

#[tokio::test]
async fn a_connection_that_closes_before_the_response_may_have_sent() {
    for error in errors(Step::default()).await {
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
        assert!(error.maybe_sent());
    }
}

#[tokio::test]
async fn a_wrong_type_is_reported_with_its_path_and_without_its_value() {
    let body = r#"{"Response": {"RequestId": "r-1", "ZoneSet": [{"Zone": "z"}, {"Zone": {"a": "value-1"}}]}}"#;
    let error = typed(ok(body)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert_eq!(error.request_id(), Some("r-1"));
    assert!(error.message().contains("Response") || error.message().contains("ZoneSet[1].Zone"));
    assert!(error.to_string().contains("ZoneSet[1].Zone: expected a string, found an object"));
}

#[tokio::test]
async fn an_error_is_recognised_whatever_else_the_response_contains() {
    let bodies = [
        r#"{"Response": {"Error": {"Code": "A.B", "Message": "no"}, "RequestId": "r-1"}}"#,
        r#"{"Response": {"TotalCount": 0, "ZoneSet": [], "Error": {"Code": "A.B", "Message": "no"}, "RequestId": "r-1"}}"#,
        r#"{"Response": {"RequestId": "r-1", "Error": {"Message": "no", "Code": "A.B", "More": 1}}, "x": 1}"#,
    ];
    let types = ["application/json", "application/json; charset=utf-8", "text/plain", "a/b"];
    for body in bodies {
        for content_type in types {
            for error in errors(respond("200 OK", content_type, body)).await {
                assert_eq!(error.kind(), ErrorKind::Service);
                assert_eq!(error.code(), Some("A.B"));
                assert_eq!(error.message(), "no");
                assert_eq!(error.request_id(), Some("r-1"));
                assert!(error.trace_id().is_some());
            }
        }
    }
}

#[tokio::test]
async fn an_api_error_with_another_status_is_an_api_error() {
    let body = r#"{"Response":{"Error":{"Code":"InternalError","Message":"x"},"RequestId":"r"}}"#;
    for error in errors(respond("500 Internal Server Error", "application/json", body)).await {
        assert_eq!(error.code(), Some("InternalError"));
        assert_eq!(error.http_status().unwrap().as_u16(), 500);
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn a_success_does_not_depend_on_its_content_type() {
    let body = r#"{"Response": {"Error": null, "RequestId": "r-1", "TotalCount": "2", "New": [1]}, "Error": null}"#;
    for content_type in ["application/json; charset=utf-8", "text/plain", "text/html"] {
        for outcome in both(respond("200 OK", content_type, body)).await {
            outcome.unwrap();
        }
    }
    let response = typed(ok(body)).await.unwrap();
    assert_eq!((response.total_count, response.request_id.as_str()), (Some(2), "r-1"));
}

#[tokio::test]
async fn no_response_is_a_timeout_and_a_closed_port_is_not() {
    let silent = Step { then_silent: Duration::from_secs(30), ..Step::default() };
    let server = ScriptedServer::start(vec![silent]).unwrap();
    let error = client(&server)
        .describe_zones(DescribeZonesRequest::new())
        .timeout(Duration::from_millis(200))
        .await
        .unwrap_err();
    assert!(error.is_timeout() && error.maybe_sent(), "{error:?}");
    assert_eq!(error.attempts(), 1);

    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let http = HttpProfile::builder().endpoint(format!("http://{address}")).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let client = CvmClient::with_profile(credential(), "ap-shanghai", profile).unwrap();
    let error = client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
    assert!(error.is_connect() && !error.maybe_sent(), "{error:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let redirect = respond("302 Found", "text/html", "gone");
    for error in errors(redirect).await {
        assert_eq!(error.http_status().unwrap().as_u16(), 302);
    }
}

#[tokio::test]
async fn a_page_that_echoes_the_request_reveals_no_secret() {
    let page = "X-TC-Token: secret-token-1234 key secret-key-1234 {\"Password\": \"pw-987654\"}";
    for error in errors(respond("502 Bad Gateway", "text/html", page)).await {
        let mut shown = format!("{error} {error:?}");
        let mut cause = error.source();
        while let Some(source) = cause {
            shown.push_str(&format!("{source} {source:?}"));
            cause = source.source();
        }
        for secret in ["secret-token-1234", "secret-key-1234", "pw-987654"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
