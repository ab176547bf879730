//! Responses that are errors or malformed.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use tencentcloud_common::ErrorKind;
use tencentcloud_cvm::v20170312::error_code;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_tests::scripted_server::{
    ScriptedServer, Step, api_error, chunked, json as ok, respond, respond_bytes,
};

use super::{Expected, KINDS, SUCCESS, Setup, UNKNOWN, call, check_all_kinds, setup};

#[tokio::test]
async fn gateway_pages() {
    let page = "<html><h1>oops</h1></html>";
    for (status, code) in [
        ("500 Internal Server Error", 500),
        ("502 Bad Gateway", 502),
        ("503 Service Unavailable", 503),
        ("504 Gateway Timeout", 504),
    ] {
        let expected = Expected { kind: ErrorKind::Response, status: Some(code), ..UNKNOWN };
        let error = check_all_kinds(respond(status, "text/html", page), expected).await;
        assert!(error.message().contains("oops"), "{error}");
    }
    // A throttled call was not executed, so every call is retried.
    let expected = Expected {
        kind: ErrorKind::Response,
        status: Some(429),
        attempts: [3, 3],
        throttled: true,
        ..UNKNOWN
    };
    check_all_kinds(respond("429 Too Many Requests", "text/plain", "slow down"), expected).await;
}

/// The service or a gateway has responded, and another response would be the same.
const NOT_RETRIED: Expected =
    Expected { kind: ErrorKind::Response, attempts: [1, 1], retryable: false, ..UNKNOWN };

#[tokio::test]
async fn malformed_responses_are_not_retried() {
    for (status, code) in [
        ("302 Found", 302),
        ("401 Unauthorized", 401),
        ("404 Not Found", 404),
        ("201 Created", 201),
    ] {
        let expected = Expected { status: Some(code), ..NOT_RETRIED };
        check_all_kinds(respond(status, "text/html", "<html></html>"), expected).await;
    }
    let expected = Expected { status: Some(200), ..NOT_RETRIED };
    for step in [
        respond("200 OK", "text/html", "<html>login</html>"),
        respond("200 OK", "application/json", "<html>login</html>"),
        respond("200 OK", "application/json", r#"{"Response": {"RequestId": "r-1""#),
        respond("200 OK", "application/json", ""),
        respond("200 OK", "text/event-stream", "data: 1\n\n"),
    ] {
        check_all_kinds(step, expected).await;
    }
}

#[tokio::test]
async fn the_content_type_does_not_affect_the_response() {
    let types = ["application/json; charset=utf-8", "text/plain", "text/html", "a/b", ""];
    for kind in KINDS {
        let script = types.map(|content_type| respond("200 OK", content_type, SUCCESS));
        let server = ScriptedServer::start(script.to_vec()).unwrap();
        let setup = setup(&server.endpoint());
        for _ in types {
            call(&setup, kind).await.unwrap();
        }
    }
    let expected = Expected { kind: ErrorKind::Service, status: Some(200), ..NOT_RETRIED };
    for content_type in types {
        let body = r#"{"Response": {"Error": {"Code": "FailedOperation", "Message": "m"}}}"#;
        let error = check_all_kinds(respond("200 OK", content_type, body), expected).await;
        assert_eq!(error.code(), Some("FailedOperation"));
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn gzipped(body: &[u8]) -> Step {
    respond_bytes("200 OK", "application/json", body).header("Content-Encoding", "gzip")
}

#[tokio::test]
async fn compressed_responses_are_read() {
    let body = r#"{"Response": {"TotalCount": 7, "RequestId": "r-1"}}"#;
    let failure = r#"{"Response": {"Error": {"Code": "A", "Message": "m"}, "RequestId": "r-2"}}"#;
    let script = vec![gzipped(&gzip(body.as_bytes())), gzipped(&gzip(failure.as_bytes()))];
    let server = ScriptedServer::start(script).unwrap();
    let Setup { typed, .. } = setup(&server.endpoint());
    let (zones, metadata) =
        typed.describe_zones(DescribeZonesRequest::new()).with_metadata().await.unwrap();
    assert_eq!(zones.total_count, Some(7));
    assert_eq!(metadata.body().unwrap(), body, "unzipped");
    let error = typed.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
    assert_eq!((error.code(), error.request_id()), (Some("A"), Some("r-2")));
}

#[tokio::test]
async fn invalid_compression_and_large_responses() {
    let expected = Expected { status: Some(200), ..NOT_RETRIED };
    let zipped = gzip(SUCCESS.as_bytes());
    let bomb = gzip(&vec![b' '; 10 * 1024 * 1024]);
    assert!(bomb.len() < 64 * 1024, "as it travels it is small enough");
    let spaces = " ".repeat(40 * 1024);
    let cases = [
        (gzipped(SUCCESS.as_bytes()), "not valid gzip"),
        (gzipped(&zipped[..zipped.len() - 4]), "not valid gzip"),
        (gzipped(&zipped).header("Content-Encoding", "br"), "has the Content-Encoding \"br\""),
        (gzipped(&bomb), "more than the 65536 bytes of `max_response_size`"),
        (ok(&" ".repeat(65_537)), "65537 bytes, more than the 65536 of `max_response_size`"),
        (chunked(&[&spaces, &spaces]), "more than the 65536 bytes of `max_response_size`"),
    ];
    for (step, message) in cases {
        let error = check_all_kinds(step, expected).await;
        assert!(error.to_string().contains(message), "{message}: {error}");
    }
}

const SERVICE: Expected = Expected { kind: ErrorKind::Service, status: Some(200), ..UNKNOWN };

#[tokio::test]
async fn throttled_calls_of_every_kind_are_retried() {
    for code in [
        "RequestLimitExceeded",
        "RequestLimitExceeded.UinLimitExceeded",
        "RequestLimitExceeded.IPLimitExceeded",
        "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
    ] {
        let expected = Expected { attempts: [3, 3], throttled: true, ..SERVICE };
        let refused = check_all_kinds(api_error(code), expected).await;
        assert_eq!(refused.code(), Some(code));
        assert_eq!(refused.request_id(), Some("r-e"));
    }
}

#[tokio::test]
async fn errors_of_the_service() {
    for code in ["InternalError", "InternalError.DbError", "ServiceUnavailable"] {
        check_all_kinds(api_error(code), SERVICE).await;
    }
    // The same errors with another status.
    let body = r#"{"Response": {"Error": {"Code": "InternalError", "Message": "m"}}}"#;
    let expected = Expected { status: Some(503), ..SERVICE };
    check_all_kinds(respond("503 Unavailable", "application/json", body), expected).await;
    for code in [
        "FailedOperation",
        "FailedOperation.InternalError",
        "LimitExceeded",
        "ResourceInUse",
        "ResourceUnavailable",
        "InvalidParameterValue.LimitExceeded",
        "DryRunOperation",
        "RequestLimitExceededOfToday",
    ] {
        let expected = Expected { attempts: [1, 1], retryable: false, ..SERVICE };
        check_all_kinds(api_error(code), expected).await;
    }
}

#[tokio::test]
async fn the_code_of_an_error_equals_its_constant() {
    for (code, constant) in [
        ("ResourceInUse", error_code::RESOURCE_IN_USE),
        ("InvalidInstanceId.NotFound", error_code::INVALID_INSTANCE_ID_NOT_FOUND),
        // Two codes that differ only in the places of their dots.
        ("InvalidParameter.ValueTooLarge", error_code::INVALID_PARAMETER__VALUE_TOO_LARGE),
        ("InvalidParameterValue.TooLarge", error_code::INVALID_PARAMETER_VALUE__TOO_LARGE),
    ] {
        let server = ScriptedServer::start(vec![api_error(code)]).unwrap();
        let Setup { typed, .. } = setup(&server.endpoint());
        let error = typed.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
        assert_eq!(error.code(), Some(constant));
    }
}
