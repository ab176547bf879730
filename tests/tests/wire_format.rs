//! Requests as they are sent: headers, path, numbers, credential.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use tencentcloud_common::credentials::{CredentialFuture, ProvideCredential};
use tencentcloud_common::profile::Language;
use tencentcloud_common::runtime::Clock;
use tencentcloud_common::sign::tc3::{Payload, Request, authorization};
use tencentcloud_common::{ClientProfile, CommonClient, Credential, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeInstancesRequest;
use tencentcloud_tests::scripted_server::{RecordedRequest, ScriptedServer, json as ok};

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }
}

fn credential() -> Credential {
    Credential::with_token("AKIDexample", "secret-key-1234", "secret-token-1234").unwrap()
}

fn client(server: &ScriptedServer) -> CvmClient {
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder()
        .http_profile(http)
        .language(Language::EnUs)
        .request_client("my-app_1.0")
        .build()
        .unwrap();
    CvmClient::builder()
        .credential(credential())
        .region("ap-shanghai")
        .profile(profile)
        .clock(FixedClock)
        .build()
        .unwrap()
}

fn success() -> ScriptedServer {
    ScriptedServer::start(vec![ok(r#"{"Response": {"RequestId": "r-1"}}"#)]).unwrap()
}

fn only(server: &ScriptedServer) -> RecordedRequest {
    let [received] = server.requests().try_into().unwrap();
    received
}

#[tokio::test]
async fn the_headers_of_the_official_sdk_are_sent_and_signed() {
    let server = success();
    let request = DescribeInstancesRequest::new().limit(1).instance_ids(["ins-1"]);
    client(&server).describe_instances(request).region("ap-beijing").await.unwrap();
    let received = only(&server);
    assert_eq!(received.line.trim_end(), "POST / HTTP/1.1");
    assert_eq!(received.body, br#"{"InstanceIds":["ins-1"],"Limit":1}"#);
    let host = server.address().to_string();
    let version = env!("CARGO_PKG_VERSION");
    let client = format!("SDK_RUST_{version}; my-app_1.0");
    let signed = Request::new("cvm", &host, 1_700_000_000, Payload::Bytes(&received.body));
    let expected = [
        ("host", host.as_str()),
        ("content-type", "application/json"),
        ("x-tc-action", "DescribeInstances"),
        ("x-tc-version", "2017-03-12"),
        ("x-tc-region", "ap-beijing"),
        ("x-tc-timestamp", "1700000000"),
        ("x-tc-language", "en-US"),
        ("x-tc-requestclient", &client),
        ("x-tc-token", "secret-token-1234"),
        ("authorization", &authorization(&signed, &credential()).unwrap()),
    ];
    for (name, value) in expected {
        assert_eq!(received.header(name), Some(value), "{name}");
    }
    let trace_id = received.header("x-tc-traceid").unwrap();
    assert_eq!((trace_id.len(), trace_id.as_bytes()[14]), (36, b'4'));
    let names: Vec<_> = received.headers.iter().map(|(name, _)| name).collect();
    let mut unique = names.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(names.len(), unique.len(), "no header twice: {names:?}");
}

#[tokio::test]
async fn headers_of_one_call_replace_the_defaults() {
    let server = success();
    client(&server)
        .describe_instances(DescribeInstancesRequest::new())
        .header("x-tc-traceid", "my-trace")
        .header("X-TC-Canary", "false")
        .header("x-tc-canary", "true")
        .header("X-TC-LANGUAGE", "zh-CN")
        .region("")
        .await
        .unwrap();
    let received = only(&server);
    assert_eq!(received.header("x-tc-traceid"), Some("my-trace"));
    assert_eq!(received.header("x-tc-canary"), Some("true"));
    assert_eq!(received.header("x-tc-language"), Some("zh-CN"));
    for name in ["x-tc-traceid", "x-tc-canary", "x-tc-language"] {
        let times = received.headers.iter().filter(|(it, _)| it.eq_ignore_ascii_case(name));
        assert_eq!(times.count(), 1, "{name}");
    }
    assert_eq!(received.header("x-tc-region"), None);
    assert_eq!(received.body, b"{}");
}

#[tokio::test]
async fn the_path_of_the_endpoint_is_sent_and_not_signed() {
    let server = success();
    let endpoint = format!("{}/tencent/v3", server.endpoint());
    let http = HttpProfile::builder().endpoint(endpoint).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let client =
        CommonClient::with_profile("cvm", "2017-03-12", credential(), "", profile).unwrap();
    client.call_json("describeZones", json!({"Größe": "é"})).await.unwrap();
    let received = only(&server);
    assert_eq!(received.line.trim_end(), "POST /tencent/v3 HTTP/1.1");
    assert_eq!(received.header("x-tc-action"), Some("DescribeZones"));
    let timestamp = received.header("x-tc-timestamp").unwrap().parse().unwrap();
    let host = server.address().to_string();
    let signed = Request::new("cvm", &host, timestamp, Payload::Bytes(&received.body));
    let expected = authorization(&signed, &credential()).unwrap();
    assert_eq!(received.header("authorization"), Some(expected.as_str()));
}

#[tokio::test]
async fn integers_of_a_dynamic_call_keep_their_value() {
    let body = r#"{"Response": {"RequestId": "r", "A": 18446744073709551615, "B": -9223372036854775808, "C": 0.1}}"#;
    let server = ScriptedServer::start(vec![ok(body)]).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let client = CommonClient::with_profile("x", "2017-03-12", credential(), "", profile).unwrap();
    let response =
        client.call_json("Get", json!({"Big": u64::MAX, "Low": i64::MIN})).await.unwrap();
    assert_eq!(response["A"].as_u64(), Some(u64::MAX));
    assert_eq!(response["B"].as_i64(), Some(i64::MIN));
    assert_eq!(response["C"].as_f64(), Some(0.1));
    let sent = String::from_utf8(only(&server).body).unwrap();
    assert_eq!(sent, r#"{"Big":18446744073709551615,"Low":-9223372036854775808}"#);
}

/// Returns another credential for each call. All its parts contain the same number.
#[derive(Debug, Default)]
struct RotatingProvider(AtomicU32);

impl RotatingProvider {
    fn number(number: u32) -> Credential {
        let secret = |what: &str| format!("secret-{what}-{number}");
        Credential::with_token(format!("AKID{number}"), secret("key"), secret("token")).unwrap()
    }
}

impl ProvideCredential for RotatingProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            tokio::task::yield_now().await;
            Ok(Self::number(number))
        })
    }
}

#[tokio::test]
async fn id_key_and_token_of_a_request_are_from_one_credential() {
    let script = vec![ok(r#"{"Response": {"RequestId": "r-1"}}"#); 30];
    let server = ScriptedServer::start(script).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let client = CvmClient::builder()
        .credential(RotatingProvider::default())
        .region("ap-shanghai")
        .profile(ClientProfile::builder().http_profile(http).build().unwrap())
        .clock(FixedClock)
        .build()
        .unwrap();
    let calls: Vec<_> = (0..30)
        .map(|_| {
            tokio::spawn(client.describe_instances(DescribeInstancesRequest::new()).into_future())
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    for received in server.requests() {
        let token = received.header("x-tc-token").unwrap();
        let number = token.rsplit('-').next().unwrap().parse().unwrap();
        let request = Request::new(
            "cvm",
            received.header("host").unwrap(),
            1_700_000_000,
            Payload::Bytes(&received.body),
        );
        let expected = authorization(&request, &RotatingProvider::number(number)).unwrap();
        assert_eq!(received.header("authorization"), Some(expected.as_str()));
    }
}
