use super::*;

const FOREVER: Duration = Duration::MAX;

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[allow(clippy::disallowed_methods, reason = "any start time works")]
fn start() -> Instant {
    Instant::now()
}

fn limiter(builder: RateLimitBuilder) -> RateLimiter {
    RateLimiter::new(builder.build().unwrap())
}

#[test]
fn calls_are_spaced_evenly_in_order() {
    let now = start();
    let limiter = limiter(RateLimit::builder().per_second(10.0));
    let reserve = |after| limiter.reserve("r", "A", now + millis(after), FOREVER);
    assert_eq!(reserve(0), Ok(millis(0)));
    assert_eq!(reserve(0), Ok(millis(100)));
    assert_eq!(reserve(30), Ok(millis(170)));
    assert_eq!(reserve(299), Ok(millis(1)));
    // The next permit is available exactly now.
    assert_eq!(reserve(400), Ok(millis(0)));
    // Unused permits expire: there is no burst after an idle period.
    assert_eq!(reserve(60_000), Ok(millis(0)));
    assert_eq!(reserve(60_000), Ok(millis(100)));
}

#[test]
fn time_that_goes_back_only_increases_the_wait() {
    let now = start() + millis(1000);
    let limiter = limiter(RateLimit::builder().per_second(10.0));
    assert_eq!(limiter.reserve("r", "A", now, FOREVER), Ok(millis(0)));
    assert_eq!(
        limiter.reserve("r", "A", now.checked_sub(millis(5)).unwrap(), FOREVER),
        Ok(millis(105))
    );
}

#[test]
fn each_action_and_region_has_its_own_queue_and_each_action_its_own_limit() {
    let now = start();
    let limiter = limiter(RateLimit::builder().per_second(10.0).action("B", 40.0).action("C", 0.5));
    for (region, action, second) in
        [("r", "A", 100), ("s", "A", 100), ("r", "B", 25), ("r", "C", 2000), ("", "A", 100)]
    {
        assert_eq!(limiter.reserve(region, action, now, FOREVER), Ok(millis(0)));
        assert_eq!(limiter.clone().reserve(region, action, now, FOREVER), Ok(millis(second)));
    }
}

#[test]
fn calls_without_a_limit_do_not_wait() {
    let now = start();
    for limiter in [limiter(RateLimit::builder()), limiter(RateLimit::builder().action("B", 1.0))] {
        for _ in 0..100 {
            assert_eq!(limiter.reserve("r", "A", now, Duration::ZERO), Ok(millis(0)));
        }
        assert!(limiter.queues().0.is_empty());
    }
}

#[test]
fn call_that_cannot_wait_takes_no_permit() {
    let now = start();
    let limiter = limiter(RateLimit::builder().per_second(10.0));
    let reserve = |max_wait| limiter.reserve("r", "A", now, max_wait);
    assert_eq!(reserve(Duration::ZERO), Ok(millis(0)));
    for _ in 0..1000 {
        assert_eq!(reserve(millis(99)), Err(RateLimitExceeded { wait: millis(100) }));
    }
    assert_eq!(reserve(millis(100)), Ok(millis(100)));
    let error = reserve(millis(1)).unwrap_err();
    assert_eq!(error.to_string(), "rate limit exceeded: the next permit is available in 200ms");
}

#[test]
fn returned_permit_is_issued_next() {
    let now = start();
    let limiter = limiter(RateLimit::builder().per_second(10.0));
    let take = |after| limiter.acquire("r", "A", now + millis(after), FOREVER).unwrap();
    let mut permits: Vec<Permit> = (0..5).map(|_| take(0)).collect();
    drop(permits.remove(3));
    drop(permits.remove(1));
    for (after, wait) in [(0, 100), (150, 150), (150, 350), (150, 450)] {
        let permit = take(after);
        assert_eq!(permit.wait(), millis(wait), "{after}");
        permit.consume();
    }
    // Permits that are not returned stay with their calls; one whose time has passed expires.
    let late = take(150);
    assert_eq!(late.wait(), millis(550));
    let behind = take(150);
    assert_eq!(behind.wait(), millis(650));
    drop(late);
    assert_eq!(take(710).wait(), millis(190));
}

/// Otherwise cancelled calls would delay other calls.
#[test]
fn cancelled_calls_do_not_fill_the_queue() {
    let now = start();
    let limiter = limiter(RateLimit::builder().per_second(10.0));
    let mut made = 0;
    let mut waiting: Vec<(u64, Permit)> = Vec::new();
    // Twice as many calls as the limit allows; each is cancelled after half a second.
    for millis_now in (0..60_000).step_by(50) {
        let now = now + millis(millis_now);
        let permit = limiter.acquire("r", "A", now, FOREVER).unwrap();
        if permit.wait() <= millis(500) {
            made += 1;
            permit.consume();
        } else {
            waiting.push((millis_now + 500, permit));
        }
        waiting.retain(|(until, _)| *until > millis_now);
    }
    assert!(made >= 599, "{made}");
    assert!(limiter.queues().0.values().all(|queue| queue.returned.len() <= 20));
}

#[test]
fn no_second_contains_more_calls_than_the_limit() {
    let now = start();
    for rate in [1u32, 3, 7, 20] {
        let limiter = limiter(RateLimit::builder().per_second(rate.into()));
        // Bursts of ten calls, at times that do not depend on the limit.
        let calls: Vec<u128> = (0..300u64)
            .map(|call| {
                let requested = now + millis(call / 10 * 371);
                let wait = limiter.reserve("r", "A", requested, FOREVER).unwrap();
                (requested + wait - now).as_nanos()
            })
            .collect();
        assert!(calls.is_sorted(), "first come, first served");
        for (index, first) in calls.iter().enumerate() {
            let within =
                calls[index..].iter().take_while(|it| **it < first + 1_000_000_000).count();
            assert!(within <= rate as usize, "{rate}: {within}");
        }
    }
}

#[test]
fn threads_never_get_the_same_permit() {
    let now = start();
    let limiter = limiter(RateLimit::builder().per_second(1000.0));
    let mut waits: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let take = || limiter.reserve("r", "A", now, FOREVER).unwrap();
                scope.spawn(move || (0..50).map(|_| take()).collect::<Vec<_>>())
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    waits.sort();
    assert!((0..200u64).map(millis).eq(waits));
}

#[test]
fn memory_is_bounded() {
    let now = start();
    let limiter = limiter(RateLimit::builder().per_second(1.0));
    let reserve = |number: usize, after| {
        limiter.reserve("r", &format!("A{number}"), now + millis(after), FOREVER)
    };
    for number in 0..MAX_QUEUES {
        assert_eq!(reserve(number, 0), Ok(millis(0)));
    }
    // All queues are in use: further actions share one queue.
    assert_eq!(reserve(MAX_QUEUES, 0), Ok(millis(0)));
    assert_eq!(reserve(MAX_QUEUES + 1, 0), Ok(millis(1000)));
    assert_eq!(limiter.queues().0.len(), MAX_QUEUES + 1);
    // Existing queues still work.
    assert_eq!(reserve(0, 0), Ok(millis(1000)));
    // Permits of the shared queue are not returned, because its actions have different limits.
    drop(limiter.acquire("r", "more", now, FOREVER).unwrap());
    assert_eq!(reserve(MAX_QUEUES + 1, 0), Ok(millis(3000)));
    // A second later all queues but two are idle and are removed.
    assert_eq!(reserve(MAX_QUEUES, 1000), Ok(millis(0)));
    assert_eq!(limiter.queues().0.len(), 3);
}

#[test]
fn invalid_limits_are_rejected() {
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 0.0009, 1_000_001.0, f64::MIN_POSITIVE] {
        let error = RateLimit::builder().per_second(rate).build().unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("rate limit of all actions must be"), "{error}");
        let error = RateLimit::builder().action("Run", rate).build().unwrap_err();
        assert!(error.to_string().contains("rate limit of Run must be"), "{error}");
    }
    for name in ["", "Describe Instances", "Ä"] {
        let error = RateLimit::builder().action(name, 1.0).build().unwrap_err().to_string();
        assert!(error.contains("invalid action name"), "{error}");
    }
    let limit = RateLimit::builder().per_second(0.001).action("Run", 1_000_000.0).build().unwrap();
    assert_eq!(limit.interval("Other"), Some(Duration::from_secs(1000)));
    assert_eq!(limit.interval("Run"), Some(Duration::from_micros(1)));
}
