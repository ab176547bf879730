//! What counts as a failure of an endpoint.

use http::StatusCode;
use tencentcloud_common::ErrorKind;
use tencentcloud_common::provider::{CredentialFuture, ProvideCredential, ProviderError};
use tencentcloud_common::transport::TransportErrorKind;
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, MockResponse, respond};

use super::{BACKUP, PRIMARY, SUCCESS, Setting, profile};

fn page(status: u16, body: &str) -> MockResponse {
    MockResponse::Http(StatusCode::from_u16(status).unwrap(), &[], body.to_owned())
}

/// The official SDK for Go counts each success as a failure.
#[tokio::test]
async fn what_the_service_answers_itself_is_no_failure() {
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
        let setting = Setting::failing(profile(), answer.clone());
        setting.calls(20).await;
        assert_eq!(setting.hosts(0), [PRIMARY; 20], "{answer:?}");
    }
}

#[tokio::test]
async fn what_somebody_before_the_service_answers_is_a_failure() {
    let no_id = r#"{"Response": {"Error": {"Code": "InternalError", "Message": "m"}}}"#;
    for (status, body) in [(502, "<html>bad gateway</html>"), (200, no_id)] {
        let setting = Setting::failing(profile(), page(status, body));
        setting.calls(6).await;
        assert_eq!(setting.hosts(5), [BACKUP], "{status}");
    }
    for kind in [TransportErrorKind::Connect, TransportErrorKind::ConnectTimeout] {
        let setting = Setting::failing(profile(), MockResponse::Failure(kind));
        setting.calls(6).await;
        assert_eq!(setting.hosts(5), [BACKUP], "{kind:?}");
    }
}

#[tokio::test]
async fn what_was_not_sent_says_nothing() {
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

/// A server closes connections that have been idle, and after a quiet time a client finds all of
/// its kept ones closed.
#[tokio::test]
async fn kept_connections_that_are_gone_say_nothing() {
    let setting = Setting::failing(profile(), MockResponse::Failure(TransportErrorKind::NotSent));
    for outcome in setting.calls(20).await {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.maybe_sent()), (ErrorKind::Transport, false));
    }
    assert_eq!(setting.hosts(0), [PRIMARY; 20]);
}
