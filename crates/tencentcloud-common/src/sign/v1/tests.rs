//! Compares signatures with the example of the official document and with those of the official
//! Python SDK with a fixed clock and nonce.

use super::*;
use crate::ErrorKind;
use crate::protocol::query::flatten;

const ID: &str = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
const KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";

fn credential() -> Credential {
    Credential::new(ID, KEY).unwrap()
}

#[test]
fn the_example_of_the_document() {
    let parameters = [
        ("Timestamp", "1465185768"),
        ("Version", "2017-03-12"),
        ("Action", "DescribeInstances"),
        ("InstanceIds.0", "ins-09dx96dg"),
        ("Limit", "20"),
        ("Nonce", "11886"),
        ("Offset", "0"),
        ("Region", "ap-guangzhou"),
        ("SecretId", ID),
    ];
    let text = string_to_sign("GET", "cvm.tencentcloudapi.com", &parameters);
    assert_eq!(
        text,
        "GETcvm.tencentcloudapi.com/?Action=DescribeInstances&InstanceIds.0=ins-09dx96dg&Limit=20\
         &Nonce=11886&Offset=0&Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE\
         &Timestamp=1465185768&Version=2017-03-12"
    );
    assert_eq!(signature(Algorithm::HmacSha1, KEY, &text), "EliP9YW3pW28FpsEdkXt/+WcGeI=");
    assert_eq!(
        signature(Algorithm::HmacSha256, KEY, &text),
        "bR/zQ3QqOmcEYeRv71IzG/NxfisUDgy9cqRMQC+UB5g="
    );
}

fn parameters() -> Vec<(String, String)> {
    flatten(
        r#"{"Limit":1,"Filters":[{"Name":"instance-name","Values":["未命名","a b&c=d/+~*"]}]}"#
            .as_bytes(),
    )
    .unwrap()
}

fn request<'a>(
    method: &'a str,
    algorithm: Algorithm,
    parameters: &'a [(String, String)],
) -> Request<'a, String, String> {
    Request {
        algorithm,
        method,
        host: "cvm.tencentcloudapi.com",
        action: "DescribeInstances",
        version: "2017-03-12",
        region: Some("ap-guangzhou"),
        timestamp: 1_700_000_000,
        nonce: 12_345,
        language: Some("zh-CN"),
        request_client: Some("SDK_PYTHON_3.1.195"),
        parameters,
    }
}

#[test]
fn get_equals_that_of_the_python_sdk() {
    let parameters = parameters();
    let query = form(&request("GET", Algorithm::HmacSha1, &parameters), &credential()).unwrap();
    assert_eq!(
        query,
        "Limit=1&Filters.0.Name=instance-name&Filters.0.Values.0=%E6%9C%AA%E5%91%BD%E5%90%8D\
         &Filters.0.Values.1=a+b%26c%3Dd%2F%2B~%2A&Action=DescribeInstances\
         &RequestClient=SDK_PYTHON_3.1.195&Nonce=12345&Timestamp=1700000000&Version=2017-03-12\
         &Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE\
         &SignatureMethod=HmacSHA1&Language=zh-CN&Signature=oFbHIxa4oRa3VwlB2DpbVgUAqSU%3D"
    );
}

#[test]
fn post_with_a_token_equals_that_of_the_python_sdk() {
    let parameters = parameters();
    let credential = Credential::with_token(ID, KEY, "TOKEN").unwrap();
    let body = form(&request("POST", Algorithm::HmacSha256, &parameters), &credential).unwrap();
    assert!(body.contains("&Region=ap-guangzhou&Token=TOKEN&SecretId="), "{body}");
    assert!(body.ends_with("&Signature=hTXUcZuwUlV6XMV9pal7qc1OcxMhRYfIZKYoGT1KgwM%3D"), "{body}");
}

#[test]
fn names_are_sorted_by_bytes_and_signed_with_dots() {
    let parameters = [("b", "1"), ("B", "2"), ("a_b", "3"), ("a.a", "4"), ("é", "5"), ("a", "6")];
    assert_eq!(string_to_sign("GET", "h", &parameters), "GETh/?B=2&a=6&a.a=4&a.b=3&b=1&é=5");
    let none: [(&str, &str); 0] = [];
    assert_eq!(string_to_sign("POST", "h:1", &none), "POSTh:1/?");
}

#[test]
fn unset_common_parameters_are_left_out() {
    let parameters = [("A", "1")];
    let request = Request {
        algorithm: Algorithm::default(),
        method: "GET",
        host: "h",
        action: "Do",
        version: "1",
        region: Some(""),
        timestamp: 1,
        nonce: 2,
        language: None,
        request_client: None,
        parameters: &parameters,
    };
    let query = form(&request, &Credential::new("id", "key").unwrap()).unwrap();
    let (before, _) = query.split_once("&Signature=").unwrap();
    assert_eq!(
        before,
        "A=1&Action=Do&Nonce=2&Timestamp=1&Version=1&SecretId=id&SignatureMethod=HmacSHA256"
    );
}

#[test]
fn a_name_with_two_values_is_rejected() {
    let signed = |pairs: &[(&str, &str)]| {
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        form(&request("GET", Algorithm::HmacSha256, &pairs), &credential())
    };
    for pair in [("Region", "ap-beijing"), ("Action", "Other"), ("Signature", "x")] {
        let error = signed(&[("A", "1"), pair]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("name of a common parameter"), "{error}");
        assert!(error.to_string().contains(pair.0) && error.to_string().contains("TC3"), "{error}");
    }
    for pairs in [[("A", "1"), ("A", "1")], [("A_B", "1"), ("A.B", "1")]] {
        let error = signed(&pairs).unwrap_err().to_string();
        assert!(error.contains(pairs[1].0) && error.contains("duplicate parameter"), "{error}");
    }
    // An equal value is sent once.
    let query = signed(&[("Region", "ap-guangzhou")]).unwrap();
    assert_eq!(query.matches("Region=").count(), 1);
    // Without a token in the credential, `Token` is not a common parameter.
    assert!(signed(&[("Token", "x")]).unwrap().starts_with("Token=x&"));
}

#[test]
fn debug_shows_no_value_of_a_parameter() {
    let pairs = [("Password".to_owned(), "hunter2".to_owned())];
    let shown = format!("{:?}", request("GET", Algorithm::HmacSha1, &pairs));
    assert!(shown.contains("parameters: 1") && !shown.contains("hunter2"), "{shown}");
}
