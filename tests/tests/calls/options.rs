//! Options of one call, and endpoints.

use serde_json::json;
use tencentcloud_common::credentials::{CredentialFuture, ProvideCredential};
use tencentcloud_common::profile::{Language, SignMethod};
use tencentcloud_common::{ClientProfile, ErrorKind, HttpProfile};

use crate::{RecordingTransport, SUCCESS, client, client_of, credential, header, signed_for};

#[tokio::test]
async fn region_language_and_endpoint_of_one_call() {
    let recorder = RecordingTransport::new(SUCCESS);
    let client = client(&recorder);
    let call = || client.call_json("DescribeZones", json!({}));
    let (_, metadata) = call()
        .region("ap-beijing")
        .language(Language::EnUs)
        .endpoint("http://127.0.0.1:8080/prefix")
        .with_metadata()
        .await
        .unwrap();
    let request = recorder.only();
    assert_eq!(request.uri().to_string(), "http://127.0.0.1:8080/prefix");
    assert_eq!(header(&request, "host"), Some("127.0.0.1:8080"));
    assert_eq!(header(&request, "x-tc-region"), Some("ap-beijing"));
    assert_eq!(header(&request, "x-tc-language"), Some("en-US"));
    let expected = signed_for(&request, "cvm", "127.0.0.1:8080");
    assert_eq!(header(&request, "authorization"), Some(expected.as_str()));
    assert_eq!(metadata.endpoint().to_string(), "http://127.0.0.1:8080/prefix");

    // The next call uses the settings of the client.
    call().await.unwrap();
    let request = recorder.only();
    assert_eq!(request.uri().to_string(), "https://cvm.tencentcloudapi.com/");
    assert_eq!(header(&request, "x-tc-region"), Some("ap-shanghai"));
    assert_eq!(header(&request, "x-tc-language"), Some("zh-CN"));

    for wrong in ["", "http://", "a b", "ftp://x", "host?x=1"] {
        let error = call().endpoint(wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{wrong}");
    }
    assert!(recorder.sent().is_empty());
}

#[tokio::test]
async fn a_regional_endpoint_follows_the_region_of_the_call() {
    let recorder = RecordingTransport::new(SUCCESS);
    let http = || HttpProfile::builder().regional_endpoint(true);
    let client = client_of("cvm", &recorder, credential(), http(), ClientProfile::builder());
    let call = || client.call_json("DescribeZones", json!({}));
    for (region, host) in [
        (None, "cvm.ap-shanghai.tencentcloudapi.com"),
        (Some("ap-shanghai-fsi"), "cvm.ap-shanghai-fsi.tencentcloudapi.com"),
        (Some(""), "cvm.tencentcloudapi.com"),
    ] {
        let call = match region {
            None => call(),
            Some(region) => call().region(region),
        };
        call.await.unwrap();
        let request = recorder.only();
        assert_eq!(request.uri().host(), Some(host));
        assert_eq!(header(&request, "host"), Some(host));
        let expected = signed_for(&request, "cvm", host);
        assert_eq!(header(&request, "authorization"), Some(expected.as_str()));
    }
    let elsewhere = client.in_region("ap-beijing");
    elsewhere.call_json("DescribeZones", json!({})).await.unwrap();
    assert_eq!(recorder.only().uri().host(), Some("cvm.ap-beijing.tencentcloudapi.com"));
    // An invalid region name reaches no host.
    for wrong in ["x.evil.example", "a/b", "a@b", "a b"] {
        let error = call().region(wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{wrong}");
    }
    assert!(recorder.sent().is_empty());
}

#[tokio::test]
async fn a_gateway_gets_a_request_signed_for_the_service() {
    let recorder = RecordingTransport::new(SUCCESS);
    for sign in [SignMethod::Tc3HmacSha256, SignMethod::HmacSha256] {
        let http = HttpProfile::builder().apigw_endpoint("http://gw.example.com:8080/tc");
        let profile = ClientProfile::builder().sign_method(sign);
        let client = client_of("cvm", &recorder, credential(), http, profile);
        for endpoint in [None, Some("cvm.internal.tencentcloudapi.com")] {
            let call = client.call_json("DescribeZones", json!({}));
            let call = match endpoint {
                None => call,
                Some(endpoint) => call.endpoint(endpoint),
            };
            call.await.unwrap();
            let request = recorder.only();
            assert_eq!(request.uri().to_string(), "http://gw.example.com:8080/tc");
            assert_eq!(header(&request, "host"), Some("gw.example.com:8080"));
            if sign == SignMethod::Tc3HmacSha256 {
                let host = endpoint.unwrap_or("cvm.tencentcloudapi.com");
                let expected = signed_for(&request, "cvm", host);
                assert_eq!(header(&request, "authorization"), Some(expected.as_str()));
            }
        }
    }
}

/// A provider without a credential.
#[derive(Debug)]
struct NoCredential;

impl ProvideCredential for NoCredential {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        panic!("the provider must not be called")
    }
}

#[tokio::test]
async fn a_call_without_a_signature_needs_no_credential() {
    let recorder = RecordingTransport::new(SUCCESS);
    // Such a call has the headers of TC3-HMAC-SHA256, whatever the signature method.
    for sign in [SignMethod::Tc3HmacSha256, SignMethod::HmacSha1] {
        let profile = ClientProfile::builder().sign_method(sign);
        let client = client_of("sts", &recorder, NoCredential, HttpProfile::builder(), profile);
        let parameters = json!({"WebIdentityToken": "w"});
        client.call_json("AssumeRoleWithWebIdentity", parameters).skip_sign().await.unwrap();
        let request = recorder.only();
        assert_eq!(header(&request, "authorization"), Some("SKIP"));
        assert_eq!(header(&request, "x-tc-token"), None);
        assert_eq!(header(&request, "x-tc-action"), Some("AssumeRoleWithWebIdentity"));
        assert_eq!(header(&request, "x-tc-region"), Some("ap-shanghai"));
        assert_eq!(header(&request, "content-type"), Some("application/json"));
        assert_eq!(request.body(), r#"{"WebIdentityToken":"w"}"#);

        // An available credential is not sent either. Headers of the caller are sent.
        let profile = ClientProfile::builder().sign_method(sign);
        let client = client_of("sts", &recorder, credential(), HttpProfile::builder(), profile);
        let call = client.call_json("AssumeRoleWithWebIdentity", json!({})).skip_sign();
        call.header("X-TC-Canary", "true").header("X-My", "1").await.unwrap();
        let request = recorder.only();
        assert_eq!(header(&request, "authorization"), Some("SKIP"));
        assert_eq!(header(&request, "x-tc-token"), None);
        assert_eq!(header(&request, "x-tc-canary"), Some("true"));
        assert_eq!(header(&request, "x-my"), Some("1"));
    }
}
