//! How far the clock of this machine is off, learnt from responses of the service.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::Error;

/// A smaller difference is no reason to try again.
///
/// The service rejects a signature whose time is more than five minutes from its own. A part of
/// that can be the time that the request was on its way, so that a clock which is off by less may
/// be the cause; one that is off by seconds is not.
const MIN_OFFSET: Duration = Duration::from_secs(60);

/// A larger difference is not learnt.
///
/// It covers a clock that was set to local time as if that were UTC (14 hours at most) and one
/// that drifted. A clock that is further off is not corrected, because the `Date` of one response
/// is weak evidence: a proxy or a broken server can write anything there, and a request that is
/// signed for a distant time could be replayed then. Over TLS such a clock seldom gets this far,
/// because certificates look expired to it.
const MAX_OFFSET: Duration = Duration::from_secs(24 * 60 * 60);

/// The last second of the year 9999, the last that a date in a signature can name.
const MAX_TIMESTAMP: u64 = 253_402_300_799;

/// The offset between the clock of the service and ours, shared by the clones of a client.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew(AtomicI64);

/// An offset in milliseconds; our time plus the offset is the time of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offset(i64);

impl ClockSkew {
    /// The offset that is known now.
    pub(crate) fn offset(&self) -> Offset {
        Offset(self.0.load(Ordering::Relaxed))
    }

    /// Returns the time to sign with, in seconds since 1970, when our clock shows `now`; and the
    /// offset in it, which an attempt keeps for [`learn`](Self::learn).
    ///
    /// An offset that leads out of what a signature can name is dropped, so that it cannot stop
    /// every later call.
    ///
    /// # Errors
    ///
    /// When our clock itself is before 1970 or after 9999.
    pub(crate) fn timestamp(&self, now: SystemTime) -> Result<(u64, Offset), Error> {
        let offset = self.offset();
        if let Some(timestamp) = timestamp(offset.apply(now)) {
            return Ok((timestamp, offset));
        }
        let timestamp = timestamp(now).ok_or_else(|| {
            Error::invalid_input(
                "the clock of this machine is before 1970 or after 9999: set it to the current \
                 time",
            )
        })?;
        // Unless another call has learnt a better one in the meantime.
        let _ = self.0.compare_exchange(offset.0, 0, Ordering::Relaxed, Ordering::Relaxed);
        Ok((timestamp, Offset::default()))
    }

    /// Learns from a response that rejected the time of the signature, and came at `now` by our
    /// clock. `date` is the time of the service, if the response has one; `used` is the offset that
    /// the request was signed with.
    ///
    /// Returns whether another attempt is worth it, because it would be signed with a time that is
    /// far from the rejected one: that of the service unless it is more than [`MAX_OFFSET`] away,
    /// or else what another call has learnt in the meantime, or else that of our own clock, which
    /// may have been set right. In each case the rejected offset is dropped.
    pub(crate) fn learn(
        &self,
        date: impl Into<Option<SystemTime>>,
        now: SystemTime,
        used: Offset,
    ) -> bool {
        let seen = date.into().and_then(|date| {
            let offset = Offset::between(date, now);
            if offset.is_plausible() {
                return Some(offset);
            }
            tracing::warn!(
                max = ?MAX_OFFSET,
                "the service's time is too far from that of this machine's clock to correct it: \
                 check the clock"
            );
            None
        });
        let better = [seen, Some(self.offset()), Some(Offset::default())]
            .into_iter()
            .flatten()
            .find(|offset| Duration::from_millis(offset.0.abs_diff(used.0)) >= MIN_OFFSET);
        if let Some(better) = better {
            self.0.store(better.0, Ordering::Relaxed);
        }
        better.is_some()
    }
}

/// Seconds since 1970, when a signature can name them.
fn timestamp(time: SystemTime) -> Option<u64> {
    let since = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    (since <= MAX_TIMESTAMP).then_some(since)
}

impl Offset {
    fn between(service: SystemTime, ours: SystemTime) -> Self {
        let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Self(match service.duration_since(ours) {
            Ok(ahead) => millis(ahead),
            Err(behind) => millis(behind.duration()).saturating_neg(),
        })
    }

    /// Whether a clock can be off by so much.
    fn is_plausible(self) -> bool {
        Duration::from_millis(self.0.unsigned_abs()) <= MAX_OFFSET
    }

    /// What our clock shows at a time of the service.
    pub(crate) fn undo(self, time: SystemTime) -> SystemTime {
        Self(self.0.saturating_neg()).apply(time)
    }

    /// Our time, corrected. An offset that leads out of what a time can be is left out.
    pub(crate) fn apply(self, now: SystemTime) -> SystemTime {
        let distance = Duration::from_millis(self.0.unsigned_abs());
        let corrected =
            if self.0 < 0 { now.checked_sub(distance) } else { now.checked_add(distance) };
        corrected.unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(secs)
    }

    const NOW: u64 = 1_700_000_000;
    const DAY: u64 = 24 * 60 * 60;

    #[test]
    fn a_clock_that_is_off_is_corrected() {
        for service in [NOW + 3600, NOW - 3600, NOW + 60, NOW - 60, NOW + DAY, NOW - DAY] {
            let skew = ClockSkew::default();
            let used = skew.offset();
            assert_eq!(used.apply(at(NOW)), at(NOW));
            assert!(skew.learn(at(service), at(NOW), used), "{service}");
            assert_eq!(skew.offset().apply(at(NOW)), at(service));
            assert_eq!(skew.offset().apply(at(NOW + 5)), at(service + 5));
        }
    }

    #[test]
    fn a_small_difference_teaches_nothing() {
        for service in [NOW, NOW + 1, NOW + 59, NOW - 59] {
            let skew = ClockSkew::default();
            assert!(!skew.learn(at(service), at(NOW), skew.offset()), "{service}");
            assert_eq!(skew.offset(), Offset::default());
        }
    }

    #[test]
    fn a_time_that_is_too_far_away_teaches_nothing() {
        for service in [0, NOW - DAY - 1, NOW + DAY + 1, 253_402_300_799] {
            let skew = ClockSkew::default();
            assert!(!skew.learn(at(service), at(NOW), skew.offset()), "{service}");
            assert_eq!(skew.timestamp(at(NOW)).unwrap(), (NOW, Offset::default()));
        }
    }

    #[test]
    fn an_offset_that_cannot_be_signed_with_is_dropped() {
        const END: u64 = MAX_TIMESTAMP;
        for (service, ours, later) in [(END - 100, END - 4000, END - 100), (100, 4000, 100)] {
            let skew = ClockSkew::default();
            assert!(skew.learn(at(service), at(ours), skew.offset()));
            let offset = skew.offset();
            assert_eq!(skew.timestamp(at(ours)).unwrap(), (service, offset));
            assert_eq!(skew.timestamp(at(later)).unwrap(), (later, Offset::default()));
            assert_eq!(skew.offset(), Offset::default(), "for the next calls, too");
        }
        let skew = ClockSkew::default();
        for wrong in [UNIX_EPOCH - Duration::from_secs(1), at(END + 1)] {
            let error = skew.timestamp(wrong).unwrap_err();
            assert!(error.to_string().contains("the clock of this machine is"), "{error}");
        }
    }

    #[test]
    fn what_was_learnt_and_is_refused_is_forgotten() {
        // The service says the same as before, does not say what its time is, or says nonsense.
        for date in [Some(at(NOW + 610)), None, Some(at(253_402_300_799))] {
            let skew = ClockSkew::default();
            assert!(skew.learn(at(NOW + 600), at(NOW), skew.offset()));
            assert!(skew.learn(date, at(NOW + 10), skew.offset()));
            assert_eq!(skew.offset(), Offset::default());
            assert!(!skew.learn(None, at(NOW + 10), skew.offset()));
        }
        // The clock was set right.
        let skew = ClockSkew::default();
        assert!(skew.learn(at(NOW + 600), at(NOW), skew.offset()));
        assert!(skew.learn(at(NOW + 620), at(NOW + 620), skew.offset()));
        assert_eq!(skew.offset(), Offset::default());
    }

    #[test]
    fn calls_that_failed_together_may_all_try_again() {
        let skew = ClockSkew::default();
        let (first, second) = (skew.offset(), skew.offset());
        assert!(skew.learn(at(NOW + 600), at(NOW), first));
        assert!(skew.learn(at(NOW + 600), at(NOW), second));
        // Also one that is not told the time.
        assert!(skew.learn(None, at(NOW), second));
        assert_eq!(skew.offset().apply(at(NOW)), at(NOW + 600));
    }

    #[test]
    fn no_offset_overflows() {
        let epoch = at(0);
        for offset in [i64::MIN, -i64::MAX, i64::MAX] {
            let _ = Offset(offset).apply(epoch);
            let skew = ClockSkew::default();
            assert!(skew.learn(epoch, epoch, Offset(offset)));
        }
        let mut end = epoch;
        for bit in (0..64).rev() {
            end = end.checked_add(Duration::from_secs(1 << bit)).unwrap_or(end);
        }
        assert_eq!(Offset(i64::MAX).apply(end), end);
        let skew = ClockSkew::default();
        assert!(!skew.learn(end, epoch, skew.offset()));
        assert!(!skew.learn(epoch, end, skew.offset()));
    }
}
