//! Connections that fail, and settings of the transport that cannot be used.

use std::error::Error as StdError;
use std::fmt;
use std::fs;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tencentcloud_common::profile::HttpProfileBuilder;
use tencentcloud_common::transport::{HttpTransport, ReqwestTransport, TransportError};
use tencentcloud_common::{ClientProfile, CommonClient, Error, HttpProfile, RetryPolicy, reqwest};
use tencentcloud_tests::counting_server::CountingServer;
use tencentcloud_tests::proxy::ProxyServer;
use tencentcloud_tests::scripted_server::ClosedPort;
use tencentcloud_tests::socks::SocksServer;
use tencentcloud_tests::tls::CertificateAuthority;

use super::fixtures::{Fixed, PASSWORD, block_on, credential, environment, profile, serve, server};
use super::messages::Messages;

/// A `TransportError` with its causes, as a program that calls a transport itself would show it.
struct Chain(TransportError);

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

fn http_profile() -> HttpProfileBuilder {
    HttpProfile::builder().environment(environment(&[]))
}

/// A client with the transport of the SDK.
fn client(http_profile: HttpProfileBuilder) -> CommonClient {
    CommonClient::builder("cvm", "2017-03-12")
        .region("ap-shanghai")
        .credential(credential())
        .sleep(Fixed::new())
        .random(Fixed::new())
        .profile(profile(http_profile.build().unwrap()))
        .build()
        .unwrap()
}

async fn call(http_profile: HttpProfileBuilder) -> Result<Value, Error> {
    client(http_profile).call_json("DescribeZones", json!({})).await
}

fn to(address: SocketAddr) -> HttpProfileBuilder {
    http_profile().endpoint(format!("http://{address}"))
}

fn to_host(host: &str) -> HttpProfileBuilder {
    http_profile().endpoint(host)
}

pub(super) fn add(messages: &mut Messages) {
    block_on(async {
        connections(messages).await;
        tls(messages).await;
        http_proxies(messages).await;
        socks(messages).await;
        timeouts(messages).await;
    });
}

/// The errors of `ReqwestTransport` that need no connection.
pub(super) fn add_setup(messages: &mut Messages) {
    certificates(messages);
    block_on(transports(messages));
}

async fn connections(messages: &mut Messages) {
    messages.heading("Connections");
    let closed = ClosedPort::start().unwrap();
    messages.add("A refused connection", call(to_host(&closed.endpoint().unwrap())).await);
    messages.add("A host that does not exist", call(to_host("cvm.nonexistent.invalid")).await);
    messages.add("A connection that is closed before the response", call(to(server(""))).await);
    let head = "HTTP/1.1 200 OK\r\nContent-";
    messages.add("A connection that is closed within the head", call(to(server(head))).await);
    let half =
        "HTTP/1.1 200 OK\r\nX-TC-RequestId: r-1\r\nContent-Length: 100\r\n\r\n{\"Response\": {";
    messages.add("A connection that is closed within the body", call(to(server(half))).await);
    messages.add("A server that is not HTTP", call(to(server("SSH-2.0-OpenSSH_9.6\r\n"))).await);
    let gzip = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nno gzip!!";
    messages.add("A body that is not gzip", call(to(server(gzip))).await);
}

async fn tls(messages: &mut Messages) {
    messages.heading("TLS");
    let authority = CertificateAuthority::new().unwrap();
    let server = CountingServer::with_tls(authority.server_config("cvm.example.com").unwrap());
    let server = server.unwrap();
    let localhost = || to_host(&format!("https://localhost:{}", server.address().port()));
    messages.add("A certificate of an unknown authority", call(localhost()).await);
    let trusted = localhost().certification_pem(authority.pem());
    messages.add("A certificate for another name", call(trusted).await);
    let plain = super::fixtures::server("HTTP/1.1 400 Bad Request\r\n\r\n");
    messages.add("A server without TLS", call(to_host(&format!("https://{plain}"))).await);
    let closing = serve(|mut stream| {
        let _ = stream.read(&mut [0; 16 * 1024]);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    });
    messages.add(
        "A connection that is closed within the handshake",
        call(to_host(&format!("https://{closing}"))).await,
    );
    let alert = serve(|mut stream| {
        let _ = stream.read(&mut [0; 16 * 1024]);
        // A fatal alert: handshake_failure.
        let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 40]);
        let _ = stream.read_to_end(&mut Vec::new());
    });
    messages.add(
        "A server that refuses the handshake",
        call(to_host(&format!("https://{alert}"))).await,
    );
}

async fn http_proxies(messages: &mut Messages) {
    messages.heading("HTTP proxies");
    let nobody: SocketAddr = "127.0.0.1:9".parse().unwrap();
    let hosts = [("https", "https://cvm.example.com"), ("http", "http://cvm.example.com")];
    let through = |host: &str, proxy: &dyn fmt::Display| {
        to_host(host).proxy(format!("http://me:{PASSWORD}@{proxy}"))
    };
    let strict = ProxyServer::start(Some("Basic another"), nobody).unwrap();
    for (scheme, host) in hosts {
        messages.add(
            format!("A proxy that refuses the password, for {scheme}"),
            call(through(host, &strict.address())).await,
        );
    }
    let negotiate = server(
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n\
         Content-Length: 0\r\n\r\n",
    );
    messages.add(
        "A proxy that asks for another kind of login",
        call(through("http://cvm.example.com", &negotiate)).await,
    );
    let closed = ClosedPort::start().unwrap();
    let address = closed.endpoint().unwrap().replace("http://", "");
    for (scheme, host) in hosts {
        messages.add(
            format!("A proxy that cannot be reached, for {scheme}"),
            call(through(host, &address)).await,
        );
    }
    let refusing = server("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    messages.add(
        "A proxy that does not open a tunnel",
        call(through("https://cvm.example.com", &refusing)).await,
    );
    let plain = server("HTTP/1.1 400 Bad Request\r\n\r\n");
    messages.add(
        "A proxy without TLS that is addressed with https",
        call(to_host("https://cvm.example.com").proxy(format!("https://{plain}"))).await,
    );
    let authority = CertificateAuthority::new().unwrap();
    let unknown = CountingServer::with_tls(authority.server_config("localhost").unwrap()).unwrap();
    let unknown = format!("https://localhost:{}", unknown.address().port());
    for (scheme, host) in hosts {
        messages.add(
            format!("A proxy with a certificate of an unknown authority, for {scheme}"),
            call(to_host(host).proxy(unknown.clone())).await,
        );
    }
    let variables = environment(&[("https_proxy", "socks4://me:PLANTED@proxy.example.com")]);
    messages.add(
        "An invalid proxy in a variable",
        call(to_host("https://cvm.example.com").environment(variables)).await,
    );
}

async fn socks(messages: &mut Messages) {
    messages.heading("SOCKS proxies");
    let closed = ClosedPort::start().unwrap();
    let away = closed.endpoint().unwrap().replace("http://", "");
    let target = away.parse().unwrap();
    let strict = SocksServer::start(Some(("me", "another")), target).unwrap();
    let open = SocksServer::start(None, target).unwrap();
    let through = |proxy: String| call(to_host("https://cvm.nonexistent.invalid").proxy(proxy));
    messages.add(
        "A SOCKS proxy that refuses the password",
        through(format!("socks5h://me:{PASSWORD}@{}", strict.address())).await,
    );
    messages.add(
        "A SOCKS proxy that asks for a password, and the URL has none",
        through(format!("socks5h://{}", strict.address())).await,
    );
    messages.add(
        "A SOCKS proxy that does not reach the host",
        through(format!("socks5h://{}", open.address())).await,
    );
    messages
        .add("A SOCKS proxy that cannot be reached", through(format!("socks5h://{away}")).await);
    messages.add(
        "A host that does not exist, with socks5",
        through(format!("socks5://{}", open.address())).await,
    );
}

async fn timeouts(messages: &mut Messages) {
    messages.heading("Timeouts");
    let short = Duration::from_millis(300);
    // The operating system accepts the connection; nobody answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let https = || to_host(&format!("https://{address}"));
    messages
        .add("No handshake within `connect_timeout`", call(https().connect_timeout(short)).await);
    messages.add("No response within `req_timeout`", call(to(address).req_timeout(short)).await);
    let silent = client(to(address));
    messages.add(
        "No response within the timeout of the call",
        silent.call_json("DescribeZones", json!({})).timeout(short).await,
    );
    let connecting = client(https());
    messages.add(
        "No connection within the timeout of the call",
        connecting.call_json("DescribeZones", json!({})).timeout(short).await,
    );
    let profile = profile(https().req_timeout(short).build().unwrap());
    let connecting = CommonClient::builder("cvm", "2017-03-12")
        .credential(credential())
        .random(Fixed::new())
        .profile(profile)
        .transport(ReqwestTransport::from_builder(without_limits).unwrap())
        .build()
        .unwrap();
    messages.add(
        "No connection within `req_timeout`, with a transport without `connect_timeout`",
        connecting.call_json("DescribeZones", json!({})).await,
    );
    let limited = ReqwestTransport::from_builder(move || without_limits().timeout(short)).unwrap();
    let limited = super::fixtures::builder::<CommonClient>(super::fixtures::Reply::ok())
        .profile(super::fixtures::profile(to(address).build().unwrap()))
        .transport(limited)
        .build()
        .unwrap();
    messages.add(
        "No response within the timeout of a `reqwest` client of the program",
        limited.call_json("DescribeZones", json!({})).await,
    );
}

/// Settings of a program for `reqwest`.
fn without_limits() -> reqwest::ClientBuilder {
    let ring = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls)
}

fn certificates(messages: &mut Messages) {
    messages.heading("Certificates");
    let directory = tempfile::tempdir().unwrap();
    messages.replace(directory.path().display(), "<path>");
    let build = |http_profile: HttpProfileBuilder| {
        CommonClient::builder("cvm", "2017-03-12")
            .profile(profile(http_profile.build().unwrap()))
            .build()
    };
    let begin = "-----BEGIN CERTIFICATE-----\n";
    let end = "-----END CERTIFICATE-----\n";
    let file = |text: String| {
        let path = directory.path().join("ca.pem");
        fs::write(&path, text).unwrap();
        http_profile().certification(path)
    };
    let missing = directory.path().join("missing.pem");
    messages.add("A missing file", build(http_profile().certification(&missing)));
    messages.add("A file without an end", build(http_profile().certification("/dev/zero")));
    messages.add("A file without a certificate", build(file("text".to_owned())));
    messages.add("A certificate without its last line", build(file(format!("{begin}AAAA\n"))));
    messages.add("A certificate that is not Base64", build(file(format!("{begin}!!!!\n{end}"))));
    messages.add("A certificate that is not X.509", build(file(format!("{begin}AAAA\n{end}"))));
    messages.add("`certification_pem` without text", build(http_profile().certification_pem("")));
    let variables = environment(&[("TENCENTCLOUD_CA_BUNDLE", missing.to_str().unwrap())]);
    let from_environment = ClientProfile::from_environment(&variables).unwrap();
    messages.add(
        "A missing file in TENCENTCLOUD_CA_BUNDLE",
        CommonClient::builder("cvm", "2017-03-12").profile(from_environment).build(),
    );
}

/// Sends with the transport of the SDK.
pub(super) async fn send(method: &str, url: &str) -> Result<(), impl fmt::Display + fmt::Debug> {
    let transport = ReqwestTransport::new(&http_profile().build().unwrap()).unwrap();
    let request = http::Request::builder().method(method).uri(url).body(Bytes::new()).unwrap();
    transport.send(request).await.map(drop).map_err(Chain)
}

async fn transports(messages: &mut Messages) {
    messages.heading("ReqwestTransport");
    let dots = client(http_profile().endpoint("https://gateway.example.com/a/../b"));
    messages.add(
        "A call with an endpoint whose path has `..`",
        dots.call_json("DescribeZones", json!({})).retry(RetryPolicy::none()).await,
    );
    messages.add("A request with the method CONNECT", send("CONNECT", "127.0.0.1:1").await);
    messages.add("A request without a host", send("POST", "/a").await);
    messages.add("A request with another scheme", send("POST", "ftp://127.0.0.1/").await);
    messages.add(
        "A `reqwest` client without TLS",
        ReqwestTransport::from_builder(reqwest::Client::builder).map_err(Chain),
    );
    messages.add(
        "A `reqwest` client with settings of TLS that it does not know",
        ReqwestTransport::from_builder(|| {
            without_limits().tls_backend_preconfigured("no settings of TLS")
        })
        .map_err(Chain),
    );
}
