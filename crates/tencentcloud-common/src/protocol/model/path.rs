use std::cell::RefCell;
use std::fmt::Write as _;

/// Where in a document something went wrong, put together from the inside out while an error
/// travels up, so that a document without an error costs nothing.
#[derive(Default)]
pub(crate) struct Path(RefCell<Vec<Step>>);

enum Step {
    Member(&'static str),
    Index(usize),
}

impl Path {
    /// Says that the error came from below this member.
    #[cold]
    pub(crate) fn member(&self, name: &'static str) {
        self.0.borrow_mut().push(Step::Member(name));
    }

    /// Says that the error came from below this element of a list.
    #[cold]
    pub(crate) fn index(&self, index: usize) {
        self.0.borrow_mut().push(Step::Index(index));
    }

    /// The path so far, such as `InstanceSet[3].CPU`; empty for the document itself.
    pub(crate) fn take(&self) -> String {
        let mut text = String::new();
        for step in self.0.take().iter().rev() {
            let separator = if text.is_empty() { "" } else { "." };
            // Writing to a String does not fail.
            let _ = match step {
                Step::Member(name) => write!(text, "{separator}{name}"),
                Step::Index(index) => write!(text, "[{index}]"),
            };
        }
        text
    }
}
