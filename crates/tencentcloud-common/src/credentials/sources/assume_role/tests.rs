use serde_json::json;

use super::*;
use crate::credentials::test_util::{
    FakeTransport, ManualClock, START, config, run_pending_tasks, sts_response,
};

const ROLE: &str = "qcs::cam::uin/100000000001:roleName/deploy";

fn key() -> Credential {
    Credential::new("AKIDsource", "source-key").unwrap()
}

#[tokio::test]
async fn all_parameters_are_sent_and_the_policy_is_url_encoded() {
    let transport = FakeTransport::script(&[(200, &sts_response("1", 7200))]);
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
        .config(config(&transport, &ManualClock::new()))
        .build()
        .unwrap();
    provider.provide_credential().await.unwrap();
    let request = transport.take_last();
    assert_eq!(request.url, "http://127.0.0.1:9000/");
    assert_eq!(request.header("x-tc-region"), Some("ap-singapore"));
    assert_eq!(
        request.json(),
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
    let transport = FakeTransport::script(&[(200, &sts_response("1", 7200))]);
    let provider = AssumeRoleProvider::builder(key(), ROLE)
        .config(config(&transport, &ManualClock::new()))
        .build()
        .unwrap();
    provider.provide_credential().await.unwrap();
    let request = transport.take_last();
    let session = format!("tencentcloud-rust-sdk-{START}000000");
    assert_eq!(
        request.json(),
        json!({"RoleArn": ROLE, "RoleSessionName": session, "DurationSeconds": 7200})
    );
    assert_eq!(request.header("x-tc-region"), Some("ap-guangzhou"));
}

/// Bug of the SDKs for Python and Go: refreshed after 720 of 7,200 s.
#[tokio::test]
async fn role_is_not_assumed_again_after_a_tenth_of_its_lifetime() {
    let clock = ManualClock::new();
    let (first, second) = (sts_response("1", 7200), sts_response("2", 14400));
    let transport = FakeTransport::script(&[(200, &first), (200, &second)]);
    let provider = AssumeRoleProvider::builder(key(), ROLE)
        .config(config(&transport, &clock))
        .build()
        .unwrap();
    provider.provide_credential().await.unwrap();
    for seconds in [721, 5000, 1178] {
        clock.advance(seconds);
        provider.provide_credential().await.unwrap();
        run_pending_tasks().await;
        assert_eq!(transport.count(), 1);
    }
    clock.advance(1);
    provider.provide_credential().await.unwrap();
    run_pending_tasks().await;
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID2");
}

#[tokio::test]
async fn roles_can_be_chained() {
    let clock = ManualClock::new();
    let (one, two) = (sts_response("1", 7200), sts_response("2", 7200));
    let transport = FakeTransport::script(&[(200, &one), (200, &two)]);
    let config = config(&transport, &clock);
    let first = AssumeRoleProvider::builder(key(), ROLE).config(config.clone()).build().unwrap();
    let second = AssumeRoleProvider::builder(first, ROLE).config(config).build().unwrap();
    assert_eq!(second.provide_credential().await.unwrap().secret_id(), "AKID2");
    let request = transport.take_last();
    assert_eq!(request.header("x-tc-token"), Some("token-1"));
    assert!(request.header("authorization").unwrap().contains("Credential=AKID1/"));
}

#[test]
fn build_rejects_settings_that_sts_would_reject() {
    let start = || AssumeRoleProvider::builder(key(), ROLE);
    let many = (0..51).fold(start(), |builder, n| builder.tag(n.to_string(), "v"));
    let cases = [
        (start().duration(Duration::ZERO), "whole number of seconds from 1 to 43200, got 0ns"),
        (start().duration(Duration::from_millis(900)), "got 900ms"),
        (start().duration(Duration::from_millis(1500)), "got 1.5s"),
        (start().duration(Duration::from_secs(43201)), "got 43201s"),
        (start().session_name("a"), "the session name must consist of 2 to 128"),
        (start().session_name("my session"), "the session name must consist"),
        (start().external_id("x".repeat(129)), "the external id must consist"),
        (start().policy("%7B%7D"), "the policy is not a JSON object"),
        (start().policy("[]"), "the policy is not a JSON object"),
        (start().region("Guangzhou"), "\"Guangzhou\""),
        (start().endpoint("ftp://x"), "\"ftp://x\""),
        (start().tag("", "v"), "the key of a session tag is empty"),
        (many, "at most 50 are allowed, got 51"),
        (AssumeRoleProvider::builder(key(), "deploy"), "invalid role ARN \"deploy\""),
        (AssumeRoleProvider::builder(key(), "qcs::cam ::x"), "invalid role ARN"),
    ];
    for (builder, expected) in cases {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
    }
}
