use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::tc3::SigningKey;
use crate::credentials::credential::Credential;

/// The number of cached keys: two credentials during a rotation, on two days around midnight.
const CAPACITY: usize = 4;

/// A cache of the signing keys that were used last.
///
/// The cache key is the secret id and key, the date and the service, so that a rotated credential
/// and a new day get keys of their own. The least recently used key is dropped, and zeroized, first.
#[derive(Debug, Default)]
pub(crate) struct KeyCache(Mutex<VecDeque<Entry>>);

#[derive(Debug)]
struct Entry {
    credential: Credential,
    date: String,
    service: String,
    key: Arc<SigningKey>,
}

impl KeyCache {
    /// Returns the signing key of a credential for a date and a service.
    pub(crate) fn get(
        &self,
        credential: &Credential,
        date: &str,
        service: &str,
    ) -> Arc<SigningKey> {
        self.get_or_derive(credential, date, service, SigningKey::derive)
    }

    fn get_or_derive(
        &self,
        credential: &Credential,
        date: &str,
        service: &str,
        derive: impl FnOnce(&str, &str, &str) -> SigningKey,
    ) -> Arc<SigningKey> {
        // A panic while the lock was held cannot have left an incomplete entry.
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let position = entries.iter().position(|entry| {
            entry.date == date
                && entry.service == service
                && same_keys(&entry.credential, credential)
        });
        if let Some(entry) = position.and_then(|index| entries.remove(index)) {
            let key = Arc::clone(&entry.key);
            entries.push_front(entry);
            return key;
        }
        // Derived under the lock, which takes a microsecond, so that concurrent calls do not repeat
        // it.
        let key = Arc::new(derive(credential.secret_key(), date, service));
        entries.truncate(CAPACITY - 1);
        entries.push_front(Entry {
            credential: credential.clone(),
            date: date.to_owned(),
            service: service.to_owned(),
            key: Arc::clone(&key),
        });
        key
    }
}

/// Whether two credentials have the same secret id and key. Compares the keys in constant time.
fn same_keys(one: &Credential, other: &Credential) -> bool {
    let (one_key, other_key) = (one.secret_key().as_bytes(), other.secret_key().as_bytes());
    one.secret_id() == other.secret_id()
        && one_key.len() == other_key.len()
        && one_key.iter().zip(other_key).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[derive(Default)]
    struct CountingCache {
        keys: KeyCache,
        derived: Cell<u32>,
    }

    impl CountingCache {
        /// Gets a key, compares it with one that is not cached, and returns the number of derivations.
        fn get(&self, credential: &Credential, date: &str, service: &str) -> u32 {
            let key = self.keys.get_or_derive(credential, date, service, |key, date, service| {
                self.derived.set(self.derived.get() + 1);
                SigningKey::derive(key, date, service)
            });
            let fresh = SigningKey::derive(credential.secret_key(), date, service);
            assert_eq!(key.sign("text"), fresh.sign("text"));
            self.derived.get()
        }
    }

    fn credential(id: &str, key: &str) -> Credential {
        Credential::new(id, key).unwrap()
    }

    #[test]
    fn a_key_is_derived_once_per_credential_day_and_service() {
        let cache = CountingCache::default();
        let one = credential("id", "key1");
        assert_eq!(cache.get(&one, "2023-11-14", "cvm"), 1);
        assert_eq!(cache.get(&one, "2023-11-14", "cvm"), 1);
        // An equal credential, and one that differs only in its token.
        assert_eq!(cache.get(&credential("id", "key1"), "2023-11-14", "cvm"), 1);
        let token = Credential::with_token("id", "key1", "token").unwrap();
        assert_eq!(cache.get(&token, "2023-11-14", "cvm"), 1);
    }

    #[test]
    fn a_rotated_key_a_new_day_and_another_service_have_their_own_key() {
        let cache = CountingCache::default();
        let one = credential("id", "key1");
        cache.get(&one, "2023-11-14", "cvm");
        assert_eq!(cache.get(&credential("id", "key2"), "2023-11-14", "cvm"), 2);
        assert_eq!(cache.get(&one, "2023-11-15", "cvm"), 3);
        assert_eq!(cache.get(&one, "2023-11-14", "vpc"), 4);
        assert_eq!(cache.get(&credential("id", "key"), "2023-11-14", "cvm"), 5);
        assert_eq!(cache.get(&credential("other", "key1"), "2023-11-14", "cvm"), 6);
    }

    #[test]
    fn the_least_recently_used_key_is_dropped() {
        let cache = CountingCache::default();
        let one = credential("id", "key");
        for day in ["1", "2", "3", "4"] {
            cache.get(&one, day, "cvm");
        }
        assert_eq!(cache.get(&one, "1", "cvm"), 4);
        assert_eq!(cache.get(&one, "5", "cvm"), 5);
        assert_eq!(cache.keys.0.lock().unwrap().len(), CAPACITY);
        assert_eq!(cache.get(&one, "1", "cvm"), 5);
        assert_eq!(cache.get(&one, "2", "cvm"), 6);
    }

    #[test]
    fn threads_share_one_derivation() {
        let cache = KeyCache::default();
        let one = credential("id", "key");
        let keys = std::thread::scope(|scope| {
            let get = || cache.get(&one, "2023-11-14", "cvm");
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(get)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(keys.iter().all(|key| Arc::ptr_eq(key, &keys[0])));
    }

    #[test]
    fn debug_shows_no_key() {
        let cache = KeyCache::default();
        let _ = cache.get(&credential("AKID1", "top-secret-key"), "2023-11-14", "cvm");
        let shown = format!("{cache:?}");
        assert!(shown.contains("AKID1") && !shown.contains("top-secret"), "{shown}");
    }
}
