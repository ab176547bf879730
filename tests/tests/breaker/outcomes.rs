//! What counts as a failure of an endpoint.

use bytes::Bytes;
use tencentcloud_common::ErrorKind;
use tencentcloud_common::provider::{CredentialFuture, ProvideCredential, ProviderError};
use tencentcloud_common::transport::{Response, TransportError, TransportErrorKind};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_tests::injected::{InMemory, response};

use super::{BACKUP, PRIMARY, SUCCESS, Setting, profile};

fn page(status: u16, body: &str) -> Response {
    let mut page = response(body.to_owned());
    *page.status_mut() = http::StatusCode::from_u16(status).unwrap();
    page
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
        let (status, body) = (answer.status(), answer.into_body());
        let body = all(body).await;
        let shown = String::from_utf8_lossy(&body).into_owned();
        let setting = Setting::failing(profile(), move || {
            let mut answer = response(body.clone());
            *answer.status_mut() = status;
            Ok(answer)
        });
        setting.calls(20).await;
        assert_eq!(setting.hosts(0), [PRIMARY; 20], "{status}: {shown}");
    }
}

async fn all(mut body: tencentcloud_common::transport::ResponseBody) -> Bytes {
    body.chunk().await.unwrap().unwrap()
}

#[tokio::test]
async fn what_somebody_before_the_service_answers_is_a_failure() {
    let no_id = r#"{"Response": {"Error": {"Code": "InternalError", "Message": "m"}}}"#;
    for (status, body) in [(502, "<html>bad gateway</html>"), (200, no_id)] {
        let setting = Setting::failing(profile(), move || Ok(page(status, body)));
        setting.calls(6).await;
        assert_eq!(setting.hosts(5), [BACKUP], "{status}");
    }
    for kind in [TransportErrorKind::Connect, TransportErrorKind::ConnectTimeout] {
        let setting = Setting::failing(profile(), move || Err(TransportError::new(kind, "x")));
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
    let network = InMemory::new(|_| Ok(response(SUCCESS)));
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
