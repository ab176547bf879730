use super::*;
use crate::credentials::ProviderError;
use crate::credentials::test_util::{
    CapturedLog, FakeTransport, ManualClock, config, environment, metadata_response, sts_response,
};
use crate::runtime::Environment;
use http::StatusCode;

/// A transport on which STS and the metadata service both respond.
fn cloud() -> FakeTransport {
    FakeTransport::new(|request| {
        Ok(match request.url.as_str() {
            url if url.contains("sts.") => (StatusCode::OK, sts_response("pod", 7200)),
            url if url.ends_with('/') => (StatusCode::OK, "my-role".to_owned()),
            _ => (StatusCode::OK, metadata_response("cvm", 7200)),
        })
    })
}

fn provider(transport: &FakeTransport, environment: Environment) -> DefaultProvider {
    DefaultProvider::with_config(config(transport, &ManualClock::new()).environment(environment))
}

async fn id(environment: Environment) -> Result<String, ProviderError> {
    let credential = provider(&cloud(), environment).provide_credential().await?;
    Ok(credential.secret_id().to_owned())
}

/// Bugs: Go has no OIDC in the chain and stops at any error except three known ones; in Java a
/// failing CVM role ends the chain.
#[tokio::test]
async fn order_is_environment_file_pod_and_machine_whatever_fails() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (file, broken, token) = (path("credentials"), path("broken"), path("token"));
    std::fs::write(&file, "[default]\nsecret_id = AKIDfile\nsecret_key = k\n").unwrap();
    std::fs::write(&broken, "no ini").unwrap();
    std::fs::write(&token, "t").unwrap();
    let all = [
        ("TENCENTCLOUD_SECRET_ID", "AKIDenv"),
        ("TENCENTCLOUD_SECRET_KEY", "k"),
        ("TENCENTCLOUD_CREDENTIALS_FILE", &file),
        ("TKE_REGION", "ap-shanghai"),
        ("TKE_PROVIDER_ID", "p"),
        ("TKE_WEB_IDENTITY_TOKEN_FILE", &token),
        ("TKE_ROLE_ARN", "qcs::cam::uin/1:roleName/pod"),
    ];
    assert_eq!(id(environment(&all)).await.unwrap(), "AKIDenv");
    assert_eq!(id(environment(&all[2..])).await.unwrap(), "AKIDfile");
    // A secret id without a key in the environment, and an invalid file.
    let mut rest =
        vec![("TENCENTCLOUD_SECRET_ID", "AKIDenv"), ("TENCENTCLOUD_CREDENTIALS_FILE", &broken)];
    let machine = environment(&rest);
    rest.extend(&all[3..]);
    assert_eq!(id(environment(&rest)).await.unwrap(), "AKIDpod");
    // Variables that are set but empty, as in many deployments.
    rest[0].1 = "";
    rest.push(("TENCENTCLOUD_SECRET_KEY", ""));
    assert_eq!(id(environment(&rest)).await.unwrap(), "AKIDpod");
    assert_eq!(id(machine).await.unwrap(), "AKIDcvm");
}

/// Bugs: Python only reports "no valid credentail.", Node returns empty credentials.
#[tokio::test]
async fn error_without_any_credential_lists_every_reason() {
    let transport = FakeTransport::unreachable();
    let nothing = environment(&[("TENCENTCLOUD_CREDENTIALS_FILE", "/nowhere/credentials")]);
    let error = provider(&transport, nothing).provide_credential().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "chain: no provider has a credential: (1) environment: TENCENTCLOUD_SECRET_ID is not set; \
         (2) profile file: file not found: /nowhere/credentials; (3) web identity: TKE_PROVIDER_ID \
         is not set: not running in a TKE pod; (4) cvm role: the metadata service at \
         metadata.tencentyun.com cannot be reached (3 attempts); it is only available \
         inside the cloud: connection failed: fake transport error"
    );
    assert_eq!(transport.count(), 3);
}

/// Without the warning, the role of the machine would hide a missing secret key or file.
#[tokio::test]
async fn skipped_error_is_logged_once_and_absence_is_not_logged() {
    let log = CapturedLog::default();
    let guard = log.start();
    let invalid = environment(&[
        ("TENCENTCLOUD_SECRET_ID", "AKIDenv"),
        ("TENCENTCLOUD_CREDENTIALS_FILE", "/nowhere/credentials"),
    ]);
    let transport = cloud();
    let provider = provider(&transport, invalid);
    for _ in 0..3 {
        assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKIDcvm");
    }
    // The role is cached.
    assert_eq!(transport.count(), 2);
    drop(guard);
    let text = log.text();
    let reasons = "reasons=\"environment: TENCENTCLOUD_SECRET_KEY is not set, but \
                   TENCENTCLOUD_SECRET_ID is; profile file: file not found: /nowhere/credentials\" used=4";
    assert_eq!(text.matches(reasons).count(), 1, "{text}");
    assert!(!text.contains("AKIDenv"), "{text}");

    // A credentials file on this machine would change the result.
    if std::path::Path::new("/etc/tencentcloud/credentials").exists() {
        return;
    }
    let log = CapturedLog::default();
    let guard = log.start();
    let home = tempfile::tempdir().unwrap();
    let nothing = environment(&[("HOME", home.path().to_str().unwrap())]);
    let provider = self::provider(&cloud(), nothing);
    provider.provide_credential().await.unwrap();
    drop(guard);
    assert_eq!(log.text(), "");
}

#[tokio::test]
async fn invalidation_reaches_the_cache_of_the_provider_in_use() {
    let transport = cloud();
    let nothing = environment(&[("TENCENTCLOUD_CREDENTIALS_FILE", "/nowhere/credentials")]);
    let provider = provider(&transport, nothing);
    let credential = provider.provide_credential().await.unwrap();
    provider.provide_credential().await.unwrap();
    assert_eq!(transport.count(), 2);
    provider.invalidate(&credential);
    provider.provide_credential().await.unwrap();
    assert_eq!(transport.count(), 4);
}
