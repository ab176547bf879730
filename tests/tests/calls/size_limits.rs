//! Requests that exceed a size limit or do not fit the profile, which fail before they are sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;
use tencentcloud_common::credentials::{CredentialFuture, ProvideCredential};
use tencentcloud_common::profile::{ReqMethod, SignMethod};
use tencentcloud_common::{ClientProfile, CommonClient, Error, ErrorKind, HttpProfile, Multipart};

use crate::{RecordingTransport, SUCCESS, client_of, credential};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

fn client(recorder: &RecordingTransport, method: ReqMethod, sign: SignMethod) -> CommonClient {
    let http = HttpProfile::builder().req_method(method);
    let profile = ClientProfile::builder().sign_method(sign);
    client_of("cls", recorder, credential(), http, profile)
}

#[track_caller]
fn assert_not_sent(
    recorder: &RecordingTransport,
    outcome: Result<impl Sized, Error>,
    advice: &str,
) {
    let Err(error) = outcome else { panic!("expected an error") };
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.message().contains(advice), "{error}");
    assert!(!error.maybe_sent() && error.attempts() == 0, "{error:?}");
    assert!(recorder.sent().is_empty());
}

/// Returns `{"A":"aa…"}` with this size.
fn json_of(bytes: usize) -> serde_json::Value {
    json!({"A": "a".repeat(bytes - r#"{"A":""}"#.len())})
}

#[tokio::test]
async fn a_query_of_more_than_32_kib() {
    let recorder = RecordingTransport::new(SUCCESS);
    let client = client(&recorder, ReqMethod::Get, SignMethod::Tc3HmacSha256);
    let of = |bytes: usize| json!({"A": "a".repeat(bytes - "A=".len())});
    client.call_json("DescribeZones", of(32 * KIB)).await.unwrap();
    assert_eq!(recorder.only().uri().query().unwrap().len(), 32 * KIB);
    let outcome = client.call_json("DescribeZones", of(32 * KIB + 1)).await;
    assert_not_sent(
        &recorder,
        outcome,
        "32769 bytes, more than the limit of 32768: set `req_method` to POST",
    );
    // The encoded size counts.
    let outcome = client.call_json("DescribeZones", json!({"A": "未".repeat(4 * KIB)})).await;
    assert_not_sent(&recorder, outcome, "more than the limit of 32768");
    // The signature counts too.
    for sign in [SignMethod::HmacSha1, SignMethod::HmacSha256] {
        let client = self::client(&recorder, ReqMethod::Get, sign);
        let outcome = client.call_json("DescribeZones", of(32 * KIB)).await;
        assert_not_sent(&recorder, outcome, "more than the limit of 32768");
        client.call_json("DescribeZones", of(31 * KIB)).await.unwrap();
        recorder.only();
    }
}

#[tokio::test]
async fn a_body_of_more_than_10_mib() {
    let recorder = RecordingTransport::new(SUCCESS);
    let client = client(&recorder, ReqMethod::Post, SignMethod::Tc3HmacSha256);
    client.call_json("A", json_of(10 * MIB)).await.unwrap();
    assert_eq!(recorder.only().body().len(), 10 * MIB);
    let outcome = client.call_json("A", json_of(10 * MIB + 1)).await;
    assert_not_sent(
        &recorder,
        outcome,
        "10485761 bytes, more than the limit of 10485760: split the request",
    );
    let outcome = client.call_octet_stream("A", json!({}), vec![0; 10 * MIB + 1]).await;
    assert_not_sent(&recorder, outcome, "split the request");
    let parts = Multipart::new().file("F", "f", vec![0; 10 * MIB]);
    assert_not_sent(&recorder, client.call_multipart("A", parts).await, "split the request");
}

#[tokio::test]
async fn a_form_of_more_than_1_mib() {
    let recorder = RecordingTransport::new(SUCCESS);
    for sign in [SignMethod::HmacSha1, SignMethod::HmacSha256] {
        let client = client(&recorder, ReqMethod::Post, sign);
        client.call_json("A", json_of(MIB - KIB)).await.unwrap();
        assert!(recorder.only().body().len() <= MIB);
        let outcome = client.call_json("A", json_of(MIB)).await;
        assert_not_sent(&recorder, outcome, "TC3-HMAC-SHA256, which allows 10 MB");
    }
}

/// Counts its calls. A provider can need a request for each credential.
#[derive(Clone, Debug, Default)]
struct CountingProvider(Arc<AtomicU32>);

impl ProvideCredential for CountingProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::ready(Ok(credential())))
    }
}

#[tokio::test]
async fn the_provider_is_not_called_for_a_request_that_is_too_large() {
    for sign in [SignMethod::Tc3HmacSha256, SignMethod::HmacSha1, SignMethod::HmacSha256] {
        for (method, size) in [(ReqMethod::Get, 32 * KIB), (ReqMethod::Post, 10 * MIB)] {
            let (recorder, asked) = (RecordingTransport::new(SUCCESS), CountingProvider::default());
            let http = HttpProfile::builder().req_method(method);
            let profile = ClientProfile::builder().sign_method(sign);
            let client = client_of("cls", &recorder, asked.clone(), http, profile);
            let outcome = client.call_json("A", json!({"A": "a".repeat(size)})).await;
            assert_not_sent(&recorder, outcome, "more than the limit of");
            assert_eq!(asked.0.load(Ordering::Relaxed), 0, "{sign:?} {method:?}");
        }
    }
}

#[tokio::test]
async fn encodings_that_the_profile_does_not_allow() {
    let recorder = RecordingTransport::new(SUCCESS);
    let get = client(&recorder, ReqMethod::Get, SignMethod::Tc3HmacSha256);
    let outcome = get.call_octet_stream("A", json!({}), "x").await;
    assert_not_sent(&recorder, outcome, "POST");
    let outcome = get.call_multipart("A", Multipart::new().text("a", "b")).await;
    assert_not_sent(&recorder, outcome, "POST");
    let older = client(&recorder, ReqMethod::Post, SignMethod::HmacSha1);
    let outcome = older.call_octet_stream("A", json!({}), "x").await;
    assert_not_sent(&recorder, outcome, "TC3-HMAC-SHA256");
    // In the signed form, a parameter named `Action` would replace the action.
    let outcome = older.call_json("A", json!({"Action": "B"})).await;
    assert_not_sent(&recorder, outcome, "the name of a common parameter");
}
