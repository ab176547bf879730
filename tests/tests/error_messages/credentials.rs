//! Credentials, and the providers that need no file and no network.

use std::time::{Duration, SystemTime};

use tencentcloud_common::Credential;
use tencentcloud_common::credentials::{
    CachingProvider, ChainProvider, CredentialFuture, DefaultProvider, EnvironmentProvider,
    ProvideCredential, ProviderConfig, ProviderError,
};
use tencentcloud_common::runtime::{Clock as _, Random, SystemClock};
use tencentcloud_common::transport::TransportErrorKind;

use super::fixtures::{
    Fixed, KEY, MARK, ON_PURPOSE, Reply, SECRET_ID, Silent, block_on, block_on_paused, config,
    credential, environment,
};
use super::messages::Messages;

/// Asks a provider that must have no credential.
pub(super) async fn ask(provider: impl ProvideCredential) -> Result<Credential, ProviderError> {
    provider.provide_credential().await
}

#[derive(Debug)]
struct Panicking;

impl ProvideCredential for Panicking {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        std::panic::panic_any(ON_PURPOSE)
    }
}

/// Has a credential that expires at this moment.
#[derive(Debug)]
struct Expiring(SystemTime);

impl ProvideCredential for Expiring {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(std::future::ready(Ok(credential().expiring_at(self.0))))
    }
}

struct PanickingRandom;

impl Random for PanickingRandom {
    fn fill(&self, _: &mut [u8]) {
        std::panic::panic_any(ON_PURPOSE)
    }
}

pub(super) fn add(messages: &mut Messages) {
    fixed(messages);
    variables(messages);
    block_on(chains(messages));
    caches(messages);
}

fn fixed(messages: &mut Messages) {
    messages.heading("Credential");
    let key = format!("{MARK} key");
    for (situation, id, key) in [
        ("An empty secret id", "", KEY),
        ("A secret id with a line break", "AKIDexample\n", KEY),
        ("A secret id with a space inside", "AKID example", KEY),
        ("A secret id with a slash", "AKID/example", KEY),
        ("An empty secret key", SECRET_ID, ""),
        ("A secret key with a space inside", SECRET_ID, key.as_str()),
    ] {
        messages.add(situation, Credential::new(id, key));
    }
    let token = format!("{MARK}\n");
    messages.add("A token with a line break", Credential::with_token(SECRET_ID, KEY, token));
}

fn variables(messages: &mut Messages) {
    messages.heading("Environment");
    let (id, key) = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY");
    let padded = format!(" {KEY}");
    let cases: [(&str, &[(&str, &str)]); 4] = [
        ("No variable is set", &[]),
        ("Only TENCENTCLOUD_SECRET_ID is set", &[(id, SECRET_ID)]),
        ("Only TENCENTCLOUD_SECRET_KEY is set", &[(key, KEY)]),
        ("TENCENTCLOUD_SECRET_KEY begins with a space", &[(id, SECRET_ID), (key, &padded)]),
    ];
    for (situation, variables) in cases {
        let provider = EnvironmentProvider::with_environment(environment(variables));
        messages.add(situation, provider.credential());
    }
}

async fn chains(messages: &mut Messages) {
    messages.heading("Chains");
    messages.add("A chain without providers", ask(ChainProvider::new()).await);
    let (id, key) = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY");
    let with = |variables| EnvironmentProvider::with_environment(environment(variables));
    let chain = ChainProvider::new().with(with(&[])).with(with(&[(id, SECRET_ID)]));
    messages.add("A chain of two providers without a credential", ask(chain).await);
    let home = tempfile::tempdir().unwrap();
    messages.replace(home.path().display(), "<home>");
    let away = || Reply::failure(TransportErrorKind::Connect);
    let variables = [("HOME", home.path().to_str().unwrap())];
    let default = DefaultProvider::with_config(config(away(), &variables));
    messages.add("The default chain outside of the cloud", ask(default).await);
    let default = DefaultProvider::with_config(config(away(), &[(key, KEY)]));
    messages.add("The default chain with half a key, and without HOME", ask(default).await);
}

fn caches(messages: &mut Messages) {
    messages.heading("CachingProvider");
    let cache = |source| CachingProvider::builder(source).refresh_timeout(Duration::from_secs(9));
    messages.add("A source that never answers", block_on_paused(ask(cache(Silent).build())));
    messages.add("A source that panics", block_on(ask(CachingProvider::new(Panicking))));
    let now = Fixed::new().now();
    let expired = CachingProvider::builder(Expiring(now)).config(config(Reply::ok(), &[])).build();
    messages.add("A source with an expired credential", block_on(ask(expired)));
    // The task of the refresh ends without an outcome, as when its runtime is shut down.
    let end = SystemClock.now() + Duration::from_secs(3600);
    let lost = CachingProvider::builder(Expiring(end))
        .config(ProviderConfig::new().random(PanickingRandom))
        .build();
    messages.add("A refresh whose task is cut off each time", block_on(ask(lost)));
}
