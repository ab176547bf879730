//! The HTTP client: guarantees that hold with any settings, and settings of a program.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tencentcloud_common::transport::{
    HttpTransport, ReqwestTransport, TransportErrorKind, WriteTracker,
};
use tencentcloud_common::{HttpProfile, reqwest};
use tencentcloud_tests::call_any_api::{call_any_api, output_text};
use tencentcloud_tests::counting_server::CountingServer;
use tencentcloud_tests::scripted_server::ClosedPort;
use tencentcloud_tests::tls::CertificateAuthority;

use super::{call, chain, transport, until, url};

const REDIRECT: &str = "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\n\
                        Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n";

/// Returns settings of a program that enables everything.
fn program_settings() -> reqwest::ClientBuilder {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .no_proxy()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::limited(5))
        .no_gzip()
}

#[tokio::test]
async fn requests_are_sent_once_and_unchanged() {
    let server = CountingServer::responding_with(None, REDIRECT).unwrap();
    let transports =
        [transport(|it| it), ReqwestTransport::from_builder(program_settings).unwrap()];
    for transport in transports {
        let before = server.requests().len();
        for _ in 0..2 {
            let url = format!("{}a%2Fb/c?d=e+f%20g&h", url(server.address()));
            let request = http::Request::post(url)
                .header("host", server.address().to_string())
                .header("content-type", "application/json; charset=utf-8")
                .body(Bytes::from_static(b"{ }"))
                .unwrap();
            let response = transport.send(request).await.unwrap();
            assert_eq!(response.status(), 307, "redirects are not followed");
        }
        for received in server.requests().split_off(before) {
            assert_eq!(received.line.trim_end(), "POST /a%2Fb/c?d=e+f%20g&h HTTP/1.1");
            assert_eq!(received.body, b"{ }");
            let mut headers = received.headers.clone();
            headers.sort();
            let host = server.address().to_string();
            let agent = concat!("tencentcloud-sdk-rust/", env!("CARGO_PKG_VERSION"));
            let expected = [
                ("accept", "*/*"),
                ("accept-encoding", "gzip"),
                ("content-length", "3"),
                ("content-type", "application/json; charset=utf-8"),
                ("host", host.as_str()),
                ("user-agent", agent),
            ];
            let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
            assert_eq!(headers, expected, "no referer, no cookie, and nothing else");
        }
    }
}

#[tokio::test]
async fn a_program_can_set_options_that_the_profile_does_not_have() {
    let server = CountingServer::start().unwrap();
    let address = server.address();
    let transport = ReqwestTransport::from_builder(move || {
        program_settings().resolve("cvm.nonexistent.invalid", address)
    })
    .unwrap();
    let url = format!("http://cvm.nonexistent.invalid:{}/", address.port());
    assert_eq!(call(&transport, &url).await.unwrap(), 200);
    assert_eq!(server.accepted(), 1);
    // The TLS settings of the program trust no certificate.
    let tls = CertificateAuthority::new().unwrap().server_config("localhost").unwrap();
    let server = CountingServer::with_tls(tls).unwrap();
    let url = format!("https://localhost:{}/", server.address().port());
    let error = call(&transport, &url).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Rejected, "{}", chain(&error));

    let silent = CountingServer::responding_with(None, "").unwrap();
    let limit = Duration::from_millis(100);
    let limited =
        ReqwestTransport::from_builder(move || program_settings().timeout(limit)).unwrap();
    let error = call(&limited, &super::url(silent.address())).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout, "{}", chain(&error));
}

#[test]
fn invalid_settings_are_an_error_and_not_a_panic() {
    // No TLS feature of reqwest is enabled here, and no process-wide provider is installed.
    let error = ReqwestTransport::from_builder(reqwest::Client::builder).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Unusable);
    assert!(chain(&error).contains("tls_backend_preconfigured"), "{}", chain(&error));
    let error = ReqwestTransport::from_builder(|| {
        program_settings().tls_backend_preconfigured("no settings of TLS")
    })
    .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Unusable);
}

#[tokio::test]
async fn a_url_that_would_be_changed_is_an_error() {
    let transport = transport(|it| it);
    let cases = [
        ("POST", "http://127.0.0.1:1/a/../b", "must be normalized"),
        ("POST", "http://127.0.0.1:1/?a='b'", "must be normalized"),
        ("CONNECT", "127.0.0.1:1", "the method CONNECT is not supported"),
        ("POST", "/a", "must begin with http:// or https://"),
        ("POST", "ftp://127.0.0.1/", "must begin with http:// or https://"),
    ];
    for (method, uri, expected) in cases {
        let request = http::Request::builder().method(method).uri(uri);
        let error = transport.send(request.body(Bytes::new()).unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Unusable, "{uri}");
        assert!(chain(&error).contains(expected), "{uri}: {}", chain(&error));
    }
}

#[tokio::test]
async fn errors_do_not_contain_the_query() {
    let nobody = ClosedPort::start().unwrap();
    let closing = CountingServer::start().unwrap();
    closing.close_new_connections(true);
    let endpoints = [nobody.endpoint().unwrap(), format!("http://{}", closing.address())];
    for endpoint in endpoints {
        let transport = transport(|it| it);
        let error = call(&transport, &format!("{endpoint}/?Signature=s-1234")).await.unwrap_err();
        let text = format!("{} {error:?}", chain(&error));
        assert!(!text.contains("s-1234") && !text.contains("Signature"), "{text}");
    }
}

#[tokio::test]
async fn the_last_drop_closes_all_connections() {
    let server = CountingServer::start().unwrap();
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks(), 0);
    let transport = transport(|it| it);
    let calls = (0..5).map(|_| {
        let (transport, url) = (transport.clone(), url(server.address()));
        tokio::spawn(async move { call(&transport, &url).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert!(server.open() > 0);
    drop(transport);
    until("all connections are closed", || server.open() == 0).await;
    until("all tasks have ended", || tasks() == 0).await;
}

#[tokio::test]
async fn the_profile_limits_the_idle_connections() {
    let server = CountingServer::start().unwrap();
    let transport = transport(|it| it.pre_conn_pool_size(2));
    assert_eq!(server.accepted(), 0, "none is opened ahead");
    let calls = (0..6).map(|_| {
        let (transport, url) = (transport.clone(), url(server.address()));
        async move {
            let (_, mut body) = super::post(&transport, &url).await.unwrap().into_parts();
            // All connections are in use at the same time.
            tokio::task::yield_now().await;
            while body.chunk().await.unwrap().is_some() {}
        }
    });
    let calls: Vec<_> = calls.map(tokio::spawn).collect();
    for call in calls {
        call.await.unwrap();
    }
    until("two are kept", || server.open() <= 2).await;
}

#[test]
fn runtimes_do_not_share_connections() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = CountingServer::start().unwrap();
    let url = url(server.address());
    let transport = transport(|it| it);
    let idle = runtime();
    idle.block_on(async { call(&transport, &url).await.unwrap() });
    // `idle` is not dropped but not polled, so its connections do not make progress.
    for round in 0..3 {
        runtime().block_on(async {
            let limit = Duration::from_secs(10);
            let called = tokio::time::timeout(limit, call(&transport, &url)).await;
            assert_eq!(called.expect("it waits for another runtime").unwrap(), 200);
        });
        assert_eq!(server.accepted(), 2 + round);
    }
    drop(transport);
    idle.block_on(until("all are closed", || server.open() == 0));
}

#[test]
fn a_missing_runtime_or_driver_is_an_error() {
    let transport = ReqwestTransport::new(&HttpProfile::default()).unwrap();
    let send =
        || transport.send(http::Request::post("http://127.0.0.1:1/").body(Bytes::new()).unwrap());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = send().as_mut().poll(&mut context) else {
        panic!("it must fail at once")
    };
    assert_eq!(error.kind(), TransportErrorKind::Unusable);
    let mut builder = tokio::runtime::Builder::new_current_thread();
    for (runtime, missing) in
        [(builder.build().unwrap(), "no timer"), (builder.enable_time().build().unwrap(), "no I/O")]
    {
        let error = runtime.block_on(send()).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Unusable);
        assert!(chain(&error).contains(missing), "{}", chain(&error));
    }
}

#[tokio::test]
async fn the_tracker_reports_when_a_connection_takes_the_request() {
    let server = CountingServer::start().unwrap();
    let nobody = ClosedPort::start().unwrap();
    let transport = transport(|it| it);
    for (method, body) in [("POST", "{}"), ("POST", ""), ("GET", "")] {
        for (url, written) in [(url(server.address()), true), (nobody.endpoint().unwrap(), false)] {
            let tracker = WriteTracker::default();
            let request = http::Request::builder()
                .method(method)
                .uri(&url)
                .extension(tracker.clone())
                .body(Bytes::from_static(body.as_bytes()))
                .unwrap();
            let outcome = transport.send(request).await;
            assert_eq!((outcome.is_ok(), tracker.maybe_written()), (written, written), "{method}");
        }
    }
    for received in server.requests() {
        let length = received.header("content-length");
        let expected = match (received.line.starts_with("GET"), received.body.len()) {
            (true, _) => None,
            (false, 0) => Some("0"),
            (false, _) => Some("2"),
        };
        assert_eq!(length, expected, "{received:?}");
    }
}

#[test]
fn plain_http_needs_no_root_certificates_and_https_names_them() {
    let server = CountingServer::start().unwrap();
    let tls = CertificateAuthority::new().unwrap().server_config("localhost").unwrap();
    let secure = CountingServer::with_tls(tls).unwrap();
    // A machine without root certificates.
    let run = |endpoint: String| {
        let mut command = call_any_api();
        command.env("SSL_CERT_FILE", "/nowhere/ca.pem").env("SSL_CERT_DIR", "/nowhere");
        let arguments = ["cvm", "2017-03-12", "DescribeZones", "--endpoint", &endpoint];
        output_text(&command.args(arguments).output().unwrap())
    };
    let (code, _, stderr) = run(format!("http://{}", server.address()));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let (code, _, stderr) = run(format!("https://localhost:{}", secure.address().port()));
    assert_eq!(code, Some(1));
    assert!(stderr.contains("the root certificates of this machine cannot be"), "{stderr}");
    assert!(stderr.contains("1 attempt"), "{stderr}");
}
