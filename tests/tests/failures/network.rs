//! Connections that cannot be opened, break, or are too slow.

use std::time::Duration;

use tencentcloud_common::profile::HttpProfileBuilder;
use tencentcloud_common::transport::ReqwestTransport;
use tencentcloud_common::{ClientProfile, Credential, ErrorKind, HttpProfile, reqwest};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::StopInstancesRequest;
use tencentcloud_tests::fakes::RecordedSleeps;
use tencentcloud_tests::scripted_server::{
    ClosedPort, ScriptedServer, Step, chunked, close, json as ok, reset, silence,
};

use super::{
    Expected, KINDS, Kind, SHORT, SUCCESS, UNKNOWN, assert_one_call, call, check, check_all_kinds,
    check_all_kinds_within, ms, setup,
};

#[tokio::test]
async fn a_refused_connection_is_retried_for_every_call() {
    for kind in KINDS {
        let nobody = ClosedPort::start().unwrap();
        let setup = setup(&nobody.endpoint().unwrap());
        let error = call(&setup, kind).await.expect_err("an error");
        let expected =
            Expected { kind: ErrorKind::Connect, attempts: [3, 3], maybe_sent: false, ..UNKNOWN };
        check(kind, expected, &error, &setup.sleeps);
        assert!(error.to_string().contains("refused"), "{error}");
    }
}

#[tokio::test]
async fn a_connection_that_closes_before_the_response() {
    let only = |bytes: &[u8]| Step { bytes: bytes.to_vec(), ..Step::default() };
    let half_a_head = only(b"HTTP/1.1 200 OK\r\nContent-");
    let no_http = only(b"SSH-2.0-OpenSSH_9.6\r\n");
    for step in [reset(), close(), half_a_head, no_http] {
        check_all_kinds(step, UNKNOWN).await;
    }
}

#[tokio::test]
async fn a_connection_that_closes_within_the_response() {
    let expected = Expected { status: Some(200), ..UNKNOWN };
    let with_id = |step: Step| step.header("X-TC-RequestId", "r-head");
    let head = SUCCESS.len();
    for step in [
        with_id(ok(SUCCESS)).truncated(head),
        with_id(ok(SUCCESS)).truncated(1),
        with_id(chunked(&[SUCCESS])).truncated(5),
        with_id(chunked(&[SUCCESS])).truncated(20),
    ] {
        let error = check_all_kinds(step, expected).await;
        assert!(error.message().contains("the response was interrupted after"), "{error}");
        assert!(error.request_id().is_some(), "{error}");
    }
    let error = check_all_kinds(with_id(ok(SUCCESS)).truncated(2).then_reset(), expected).await;
    assert_eq!(error.request_id(), Some("r-1"), "{error}");
}

#[tokio::test]
async fn no_response() {
    let expected = Expected { kind: ErrorKind::Timeout, ..UNKNOWN };
    let error = check_all_kinds_within(SHORT, silence(), expected).await;
    assert!(error.message().contains("longer than 700ms"), "{error}");
}

#[tokio::test]
async fn a_slow_head() {
    let expected = Expected { kind: ErrorKind::Timeout, ..UNKNOWN };
    check_all_kinds_within(SHORT, ok(SUCCESS).slow_head(ms(90)), expected).await;
}

#[tokio::test]
async fn a_slow_body() {
    let expected = Expected { kind: ErrorKind::Timeout, status: Some(200), ..UNKNOWN };
    let step = ok(SUCCESS).slow_body(ms(90)).header("X-TC-RequestId", "r-head");
    let error = check_all_kinds_within(SHORT, step, expected).await;
    assert_eq!(error.request_id(), Some("r-head"), "to quote it to support");
    assert!(error.headers().is_some());
}

/// The server reads the second request on a connection and closes it, as if it closed an idle
/// connection at that moment.
#[tokio::test]
async fn an_idle_connection_that_closes_when_it_is_reused() {
    for last in [close(), reset()] {
        for kind in KINDS {
            let script = vec![ok(SUCCESS).kept_open(), last.clone(), ok(SUCCESS), ok(SUCCESS)];
            let server = ScriptedServer::start(script).unwrap();
            let setup = setup(&server.endpoint());
            call(&setup, kind).await.unwrap();
            let second = call(&setup, kind).await;
            let received = server.requests();
            let connections: Vec<_> = received.iter().map(|it| it.connection).collect();
            if matches!(kind, Kind::Read | Kind::Create) {
                second.unwrap();
                assert_eq!(connections, [0, 0, 1], "{kind:?}");
            } else {
                let error = second.unwrap_err();
                assert_eq!(connections, [0, 0], "{kind:?}: sent once");
                assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
                assert!(error.maybe_sent());
            }
            assert_one_call(kind, &received[1..]);
        }
    }
}

#[tokio::test]
async fn an_earlier_attempt_that_may_have_executed_still_counts() {
    // The response to the first attempt is lost, and then the port is closed.
    let server = ScriptedServer::start(vec![close()]).unwrap();
    let setup = setup(&server.endpoint());
    let error = call(&setup, Kind::Create).await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    assert!(error.maybe_sent(), "the first attempt was read: {error:?}");
    assert_eq!(server.requests().len(), 1);
}

/// Returns a server that never completes a handshake, like one whose packets are lost.
fn server_without_handshake() -> (std::net::TcpListener, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    (listener, endpoint)
}

/// Timeouts before the connection is open: nothing was sent, so a write is retried too.
#[tokio::test]
async fn a_timeout_while_connecting_means_nothing_was_sent() {
    let (_listener, endpoint) = server_without_handshake();
    let short = Duration::from_millis(100);
    let with_limits = |set: fn(HttpProfileBuilder) -> HttpProfileBuilder| {
        let http = set(HttpProfile::builder().endpoint(&endpoint).no_proxy()).build().unwrap();
        let sleeps = RecordedSleeps::default();
        let client = CvmClient::builder()
            .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
            .region("ap-shanghai")
            // The transport has no connect timeout.
            .transport(without_connect_timeout())
            .profile(ClientProfile::builder().http_profile(http).build().unwrap())
            .sleep(sleeps.clone());
        (client.build().unwrap(), sleeps)
    };
    let write = || StopInstancesRequest::new().instance_ids(["ins-1"]);

    let (client, sleeps) = with_limits(|it| it.req_timeout(Duration::from_millis(100)));
    let error = client.stop_instances(write()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 3), "{error}");
    assert!(error.is_retryable() && !error.maybe_sent(), "{error}");
    let line = error.to_string();
    assert!(
        line.contains("longer than 100ms (req_timeout); no connection was established"),
        "{line}"
    );
    assert!(line.contains("nothing was sent") && !line.contains("may have"), "{line}");
    assert_eq!(sleeps.durations().len(), 2);

    let (client, _) = with_limits(|it| it);
    let error = client.stop_instances(write()).timeout(short).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1), "{error}");
    assert!(!error.maybe_sent(), "{error}");
    let line = error.to_string();
    assert!(
        line.contains("the call took longer than 100ms; no connection was established"),
        "{line}"
    );
}

/// Like the test above, but the connection has taken the request.
#[tokio::test]
async fn a_timeout_after_the_request_started_means_it_may_have_been_sent() {
    let server = ScriptedServer::start(vec![silence()]).unwrap();
    let setup = setup(&server.endpoint());
    let request = StopInstancesRequest::new().instance_ids(["ins-1"]);
    let call = setup.typed.stop_instances(request).timeout(Duration::from_millis(300));
    let error = call.await.unwrap_err();
    assert!(error.is_timeout() && error.maybe_sent(), "{error}");
    assert!(!error.to_string().contains("nothing was sent"), "{error}");
    assert_eq!(server.requests().len(), 1);
}

fn without_connect_timeout() -> ReqwestTransport {
    let make_builder = || {
        let ring = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls)
    };
    ReqwestTransport::from_builder(make_builder).unwrap()
}
