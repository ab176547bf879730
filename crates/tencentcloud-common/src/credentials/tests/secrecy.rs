//! Marked secrets are planted wherever a provider reads or sends one, and looked for in `Debug`,
//! errors and everything that is logged.

use std::error::Error;
use std::path::Path;

use http::StatusCode;

use super::test_util::{
    FakeTransport, HandClock, Log, START, Sent, at, config, environment, settle,
};
use super::*;
use crate::runtime::Clock;

const ROLE: &str = "qcs::cam::uin/100000000001:roleName/deploy";

/// Shows an error with all its causes.
fn shown(error: &ProviderError) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    text
}

/// What a server can show of a request.
fn echo(sent: &Sent) -> String {
    let header = |name| sent.header(name).unwrap_or_default();
    let body = sent.body.replace(['"', '\\'], " ");
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
async fn no_provider_shows_a_secret() {
    let keys = r#""TmpSecretId":"AKIDnew","TmpSecretKey":"MARKED-new-key","Token":"MARKED-new""#;
    let good = |end: u64| {
        let sts = format!(
            r#"{{"Response":{{"Credentials":{{{keys}}},"ExpiredTime":{0}}}}}"#,
            START + end
        );
        let metadata = format!(r#"{{{keys},"ExpiredTime":{0},"Code":"Success"}}"#, START + end);
        (200, sts, metadata)
    };
    let answers = [
        good(7200),
        // Ended, without an end, truncated, of the wrong type.
        good(0),
        (200, format!(r#"{{"Response":{{"Credentials":{{{keys}}}}}}}"#), format!("{{{keys}}}")),
        (200, format!(r#"{{"Response":{{"Credentials":{{{keys}"#), format!("{{{keys}")),
        (
            200,
            r#"{"Response":{"Credentials":"MARKED-x"}}"#.into(),
            r#"{"Token":["MARKED-x"]}"#.into(),
        ),
        // Errors that show what was sent.
        (
            200,
            r#"{"Response":{"Error":{"Code":"AuthFailure","Message":"ECHO"}}}"#.into(),
            r#"{"Code":"Failed","Message":"ECHO"}"#.into(),
        ),
        (403, "<html>ECHO</html>".into(), "<html>ECHO</html>".into()),
        (502, "<html>ECHO</html>".into(), "<html>ECHO</html>".into()),
    ];
    let log = Log::default();
    let guard = log.start();
    let mut text = String::new();
    let (mut credentials, mut errors) = (0, 0);
    let (_, good_sts, good_metadata) = good(7200);
    // Each answer at once, and after a good one, when a refresh in the background meets it.
    for ((status, sts, metadata), at_once) in
        answers.into_iter().flat_map(|answer| [(answer.clone(), true), (answer, false)])
    {
        let clock = HandClock::new();
        let (good_sts, good_metadata, now) =
            (good_sts.clone(), good_metadata.clone(), clock.clone());
        let transport = FakeTransport::new(move |sent| {
            let good = !at_once && now.now() < at(6900);
            let body = match sent.url.as_str() {
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
            let body = body.replace("ECHO", &echo(sent));
            Ok((StatusCode::from_u16(status).unwrap(), body))
        });
        let directory = tempfile::tempdir().unwrap();
        let config = config(&transport, &clock);
        for provider in providers(directory.path(), &config) {
            clock.reset();
            text.push_str(&format!("{provider:?} {provider:#?}"));
            // The second time in the background, and the third when it has ended.
            for _ in 0..3 {
                match provider.provide_credential().await {
                    Ok(credential) => {
                        credentials += 1;
                        text.push_str(&format!("{credential:?}"));
                        provider.invalidate(&Credential::new("id", "MARKED-other").unwrap());
                    }
                    Err(error) => {
                        errors += 1;
                        text.push_str(&shown(&error));
                    }
                }
                settle().await;
                clock.pass(6900);
            }
            text.push_str(&format!("{provider:?}"));
        }
        text.push_str(&format!("{config:?}"));
    }
    drop(guard);
    assert!(credentials > 250 && errors > 250, "{credentials} {errors}");
    let log = log.text();
    assert!(log.contains("the credential could not be refreshed"), "the log is not looked at");
    for place in text.split_inclusive('\n').chain(log.lines()) {
        assert!(!place.contains("MARKED"), "{place}");
        assert!(!place.contains("Signature=") || place.contains("Signature=***"), "{place}");
    }
}
