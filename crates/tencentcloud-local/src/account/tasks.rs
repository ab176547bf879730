//! The tasks of vpc: calls that return before they have an effect.

use std::collections::VecDeque;
use std::time::Duration;

/// How many tasks are kept.
const MAX_TASKS: usize = 10_000;

/// The number of the first task. [`SHAPED_TASK`] is below it.
const FIRST_NUMBER: u64 = 1_000_001;

/// The number of the task of every action that is not stateful, which its placeholder contains.
pub(crate) const SHAPED_TASK: u64 = 1;

/// A task, which is found by its number or by the request id of the call that began it.
#[derive(Clone, Debug)]
struct Task {
    number: u64,
    request_id: String,
    due: Duration,
}

/// The last tasks.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    tasks: VecDeque<Task>,
    begun: u64,
}

impl Tasks {
    /// Begins a task, and returns its number.
    pub(crate) fn begin(&mut self, request_id: &str, due: Duration) -> u64 {
        let number = FIRST_NUMBER.saturating_add(self.begun);
        self.begun = self.begun.saturating_add(1);
        self.tasks.push_back(Task { number, request_id: request_id.to_owned(), due });
        if self.tasks.len() > MAX_TASKS {
            self.tasks.pop_front();
        }
        number
    }

    /// Returns whether the task that was begun last is that of the call.
    pub(crate) fn is_last(&self, request_id: &str) -> bool {
        self.tasks.back().is_some_and(|task| task.request_id == request_id)
    }

    /// Returns when a task is complete, or `None` if it is unknown. A task is named by its number
    /// or by the request id of its call.
    pub(crate) fn due(&self, name: &str) -> Option<Duration> {
        let number = name.parse().unwrap_or(0);
        if number == SHAPED_TASK {
            return Some(Duration::ZERO);
        }
        let mut tasks = self.tasks.iter().rev();
        tasks.find(|task| task.number == number || task.request_id == name).map(|task| task.due)
    }
}
