use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::credentials::test_util::{
    FakeTransport, HandClock, NoSleep, at, config, loopback, metadata_answer, settle,
};
use crate::runtime::Environment;
use crate::transport::TransportErrorKind;

const URL: &str = "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/";

#[tokio::test]
async fn the_bound_role_is_found_and_its_credential_kept_until_shortly_before_its_end() {
    let clock = HandClock::new();
    let (one, two) = (metadata_answer("1", 7200), metadata_answer("2", 14400));
    let transport =
        FakeTransport::script(&[(200, "my-role\n"), (200, &one), (200, "my-role"), (200, &two)]);
    let provider = CvmRoleProvider::with_config(config(&transport, &clock));
    let credential = provider.provide_credential().await.unwrap();
    assert_eq!(credential.secret_id(), "AKID1");
    assert_eq!((credential.secret_key(), credential.token()), ("key-1", Some("token-1")));
    assert_eq!(credential.expires_at(), Some(at(7200)));
    assert_eq!(transport.urls(), [URL.to_owned(), format!("{URL}my-role")]);
    clock.pass(6899);
    provider.provide_credential().await.unwrap();
    settle().await;
    assert_eq!(transport.count(), 2);
    clock.pass(1);
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID1");
    settle().await;
    assert_eq!(provider.clone().provide_credential().await.unwrap().secret_id(), "AKID2");
    assert_eq!(transport.count(), 4);
}

#[tokio::test]
async fn a_named_role_is_asked_for_at_once_and_names_are_checked() {
    let transport = FakeTransport::script(&[(200, &metadata_answer("1", 7200))]);
    let provider = CvmRoleProvider::builder()
        .role("deploy")
        .endpoint("127.0.0.1:8080/base")
        .config(config(&transport, &HandClock::new()))
        .build()
        .unwrap();
    provider.provide_credential().await.unwrap();
    let sent = transport.last();
    assert_eq!(
        sent.url,
        "http://127.0.0.1:8080/base/latest/meta-data/cam/security-credentials/deploy"
    );
    assert_eq!(sent.header("host"), Some("127.0.0.1:8080"));
    for role in ["", "../x", "a/b", "a b", "..", "röle", "a?b"] {
        let error = CvmRoleProvider::builder().role(role).build().unwrap_err().to_string();
        assert!(error.contains("invalid role name"), "{error}");
    }
    let error = CvmRoleProvider::builder().endpoint("ftp://x").build().unwrap_err().to_string();
    assert!(error.contains("invalid endpoint"), "{error}");
}

/// Bugs of the SDKs for Python, Go and Node: only 404 is told from success, errors are swallowed.
#[tokio::test]
async fn every_kind_of_failure_says_what_it_is() {
    let long_ago = metadata_answer("1", 0);
    let no_key = r#"{"Code":"Success","TmpSecretId":"AKID","Token":"t","ExpiredTime":1}"#;
    let endless = "x".repeat(1024 * 1024 + 1);
    let cases: [(&[(u16, &str)], &str); 14] = [
        (&[(200, &endless)], "the response is longer than 1 MiB"),
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
        (&[(200, "r1"), (200, &long_ago)], "has expired already: check the clock"),
        (&[(500, ""), (502, ""), (503, "")], "responded with HTTP 503"),
    ];
    for (answers, expected) in cases {
        let transport = FakeTransport::script(answers);
        let provider = CvmRoleProvider::with_config(config(&transport, &HandClock::new()));
        let error = provider.provide_credential().await.unwrap_err();
        assert_eq!(error.provider(), "cvm role");
        assert_eq!(error.is_not_configured(), expected.starts_with("no role is bound"));
        let text = error.to_string();
        assert!(text.contains(expected) && !text.contains("leaked"), "{text}");
        // A clear no is not asked again.
        assert_eq!(transport.count(), answers.len(), "{text}");
    }
}

/// Bugs of the SDKs for Node and Python: after a failure the provider never recovers.
#[tokio::test]
async fn after_a_failure_the_next_call_recovers() {
    let works = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&works);
    let transport = FakeTransport::new(move |sent| match switch.load(Ordering::SeqCst) {
        false => Err(TransportErrorKind::ConnectTimeout),
        true if sent.url.ends_with('/') => Ok((StatusCode::OK, "my-role".to_owned())),
        true => Ok((StatusCode::OK, metadata_answer("1", 7200))),
    });
    let provider = CvmRoleProvider::with_config(config(&transport, &HandClock::new()));
    assert!(provider.provide_credential().await.is_err());
    works.store(true, Ordering::SeqCst);
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID1");
}

/// Bug of all SDKs: no bound on the time that a call outside of the cloud takes.
#[tokio::test]
async fn an_unreachable_service_is_tried_three_times_with_pauses() {
    let transport = FakeTransport::nowhere();
    let sleep = NoSleep::default();
    let config = config(&transport, &HandClock::new()).sleep(sleep.clone());
    let provider = CvmRoleProvider::with_config(config);
    let error = provider.provide_credential().await.unwrap_err();
    assert!(error.is_not_configured());
    assert_eq!(
        error.to_string(),
        "cvm role: the metadata service at metadata.tencentyun.com cannot be reached (3 \
         attempts); it exists only inside the cloud: connection failed: the fake does so"
    );
    assert_eq!(transport.count(), 3);
    assert_eq!(sleep.0.lock().unwrap().len(), 2);
}

/// The text said "3 times" for any number but one, and guessed at a place outside of the cloud.
#[tokio::test]
async fn a_service_that_answers_amiss_is_not_called_absent() {
    let endless = "x".repeat(1024 * 1024 + 1);
    let transport = FakeTransport::script(&[(500, ""), (200, &endless)]);
    let provider = CvmRoleProvider::with_config(config(&transport, &HandClock::new()));
    let error = provider.provide_credential().await.unwrap_err();
    assert!(!error.is_not_configured());
    assert_eq!(
        error.to_string(),
        "cvm role: the metadata service at metadata.tencentyun.com failed (2 attempts): the response is longer than 1 MiB"
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
async fn a_service_that_hangs_is_given_up_after_three_times_three_seconds() {
    let started = tokio::time::Instant::now();
    let config = config(&FakeTransport::nowhere(), &HandClock::new()).transport(Hangs);
    let provider = CvmRoleProvider::with_config(config);
    let error = provider.provide_credential().await.unwrap_err().to_string();
    assert!(error.ends_with("no response within 3s"), "{error}");
    assert_eq!(started.elapsed().as_secs(), 9);
}

/// The real transport; a pause is never longer than jitter allows.
#[tokio::test]
async fn over_loopback_a_refused_connection_is_an_error_and_an_answer_is_taken() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let sleep = NoSleep::default();
    let real = ProviderConfig::new().clock(HandClock::new()).sleep(sleep.clone());
    let provider = CvmRoleProvider::builder()
        .endpoint(closed.to_string())
        .config(real.clone())
        .build()
        .unwrap();
    let error = provider.provide_credential().await.unwrap_err().to_string();
    assert!(error.contains("(3 attempts)"), "{error}");
    let pauses = sleep.0.lock().unwrap().clone();
    assert!(pauses[0] <= Duration::from_millis(500) && pauses[1] <= Duration::from_secs(1));

    let provider = CvmRoleProvider::builder().endpoint(server()).config(real).build().unwrap();
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID1");
}

fn server() -> String {
    loopback(|head| {
        // A kept connection would stand still with the runtime that asked first.
        if !head.to_ascii_lowercase().contains("\r\nconnection: close\r\n") {
            return (400, String::new());
        }
        if head.starts_with("GET /latest/meta-data/cam/security-credentials/ HTTP") {
            (200, "my-role".to_owned())
        } else if head.starts_with("GET /latest/meta-data/cam/security-credentials/my-role HTTP") {
            (200, metadata_answer("1", 7200))
        } else {
            (404, String::new())
        }
    })
}

const CHILD: &str = "TENCENTCLOUD_TEST_METADATA";

/// Runs itself again with a proxy in the environment, which only a new process can have.
#[tokio::test]
async fn the_metadata_service_is_not_asked_through_a_proxy() {
    if let Some(endpoint) = Environment::process().get(CHILD) {
        let real = ProviderConfig::new().clock(HandClock::new());
        let provider = CvmRoleProvider::builder().endpoint(endpoint).config(real).build().unwrap();
        assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID1");
        return;
    }
    let proxy = loopback(|_| (502, String::new()));
    let name =
        "credentials::sources::cvm_role::tests::the_metadata_service_is_not_asked_through_a_proxy";
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
