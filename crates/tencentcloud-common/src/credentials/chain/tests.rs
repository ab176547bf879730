use std::error::Error as _;

use super::*;
use crate::credentials::EnvironmentProvider;
use crate::credentials::test_util::{HandClock, Log, Source, environment};

fn failing(clock: &HandClock) -> Source {
    let source = Source::new(clock, None);
    source.fail(true);
    source
}

/// Says that it is not configured where its source fails.
#[derive(Debug)]
struct Optional(Source);

impl ProvideCredential for Optional {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(async {
            let outcome = self.0.provide_credential().await;
            outcome.map_err(|_| ProviderError::not_configured("optional", "nothing is set"))
        })
    }
}

#[tokio::test]
async fn the_provider_that_answered_is_asked_first_until_it_fails() {
    let clock = HandClock::new();
    let (first, second) = (failing(&clock), Source::new(&clock, None));
    let chain = ChainProvider::new().with(Optional(first.clone())).with(second.clone());
    for generation in 1..=3 {
        let credential = chain.provide_credential().await.unwrap();
        assert_eq!(credential.secret_id(), format!("id{generation}"));
    }
    assert_eq!((first.asked(), second.asked()), (1, 3));
    // It fails: all are asked anew, it itself only once.
    second.fail(true);
    first.fail(false);
    chain.provide_credential().await.unwrap();
    assert_eq!((first.asked(), second.asked()), (2, 4));
    chain.provide_credential().await.unwrap();
    assert_eq!((first.asked(), second.asked()), (3, 4));
    // All fail: each is asked once, and named in order.
    first.fail(true);
    let error = chain.provide_credential().await.unwrap_err();
    assert_eq!((first.asked(), second.asked()), (4, 5));
    assert_eq!(
        error.to_string(),
        "chain: no provider has a credential: (1) optional: nothing is set; (2) source: failure 5"
    );
}

/// The credential of the next one may be that of somebody else.
#[tokio::test]
async fn what_fails_though_configured_is_warned_of_once_and_asked_again_until_it_works() {
    let log = Log::default();
    let guard = log.start();
    let clock = HandClock::new();
    let (first, second, third) = (failing(&clock), failing(&clock), Source::new(&clock, None));
    let chain = ChainProvider::new()
        .with(Optional(first.clone()))
        .with(ReasonOf(second.clone()))
        .with(third.clone());
    for asked in 1..=3 {
        chain.provide_credential().await.unwrap();
        assert_eq!([first.asked(), second.asked(), third.asked()], [asked; 3]);
    }
    second.fail(false);
    for asked in 4..=5 {
        assert_eq!(chain.provide_credential().await.unwrap().secret_id(), format!("id{asked}"));
        assert_eq!([first.asked(), second.asked(), third.asked()], [4, asked, 3]);
    }
    // The same again is worth another word, for it was well in between.
    second.fail(true);
    for _ in 0..3 {
        chain.provide_credential().await.unwrap();
    }
    drop(guard);
    let text = log.text();
    let warning = "WARN tencentcloud_common::credentials::chain: a provider that is configured has no \
                   credential; another one of the chain is used reasons=\"second: it fails\" used=3";
    assert_eq!(text.matches(warning).count(), 2, "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
}

/// Fails for the same reason each time.
#[derive(Debug)]
struct ReasonOf(Source);

impl ProvideCredential for ReasonOf {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(async {
            let outcome = self.0.provide_credential().await;
            outcome.map_err(|_| ProviderError::new("second", "it fails"))
        })
    }
}

#[tokio::test]
async fn one_that_answers_before_the_last_is_kept_though_the_last_fails() {
    let clock = HandClock::new();
    let (first, second) = (failing(&clock), Source::new(&clock, None));
    let chain = ChainProvider::new().with(Optional(first.clone())).with(second.clone());
    chain.provide_credential().await.unwrap();
    first.fail(false);
    second.fail(true);
    for _ in 0..3 {
        chain.provide_credential().await.unwrap();
    }
    assert_eq!((first.asked(), second.asked()), (4, 2));
}

/// A metadata service that is out of reach for a moment looks as if there were none.
#[tokio::test]
async fn one_that_answered_is_configured_whatever_it_says_later() {
    let log = Log::default();
    let guard = log.start();
    let clock = HandClock::new();
    let (first, second) = (Source::new(&clock, None), Source::new(&clock, None));
    let chain = ChainProvider::new().with(Optional(first.clone())).with(second.clone());
    chain.provide_credential().await.unwrap();
    first.fail(true);
    for _ in 0..2 {
        chain.provide_credential().await.unwrap();
    }
    assert_eq!((first.asked(), second.asked()), (3, 2));
    second.fail(true);
    assert!(!chain.provide_credential().await.unwrap_err().is_not_configured());
    first.fail(false);
    second.fail(false);
    chain.provide_credential().await.unwrap();
    assert_eq!((first.asked(), second.asked()), (5, 3));
    drop(guard);
    let text = log.text();
    assert_eq!(text.matches("reasons=\"optional: nothing is set\" used=2").count(), 1, "{text}");
}

#[tokio::test]
async fn a_chain_is_configured_when_one_of_its_providers_is() {
    let clock = HandClock::new();
    let chain = ChainProvider::new().with(Optional(failing(&clock)));
    assert!(chain.provide_credential().await.unwrap_err().is_not_configured());
    let chain = chain.with(failing(&clock));
    assert!(!chain.provide_credential().await.unwrap_err().is_not_configured());
}

#[tokio::test]
async fn the_error_is_one_line_and_its_source_the_reasons() {
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
async fn all_hear_of_a_refusal() {
    let clock = HandClock::new();
    let sources = [Source::new(&clock, None), Source::new(&clock, None)];
    let chain = ChainProvider::new().with(sources[0].clone()).with(Box::new(sources[1].clone()));
    chain.invalidate(&Credential::new("id", "key").unwrap());
    for source in sources {
        assert_eq!(*source.0.refused.lock().unwrap(), ["id"]);
    }
}
