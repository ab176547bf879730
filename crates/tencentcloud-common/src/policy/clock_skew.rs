//! The offset between the local clock and the clock of the service, learnt from its responses.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::retry;
use crate::error::Error;

/// The smallest difference that justifies a retry.
///
/// The service rejects a signature whose time differs from its own by more than five minutes. Part
/// of the difference can be the latency of the request, so a smaller clock offset may be the cause,
/// but not one of a few seconds.
const MIN_OFFSET: Duration = Duration::from_secs(60);

/// The largest difference that is corrected.
///
/// It covers a clock that drifted and one that was set to local time instead of UTC (at most 14
/// hours). A larger offset is not corrected, because the `Date` of one response is weak evidence: a
/// proxy or a broken server can send any date, and a request signed for a distant time could be
/// replayed at that time. With TLS such a clock rarely gets a response, because certificates appear
/// expired.
const MAX_OFFSET: Duration = Duration::from_secs(24 * 60 * 60);

/// The last second of the year 9999, the last that the date of a signature can represent.
const MAX_TIMESTAMP: u64 = 253_402_300_799;

/// The offset between the clock of the service and the local clock. Clones of a client share it.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew(AtomicI64);

/// An offset in milliseconds; the local time plus the offset is the time of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offset(i64);

impl ClockSkew {
    /// Returns the current offset.
    pub(crate) fn offset(&self) -> Offset {
        Offset(self.0.load(Ordering::Relaxed))
    }

    /// Returns the time to sign with, in seconds since 1970, for the local time `now`, and the
    /// offset that it includes, which the attempt passes to [`learn`](Self::learn).
    ///
    /// If the corrected time cannot be signed, the offset is reset, so that it does not break every
    /// later call.
    ///
    /// # Errors
    ///
    /// If the local time is before 1970 or after 9999.
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
        // Reset unless another call has learnt another offset in the meantime.
        let _ = self.0.compare_exchange(offset.0, 0, Ordering::Relaxed, Ordering::Relaxed);
        Ok((timestamp, Offset::default()))
    }

    /// Learns from the error of an attempt, if the service rejected the time of its signature. See
    /// [`learn`](Self::learn).
    pub(crate) fn learn_from(&self, error: &Error, now: SystemTime, used: Offset) -> bool {
        retry::is_clock_skew(error) && self.learn(error.headers().and_then(retry::date), now, used)
    }

    /// Updates the offset after a response that rejected the time of the signature. `date` is the
    /// time of the service, if the response has one; `now` is the local time of the response;
    /// `used` is the offset that the request was signed with.
    ///
    /// Returns whether a retry makes sense, because its time would differ enough from the rejected
    /// time. The first of these offsets that differs enough replaces the rejected one: that of
    /// `date`, unless it is larger than [`MAX_OFFSET`]; the one that another call has learnt in the
    /// meantime; or none, because the local clock may have been corrected.
    pub(crate) fn learn(
        &self,
        date: impl Into<Option<SystemTime>>,
        now: SystemTime,
        used: Offset,
    ) -> bool {
        let measured = date.into().and_then(|date| {
            let offset = Offset::between(date, now);
            if offset.is_plausible() {
                return Some(offset);
            }
            tracing::warn!(
                max = ?MAX_OFFSET,
                "the local clock differs too much from the clock of the service to be corrected: \
                 check the clock of this machine"
            );
            None
        });
        let better = [measured, Some(self.offset()), Some(Offset::default())]
            .into_iter()
            .flatten()
            .find(|offset| Duration::from_millis(offset.0.abs_diff(used.0)) >= MIN_OFFSET);
        if let Some(better) = better {
            self.0.store(better.0, Ordering::Relaxed);
        }
        better.is_some()
    }
}

/// Returns the seconds since 1970, if a signature can represent them.
fn timestamp(time: SystemTime) -> Option<u64> {
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    (seconds <= MAX_TIMESTAMP).then_some(seconds)
}

impl Offset {
    fn between(service: SystemTime, local: SystemTime) -> Self {
        let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Self(match service.duration_since(local) {
            Ok(ahead) => millis(ahead),
            Err(behind) => millis(behind.duration()).saturating_neg(),
        })
    }

    /// Whether the offset is small enough to be corrected.
    fn is_plausible(self) -> bool {
        Duration::from_millis(self.0.unsigned_abs()) <= MAX_OFFSET
    }

    /// Converts a time of the service to local time.
    pub(crate) fn to_local_time(self, time: SystemTime) -> SystemTime {
        Self(self.0.saturating_neg()).apply(time)
    }

    /// Converts local time to the time of the service. An offset that would overflow is ignored.
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
    fn wrong_clock_is_corrected() {
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
    fn small_difference_is_ignored() {
        for service in [NOW, NOW + 1, NOW + 59, NOW - 59] {
            let skew = ClockSkew::default();
            assert!(!skew.learn(at(service), at(NOW), skew.offset()), "{service}");
            assert_eq!(skew.offset(), Offset::default());
        }
    }

    #[test]
    fn large_difference_is_ignored() {
        for service in [0, NOW - DAY - 1, NOW + DAY + 1, 253_402_300_799] {
            let skew = ClockSkew::default();
            assert!(!skew.learn(at(service), at(NOW), skew.offset()), "{service}");
            assert_eq!(skew.timestamp(at(NOW)).unwrap(), (NOW, Offset::default()));
        }
    }

    #[test]
    fn offset_that_cannot_be_signed_is_reset() {
        const END: u64 = MAX_TIMESTAMP;
        for (service, ours, later) in [(END - 100, END - 4000, END - 100), (100, 4000, 100)] {
            let skew = ClockSkew::default();
            assert!(skew.learn(at(service), at(ours), skew.offset()));
            let offset = skew.offset();
            assert_eq!(skew.timestamp(at(ours)).unwrap(), (service, offset));
            assert_eq!(skew.timestamp(at(later)).unwrap(), (later, Offset::default()));
            assert_eq!(skew.offset(), Offset::default(), "the next calls use no offset, too");
        }
        let skew = ClockSkew::default();
        for wrong in [UNIX_EPOCH - Duration::from_secs(1), at(END + 1)] {
            let error = skew.timestamp(wrong).unwrap_err();
            assert!(error.to_string().contains("the clock of this machine is"), "{error}");
        }
    }

    #[test]
    fn rejected_offset_is_replaced() {
        // The service sends the same time as before, no time, or an implausible time.
        for date in [Some(at(NOW + 610)), None, Some(at(253_402_300_799))] {
            let skew = ClockSkew::default();
            assert!(skew.learn(at(NOW + 600), at(NOW), skew.offset()));
            assert!(skew.learn(date, at(NOW + 10), skew.offset()));
            assert_eq!(skew.offset(), Offset::default());
            assert!(!skew.learn(None, at(NOW + 10), skew.offset()));
        }
        // The local clock was corrected.
        let skew = ClockSkew::default();
        assert!(skew.learn(at(NOW + 600), at(NOW), skew.offset()));
        assert!(skew.learn(at(NOW + 620), at(NOW + 620), skew.offset()));
        assert_eq!(skew.offset(), Offset::default());
    }

    #[test]
    fn concurrent_calls_that_fail_can_all_retry() {
        let skew = ClockSkew::default();
        let (first, second) = (skew.offset(), skew.offset());
        assert!(skew.learn(at(NOW + 600), at(NOW), first));
        assert!(skew.learn(at(NOW + 600), at(NOW), second));
        // Also a call whose response has no date.
        assert!(skew.learn(None, at(NOW), second));
        assert_eq!(skew.offset().apply(at(NOW)), at(NOW + 600));
    }

    #[test]
    fn offsets_do_not_overflow() {
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
