//! When a cached credential is refreshed: pure decisions, made from times that are handed in.

use std::time::{Duration, SystemTime};

/// How long before its end a credential is refreshed at most, as the official SDKs for Java and
/// the metadata service do.
pub(super) const AHEAD: Duration = Duration::from_secs(300);

/// The part of its life in which a credential is refreshed at most: one of 60 s should not be
/// refreshed all the time.
const PART: u32 = 5;

/// How much of the time ahead is given to chance, so that many machines do not refresh together.
const JITTER: f64 = 0.2;

/// The wait after the first failed refresh, doubled by each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(10);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);

/// What to do with a cached credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Use it.
    Use,
    /// Use it, and fetch the next one in the background.
    UseAndRefresh,
    /// It has ended: wait for the next one.
    Wait,
}

/// What to do with a credential that ends at `expires_at`, if ever, and is due at `refresh_at`.
pub(super) fn step(
    expires_at: Option<SystemTime>,
    refresh_at: Option<SystemTime>,
    now: SystemTime,
) -> Step {
    if expires_at.is_some_and(|end| now >= end) {
        Step::Wait
    } else if refresh_at.is_some_and(|due| now >= due) {
        Step::UseAndRefresh
    } else {
        Step::Use
    }
}

/// When a credential that was obtained at `now` is due for a refresh: `ahead` before its end, or
/// in the last fifth of its life if that is shorter, less the part of it that `chance`, from 0 to
/// 1, takes.
pub(super) fn due(
    now: SystemTime,
    expires_at: SystemTime,
    ahead: Duration,
    chance: f64,
) -> SystemTime {
    let life = expires_at.duration_since(now).unwrap_or_default();
    let ahead = ahead.min(life / PART).mul_f64(1.0 - JITTER * chance.clamp(0.0, 1.0));
    expires_at.checked_sub(ahead).unwrap_or(expires_at)
}

/// How long to leave the source alone after this many failed refreshes in a row.
pub(super) fn backoff(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(8);
    FIRST_BACKOFF.saturating_mul(1 << doublings).min(LONGEST_BACKOFF)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn steps_follow_the_two_moments_exactly() {
        let step = |now| step(Some(at(100)), Some(at(80)), at(now));
        assert_eq!([step(0), step(79)], [Step::Use; 2]);
        assert_eq!([step(80), step(99)], [Step::UseAndRefresh; 2]);
        assert_eq!([step(100), step(1000)], [Step::Wait; 2]);
        assert_eq!(super::step(None, None, at(u64::from(u32::MAX))), Step::Use);
    }

    #[test]
    fn a_refresh_is_due_shortly_before_the_end_and_not_after_a_tenth_of_the_life() {
        assert_eq!(due(at(0), at(7200), AHEAD, 0.0), at(6900));
        // A short life is not all refreshing.
        assert_eq!(due(at(0), at(60), AHEAD, 0.0), at(48));
        // What has ended already is due at once.
        assert_eq!(due(at(100), at(60), AHEAD, 0.5), at(60));
    }

    #[test]
    fn jitter_only_shortens_the_time_ahead_and_by_a_fifth_at_most() {
        let moments: Vec<_> =
            (0..=100).map(|n| due(at(0), at(7200), AHEAD, f64::from(n) / 100.0)).collect();
        assert!(moments.iter().all(|moment| (at(6900)..=at(6960)).contains(moment)));
        assert!(moments.is_sorted() && moments.first() != moments.last());
        // A source of chance that is out of bounds stays within them.
        assert_eq!(due(at(0), at(7200), AHEAD, 9.0), at(6960));
        assert_eq!(due(at(0), at(7200), AHEAD, -9.0), at(6900));
    }

    #[test]
    fn failures_are_followed_by_longer_and_bounded_waits() {
        let waits: Vec<u64> = (0..6).map(|n| backoff(n).as_secs()).collect();
        assert_eq!(waits, [10, 10, 20, 40, 60, 60]);
        assert_eq!(backoff(u32::MAX).as_secs(), 60);
    }
}
