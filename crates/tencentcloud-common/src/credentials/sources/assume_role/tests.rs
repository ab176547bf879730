use serde_json::json;

use super::*;
use crate::credentials::test_util::{FakeTransport, HandClock, START, config, settle, sts_answer};

const ROLE: &str = "qcs::cam::uin/100000000001:roleName/deploy";

fn key() -> Credential {
    Credential::new("AKIDsource", "source-key").unwrap()
}

#[tokio::test]
async fn all_parameters_are_sent_and_the_policy_url_encoded_as_the_document_shows() {
    let transport = FakeTransport::script(&[(200, &sts_answer("1", 7200))]);
    let provider = AssumeRoleProvider::builder(key(), ROLE)
        .session_name("nightly@example.com")
        .duration(Duration::from_secs(43200))
        .external_id("tenant:7/x")
        .policy(
            r#"{"version":"2.0","statement":[{"effect":"allow","action":"sts:AssumeRole","resource":"*"}]}"#,
        )
        .tag("team", "build")
        .tag("stage", "")
        .source_identity("100000000002")
        .region("ap-singapore")
        .endpoint("http://127.0.0.1:9000")
        .config(config(&transport, &HandClock::new()))
        .build()
        .unwrap();
    provider.provide_credential().await.unwrap();
    let sent = transport.last();
    assert_eq!(sent.url, "http://127.0.0.1:9000/");
    assert_eq!(sent.header("x-tc-region"), Some("ap-singapore"));
    assert_eq!(
        sent.json(),
        json!({
            "RoleArn": ROLE,
            "RoleSessionName": "nightly@example.com",
            "DurationSeconds": 43200,
            "ExternalId": "tenant:7/x",
            "Policy": "%7B%22version%22%3A%222.0%22%2C%22statement%22%3A%5B%7B%22effect%22%3A%22allow%22%2C%22action%22%3A%22sts%3AAssumeRole%22%2C%22resource%22%3A%22%2A%22%7D%5D%7D",
            "SourceIdentity": "100000000002",
            "Tags": [{"Key": "team", "Value": "build"}, {"Key": "stage", "Value": ""}],
        })
    );
}

#[tokio::test]
async fn defaults_are_those_of_the_official_sdks() {
    let transport = FakeTransport::script(&[(200, &sts_answer("1", 7200))]);
    let provider = AssumeRoleProvider::builder(key(), ROLE)
        .config(config(&transport, &HandClock::new()))
        .build()
        .unwrap();
    provider.provide_credential().await.unwrap();
    let sent = transport.last();
    let session = format!("tencentcloud-rust-sdk-{START}000000");
    assert_eq!(
        sent.json(),
        json!({"RoleArn": ROLE, "RoleSessionName": session, "DurationSeconds": 7200})
    );
    assert_eq!(sent.header("x-tc-region"), Some("ap-guangzhou"));
}

/// Bug of the SDKs for Python and Go: refreshed after 720 of 7,200 s.
#[tokio::test]
async fn the_role_is_not_assumed_again_after_a_tenth_of_its_life() {
    let clock = HandClock::new();
    let (one, two) = (sts_answer("1", 7200), sts_answer("2", 14400));
    let transport = FakeTransport::script(&[(200, &one), (200, &two)]);
    let provider = AssumeRoleProvider::builder(key(), ROLE)
        .config(config(&transport, &clock))
        .build()
        .unwrap();
    provider.provide_credential().await.unwrap();
    for seconds in [721, 5000, 1178] {
        clock.pass(seconds);
        provider.provide_credential().await.unwrap();
        settle().await;
        assert_eq!(transport.count(), 1);
    }
    clock.pass(1);
    provider.provide_credential().await.unwrap();
    settle().await;
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID2");
}

#[tokio::test]
async fn roles_chain() {
    let clock = HandClock::new();
    let (one, two) = (sts_answer("1", 7200), sts_answer("2", 7200));
    let transport = FakeTransport::script(&[(200, &one), (200, &two)]);
    let config = config(&transport, &clock);
    let first = AssumeRoleProvider::builder(key(), ROLE).config(config.clone()).build().unwrap();
    let second = AssumeRoleProvider::builder(first, ROLE).config(config).build().unwrap();
    assert_eq!(second.provide_credential().await.unwrap().secret_id(), "AKID2");
    let sent = transport.last();
    assert_eq!(sent.header("x-tc-token"), Some("token-1"));
    assert!(sent.header("authorization").unwrap().contains("Credential=AKID1/"));
}

#[test]
fn what_sts_would_refuse_is_refused_when_built() {
    let start = || AssumeRoleProvider::builder(key(), ROLE);
    let many = (0..51).fold(start(), |builder, n| builder.tag(n.to_string(), "v"));
    let cases = [
        (start().duration(Duration::ZERO), "the duration 0ns is not within 1 to 43200"),
        (start().duration(Duration::from_millis(900)), "the duration 900ms"),
        (start().duration(Duration::from_millis(1500)), "the duration 1.5s"),
        (start().duration(Duration::from_secs(43201)), "the duration 43201s"),
        (start().session_name("a"), "the session name must be 2 to 128"),
        (start().session_name("my session"), "the session name must be"),
        (start().external_id("x".repeat(129)), "the external id must be"),
        (start().policy("%7B%7D"), "the policy is no JSON object"),
        (start().policy("[]"), "the policy is no JSON object"),
        (start().region("Guangzhou"), "invalid region"),
        (start().endpoint("ftp://x"), "invalid endpoint"),
        (start().tag("", "v"), "an empty key"),
        (many, "51 session tags"),
        (AssumeRoleProvider::builder(key(), "deploy"), "\"deploy\" is no ARN of a role"),
        (AssumeRoleProvider::builder(key(), "qcs::cam ::x"), "is no ARN of a role"),
    ];
    for (builder, expected) in cases {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
    }
}
