//! The statements of the page "Coming from another SDK".
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_common::credentials::{
    AssumeRoleProvider, ChainProvider, CvmRoleProvider, EnvironmentProvider, ProfileFileProvider,
    ProvideCredential, ProviderConfig,
};
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::runtime::Environment;
use tencentcloud_common::{
    ClientProfile, CommonClient, Credential, Error, HttpProfile, Language, SignMethod,
};
use tencentcloud_local::LocalServer;
use tencentcloud_tests::fakes::RecordedSleeps;
use tencentcloud_tests::scripted_server::{
    ClosedPort, ScriptedServer, Step, close, json as ok, respond, silence,
};

fn common() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/tencentcloud-common")
}

fn page() -> String {
    fs::read_to_string(common().join("docs/coming-from-another-sdk.md")).unwrap()
}

fn profile(endpoint: &str) -> ClientProfile {
    let http = HttpProfile::builder().endpoint(endpoint).no_proxy();
    // Short, because one of the servers never responds.
    let http = http.req_timeout(Duration::from_millis(300)).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).retryer(RetryPolicy::none());
    profile.build().unwrap()
}

fn client_at(endpoint: &str, credential: impl ProvideCredential + 'static) -> CommonClient {
    let profile = profile(endpoint);
    CommonClient::with_profile("cvm", "2017-03-12", credential, "ap-shanghai", profile).unwrap()
}

fn key() -> Credential {
    Credential::new("AKIDexample", "my-secret-key").unwrap()
}

async fn error_at(endpoint: &str, credential: impl ProvideCredential + 'static) -> Error {
    client_at(endpoint, credential).call_json("DescribeZones", json!({})).await.unwrap_err()
}

/// Returns the error of a call to a server that plays this step.
async fn error_of_step(step: Step) -> Error {
    let server = ScriptedServer::start(vec![step]).unwrap();
    error_at(&server.endpoint(), key()).await
}

/// Returns the error of a call with this provider. Nothing is sent.
async fn error_of_provider(provider: impl ProvideCredential + 'static) -> Error {
    error_at("http://127.0.0.1:9", provider).await
}

#[tokio::test]
async fn call_json_returns_the_response_member_and_call_the_whole_document() {
    let server = LocalServer::start().unwrap();
    let client = client_at(server.endpoint(), server.credential());
    let value = client.call_json("DescribeInstances", json!({"Limit": 1})).await.unwrap();
    assert!(value["TotalCount"].as_u64().unwrap() > 0 && value["RequestId"].is_string());
    assert_eq!(value["Response"]["TotalCount"], Value::Null);
    let body = client.call("DescribeInstances", json!({"Limit": 1})).await.unwrap();
    let whole: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(whole["Response"]["TotalCount"], value["TotalCount"]);
}

/// The entry pages contain a link.
#[test]
fn the_readmes_and_the_documentation_link_to_the_page() {
    for path in ["../../README.md", "README.md"] {
        let text = fs::read_to_string(common().join(path)).unwrap();
        assert!(text.contains("docs/coming-from-another-sdk.md"), "{path}");
        assert!(text.contains(r#"value["Response"]"#), "{path} does not warn");
    }
    let documentation = fs::read_to_string(common().join("src/lib.rs")).unwrap();
    assert!(documentation.contains("[`coming_from_another_sdk`]"));
}

/// Returns the error kinds in the table of codes. A code without a kind has an empty set.
fn kinds_by_code() -> BTreeMap<String, BTreeSet<String>> {
    let page = page();
    let (_, table) = page.split_once("| Official code |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let codes: Vec<String> = quoted(cells[0]);
        (codes.into_iter().next().unwrap_or_default(), quoted(cells[2]).into_iter().collect())
    })
    .collect()
}

/// Returns the errors of the SDK for each official code.
async fn errors_by_code() -> Vec<(&'static str, Vec<Error>)> {
    let network = async || {
        let refusing = ClosedPort::start().unwrap();
        let refused = error_at(&refusing.endpoint().unwrap(), key()).await;
        assert!(refused.is_connect() && !refused.maybe_sent());
        let silent = error_of_step(silence()).await;
        assert!(silent.is_timeout() && silent.maybe_sent());
        vec![refused, silent, error_of_step(close()).await]
    };
    let status = async || {
        let failure = r#"{"Response": {"Error": {"Code": "InternalError", "Message": "no"}}}"#;
        vec![
            error_of_step(respond("502 Bad Gateway", "text/html", "<h1>502</h1>")).await,
            error_of_step(respond("500 Internal Server Error", "application/json", failure)).await,
        ]
    };
    let page = ok("<html>log in</html>");
    let events = respond("200 OK", "text/event-stream", "data: a\n\n");
    let half = ok(r#"{"Response": {"RequestId": "r-1"}}"#).truncated(5);
    let half_and_silence = Step { then_silent: Duration::from_secs(20), ..half.clone() };
    let role = "qcs::cam::uin/100000000001:roleName/deploy";
    let too_long = Duration::from_secs(50_000);
    let parameters = async || {
        let call = client_at("http://127.0.0.1:9", key()).call_json("DescribeZones", json!([1]));
        vec![call.await.unwrap_err()]
    };
    vec![
        ("ClientNetworkError", network().await),
        ("ClientError.NetworkError", network().await),
        (
            "ClientError.IOError",
            vec![error_of_step(half).await, error_of_step(half_and_silence).await],
        ),
        ("ServerNetworkError", status().await),
        ("ClientError.HttpStatusCodeError", status().await),
        ("ServerSideError", status().await),
        ("ClientError.ParseJsonError", vec![error_of_step(page).await]),
        ("ClientError.TypeError", vec![error_of_step(events).await]),
        (
            "ClientError.CredentialError",
            vec![AssumeRoleProvider::builder(key(), role).duration(too_long).build().unwrap_err()],
        ),
        ("ClientError.INIError", vec![malformed_file().await]),
        ("ClientError.MetadataError", vec![no_metadata().await]),
        ("ClientSideError", vec![error_of_provider(empty_chain()).await]),
        (
            "InvalidCredential",
            vec![
                Credential::new("", "key").unwrap_err(),
                Credential::new("id", " k ").unwrap_err(),
            ],
        ),
        ("ClientError", vec!["fr-FR".parse::<Language>().unwrap_err(), octet_stream().await]),
        ("ClientParamsError", parameters().await),
        ("ClientError.InvalidParameter", parameters().await),
    ]
}

async fn malformed_file() -> Error {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials");
    fs::write(&path, "[default\nsecret_id").unwrap();
    error_of_provider(ProfileFileProvider::new().path(path)).await
}

async fn no_metadata() -> Error {
    let refusing = ClosedPort::start().unwrap();
    let config = ProviderConfig::new().sleep(RecordedSleeps::default());
    let endpoint = refusing.endpoint().unwrap();
    error_of_provider(CvmRoleProvider::builder().endpoint(endpoint).config(config).build().unwrap())
        .await
}

fn empty_chain() -> ChainProvider {
    let nothing = Environment::from_fn(|_| None);
    ChainProvider::new().with(EnvironmentProvider::with_environment(nothing))
}

async fn octet_stream() -> Error {
    let profile = ClientProfile::builder().sign_method(SignMethod::HmacSha1).build().unwrap();
    let client = CommonClient::with_profile("cls", "2020-10-16", key(), "", profile).unwrap();
    client.call_octet_stream("UploadLog", json!({}), "body").await.unwrap_err()
}

#[tokio::test]
async fn each_official_code_has_the_kinds_in_the_table() {
    let mut documented = kinds_by_code();
    for (code, errors) in errors_by_code().await {
        let kinds = documented.remove(code).unwrap_or_else(|| panic!("no row for {code}"));
        let seen = errors.iter().map(|error| format!("{:?}", error.kind())).collect();
        assert_eq!(kinds, seen, "{code}: {errors:?}");
        for error in errors {
            assert_eq!(error.code().is_some(), format!("{:?}", error.kind()) == "Service");
        }
    }
    // Codes without a counterpart, and the codes of the API.
    let left: Vec<(&str, usize)> =
        documented.iter().map(|(code, kinds)| (code.as_str(), kinds.len())).collect();
    let expected =
        [("", 1), ("ClientError.BuildRequestError", 0), ("ClientError.CircuitBreakerError", 0)];
    assert_eq!(left, expected);
}

#[test]
fn every_kind_and_method_of_an_error_is_on_the_page() {
    let source = fs::read_to_string(common().join("src/error.rs")).unwrap();
    let page = page();
    let (_, kinds) = source.split_once("pub enum ErrorKind {").unwrap();
    let (kinds, _) = kinds.split_once("\n}").unwrap();
    let is_name = |it: &&str| it.chars().all(char::is_alphabetic);
    let kinds: Vec<&str> =
        kinds.lines().filter_map(|line| line.trim().strip_suffix(',')).filter(is_name).collect();
    assert!(kinds.len() >= 7, "{kinds:?}");
    for kind in kinds {
        assert!(page.contains(&format!("`{kind}`")), "the kind {kind} is not on the page");
        assert!(page.contains(&format!("ErrorKind::{kind}")), "{kind} is not in the example");
    }
    let methods = source.lines().filter_map(|line| line.strip_prefix("    pub fn "));
    let methods: Vec<&str> = methods.filter_map(|line| line.split('(').next()).collect();
    assert!(methods.len() >= 15, "{methods:?}");
    for method in methods {
        assert!(
            page.contains(&format!("crate::Error::{method})")),
            "`{method}` is not on the page"
        );
    }
}

/// A search of the documentation for an official name finds its counterpart.
#[test]
fn official_names_are_aliases() {
    let mut source = String::new();
    let mut folders = vec![common().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                source.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let aliases: BTreeSet<&str> = source
        .split("#[doc(alias")
        .skip(1)
        .filter_map(|attribute| attribute.split(")]").next())
        .flat_map(|names| names.split('"').skip(1).step_by(2))
        .collect();
    let expected = [
        // Types.
        "TencentCloudSDKException",
        "TencentCloudSDKError",
        "CommonRequest",
        "AsyncCommonClient",
        "EnvironmentVariableCredential",
        "ProfileCredential",
        "CVMRoleCredential",
        "DefaultCvmRoleProvider",
        "STSAssumeRoleCredential",
        "OIDCRoleArnCredential",
        "DefaultTkeOIDCRoleArnProvider",
        "DefaultCredentialProvider",
        "ProviderChain",
        "CredentialIface",
        "StandardRetryer",
        "NoopRetryer",
        "CircuitBreaker",
        "SSEvent",
        // Settings.
        "signMethod",
        "unsignedPayload",
        "httpProfile",
        "reqMethod",
        "reqTimeout",
        "rootDomain",
        "keepAlive",
        "NetworkFailureMaxRetries",
        "RateLimitExceededMaxRetries",
        "UnsafeRetryOnConnectionFailure",
        "backoff_fn",
        "DisableRegionBreaker",
        "BackupEndpoint",
        // Functions.
        "NewCommonClient",
        "SetActionParameters",
        "SetOctetStreamParameters",
        "SetSkipSign",
        "SetHeader",
        "SetContext",
        "WithDebug",
        "WithHttpTransport",
        "get_code",
        "GetRequestId",
        // Codes.
        "ClientNetworkError",
        "ServerNetworkError",
        "ClientSideError",
        "InvalidCredential",
        "ClientError.HttpStatusCodeError",
    ];
    let missing: Vec<&&str> = expected.iter().filter(|name| !aliases.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
