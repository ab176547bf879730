use std::cell::RefCell;
use std::fmt::Write as _;

/// The path of an error in a document. It is built from the inside out while the error propagates,
/// so that a document without errors costs nothing.
#[derive(Default)]
pub(crate) struct Path(RefCell<Vec<Segment>>);

enum Segment {
    Member(&'static str),
    Index(usize),
}

impl Path {
    /// Adds the member that contains the error.
    #[cold]
    pub(crate) fn member(&self, name: &'static str) {
        self.0.borrow_mut().push(Segment::Member(name));
    }

    /// Adds the element of a list that contains the error.
    #[cold]
    pub(crate) fn index(&self, index: usize) {
        self.0.borrow_mut().push(Segment::Index(index));
    }

    /// Returns the path, such as `InstanceSet[3].CPU`; empty for the document itself.
    pub(crate) fn take(&self) -> String {
        let mut text = String::new();
        for segment in self.0.take().iter().rev() {
            let separator = if text.is_empty() { "" } else { "." };
            // Writing to a `String` cannot fail.
            let _ = match segment {
                Segment::Member(name) => write!(text, "{separator}{name}"),
                Segment::Index(index) => write!(text, "[{index}]"),
            };
        }
        text
    }
}
