use std::time::Duration;

use super::*;
use crate::credentials::test_util::{
    CapturedLog, ConstantRandom, FakeSource, ManualClock, at, run_pending_tasks,
};

mod panics_and_clocks;

fn cache(source: &FakeSource, clock: &ManualClock) -> CachingProvider {
    let config = ProviderConfig::new().clock(clock.clone()).random(ConstantRandom(0));
    CachingProvider::builder(source.clone()).config(config).build()
}

async fn id(cache: &CachingProvider) -> String {
    cache.provide_credential().await.unwrap().secret_id().to_owned()
}

/// Bug of the official SDKs: each caller refreshes, or one refresh blocks all callers.
#[tokio::test]
async fn thousand_callers_at_expiry_cause_one_request() {
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    source.0.gate.add_permits(1);
    assert_eq!(id(&cache).await, "id1");
    clock.advance(1000);
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { id(&cache).await })
        })
        .collect();
    run_pending_tasks().await;
    assert_eq!(source.calls(), 2);
    source.0.gate.add_permits(1000);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "id2");
    }
    assert_eq!(source.calls(), 2);
}

/// As in a server with one runtime per core.
#[test]
fn callers_of_several_runtimes_share_one_request() {
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 1000);
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
    assert_eq!(source.calls(), 1);
}

#[tokio::test]
async fn cancelled_caller_does_not_cancel_the_refresh_of_the_others() {
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    let spawn = || {
        let cache = cache.clone();
        tokio::spawn(async move { id(&cache).await })
    };
    let (first, second) = (spawn(), spawn());
    run_pending_tasks().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    source.0.gate.add_permits(100);
    assert_eq!(second.await.unwrap(), "id1");
    assert_eq!(source.calls(), 1);
    // Cancelling the only caller keeps the refresh for the next caller.
    clock.advance(1000);
    source.0.gate.forget_permits(1000);
    let last = spawn();
    run_pending_tasks().await;
    last.abort();
    assert!(last.await.unwrap_err().is_cancelled());
    source.0.gate.add_permits(100);
    run_pending_tasks().await;
    assert_eq!((id(&cache).await.as_str(), source.calls()), ("id2", 2));
}

/// Bug of the SDKs for Python and Go: a refresh after a tenth of the lifetime.
#[tokio::test]
async fn refresh_starts_shortly_before_expiry_in_the_background() {
    let clock = ManualClock::new();
    let source = FakeSource::new(&clock, Some(7200));
    let cache = cache(&source, &clock);
    for seconds in [0, 720, 3000, 3179] {
        clock.advance(seconds);
        assert_eq!(id(&cache).await, "id1");
    }
    run_pending_tasks().await;
    assert_eq!(source.calls(), 1);
    clock.advance(1); // 6,900 s: 300 s are left.
    source.0.gate.forget_permits(usize::MAX >> 3);
    for _ in 0..100 {
        assert_eq!(id(&cache).await, "id1");
        run_pending_tasks().await;
    }
    assert_eq!(source.calls(), 2);
    source.0.gate.add_permits(1);
    run_pending_tasks().await;
    assert_eq!((id(&cache).await.as_str(), source.calls()), ("id2", 2));
}

/// Bugs of the SDKs for Go (an expired credential is used for ever, a failure is only printed) and
/// Node (a failure is cached for ever).
#[tokio::test]
async fn valid_credential_is_used_while_refreshes_fail_but_an_expired_one_is_not() {
    let log = CapturedLog::default();
    let guard = log.start();
    let clock = ManualClock::new();
    let source = FakeSource::new(&clock, Some(7200));
    let cache = cache(&source, &clock);
    assert_eq!(id(&cache).await, "id1");
    source.fail(true);
    clock.advance(6900);
    for _ in 0..50 {
        assert_eq!(id(&cache).await, "id1");
        run_pending_tasks().await;
    }
    // The backoff is 10 s, then 20 s.
    assert_eq!(source.calls(), 2);
    for (seconds, expected_calls) in [(9, 2), (1, 3), (19, 3), (1, 4)] {
        clock.advance(seconds);
        assert_eq!(id(&cache).await, "id1");
        run_pending_tasks().await;
        assert_eq!(source.calls(), expected_calls);
    }
    drop(guard);
    let text = log.text();
    assert_eq!(text.matches("failed to refresh the credential").count(), 3, "{text}");
    assert!(text.contains("WARN") && text.contains("source: failure 2"), "{text}");
    assert!(text.contains("valid_for_seconds=300") && text.contains("retry_in_seconds=10"));
    assert!(!text.contains("secret-"), "{text}");

    clock.advance(270);
    let error = cache.provide_credential().await.unwrap_err();
    assert_eq!(error.to_string(), "source: failure 5");
    source.fail(false);
    assert_eq!(id(&cache).await, "id6");

    // After a success the backoff starts again at 10 s.
    source.fail(true);
    for (seconds, expected_calls) in [(6900, 7), (10, 8)] {
        clock.advance(seconds);
        assert_eq!(id(&cache).await, "id6");
        run_pending_tasks().await;
        assert_eq!(source.calls(), expected_calls);
    }
}

#[tokio::test]
async fn error_reaches_all_waiting_callers_and_the_next_call_retries() {
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 1000);
    source.fail(true);
    let cache = cache(&source, &clock);
    let callers: Vec<_> = (0..10)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.provide_credential().await.unwrap_err().to_string() })
        })
        .collect();
    run_pending_tasks().await;
    source.0.gate.add_permits(100);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "source: failure 1");
    }
    source.fail(false);
    assert_eq!((id(&cache).await.as_str(), source.calls()), ("id2", 2));
}

#[tokio::test]
async fn expired_credential_is_never_returned() {
    let clock = ManualClock::new();
    let credential = Credential::new("id", "key").unwrap().expiring_at(at(0));
    let config = ProviderConfig::new().clock(clock);
    let cache = CachingProvider::builder(credential).config(config).build();
    let error = cache.provide_credential().await.unwrap_err().to_string();
    assert!(error.starts_with("cache: the source returned an expired credential"));
}

#[tokio::test]
async fn only_the_invalidated_credential_is_removed() {
    let clock = ManualClock::new();
    let source = FakeSource::new(&clock, None);
    let cache = cache(&source, &clock);
    let first = cache.provide_credential().await.unwrap();
    clock.advance(u64::from(u32::MAX));
    assert_eq!((id(&cache).await.as_str(), source.calls()), ("id1", 1));
    let other = Credential::with_token("id1", "other-key", "secret-token").unwrap();
    cache.invalidate(&other);
    assert_eq!(id(&cache).await, "id1");
    cache.invalidate(&first);
    assert_eq!(id(&cache).await, "id2");
    // Invalidating the first credential again does not remove the second.
    cache.invalidate(&first);
    assert_eq!((id(&cache).await.as_str(), source.calls()), ("id2", 2));
    assert_eq!(*source.0.invalidated.lock().unwrap(), ["id1", "id1", "id1"]);
}

#[test]
fn refresh_lost_with_its_runtime_does_not_block_the_cache() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    let first = runtime();
    first.block_on(async {
        let cache = cache.clone();
        tokio::spawn(async move { id(&cache).await });
        run_pending_tasks().await;
    });
    assert_eq!(source.calls(), 1);
    drop(first);
    source.0.gate.add_permits(1);
    assert_eq!(runtime().block_on(id(&cache)), "id2");
    let outside = std::pin::pin!(cache.provide_credential());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    // A cached credential needs no runtime.
    assert!(outside.poll(&mut context).is_ready());
    clock.advance(1000);
    let outside = std::pin::pin!(cache.provide_credential());
    let std::task::Poll::Ready(Err(error)) = outside.poll(&mut context) else { panic!() };
    assert!(error.to_string().contains("there is no Tokio runtime"), "{error}");
    let without_timer = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = without_timer.block_on(cache.provide_credential()).unwrap_err();
    assert!(error.to_string().contains("the Tokio runtime has no timer"), "{error}");
}

#[test]
fn background_refresh_lost_with_its_runtime_is_restarted_at_once() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 7200);
    let cache = cache(&source, &clock);
    source.0.gate.add_permits(1);
    let call = || {
        runtime().block_on(async {
            assert_eq!(id(&cache).await, "id1");
            run_pending_tasks().await;
        });
    };
    call();
    clock.advance(6900);
    call();
    call();
    assert_eq!(source.calls(), 3);
}

/// The runtime still exists but is no longer polled.
#[test]
fn blocked_runtime_delays_a_caller_by_two_seconds() {
    let runtime = |paused| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(paused)
            .build()
            .unwrap()
    };
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    let blocked = runtime(false);
    blocked.block_on(async {
        let cache = cache.clone();
        tokio::spawn(async move { id(&cache).await });
        run_pending_tasks().await;
    });
    source.0.gate.add_permits(1);
    // The first request may get its permit or not, because its runtime is not polled.
    source.0.gate.add_permits(1);
    let waited = runtime(true).block_on(async {
        let start = tokio::time::Instant::now();
        assert_eq!(id(&cache).await, "id2");
        start.elapsed()
    });
    assert_eq!(waited.as_secs(), 2);
    drop(blocked);
}

/// While its runtime is polled, a slow refresh is not replaced.
#[tokio::test(start_paused = true)]
async fn slow_refresh_is_not_replaced() {
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 1000);
    let cache = cache(&source, &clock);
    let asking = id(&cache);
    let opening = tokio::spawn({
        let source = source.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(50)).await;
            source.0.gate.add_permits(1);
        }
    });
    assert_eq!((asking.await.as_str(), source.calls()), ("id1", 1));
    opening.await.unwrap();
}

#[tokio::test]
async fn background_refresh_that_makes_no_progress_is_restarted() {
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 7200);
    let cache = cache(&source, &clock);
    source.0.gate.add_permits(1);
    id(&cache).await;
    clock.advance(6900);
    for (seconds, expected_calls) in [(0, 2), (65, 2), (1, 3)] {
        clock.advance(seconds);
        assert_eq!(id(&cache).await, "id1");
        run_pending_tasks().await;
        assert_eq!(source.calls(), expected_calls);
    }
    // A replaced refresh changes nothing when it completes later.
    for expected in ["id1", "id3"] {
        source.0.gate.add_permits(1);
        run_pending_tasks().await;
        assert_eq!((id(&cache).await.as_str(), source.calls()), (expected, 3));
    }
}

#[tokio::test]
async fn success_ends_the_backoff() {
    let clock = ManualClock::new();
    let source = FakeSource::new(&clock, Some(20));
    let cache = cache(&source, &clock);
    id(&cache).await;
    source.fail(true);
    clock.advance(16);
    id(&cache).await;
    run_pending_tasks().await;
    clock.advance(4);
    // The second failure: the backoff would last until 40 s.
    assert!(cache.provide_credential().await.is_err());
    source.fail(false);
    clock.advance(1);
    assert_eq!(id(&cache).await, "id4");
    clock.advance(16);
    assert_eq!(id(&cache).await, "id4");
    run_pending_tasks().await;
    assert_eq!(source.calls(), 5);
}

#[tokio::test(start_paused = true)]
async fn hanging_source_times_out() {
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 1000);
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
