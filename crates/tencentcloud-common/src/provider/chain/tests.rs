use std::error::Error as _;

use super::*;
use crate::provider::EnvironmentProvider;
use crate::provider::fakes::{HandClock, Source, environment};

fn failing(clock: &HandClock) -> Source {
    let source = Source::new(clock, None);
    source.fail(true);
    source
}

#[tokio::test]
async fn the_provider_that_answered_is_asked_first_until_it_fails() {
    let clock = HandClock::new();
    let (first, second) = (failing(&clock), Source::new(&clock, None));
    let chain = ChainProvider::new().with(first.clone()).with(second.clone());
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
        "chain: no provider has a credential: (1) source: failure 4; (2) source: failure 5"
    );
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
    chain.refused(&Credential::new("id", "key").unwrap());
    for source in sources {
        assert_eq!(*source.0.refused.lock().unwrap(), ["id"]);
    }
}
