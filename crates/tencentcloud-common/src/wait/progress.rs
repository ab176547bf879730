use std::fmt;
use std::time::Duration;

use crate::redact::OneLine;

/// How many ids a message names.
const SHOWN_IDS: usize = 5;

/// How far a wait has come, after each of its polls.
#[derive(Clone, Debug)]
pub struct WaitProgress {
    pub(super) polls: u32,
    pub(super) elapsed: Duration,
    pub(super) states: Vec<(String, Option<String>)>,
    pub(super) percent: Option<u8>,
}

impl WaitProgress {
    pub(super) fn new(ids: &[String]) -> Self {
        let states = ids.iter().map(|id| (id.clone(), None)).collect();
        Self { polls: 0, elapsed: Duration::ZERO, states, percent: None }
    }

    /// Returns the number of polls, including the last one.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// Returns the time since the wait began, by the clock of the client.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns each id with its state in the last poll, in the order in which the ids were passed.
    /// The state is `None` if the service did not return the id or its state, or if another
    /// operation is the latest one of the resource.
    pub fn states(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.states.iter().map(|(id, state)| (id.as_str(), state.as_deref()))
    }

    /// Returns the lowest progress of all ids in the last poll, from 0 to 100; `None` if the API
    /// does not report it.
    pub fn percent(&self) -> Option<u8> {
        self.percent
    }
}

/// Displays the states on one line, such as `` `ins-1` is PENDING ``.
pub(super) struct States<'a>(pub(super) &'a WaitProgress);

impl fmt::Display for States<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (id, state)) in self.0.states().take(SHOWN_IDS).enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            match state {
                Some(state) => write!(f, "`{}` is {}", OneLine(id), OneLine(state))?,
                None => write!(f, "`{}` has no state", OneLine(id))?,
            }
        }
        match self.0.states.len().saturating_sub(SHOWN_IDS) {
            0 => Ok(()),
            more => write!(f, ", and {more} more"),
        }
    }
}
