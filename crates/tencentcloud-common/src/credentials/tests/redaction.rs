//! Places marked secrets wherever a provider reads or sends one, and searches for them in `Debug`
//! output, errors and logs.

use std::error::Error;
use std::path::Path;

use http::StatusCode;

use super::test_util::{
    CapturedLog, FakeTransport, ManualClock, RecordedRequest, START, at, config, environment,
    run_pending_tasks,
};
use super::*;
use crate::runtime::Clock;

const ROLE: &str = "qcs::cam::uin/100000000001:roleName/deploy";

/// Formats an error with all its sources.
fn format_all(error: &ProviderError) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    text
}

/// The parts of a request that a server could echo.
fn echo(request: &RecordedRequest) -> String {
    let header = |name| request.header(name).unwrap_or_default();
    let body = request.body.replace(['"', '\\'], " ");
    format!("{body} {} {}", header("x-tc-token"), header("authorization"))
}

fn providers(directory: &Path, config: &ProviderConfig) -> Vec<Box<dyn ProvideCredential>> {
    let key = Credential::with_token("AKIDsource", "MARKED-key", "MARKED-token").unwrap();
    let file = directory.join("credentials");
    let text = format!(
        "[keys]\nsecret_id = AKIDsource\nsecret_key = MARKED-key\ntoken = MARKED-token\n\
         [role]\nsource_profile = keys\nrole_arn = {ROLE}\nexternal_id = MARKED-external\n\
         [wrong]\nsecret_id = AKIDsource\nsecret_key = MARKED key\n"
    );
    std::fs::write(&file, text).unwrap();
    std::fs::write(directory.join("token"), "MARKED-identity\n").unwrap();
    let stored = r#"{"secretId":"AKIDsource","secretKey":"MARKED-key","token":"MARKED-token""#;
    let with_role = format!("{stored},\"role-arn\":\"{ROLE}\"}}");
    std::fs::write(directory.join("keys.credential"), format!("{stored}}}")).unwrap();
    std::fs::write(directory.join("role.credential"), with_role).unwrap();
    std::fs::write(directory.join("ended.credential"), format!("{stored},\"expiresAt\":1}}"))
        .unwrap();
    std::fs::write(directory.join("broken.credential"), stored).unwrap();
    let profile =
        |name: &str| ProfileFileProvider::new().path(&file).profile(name).config(config.clone());
    let tccli =
        |name: &str| TccliProvider::new().directory(directory).profile(name).config(config.clone());
    let assume = || {
        AssumeRoleProvider::builder(key.clone(), ROLE)
            .external_id("MARKED-external")
            .config(config.clone())
            .build()
            .unwrap()
    };
    let identity = || WebIdentityProvider::builder("provider", ROLE).config(config.clone());
    let variables = environment(&[
        ("TENCENTCLOUD_SECRET_ID", "AKIDsource"),
        ("TENCENTCLOUD_SECRET_KEY", "MARKED-key"),
        ("TENCENTCLOUD_TOKEN", "MARKED token"),
    ]);
    vec![
        Box::new(key.clone()),
        Box::new(EnvironmentProvider::with_environment(variables)),
        Box::new(profile("keys")),
        Box::new(profile("role")),
        Box::new(profile("wrong")),
        Box::new(tccli("keys")),
        Box::new(tccli("role")),
        Box::new(tccli("ended")),
        Box::new(tccli("broken")),
        Box::new(assume()),
        Box::new(identity().token("MARKED-identity").build().unwrap()),
        Box::new(identity().token_file(directory.join("token")).build().unwrap()),
        Box::new(CvmRoleProvider::with_config(config.clone())),
        Box::new(DefaultProvider::with_config(config.clone())),
        Box::new(CachingProvider::builder(key.clone()).config(config.clone()).build()),
        Box::new(ChainProvider::new().with(profile("wrong")).with(tccli("ended")).with(assume())),
    ]
}

#[tokio::test]
async fn no_provider_leaks_a_secret() {
    let keys = r#""TmpSecretId":"AKIDnew","TmpSecretKey":"MARKED-new-key","Token":"MARKED-new""#;
    let good = |expires_at: u64| {
        let sts = format!(
            r#"{{"Response":{{"Credentials":{{{keys}}},"ExpiredTime":{0}}}}}"#,
            START + expires_at
        );
        let metadata =
            format!(r#"{{{keys},"ExpiredTime":{0},"Code":"Success"}}"#, START + expires_at);
        (200, sts, metadata)
    };
    let responses = [
        good(7200),
        // Expired, without an expiry, truncated, of the wrong type.
        good(0),
        (200, format!(r#"{{"Response":{{"Credentials":{{{keys}}}}}}}"#), format!("{{{keys}}}")),
        (200, format!(r#"{{"Response":{{"Credentials":{{{keys}"#), format!("{{{keys}")),
        (
            200,
            r#"{"Response":{"Credentials":"MARKED-x"}}"#.into(),
            r#"{"Token":["MARKED-x"]}"#.into(),
        ),
        // Errors that echo the request.
        (
            200,
            r#"{"Response":{"Error":{"Code":"AuthFailure","Message":"ECHO"}}}"#.into(),
            r#"{"Code":"Failed","Message":"ECHO"}"#.into(),
        ),
        (403, "<html>ECHO</html>".into(), "<html>ECHO</html>".into()),
        (502, "<html>ECHO</html>".into(), "<html>ECHO</html>".into()),
    ];
    let log = CapturedLog::default();
    let guard = log.start();
    let mut text = String::new();
    let (mut credentials, mut errors) = (0, 0);
    let (_, good_sts, good_metadata) = good(7200);
    // Each response comes first, or after a good one in a background refresh.
    for ((status, sts, metadata), comes_first) in
        responses.into_iter().flat_map(|response| [(response.clone(), true), (response, false)])
    {
        let clock = ManualClock::new();
        let (good_sts, good_metadata, now) =
            (good_sts.clone(), good_metadata.clone(), clock.clone());
        let transport = FakeTransport::new(move |request| {
            let good = !comes_first && now.now() < at(6900);
            let body = match request.url.as_str() {
                url if url.contains("sts.") => {
                    if good {
                        &good_sts
                    } else {
                        &sts
                    }
                }
                url if url.ends_with('/') => "my-role",
                _ => {
                    if good {
                        &good_metadata
                    } else {
                        &metadata
                    }
                }
            };
            let status = if good { 200 } else { status };
            let body = body.replace("ECHO", &echo(request));
            Ok((StatusCode::from_u16(status).unwrap(), body))
        });
        let directory = tempfile::tempdir().unwrap();
        let config = config(&transport, &clock);
        for provider in providers(directory.path(), &config) {
            clock.reset();
            text.push_str(&format!("{provider:?} {provider:#?}"));
            // The second call refreshes in the background; before the third, the key expires.
            for _ in 0..3 {
                match provider.provide_credential().await {
                    Ok(credential) => {
                        credentials += 1;
                        text.push_str(&format!("{credential:?}"));
                        provider.invalidate(&Credential::new("id", "MARKED-other").unwrap());
                    }
                    Err(error) => {
                        errors += 1;
                        text.push_str(&format_all(&error));
                    }
                }
                run_pending_tasks().await;
                clock.advance(6900);
            }
            text.push_str(&format!("{provider:?}"));
        }
        text.push_str(&format!("{config:?}"));
    }
    drop(guard);
    assert!(credentials > 250 && errors > 250, "{credentials} {errors}");
    let log = log.text();
    assert!(log.contains("failed to refresh the credential"), "nothing was logged");
    for line in text.split_inclusive('\n').chain(log.lines()) {
        assert!(!line.contains("MARKED"), "{line}");
        assert!(!line.contains("Signature=") || line.contains("Signature=***"), "{line}");
    }
}
