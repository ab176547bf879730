use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::Breaker;
use crate::profile::{Endpoint, RegionBreakerProfile};

/// The maximum number of endpoints with their own breaker: more than there are regions.
const MAX_BREAKERS: usize = 256;

/// One breaker per endpoint of a client, so that a reachable endpoint does not hide another one.
pub(crate) struct Breakers {
    profile: RegionBreakerProfile,
    all: Mutex<HashMap<String, Breaker>>,
}

impl Breakers {
    pub(crate) fn new(profile: &RegionBreakerProfile) -> Self {
        Self { profile: profile.clone(), all: Mutex::default() }
    }

    /// Returns the breaker of an endpoint. A new breaker is closed.
    pub(crate) fn get(&self, endpoint: &Endpoint, now: Instant) -> Breaker {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let name = endpoint.authority();
        if let Some(breaker) = all.get(name) {
            return breaker.clone();
        }
        // Further endpoints share one breaker, so that memory is bounded.
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
    fn endpoints_have_their_own_breakers_up_to_a_limit() {
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
