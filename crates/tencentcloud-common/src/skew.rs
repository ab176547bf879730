//! How far the clock of this machine is off, learnt from the service.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// Less than this is no reason to try again.
///
/// The service refuses a signature whose time is more than five minutes from its own. The
/// remainder can be the time that the request was on its way, so that a clock which is off by
/// less may be the cause; one that is off by seconds is not.
const WORTH_LEARNING: Duration = Duration::from_secs(60);

/// The offset between the clock of the service and ours, shared by the clones of a client.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew(AtomicI64);

/// An offset, in milliseconds: what is added to our time to get that of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offset(i64);

impl ClockSkew {
    /// What is known now. An attempt takes it once and keeps it for [`learn`](Self::learn).
    pub(crate) fn offset(&self) -> Offset {
        Offset(self.0.load(Ordering::Relaxed))
    }

    /// Learns from an answer that refused the time of the signature, and came at `now` by our
    /// clock. `date` is the time of the service, if the answer told it; `used` is the offset that
    /// the request was signed with.
    ///
    /// Answers whether another attempt is worth it, for it would be signed with a time that is far
    /// from the refused one: that of the service, or else what another call has learnt in the
    /// meantime, or else that of our own clock, which may have been set right.
    pub(crate) fn learn(
        &self,
        date: impl Into<Option<SystemTime>>,
        now: SystemTime,
        used: Offset,
    ) -> bool {
        let seen = date.into().map(|date| Offset::between(date, now));
        let better = [seen, Some(self.offset()), Some(Offset::default())]
            .into_iter()
            .flatten()
            .find(|offset| Duration::from_millis(offset.0.abs_diff(used.0)) >= WORTH_LEARNING);
        if let Some(better) = better {
            self.0.store(better.0, Ordering::Relaxed);
        }
        better.is_some()
    }
}

impl Offset {
    fn between(service: SystemTime, ours: SystemTime) -> Self {
        let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Self(match service.duration_since(ours) {
            Ok(ahead) => millis(ahead),
            Err(behind) => -millis(behind.duration()),
        })
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
    use std::time::UNIX_EPOCH;

    fn at(secs: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(secs)
    }

    const NOW: u64 = 1_700_000_000;

    #[test]
    fn a_clock_that_is_off_is_corrected() {
        for service in [NOW + 3600, NOW - 3600, NOW + 60, NOW - 60, 0, 253_402_300_799] {
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
    fn what_was_learnt_and_is_refused_is_forgotten() {
        // The service says the same as before, or does not say what its time is.
        for date in [Some(at(NOW + 610)), None] {
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
        assert!(skew.learn(end, epoch, skew.offset()));
        assert!(skew.learn(epoch, end, skew.offset()));
    }
}
