use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::credentials::test_util::{
    FakeTransport, ManualClock, START, config, environment, run_pending_tasks, sts_error,
    sts_response,
};
use crate::runtime::Environment;

const ROLE: &str = "qcs::cam::uin/100000000001:roleName/pod";

fn tke(file: &Path) -> Environment {
    environment(&[
        (TKE_REGION, "ap-shanghai"),
        (TKE_PROVIDER_ID, "my-provider"),
        (TKE_TOKEN_FILE, file.to_str().unwrap()),
        (TKE_ROLE_ARN, ROLE),
    ])
}

/// Bugs: Go ignores `TKE_REGION`; all send the line break at the end of the file.
#[tokio::test]
async fn pod_sends_an_unsigned_request_with_a_trimmed_token() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "  header.claims.signature\r\n").unwrap();
    let transport = FakeTransport::script(&[(200, &sts_response("1", 7200))]);
    let config = config(&transport, &ManualClock::new()).environment(tke(&file));
    let provider = WebIdentityProvider::from_tke_environment_with(config);
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID1");
    let request = transport.take_last();
    assert_eq!(request.header("authorization"), Some("SKIP"));
    assert_eq!(request.header("x-tc-action"), Some("AssumeRoleWithWebIdentity"));
    assert_eq!(request.header("x-tc-region"), Some("ap-shanghai"));
    assert_eq!(request.header("x-tc-token"), None);
    assert_eq!(
        request.json(),
        json!({
            "ProviderId": "my-provider",
            "WebIdentityToken": "header.claims.signature",
            "RoleArn": ROLE,
            "RoleSessionName": format!("tencentcloud-rust-sdk-{START}000000"),
            "DurationSeconds": 7200,
        })
    );
}

/// Bug: Node refreshes 0.6 s before expiry, Python and Go too late for long durations.
#[tokio::test]
async fn environment_and_file_are_read_on_each_refresh() {
    let directory = tempfile::tempdir().unwrap();
    let files = [directory.path().join("one"), directory.path().join("two")];
    std::fs::write(&files[0], "first").unwrap();
    let current = Arc::new(Mutex::new(tke(&files[0])));
    let seen = Arc::clone(&current);
    let clock = ManualClock::new();
    let responses = [sts_response("1", 7200), sts_response("2", 14400), sts_response("3", 21600)];
    let responses = responses.each_ref().map(|response| (200, response.as_str()));
    let transport = FakeTransport::script(&responses);
    let config = config(&transport, &clock)
        .environment(Environment::from_fn(move |name| seen.lock().unwrap().get(name)));
    let provider = WebIdentityProvider::from_tke_environment_with(config);
    let token = async || {
        // The file is read on another thread.
        while transport.count() == 0 {
            tokio::task::yield_now().await;
        }
        run_pending_tasks().await;
        transport.take_last().json()["WebIdentityToken"].as_str().unwrap().to_owned()
    };
    provider.provide_credential().await.unwrap();
    assert_eq!(token().await, "first");
    std::fs::write(&files[0], "rotated\n").unwrap();
    clock.advance(6900);
    provider.provide_credential().await.unwrap();
    assert_eq!(token().await, "rotated");
    std::fs::write(&files[1], "moved").unwrap();
    *current.lock().unwrap() = tke(&files[1]);
    clock.advance(7200);
    provider.provide_credential().await.unwrap();
    assert_eq!(token().await, "moved");
}

/// Bug: Python raises `EnvironmentError`, which is not an exception of the SDK.
#[tokio::test]
async fn missing_variable_or_file_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    let transport = FakeTransport::unreachable();
    let error = async |environment: Environment| {
        let config = config(&transport, &ManualClock::new()).environment(environment);
        let provider = WebIdentityProvider::from_tke_environment_with(config);
        let error = provider.provide_credential().await.unwrap_err();
        assert!(!error.is_not_configured());
        error.to_string()
    };
    for missing in [TKE_REGION, TKE_PROVIDER_ID, TKE_TOKEN_FILE, TKE_ROLE_ARN] {
        let all = tke(&file);
        let some = Environment::from_fn(move |name| all.get(name).filter(|_| name != missing));
        let error = error(some).await;
        let expected = "is not set, but other TKE variables are";
        assert_eq!(error, format!("web identity: {missing} {expected}"));
    }
    let config = config(&transport, &ManualClock::new());
    let elsewhere = WebIdentityProvider::from_tke_environment_with(config);
    let nothing = elsewhere.provide_credential().await.unwrap_err();
    assert!(nothing.is_not_configured());
    let expected = "web identity: TKE_PROVIDER_ID is not set: not running in a TKE pod";
    assert_eq!(nothing.to_string(), expected);
    let text = error(tke(&file)).await;
    assert!(
        text.starts_with("web identity: TKE_WEB_IDENTITY_TOKEN_FILE: file not found: "),
        "{text}"
    );
    std::fs::write(&file, "\n").unwrap();
    assert!(error(tke(&file)).await.ends_with("the token is empty"));
    assert_eq!(transport.count(), 0);
}

#[tokio::test]
async fn explicit_token_is_sent_and_redacted_when_echoed() {
    let echo = sts_error("InvalidParameter.WebIdentityTokenError", "bad token the.secret.token");
    let transport = FakeTransport::script(&[(200, &echo)]);
    let provider = WebIdentityProvider::builder("my-provider", ROLE)
        .token("the.secret.token\n")
        .session_name("session")
        .duration(Duration::from_secs(60))
        .region("")
        .endpoint("sts.internal.tencentcloudapi.com")
        .config(config(&transport, &ManualClock::new()))
        .build()
        .unwrap();
    let error = provider.provide_credential().await.unwrap_err();
    let request = transport.take_last();
    assert_eq!(request.url, "https://sts.internal.tencentcloudapi.com/");
    assert_eq!(request.header("x-tc-region"), None);
    assert_eq!(request.json()["WebIdentityToken"], "the.secret.token");
    assert_eq!(request.json()["DurationSeconds"], 60);
    assert!(!format!("{error} {error:?} {provider:?}").contains("the.secret"), "{error}");
}

/// For example, a pod without internet access needs another endpoint.
#[tokio::test]
async fn pod_can_use_other_settings() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "the.token\n").unwrap();
    let response = sts_response("1", 600);
    let transport = FakeTransport::script(&[(200, &response), (200, &response)]);
    let start = || {
        WebIdentityProvider::builder_from_tke_environment()
            .config(config(&transport, &ManualClock::new()).environment(tke(&file)))
    };
    let provider = start()
        .session_name("my-session")
        .duration(Duration::from_secs(600))
        .endpoint("sts.internal.tencentcloudapi.com")
        .build()
        .unwrap();
    provider.provide_credential().await.unwrap();
    let request = transport.take_last();
    assert_eq!(request.url, "https://sts.internal.tencentcloudapi.com/");
    let json = request.json();
    assert_eq!(
        (&json["RoleSessionName"], &json["WebIdentityToken"]),
        (&"my-session".into(), &"the.token".into())
    );
    assert_eq!(json["DurationSeconds"], 600);
    let of_the_pod = tke(&file).get(TKE_REGION);
    assert_eq!(request.header("x-tc-region"), of_the_pod.as_deref());
    let elsewhere = start().region("ap-tokyo").build().unwrap();
    elsewhere.provide_credential().await.unwrap();
    assert_eq!(transport.take_last().header("x-tc-region"), Some("ap-tokyo"));
    let error = start().token("other").build().unwrap_err().to_string();
    assert!(error.contains("TKE_WEB_IDENTITY_TOKEN_FILE: do not set `token`"), "{error}");
}

#[test]
fn build_rejects_settings_that_sts_would_reject() {
    let start = || WebIdentityProvider::builder("p", ROLE).token("t");
    let cases = [
        (WebIdentityProvider::builder("p", ROLE), "the token is missing"),
        (WebIdentityProvider::builder(" ", ROLE).token("t"), "the identity provider id is empty"),
        (WebIdentityProvider::builder("p", "role").token("t"), "invalid role ARN \"role\""),
        (start().duration(Duration::from_secs(43201)), "got 43201s"),
        (start().session_name("?"), "the session name must consist"),
        (start().region("Ap"), "\"Ap\""),
        (start().endpoint("a b"), "\"a b\""),
    ];
    for (builder, expected) in cases {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
