#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use bytes::Bytes;
use http::HeaderValue;
use tencentcloud_common::Credential;

use super::*;
use crate::gateway::Answer;
use crate::testing::{NOW, ok, refused};

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

fn request(method: &str, form: &str) -> Request<Body> {
    let (query, body) = if method == "GET" { (form, "") } else { ("", form) };
    Request::builder()
        .method(method)
        .uri(format!("/?{query}"))
        .header("Host", "cvm.tencentcloudapi.com")
        .header("Content-Type", FORM)
        .body(Body::Whole(Bytes::copy_from_slice(body.as_bytes())))
        .unwrap()
}

fn answered(request: &Request<Body>, now: u64) -> Answer {
    let credential = match request.method() {
        &Method::GET => Credential::new(ID, KEY),
        _ => Credential::with_token(ID, KEY, "TOKEN"),
    };
    let catalog = crate::testing::catalog();
    Gateway::new(catalog, vec![credential.unwrap()]).answer(request, now, "id")
}

#[test]
fn known_signatures_are_accepted() {
    for (method, form) in [("GET", get()), ("POST", post())] {
        let answer = answered(&request(method, &form), NOW);
        assert_eq!(answer.service, "cvm");
        assert_eq!(ok(answer)["TotalCount"], 0, "the filter matches nothing");
    }
    // Without a method it is the oldest.
    let form = post().replace("&SignatureMethod=HmacSHA256", "");
    refused(&answered(&request("POST", &form), NOW), "AuthFailure.SignatureFailure", "not the one");
}

#[test]
fn whatever_is_changed_breaks_the_signature() {
    let changed = |method: &str, form: String, host: &'static str| {
        let mut request = request(method, &form);
        request.headers_mut().insert("host", HeaderValue::from_static(host));
        refused(&answered(&request, NOW), "AuthFailure.SignatureFailure", "not the one");
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
fn the_common_parameters_are_checked() {
    let wrong = |from: &str, to: &str, code: &str, text: &str| {
        refused(&answered(&request("GET", &get().replace(from, to)), NOW), code, text);
    };
    wrong("SecretId=AKIDz8", "SecretId=AKIDz9", "AuthFailure.SecretIdNotFound", "AKIDz9");
    wrong("&Nonce=12345", "", "MissingParameter", "`Nonce`");
    wrong("Nonce=12345", "Nonce=-1", "InvalidParameter", "`Nonce` must be a positive integer");
    wrong("Nonce=12345", "Nonce=0", "InvalidParameter", "`Nonce` must be a positive integer");
    wrong("Timestamp=1700000000", "Timestamp=soon", "InvalidParameter", "`Timestamp`");
    wrong("&Language=zh-CN", "&SecretId=AKID", "InvalidParameter", "`SecretId` is given twice");
    wrong("HmacSHA1", "MD5", "AuthFailure.SignatureFailure", "not `MD5`");
    wrong("Limit=1", "Limit=%zz", "InvalidParameter", "percent-encoded");
    let late = answered(&request("GET", &get()), NOW + 301);
    refused(&late, "AuthFailure.SignatureExpire", "1700000000");
    // The token is part of what is signed, and compared besides.
    let untold = answered(&request("POST", &get()), NOW);
    refused(&untold, "AuthFailure.SignatureFailure", "not the one");
}

#[test]
fn the_service_is_that_of_the_host_or_of_the_action() {
    let gateway = crate::testing::gateway();
    let of = |host: &'static str, action: &str| {
        let form = Form(vec![
            ("Action".to_owned(), action.to_owned()),
            ("Version".to_owned(), "2017-03-12".to_owned()),
        ]);
        let mut request = request("GET", "");
        request.headers_mut().insert("host", HeaderValue::from_static(host));
        gateway.service_of(&request, &form).map(str::to_owned)
    };
    assert_eq!(of("127.0.0.1:8080", "DescribeVpcs").unwrap(), "vpc");
    assert_eq!(of("127.0.0.1:8080", "DescribeDisks").unwrap(), "cbs");
    assert_eq!(of("cvm.tencentcloudapi.com", "DescribeVpcs").unwrap(), "cvm");
    assert_eq!(of("127.0.0.1:8080", "DescribeNothing").unwrap_err().code, "InvalidAction");
}

#[test]
fn secrets_of_a_form_are_hidden() {
    let shown = hidden(&post());
    assert!(shown.contains("&Token=***&") && shown.ends_with("&Signature=***"), "{shown}");
    assert!(!shown.contains("hTXU") && !shown.contains("TOKEN&"), "{shown}");
}
