use tempfile::TempDir;

use super::*;
use crate::credentials::test_util::{
    FakeTransport, ManualClock, config, environment, sts_response,
};
use crate::runtime::Environment;

const ROLE: &str = "qcs::cam::uin/100000000001:roleName/deploy";

struct Home(TempDir);

impl Home {
    fn new(text: &str) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(home.0.path().join(".tencentcloud")).unwrap();
        home.write(text);
        home
    }

    fn file(&self) -> PathBuf {
        self.0.path().join(".tencentcloud").join("credentials")
    }

    fn write(&self, text: impl AsRef<[u8]>) {
        std::fs::write(self.file(), text).unwrap();
    }

    fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }

    fn provider(&self, variables: &[(&str, &str)]) -> ProfileFileProvider {
        let variables: Vec<_> = [("HOME", self.path())].iter().chain(variables).copied().collect();
        with_environment(environment(&variables))
    }
}

fn with_environment(environment: Environment) -> ProfileFileProvider {
    let config =
        config(&FakeTransport::unreachable(), &ManualClock::new()).environment(environment);
    ProfileFileProvider::new().config(config)
}

async fn id(provider: &ProfileFileProvider) -> String {
    provider.provide_credential().await.unwrap().secret_id().to_owned()
}

async fn error(provider: &ProfileFileProvider) -> String {
    provider.provide_credential().await.unwrap_err().to_string()
}

#[test]
fn user_file_comes_before_the_machine_file() {
    let files = default_paths(Some("/home/me".into()));
    let expected = ["/home/me/.tencentcloud/credentials", "/etc/tencentcloud/credentials"];
    assert_eq!(files, expected.map(PathBuf::from));
    assert_eq!(default_paths(None), [PathBuf::from("/etc/tencentcloud/credentials")]);
}

/// Bug of all SDKs: only `[default]` can be read.
#[tokio::test]
async fn profile_is_set_by_argument_or_variable_and_read_for_each_request() {
    let home = Home::new(
        "\u{feff}[default]\r\nsecret_id = d\r\nsecret_key = dk\r\ntoken = dt\r\n\
         [a]\nsecret_id = a\nsecret_key = ak\n[b]\nsecret_id = b\nsecret_key = bk\ntoken =\n",
    );
    let provider = home.provider(&[]);
    let credential = provider.provide_credential().await.unwrap();
    assert_eq!((credential.secret_id(), credential.secret_key()), ("d", "dk"));
    assert_eq!(credential.token(), Some("dt"));
    assert_eq!(id(&home.provider(&[(PROFILE_VARIABLE, "a")])).await, "a");
    let named = home.provider(&[(PROFILE_VARIABLE, "a")]).profile("b");
    let credential = named.provide_credential().await.unwrap();
    assert_eq!((credential.secret_id(), credential.token()), ("b", None));
    home.write("[default]\nsecret_id = new\nsecret_key = nk\n");
    assert_eq!(id(&provider).await, "new");
}

/// Bug of the SDK for Go: a variable that is set but empty is an error that ends the chain.
#[tokio::test]
async fn file_is_set_by_argument_variable_or_home_directory() {
    let home = Home::new("[default]\nsecret_id = home\nsecret_key = k\n");
    let other = home.0.path().join("other");
    std::fs::write(&other, "[default]\nsecret_id = other\nsecret_key = k\n").unwrap();
    assert_eq!(id(&home.provider(&[(FILE_VARIABLE, other.to_str().unwrap())])).await, "other");
    assert_eq!(id(&home.provider(&[(FILE_VARIABLE, "")])).await, "home");
    assert_eq!(id(&home.provider(&[(FILE_VARIABLE, "/nowhere")]).path(&other)).await, "other");
    let windows = with_environment(environment(&[("USERPROFILE", home.path())]));
    assert_eq!(id(&windows).await, "home");
    let text = error(&home.provider(&[(FILE_VARIABLE, "/nowhere/credentials")])).await;
    assert_eq!(text, "profile file: file not found: /nowhere/credentials");
}

/// A chain skips the provider silently only if no file or profile is named.
#[tokio::test]
async fn missing_file_is_an_error_if_a_file_or_profile_is_named() {
    if Path::new(SYSTEM_FILE).exists() {
        return;
    }
    let empty = tempfile::tempdir().unwrap();
    let home = ("HOME", empty.path().to_str().unwrap());
    let shown = empty.path().join(".tencentcloud/credentials");
    let expected =
        format!("profile file: file not found: {}, /etc/tencentcloud/credentials", shown.display());
    for (variables, usual) in [
        (vec![home], true),
        (vec![home, (PROFILE_VARIABLE, "a")], false),
        (vec![home, (FILE_VARIABLE, shown.to_str().unwrap())], false),
    ] {
        let provider = with_environment(environment(&variables));
        let error = provider.provide_credential().await.unwrap_err();
        assert_eq!(error.is_not_configured(), usual, "{error}");
        assert!(expected.starts_with(&error.to_string()), "{error}");
    }
    let homeless = with_environment(environment(&[]));
    assert_eq!(
        error(&homeless).await,
        "profile file: file not found: /etc/tencentcloud/credentials; the home directory is \
         unknown: set HOME or USERPROFILE"
    );
    let home = Home::new("[a]\n");
    let broken = home.provider(&[]);
    assert!(!broken.provide_credential().await.unwrap_err().is_not_configured());
}

#[tokio::test]
async fn errors_contain_file_and_location_but_no_secrets() {
    let arn = "role_arn = qcs::cam::uin/1:roleName/x\n";
    let keys = "secret_id = i\nsecret_key = leaked-key\n";
    let cases = [
        (String::new(), "profile [default] not found: the file contains no profiles"),
        (format!("[a]\n{keys}[b]\n"), "profile [default] not found: the file contains [a], [b]"),
        ("[default]\nsecret_id = i\n".into(), "`secret_key` in [default] is missing or empty"),
        ("[default]\nleaked-key\n".into(), "line 2: expected"),
        (format!("[default]\n{arn}"), "`secret_id` in [default] is missing or empty"),
        (format!("[default]\n{arn}source_profile = x\n"), "profile [x] not found"),
        (
            "[default]\nsecret_id = i\nsecret_key = \"leaked-key\"\n".into(),
            "`secret_key` in [default] is in quotes: remove them",
        ),
        ("[default]\nsecret_id = i\nsecret_key = leaked key\n".into(), "the secret key contains"),
        (
            format!("[default]\n{arn}{keys}duration_seconds = 1h\n"),
            "`duration_seconds` in [default] must be a whole number of seconds, got \"1h\"",
        ),
        (format!("[default]\n{arn}{keys}duration_seconds = 43201\n"), "got 43201s"),
        (format!("[default]\nrole_arn = x\n{keys}"), "invalid role ARN \"x\""),
        (
            format!("[default]\n{arn}source_profile = b\n[b]\n{arn}source_profile = default\n"),
            "is circular or longer than 5 profiles",
        ),
    ];
    for (text, expected) in cases {
        let home = Home::new(&text);
        let error = error(&home.provider(&[])).await;
        assert!(error.starts_with("profile file: "), "{error}");
        assert!(error.contains(expected) && !error.contains("leaked"), "{error}");
        // Errors of the key or the role contain the location, too.
        let place = format!("profile file: {}: ", home.file().display());
        let named = ["[default]", "[b]", "line 2"].iter().any(|place| error.contains(place));
        assert!(error.starts_with(&place) && named, "{error}");
    }
    let home = Home::new("");
    home.write(b"[default]\nsecret_key = \xff");
    assert!(error(&home.provider(&[])).await.contains("the file is not valid UTF-8"));
}

/// Bug of the SDK for Python: `role_arn` is read, and then ignored.
#[tokio::test]
async fn role_is_assumed_with_the_keys_of_the_profile_and_cached() {
    let text = format!(
        "[default]\nsecret_id = AKIDown\nsecret_key = own-key\ntoken = own-token\n\
         role_arn = {ROLE}\nrole_session_name = my-session\nexternal_id = ext-1\n\
         duration_seconds = 900\nregion = ap-tokyo\n"
    );
    let home = Home::new(&text);
    let (one, two) = (sts_response("1", 900), sts_response("2", 900));
    let transport = FakeTransport::script(&[(200, &one), (200, &two)]);
    let config = config(&transport, &ManualClock::new());
    let provider = ProfileFileProvider::new().path(home.file()).config(config);
    let first = provider.provide_credential().await.unwrap();
    assert_eq!(id(&provider).await, "AKID1");
    assert_eq!(transport.count(), 1);
    let request = transport.take_last();
    assert!(request.header("authorization").unwrap().contains("Credential=AKIDown/"));
    assert_eq!(request.header("x-tc-token"), Some("own-token"));
    assert_eq!(request.header("x-tc-region"), Some("ap-tokyo"));
    assert_eq!(
        request.json(),
        serde_json::json!({"RoleArn": ROLE, "RoleSessionName": "my-session",
            "ExternalId": "ext-1", "DurationSeconds": 900})
    );
    // A new comment changes nothing; a new session name does.
    home.write(format!("# comment\n{text}"));
    assert_eq!(id(&provider).await, "AKID1");
    home.write(text.replace("my-session", "other"));
    assert_eq!(id(&provider).await, "AKID2");
    // The first credential is no longer cached, so this removes nothing.
    provider.invalidate(&first);
    assert_eq!(id(&provider).await, "AKID2");
    provider.invalidate(&provider.provide_credential().await.unwrap());
    assert!(
        error(&provider).await.starts_with("assume role: AssumeRole failed: connection failed")
    );
}

#[tokio::test]
async fn role_can_use_the_keys_of_another_profile() {
    let home = Home::new(&format!(
        "[base]\nsecret_id = AKIDbase\nsecret_key = k\n\
         [middle]\nsource_profile = base\nrole_arn = {ROLE}\n\
         [self]\nsource_profile = self\nrole_arn = {ROLE}\nsecret_id = AKIDself\nsecret_key = k\n\
         [default]\nsource_profile = middle\nrole_arn = {ROLE}\n"
    ));
    let (one, two) = (sts_response("1", 7200), sts_response("2", 7200));
    let transport = FakeTransport::script(&[(200, &one), (200, &two), (200, &one)]);
    let config = config(&transport, &ManualClock::new());
    let provider = ProfileFileProvider::new().path(home.file()).config(config.clone());
    assert_eq!(id(&provider).await, "AKID2");
    assert!(transport.take_last().header("authorization").unwrap().contains("Credential=AKID1/"));
    assert!(
        transport.take_last().header("authorization").unwrap().contains("Credential=AKIDbase/")
    );
    let provider = ProfileFileProvider::new().path(home.file()).profile("self").config(config);
    assert_eq!(id(&provider).await, "AKID1");
    assert!(
        transport.take_last().header("authorization").unwrap().contains("Credential=AKIDself/")
    );
}
