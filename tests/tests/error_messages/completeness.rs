//! Compares the message literals of the crate with the snapshot.

use super::exemptions::EXEMPTIONS;
use super::literals::{self, Literal};
use super::snapshot;

/// A literal that cannot be in the snapshot.
pub(super) struct Exemption {
    /// The path of the file, from the folder `src`.
    pub(super) file: &'static str,
    /// A part of the literal that no other literal of the file has.
    pub(super) part: &'static str,
    pub(super) reason: &'static str,
}

impl Exemption {
    fn is_of(&self, literal: &Literal) -> bool {
        literal.file == self.file && literal.text.contains(self.part)
    }
}

/// Describes each literal that is not covered, and each exemption that is not needed.
pub(super) fn problems(snapshot: &str) -> Vec<String> {
    let messages: Vec<_> = snapshot::messages(snapshot).collect();
    let is_covered = |literal: &Literal| {
        let parts = fixed_parts(&literal.text);
        messages.iter().any(|message| has_in_order(message, &parts))
    };
    let literals = literals::of_the_crate();
    assert!(literals.len() > 150, "only {} literals were found", literals.len());
    let mut problems = Vec::new();
    for literal in &literals {
        let exempted = EXEMPTIONS.iter().any(|exemption| exemption.is_of(literal));
        if !exempted && !is_covered(literal) {
            let Literal { file, text } = literal;
            problems.push(format!("{file}: no message of the snapshot is made from {text:?}"));
        }
    }
    for exemption in EXEMPTIONS {
        let Exemption { file, part, reason } = exemption;
        assert!(!reason.is_empty(), "{file}: {part:?} is exempted without a reason");
        let mut of_it = literals.iter().filter(|literal| exemption.is_of(literal)).peekable();
        if of_it.peek().is_none() {
            problems.push(format!("{file}: the exempted literal {part:?} is gone"));
        }
        for literal in of_it.filter(|literal| is_covered(literal)) {
            problems.push(format!("{file}: exempted, but in the snapshot: {:?}", literal.text));
        }
    }
    problems
}

/// The parts of a format string between its placeholders.
fn fixed_parts(literal: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = literal.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.peek() == Some(&c) => {
                chars.next();
                parts.last_mut().unwrap().push(c);
            }
            '{' => {
                while chars.next().is_some_and(|c| c != '}') {}
                parts.push(String::new());
            }
            c if c.is_whitespace() => parts.last_mut().unwrap().push(' '),
            c => parts.last_mut().unwrap().push(c),
        }
    }
    parts
}

fn has_in_order(message: &str, parts: &[String]) -> bool {
    let mut rest = message;
    parts.iter().all(|part| match rest.split_once(part.as_str()) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}
