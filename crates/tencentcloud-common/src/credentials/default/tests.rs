use super::*;
use crate::credentials::ProviderError;
use crate::credentials::test_util::{
    FakeTransport, HandClock, Log, config, environment, metadata_answer, sts_answer,
};
use crate::runtime::Environment;
use http::StatusCode;

/// STS and the metadata service both answer.
fn cloud() -> FakeTransport {
    FakeTransport::new(|sent| {
        Ok(match sent.url.as_str() {
            url if url.contains("sts.") => (StatusCode::OK, sts_answer("pod", 7200)),
            url if url.ends_with('/') => (StatusCode::OK, "my-role".to_owned()),
            _ => (StatusCode::OK, metadata_answer("cvm", 7200)),
        })
    })
}

fn provider(transport: &FakeTransport, environment: Environment) -> DefaultProvider {
    DefaultProvider::with_config(config(transport, &HandClock::new()).environment(environment))
}

async fn id(environment: Environment) -> Result<String, ProviderError> {
    let credential = provider(&cloud(), environment).provide_credential().await?;
    Ok(credential.secret_id().to_owned())
}

/// Bugs: Go knows no OIDC in the chain and gives up at an error of another kind than three known
/// ones; in Java a failing CVM role ends the chain.
#[tokio::test]
async fn the_order_is_environment_file_pod_and_machine_whatever_fails() {
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
    // Half a key in the environment, and a file that cannot be read.
    let mut rest =
        vec![("TENCENTCLOUD_SECRET_ID", "AKIDenv"), ("TENCENTCLOUD_CREDENTIALS_FILE", &broken)];
    let machine = environment(&rest);
    rest.extend(&all[3..]);
    assert_eq!(id(environment(&rest)).await.unwrap(), "AKIDpod");
    // Variables that are set and empty, as a deployment leaves them.
    rest[0].1 = "";
    rest.push(("TENCENTCLOUD_SECRET_KEY", ""));
    assert_eq!(id(environment(&rest)).await.unwrap(), "AKIDpod");
    assert_eq!(id(machine).await.unwrap(), "AKIDcvm");
}

/// Bugs: Python says only "no valid credentail.", Node ends with empty credentials.
#[tokio::test]
async fn without_any_credential_every_reason_is_said() {
    let transport = FakeTransport::nowhere();
    let nothing = environment(&[("TENCENTCLOUD_CREDENTIALS_FILE", "/nowhere/credentials")]);
    let error = provider(&transport, nothing).provide_credential().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "chain: no provider has a credential: (1) environment: TENCENTCLOUD_SECRET_ID is not set; \
         (2) profile file: no file /nowhere/credentials; (3) web identity: TKE_PROVIDER_ID is not \
         set, as outside of a TKE pod; (4) cvm role: the metadata service at \
         metadata.tencentyun.com cannot be reached (3 attempts); it exists only inside the cloud: connection failed: the fake does so"
    );
    assert_eq!(transport.count(), 3);
}

/// Half a key, and a file that is asked for and absent, would have been hidden by the role of the
/// machine.
#[tokio::test]
async fn a_mistake_that_is_passed_over_is_in_the_log_once_and_absence_is_not() {
    let log = Log::default();
    let guard = log.start();
    let mistakes = environment(&[
        ("TENCENTCLOUD_SECRET_ID", "AKIDenv"),
        ("TENCENTCLOUD_CREDENTIALS_FILE", "/nowhere/credentials"),
    ]);
    let transport = cloud();
    let provider = provider(&transport, mistakes);
    for _ in 0..3 {
        assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKIDcvm");
    }
    // The role is cached.
    assert_eq!(transport.count(), 2);
    drop(guard);
    let text = log.text();
    let reasons = "reasons=\"environment: TENCENTCLOUD_SECRET_KEY is not set, but \
                   TENCENTCLOUD_SECRET_ID is; profile file: no file /nowhere/credentials\" used=4";
    assert_eq!(text.matches(reasons).count(), 1, "{text}");
    assert!(!text.contains("AKIDenv"), "{text}");

    // A file of this machine would be another mistake.
    if std::path::Path::new("/etc/tencentcloud/credentials").exists() {
        return;
    }
    let log = Log::default();
    let guard = log.start();
    let home = tempfile::tempdir().unwrap();
    let nothing = environment(&[("HOME", home.path().to_str().unwrap())]);
    let provider = self::provider(&cloud(), nothing);
    provider.provide_credential().await.unwrap();
    drop(guard);
    assert_eq!(log.text(), "");
}

#[tokio::test]
async fn a_refusal_reaches_the_cache_of_the_provider_that_answered() {
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
