use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::runtime::Random;

/// The delay before a retry, given the number of the failed attempt, from 1.
#[derive(Clone)]
pub(super) enum Backoff {
    /// `base` after the first attempt, doubled after each further attempt, up to `cap`.
    Exponential { base: Duration, cap: Duration },
    /// The same delay each time.
    Constant(Duration),
    /// The delay that a function of the caller returns.
    Custom(Arc<dyn Fn(u32) -> Duration + Send + Sync>),
}

impl Backoff {
    /// Returns the delay without jitter, which is the upper limit with jitter.
    pub(super) fn max_delay(&self, attempt: u32) -> Duration {
        match self {
            Self::Exponential { base, cap } => {
                let doublings = attempt.saturating_sub(1);
                let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
                base.checked_mul(factor).map_or(*cap, |delay| delay.min(*cap))
            }
            Self::Constant(delay) => *delay,
            Self::Custom(delay) => delay(attempt),
        }
    }
}

impl fmt::Debug for Backoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exponential { base, cap } => {
                f.debug_struct("Exponential").field("base", base).field("cap", cap).finish()
            }
            Self::Constant(delay) => f.debug_tuple("Constant").field(delay).finish(),
            Self::Custom(_) => f.write_str("Custom"),
        }
    }
}

/// Returns a uniformly distributed delay from zero to `limit`, both included.
pub(crate) fn full_jitter(limit: Duration, random: &dyn Random) -> Duration {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    // 64 bits of nanoseconds are 584 years.
    let limit = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
    let scaled = (u128::from(u64::from_le_bytes(bytes)) * (u128::from(limit) + 1)) >> 64;
    Duration::from_nanos(u64::try_from(scaled).unwrap_or(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source of randomness that repeats one byte.
    struct ConstantRandom(u8);

    impl Random for ConstantRandom {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn exponential_backoff_doubles_up_to_the_cap_without_overflow() {
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
            assert_eq!(backoff.max_delay(attempt), ms(expected), "{attempt}");
        }
        let tiny = Backoff::Exponential { base: Duration::from_nanos(1), cap: Duration::MAX };
        assert_eq!(tiny.max_delay(32), Duration::from_nanos(1 << 31));
        assert!(tiny.max_delay(u32::MAX) >= tiny.max_delay(32));
        let huge = Backoff::Exponential { base: Duration::MAX, cap: Duration::MAX };
        assert_eq!(huge.max_delay(2), Duration::MAX);
    }

    #[test]
    fn jitter_is_between_zero_and_the_limit() {
        let nanos = Duration::from_nanos;
        for limit in [0, 1, 2, 1_000, 500_000_000, u64::MAX] {
            assert_eq!(full_jitter(nanos(limit), &ConstantRandom(0)), nanos(0), "{limit}");
            assert_eq!(full_jitter(nanos(limit), &ConstantRandom(0xff)), nanos(limit), "{limit}");
        }
        assert_eq!(full_jitter(nanos(999), &ConstantRandom(0x80)), nanos(501));
        assert_eq!(full_jitter(Duration::MAX, &ConstantRandom(0xff)), nanos(u64::MAX));
    }

    #[test]
    fn jitter_is_uniform() {
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
            let nanos = full_jitter(Duration::from_nanos(3), &random).as_nanos();
            counts[usize::try_from(nanos).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (900..1100).contains(count)), "{counts:?}");
    }
}
