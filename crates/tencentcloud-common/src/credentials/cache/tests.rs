use std::time::Duration;

use super::*;
use crate::credentials::test_util::{Bytewise, HandClock, Log, Source, at, settle};

mod panics_and_clocks;

fn cache(source: &Source, clock: &HandClock) -> CachingProvider {
    let config = ProviderConfig::new().clock(clock.clone()).random(Bytewise(0));
    CachingProvider::builder(source.clone()).config(config).build()
}

async fn id(cache: &CachingProvider) -> String {
    cache.provide_credential().await.unwrap().secret_id().to_owned()
}

/// Bug of the official SDKs: no single flight, or one that blocks all callers.
#[tokio::test]
async fn a_thousand_callers_at_expiry_cause_one_request() {
    let clock = HandClock::new();
    let source = Source::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    source.0.gate.add_permits(1);
    assert_eq!(id(&cache).await, "id1");
    clock.pass(1000);
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { id(&cache).await })
        })
        .collect();
    settle().await;
    assert_eq!(source.asked(), 2);
    source.0.gate.add_permits(1000);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "id2");
    }
    assert_eq!(source.asked(), 2);
}

/// As in a server with a runtime for each core.
#[test]
fn callers_of_several_runtimes_share_one_request() {
    let clock = HandClock::new();
    let source = Source::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let cache = cache.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.unwrap().block_on(async {
                    for caller in [(); 50].map(|()| {
                        let cache = cache.clone();
                        tokio::spawn(async move { id(&cache).await })
                    }) {
                        assert_eq!(caller.await.unwrap(), "id1");
                    }
                });
            })
        })
        .collect();
    source.0.gate.add_permits(1);
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn a_cancelled_caller_does_not_cancel_the_refresh_of_the_others() {
    let clock = HandClock::new();
    let source = Source::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    let spawn = || {
        let cache = cache.clone();
        tokio::spawn(async move { id(&cache).await })
    };
    let (first, second) = (spawn(), spawn());
    settle().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    source.0.gate.add_permits(100);
    assert_eq!(second.await.unwrap(), "id1");
    assert_eq!(source.asked(), 1);
    // Nor does the last one: what it began is there for the next.
    clock.pass(1000);
    source.0.gate.forget_permits(1000);
    let last = spawn();
    settle().await;
    last.abort();
    assert!(last.await.unwrap_err().is_cancelled());
    source.0.gate.add_permits(100);
    settle().await;
    assert_eq!((id(&cache).await.as_str(), source.asked()), ("id2", 2));
}

/// Bug of the SDKs for Python and Go: a refresh after a tenth of the life.
#[tokio::test]
async fn nothing_is_refreshed_early_and_then_it_is_in_the_background() {
    let clock = HandClock::new();
    let source = Source::new(&clock, Some(7200));
    let cache = cache(&source, &clock);
    for seconds in [0, 720, 3000, 3179] {
        clock.pass(seconds);
        assert_eq!(id(&cache).await, "id1");
    }
    settle().await;
    assert_eq!(source.asked(), 1);
    clock.pass(1); // 6,900 s: 300 s are left.
    source.0.gate.forget_permits(usize::MAX >> 3);
    for _ in 0..100 {
        assert_eq!(id(&cache).await, "id1");
        settle().await;
    }
    assert_eq!(source.asked(), 2);
    source.0.gate.add_permits(1);
    settle().await;
    assert_eq!((id(&cache).await.as_str(), source.asked()), ("id2", 2));
}

/// Bugs of the SDKs for Go (a stale credential is used for ever, a failure only printed) and Node
/// (a failure is kept for ever).
#[tokio::test]
async fn a_valid_credential_is_used_while_refreshing_fails_and_an_expired_one_never() {
    let log = Log::default();
    let guard = log.start();
    let clock = HandClock::new();
    let source = Source::new(&clock, Some(7200));
    let cache = cache(&source, &clock);
    assert_eq!(id(&cache).await, "id1");
    source.fail(true);
    clock.pass(6900);
    for _ in 0..50 {
        assert_eq!(id(&cache).await, "id1");
        settle().await;
    }
    // The source is left alone for 10 s, then 20.
    assert_eq!(source.asked(), 2);
    for (seconds, asked) in [(9, 2), (1, 3), (19, 3), (1, 4)] {
        clock.pass(seconds);
        assert_eq!(id(&cache).await, "id1");
        settle().await;
        assert_eq!(source.asked(), asked);
    }
    drop(guard);
    let text = log.text();
    assert_eq!(text.matches("the credential could not be refreshed").count(), 3, "{text}");
    assert!(text.contains("WARN") && text.contains("source: failure 2"), "{text}");
    assert!(text.contains("valid_for_seconds=300") && text.contains("retry_in_seconds=10"));
    assert!(!text.contains("secret-"), "{text}");

    clock.pass(270);
    let error = cache.provide_credential().await.unwrap_err();
    assert_eq!(error.to_string(), "source: failure 5");
    source.fail(false);
    assert_eq!(id(&cache).await, "id6");

    // After a success the waits begin anew.
    source.fail(true);
    for (seconds, asked) in [(6900, 7), (10, 8)] {
        clock.pass(seconds);
        assert_eq!(id(&cache).await, "id6");
        settle().await;
        assert_eq!(source.asked(), asked);
    }
}

#[tokio::test]
async fn an_error_reaches_all_who_wait_and_the_next_call_tries_anew() {
    let clock = HandClock::new();
    let source = Source::gated(&clock, 1000);
    source.fail(true);
    let cache = cache(&source, &clock);
    let callers: Vec<_> = (0..10)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.provide_credential().await.unwrap_err().to_string() })
        })
        .collect();
    settle().await;
    source.0.gate.add_permits(100);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "source: failure 1");
    }
    source.fail(false);
    assert_eq!((id(&cache).await.as_str(), source.asked()), ("id2", 2));
}

#[tokio::test]
async fn what_the_source_answers_expired_is_not_handed_out() {
    let clock = HandClock::new();
    let credential = Credential::new("id", "key").unwrap().expiring_at(at(0));
    let config = ProviderConfig::new().clock(clock);
    let cache = CachingProvider::builder(credential).config(config).build();
    let error = cache.provide_credential().await.unwrap_err().to_string();
    assert!(error.starts_with("cache: the source answered a credential that has expired"));
}

#[tokio::test]
async fn only_exactly_the_refused_credential_is_dropped() {
    let clock = HandClock::new();
    let source = Source::new(&clock, None);
    let cache = cache(&source, &clock);
    let first = cache.provide_credential().await.unwrap();
    clock.pass(u64::from(u32::MAX));
    assert_eq!((id(&cache).await.as_str(), source.asked()), ("id1", 1));
    let other = Credential::with_token("id1", "other-key", "secret-token").unwrap();
    cache.invalidate(&other);
    assert_eq!(id(&cache).await, "id1");
    cache.invalidate(&first);
    assert_eq!(id(&cache).await, "id2");
    // A late message about the first does not take the second away.
    cache.invalidate(&first);
    assert_eq!((id(&cache).await.as_str(), source.asked()), ("id2", 2));
    assert_eq!(*source.0.refused.lock().unwrap(), ["id1", "id1", "id1"]);
}

#[test]
fn a_runtime_that_went_away_does_not_wedge_the_cache() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let clock = HandClock::new();
    let source = Source::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    let first = runtime();
    first.block_on(async {
        let cache = cache.clone();
        tokio::spawn(async move { id(&cache).await });
        settle().await;
    });
    assert_eq!(source.asked(), 1);
    drop(first);
    source.0.gate.add_permits(1);
    assert_eq!(runtime().block_on(id(&cache)), "id2");
    let outside = std::pin::pin!(cache.provide_credential());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    // What is held needs no runtime.
    assert!(outside.poll(&mut context).is_ready());
    clock.pass(1000);
    let outside = std::pin::pin!(cache.provide_credential());
    let std::task::Poll::Ready(Err(error)) = outside.poll(&mut context) else { panic!() };
    assert!(error.to_string().contains("there is no Tokio runtime here"), "{error}");
    let without_timer = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = without_timer.block_on(cache.provide_credential()).unwrap_err();
    assert!(error.to_string().contains("the Tokio runtime has no timer"), "{error}");
}

#[test]
fn a_refresh_in_the_background_that_went_away_is_begun_anew_at_once() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let clock = HandClock::new();
    let source = Source::gated(&clock, 7200);
    let cache = cache(&source, &clock);
    source.0.gate.add_permits(1);
    let ask = || {
        runtime().block_on(async {
            assert_eq!(id(&cache).await, "id1");
            settle().await;
        });
    };
    ask();
    clock.pass(6900);
    ask();
    ask();
    assert_eq!(source.asked(), 3);
}

/// A runtime that still exists but is no longer driven.
#[test]
fn a_runtime_that_stands_still_holds_a_caller_up_for_two_seconds() {
    let runtime = |paused| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(paused)
            .build()
            .unwrap()
    };
    let clock = HandClock::new();
    let source = Source::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    let still = runtime(false);
    still.block_on(async {
        let cache = cache.clone();
        tokio::spawn(async move { id(&cache).await });
        settle().await;
    });
    source.0.gate.add_permits(1);
    // The first request may be let through or not: nobody drives it.
    source.0.gate.add_permits(1);
    let waited = runtime(true).block_on(async {
        let start = tokio::time::Instant::now();
        assert_eq!(id(&cache).await, "id2");
        start.elapsed()
    });
    assert_eq!(waited.as_secs(), 2);
    drop(still);
}

/// However long it takes: as long as its runtime is driven, there is one request.
#[tokio::test(start_paused = true)]
async fn a_slow_refresh_is_waited_for() {
    let clock = HandClock::new();
    let source = Source::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    let asking = id(&cache);
    let opening = tokio::spawn({
        let source = source.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(50)).await;
            source.0.gate.add_permits(1);
        }
    });
    assert_eq!((asking.await.as_str(), source.asked()), ("id1", 1));
    opening.await.unwrap();
}

#[tokio::test]
async fn a_refresh_in_the_background_that_stands_still_is_begun_anew() {
    let clock = HandClock::new();
    let source = Source::gated(&clock, 7200);
    let cache = cache(&source, &clock);
    source.0.gate.add_permits(1);
    id(&cache).await;
    clock.pass(6900);
    for (seconds, asked) in [(0, 2), (65, 2), (1, 3)] {
        clock.pass(seconds);
        assert_eq!(id(&cache).await, "id1");
        settle().await;
        assert_eq!(source.asked(), asked);
    }
    // What was given up changes nothing when it ends after all.
    for expected in ["id1", "id3"] {
        source.0.gate.add_permits(1);
        settle().await;
        assert_eq!((id(&cache).await.as_str(), source.asked()), (expected, 3));
    }
}

#[tokio::test]
async fn a_success_ends_the_time_that_the_source_is_left_alone() {
    let clock = HandClock::new();
    let source = Source::new(&clock, Some(20));
    let cache = cache(&source, &clock);
    id(&cache).await;
    source.fail(true);
    clock.pass(16);
    id(&cache).await;
    settle().await;
    clock.pass(4);
    // The second failure: the source would be left alone until 40 s.
    assert!(cache.provide_credential().await.is_err());
    source.fail(false);
    clock.pass(1);
    assert_eq!(id(&cache).await, "id4");
    clock.pass(16);
    assert_eq!(id(&cache).await, "id4");
    settle().await;
    assert_eq!(source.asked(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_is_given_up() {
    let clock = HandClock::new();
    let source = Source::gated(&clock, 1000);
    let config = ProviderConfig::new().clock(clock.clone());
    let cache = CachingProvider::builder(source.clone())
        .config(config)
        .refresh_timeout(Duration::from_secs(7))
        .build();
    let error = cache.provide_credential().await.unwrap_err();
    assert_eq!(error.to_string(), "cache: no credential within 7s");
    source.0.gate.add_permits(2);
    assert_eq!(id(&cache).await, "id2");
}
