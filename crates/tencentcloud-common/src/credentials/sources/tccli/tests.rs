use tempfile::TempDir;

use super::*;
use crate::credentials::test_util::{
    FakeTransport, ManualClock, START, at, config, environment, metadata_response, sts_response,
};

struct Home(TempDir);

impl Home {
    fn new(text: &str) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(home.0.path().join(".tccli")).unwrap();
        home.write("default", text);
        home
    }

    fn write(&self, profile: &str, text: &str) {
        let name = format!("{profile}.credential");
        std::fs::write(self.0.path().join(".tccli").join(name), text).unwrap();
    }

    fn provider(&self, transport: &FakeTransport, clock: &ManualClock) -> TccliProvider {
        let home = environment(&[("HOME", self.0.path().to_str().unwrap())]);
        TccliProvider::new().config(config(transport, clock).environment(home))
    }
}

async fn outcome(text: &str) -> Result<Credential, String> {
    let (provider, home) = Home::new(text).provider_kept();
    provider.provide_credential().await.map_err(|error| {
        let path = home.0.path().join(".tccli/default.credential");
        let error = error.to_string();
        assert!(error.starts_with(&format!("tccli: {}: ", path.display())), "{error}");
        error
    })
}

impl Home {
    /// Returns the directory, too, which is deleted when it is dropped.
    fn provider_kept(self) -> (TccliProvider, Self) {
        (self.provider(&FakeTransport::unreachable(), &ManualClock::new()), self)
    }
}

#[tokio::test]
async fn permanent_keys_are_read_for_each_request() {
    let home = Home::new(r#"{"secretId":"AKIDa","secretKey":"ka","token":null,"new":[1]}"#);
    home.write("b", "\u{feff}{\"secretId\":\"AKIDb\",\"secretKey\":\"kb\",\"token\":\"\"}");
    let (transport, clock) = (FakeTransport::unreachable(), ManualClock::new());
    let provider = home.provider(&transport, &clock);
    let credential = provider.provide_credential().await.unwrap();
    assert_eq!((credential.secret_id(), credential.secret_key()), ("AKIDa", "ka"));
    assert_eq!((credential.token(), credential.expires_at()), (None, None));
    home.write("default", r#"{"secretId":"AKIDc","secretKey":"kc"}"#);
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKIDc");
    let named = home.provider(&transport, &clock).profile("b");
    assert_eq!(named.provide_credential().await.unwrap().secret_id(), "AKIDb");
    let variables =
        environment(&[("USERPROFILE", home.0.path().to_str().unwrap()), (PROFILE_VARIABLE, "b")]);
    let by_variable =
        TccliProvider::new().config(config(&transport, &clock).environment(variables));
    assert_eq!(by_variable.provide_credential().await.unwrap().secret_id(), "AKIDb");
}

/// The file formats that `tccli auth login` and `tccli sso login` write.
#[tokio::test]
async fn login_is_used_until_it_expires_and_then_the_command_is_named() {
    for (kind, command) in [("oauth", "`tccli auth login`"), ("sso", "`tccli sso login`")] {
        let text = format!(
            r#"{{"type":"{kind}","secretId":"AKIDt","secretKey":"kt","token":"tt",
            "expiresAt":{}.5,"{kind}":{{"expiresAt":1,"accessToken":"x","site":"cn"}}}}"#,
            START + 60
        );
        let home = Home::new(&text);
        let clock = ManualClock::new();
        let provider = home.provider(&FakeTransport::unreachable(), &clock);
        let credential = provider.provide_credential().await.unwrap();
        assert_eq!(credential.token(), Some("tt"));
        assert_eq!(credential.expires_at(), Some(at(60) + Duration::from_millis(500)));
        clock.advance(61);
        let error = provider.provide_credential().await.unwrap_err().to_string();
        assert!(error.contains("has expired") && error.contains(command), "{error}");
        let none = outcome(&format!(r#"{{"type":"{kind}","{kind}":{{}}}}"#)).await.unwrap_err();
        assert!(
            none.contains("`secretId` is missing or empty") && none.contains(command),
            "{none}"
        );
    }
}

/// cli#84: a `type` and its fields are left over after switching to permanent keys.
#[tokio::test]
async fn permanent_keys_with_a_stale_type_do_not_expire() {
    for kind in ["oauth", "sso", "default", "made-up"] {
        for token in ["", r#","token":"""#, r#","token":null"#] {
            let credential = outcome(&format!(
                r#"{{"type":"{kind}","secretId":"AKIDp","secretKey":"kp"{token},"expiresAt":1,
                "oauth":{{"accessToken":"x"}}}}"#
            ))
            .await
            .unwrap();
            assert_eq!((credential.secret_id(), credential.expires_at()), ("AKIDp", None));
        }
    }
}

#[tokio::test]
async fn cvm_role_is_fetched_from_the_metadata_service_and_cached() {
    for text in [
        r#"{"type":"cvm-role"}"#,
        r#"{"use-cvm-role":true}"#,
        // Like the tool, even if the file contains keys.
        r#"{"type":"cvm-role","secretId":"AKIDold","secretKey":"old","role-arn":"qcs::x"}"#,
    ] {
        let home = Home::new(text);
        let response = metadata_response("cvm", 7200);
        let transport = FakeTransport::script(&[(200, "my-role"), (200, &response)]);
        let provider = home.provider(&transport, &ManualClock::new());
        for _ in 0..3 {
            let credential = provider.provide_credential().await.unwrap();
            assert_eq!(credential.secret_id(), "AKIDcvm");
        }
        assert_eq!(transport.count(), 2);
    }
    let off = r#"{"type":"cvm-role","use-cvm-role":false,"secretId":"AKIDp","secretKey":"kp"}"#;
    assert_eq!(outcome(off).await.unwrap().secret_id(), "AKIDp");
}

#[tokio::test]
async fn role_is_assumed_with_the_keys_and_cached() {
    let arn = "qcs::cam::uin/1:roleName/deploy";
    let home = Home::new(&format!(
        r#"{{"type":"default","secretId":"AKIDp","secretKey":"kp","role-arn":"{arn}",
        "role-session-name":"my-session"}}"#
    ));
    let (one, two) = (sts_response("1", 7200), sts_response("2", 7200));
    let transport = FakeTransport::script(&[(200, &one), (200, &two)]);
    let provider = home.provider(&transport, &ManualClock::new());
    let first = provider.provide_credential().await.unwrap();
    assert_eq!(first.secret_id(), "AKID1");
    provider.provide_credential().await.unwrap();
    assert_eq!(transport.count(), 1);
    let request = transport.take_last();
    assert_eq!(request.json()["RoleArn"], arn);
    assert_eq!(request.json()["RoleSessionName"], "my-session");
    assert!(request.header("authorization").unwrap().contains("Credential=AKIDp/"));
    provider.invalidate(&first);
    assert_eq!(provider.provide_credential().await.unwrap().secret_id(), "AKID2");
}

#[tokio::test]
async fn errors_contain_no_secrets() {
    let cases = [
        ("", "not a JSON object (line 1, column 0)"),
        ("leaked", "not a JSON object (line 1"),
        ("[\"leaked\"]", "not a JSON object"),
        ("{\n\"secretKey\":[\"leaked\"]}", "`secretKey` has the wrong type (line 2"),
        (r#"{"expiresAt":"leaked"}"#, "`expiresAt` has the wrong type"),
        (
            r#"{"secretId":"i","secretKey":""}"#,
            "`secretKey` is missing or empty: run `tccli configure`",
        ),
        (r#"{"secretId":"i","secretKey":"leaked key"}"#, "the secret key contains a space"),
        (
            r#"{"secretId":"i","secretKey":"leaked","token":"leaked","expiresAt":-1}"#,
            "the temporary key has expired: log in again with tccli",
        ),
        (
            r#"{"secretId":"i","secretKey":"leaked","token":"leaked","expiresAt":1700000000}"#,
            "has expired",
        ),
    ];
    for (text, expected) in cases {
        let error = outcome(text).await.unwrap_err();
        assert!(error.starts_with("tccli: "), "{error}");
        assert!(error.contains(expected) && !error.contains("leaked"), "{error}");
    }
    let home = Home::new("{}");
    let (transport, clock) = (FakeTransport::unreachable(), ManualClock::new());
    for (profile, expected) in [
        ("absent", "tccli: file not found: "),
        ("../default", "tccli: invalid profile name \"../default\""),
        ("..\\default", "invalid profile name"),
        ("", "tccli: invalid profile name \"\""),
    ] {
        let provider = home.provider(&transport, &clock).profile(profile);
        let error = provider.provide_credential().await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let homeless = TccliProvider::new().config(config(&transport, &clock));
    let error = homeless.provide_credential().await.unwrap_err().to_string();
    assert!(error.contains("set HOME or USERPROFILE"), "{error}");
}

/// A chain skips the provider silently only if no profile is named.
#[tokio::test]
async fn missing_file_is_an_error_if_a_profile_is_named() {
    let (transport, clock) = (FakeTransport::unreachable(), ManualClock::new());
    let home = Home::new(r#"{"type":"cvm-role"}"#);
    let error = home.provider(&transport, &clock).provide_credential().await.unwrap_err();
    assert_eq!((error.provider(), error.is_not_configured()), ("cvm role", false));
    std::fs::remove_file(home.0.path().join(".tccli/default.credential")).unwrap();
    let usual = home.provider(&transport, &clock);
    assert!(usual.provide_credential().await.unwrap_err().is_not_configured());
    let named = home.provider(&transport, &clock).profile("default");
    assert!(!named.provide_credential().await.unwrap_err().is_not_configured());
}
