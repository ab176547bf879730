//! Random histories of states, against a small model of the rules.

use std::collections::BTreeSet;
use std::time::Duration;

use tencentcloud_common::__private::Waiter;
use tencentcloud_common::WaitError;

use crate::things::{DELETED, READY, Service, not_found, states};

/// A generator of pseudo-random numbers, so that each failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// What the service knows about an id at one time. `None` is an id that it does not know.
type State = Option<&'static str>;

/// How the service responds to an unknown id.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unknown {
    LeftOut,
    NotFound,
}

#[derive(Debug, PartialEq)]
enum End {
    Reached { polls: usize },
    Failed { polls: usize, id: String },
    TimedOut { polls: usize },
}

const IDS: [&str; 3] = ["a", "b", "c"];

/// The rules, one poll after the other.
fn expected(waiter: &Waiter, history: &[Vec<State>], max_polls: usize, unknown: Unknown) -> End {
    let mut gone = BTreeSet::new();
    for poll in 0..max_polls {
        let now = &history[poll.min(history.len() - 1)];
        let mut all_reached = true;
        for (id, state) in IDS.iter().zip(now) {
            if gone.contains(id) {
                continue;
            }
            match state {
                Some(state) if waiter.failure.contains(state) => {
                    return End::Failed { polls: poll + 1, id: (*id).to_owned() };
                }
                Some(state) => all_reached &= waiter.success.contains(state),
                None if unknown == Unknown::NotFound && waiter.absent_is_success => {
                    gone.insert(*id);
                }
                None => all_reached &= waiter.absent_is_success,
            }
        }
        if all_reached {
            return End::Reached { polls: poll + 1 };
        }
    }
    End::TimedOut { polls: max_polls }
}

async fn actual(
    waiter: &'static Waiter,
    history: Vec<Vec<State>>,
    max_polls: usize,
    unknown: Unknown,
) -> End {
    // The clock of the service is the number of sleeps.
    let sleeps = std::sync::Arc::new(std::sync::OnceLock::new());
    let of_service = std::sync::Arc::clone(&sleeps);
    let service = Service::new(move |_, body| {
        let sleeps: &tencentcloud_tests::fakes::RecordedSleeps = of_service.get().unwrap();
        let now = &history[sleeps.durations().len().min(history.len() - 1)];
        let asked = body["Ids"].as_array().unwrap();
        let asked = IDS.iter().zip(now).filter(|(id, _)| asked.iter().any(|it| it == *id));
        let asked: Vec<_> = asked.collect();
        if unknown == Unknown::NotFound && asked.iter().any(|(_, state)| state.is_none()) {
            return not_found();
        }
        let known = asked.into_iter().filter_map(|(id, state)| Some((*id, (*state)?)));
        states(&known.collect::<Vec<_>>())
    });
    sleeps.set(service.sleeps.clone()).unwrap();
    let second = Duration::from_secs(1);
    let wait = service
        .wait(waiter, &IDS)
        .interval(second)
        .max_wait(second * u32::try_from(max_polls).unwrap());
    let outcome = wait.await;
    let polls = service.sleeps.durations().len() + 1;
    match outcome {
        Ok(_) => End::Reached { polls },
        Err(WaitError::Failed(failure)) => End::Failed { polls, id: failure.id().to_owned() },
        Err(WaitError::TimedOut(timeout)) => {
            assert_eq!(timeout.progress().polls() as usize, polls);
            End::TimedOut { polls }
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn random_histories_end_as_the_rules_say() {
    let mut numbers = Numbers(7);
    let mut ends = [0; 3];
    for _ in 0..1000 {
        let waiter = if numbers.below(2) == 0 { &READY } else { &DELETED };
        let unknown = if numbers.below(2) == 0 { Unknown::LeftOut } else { Unknown::NotFound };
        let end = if waiter.absent_is_success { None } else { Some("READY") };
        let mut history = Vec::new();
        for _ in 0..=numbers.below(6) {
            let mut state = || match numbers.below(24) {
                0 => Some("BROKEN"),
                1..=4 => None,
                5..=14 => end,
                _ => Some("PENDING"),
            };
            history.push(vec![state(), state(), state()]);
        }
        let max_polls = usize::try_from(1 + numbers.below(8)).unwrap();
        let expected = expected(waiter, &history, max_polls, unknown);
        let actual = actual(waiter, history.clone(), max_polls, unknown).await;
        assert_eq!(actual, expected, "{} {unknown:?} {max_polls} {history:?}", waiter.name);
        ends[match expected {
            End::Reached { .. } => 0,
            End::Failed { .. } => 1,
            End::TimedOut { .. } => 2,
        }] += 1;
    }
    assert!(ends.iter().all(|count| *count > 100), "{ends:?}");
}
