//! Calls that move to the backup endpoint in every encoding, and through a proxy.

use serde_json::json;
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::profile::{Protocol, SignMethod};
use tencentcloud_common::sign::tc3::{Payload, Request, authorization};
use tencentcloud_common::sign::v1;
use tencentcloud_common::{ClientProfile, CommonClient, HttpProfile, Multipart};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_tests::fakes::{ConstantRandom, ManualClock, RecordedSleeps};
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, respond};
use tencentcloud_tests::scripted_server::{ScriptedServer, close, json as ok};

use super::{BACKUP, BROKEN, PRIMARY, SUCCESS, credential, host};

/// Returns a network that reaches only the backup.
fn broken_network() -> InMemoryTransport {
    InMemoryTransport::new(|_, request| match request.uri().host() {
        Some(BACKUP) => respond(SUCCESS),
        _ => BROKEN,
    })
}

/// Returns the requests of a call that moved after five attempts, with the host of each.
#[track_caller]
fn moved(network: &InMemoryTransport) -> Vec<(http::Request<bytes::Bytes>, &'static str)> {
    let hosts = [PRIMARY, PRIMARY, PRIMARY, PRIMARY, PRIMARY, BACKUP];
    let sent = network.sent();
    assert_eq!(sent.len(), hosts.len());
    for (request, host) in sent.iter().zip(hosts) {
        assert_eq!(request.uri().host(), Some(host));
        assert_eq!(request.headers()["host"], host);
    }
    sent.into_iter().zip(hosts).collect()
}

/// HmacSHA1 and HmacSHA256 signatures cover the host too.
#[tokio::test]
async fn a_signature_in_the_body_moves_with_the_call() {
    let network = broken_network();
    let profile = ClientProfile::builder()
        .disable_region_breaker(false)
        .sign_method(SignMethod::HmacSha256)
        .retryer(RetryPolicy::builder().max_attempts(6).build().unwrap());
    let client = CvmClient::builder()
        .credential(credential())
        .region("ap-shanghai")
        .profile(profile.build().unwrap())
        .transport(network.clone())
        .clock(ManualClock::at(1_700_000_000))
        .sleep(RecordedSleeps::default())
        .random(ConstantRandom(0))
        .build()
        .unwrap();
    let request = DescribeZonesRequest::new();
    let (_, metadata) = client.describe_zones(request).with_metadata().await.unwrap();
    assert_eq!(metadata.attempts(), 6);
    for (request, host) in &moved(&network) {
        let body = std::str::from_utf8(request.body()).unwrap();
        let expected = v1::form(
            &v1::Request::new(host, "DescribeZones", "2017-03-12", 1_700_000_000, 1)
                .method("POST")
                .region("ap-shanghai")
                .language("zh-CN")
                .request_client(concat!("SDK_RUST_", env!("CARGO_PKG_VERSION"))),
            &credential(),
        );
        assert_eq!(body, expected.unwrap(), "{host}");
    }
}

/// The proxy sees the requested host.
#[tokio::test]
async fn a_proxy_sees_calls_move() {
    let mut script = vec![close(); 5];
    script.push(ok(SUCCESS));
    let server = ScriptedServer::start(script).unwrap();
    let http = HttpProfile::builder().protocol(Protocol::Http).proxy(server.endpoint()).build();
    let profile = ClientProfile::builder()
        .disable_region_breaker(false)
        .retryer(RetryPolicy::none())
        .http_profile(http.unwrap())
        .build();
    let client = CvmClient::with_profile(credential(), "ap-shanghai", profile.unwrap()).unwrap();
    for _ in 0..5 {
        client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
    }
    client.describe_zones(DescribeZonesRequest::new()).await.unwrap();
    let received = server.requests();
    let expected = [PRIMARY, PRIMARY, PRIMARY, PRIMARY, PRIMARY, BACKUP];
    for (received, expected) in received.iter().zip(expected) {
        assert_eq!(received.line.trim_end(), format!("POST http://{expected}/ HTTP/1.1"));
        assert_eq!(received.header("host"), Some(expected));
        let mut request = http::Request::post(format!("http://{expected}/"));
        for (name, value) in &received.headers {
            request = request.header(name, value);
        }
        assert_eq!(host(&request.body(received.body.clone().into()).unwrap()), expected);
    }
    assert_eq!(received.len(), 6);
}

/// In the official SDK for Python the breaker ignores octet streams, in the one for Go calls without
/// a signature.
#[tokio::test]
async fn every_encoding_of_a_dynamic_call_moves() {
    for form in ["octet stream", "parts", "unsigned"] {
        let network = broken_network();
        let profile = ClientProfile::builder()
            .disable_region_breaker(false)
            .retryer(RetryPolicy::builder().max_attempts(6).build().unwrap());
        let client: CommonClient = CommonClient::builder("cvm", "2017-03-12")
            .credential(credential())
            .profile(profile.build().unwrap())
            .transport(network.clone())
            .clock(ManualClock::at(1_700_000_000))
            .sleep(RecordedSleeps::default())
            .random(ConstantRandom(0))
            .build()
            .unwrap();
        let outcome = match form {
            "octet stream" => client.call_octet_stream("DescribeLog", json!({"Id": 1}), "raw"),
            "parts" => client.call_multipart("DescribeLog", Multipart::new().text("Id", "1")),
            _ => client.call_json("DescribeLog", json!({"Id": 1})).skip_sign(),
        };
        let (_, metadata) = outcome.with_metadata().await.unwrap();
        assert_eq!((metadata.attempts(), metadata.endpoint().host()), (6, BACKUP), "{form}");
        for (request, host) in &moved(&network) {
            let signed = Request::new("cvm", host, 1_700_000_000, Payload::Bytes(request.body()))
                .content_type(request.headers()["content-type"].to_str().unwrap());
            let expected = match form {
                "unsigned" => "SKIP".to_owned(),
                _ => authorization(&signed, &credential()).unwrap(),
            };
            assert_eq!(request.headers()["authorization"], expected, "{form}");
        }
    }
}
