//! Collects the messages of one area.

use std::fmt::{Debug, Display};

use super::fixtures::MARK;

/// The messages of one area.
pub(super) struct Messages {
    pub(super) title: &'static str,
    pub(super) entries: Vec<Entry>,
    /// What must not be, to be reported all at once.
    pub(super) problems: Vec<String>,
    placeholders: Vec<(String, &'static str)>,
}

pub(super) enum Entry {
    Heading(&'static str),
    Message { situation: String, text: String },
}

impl Messages {
    pub(super) fn new(title: &'static str) -> Self {
        Self { title, entries: Vec::new(), problems: Vec::new(), placeholders: Vec::new() }
    }

    /// Begins a group of messages.
    pub(super) fn heading(&mut self, title: &'static str) {
        self.entries.push(Entry::Heading(title));
    }

    /// Shows `text` as `placeholder` in all later messages.
    pub(super) fn replace(&mut self, text: impl Display, placeholder: &'static str) {
        self.placeholders.push((text.to_string(), placeholder));
    }

    /// Adds the message of an outcome that must be an error.
    pub(super) fn add<T, E: Display + Debug>(
        &mut self,
        situation: impl Into<String>,
        outcome: Result<T, E>,
    ) {
        let situation = situation.into();
        match outcome {
            Ok(_) => self.problems.push(format!("{}: no error: {situation}", self.title)),
            Err(error) => self.error(situation, &error),
        }
    }

    /// Adds a text that is not an error.
    pub(super) fn text(&mut self, situation: &str, text: impl Display + Debug) {
        self.error(situation.to_owned(), &text);
    }

    fn error(&mut self, situation: String, error: &(impl Display + Debug)) {
        let text = error.to_string();
        let mut in_group =
            self.entries.iter().rev().take_while(|it| !matches!(it, Entry::Heading(_)));
        let is_same = |entry: &Entry| match entry {
            Entry::Message { situation: other, .. } => *other == situation,
            Entry::Heading(_) => false,
        };
        let is_known = in_group.any(is_same);
        for (is_wrong, problem) in [
            (text.contains(MARK), "a secret is in the message"),
            (format!("{error:?}").contains(MARK), "a secret is in the Debug output"),
            (text.contains('\n'), "the message has several lines"),
            (is_known, "the situation is there already"),
        ] {
            if is_wrong {
                let title = self.title;
                self.problems.push(format!("{title}: {problem}: {situation}: {text} {error:?}"));
            }
        }
        let text = self.normalize(text);
        self.entries.push(Entry::Message { situation, text });
    }

    /// Replaces what is different on each run or on each machine.
    fn normalize(&self, mut text: String) -> String {
        for (part, placeholder) in &self.placeholders {
            text = text.replace(part, placeholder);
        }
        let text = without_system_error(&text);
        let text = without_lookup_error(&text);
        without_ids(&without_ports(&text))
    }
}

/// `No such file or directory (os error 2)`
fn without_system_error(text: &str) -> String {
    let Some((before, after)) = text.split_once(" (os error ") else { return text.to_owned() };
    let rest = after.split_once(')').unwrap().1;
    let kept = before.rfind(": ").map_or("", |at| &before[..at + 2]);
    format!("{kept}<error of the operating system>{rest}")
}

/// Resolvers use different words.
fn without_lookup_error(text: &str) -> String {
    let words = "failed to lookup address information: ";
    let Some((before, after)) = text.split_once(words) else { return text.to_owned() };
    let rest = after.find(" (").map_or("", |at| &after[at..]);
    format!("{before}{words}<error of the resolver>{rest}")
}

/// Ports that the operating system chose.
fn without_ports(text: &str) -> String {
    let mut text = text.to_owned();
    for host in ["127.0.0.1:", "localhost:"] {
        let mut parts = text.split(host);
        let mut result = parts.next().unwrap().to_owned();
        for part in parts {
            let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
            let port = &part[..part.len() - rest.len()];
            // Others are a part of the message or of the situation.
            let port = if port.len() == 5 { "<port>" } else { port };
            result.push_str(&format!("{host}{port}{rest}"));
        }
        text = result;
    }
    text
}

/// Generated ids, such as `07070707-0707-4707-8707-070707070707`.
fn without_ids(text: &str) -> String {
    let is_id = |text: &str| {
        text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
    };
    let mut result = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if rest.get(..36).is_some_and(is_id) {
            result.push_str("<uuid>");
            rest = &rest[36..];
        } else {
            result.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    result
}
