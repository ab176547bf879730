//! Tests of a source that panics and of a system clock that is changed.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::credentials::test_util::CapturedLog;

/// Succeeds once and then panics: first in the call, then in the future.
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
async fn panic_of_the_source_is_logged_and_followed_by_a_backoff() {
    let log = CapturedLog::default();
    let guard = log.start();
    let clock = ManualClock::new();
    let source = Arc::new(Panics::default());
    let config = ProviderConfig::new().clock(clock.clone()).random(ConstantRandom(0));
    let cache = CachingProvider::builder(Arc::clone(&source)).config(config).build();
    assert_eq!(id(&cache).await, "id1");
    clock.advance(800);
    for (seconds, expected_calls) in [(0, 2), (9, 2), (1, 3), (19, 3)] {
        clock.advance(seconds);
        for _ in 0..10 {
            assert_eq!(id(&cache).await, "id1");
            run_pending_tasks().await;
        }
        assert_eq!(source.0.load(Ordering::SeqCst), expected_calls);
    }
    drop(guard);
    let text = log.text();
    assert_eq!(text.matches("the credential source panicked").count(), 2, "{text}");
    // Concurrent callers share the error, too.
    clock.advance(1000);
    let call = || async { cache.provide_credential().await.unwrap_err().to_string() };
    let errors = tokio::join!(call(), call(), call());
    assert!(errors.0.starts_with("cache: the credential source panicked"), "{}", errors.0);
    assert_eq!((&errors.0, &errors.0), (&errors.1, &errors.2));
    assert_eq!(source.0.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn setting_the_clock_back_does_not_extend_the_lifetime() {
    let clock = ManualClock::new();
    let source = FakeSource::new(&clock, Some(7200));
    let cache = cache(&source, &clock);
    assert_eq!(id(&cache).await, "id1");
    clock.set_wall_clock_back(3600);
    clock.advance(6899);
    assert_eq!(id(&cache).await, "id1");
    run_pending_tasks().await;
    assert_eq!(source.calls(), 1);
    source.fail(true);
    clock.advance(1);
    assert_eq!(id(&cache).await, "id1");
    run_pending_tasks().await;
    assert_eq!(source.calls(), 2);
    clock.advance(300);
    let error = cache.provide_credential().await.unwrap_err();
    assert_eq!(error.to_string(), "source: failure 3");
}

#[tokio::test]
async fn setting_the_clock_forward_expires_the_credential() {
    let clock = ManualClock::new();
    clock.set_wall_clock_back(8000);
    let credential = Credential::new("id", "key").unwrap().expiring_at(at(0));
    let config = ProviderConfig::new().clock(clock.clone());
    let cache = CachingProvider::builder(credential).config(config).build();
    assert_eq!(id(&cache).await, "id");
    clock.restore_wall_clock();
    assert!(cache.provide_credential().await.is_err());
}
