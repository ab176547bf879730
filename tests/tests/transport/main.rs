//! The default transport with servers and proxies on loopback.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod http_client;
mod proxies;

use std::error::Error as _;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use tencentcloud_common::HttpProfile;
use tencentcloud_common::profile::HttpProfileBuilder;
use tencentcloud_common::runtime::Environment;
use tencentcloud_common::transport::{
    HttpTransport, ReqwestTransport, Response, TransportError, TransportErrorKind,
};
use tencentcloud_tests::captured_log::CapturedLog;
use tencentcloud_tests::counting_server::{CountingServer, OK_RESPONSE};
use tencentcloud_tests::tls::CertificateAuthority;

/// User name and password `me:pw-1234`.
const LOGIN: &str = "Basic bWU6cHctMTIzNA==";
const PASSWORD: &str = "pw-1234";

/// Returns a transport that ignores the proxy settings of the machine.
fn transport(set: impl FnOnce(HttpProfileBuilder) -> HttpProfileBuilder) -> ReqwestTransport {
    let builder = HttpProfile::builder().environment(Environment::from_fn(|_| None));
    ReqwestTransport::new(&set(builder).build().unwrap()).unwrap()
}

async fn post(transport: &ReqwestTransport, url: &str) -> Result<Response, TransportError> {
    let request = http::Request::post(url).body(Bytes::from_static(b"{}")).unwrap();
    transport.send(request).await
}

/// Sends a request and reads the whole response.
async fn call(transport: &ReqwestTransport, url: &str) -> Result<u16, TransportError> {
    let (parts, mut body) = post(transport, url).await?.into_parts();
    while body.chunk().await?.is_some() {}
    Ok(parts.status.as_u16())
}

/// Returns the text of an error with all its causes, which must not contain a password.
fn chain(error: &TransportError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    assert!(!format!("{text} {error:?}").contains(PASSWORD), "{text} {error:?}");
    assert!(!format!("{text} {error:?}").contains(LOGIN), "{text} {error:?}");
    text
}

/// Waits until a condition of other threads holds.
async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..2000 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never: {what}");
}

fn url(server: SocketAddr) -> String {
    format!("http://{server}/")
}

#[tokio::test]
async fn a_private_authority_is_trusted_only_if_added() {
    let authority = CertificateAuthority::new().unwrap();
    let server = CountingServer::with_tls(authority.server_config("localhost").unwrap()).unwrap();
    let url = format!("https://localhost:{}/", server.address().port());

    let error = call(&transport(|it| it), &url).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Rejected);
    let text = chain(&error);
    assert!(
        text.contains("the certificate of localhost is not trusted")
            && text.contains("UnknownIssuer"),
        "{text}"
    );

    let pem = authority.pem().to_owned();
    assert_eq!(call(&transport(|it| it.certification_pem(pem)), &url).await.unwrap(), 200);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority.pem()).unwrap();
    assert_eq!(call(&transport(|it| it.certification(file.path())), &url).await.unwrap(), 200);
    assert_eq!(server.requests().len(), 2, "nothing was sent to whom is not trusted");
}

#[tokio::test]
async fn a_file_can_contain_several_certificates_and_windows_line_ends() {
    let (first, second) =
        (CertificateAuthority::new().unwrap(), CertificateAuthority::new().unwrap());
    let text = format!("\u{feff}{}\nsubject = second\n{}", first.pem(), second.pem());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text.replace('\n', "\r\n")).unwrap();
    let transport = transport(|it| it.certification(file.path()));
    for authority in [first, second] {
        let server =
            CountingServer::with_tls(authority.server_config("localhost").unwrap()).unwrap();
        let url = format!("https://localhost:{}/", server.address().port());
        assert_eq!(call(&transport, &url).await.unwrap(), 200);
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_rejected() {
    let authority = CertificateAuthority::new().unwrap();
    let server =
        CountingServer::with_tls(authority.server_config("cvm.example.com").unwrap()).unwrap();
    let transport = transport(|it| it.certification_pem(authority.pem()));
    for host in ["localhost", "127.0.0.1"] {
        let url = format!("https://{host}:{}/", server.address().port());
        let error = call(&transport, &url).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Rejected);
        let text = chain(&error);
        assert!(text.contains("not valid for name") && text.contains("cvm.example.com"), "{text}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_server_without_tls_has_its_own_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 5]).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").unwrap();
        // The rest of the request is read, because a reset connection loses the response.
        _ = stream.read_to_end(&mut Vec::new());
    });
    let error = call(&transport(|it| it), &url).await.unwrap_err();
    server.join().unwrap();
    assert_eq!(error.kind(), TransportErrorKind::Rejected, "another attempt would end alike");
    let text = chain(&error);
    assert!(text.contains("127.0.0.1 does not use TLS"), "{text}");
    assert!(text.contains("begin its address with http://"), "{text}");
}

#[tokio::test]
async fn without_verification_every_server_is_trusted_and_a_warning_is_logged() {
    let authority = CertificateAuthority::new().unwrap();
    let server =
        CountingServer::with_tls(authority.server_config("cvm.example.com").unwrap()).unwrap();
    let log = CapturedLog::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
    let transport = tracing::subscriber::with_default(subscriber, || {
        transport(|it| it.danger_certification_off(true))
    });
    let url = format!("https://localhost:{}/", server.address().port());
    assert_eq!(call(&transport, &url).await.unwrap(), 200);
    let log = log.take();
    assert!(log.contains("WARN") && log.contains("certificates are not verified"), "{log}");
}

#[tokio::test]
async fn a_server_without_handshake_is_a_connect_timeout() {
    // The operating system accepts the connection.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let transport = transport(|it| it.connect_timeout(Duration::from_millis(100)));
    let error = call(&transport, &url).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::ConnectTimeout, "{error:?}");
    assert!(chain(&error).contains("within 100ms (connect_timeout)"), "{error:?}");
}

#[tokio::test]
async fn an_unknown_host_is_a_connect_error() {
    let transport = transport(|it| it.connect_timeout(Duration::from_secs(20)));
    let error = call(&transport, "https://nonexistent.invalid/").await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect, "{error:?}");
    let text = chain(&error);
    assert!(text.contains("nonexistent.invalid cannot be reached: dns error"), "{text}");
}

#[tokio::test]
async fn connections_are_reused_unless_disabled() {
    for (keep_alive, connections, header) in [(true, 1, None), (false, 3, Some("close"))] {
        let server = CountingServer::start().unwrap();
        let transport = transport(|it| it.keep_alive(keep_alive));
        for _ in 0..3 {
            call(&transport, &url(server.address())).await.unwrap();
        }
        assert_eq!(server.accepted(), connections);
        for received in server.requests() {
            assert_eq!(received.header("connection"), header);
        }
        drop(transport);
        until("all connections are closed", || server.open() == 0).await;
    }
}

#[tokio::test]
async fn an_idle_connection_that_the_server_closed_is_not_reused() {
    let server = CountingServer::start().unwrap();
    let transport = transport(|it| it);
    let url = url(server.address());
    for _ in 0..20 {
        call(&transport, &url).await.unwrap();
        server.close_all();
        // The test blocks the thread, so that the runtime cannot notice the closed connection.
        while server.open() > 0 {
            std::thread::yield_now();
        }
        assert_eq!(call(&transport, &url).await.unwrap(), 200);
    }
}

#[tokio::test]
async fn an_abandoned_response_closes_its_connection() {
    let head = OK_RESPONSE.split_once("34").unwrap().0;
    let endless: &'static str = Box::leak(format!("{head}9999999\r\n\r\nbegin").into_boxed_str());
    // Dropped while the body is read, and before the response has started.
    let server = CountingServer::responding_with(None, endless).unwrap();
    let transport = transport(|it| it);
    let (_, mut body) = post(&transport, &url(server.address())).await.unwrap().into_parts();
    assert_eq!(body.chunk().await.unwrap().unwrap(), "begin");
    assert_eq!(server.open(), 1);
    drop(body);
    until("the connection is closed", || server.open() == 0).await;

    let silent = CountingServer::responding_with(None, "").unwrap();
    let address = url(silent.address());
    let mut sending = Box::pin(post(&transport, &address));
    let limit = tokio::time::timeout(Duration::from_millis(100), &mut sending).await;
    assert!(limit.is_err() && silent.open() == 1);
    drop(sending);
    until("the connection is closed", || silent.open() == 0).await;
}
