use std::sync::Arc;

/// A source of random bytes, for trace ids, client tokens, nonces and jitter.
pub trait Random: Send + Sync {
    /// Fills the buffer with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

impl<R: Random + ?Sized> Random for Arc<R> {
    fn fill(&self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }
}

impl<R: Random + ?Sized> Random for Box<R> {
    fn fill(&self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }
}

/// The random number generator of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // After an error ids may repeat. No secret depends on the randomness.
        if let Err(error) = getrandom::fill(bytes) {
            tracing::warn!(
                %error,
                "the random number generator of the operating system failed; ids may repeat"
            );
        }
    }
}

/// Returns a random number from 0 to 1, both included.
pub(crate) fn fraction(random: &dyn Random) -> f64 {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX)
}

/// Returns a random UUID (version 4) in lower case. The official SDKs use one for each call.
pub(crate) fn uuid(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let bits = u128::from_be_bytes(bytes);
    let bits = bits & !(0xf << 76) | (4 << 76);
    let bits = bits & !(0b11 << 62) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        bits >> 96,
        bits >> 80 & 0xffff,
        bits >> 64 & 0xffff,
        bits >> 48 & 0xffff,
        bits & 0xffff_ffff_ffff
    )
}

/// Returns a random number from 1 to 2⁶³ - 1: the nonce of an `HmacSHA1` or `HmacSHA256` signature,
/// as in the official SDK for Python.
pub(crate) fn nonce(random: &dyn Random) -> u64 {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    (u64::from_be_bytes(bytes) >> 1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;

    impl Random for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    struct Zeros;

    impl Random for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn nonces_are_positive_signed_integers() {
        assert_eq!(nonce(&Ones), u64::try_from(i64::MAX).unwrap());
        assert_eq!(nonce(&Zeros), 1);
        assert_ne!(nonce(&SystemRandom), nonce(&SystemRandom));
    }

    #[test]
    fn uuids_have_version_4() {
        assert_eq!(uuid(&Ones), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_ne!(uuid(&SystemRandom), uuid(&SystemRandom));
    }
}
