use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::credentials::test_util::{
    FakeTransport, HandClock, START, config, environment, settle, sts_answer, sts_error,
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
async fn a_pod_is_identified_by_its_environment_and_a_trimmed_token_unsigned() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "  header.claims.signature\r\n").unwrap();
    let transport = FakeTransport::script(&[(200, &sts_answer("1", 7200))]);
    let config = config(&transport, &HandClock::new()).environment(tke(&file));
    let provider = WebIdentityProvider::from_tke_environment_with(config);
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID1");
    let sent = transport.last();
    assert_eq!(sent.header("authorization"), Some("SKIP"));
    assert_eq!(sent.header("x-tc-action"), Some("AssumeRoleWithWebIdentity"));
    assert_eq!(sent.header("x-tc-region"), Some("ap-shanghai"));
    assert_eq!(sent.header("x-tc-token"), None);
    assert_eq!(
        sent.json(),
        json!({
            "ProviderId": "my-provider",
            "WebIdentityToken": "header.claims.signature",
            "RoleArn": ROLE,
            "RoleSessionName": format!("tencentcloud-rust-sdk-{START}000000"),
            "DurationSeconds": 7200,
        })
    );
}

/// Bug: Node refreshes 0.6 s before the end, Python and Go late for long durations.
#[tokio::test]
async fn environment_and_file_are_read_anew_on_each_refresh() {
    let directory = tempfile::tempdir().unwrap();
    let files = [directory.path().join("one"), directory.path().join("two")];
    std::fs::write(&files[0], "first").unwrap();
    let current = Arc::new(Mutex::new(tke(&files[0])));
    let seen = Arc::clone(&current);
    let clock = HandClock::new();
    let answers = [sts_answer("1", 7200), sts_answer("2", 14400), sts_answer("3", 21600)];
    let answers = answers.each_ref().map(|answer| (200, answer.as_str()));
    let transport = FakeTransport::script(&answers);
    let config = config(&transport, &clock)
        .environment(Environment::from_fn(move |name| seen.lock().unwrap().get(name)));
    let provider = WebIdentityProvider::from_tke_environment_with(config);
    let token = async || {
        // The file is read on another thread.
        while transport.count() == 0 {
            tokio::task::yield_now().await;
        }
        settle().await;
        transport.last().json()["WebIdentityToken"].as_str().unwrap().to_owned()
    };
    provider.provide_credential().await.unwrap();
    assert_eq!(token().await, "first");
    std::fs::write(&files[0], "rotated\n").unwrap();
    clock.pass(6900);
    provider.provide_credential().await.unwrap();
    assert_eq!(token().await, "rotated");
    std::fs::write(&files[1], "moved").unwrap();
    *current.lock().unwrap() = tke(&files[1]);
    clock.pass(7200);
    provider.provide_credential().await.unwrap();
    assert_eq!(token().await, "moved");
}

/// Bug: Python raises `EnvironmentError`, which is no exception of the SDK.
#[tokio::test]
async fn what_is_missing_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    let transport = FakeTransport::nowhere();
    let error = async |environment: Environment| {
        let config = config(&transport, &HandClock::new()).environment(environment);
        let provider = WebIdentityProvider::from_tke_environment_with(config);
        let error = provider.provide_credential().await.unwrap_err();
        assert!(!error.is_not_configured());
        error.to_string()
    };
    for missing in [TKE_REGION, TKE_PROVIDER_ID, TKE_TOKEN_FILE, TKE_ROLE_ARN] {
        let all = tke(&file);
        let some = Environment::from_fn(move |name| all.get(name).filter(|_| name != missing));
        let error = error(some).await;
        let expected = "is not set, but other variables of TKE are";
        assert_eq!(error, format!("web identity: {missing} {expected}"));
    }
    let config = config(&transport, &HandClock::new());
    let elsewhere = WebIdentityProvider::from_tke_environment_with(config);
    let nothing = elsewhere.provide_credential().await.unwrap_err();
    assert!(nothing.is_not_configured());
    let expected = "web identity: TKE_PROVIDER_ID is not set, as outside of a TKE pod";
    assert_eq!(nothing.to_string(), expected);
    let text = error(tke(&file)).await;
    assert!(text.starts_with("web identity: TKE_WEB_IDENTITY_TOKEN_FILE: no file "), "{text}");
    std::fs::write(&file, "\n").unwrap();
    assert!(error(tke(&file)).await.ends_with("the token is empty"));
    assert_eq!(transport.count(), 0);
}

#[tokio::test]
async fn a_given_token_is_used_and_not_shown_when_it_is_echoed() {
    let echo = sts_error("InvalidParameter.WebIdentityTokenError", "bad token the.secret.token");
    let transport = FakeTransport::script(&[(200, &echo)]);
    let provider = WebIdentityProvider::builder("my-provider", ROLE)
        .token("the.secret.token\n")
        .session_name("session")
        .duration(Duration::from_secs(60))
        .region("")
        .endpoint("sts.internal.tencentcloudapi.com")
        .config(config(&transport, &HandClock::new()))
        .build()
        .unwrap();
    let error = provider.provide_credential().await.unwrap_err();
    let sent = transport.last();
    assert_eq!(sent.url, "https://sts.internal.tencentcloudapi.com/");
    assert_eq!(sent.header("x-tc-region"), None);
    assert_eq!(sent.json()["WebIdentityToken"], "the.secret.token");
    assert_eq!(sent.json()["DurationSeconds"], 60);
    assert!(!format!("{error} {error:?} {provider:?}").contains("the.secret"), "{error}");
}

/// A pod without a way out of the cloud, say, has to be given another endpoint.
#[tokio::test]
async fn a_pod_can_have_other_settings() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "the.token\n").unwrap();
    let answer = sts_answer("1", 600);
    let transport = FakeTransport::script(&[(200, &answer), (200, &answer)]);
    let start = || {
        WebIdentityProvider::builder_from_tke_environment()
            .config(config(&transport, &HandClock::new()).environment(tke(&file)))
    };
    let provider = start()
        .session_name("my-session")
        .duration(Duration::from_secs(600))
        .endpoint("sts.internal.tencentcloudapi.com")
        .build()
        .unwrap();
    provider.provide_credential().await.unwrap();
    let sent = transport.last();
    assert_eq!(sent.url, "https://sts.internal.tencentcloudapi.com/");
    let json = sent.json();
    assert_eq!(
        (&json["RoleSessionName"], &json["WebIdentityToken"]),
        (&"my-session".into(), &"the.token".into())
    );
    assert_eq!(json["DurationSeconds"], 600);
    let of_the_pod = tke(&file).get(TKE_REGION);
    assert_eq!(sent.header("x-tc-region"), of_the_pod.as_deref());
    let elsewhere = start().region("ap-tokyo").build().unwrap();
    elsewhere.provide_credential().await.unwrap();
    assert_eq!(transport.last().header("x-tc-region"), Some("ap-tokyo"));
    let error = start().token("other").build().unwrap_err().to_string();
    assert!(error.contains("TKE_WEB_IDENTITY_TOKEN_FILE: set no other"), "{error}");
}

#[test]
fn what_sts_would_refuse_is_refused_when_built() {
    let start = || WebIdentityProvider::builder("p", ROLE).token("t");
    let cases = [
        (WebIdentityProvider::builder("p", ROLE), "there is no token"),
        (WebIdentityProvider::builder(" ", ROLE).token("t"), "identity provider is empty"),
        (WebIdentityProvider::builder("p", "role").token("t"), "is no ARN of a role"),
        (start().duration(Duration::from_secs(43201)), "the duration 43201s"),
        (start().session_name("?"), "the session name must be"),
        (start().region("Ap"), "invalid region"),
        (start().endpoint("a b"), "invalid endpoint"),
    ];
    for (builder, expected) in cases {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
