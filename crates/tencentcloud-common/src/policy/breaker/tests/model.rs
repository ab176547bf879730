//! Compares the breaker with a reference model, which keeps a list of all periods and outcomes and
//! evaluates the whole list for each question.

use super::*;

/// Times are in milliseconds and failure rates in quarters, so that all values are integers.
#[derive(Clone, Copy, Debug)]
struct Settings {
    max_fail_num: usize,
    max_fail_quarters: usize,
    window: u64,
    timeout: u64,
    max_requests: usize,
}

struct Reference {
    settings: Settings,
    /// When each period started, and its state.
    periods: Vec<(u64, BreakerState)>,
    /// Every outcome of the primary, with the period in which its attempt started.
    results: Vec<(usize, Outcome)>,
}

/// An attempt in progress.
struct Attempt {
    token: BreakerToken,
    started_in: usize,
}

impl Reference {
    fn new(settings: Settings, now: u64) -> Self {
        Self { settings, periods: vec![(now, Closed)], results: Vec::new() }
    }

    fn end_of_period(&self) -> Option<u64> {
        let (started, state) = *self.periods.last().unwrap();
        match state {
            Closed => Some(started + self.settings.window),
            Open => Some(started + self.settings.timeout),
            HalfOpen => None,
        }
    }

    fn now(&mut self, now: u64) -> (usize, BreakerState) {
        if self.end_of_period().is_some_and(|end| now >= end) {
            let next = if self.periods.last().unwrap().1 == Open { HalfOpen } else { Closed };
            self.periods.push((now, next));
        }
        (self.periods.len() - 1, self.periods.last().unwrap().1)
    }

    /// Returns the current period and whether the next attempt goes to the backup, given the
    /// attempts in progress.
    fn rerouted(&mut self, now: u64, in_progress: &[Attempt]) -> (usize, bool) {
        let (period, state) = self.now(now);
        let is_probe = |it: &&Attempt| it.started_in == period && !it.token.to_backup();
        let probes = in_progress.iter().filter(is_probe).count();
        let is_full = probes >= self.settings.max_requests;
        (period, state == Open || (state == HalfOpen && is_full))
    }

    fn result(&mut self, started_in: usize, now: u64, outcome: Outcome) {
        let (period, state) = self.now(now);
        self.results.push((started_in, outcome));
        if started_in != period {
            return;
        }
        let of_period: Vec<Outcome> =
            self.results.iter().filter(|(at, _)| *at == period).map(|(_, it)| *it).collect();
        let failures = of_period.iter().filter(|it| **it == Failure).count();
        let consecutive_failures = of_period.iter().rev().take_while(|it| **it == Failure).count();
        let Settings { max_fail_num, max_fail_quarters, max_requests, .. } = self.settings;
        let opens = failures >= max_fail_num && 4 * failures >= max_fail_quarters * of_period.len();
        let next = match state {
            // Only a failure increases the number of failures.
            Closed if outcome == Failure && (opens || consecutive_failures >= 5) => Open,
            HalfOpen if failures > 0 => Open,
            HalfOpen if of_period.len() >= max_requests => Closed,
            _ => return,
        };
        self.periods.push((now, next));
    }
}

/// xorshift64*.
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

fn profile(settings: Settings) -> RegionBreakerProfile {
    RegionBreakerProfile::builder()
        .max_fail_num(u32::try_from(settings.max_fail_num).unwrap())
        .max_fail_percent(f64::from(u32::try_from(settings.max_fail_quarters).unwrap()) / 4.0)
        .window_interval(Duration::from_millis(settings.window))
        .timeout(Duration::from_millis(settings.timeout))
        .max_requests(u32::try_from(settings.max_requests).unwrap())
        .build()
        .unwrap()
}

#[test]
fn random_histories_match_the_reference_model() {
    let origin = start();
    let at = |millis| origin + Duration::from_millis(millis);
    let mut rng = Xorshift(0x5eed_0000_0000_0001);
    let mut visits = [0u32; 3];
    let mut half_open_reroutes = 0u32;
    for history in 0..4000 {
        let settings = Settings {
            max_fail_num: rng.pick(&[1, 2, 3, 5, 8]),
            max_fail_quarters: rng.pick(&[0, 1, 2, 3, 4]),
            window: rng.pick(&[1, 50, 300]),
            timeout: rng.pick(&[1, 7, 60, 400]),
            max_requests: rng.pick(&[1, 2, 5, 9]),
        };
        // The failure rate in tenths, which changes from time to time.
        let mut failure_rate = rng.pick(&[1, 5, 9]);
        let mut now = 0;
        let breaker = Breaker::new(&profile(settings), at(now));
        let mut reference = Reference::new(settings, now);
        let mut in_progress: Vec<Attempt> = Vec::new();
        for step in 0..150 {
            let context = format!("history {history}, step {step}, {settings:?}");
            match rng.below(20) {
                0 => {
                    // Advance to just before, exactly at or just after the end of a period.
                    let end = reference.end_of_period().unwrap_or(now);
                    now = now.max((end + rng.below(3)).saturating_sub(1));
                }
                1..=4 => now += rng.pick(&[0, 1, 2, 10]),
                5 => failure_rate = rng.pick(&[1, 5, 9]),
                6..=11 => {
                    let token = breaker.acquire(at(now));
                    let (started_in, to_backup) = reference.rerouted(now, &in_progress);
                    assert_eq!(token.to_backup(), to_backup, "{context}");
                    let is_half_open = reference.now(now).1 == HalfOpen;
                    half_open_reroutes += u32::from(is_half_open && to_backup);
                    in_progress.push(Attempt { token, started_in });
                }
                12 if !in_progress.is_empty() => {
                    let which = usize::try_from(rng.below(in_progress.len() as u64)).unwrap();
                    drop(in_progress.swap_remove(which));
                }
                13..=18 if !in_progress.is_empty() => {
                    let which = usize::try_from(rng.below(in_progress.len() as u64)).unwrap();
                    let Attempt { token, started_in } = in_progress.swap_remove(which);
                    let outcome = if rng.below(10) < failure_rate { Failure } else { Success };
                    let to_backup = token.to_backup();
                    breaker.record(token, at(now), outcome);
                    if !to_backup {
                        reference.result(started_in, now, outcome);
                    }
                }
                _ => {}
            }
            // Not after each step, so that an attempt can also be the first to see the new time.
            if rng.below(3) == 0 {
                let (_, state) = reference.now(now);
                assert_eq!(breaker.state(at(now)), state, "{context}");
                visits[[Closed, Open, HalfOpen].iter().position(|it| *it == state).unwrap()] += 1;
            }
        }
    }
    // The histories are only useful if all states occur often.
    assert!(visits.iter().all(|count| *count > 10_000), "{visits:?}");
    assert!(half_open_reroutes > 5_000, "{half_open_reroutes}");
}
