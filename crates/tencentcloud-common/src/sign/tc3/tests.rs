//! Compares signatures with the example of the official document and with those of the official
//! Python SDK with a fixed clock.

use super::*;

const ID: &str = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
const KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
const DOCUMENT_BODY: &[u8] =
    br#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
const BODY: &[u8] = br#"{"Limit": 1, "Filters": [{"Name": "instance-name", "Values": ["\u672a\u547d\u540d", "a b&c=d/+~*"]}]}"#;
const QUERY: &str = "Limit=1&Filters.0.Name=instance-name&Filters.0.Values.0=%E6%9C%AA%E5%91%BD%E5%90%8D&Filters.0.Values.1=a+b%26c%3Dd%2F%2B~%2A";

fn signature_of(request: Request<'_>) -> String {
    let header = authorization(&request, &Credential::new(ID, KEY).unwrap()).unwrap();
    header.split("Signature=").nth(1).unwrap().to_owned()
}

fn request(method: &'static str, content_type: &'static str) -> Request<'static> {
    Request {
        method,
        query: "",
        content_type,
        host: "cvm.tencentcloudapi.com",
        payload: Payload::Bytes(b""),
        timestamp: 1_700_000_000,
        service: "cvm",
    }
}

#[test]
fn the_example_of_the_document() {
    let hash = sha256_hex(DOCUMENT_BODY);
    assert_eq!(hash, "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064");
    let content_type = "application/json; charset=utf-8";
    let headers = [("content-type", content_type), ("host", "cvm.tencentcloudapi.com")];
    let canonical = canonical_request("POST", "", &headers, &hash);
    assert_eq!(
        sha256_hex(canonical.as_bytes()),
        "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031"
    );
    assert_eq!(date(1_551_113_065).unwrap(), "2019-02-25");
    let request = Request {
        payload: Payload::Bytes(DOCUMENT_BODY),
        timestamp: 1_551_113_065,
        ..request("POST", content_type)
    };
    assert_eq!(
        signature_of(request),
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    );
}

#[test]
fn the_example_of_the_document_with_a_signed_action() {
    let headers = [
        ("content-type", "application/json; charset=utf-8"),
        ("host", "cvm.tencentcloudapi.com"),
        ("x-tc-action", "describeinstances"),
    ];
    let canonical = canonical_request("POST", "", &headers, &sha256_hex(DOCUMENT_BODY));
    assert_eq!(
        sha256_hex(canonical.as_bytes()),
        "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
    );
    let string_to_sign = string_to_sign(1_551_113_065, "2019-02-25", "cvm", &canonical);
    assert_eq!(
        signature(KEY, "2019-02-25", "cvm", &string_to_sign),
        "644be983de9a8a3f00db8eadaba61467c3b429e2215758ba897b738ca469fd26"
    );
}

#[test]
fn post_get_and_unsigned_payload_equal_those_of_the_python_sdk() {
    let post = Request { payload: Payload::Bytes(BODY), ..request("POST", "application/json") };
    assert_eq!(
        signature_of(post),
        "d4e96eb2b87f591193699635164970f6b7dd749f0113a7133527f4bf8803d5f9"
    );
    let unsigned = Request { payload: Payload::Unsigned, ..post };
    assert_eq!(
        signature_of(unsigned),
        "a8e36d0b1df454dc226727011e1221aba29426d32be01122e0083f728f787e96"
    );
    let get = Request { query: QUERY, ..request("GET", "application/x-www-form-urlencoded") };
    assert_eq!(
        signature_of(get),
        "87d8417dc6db553eab1d7c12e68b6c8d3ed763f1ab5b274123850cc2a3041707"
    );
}

#[test]
fn multipart_and_octet_stream_equal_those_of_the_python_sdk() {
    let boundary = "0123456789abcdef0123456789abcdef";
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"Name\"\r\n\r\nx\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"File\"; filename=\"File\"\r\n\r\n\0\u{1}bin\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"Obj\"\r\nContent-Type: application/json\r\n\r\n{{\"a\": [1]}}\r\n\
         --{boundary}--\r\n"
    );
    let multipart = Request {
        payload: Payload::Bytes(body.as_bytes()),
        ..request("POST", "multipart/form-data; boundary=0123456789abcdef0123456789abcdef")
    };
    assert_eq!(
        signature_of(multipart),
        "d82d8c942fc5859a7de33447983fc9ec5cfa72adf39f87b6bcc1e086f2a35e72"
    );
    let octets = Request {
        payload: Payload::Bytes(&[0, 1, 2]),
        ..request("POST", "application/octet-stream")
    };
    assert_eq!(
        signature_of(octets),
        "9f9f96215f741db1218fca46ff0aae9fc07964a1bd3e708e83a4b149f0055e20"
    );
}

#[test]
fn the_date_is_in_utc() {
    assert_eq!(date(0).unwrap(), "1970-01-01");
    assert_eq!(date(1_709_251_199).unwrap(), "2024-02-29");
    assert_eq!(date(1_709_251_200).unwrap(), "2024-03-01");
    assert!(date(u64::MAX).is_err());
}

#[test]
fn debug_shows_neither_the_payload_nor_the_query() {
    let shown = format!("{:?}", Payload::Bytes(b"{\"Password\":\"abc\"}"));
    assert_eq!(shown, "Bytes(18 bytes)");
    let get = Request { query: "Password=hunter2", ..request("GET", "a/b") };
    let shown = format!("{get:?}");
    assert!(shown.contains("query: 16 bytes") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn the_token_of_a_temporary_credential_is_not_signed() {
    let post = Request { payload: Payload::Bytes(BODY), ..request("POST", "application/json") };
    let temporary = Credential::with_token(ID, KEY, "TOKEN").unwrap();
    assert_eq!(
        authorization(&post, &temporary).unwrap(),
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2023-11-14/cvm/tc3_request, \
         SignedHeaders=content-type;host, \
         Signature=d4e96eb2b87f591193699635164970f6b7dd749f0113a7133527f4bf8803d5f9"
    );
}

#[test]
fn a_derived_key_signs_like_the_secret_key() {
    let credential = Credential::new(ID, KEY).unwrap();
    let key = SigningKey::derive(KEY, "2023-11-14", "cvm");
    let post = Request { payload: Payload::Bytes(BODY), ..request("POST", "application/json") };
    let header = authorization_with_key(&post, ID, &key).unwrap();
    assert_eq!(header, authorization(&post, &credential).unwrap());
    assert_eq!(key.sign("x"), signature(KEY, "2023-11-14", "cvm", "x"));
}

#[test]
fn a_key_of_another_day_or_service_is_rejected() {
    let post = request("POST", "application/json");
    for (date, service) in [("2023-11-15", "cvm"), ("2023-11-14", "vpc")] {
        let key = SigningKey::derive(KEY, date, service);
        let error = authorization_with_key(&post, ID, &key).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
        let expected = format!("for {service} on {date}, but the request is for cvm on 2023-11-14");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}

/// The state of a hash is as secret as its key. This compiles only with the feature `zeroize` of
/// the hash crates.
#[test]
fn hashes_zeroize_their_state() {
    fn is_zeroized<T: zeroize::ZeroizeOnDrop>() {}
    is_zeroized::<Sha256>();
    is_zeroized::<sha1::Sha1>();
    is_zeroized::<Zeroizing<[u8; 32]>>();
    assert!(std::mem::needs_drop::<Hmac<Sha256>>() && std::mem::needs_drop::<Hmac<sha1::Sha1>>());
}

#[test]
fn debug_does_not_show_the_key() {
    let shown = format!("{:?}", SigningKey::derive(KEY, "2023-11-14", "cvm"));
    assert_eq!(shown, "SigningKey { key: ***, date: \"2023-11-14\", service: \"cvm\" }");
}
