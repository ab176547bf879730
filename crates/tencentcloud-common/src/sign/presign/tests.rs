use serde_json::json;

use super::*;
use crate::ErrorKind;
use crate::profile::Protocol;
use crate::sign::v1::{signature, string_to_sign};

const KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";

fn endpoint(text: &str) -> Endpoint {
    Endpoint::parse(text, Protocol::Https).unwrap()
}

fn credential() -> Credential {
    Credential::with_token("AKIDexample", KEY, "a-token").unwrap()
}

#[test]
fn the_signature_covers_all_parameters_of_the_url() {
    for algorithm in [Algorithm::HmacSha1, Algorithm::HmacSha256] {
        let endpoint = endpoint("http://127.0.0.1:8080");
        let url = Presign::new(&endpoint, "DescribeZones", "2017-03-12")
            .algorithm(algorithm)
            .region("ap-guangzhou")
            .language("en-US")
            .parameters(&json!({"Names": ["未", "a b"]}))
            .url(&credential(), 1_700_000_000, 77)
            .unwrap();
        let signed = [
            ("Names.0", "未"),
            ("Names.1", "a b"),
            ("Action", "DescribeZones"),
            ("Nonce", "77"),
            ("Timestamp", "1700000000"),
            ("Version", "2017-03-12"),
            ("Region", "ap-guangzhou"),
            ("Token", "a-token"),
            ("SecretId", "AKIDexample"),
            ("SignatureMethod", algorithm.as_str()),
            ("Language", "en-US"),
        ];
        let text = string_to_sign("GET", "127.0.0.1:8080", &signed);
        let signature = signature(algorithm, KEY, &text);
        let query =
            crate::protocol::query::to_query(&[&signed[..], &[("Signature", &signature)]].concat());
        assert_eq!(url.as_str(), format!("http://127.0.0.1:8080/?{query}"));
        assert_eq!(url.to_string(), url.as_str());
    }
}

#[test]
fn debug_shows_neither_signature_nor_token() {
    let endpoint = endpoint("cvm.tencentcloudapi.com");
    let presign = Presign::new(&endpoint, "DescribeZones", "2017-03-12")
        .parameters(&json!({"Password": "hunter2"}));
    assert!(!format!("{presign:?}").contains("hunter2"));
    let url = presign.url(&credential(), 1, 2).unwrap();
    assert_eq!(format!("{url:?}"), "PresignedUrl(https://cvm.tencentcloudapi.com/?***)");
}

#[test]
fn invalid_input_is_rejected() {
    let endpoint = endpoint("cvm.tencentcloudapi.com");
    let presign = || Presign::new(&endpoint, "DescribeZones", "2017-03-12");
    let long = json!({"A": "x".repeat(MAX_QUERY)});
    let cases = [
        (presign().parameters(&json!([1])), "not a JSON object"),
        (presign().parameters(&long), "with POST"),
        (presign().parameters(&json!({"Action": "x"})), "name of a common parameter"),
        (presign().region("a b"), "region"),
    ];
    for (presign, expected) in cases {
        let error = presign.url(&credential(), 1, 2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
    }
    for (action, version, nonce, expected) in [
        ("", "2017-03-12", 2, "invalid action name \"\": expected letters and digits"),
        ("Describe Zones", "2017-03-12", 2, "invalid action name \"Describe Zones\""),
        ("DescribeZones", "", 2, "invalid API version \"\": expected a date"),
        ("DescribeZones", "v1", 2, "invalid API version \"v1\""),
        ("DescribeZones", "2017-03-12", 0, "use a random positive number"),
    ] {
        let presign = Presign::new(&endpoint, action, version);
        let error = presign.url(&credential(), 1, nonce).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn the_url_equals_the_query_that_the_python_sdk_signs() {
    // The expected signature comes from `_format_sign_string` and `Sign.sign` of version 3.1.195,
    // without `RequestClient`, which a presigned URL does not have.
    let endpoint = endpoint("https://proxy.example.com:8443/tencent");
    let url = Presign::new(&endpoint, "DescribeInstances", "2017-03-12")
        .region("ap-guangzhou")
        .parameters(&json!({"Limit": 1, "Name_s": "a b&c=d/+~*未"}))
        .url(&Credential::new("AKIDexample", KEY).unwrap(), 1_700_000_000, 12_345)
        .unwrap();
    assert_eq!(
        url.as_str(),
        "https://proxy.example.com:8443/tencent?Limit=1&Name_s=a+b%26c%3Dd%2F%2B~%2A%E6%9C%AA\
         &Action=DescribeInstances&Nonce=12345&Timestamp=1700000000&Version=2017-03-12\
         &Region=ap-guangzhou&SecretId=AKIDexample&SignatureMethod=HmacSHA256\
         &Signature=FU0D%2F0Kzy6BiuOwuSyLT55Dfq35EvMbdhfU5RgJSLF4%3D"
    );
}
