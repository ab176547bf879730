#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use bytes::Bytes;
use http::{HeaderValue, Method};
use tencentcloud_common::Credential;

use super::*;
use crate::gateway::redact_form;
use crate::request::Body;
use crate::response::ApiResponse;
use crate::test_util::{NOW, account_catalog, assert_error, gateway_with, members};

const ID: &str = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
const KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";

/// The parameters of a request that the official SDK for Python signed at [`NOW`].
const PYTHON: &str = "Limit=1&Filters.0.Name=instance-name\
    &Filters.0.Values.0=%E6%9C%AA%E5%91%BD%E5%90%8D&Filters.0.Values.1=a+b%26c%3Dd%2F%2B~%2A\
    &Action=DescribeInstances&RequestClient=SDK_PYTHON_3.1.195&Nonce=12345\
    &Timestamp=1700000000&Version=2017-03-12&Region=ap-guangzhou\
    &SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE&Language=zh-CN";
const SHA1_OF_GET: &str = "oFbHIxa4oRa3VwlB2DpbVgUAqSU%3D";
const SHA256_OF_POST_WITH_TOKEN: &str = "hTXUcZuwUlV6XMV9pal7qc1OcxMhRYfIZKYoGT1KgwM%3D";

fn get() -> String {
    format!("{PYTHON}&SignatureMethod=HmacSHA1&Signature={SHA1_OF_GET}")
}

fn post() -> String {
    let signature = SHA256_OF_POST_WITH_TOKEN;
    format!("{PYTHON}&Token=TOKEN&SignatureMethod=HmacSHA256&Signature={signature}")
}

fn request(method: &str, form: &str) -> Request {
    let (query, body) = if method == "GET" { (form, "") } else { ("", form) };
    http::Request::builder()
        .method(method)
        .uri(format!("/?{query}"))
        .header("Host", "cvm.tencentcloudapi.com")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(Body::Complete(Bytes::copy_from_slice(body.as_bytes())))
        .unwrap()
}

fn send(request: &Request, now: u64) -> ApiResponse {
    let credential = match request.method() {
        &Method::GET => Credential::new(ID, KEY),
        _ => Credential::with_token(ID, KEY, "TOKEN"),
    };
    gateway_with(account_catalog(), vec![credential.unwrap()]).handle(request, now, "id")
}

#[test]
fn known_signatures_are_accepted() {
    for (method, form) in [("GET", get()), ("POST", post())] {
        let response = send(&request(method, &form), NOW);
        assert_eq!(response.service, "cvm");
        assert_eq!(members(response)["TotalCount"], 0, "the filter matches nothing");
    }
    // Without a method, HmacSHA1 applies.
    let form = post().replace("&SignatureMethod=HmacSHA256", "");
    assert_error(
        &send(&request("POST", &form), NOW),
        "AuthFailure.SignatureFailure",
        "does not match",
    );
}

#[test]
fn changing_any_signed_part_breaks_the_signature() {
    let changed = |method: &str, form: String, host: &'static str| {
        let mut request = request(method, &form);
        request.headers_mut().insert("host", HeaderValue::from_static(host));
        assert_error(&send(&request, NOW), "AuthFailure.SignatureFailure", "does not match");
    };
    let host = "cvm.tencentcloudapi.com";
    changed("GET", get(), "127.0.0.1:8080");
    changed("GET", get().replace("Limit=1", "Limit=2"), host);
    changed("GET", get().replace("Nonce=12345", "Nonce=12346"), host);
    changed("GET", get().replace("HmacSHA1", "HmacSHA256"), host);
    changed("GET", get().replace("Signature=o", "Signature=p"), host);
    changed("POST", post().replace("Timestamp=1700000000", "Timestamp=1700000001"), host);
    changed("POST", format!("{}&Offset=1", post()), host);
}

#[test]
fn common_parameters_are_checked() {
    let assert_replaced = |from: &str, to: &str, code: &str, text: &str| {
        assert_error(&send(&request("GET", &get().replace(from, to)), NOW), code, text);
    };
    assert_replaced("SecretId=AKIDz8", "SecretId=AKIDz9", "AuthFailure.SecretIdNotFound", "AKIDz9");
    assert_replaced("&Nonce=12345", "", "MissingParameter", "`Nonce`");
    assert_replaced(
        "Nonce=12345",
        "Nonce=-1",
        "InvalidParameter",
        "`Nonce` must be a positive integer",
    );
    assert_replaced(
        "Nonce=12345",
        "Nonce=0",
        "InvalidParameter",
        "`Nonce` must be a positive integer",
    );
    assert_replaced("Timestamp=1700000000", "Timestamp=soon", "InvalidParameter", "`Timestamp`");
    assert_replaced(
        "&Language=zh-CN",
        "&SecretId=AKID",
        "InvalidParameter",
        "`SecretId` appears more than once",
    );
    assert_replaced("HmacSHA1", "MD5", "AuthFailure.SignatureFailure", "`MD5` is not supported");
    assert_replaced("Limit=1", "Limit=%zz", "InvalidParameter", "percent-encoded");
    let late = send(&request("GET", &get()), NOW + 301);
    assert_error(&late, "AuthFailure.SignatureExpire", "1700000000");
    // A missing token breaks the signature, which covers it.
    let without_token = send(&request("POST", &get()), NOW);
    assert_error(&without_token, "AuthFailure.SignatureFailure", "does not match");
}

#[test]
fn secrets_of_a_form_are_redacted() {
    let shown = redact_form(&post());
    assert!(shown.contains("&Token=***&") && shown.ends_with("&Signature=***"), "{shown}");
    assert!(!shown.contains("hTXU") && !shown.contains("TOKEN&"), "{shown}");
}
