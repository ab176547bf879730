use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::Breaker;
use crate::profile::{Endpoint, RegionBreakerProfile};

/// How many endpoints are watched alone: more than there are regions.
const MAX_BREAKERS: usize = 256;

/// A breaker for each endpoint of a client: one that is well must not hide one that is not.
pub(crate) struct Breakers {
    profile: RegionBreakerProfile,
    all: Mutex<HashMap<String, Breaker>>,
}

impl Breakers {
    pub(crate) fn new(profile: &RegionBreakerProfile) -> Self {
        Self { profile: profile.clone(), all: Mutex::default() }
    }

    /// The breaker of an endpoint; one that was never asked for is closed.
    pub(crate) fn get(&self, endpoint: &Endpoint, now: Instant) -> Breaker {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let name = endpoint.authority();
        if let Some(breaker) = all.get(name) {
            return breaker.clone();
        }
        // Those that are too many share one, so that memory has an end.
        let name = if all.len() < MAX_BREAKERS { name } else { "" };
        let new = || Breaker::new(&self.profile, now);
        all.entry(name.to_owned()).or_insert_with(new).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::breaker::{BreakerState, Outcome};
    use crate::profile::Protocol;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "any instant will do")]
    fn endpoints_break_alone_and_their_number_is_limited() {
        let now = Instant::now();
        let breakers = Breakers::new(&RegionBreakerProfile::default());
        let of = |host: &str| breakers.get(&Endpoint::parse(host, Protocol::Https).unwrap(), now);
        for _ in 0..5 {
            let token = of("a.example.com").acquire(now);
            of("a.example.com").record(token, now, Outcome::Failure);
        }
        assert_eq!(of("a.example.com").state(now), BreakerState::Open);
        assert_eq!(of("b.example.com").state(now), BreakerState::Closed);
        for number in 0..2 * MAX_BREAKERS {
            of(&format!("c{number}.example.com"));
        }
        assert_eq!(breakers.all.lock().unwrap().len(), MAX_BREAKERS + 1);
        assert_eq!(of("a.example.com").state(now), BreakerState::Open);
    }
}
