//! Calls without a connection: the kind of the error, the number of attempts, and that nothing was
//! sent. The folder `transport` tests how connections are opened.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::time::Duration;

use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::profile::HttpProfileBuilder;
use tencentcloud_common::{ClientProfile, Credential, Error, ErrorKind, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{DescribeZonesRequest, StopInstancesRequest};
use tencentcloud_tests::counting_server::CountingServer;
use tencentcloud_tests::fakes::RecordedSleeps;
use tencentcloud_tests::proxy::ProxyServer;
use tencentcloud_tests::scripted_server::ClosedPort;
use tencentcloud_tests::tls::CertificateAuthority;

const SUCCESS: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 37\r\n\
                       \r\n{\"Response\": {\"RequestId\": \"r-1234\"}}";

fn client(settings: impl FnOnce(HttpProfileBuilder) -> HttpProfileBuilder) -> CvmClient {
    let http = settings(HttpProfile::builder()).build().unwrap();
    CvmClient::builder()
        .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
        .region("ap-shanghai")
        .profile(ClientProfile::builder().http_profile(http).build().unwrap())
        .sleep(RecordedSleeps::default())
        .build()
        .unwrap()
}

/// Returns the errors of a read and of a write that is not idempotent.
async fn errors(client: &CvmClient) -> [Error; 2] {
    [
        client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err(),
        client
            .stop_instances(StopInstancesRequest::new().instance_ids(["ins-1"]))
            .await
            .unwrap_err(),
    ]
}

/// Asserts that neither call was sent, and how often each was attempted.
async fn assert_not_sent(client: &CvmClient, attempts: u32, passes: bool, reason: &str) {
    for error in errors(client).await {
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert!(error.is_connect() && !error.maybe_sent() && error.http_status().is_none());
        assert_eq!((error.attempts(), error.is_retryable()), (attempts, passes), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority() {
    let authority = CertificateAuthority::new().unwrap();
    let tls = authority.server_config("localhost").unwrap();
    let server = CountingServer::responding_with(Some(tls), SUCCESS).unwrap();
    let endpoint = format!("https://localhost:{}", server.address().port());
    assert_not_sent(&client(|it| it.endpoint(&endpoint)), 1, false, "UnknownIssuer").await;
    assert!(server.requests().is_empty());

    let trusting = client(|it| it.endpoint(&endpoint).certification_pem(authority.pem()));
    let call = trusting.describe_zones(DescribeZonesRequest::new());
    let (response, metadata) = call.with_metadata().await.unwrap();
    assert_eq!((response.request_id.as_str(), metadata.attempts()), ("r-1234", 1));
}

#[tokio::test]
async fn a_certificate_for_another_name() {
    let authority = CertificateAuthority::new().unwrap();
    let tls = authority.server_config("cvm.example.com").unwrap();
    let server = CountingServer::responding_with(Some(tls), SUCCESS).unwrap();
    let endpoint = format!("https://localhost:{}", server.address().port());
    let client = client(|it| it.endpoint(endpoint).certification_pem(authority.pem()));
    assert_not_sent(&client, 1, false, "not valid for name").await;
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_proxy_that_requires_a_password() {
    let server = CountingServer::responding_with(None, SUCCESS).unwrap();
    for protocol in ["http", "https"] {
        let proxy = ProxyServer::start(Some("Basic bWU6cHc="), server.address()).unwrap();
        let endpoint = format!("{protocol}://cvm.example.com");
        let client =
            client(|it| it.endpoint(endpoint).proxy(format!("http://{}", proxy.address())));
        assert_not_sent(&client, 1, false, "requires a user name and password").await;
        assert_eq!(proxy.requests().len(), 2, "one for each call");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_host_that_does_not_exist() {
    let client = client(|it| it.endpoint("cvm.nonexistent.invalid").no_proxy());
    assert_not_sent(&client, 3, true, "cvm.nonexistent.invalid cannot be reached").await;
}

#[tokio::test]
async fn a_closed_port() {
    let nobody = ClosedPort::start().unwrap();
    let client = client(|it| it.endpoint(nobody.endpoint().unwrap()));
    assert_not_sent(&client, 3, true, "refused").await;
}

/// Nothing was sent before the timeout, so a write is retried too.
#[tokio::test]
async fn a_server_that_never_completes_the_handshake() {
    // The operating system accepts the connection.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    let limit = Duration::from_millis(100);
    let client = client(|it| it.endpoint(endpoint).connect_timeout(limit).no_proxy());
    for error in errors(&client).await {
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(error.is_timeout() && !error.maybe_sent() && error.is_retryable(), "{error}");
        assert_eq!(error.attempts(), 3, "{error}");
        assert!(error.to_string().contains("connection timed out"), "{error}");
    }
    // One connection for each attempt.
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.incoming().map_while(Result::ok).count(), 6);
}

#[tokio::test]
async fn an_idle_connection_that_the_server_closed() {
    let server = CountingServer::responding_with(None, SUCCESS).unwrap();
    let client = client(|it| it.endpoint(format!("http://{}", server.address())));
    for sent in 1..=50 {
        let request = StopInstancesRequest::new().instance_ids(["ins-1"]);
        // There is no failure and no delay: the transport opens another connection.
        let call = client.stop_instances(request).retry(RetryPolicy::none()).with_metadata();
        let (_, metadata) = call.await.unwrap();
        assert_eq!(metadata.attempts(), 1);
        assert_eq!(server.requests().len(), sent, "nothing is sent twice");
        server.close_all();
        while server.open() > 0 {
            std::thread::yield_now();
        }
    }
}
