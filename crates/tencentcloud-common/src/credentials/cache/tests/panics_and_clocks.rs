//! What goes wrong beside the source's own errors: it panics, or the clock is set.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::credentials::test_util::Log;

/// Answers once, and then panics: first when it is asked, then while it works.
#[derive(Debug, Default)]
struct Panics(AtomicUsize);

impl ProvideCredential for Panics {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => {
                let credential = Credential::new("id1", "key").unwrap().expiring_at(at(1000));
                Box::pin(std::future::ready(Ok(credential)))
            }
            1 => panic!("on purpose"),
            _ => Box::pin(async { panic!("on purpose") }),
        }
    }
}

#[tokio::test]
async fn a_source_that_panics_has_failed_as_any_other_is_logged_and_left_alone() {
    let log = Log::default();
    let guard = log.start();
    let clock = HandClock::new();
    let source = Arc::new(Panics::default());
    let config = ProviderConfig::new().clock(clock.clone()).random(Bytewise(0));
    let cache = CachingProvider::builder(Arc::clone(&source)).config(config).build();
    assert_eq!(id(&cache).await, "id1");
    clock.pass(800);
    for (seconds, asked) in [(0, 2), (9, 2), (1, 3), (19, 3)] {
        clock.pass(seconds);
        for _ in 0..10 {
            assert_eq!(id(&cache).await, "id1");
            settle().await;
        }
        assert_eq!(source.0.load(Ordering::SeqCst), asked);
    }
    drop(guard);
    let text = log.text();
    assert_eq!(text.matches("the source panicked").count(), 2, "{text}");
    // Those who wait for it share the failure, too.
    clock.pass(1000);
    let ask = || async { cache.provide_credential().await.unwrap_err().to_string() };
    let errors = tokio::join!(ask(), ask(), ask());
    assert!(errors.0.starts_with("cache: the source panicked"), "{}", errors.0);
    assert_eq!((&errors.0, &errors.0), (&errors.1, &errors.2));
    assert_eq!(source.0.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn setting_the_clock_back_does_not_lengthen_a_life() {
    let clock = HandClock::new();
    let source = Source::new(&clock, Some(7200));
    let cache = cache(&source, &clock);
    assert_eq!(id(&cache).await, "id1");
    clock.set_back(3600);
    clock.pass(6899);
    assert_eq!(id(&cache).await, "id1");
    settle().await;
    assert_eq!(source.asked(), 1);
    source.fail(true);
    clock.pass(1);
    assert_eq!(id(&cache).await, "id1");
    settle().await;
    assert_eq!(source.asked(), 2);
    clock.pass(300);
    let error = cache.provide_credential().await.unwrap_err();
    assert_eq!(error.to_string(), "source: failure 3");
}

#[tokio::test]
async fn setting_the_clock_forward_ends_a_life_at_once() {
    let clock = HandClock::new();
    clock.set_back(8000);
    let credential = Credential::new("id", "key").unwrap().expiring_at(at(0));
    let config = ProviderConfig::new().clock(clock.clone());
    let cache = CachingProvider::builder(credential).config(config).build();
    assert_eq!(id(&cache).await, "id");
    clock.set_right();
    assert!(cache.provide_credential().await.is_err());
}
