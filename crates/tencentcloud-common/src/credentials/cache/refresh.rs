//! The rules for when a cached credential is refreshed. They do no I/O; the times are arguments.

use std::time::{Duration, SystemTime};

/// The default of how long before its expiry a credential is refreshed, as in the official SDK for
/// Java and the metadata service.
pub(super) const DEFAULT_AHEAD: Duration = Duration::from_secs(300);

/// A credential is refreshed in the last `1 / LIFETIME_FRACTION` of its lifetime at the earliest,
/// because otherwise one that is valid for 60 s would be refreshed all the time.
const LIFETIME_FRACTION: u32 = 5;

/// The part of the refresh window that is randomized, so that many machines do not refresh
/// together.
const JITTER: f64 = 0.2;

/// The backoff after the first failed refresh; each further failure doubles it.
const INITIAL_BACKOFF: Duration = Duration::from_secs(10);
const MAX_BACKOFF: Duration = Duration::from_secs(60);

/// The state of a cached credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Use it.
    Fresh,
    /// Use it, and fetch the next one in the background.
    RefreshDue,
    /// Wait for the next one.
    Expired,
}

/// Returns the state of a credential at `now`. `None` means that it does not expire, or is not
/// refreshed.
pub(super) fn freshness(
    expires_at: Option<SystemTime>,
    refresh_at: Option<SystemTime>,
    now: SystemTime,
) -> Freshness {
    if expires_at.is_some_and(|expires_at| now >= expires_at) {
        Freshness::Expired
    } else if refresh_at.is_some_and(|refresh_at| now >= refresh_at) {
        Freshness::RefreshDue
    } else {
        Freshness::Fresh
    }
}

/// Returns when to refresh a credential that was fetched at `now`: `ahead` before its expiry, or a
/// fifth of its lifetime before it if that is shorter. `jitter`, from 0 to 1, delays the refresh.
pub(super) fn refresh_time(
    now: SystemTime,
    expires_at: SystemTime,
    ahead: Duration,
    jitter: f64,
) -> SystemTime {
    let lifetime = expires_at.duration_since(now).unwrap_or_default();
    let window = ahead.min(lifetime / LIFETIME_FRACTION);
    let window = window.mul_f64(1.0 - JITTER * jitter.clamp(0.0, 1.0));
    expires_at.checked_sub(window).unwrap_or(expires_at)
}

/// Returns how long to wait after this many consecutive failed refreshes.
pub(super) fn backoff(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(8);
    INITIAL_BACKOFF.saturating_mul(1 << doublings).min(MAX_BACKOFF)
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn freshness_changes_exactly_at_refresh_and_expiry() {
        let freshness = |now| super::freshness(Some(at(100)), Some(at(80)), at(now));
        assert_eq!([freshness(0), freshness(79)], [Freshness::Fresh; 2]);
        assert_eq!([freshness(80), freshness(99)], [Freshness::RefreshDue; 2]);
        assert_eq!([freshness(100), freshness(1000)], [Freshness::Expired; 2]);
        assert_eq!(super::freshness(None, None, at(u64::from(u32::MAX))), Freshness::Fresh);
    }

    #[test]
    fn refresh_is_due_shortly_before_expiry_not_after_a_tenth_of_the_lifetime() {
        assert_eq!(refresh_time(at(0), at(7200), DEFAULT_AHEAD, 0.0), at(6900));
        // A credential with a short lifetime is not refreshed all the time.
        assert_eq!(refresh_time(at(0), at(60), DEFAULT_AHEAD, 0.0), at(48));
        // A refresh of an expired credential is due at once.
        assert_eq!(refresh_time(at(100), at(60), DEFAULT_AHEAD, 0.5), at(60));
    }

    #[test]
    fn jitter_shortens_the_refresh_window_by_at_most_a_fifth() {
        let times: Vec<_> = (0..=100)
            .map(|n| refresh_time(at(0), at(7200), DEFAULT_AHEAD, f64::from(n) / 100.0))
            .collect();
        assert!(times.iter().all(|time| (at(6900)..=at(6960)).contains(time)));
        assert!(times.is_sorted() && times.first() != times.last());
        // Jitter that is out of range is clamped.
        assert_eq!(refresh_time(at(0), at(7200), DEFAULT_AHEAD, 9.0), at(6960));
        assert_eq!(refresh_time(at(0), at(7200), DEFAULT_AHEAD, -9.0), at(6900));
    }

    #[test]
    fn backoff_grows_with_failures_and_is_bounded() {
        let backoffs: Vec<u64> = (0..6).map(|n| backoff(n).as_secs()).collect();
        assert_eq!(backoffs, [10, 10, 20, 40, 60, 60]);
        assert_eq!(backoff(u32::MAX).as_secs(), 60);
    }
}
