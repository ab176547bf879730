use std::error::Error as _;

use super::*;
use crate::credentials::EnvironmentProvider;
use crate::credentials::test_util::{CapturedLog, FakeSource, ManualClock, environment};

fn failing(clock: &ManualClock) -> FakeSource {
    let source = FakeSource::new(clock, None);
    source.fail(true);
    source
}

/// Reports that it is not configured if its source fails.
#[derive(Debug)]
struct Optional(FakeSource);

impl ProvideCredential for Optional {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(async {
            let outcome = self.0.provide_credential().await;
            outcome.map_err(|_| ProviderError::not_configured("optional", "nothing is set"))
        })
    }
}

#[tokio::test]
async fn provider_that_succeeded_is_called_first_until_it_fails() {
    let clock = ManualClock::new();
    let (first, second) = (failing(&clock), FakeSource::new(&clock, None));
    let chain = ChainProvider::new().with(Optional(first.clone())).with(second.clone());
    for generation in 1..=3 {
        let credential = chain.provide_credential().await.unwrap();
        assert_eq!(credential.secret_id(), format!("id{generation}"));
    }
    assert_eq!((first.calls(), second.calls()), (1, 3));
    // It fails: all providers are called again, itself only once.
    second.fail(true);
    first.fail(false);
    chain.provide_credential().await.unwrap();
    assert_eq!((first.calls(), second.calls()), (2, 4));
    chain.provide_credential().await.unwrap();
    assert_eq!((first.calls(), second.calls()), (3, 4));
    // All fail: each is called once, and the error names them in order.
    first.fail(true);
    let error = chain.provide_credential().await.unwrap_err();
    assert_eq!((first.calls(), second.calls()), (4, 5));
    assert_eq!(
        error.to_string(),
        "chain: no provider has a credential: (1) optional: nothing is set; (2) source: failure 5"
    );
}

/// The credential of the next provider may belong to another account.
#[tokio::test]
async fn configured_provider_that_fails_is_logged_once_and_called_until_it_works() {
    let log = CapturedLog::default();
    let guard = log.start();
    let clock = ManualClock::new();
    let (first, second, third) = (failing(&clock), failing(&clock), FakeSource::new(&clock, None));
    let chain = ChainProvider::new()
        .with(Optional(first.clone()))
        .with(ReasonOf(second.clone()))
        .with(third.clone());
    for call_count in 1..=3 {
        chain.provide_credential().await.unwrap();
        assert_eq!([first.calls(), second.calls(), third.calls()], [call_count; 3]);
    }
    second.fail(false);
    for call_count in 4..=5 {
        assert_eq!(
            chain.provide_credential().await.unwrap().secret_id(),
            format!("id{call_count}")
        );
        assert_eq!([first.calls(), second.calls(), third.calls()], [4, call_count, 3]);
    }
    // The same error is logged again, because the provider worked in between.
    second.fail(true);
    for _ in 0..3 {
        chain.provide_credential().await.unwrap();
    }
    drop(guard);
    let text = log.text();
    let warning = "WARN tencentcloud_common::credentials::chain: a configured credential provider \
                   failed; the chain uses another provider reasons=\"second: it fails\" used=3";
    assert_eq!(text.matches(warning).count(), 2, "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
}

/// Fails with the same reason each time.
#[derive(Debug)]
struct ReasonOf(FakeSource);

impl ProvideCredential for ReasonOf {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(async {
            let outcome = self.0.provide_credential().await;
            outcome.map_err(|_| ProviderError::new("second", "it fails"))
        })
    }
}

#[tokio::test]
async fn earlier_provider_that_works_again_is_kept_if_the_preferred_one_fails() {
    let clock = ManualClock::new();
    let (first, second) = (failing(&clock), FakeSource::new(&clock, None));
    let chain = ChainProvider::new().with(Optional(first.clone())).with(second.clone());
    chain.provide_credential().await.unwrap();
    first.fail(false);
    second.fail(true);
    for _ in 0..3 {
        chain.provide_credential().await.unwrap();
    }
    assert_eq!((first.calls(), second.calls()), (4, 2));
}

/// A metadata service that is briefly unreachable looks as if it did not exist.
#[tokio::test]
async fn provider_that_succeeded_counts_as_configured() {
    let log = CapturedLog::default();
    let guard = log.start();
    let clock = ManualClock::new();
    let (first, second) = (FakeSource::new(&clock, None), FakeSource::new(&clock, None));
    let chain = ChainProvider::new().with(Optional(first.clone())).with(second.clone());
    chain.provide_credential().await.unwrap();
    first.fail(true);
    for _ in 0..2 {
        chain.provide_credential().await.unwrap();
    }
    assert_eq!((first.calls(), second.calls()), (3, 2));
    second.fail(true);
    assert!(!chain.provide_credential().await.unwrap_err().is_not_configured());
    first.fail(false);
    second.fail(false);
    chain.provide_credential().await.unwrap();
    assert_eq!((first.calls(), second.calls()), (5, 3));
    drop(guard);
    let text = log.text();
    assert_eq!(text.matches("reasons=\"optional: nothing is set\" used=2").count(), 1, "{text}");
}

#[tokio::test]
async fn chain_is_configured_if_one_of_its_providers_is() {
    let clock = ManualClock::new();
    let chain = ChainProvider::new().with(Optional(failing(&clock)));
    assert!(chain.provide_credential().await.unwrap_err().is_not_configured());
    let chain = chain.with(failing(&clock));
    assert!(!chain.provide_credential().await.unwrap_err().is_not_configured());
}

#[tokio::test]
async fn error_is_one_line_and_its_source_contains_the_reasons() {
    #[derive(Debug)]
    struct Chatty;
    impl ProvideCredential for Chatty {
        fn provide_credential(&self) -> CredentialFuture<'_> {
            Box::pin(std::future::ready(Err(ProviderError::new("chatty", "first\n\tsecond\r\n"))))
        }
    }
    let chain = ChainProvider::new()
        .with(EnvironmentProvider::with_environment(environment(&[])))
        .with(Chatty);
    let error = chain.provide_credential().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "chain: no provider has a credential: (1) environment: TENCENTCLOUD_SECRET_ID is not set; \
         (2) chatty: first second"
    );
    let reasons = error.source().unwrap().downcast_ref::<ChainError>().unwrap().reasons();
    let names: Vec<_> = reasons.iter().map(ProviderError::provider).collect();
    assert_eq!(names, ["environment", "chatty"]);
    let error = ChainProvider::new().provide_credential().await.unwrap_err();
    assert_eq!(error.to_string(), "chain: the chain has no provider");
}

#[tokio::test]
async fn invalidation_reaches_all_providers() {
    let clock = ManualClock::new();
    let sources = [FakeSource::new(&clock, None), FakeSource::new(&clock, None)];
    let chain = ChainProvider::new().with(sources[0].clone()).with(Box::new(sources[1].clone()));
    chain.invalidate(&Credential::new("id", "key").unwrap());
    for source in sources {
        assert_eq!(*source.0.invalidated.lock().unwrap(), ["id"]);
    }
}
