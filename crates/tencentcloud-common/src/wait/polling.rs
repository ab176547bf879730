//! The loop of a wait.

use std::collections::HashSet;
use std::pin::Pin;
use std::time::{Duration, Instant};

use super::error::{WaitError, WaitFailure, WaitTimeout};
use super::observe::{Observation, Verdict, observe};
use super::poll::{Poll, PollError};
use super::progress::WaitProgress;
use super::request::fill;
use super::waiter::Waiter;
use crate::call::Shared;
use crate::error::Error;
use crate::policy::retry::full_jitter;

/// Is called after each poll.
pub(super) type OnProgress = Box<dyn FnMut(&WaitProgress) + Send>;

/// What a wait waits for, and how. Not generic.
pub(super) struct Settings {
    pub(super) waiter: &'static Waiter,
    pub(super) ids: Vec<String>,
    /// The request id of the call whose effect is awaited.
    pub(super) operation: Option<String>,
    pub(super) parameters: Vec<(&'static str, String)>,
    pub(super) interval: Duration,
    pub(super) jitter: Option<Duration>,
    pub(super) max_wait: Duration,
    pub(super) on_progress: Option<OnProgress>,
}

impl Settings {
    /// Removes duplicate ids, and refuses invalid arguments and options.
    pub(super) fn check(&mut self) -> Result<(), Error> {
        let mut seen = HashSet::new();
        self.ids.retain(|id| seen.insert(id.clone()));
        let Waiter { name, max_ids, .. } = *self.waiter;
        let count = self.ids.len();
        if count == 0 {
            return Err(Error::invalid_input(format!(
                "{name} has no ids to wait for: pass at least one"
            )));
        }
        if count > max_ids {
            return Err(Error::invalid_input(format!(
                "{name} has {count} ids to wait for, but the API accepts at most {max_ids} in one \
                 call: wait for them in several groups"
            )));
        }
        if self.ids.iter().any(String::is_empty) {
            return Err(Error::invalid_input(format!("{name} has an empty id to wait for")));
        }
        if self.operation.as_ref().is_some_and(String::is_empty) {
            return Err(Error::invalid_input(format!(
                "{name} has an empty request id: pass the request id in the response to the call \
                 that started the operation"
            )));
        }
        for (option, value) in [("interval", self.interval), ("max_wait", self.max_wait)] {
            if value.is_zero() {
                return Err(Error::invalid_input(format!(
                    "the {option} of {name} is zero: use a longer one"
                )));
            }
        }
        Ok(())
    }
}

/// Polls until the wait ends. Then `poll` has the last response. Boxed, so that it is compiled once
/// and not for each action.
pub(super) fn run<'a>(
    mut settings: Settings,
    shared: &'a Shared,
    poll: &'a mut dyn Poll,
) -> Pin<Box<dyn Future<Output = Result<(), WaitError>> + Send + 'a>> {
    Box::pin(async move {
        settings.check()?;
        let on_progress = settings.on_progress.take();
        Polling::new(settings, shared, poll).run(on_progress).await
    })
}

struct Polling<'a> {
    settings: Settings,
    shared: &'a Shared,
    poll: &'a mut dyn Poll,
    start: Instant,
    /// `None` for a time that is too far away.
    end: Option<Instant>,
    progress: WaitProgress,
    /// What the last round says about each id.
    observations: Vec<Observation>,
    /// Which ids the service has reported as deleted, if that is what the wait is for.
    gone: Vec<bool>,
    /// The error that reported an id as not found in the last round.
    not_found: Option<Error>,
}

impl<'a> Polling<'a> {
    fn new(settings: Settings, shared: &'a Shared, poll: &'a mut dyn Poll) -> Self {
        let start = shared.clock.instant();
        Self {
            progress: WaitProgress::new(&settings.ids),
            observations: vec![Observation::absent(settings.waiter); settings.ids.len()],
            gone: vec![false; settings.ids.len()],
            not_found: None,
            end: start.checked_add(settings.max_wait),
            start,
            settings,
            shared,
            poll,
        }
    }

    async fn run(mut self, mut on_progress: Option<OnProgress>) -> Result<(), WaitError> {
        loop {
            let outcome = self.round().await;
            self.progress.polls = self.progress.polls.saturating_add(1);
            self.update_progress();
            let failed = match outcome {
                Ok(failed) => failed,
                Err(PollError::OutOfTime(error)) => return Err(self.timed_out(error)),
                Err(PollError::Call(error)) => return Err(WaitError::Call(error)),
            };
            if let Some(on_progress) = &mut on_progress {
                on_progress(&self.progress);
            }
            if let Some(failure) = failed {
                return Err(WaitError::Failed(Box::new(failure)));
            }
            if self.observations.iter().all(|it| it.verdict == Verdict::Success) {
                return Ok(());
            }
            let Settings { interval, jitter, .. } = self.settings;
            let jitter = full_jitter(jitter.unwrap_or(interval / 5), &*self.shared.random);
            let delay = interval.saturating_add(jitter);
            if self.left().is_some_and(|left| left <= delay) {
                let error = self.not_found.take();
                return Err(self.timed_out(error));
            }
            self.shared.sleep.sleep(delay).await;
        }
    }

    /// Asks for all ids once. Returns the first failure.
    async fn round(&mut self) -> Result<Option<WaitFailure>, PollError> {
        self.not_found = None;
        let open = self.gone.iter().enumerate().filter(|(_, gone)| !**gone);
        let open: Vec<usize> = open.map(|(place, _)| place).collect();
        match self.ask(&open).await? {
            // The error does not say which id it is about.
            Asked::AboutAnId(_) if open.len() > 1 => {}
            asked => return Ok(self.learn(&open, asked)),
        }
        for place in open {
            let asked = self.ask(&[place]).await?;
            if let Some(failure) = self.learn(&[place], asked) {
                return Ok(Some(failure));
            }
        }
        Ok(None)
    }

    /// Makes one call for the ids at these places.
    async fn ask(&mut self, places: &[usize]) -> Result<Asked, PollError> {
        let left = self.left();
        if left.is_some_and(|left| left.is_zero()) {
            return Err(PollError::OutOfTime(self.not_found.take()));
        }
        let Settings { waiter, ids, operation, parameters, .. } = &self.settings;
        let ids: Vec<String> = places.iter().filter_map(|place| ids.get(*place)).cloned().collect();
        // Not in the same statement as the `await`, because the closure cannot be sent.
        let call = self.poll.call(&|request| fill(request, waiter, &ids, parameters), left);
        let outcome = call.await;
        match outcome {
            Ok(()) => Ok(Asked::Observed(match self.poll.response() {
                Some(response) => observe(response, waiter, &ids, operation.as_deref()),
                None => Vec::new(),
            })),
            Err(PollError::Call(error)) if is_about_an_id(waiter, &error) => {
                Ok(Asked::AboutAnId(error))
            }
            Err(error) => Err(error),
        }
    }

    /// Notes what a call says about the ids at these places. Returns the first failure.
    fn learn(&mut self, places: &[usize], asked: Asked) -> Option<WaitFailure> {
        let waiter = self.settings.waiter;
        let observed = match asked {
            Asked::Observed(observed) => observed,
            Asked::AboutAnId(error) if is_failure(waiter, &error) => {
                let place = *places.first()?;
                return Some(self.failure(place, None, None, Some(error)));
            }
            Asked::AboutAnId(error) => {
                self.not_found = Some(error);
                for place in places {
                    if let Some(gone) = self.gone.get_mut(*place) {
                        *gone = waiter.absent_is_success;
                    }
                }
                vec![Observation::absent(waiter); places.len()]
            }
        };
        let mut failure = None;
        for (place, observation) in places.iter().zip(observed) {
            if observation.verdict == Verdict::Failure && failure.is_none() {
                let Observation { state, message, .. } = observation.clone();
                failure = Some(self.failure(*place, state, message, None));
            }
            if let Some(slot) = self.observations.get_mut(*place) {
                *slot = observation;
            }
        }
        failure
    }

    fn failure(
        &mut self,
        place: usize,
        state: Option<String>,
        message: Option<String>,
        error: Option<Error>,
    ) -> WaitFailure {
        let Settings { waiter, ids, .. } = &self.settings;
        let id = ids.get(place).cloned().unwrap_or_default();
        let response = self.poll.take_response();
        WaitFailure { waiter: waiter.name, id, state, message, error, response }
    }

    fn update_progress(&mut self) {
        let progress = &mut self.progress;
        progress.elapsed = self.shared.clock.instant().saturating_duration_since(self.start);
        for ((_, state), observation) in progress.states.iter_mut().zip(&self.observations) {
            state.clone_from(&observation.state);
        }
        progress.percent = self.observations.iter().filter_map(|it| it.percent).min();
        let done = self.observations.iter().filter(|it| it.verdict == Verdict::Success).count();
        tracing::debug!(
            waiter = self.settings.waiter.name,
            polls = progress.polls,
            elapsed = ?progress.elapsed,
            done,
            ids = self.observations.len(),
            percent = progress.percent,
            "polled"
        );
    }

    fn timed_out(self, error: Option<Error>) -> WaitError {
        let Settings { waiter, max_wait, .. } = self.settings;
        let progress = self.progress;
        WaitError::TimedOut(Box::new(WaitTimeout {
            waiter: waiter.name,
            max_wait,
            progress,
            error,
        }))
    }

    /// What is left of the longest wait, by the clock of the client.
    fn left(&self) -> Option<Duration> {
        Some(self.end?.saturating_duration_since(self.shared.clock.instant()))
    }
}

/// What a call says about its ids.
enum Asked {
    Observed(Vec<Observation>),
    /// An error that says something about one of the ids.
    AboutAnId(Error),
}

fn is_about_an_id(waiter: &Waiter, error: &Error) -> bool {
    error.is_not_found() || is_failure(waiter, error)
}

/// Whether the error has a code, or the class of a code, that means failure.
fn is_failure(waiter: &Waiter, error: &Error) -> bool {
    error.code().is_some_and(|code| {
        waiter.failure_codes.iter().any(|failure| {
            code.strip_prefix(failure).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    })
}
