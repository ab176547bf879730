use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::credentials::test_util::{
    FakeTransport, ManualClock, NoSleep, at, config, metadata_response, run_pending_tasks,
    spawn_server,
};
use crate::runtime::Environment;
use crate::transport::TransportErrorKind;

const URL: &str = "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/";

#[tokio::test]
async fn credential_of_the_bound_role_is_cached_until_shortly_before_expiry() {
    let clock = ManualClock::new();
    let (one, two) = (metadata_response("1", 7200), metadata_response("2", 14400));
    let transport =
        FakeTransport::script(&[(200, "my-role\n"), (200, &one), (200, "my-role"), (200, &two)]);
    let provider = CvmRoleProvider::with_config(config(&transport, &clock));
    let credential = provider.provide_credential().await.unwrap();
    assert_eq!(credential.secret_id(), "AKID1");
    assert_eq!((credential.secret_key(), credential.token()), ("key-1", Some("token-1")));
    assert_eq!(credential.expires_at(), Some(at(7200)));
    assert_eq!(transport.urls(), [URL.to_owned(), format!("{URL}my-role")]);
    clock.advance(6899);
    provider.provide_credential().await.unwrap();
    run_pending_tasks().await;
    assert_eq!(transport.count(), 2);
    clock.advance(1);
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID1");
    run_pending_tasks().await;
    assert_eq!(provider.clone().provide_credential().await.unwrap().secret_id(), "AKID2");
    assert_eq!(transport.count(), 4);
}

#[tokio::test]
async fn named_role_needs_no_lookup_and_names_are_checked() {
    let transport = FakeTransport::script(&[(200, &metadata_response("1", 7200))]);
    let provider = CvmRoleProvider::builder()
        .role("deploy")
        .endpoint("127.0.0.1:8080/base")
        .config(config(&transport, &ManualClock::new()))
        .build()
        .unwrap();
    provider.provide_credential().await.unwrap();
    let request = transport.take_last();
    assert_eq!(
        request.url,
        "http://127.0.0.1:8080/base/latest/meta-data/cam/security-credentials/deploy"
    );
    assert_eq!(request.header("host"), Some("127.0.0.1:8080"));
    for role in ["", "../x", "a/b", "a b", "..", "röle", "a?b"] {
        let error = CvmRoleProvider::builder().role(role).build().unwrap_err().to_string();
        assert!(error.contains("invalid role name"), "{error}");
    }
    let error = CvmRoleProvider::builder().endpoint("ftp://x").build().unwrap_err().to_string();
    assert!(error.contains("ftp://x"), "{error}");
}

/// Bugs of the SDKs for Python, Go and Node: every status but 404 is a success, errors are
/// swallowed.
#[tokio::test]
async fn every_kind_of_failure_has_its_own_error() {
    let expired = metadata_response("1", 0);
    let no_key = r#"{"Code":"Success","TmpSecretId":"AKID","Token":"t","ExpiredTime":1}"#;
    let endless = "x".repeat(1024 * 1024 + 1);
    let cases: [(&[(u16, &str)], &str); 14] = [
        (&[(200, &endless)], "the response is larger than 1 MiB"),
        (&[(404, "<html>gone</html>")], "no role is bound to this instance"),
        (&[(200, " \n ")], "no role is bound to this instance"),
        (&[(403, "leaked")], "responded with HTTP 403"),
        (&[(302, "leaked")], "responded with HTTP 302"),
        (&[(200, "<html>leaked portal</html>")], "did not return a role name"),
        (&[(200, "r1"), (404, "")], "the role r1 is not bound to this instance"),
        (
            &[(200, "r1"), (200, "<html>leaked</html>")],
            "did not return a credential: not a JSON object",
        ),
        (&[(200, "r1"), (200, r#"{"Token":["leaked"]}"#)], "`Token` has the wrong type"),
        (&[(200, "r1"), (200, r#"{"Code":"Failed"}"#)], "returned the code \"Failed\""),
        (&[(200, "r1"), (200, "{}")], "returned the code \"\""),
        (&[(200, "r1"), (200, no_key)], "has no TmpSecretKey"),
        (&[(200, "r1"), (200, &expired)], "returned an expired credential: check the clock"),
        (&[(500, ""), (502, ""), (503, "")], "responded with HTTP 503"),
    ];
    for (responses, expected) in cases {
        let transport = FakeTransport::script(responses);
        let provider = CvmRoleProvider::with_config(config(&transport, &ManualClock::new()));
        let error = provider.provide_credential().await.unwrap_err();
        assert_eq!(error.provider(), "cvm role");
        assert_eq!(error.is_not_configured(), expected.starts_with("no role is bound"));
        let text = error.to_string();
        assert!(text.contains(expected) && !text.contains("leaked"), "{text}");
        // A definite error is not retried.
        assert_eq!(transport.count(), responses.len(), "{text}");
    }
}

/// Bugs of the SDKs for Node and Python: after a failure the provider never recovers.
#[tokio::test]
async fn next_call_after_a_failure_recovers() {
    let works = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&works);
    let transport = FakeTransport::new(move |request| match switch.load(Ordering::SeqCst) {
        false => Err(TransportErrorKind::ConnectTimeout),
        true if request.url.ends_with('/') => Ok((StatusCode::OK, "my-role".to_owned())),
        true => Ok((StatusCode::OK, metadata_response("1", 7200))),
    });
    let provider = CvmRoleProvider::with_config(config(&transport, &ManualClock::new()));
    assert!(provider.provide_credential().await.is_err());
    works.store(true, Ordering::SeqCst);
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID1");
}

/// Bug of all SDKs: no time limit for a call outside the cloud.
#[tokio::test]
async fn unreachable_service_is_tried_three_times_with_backoff() {
    let transport = FakeTransport::unreachable();
    let sleep = NoSleep::default();
    let config = config(&transport, &ManualClock::new()).sleep(sleep.clone());
    let provider = CvmRoleProvider::with_config(config);
    let error = provider.provide_credential().await.unwrap_err();
    assert!(error.is_not_configured());
    assert_eq!(
        error.to_string(),
        "cvm role: the metadata service at metadata.tencentyun.com cannot be reached (3 \
         attempts); it is only available inside the cloud: connection failed: fake transport error"
    );
    assert_eq!(transport.count(), 3);
    assert_eq!(sleep.0.lock().unwrap().len(), 2);
}

/// Regression test: the error had the wrong number of attempts and blamed the network.
#[tokio::test]
async fn service_with_an_invalid_response_is_not_reported_as_absent() {
    let endless = "x".repeat(1024 * 1024 + 1);
    let transport = FakeTransport::script(&[(500, ""), (200, &endless)]);
    let provider = CvmRoleProvider::with_config(config(&transport, &ManualClock::new()));
    let error = provider.provide_credential().await.unwrap_err();
    assert!(!error.is_not_configured());
    assert_eq!(
        error.to_string(),
        "cvm role: the metadata service at metadata.tencentyun.com failed (2 attempts): the \
         response is larger than 1 MiB"
    );
}

#[derive(Debug)]
struct Hangs;

impl crate::transport::HttpTransport for Hangs {
    fn send(&self, _: http::Request<Bytes>) -> crate::transport::SendFuture<'_> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn hanging_service_fails_after_three_attempts_of_three_seconds() {
    let started = tokio::time::Instant::now();
    let config = config(&FakeTransport::unreachable(), &ManualClock::new()).transport(Hangs);
    let provider = CvmRoleProvider::with_config(config);
    let error = provider.provide_credential().await.unwrap_err().to_string();
    assert!(error.ends_with("no response within 3s"), "{error}");
    assert_eq!(started.elapsed().as_secs(), 9);
}

/// Uses the real transport; a delay never exceeds the backoff.
#[tokio::test]
async fn real_transport_reports_a_refused_connection_and_reads_a_response() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let sleep = NoSleep::default();
    let real = ProviderConfig::new().clock(ManualClock::new()).sleep(sleep.clone());
    let provider = CvmRoleProvider::builder()
        .endpoint(closed.to_string())
        .config(real.clone())
        .build()
        .unwrap();
    let error = provider.provide_credential().await.unwrap_err().to_string();
    assert!(error.contains("(3 attempts)"), "{error}");
    let delays = sleep.0.lock().unwrap().clone();
    assert!(delays[0] <= Duration::from_millis(500) && delays[1] <= Duration::from_secs(1));

    let provider = CvmRoleProvider::builder().endpoint(server()).config(real).build().unwrap();
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID1");
}

fn server() -> String {
    spawn_server(|head| {
        // An idle connection makes no progress while its runtime is not polled.
        if !head.to_ascii_lowercase().contains("\r\nconnection: close\r\n") {
            return (400, String::new());
        }
        if head.starts_with("GET /latest/meta-data/cam/security-credentials/ HTTP") {
            (200, "my-role".to_owned())
        } else if head.starts_with("GET /latest/meta-data/cam/security-credentials/my-role HTTP") {
            (200, metadata_response("1", 7200))
        } else {
            (404, String::new())
        }
    })
}

const CHILD: &str = "TENCENTCLOUD_TEST_METADATA";

/// Runs itself in a child process, whose environment has a proxy.
#[tokio::test]
async fn metadata_service_is_not_called_through_a_proxy() {
    if let Some(endpoint) = Environment::process().get(CHILD) {
        let real = ProviderConfig::new().clock(ManualClock::new());
        let provider = CvmRoleProvider::builder().endpoint(endpoint).config(real).build().unwrap();
        assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID1");
        return;
    }
    let proxy = spawn_server(|_| (502, String::new()));
    let name =
        "credentials::sources::cvm_role::tests::metadata_service_is_not_called_through_a_proxy";
    let status = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact"])
        .env(CHILD, server())
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|it| (it, &proxy)))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.status.success() && text.contains("1 passed"), "{text}");
}
