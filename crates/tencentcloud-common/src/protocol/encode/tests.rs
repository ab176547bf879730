//! All encodings, from parameters to a signature. The expected signatures come from the official
//! Python SDK with a fixed clock, nonce and boundary.

use serde_json::json;
use serde_json::value::RawValue;

use super::octet_stream::octet_stream;
use super::*;
use crate::credentials::Credential;
use crate::error::ErrorKind;
use crate::sign::v1::Algorithm;
use crate::sign::{tc3, v1 as signing};

const ID: &str = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
const KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
const TEXT: &str = r#"{"Limit": 1, "Filters": [{"Name": "instance-name", "Values": ["\u672a\u547d\u540d", "a b&c=d/+~*"]}]}"#;

fn json_text(text: &str) -> Parameters {
    parameters(&RawValue::from_string(text.to_owned()).unwrap()).unwrap()
}

fn format(method: Method, sign_method: SignMethod) -> WireFormat {
    WireFormat { method, sign_method }
}

fn encoded(parameters: Parameters, format: &WireFormat) -> Result<EncodedRequest, Error> {
    let digits = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_u128.to_be_bytes();
    parameters.encode(format, &|bytes| bytes.copy_from_slice(&digits))
}

/// Encodes parameters for TC3.
fn complete(parameters: Parameters, method: Method) -> HttpParts {
    match encoded(parameters, &format(method, SignMethod::Tc3HmacSha256)).unwrap() {
        EncodedRequest::Complete(encoded) => encoded,
        EncodedRequest::V1 { .. } => panic!("not TC3"),
    }
}

fn tc3(encoded: &HttpParts, unsigned: bool) -> String {
    let payload =
        if unsigned { tc3::Payload::Unsigned } else { tc3::Payload::Bytes(&encoded.body) };
    let request = tc3::Request {
        method: encoded.method.as_str(),
        query: &encoded.query,
        content_type: &encoded.content_type,
        host: "cvm.tencentcloudapi.com",
        payload,
        timestamp: 1_700_000_000,
        service: "cvm",
    };
    let header = tc3::authorization(&request, &Credential::new(ID, KEY).unwrap()).unwrap();
    header.rsplit('=').next().unwrap().to_owned()
}

fn v1(text: &str, method: Method, algorithm: Algorithm, credential: &Credential) -> HttpParts {
    let sign_method = match algorithm {
        Algorithm::HmacSha1 => SignMethod::HmacSha1,
        _ => SignMethod::HmacSha256,
    };
    let encoded = encoded(json_text(text), &format(method, sign_method)).unwrap();
    let EncodedRequest::V1 { method, parameters, .. } = encoded else { panic!("not V1") };
    let request = signing::Request {
        algorithm,
        method: method.as_str(),
        host: "cvm.tencentcloudapi.com",
        action: "DescribeInstances",
        version: "2017-03-12",
        region: Some("ap-guangzhou"),
        timestamp: 1_700_000_000,
        nonce: 12_345,
        language: Some("zh-CN"),
        request_client: Some("SDK_PYTHON_3.1.195"),
        parameters: &parameters,
    };
    let form = signing::form(&request, credential).unwrap();
    HttpParts::signed_parameters(&method, form).unwrap()
}

fn error_message(parameters: Parameters, format: &WireFormat) -> String {
    let error = encoded(parameters, format).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    error.to_string()
}

#[test]
fn json_by_tc3() {
    let encoded = complete(json_text(TEXT), Method::POST);
    assert_eq!((encoded.content_type.as_ref(), encoded.query.as_str()), ("application/json", ""));
    assert_eq!(encoded.body, TEXT);
    let signature = "d4e96eb2b87f591193699635164970f6b7dd749f0113a7133527f4bf8803d5f9";
    assert_eq!(tc3(&encoded, false), signature);
    let signature = "a8e36d0b1df454dc226727011e1221aba29426d32be01122e0083f728f787e96";
    assert_eq!(tc3(&encoded, true), signature);
}

#[test]
fn query_by_tc3() {
    let encoded = complete(json_text(TEXT), Method::GET);
    assert_eq!(
        encoded.query,
        "Limit=1&Filters.0.Name=instance-name&Filters.0.Values.0=%E6%9C%AA%E5%91%BD%E5%90%8D\
         &Filters.0.Values.1=a+b%26c%3Dd%2F%2B~%2A"
    );
    assert_eq!(encoded.content_type, "application/x-www-form-urlencoded");
    assert_eq!((encoded.method.as_str(), encoded.body.len()), ("GET", 0));
    let signature = "87d8417dc6db553eab1d7c12e68b6c8d3ed763f1ab5b274123850cc2a3041707";
    assert_eq!(tc3(&encoded, false), signature);
}

#[test]
fn multipart_by_tc3_whatever_the_profile_sets() {
    let parts = || {
        let spaced = RawValue::from_string(r#"{"a": [1]}"#.to_owned()).unwrap();
        Parameters::Multipart(
            Multipart::new()
                .text("Name", "x")
                .file("File", "File", b"\0\x01bin".as_slice())
                .json("Obj", &spaced),
        )
    };
    let signature = "d82d8c942fc5859a7de33447983fc9ec5cfa72adf39f87b6bcc1e086f2a35e72";
    for v1 in [SignMethod::Tc3HmacSha256, SignMethod::HmacSha1, SignMethod::HmacSha256] {
        let Ok(EncodedRequest::Complete(encoded)) = encoded(parts(), &format(Method::POST, v1))
        else {
            panic!("{v1:?}")
        };
        assert_eq!(tc3(&encoded, false), signature);
        let message = error_message(parts(), &format(Method::GET, v1));
        assert!(message.contains("multipart/form-data") && message.contains("POST"), "{message}");
    }
}

#[test]
fn octet_stream_by_tc3() {
    let parameters = json!({"TopicId": "topic", "Count": 3, "Flag": true, "None": null});
    let stream = || octet_stream("cls", &parameters, [0, 1, 2].as_slice()).unwrap();
    let encoded = complete(stream(), Method::POST);
    assert_eq!(encoded.content_type, "application/octet-stream");
    let signature = "9f9f96215f741db1218fca46ff0aae9fc07964a1bd3e708e83a4b149f0055e20";
    assert_eq!(tc3(&encoded, false), signature);
    assert_eq!(encoded.headers.len(), 3);
    assert_eq!(encoded.headers["X-CLS-TopicId"], "topic");
    assert_eq!(encoded.headers["X-CLS-Count"], "3");
    assert_eq!(encoded.headers["X-CLS-Flag"], "true");

    assert!(
        error_message(stream(), &format(Method::GET, SignMethod::Tc3HmacSha256)).contains("POST")
    );
    let message = error_message(stream(), &format(Method::POST, SignMethod::HmacSha1));
    assert!(message.contains("HmacSHA1") && message.contains("TC3-HMAC-SHA256"), "{message}");
}

#[test]
fn octet_stream_accepts_header_names_too() {
    let parameters = json!({"X-CLS-TopicId": "topic", "x-tc-traceid": "t"});
    let Parameters::OctetStream { headers, .. } = octet_stream("cls", &parameters, "").unwrap()
    else {
        panic!("no octet stream")
    };
    assert_eq!(headers["x-cls-topicid"], "topic");
    assert_eq!(headers["X-TC-TraceId"], "t");
}

#[test]
fn octet_stream_rejects_what_a_header_cannot_contain() {
    let cases = [
        (json!({"A": ["x"]}), "the parameter A.0 is nested"),
        (json!({"A": {"B": 1}}), "the parameter A.B is nested"),
        (json!({"Name": "hunter2\r\nEvil: 1"}), "the value of the parameter Name cannot be sent"),
        (json!({"Name": "hunter2 未"}), "the value of the parameter Name cannot be sent"),
        (json!({"Na me": "x"}), "invalid parameter or header name \"Na me\""),
        (json!({"": "x"}), "invalid parameter or header name \"\""),
        (json!({"Authorization": "x"}), "Authorization is set by the SDK"),
        (json!({"x-tc-token": "x"}), "x-tc-token is set by the SDK"),
        (json!({"TopicId": "x", "X-CLS-TopicId": "y"}), "duplicate header x-cls-topicid"),
        (json!(["x"]), "not a JSON object"),
    ];
    for (parameters, expected) in cases {
        let error = octet_stream("cls", &parameters, "").err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn query_and_form_by_v1() {
    let credential = Credential::new(ID, KEY).unwrap();
    let get = v1(TEXT, Method::GET, Algorithm::HmacSha1, &credential);
    assert!(get.query.ends_with("&Signature=oFbHIxa4oRa3VwlB2DpbVgUAqSU%3D"), "{}", get.query);
    assert_eq!((get.method.as_str(), get.body.len()), ("GET", 0));

    let credential = Credential::with_token(ID, KEY, "TOKEN").unwrap();
    let post = v1(TEXT, Method::POST, Algorithm::HmacSha256, &credential);
    let body = std::str::from_utf8(&post.body).unwrap();
    let signature = "&Signature=hTXUcZuwUlV6XMV9pal7qc1OcxMhRYfIZKYoGT1KgwM%3D";
    assert!(body.starts_with("Limit=1&Filters.0.Name=") && body.ends_with(signature), "{body}");
    assert_eq!(post.content_type, "application/x-www-form-urlencoded");
    assert_eq!((post.method.as_str(), post.query.as_str()), ("POST", ""));
}

/// Returns parameters that take `size` bytes as JSON.
fn sized(size: usize) -> Parameters {
    parameters(&json!({"A": "x".repeat(size - r#"{"A":""}"#.len())})).unwrap()
}

#[test]
fn a_request_that_is_too_large_is_rejected_before_it_is_sent() {
    let (get, post) = (
        format(Method::GET, SignMethod::Tc3HmacSha256),
        format(Method::POST, SignMethod::Tc3HmacSha256),
    );
    let overhead = r#"{"A":""}"#.len() - "A=".len();
    assert!(encoded(sized(32 * 1024 + overhead), &get).is_ok());
    let message = error_message(sized(32 * 1024 + overhead + 1), &get);
    assert!(
        message.contains("the query has 32769 bytes, more than the limit of 32768"),
        "{message}"
    );
    assert!(message.contains("to POST"), "{message}");

    let limit = 10 * 1024 * 1024;
    assert!(encoded(sized(limit), &post).is_ok());
    let message = error_message(sized(limit + 1), &post);
    assert!(
        message.contains("the body has 10485761 bytes, more than the limit of 10485760"),
        "{message}"
    );
    let file = Multipart::new().file("F", "F", vec![0; limit]);
    assert!(error_message(Parameters::Multipart(file), &post).contains("split the request"));
    let stream = octet_stream("cls", &json!({}), vec![0; limit + 1]).unwrap();
    assert!(error_message(stream, &post).contains("split the request"));
}

#[test]
fn a_request_that_is_too_large_for_v1_is_rejected_at_each_attempt() {
    let credential = Credential::new(ID, KEY).unwrap();
    let encode = |method, size: usize| {
        let parameters = [("A".to_owned(), "x".repeat(size))];
        let request = signing::Request {
            algorithm: Algorithm::HmacSha256,
            method,
            host: "cvm.tencentcloudapi.com",
            action: "DescribeInstances",
            version: "2017-03-12",
            region: None,
            timestamp: 1,
            nonce: 2,
            language: None,
            request_client: None,
            parameters: &parameters,
        };
        let form = signing::form(&request, &credential).unwrap();
        HttpParts::signed_parameters(&method.parse().unwrap(), form)
    };
    assert!(encode("GET", 32_000).is_ok());
    assert!(encode("POST", 1_000_000).is_ok());
    let message = encode("GET", 32 * 1024).err().unwrap().to_string();
    assert!(message.contains("more than the limit of 32768: set `req_method`"), "{message}");
    let message = encode("POST", 1024 * 1024).err().unwrap().to_string();
    assert!(
        message.contains("more than the limit of 1048576") && message.contains("10 MB"),
        "{message}"
    );
}

#[test]
fn a_typed_request_with_a_file_is_multipart() {
    /// A request.
    #[derive(Clone, Default)]
    struct Upload {
        name: Option<String>,
        file: Option<crate::protocol::model::Binary>,
    }
    crate::table!(Upload { "Name": name, "File": file } required ["Name"]);

    let mut upload = Upload { name: Some("x".to_owned()), file: None };
    let encoded = complete(model(&upload, true).unwrap(), Method::POST);
    assert_eq!(encoded.body, r#"{"Name":"x"}"#);
    assert_eq!(complete(model(&upload, true).unwrap(), Method::GET).query, "Name=x");
    upload.file = Some(vec![1, 2].into());
    let encoded = complete(model(&upload, true).unwrap(), Method::POST);
    assert!(encoded.content_type.starts_with("multipart/form-data; boundary=0123"));
    upload.name = None;
    let error = model(&upload, true).err().unwrap().to_string();
    assert!(error.contains("the required member Name of Upload is not set"), "{error}");
    assert!(model(&upload, false).is_ok());
}
