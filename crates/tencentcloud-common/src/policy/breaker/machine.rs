use std::time::{Duration, Instant};

use super::{BreakerState, Outcome};
use crate::profile::RegionBreakerProfile;

/// This many failures in a row open the breaker, whatever the profile says: a constant of the
/// official SDKs.
const FAILURES_IN_A_ROW: u32 = 5;

/// The states and what is counted in them.
pub(super) struct Machine {
    profile: RegionBreakerProfile,
    state: BreakerState,
    /// Grows with each change of state and each new window: a result that began under another
    /// number is not counted.
    generation: u64,
    /// When the window or the stay at the backup ends; `None` for never.
    expiry: Option<Instant>,
    counts: Counts,
    /// The probes that are under way.
    probes: u32,
}

#[derive(Default)]
struct Counts {
    successes: u32,
    failures: u32,
    failures_in_a_row: u32,
}

/// Where an attempt goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Primary,
    /// To the primary, on trial; takes one of the places for it.
    Probe,
    Backup,
}

impl Machine {
    pub(super) fn new(profile: &RegionBreakerProfile, now: Instant) -> Self {
        let mut machine = Self {
            profile: profile.clone(),
            state: BreakerState::Closed,
            generation: 0,
            expiry: None,
            counts: Counts::default(),
            probes: 0,
        };
        machine.enter(BreakerState::Closed, now);
        machine
    }

    /// The state as of the last event.
    pub(super) fn state(&self) -> BreakerState {
        self.state
    }

    /// Lets the time pass; answers the state and the generation.
    pub(super) fn advance(&mut self, now: Instant) -> (BreakerState, u64) {
        if self.expiry.is_some_and(|expiry| expiry <= now) {
            match self.state {
                BreakerState::Closed => self.enter(BreakerState::Closed, now),
                BreakerState::Open => self.enter(BreakerState::HalfOpen, now),
                // It ends by results only.
                BreakerState::HalfOpen => {}
            }
        }
        (self.state, self.generation)
    }

    /// Says where an attempt goes; returns the generation that it begins in.
    pub(super) fn admit(&mut self, now: Instant) -> (u64, Route) {
        let (state, generation) = self.advance(now);
        let route = match state {
            BreakerState::Closed => Route::Primary,
            BreakerState::HalfOpen if self.probes < self.profile.max_requests() => {
                self.probes = self.probes.saturating_add(1);
                Route::Probe
            }
            BreakerState::Open | BreakerState::HalfOpen => Route::Backup,
        };
        (generation, route)
    }

    /// Frees the place of a probe that began in this generation.
    pub(super) fn abandon(&mut self, generation: u64) {
        if generation == self.generation {
            self.probes = self.probes.saturating_sub(1);
        }
    }

    /// Counts what an attempt to the primary came to, unless it is of another generation.
    pub(super) fn observe(
        &mut self,
        generation: u64,
        is_probe: bool,
        now: Instant,
        outcome: Outcome,
    ) {
        let (state, current) = self.advance(now);
        if generation != current || state == BreakerState::Open {
            return;
        }
        if is_probe {
            self.abandon(generation);
        }
        self.counts.add(outcome);
        match (state, outcome) {
            (BreakerState::Closed, Outcome::Failure) if self.is_too_bad() => {
                self.enter(BreakerState::Open, now);
            }
            (BreakerState::HalfOpen, Outcome::Failure) => self.enter(BreakerState::Open, now),
            (BreakerState::HalfOpen, Outcome::Success)
                if self.counts.successes >= self.profile.max_requests() =>
            {
                self.enter(BreakerState::Closed, now);
            }
            _ => {}
        }
    }

    fn is_too_bad(&self) -> bool {
        let Counts { successes, failures, failures_in_a_row } = self.counts;
        let share = f64::from(failures) / (f64::from(failures) + f64::from(successes));
        let many = failures >= self.profile.max_fail_num();
        (many && share >= self.profile.max_fail_percent()) || failures_in_a_row >= FAILURES_IN_A_ROW
    }

    fn enter(&mut self, state: BreakerState, now: Instant) {
        let lasts = |time: Duration| now.checked_add(time);
        self.expiry = match state {
            BreakerState::Closed => lasts(self.profile.window_interval()),
            BreakerState::Open => lasts(self.profile.timeout()),
            BreakerState::HalfOpen => None,
        };
        self.state = state;
        self.generation = self.generation.wrapping_add(1);
        self.counts = Counts::default();
        self.probes = 0;
    }
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Success => {
                self.successes = self.successes.saturating_add(1);
                self.failures_in_a_row = 0;
            }
            Outcome::Failure => {
                self.failures = self.failures.saturating_add(1);
                self.failures_in_a_row = self.failures_in_a_row.saturating_add(1);
            }
        }
    }
}
