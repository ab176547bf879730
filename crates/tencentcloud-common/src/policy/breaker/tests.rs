mod model;

use std::time::Duration;

use super::*;
use crate::error::ServiceError;
use BreakerState::{Closed, HalfOpen, Open};
use Outcome::{Failure, Success};

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

#[allow(clippy::disallowed_methods, reason = "any start time works")]
fn start() -> Instant {
    Instant::now()
}

/// Makes one attempt that starts and ends at `now`; returns whether it went to the backup.
fn attempt(breaker: &Breaker, now: Instant, outcome: Outcome) -> bool {
    let token = breaker.acquire(now);
    let to_backup = token.to_backup();
    breaker.record(token, now, outcome);
    to_backup
}

fn open(now: Instant) -> Breaker {
    let breaker = Breaker::new(&RegionBreakerProfile::default(), now);
    for _ in 0..5 {
        assert!(!attempt(&breaker, now, Failure));
    }
    assert_eq!(breaker.state(now), Open);
    breaker
}

#[test]
fn successes_never_open_the_breaker() {
    let now = start();
    let breaker = Breaker::new(&RegionBreakerProfile::default(), now);
    for _ in 0..1000 {
        assert!(!attempt(&breaker, now, Success));
    }
    assert_eq!(breaker.state(now), Closed);
}

#[test]
fn failure_count_and_rate_or_consecutive_failures_open_the_breaker() {
    let now = start();
    let cases = [
        ("FFFF", Closed),
        ("FFFFF", Open),
        ("FFFFSF", Open),           // 5 of 6
        ("SFFFSFF", Closed),        // 5 of 7
        ("SFFFSFFF", Open),         // 6 of 8, exactly 0.75
        ("SSSSSSSSFFFFF", Open),    // 5 in a row
        ("SSSSSFFFFSFFFF", Closed), // 8 of 14, 4 in a row
        ("SFSFSFSFSFSFSFSF", Closed),
    ];
    for (results, expected) in cases {
        let breaker = Breaker::new(&RegionBreakerProfile::default(), now);
        for result in results.chars() {
            assert_eq!(breaker.state(now), Closed, "{results}");
            attempt(&breaker, now, if result == 'F' { Failure } else { Success });
        }
        assert_eq!(breaker.state(now), expected, "{results}");
    }
}

#[test]
fn new_window_resets_the_counts() {
    let now = start();
    let breaker = Breaker::new(&RegionBreakerProfile::default(), now);
    for _ in 0..4 {
        attempt(&breaker, now, Failure);
    }
    let late = breaker.acquire(now + secs(299));
    attempt(&breaker, now + secs(300), Failure);
    breaker.record(late, now + secs(300), Failure);
    assert_eq!(breaker.state(now + secs(300)), Closed);
    for _ in 0..4 {
        attempt(&breaker, now + secs(301), Failure);
    }
    assert_eq!(breaker.state(now + secs(301)), Open);
}

#[test]
fn open_breaker_uses_the_backup_until_the_timeout_and_then_probes() {
    let now = start();
    let breaker = open(now);
    // Outcomes of the backup change nothing.
    for outcome in [Success, Failure, Success] {
        assert!(attempt(&breaker, now + secs(59), outcome));
    }
    assert_eq!(breaker.state(now + secs(59)), Open);
    let now = now + secs(60);
    for success in 0..5 {
        assert_eq!(breaker.state(now), HalfOpen, "after {success} successes");
        assert!(!attempt(&breaker, now, Success));
    }
    assert_eq!(breaker.state(now), Closed);
}

/// The official SDKs send all calls to the primary, where they stall if it drops packets.
#[test]
fn concurrent_probes_are_limited() {
    let now = start();
    let breaker = open(now);
    let now = now + secs(60);
    let mut probes: Vec<_> = (0..5).map(|_| breaker.acquire(now)).collect();
    assert!(probes.iter().all(|token| !token.to_backup()));
    // Other calls go to the backup; their outcomes say nothing about the primary.
    for outcome in [Success, Failure, Success, Success, Success, Success] {
        assert!(attempt(&breaker, now, outcome));
    }
    assert_eq!(breaker.state(now), HalfOpen);
    // A probe that is recorded or dropped makes room for the next probe.
    breaker.record(probes.pop().unwrap(), now, Success);
    probes.push(breaker.acquire(now));
    assert!(!probes.last().unwrap().to_backup() && breaker.acquire(now).to_backup());
    drop(probes.pop());
    probes.push(breaker.acquire(now));
    assert!(!probes.last().unwrap().to_backup() && breaker.acquire(now).to_backup());
    for probe in probes.drain(..4) {
        breaker.record(probe, now, Success);
    }
    assert_eq!(breaker.state(now), Closed);
    // The last probe is too late to be counted, and releases no other probe.
    breaker.record(probes.pop().unwrap(), now, Failure);
    assert_eq!(breaker.state(now), Closed);
}

#[test]
fn probe_of_an_earlier_generation_releases_no_later_probe() {
    let now = start();
    let breaker = open(now);
    let now = now + secs(60);
    let old: Vec<_> = (0..4).map(|_| breaker.acquire(now)).collect();
    assert!(!attempt(&breaker, now, Failure));
    let now = now + secs(60);
    let probes: Vec<_> = (0..5).map(|_| breaker.acquire(now)).collect();
    for (number, token) in old.into_iter().enumerate() {
        if number % 2 == 0 {
            breaker.record(token, now, Success);
        }
    }
    assert!(probes.iter().all(|token| !token.to_backup()));
    assert!(breaker.acquire(now).to_backup());
}

#[test]
fn failed_probe_opens_the_breaker_again() {
    let now = start();
    let breaker = open(now);
    let now = now + secs(60);
    for _ in 0..4 {
        assert!(!attempt(&breaker, now, Success));
    }
    assert!(!attempt(&breaker, now, Failure));
    assert!(breaker.acquire(now + secs(59)).to_backup());
    assert_eq!(breaker.state(now + secs(60)), HalfOpen);
}

#[test]
fn attempts_of_an_earlier_generation_are_not_counted() {
    let now = start();
    let breaker = Breaker::new(&RegionBreakerProfile::default(), now);
    let old: Vec<_> = (0..10).map(|_| breaker.acquire(now)).collect();
    for _ in 0..5 {
        attempt(&breaker, now, Failure);
    }
    let now = now + secs(60);
    assert_eq!(breaker.state(now), HalfOpen);
    for token in old {
        breaker.record(token, now, Failure);
    }
    assert_eq!(breaker.state(now), HalfOpen);
}

/// Modulo 10, as in the official SDK, the old token would be in the current generation.
#[test]
fn attempt_is_not_counted_ten_generations_later() {
    let now = start();
    let breaker = open(now);
    let probe = breaker.acquire(now + secs(60));
    for round in 1..=5 {
        assert!(!attempt(&breaker, now + secs(60 * round), Failure));
    }
    let now = now + secs(60 * 6);
    assert_eq!(breaker.state(now), HalfOpen);
    breaker.record(probe, now, Failure);
    assert_eq!(breaker.state(now), HalfOpen);
}

#[test]
fn dropped_tokens_do_not_block_the_breaker() {
    let now = start();
    let breaker = open(now);
    let now = now + secs(60);
    for _ in 0..100 {
        drop(breaker.acquire(now));
    }
    assert_eq!(breaker.state(now), HalfOpen);
    for _ in 0..5 {
        assert!(!attempt(&breaker, now + secs(1000), Success));
    }
    assert_eq!(breaker.state(now + secs(1000)), Closed);
}

#[test]
fn maximum_durations_do_not_overflow() {
    let profile = RegionBreakerProfile::builder()
        .timeout(Duration::MAX)
        .window_interval(Duration::MAX)
        .build()
        .unwrap();
    let now = start();
    let breaker = Breaker::new(&profile, now);
    for _ in 0..5 {
        attempt(&breaker, now, Failure);
    }
    assert!(breaker.acquire(now + secs(1_000_000_000)).to_backup());
}

#[test]
fn clones_share_their_state() {
    let now = start();
    let breaker = Breaker::new(&RegionBreakerProfile::default(), now);
    std::thread::scope(|scope| {
        for _ in 0..5 {
            let breaker = breaker.clone();
            scope.spawn(move || attempt(&breaker, now, Failure));
        }
    });
    assert_eq!(breaker.state(now), Open);
    assert_eq!(format!("{breaker:?}"), "Breaker { state: Open, .. }");
}

#[test]
fn outcome_of_each_kind_of_error() {
    let page = |status| {
        Error::new(ErrorKind::Response, "")
            .with_sent(true)
            .with_status(http::StatusCode::from_u16(status).unwrap())
    };
    let code =
        |code: &str| Error::service(ServiceError { code: code.to_owned(), message: String::new() });
    let id = || Some("1-2".to_owned());
    let cases = [
        (Error::new(ErrorKind::InvalidInput, ""), None),
        (Error::new(ErrorKind::Credential, ""), None),
        (Error::new(ErrorKind::Connect, ""), Some(Failure)),
        (Error::new(ErrorKind::Timeout, ""), Some(Failure)),
        (Error::new(ErrorKind::Timeout, "").with_sent(true), Some(Failure)),
        (Error::new(ErrorKind::Transport, "").with_sent(true), Some(Failure)),
        (Error::new(ErrorKind::Transport, ""), None),
        (page(500), Some(Failure)),
        (page(502), Some(Failure)),
        (page(503).with_request_id(id()), Some(Success)),
        (page(404), Some(Success)),
        (page(429), Some(Success)),
        (page(200), Some(Success)),
        (code("InternalError"), Some(Failure)),
        (code("InternalError.Gateway"), Some(Failure)),
        (code("InternalError").with_request_id(id()), Some(Success)),
        (code("RequestLimitExceeded"), Some(Success)),
        (code("AuthFailure.SignatureFailure").with_request_id(id()), Some(Success)),
    ];
    for (error, expected) in cases {
        assert_eq!(outcome(Err(&error)), expected, "{error:?}");
    }
    assert_eq!(outcome(Ok(())), Some(Success));
}
