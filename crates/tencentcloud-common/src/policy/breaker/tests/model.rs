//! The breaker against a second one, written as a list of what happened: it keeps every era and
//! every result, and looks at all of them anew for each answer.

use super::*;

/// Times are milliseconds, shares are quarters: whole numbers only.
#[derive(Clone, Copy, Debug)]
struct Settings {
    max_fail_num: usize,
    quarters: usize,
    window: u64,
    timeout: u64,
    max_requests: usize,
}

struct Reference {
    settings: Settings,
    /// When each era began, and what it is.
    eras: Vec<(u64, BreakerState)>,
    /// Every result of the primary, with the era that its attempt began in.
    results: Vec<(usize, Outcome)>,
}

/// An attempt that is under way.
struct Attempt {
    token: BreakerToken,
    began_in: usize,
}

impl Reference {
    fn new(settings: Settings, now: u64) -> Self {
        Self { settings, eras: vec![(now, Closed)], results: Vec::new() }
    }

    fn end_of_era(&self) -> Option<u64> {
        let (began, state) = *self.eras.last().unwrap();
        match state {
            Closed => Some(began + self.settings.window),
            Open => Some(began + self.settings.timeout),
            HalfOpen => None,
        }
    }

    fn now(&mut self, now: u64) -> (usize, BreakerState) {
        if self.end_of_era().is_some_and(|end| now >= end) {
            let next = if self.eras.last().unwrap().1 == Open { HalfOpen } else { Closed };
            self.eras.push((now, next));
        }
        (self.eras.len() - 1, self.eras.last().unwrap().1)
    }

    /// Whether the next attempt goes to the backup, beside those that are under way.
    fn rerouted(&mut self, now: u64, under_way: &[Attempt]) -> (usize, bool) {
        let (era, state) = self.now(now);
        let is_probe = |it: &&Attempt| it.began_in == era && !it.token.to_backup();
        let probes = under_way.iter().filter(is_probe).count();
        let is_full = probes >= self.settings.max_requests;
        (era, state == Open || (state == HalfOpen && is_full))
    }

    fn result(&mut self, began_in: usize, now: u64, outcome: Outcome) {
        let (era, state) = self.now(now);
        self.results.push((began_in, outcome));
        if began_in != era {
            return;
        }
        let of_era: Vec<Outcome> =
            self.results.iter().filter(|(at, _)| *at == era).map(|(_, it)| *it).collect();
        let bad = of_era.iter().filter(|it| **it == Failure).count();
        let bad_at_the_end = of_era.iter().rev().take_while(|it| **it == Failure).count();
        let Settings { max_fail_num, quarters, max_requests, .. } = self.settings;
        let opens = bad >= max_fail_num && 4 * bad >= quarters * of_era.len();
        let next = match state {
            // The number of failures grows with failures only.
            Closed if outcome == Failure && (opens || bad_at_the_end >= 5) => Open,
            HalfOpen if bad > 0 => Open,
            HalfOpen if of_era.len() >= max_requests => Closed,
            _ => return,
        };
        self.eras.push((now, next));
    }
}

/// xorshift64*.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

fn profile(settings: Settings) -> RegionBreakerProfile {
    RegionBreakerProfile::builder()
        .max_fail_num(u32::try_from(settings.max_fail_num).unwrap())
        .max_fail_percent(f64::from(u32::try_from(settings.quarters).unwrap()) / 4.0)
        .window_interval(Duration::from_millis(settings.window))
        .timeout(Duration::from_millis(settings.timeout))
        .max_requests(u32::try_from(settings.max_requests).unwrap())
        .build()
        .unwrap()
}

#[test]
fn random_histories_go_as_in_the_reference() {
    let origin = start();
    let at = |millis| origin + Duration::from_millis(millis);
    let mut dice = Dice(0x5eed_0000_0000_0001);
    let mut visits = [0u32; 3];
    let mut rerouted_in_trials = 0u32;
    for history in 0..4000 {
        let settings = Settings {
            max_fail_num: dice.of(&[1, 2, 3, 5, 8]),
            quarters: dice.of(&[0, 1, 2, 3, 4]),
            window: dice.of(&[1, 50, 300]),
            timeout: dice.of(&[1, 7, 60, 400]),
            max_requests: dice.of(&[1, 2, 5, 9]),
        };
        // How likely an attempt fails, of 10; changes now and then.
        let mut sick = dice.of(&[1, 5, 9]);
        let mut now = 0;
        let breaker = Breaker::new(&profile(settings), at(now));
        let mut reference = Reference::new(settings, now);
        let mut under_way: Vec<Attempt> = Vec::new();
        for step in 0..150 {
            let context = format!("history {history}, step {step}, {settings:?}");
            match dice.below(20) {
                0 => {
                    // To where an era ends, just before, or just behind.
                    let end = reference.end_of_era().unwrap_or(now);
                    now = now.max((end + dice.below(3)).saturating_sub(1));
                }
                1..=4 => now += dice.of(&[0, 1, 2, 10]),
                5 => sick = dice.of(&[1, 5, 9]),
                6..=11 => {
                    let token = breaker.acquire(at(now));
                    let (began_in, to_backup) = reference.rerouted(now, &under_way);
                    assert_eq!(token.to_backup(), to_backup, "{context}");
                    let in_trial = reference.now(now).1 == HalfOpen;
                    rerouted_in_trials += u32::from(in_trial && to_backup);
                    under_way.push(Attempt { token, began_in });
                }
                12 if !under_way.is_empty() => {
                    let which = usize::try_from(dice.below(under_way.len() as u64)).unwrap();
                    drop(under_way.swap_remove(which));
                }
                13..=18 if !under_way.is_empty() => {
                    let which = usize::try_from(dice.below(under_way.len() as u64)).unwrap();
                    let Attempt { token, began_in } = under_way.swap_remove(which);
                    let outcome = if dice.below(10) < sick { Failure } else { Success };
                    let to_backup = token.to_backup();
                    breaker.record(token, at(now), outcome);
                    if !to_backup {
                        reference.result(began_in, now, outcome);
                    }
                }
                _ => {}
            }
            // Not after each step, so that attempts too are the first to notice that time passed.
            if dice.below(3) == 0 {
                let (_, state) = reference.now(now);
                assert_eq!(breaker.state(at(now)), state, "{context}");
                visits[[Closed, Open, HalfOpen].iter().position(|it| *it == state).unwrap()] += 1;
            }
        }
    }
    // The histories are of use only if all states occur often.
    assert!(visits.iter().all(|count| *count > 10_000), "{visits:?}");
    assert!(rerouted_in_trials > 5_000, "{rerouted_in_trials}");
}
