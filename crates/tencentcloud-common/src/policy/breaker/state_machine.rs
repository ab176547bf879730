use std::time::{Duration, Instant};

use super::{BreakerState, Outcome};
use crate::profile::RegionBreakerProfile;

/// This many consecutive failures open the breaker, whatever the profile says. The value is a
/// constant of the official SDKs.
const MAX_CONSECUTIVE_FAILURES: u32 = 5;

/// The state of a breaker and the outcomes counted in it.
pub(super) struct StateMachine {
    profile: RegionBreakerProfile,
    state: BreakerState,
    /// Incremented with each change of state and each new window. The outcome of an attempt that
    /// started in another generation is not counted.
    generation: u64,
    /// When the window or the open state ends; `None` if only outcomes end the state.
    expiry: Option<Instant>,
    counts: Counts,
    /// The number of probes in progress.
    probes: u32,
}

#[derive(Default)]
struct Counts {
    successes: u32,
    failures: u32,
    consecutive_failures: u32,
}

/// The route of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Primary,
    /// To the primary, as a probe.
    Probe,
    Backup,
}

impl StateMachine {
    pub(super) fn new(profile: &RegionBreakerProfile, now: Instant) -> Self {
        let mut state_machine = Self {
            profile: profile.clone(),
            state: BreakerState::Closed,
            generation: 0,
            expiry: None,
            counts: Counts::default(),
            probes: 0,
        };
        state_machine.transition_to(BreakerState::Closed, now);
        state_machine
    }

    /// Returns the state at the last event.
    pub(super) fn state(&self) -> BreakerState {
        self.state
    }

    /// Advances the time; returns the state and the generation.
    pub(super) fn advance(&mut self, now: Instant) -> (BreakerState, u64) {
        if self.expiry.is_some_and(|expiry| expiry <= now) {
            match self.state {
                BreakerState::Closed => self.transition_to(BreakerState::Closed, now),
                BreakerState::Open => self.transition_to(BreakerState::HalfOpen, now),
                // Only outcomes end this state.
                BreakerState::HalfOpen => {}
            }
        }
        (self.state, self.generation)
    }

    /// Returns the generation and the route of the next attempt.
    pub(super) fn acquire(&mut self, now: Instant) -> (u64, Route) {
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

    /// Makes room for another probe, if the probe started in the current generation.
    pub(super) fn release_probe(&mut self, generation: u64) {
        if generation == self.generation {
            self.probes = self.probes.saturating_sub(1);
        }
    }

    /// Counts the outcome of an attempt to the primary, unless it started in another generation.
    pub(super) fn record(
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
            self.release_probe(generation);
        }
        self.counts.add(outcome);
        match (state, outcome) {
            (BreakerState::Closed, Outcome::Failure) if self.is_failure_limit_reached() => {
                self.transition_to(BreakerState::Open, now);
            }
            (BreakerState::HalfOpen, Outcome::Failure) => {
                self.transition_to(BreakerState::Open, now);
            }
            (BreakerState::HalfOpen, Outcome::Success)
                if self.counts.successes >= self.profile.max_requests() =>
            {
                self.transition_to(BreakerState::Closed, now);
            }
            _ => {}
        }
    }

    fn is_failure_limit_reached(&self) -> bool {
        let Counts { successes, failures, consecutive_failures } = self.counts;
        let share = f64::from(failures) / (f64::from(failures) + f64::from(successes));
        let has_many_failures = failures >= self.profile.max_fail_num();
        (has_many_failures && share >= self.profile.max_fail_percent())
            || consecutive_failures >= MAX_CONSECUTIVE_FAILURES
    }

    fn transition_to(&mut self, state: BreakerState, now: Instant) {
        let after = |duration: Duration| now.checked_add(duration);
        self.expiry = match state {
            BreakerState::Closed => after(self.profile.window_interval()),
            BreakerState::Open => after(self.profile.timeout()),
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
                self.consecutive_failures = 0;
            }
            Outcome::Failure => {
                self.failures = self.failures.saturating_add(1);
                self.consecutive_failures = self.consecutive_failures.saturating_add(1);
            }
        }
    }
}
