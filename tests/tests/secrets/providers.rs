//! Every provider, with secrets in everything that it reads.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tencentcloud_common::credentials::{
    AssumeRoleProvider, CachingProvider, ChainProvider, CvmRoleProvider, DefaultProvider,
    EnvironmentProvider, ProfileFileProvider, ProvideCredential, ProviderConfig, TccliProvider,
    WebIdentityProvider,
};
use tencentcloud_common::runtime::{Environment, Sleep, SleepFuture};
use tencentcloud_common::transport::{HttpTransport, ReqwestTransport, SendFuture};
use tencentcloud_common::{Credential, HttpProfile};

use super::known_secrets::{EXTERNAL_ID, IDENTITY, SECRET_KEY, TOKEN, json};

const ROLE: &str = "qcs::cam::uin/100000000001:roleName/deploy";

/// A sleep that returns at once.
pub struct NoSleep;

impl Sleep for NoSleep {
    fn sleep(&self, _: Duration) -> SleepFuture {
        Box::pin(std::future::ready(()))
    }
}

/// A transport that sends all requests to one server.
#[derive(Debug)]
struct Redirected {
    transport: ReqwestTransport,
    to: String,
}

impl HttpTransport for Redirected {
    fn send(&self, mut request: http::Request<Bytes>) -> SendFuture<'_> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = format!("{}{path}", self.to).parse().unwrap();
        self.transport.send(request)
    }
}

/// Returns a transport for all providers, so that the root certificates are read once.
pub fn transport() -> ReqwestTransport {
    ReqwestTransport::new(&HttpProfile::builder().no_proxy().build().unwrap()).unwrap()
}

/// Returns the configuration of a provider: its server and environment variables.
fn config(
    transport: &ReqwestTransport,
    endpoint: &str,
    variables: &[(&str, &str)],
) -> ProviderConfig {
    let transport = Redirected { transport: transport.clone(), to: endpoint.to_owned() };
    let variables: Vec<_> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let environment = Environment::from_fn(move |name| {
        variables.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    });
    ProviderConfig::new().transport(transport).sleep(NoSleep).environment(environment)
}

/// Returns new providers of every kind, which have no credential yet.
pub fn all(
    directory: &Path,
    endpoint: &str,
    transport: &ReqwestTransport,
) -> Vec<(&'static str, Arc<dyn ProvideCredential>)> {
    let config = |variables: &[(&str, &str)]| config(transport, endpoint, variables);
    let key = || Credential::with_token("AKIDexample", SECRET_KEY, TOKEN).unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let token = write("token", IDENTITY);
    let file = write(
        "credentials",
        &format!(
            "[default]\nsecret_id = AKIDexample\nsecret_key = {SECRET_KEY}\ntoken = {TOKEN}\n\
             [role]\nsource_profile = default\nrole_arn = {ROLE}\nexternal_id = {EXTERNAL_ID}\n\
             [wrong]\nsecret_id = AKIDexample\nsecret_key = {SECRET_KEY} {SECRET_KEY}\n\
             [broken]\nsecret_id = AKIDexample\n"
        ),
    );
    let broken = write("no-credentials", &format!("[default]\n{SECRET_KEY}\n"));
    let stored = format!(
        r#"{{"secretId": "AKIDexample", "secretKey": "{}", "token": "{}""#,
        json(SECRET_KEY),
        json(TOKEN)
    );
    write("default.credential", &format!("{stored}}}"));
    write("role.credential", &format!(r#"{stored}, "role-arn": "{ROLE}"}}"#));
    write("ended.credential", &format!(r#"{stored}, "expiresAt": 1}}"#));
    write("broken.credential", &stored);
    let variables = |more: &[(&str, &str)]| {
        let keys = [
            ("TENCENTCLOUD_SECRET_ID", "AKIDexample"),
            ("TENCENTCLOUD_SECRET_KEY", SECRET_KEY),
            ("TENCENTCLOUD_TOKEN", TOKEN),
        ];
        config(&[&keys, more].concat())
    };
    let pod = [
        ("TKE_REGION", "ap-shanghai"),
        ("TKE_PROVIDER_ID", "provider"),
        ("TKE_WEB_IDENTITY_TOKEN_FILE", token.as_str()),
        ("TKE_ROLE_ARN", ROLE),
    ];
    let plain = config(&[]);
    let profile =
        |name: &str| ProfileFileProvider::new().path(&file).profile(name).config(plain.clone());
    let tccli =
        |name: &str| TccliProvider::new().directory(directory).profile(name).config(plain.clone());
    let assume = || {
        let builder = AssumeRoleProvider::builder(key(), ROLE).external_id(EXTERNAL_ID);
        builder.config(plain.clone()).build().unwrap()
    };
    let identity = || {
        let builder = WebIdentityProvider::builder("provider", ROLE).token(IDENTITY);
        builder.config(plain.clone())
    };
    let environment = Environment::from_fn(|name| {
        Some(if name == "TENCENTCLOUD_SECRET_ID" { "AKID" } else { SECRET_KEY }.to_owned())
    });
    let wrong = Environment::from_fn(|_| Some(format!(" {SECRET_KEY}")));
    let chain = ChainProvider::new().with(profile("wrong")).with(tccli("ended"));
    vec![
        ("static", Arc::new(key())),
        ("environment", Arc::new(EnvironmentProvider::with_environment(environment))),
        ("wrong environment", Arc::new(EnvironmentProvider::with_environment(wrong))),
        ("profile", Arc::new(profile("default"))),
        ("profile with a role", Arc::new(profile("role"))),
        ("wrong profile", Arc::new(profile("wrong"))),
        ("profile without a key", Arc::new(profile("broken"))),
        ("broken file", Arc::new(ProfileFileProvider::new().path(broken))),
        ("tccli", Arc::new(tccli("default"))),
        ("tccli with a role", Arc::new(tccli("role"))),
        ("ended tccli", Arc::new(tccli("ended"))),
        ("broken tccli", Arc::new(tccli("broken"))),
        ("cvm role", Arc::new(CvmRoleProvider::with_config(plain.clone()))),
        ("assume role", Arc::new(assume())),
        (
            "role of a role",
            Arc::new(
                AssumeRoleProvider::builder(assume(), ROLE).config(plain.clone()).build().unwrap(),
            ),
        ),
        ("web identity", Arc::new(identity().build().unwrap())),
        ("pod", Arc::new(WebIdentityProvider::from_tke_environment_with(config(&pod)))),
        ("failing chain", Arc::new(chain)),
        ("chain", Arc::new(ChainProvider::new().with(profile("wrong")).with(assume()))),
        ("default by environment", Arc::new(DefaultProvider::with_config(variables(&[])))),
        ("default by pod", Arc::new(DefaultProvider::with_config(config(&pod)))),
        ("default by machine", Arc::new(DefaultProvider::with_config(plain.clone()))),
        ("caching", Arc::new(CachingProvider::builder(key()).config(plain.clone()).build())),
    ]
}
