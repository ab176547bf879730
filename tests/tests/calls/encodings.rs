//! The encodings of parameters, as bytes on the wire.

use serde_json::json;
use tencentcloud_common::profile::{ReqMethod, SignMethod};
use tencentcloud_common::sign::v1::{Algorithm, signature};
use tencentcloud_common::{ClientProfile, CommonClient, HttpProfile, Multipart};
use tencentcloud_tests::handler_server::HandlerServer;
use tencentcloud_tests::scripted_server::RecordedRequest;

use crate::{RecordingTransport, SUCCESS, client_of, credential, header, signed_for};

fn over_wire(
    service: &'static str,
    method: ReqMethod,
    sign: SignMethod,
) -> (HandlerServer, CommonClient) {
    let server = HandlerServer::start(|mut connection| {
        connection.receive()?;
        connection.send_json(SUCCESS)
    })
    .unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).no_proxy().req_method(method);
    let profile = ClientProfile::builder()
        .http_profile(http.build().unwrap())
        .sign_method(sign)
        .build()
        .unwrap();
    let client =
        CommonClient::with_profile(service, "2020-10-16", credential(), "ap-shanghai", profile);
    (server, client.unwrap())
}

fn only(server: &HandlerServer) -> RecordedRequest {
    let [received] = server.requests().try_into().unwrap();
    received
}

#[tokio::test]
async fn an_octet_stream() {
    let (server, client) = over_wire("cls", ReqMethod::Post, SignMethod::Tc3HmacSha256);
    let parameters = json!({"TopicId": "t-1", "HashKey": "", "X-CLS-CompressType": "lz4"});
    let body: Vec<u8> = (0..=255).collect();
    let response = client.call_octet_stream("UploadLog", parameters, body.clone()).await.unwrap();
    assert_eq!(response["TotalCount"], 7);
    let received = only(&server);
    assert_eq!(received.line, "POST / HTTP/1.1\r\n");
    assert_eq!(received.body, body);
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("content-length", "256"),
        ("x-cls-topicid", "t-1"),
        ("x-cls-hashkey", ""),
        ("x-cls-compresstype", "lz4"),
        ("x-tc-action", "UploadLog"),
        ("x-tc-token", "secret-token-1234"),
    ] {
        assert_eq!(received.header(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_multipart_form() {
    // It is signed with TC3-HMAC-SHA256, whatever the signature method.
    for sign in [SignMethod::Tc3HmacSha256, SignMethod::HmacSha1] {
        let (server, client) = over_wire("ocr", ReqMethod::Post, sign);
        let parts = Multipart::new()
            .text("Name", "未 \"x\"")
            .json("Options", &json!({"Fast": true}))
            .file("Image", "a.png", b"\x89PNG\r\n--\r\n".to_vec());
        client.call_multipart("Recognize", parts).await.unwrap();
        let received = only(&server);
        let content_type = received.header("content-type").unwrap();
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        let mut expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"Name\"\r\n\r\n未 \"x\"\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"Options\"\r\n\
             Content-Type: application/json\r\n\r\n{{\"Fast\":true}}\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"Image\"; filename=\"a.png\"\r\n\
             \r\n"
        )
        .into_bytes();
        expected.extend_from_slice(b"\x89PNG\r\n--\r\n\r\n");
        expected.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        let shown = String::from_utf8_lossy(&received.body).into_owned();
        assert!(received.body == expected, "{shown}");
        assert!(received.header("authorization").unwrap().starts_with("TC3-HMAC-SHA256 "));
    }
}

#[tokio::test]
async fn a_query() {
    let (server, client) = over_wire("cvm", ReqMethod::Get, SignMethod::Tc3HmacSha256);
    let parameters = json!({"Limit": 1, "Filters": [{"Name": "a b", "Values": ["未", "&~"]}]});
    client.call_json("DescribeInstances", parameters).await.unwrap();
    let received = only(&server);
    assert_eq!(
        received.line,
        "GET /?Filters.0.Name=a+b&Filters.0.Values.0=%E6%9C%AA&Filters.0.Values.1=%26~&Limit=1 \
         HTTP/1.1\r\n"
    );
    assert_eq!(received.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(received.header("content-length"), None);
    assert!(received.body.is_empty());

    // A call without parameters has no other query.
    let (server, client) = over_wire("cvm", ReqMethod::Get, SignMethod::Tc3HmacSha256);
    client.call_json("DescribeZones", json!({})).await.unwrap();
    assert_eq!(only(&server).line, "GET / HTTP/1.1\r\n");
}

/// Decodes `application/x-www-form-urlencoded`, independent of the code under test.
fn form_decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut plain = Vec::new();
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(plain).unwrap()
}

#[tokio::test]
async fn parameters_with_a_v1_signature() {
    for (sign, algorithm) in [
        (SignMethod::HmacSha1, Algorithm::HmacSha1),
        (SignMethod::HmacSha256, Algorithm::HmacSha256),
    ] {
        for (method, word) in [(ReqMethod::Get, "GET"), (ReqMethod::Post, "POST")] {
            let (server, client) = over_wire("cvm", method, sign);
            let parameters = json!({"Limit": 1, "Name_s": "a b&=未+", "Ids": ["x", "y"]});
            client.call_json("DescribeInstances", parameters).region("ap-beijing").await.unwrap();
            let received = only(&server);
            let path = received.line.split(' ').nth(1).unwrap();
            let body = String::from_utf8(received.body.clone()).unwrap();
            let form = if word == "GET" { path.strip_prefix("/?").unwrap() } else { &body };
            assert!(received.line.starts_with(word) && (word == "GET" || path == "/"));
            let content_type = Some("application/x-www-form-urlencoded");
            assert_eq!(received.header("content-type"), content_type);

            // The service removes the signature, sorts the parameters and signs again.
            let mut pairs: Vec<_> = form
                .split('&')
                .map(|pair| pair.split_once('=').unwrap())
                .map(|(name, value)| (form_decoded(name).replace('_', "."), form_decoded(value)))
                .collect();
            let at = pairs.iter().position(|(name, _)| name == "Signature").unwrap();
            let (_, sent) = pairs.remove(at);
            pairs.sort();
            let joined: Vec<_> =
                pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let host = received.header("host").unwrap();
            let text = format!("{word}{host}/?{}", joined.join("&"));
            assert_eq!(sent, signature(algorithm, "secret-key-1234", &text), "{text}");

            for (name, value) in [
                ("Action", "DescribeInstances"),
                ("Version", "2020-10-16"),
                ("Region", "ap-beijing"),
                ("Language", "zh-CN"),
                ("Token", "secret-token-1234"),
                ("SignatureMethod", algorithm.as_str()),
                ("Name.s", "a b&=未+"),
                ("Ids.1", "y"),
            ] {
                assert!(pairs.contains(&(name.to_owned(), value.to_owned())), "{name}: {pairs:?}");
            }
            // The headers do not repeat the common parameters.
            for name in
                ["authorization", "x-tc-action", "x-tc-version", "x-tc-region", "x-tc-token"]
            {
                assert_eq!(received.header(name), None, "{name}");
            }
            assert!(received.header("x-tc-traceid").is_some());
        }
    }
}

#[tokio::test]
async fn an_unsigned_payload_is_declared() {
    let recorder = RecordingTransport::new(SUCCESS);
    let profile = || ClientProfile::builder().unsigned_payload(true);
    let client = client_of("cvm", &recorder, credential(), HttpProfile::builder(), profile());
    let mut signatures = Vec::new();
    for limit in [1, 2] {
        client.call_json("DescribeZones", json!({"Limit": limit})).await.unwrap();
        let request = recorder.only();
        assert_eq!(header(&request, "x-tc-content-sha256"), Some("UNSIGNED-PAYLOAD"));
        let expected = signed_for(&request, "cvm", "cvm.tencentcloudapi.com");
        assert_eq!(header(&request, "authorization"), Some(expected.as_str()));
        signatures.push(expected);
    }
    assert_eq!(signatures[0], signatures[1], "the signature does not cover the body");
    client.call_json("DescribeZones", json!({})).skip_sign().await.unwrap();
    assert_eq!(header(&recorder.only(), "x-tc-content-sha256"), None);
}
