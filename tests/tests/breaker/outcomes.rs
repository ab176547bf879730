//! Outcomes that count as a failure of an endpoint.

use http::StatusCode;
use tencentcloud_common::ErrorKind;
use tencentcloud_common::credentials::{CredentialFuture, ProvideCredential, ProviderError};
use tencentcloud_common::transport::TransportErrorKind;
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, MockResponse, respond};

use super::{BACKUP, PRIMARY, SUCCESS, Setup, profile};

fn page(status: u16, body: &str) -> MockResponse {
    MockResponse::Http(StatusCode::from_u16(status).unwrap(), &[], body.to_owned())
}

/// The official SDK for Go counts each success as a failure.
#[tokio::test]
async fn responses_of_the_service_are_not_failures() {
    let error = |code: &str, id: &str| {
        format!(r#"{{"Response": {{"Error": {{"Code": "{code}", "Message": "m"}}{id}}}}}"#)
    };
    let id = r#", "RequestId": "r-1""#;
    let answers = [
        page(200, SUCCESS),
        page(200, &error("FailedOperation", id)),
        page(200, &error("InternalError", id)),
        page(503, &error("InternalError", id)),
        page(200, &error("RequestLimitExceeded", id)),
        page(200, &error("AuthFailure.SignatureFailure", "")),
        page(404, "<html>no such page</html>"),
        page(429, "slow down"),
        page(200, "<html>login</html>"),
    ];
    for answer in answers {
        let setting = Setup::failing(profile(), answer.clone());
        setting.calls(20).await;
        assert_eq!(setting.hosts(0), [PRIMARY; 20], "{answer:?}");
    }
}

#[tokio::test]
async fn responses_of_a_gateway_are_failures() {
    let no_id = r#"{"Response": {"Error": {"Code": "InternalError", "Message": "m"}}}"#;
    for (status, body) in [(502, "<html>bad gateway</html>"), (200, no_id)] {
        let setting = Setup::failing(profile(), page(status, body));
        setting.calls(6).await;
        assert_eq!(setting.hosts(5), [BACKUP], "{status}");
    }
    for kind in [TransportErrorKind::Connect, TransportErrorKind::ConnectTimeout] {
        let setting = Setup::failing(profile(), MockResponse::Failure(kind));
        setting.calls(6).await;
        assert_eq!(setting.hosts(5), [BACKUP], "{kind:?}");
    }
}

#[tokio::test]
async fn unsent_requests_do_not_count() {
    #[derive(Debug)]
    struct NoCredential;
    impl ProvideCredential for NoCredential {
        fn provide_credential(&self) -> CredentialFuture<'_> {
            Box::pin(std::future::ready(Err(ProviderError::new("test", "there is none"))))
        }
    }
    let network = InMemoryTransport::new(|_, _| respond(SUCCESS));
    let client = CvmClient::builder()
        .credential(NoCredential)
        .profile(profile())
        .transport(network.clone())
        .build()
        .unwrap();
    for _ in 0..10 {
        let error = client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credential);
    }
    let call = client.describe_zones(DescribeZonesRequest::new()).skip_sign();
    let (_, metadata) = call.with_metadata().await.unwrap();
    assert_eq!(metadata.endpoint().host(), PRIMARY);
    assert_eq!(network.sent()[0].headers()["authorization"], "SKIP");
}

/// A server closes idle connections. After a quiet time all idle connections of a client can be
/// closed.
#[tokio::test]
async fn closed_idle_connections_do_not_count() {
    let setting = Setup::failing(profile(), MockResponse::Failure(TransportErrorKind::NotSent));
    for outcome in setting.calls(20).await {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.maybe_sent()), (ErrorKind::Transport, false));
    }
    assert_eq!(setting.hosts(0), [PRIMARY; 20]);
}
