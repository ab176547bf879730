use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::runtime::Random;

/// How the pause before a retry is computed; the number is that of the attempt that failed,
/// from 1.
#[derive(Clone)]
pub(super) enum Backoff {
    /// `base` after the first attempt, doubled after each further one, up to `cap`.
    Exponential { base: Duration, cap: Duration },
    /// Always the same.
    Constant(Duration),
    /// What a function of the caller says.
    Custom(Arc<dyn Fn(u32) -> Duration + Send + Sync>),
}

impl Backoff {
    /// The pause, or its upper limit if it is random.
    pub(super) fn limit(&self, attempt: u32) -> Duration {
        match self {
            Self::Exponential { base, cap } => {
                let doublings = attempt.saturating_sub(1);
                let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
                base.checked_mul(factor).map_or(*cap, |pause| pause.min(*cap))
            }
            Self::Constant(pause) => *pause,
            Self::Custom(pause) => pause(attempt),
        }
    }
}

impl fmt::Debug for Backoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exponential { base, cap } => {
                f.debug_struct("Exponential").field("base", base).field("cap", cap).finish()
            }
            Self::Constant(pause) => f.debug_tuple("Constant").field(pause).finish(),
            Self::Custom(_) => f.write_str("Custom"),
        }
    }
}

/// A random time from zero to `limit`, both included; each is as likely as any other.
pub(super) fn uniform(limit: Duration, random: &dyn Random) -> Duration {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    // Longer than 584 years needs no more digits.
    let limit = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
    let scaled = (u128::from(u64::from_le_bytes(bytes)) * (u128::from(limit) + 1)) >> 64;
    Duration::from_nanos(u64::try_from(scaled).unwrap_or(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Always the same byte.
    struct All(u8);

    impl Random for All {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn it_doubles_up_to_the_cap_and_never_overflows() {
        let ms = Duration::from_millis;
        let backoff = Backoff::Exponential { base: ms(500), cap: ms(20_000) };
        let table = [
            (0, 500),
            (1, 500),
            (2, 1000),
            (3, 2000),
            (6, 16_000),
            (7, 20_000),
            (32, 20_000),
            (33, 20_000),
            (65, 20_000),
            (u32::MAX, 20_000),
        ];
        for (attempt, expected) in table {
            assert_eq!(backoff.limit(attempt), ms(expected), "{attempt}");
        }
        let tiny = Backoff::Exponential { base: Duration::from_nanos(1), cap: Duration::MAX };
        assert_eq!(tiny.limit(32), Duration::from_nanos(1 << 31));
        assert!(tiny.limit(u32::MAX) >= tiny.limit(32));
        let huge = Backoff::Exponential { base: Duration::MAX, cap: Duration::MAX };
        assert_eq!(huge.limit(2), Duration::MAX);
    }

    #[test]
    fn jitter_spans_zero_to_the_limit() {
        let nanos = Duration::from_nanos;
        for limit in [0, 1, 2, 1_000, 500_000_000, u64::MAX] {
            assert_eq!(uniform(nanos(limit), &All(0)), nanos(0), "{limit}");
            assert_eq!(uniform(nanos(limit), &All(0xff)), nanos(limit), "{limit}");
        }
        assert_eq!(uniform(nanos(999), &All(0x80)), nanos(501));
        assert_eq!(uniform(Duration::MAX, &All(0xff)), nanos(u64::MAX));
    }

    #[test]
    fn jitter_is_even() {
        use std::sync::atomic::{AtomicU64, Ordering};
        /// xorshift64.
        struct Xorshift(AtomicU64);
        impl Random for Xorshift {
            fn fill(&self, bytes: &mut [u8]) {
                let mut x = self.0.load(Ordering::Relaxed);
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                self.0.store(x, Ordering::Relaxed);
                bytes.copy_from_slice(&x.to_le_bytes());
            }
        }
        let random = Xorshift(AtomicU64::new(0x9e37_79b9_7f4a_7c15));
        let mut counts = [0u32; 4];
        for _ in 0..4000 {
            let nanos = uniform(Duration::from_nanos(3), &random).as_nanos();
            counts[usize::try_from(nanos).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (900..1100).contains(count)), "{counts:?}");
    }
}
