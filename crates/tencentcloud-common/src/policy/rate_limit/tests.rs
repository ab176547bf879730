use super::*;

const FOREVER: Duration = Duration::MAX;

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[allow(clippy::disallowed_methods, reason = "a point to count from; how late it is plays no role")]
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
    // The next permit is free exactly now.
    assert_eq!(reserve(400), Ok(millis(0)));
    // Slots that nobody took are gone: there is no burst after a quiet time.
    assert_eq!(reserve(60_000), Ok(millis(0)));
    assert_eq!(reserve(60_000), Ok(millis(100)));
}

#[test]
fn a_time_that_went_back_a_little_only_waits_longer() {
    let now = start() + millis(1000);
    let limiter = limiter(RateLimit::builder().per_second(10.0));
    assert_eq!(limiter.reserve("r", "A", now, FOREVER), Ok(millis(0)));
    assert_eq!(
        limiter.reserve("r", "A", now.checked_sub(millis(5)).unwrap(), FOREVER),
        Ok(millis(105))
    );
}

#[test]
fn each_action_and_region_has_its_own_line_and_each_action_its_own_limit() {
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
fn without_a_limit_nothing_waits() {
    let now = start();
    for limiter in [limiter(RateLimit::builder()), limiter(RateLimit::builder().action("B", 1.0))] {
        for _ in 0..100 {
            assert_eq!(limiter.reserve("r", "A", now, Duration::ZERO), Ok(millis(0)));
        }
        assert!(limiter.queues().0.is_empty());
    }
}

#[test]
fn who_cannot_wait_takes_no_slot() {
    let now = start();
    let limiter = limiter(RateLimit::builder().per_second(10.0));
    let reserve = |max_wait| limiter.reserve("r", "A", now, max_wait);
    assert_eq!(reserve(Duration::ZERO), Ok(millis(0)));
    for _ in 0..1000 {
        assert_eq!(reserve(millis(99)), Err(RateLimitExceeded { wait: millis(100) }));
    }
    assert_eq!(reserve(millis(100)), Ok(millis(100)));
    let error = reserve(millis(1)).unwrap_err();
    assert_eq!(error.to_string(), "the next free permit of the rate limit is 200ms away");
}

#[test]
fn a_slot_that_is_given_back_is_the_next_to_be_taken() {
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
    // Those that are still held stay with their calls, and one whose time has passed is lost.
    let late = take(150);
    assert_eq!(late.wait(), millis(550));
    let behind = take(150);
    assert_eq!(behind.wait(), millis(650));
    drop(late);
    assert_eq!(take(710).wait(), millis(190));
}

/// Else calls that nobody waits for any longer would keep off those that could be made.
#[test]
fn abandoned_calls_do_not_fill_the_line() {
    let now = start();
    let limiter = limiter(RateLimit::builder().per_second(10.0));
    let mut made = 0;
    let mut waiting: Vec<(u64, Permit)> = Vec::new();
    // Twice as many calls as are allowed; each is abandoned after half a second.
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
fn no_second_ever_holds_more_calls_than_the_limit() {
    let now = start();
    for rate in [1u32, 3, 7, 20] {
        let limiter = limiter(RateLimit::builder().per_second(rate.into()));
        // Bursts of ten, at times that have nothing to do with the limit.
        let calls: Vec<u128> = (0..300u64)
            .map(|call| {
                let asked = now + millis(call / 10 * 371);
                let wait = limiter.reserve("r", "A", asked, FOREVER).unwrap();
                (asked + wait - now).as_nanos()
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
fn threads_never_get_the_same_slot() {
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
    // All queues are in use: the rest share one, and wait rather than go too fast.
    assert_eq!(reserve(MAX_QUEUES, 0), Ok(millis(0)));
    assert_eq!(reserve(MAX_QUEUES + 1, 0), Ok(millis(1000)));
    assert_eq!(limiter.queues().0.len(), MAX_QUEUES + 1);
    // Those that exist go on.
    assert_eq!(reserve(0, 0), Ok(millis(1000)));
    // In the shared queue nothing is given back, for actions have different limits.
    drop(limiter.acquire("r", "more", now, FOREVER).unwrap());
    assert_eq!(reserve(MAX_QUEUES + 1, 0), Ok(millis(3000)));
    // A second later all but two have run dry, and make room.
    assert_eq!(reserve(MAX_QUEUES, 1000), Ok(millis(0)));
    assert_eq!(limiter.queues().0.len(), 3);
}

#[test]
fn impossible_limits_are_refused() {
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 0.0009, 1_000_001.0, f64::MIN_POSITIVE] {
        let error = RateLimit::builder().per_second(rate).build().unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("limit of all actions must be"), "{error}");
        let error = RateLimit::builder().action("Run", rate).build().unwrap_err();
        assert!(error.to_string().contains("limit of Run must be"), "{error}");
    }
    for name in ["", "Describe Instances", "Ä"] {
        let error = RateLimit::builder().action(name, 1.0).build().unwrap_err().to_string();
        assert!(error.contains("no name of an action"), "{error}");
    }
    let limit = RateLimit::builder().per_second(0.001).action("Run", 1_000_000.0).build().unwrap();
    assert_eq!(limit.interval("Other"), Some(Duration::from_secs(1000)));
    assert_eq!(limit.interval("Run"), Some(Duration::from_micros(1)));
}
