//! The file with all messages.

use std::fs;
use std::path::PathBuf;

use super::messages::{Entry, Messages};

const INTRODUCTION: &str = "\
# Error messages of `tencentcloud-common`

Each entry is a situation, and the message that its user gets. Written by the test `error_messages`
with `UPDATE_SNAPSHOTS=1`. Parts that change are placeholders, such as `<path>` and `<port>`.
";

/// What a message line begins with: a code block of Markdown.
const INDENT: &str = "    ";

const MANUAL: &str = "to accept it, run\n\n    UPDATE_SNAPSHOTS=1 cargo test -p tencentcloud-tests \
                      --test error_messages\n\nand review the difference of snapshot.md";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/error_messages/snapshot.md")
}

pub(super) fn read() -> String {
    fs::read_to_string(path()).unwrap_or_default().replace("\r\n", "\n")
}

pub(super) fn write(text: &str) {
    fs::write(path(), text).unwrap();
}

pub(super) fn render(areas: &[Messages]) -> String {
    let mut text = INTRODUCTION.to_owned();
    for area in areas {
        text.push_str(&format!("\n## {}\n", area.title));
        for entry in &area.entries {
            text.push_str(&match entry {
                Entry::Heading(title) => format!("\n### {title}\n"),
                Entry::Message { situation, text } => format!("\n{situation}:\n\n{INDENT}{text}\n"),
            });
        }
    }
    text
}

/// The messages of a snapshot, without the situations.
pub(super) fn messages(snapshot: &str) -> impl Iterator<Item = &str> {
    snapshot.lines().filter_map(|line| line.strip_prefix(INDENT))
}

/// An entry of the file: where it is, and the message.
type Place<'a> = (&'a str, &'a str, &'a str);

fn entries(snapshot: &str) -> Vec<(Place<'_>, &str)> {
    let (mut area, mut group, mut situation) = ("", "", "");
    let mut entries = Vec::new();
    for line in snapshot.lines() {
        if let Some(message) = line.strip_prefix(INDENT) {
            entries.push(((area, group, situation), message));
        } else if let Some(title) = line.strip_prefix("## ") {
            (area, group) = (title, "");
        } else if let Some(title) = line.strip_prefix("### ") {
            group = title;
        } else if let Some(text) = line.strip_suffix(':') {
            situation = text;
        }
    }
    entries
}

/// Describes the first entry that differs, or returns `None` for equal snapshots.
pub(super) fn first_difference(expected: &str, actual: &str) -> Option<String> {
    if expected == actual {
        return None;
    }
    let (expected, actual) = (entries(expected), entries(actual));
    let differs = |at: &usize| expected.get(*at) != actual.get(*at);
    let at = (0..expected.len().max(actual.len())).find(differs);
    let show = |entry: Option<&(Place<'_>, &str)>| match entry {
        None => "nothing".to_owned(),
        Some(((area, group, situation), message)) => {
            let group = if group.is_empty() { String::new() } else { format!(" / {group}") };
            format!("{area}{group} / {situation}:\n        {message}")
        }
    };
    let what = at.map_or("in headings or blank lines only".to_owned(), |at| {
        let (expected, actual) = (show(expected.get(at)), show(actual.get(at)));
        format!("first in this entry:\n\n  snapshot: {expected}\n  actual:   {actual}")
    });
    Some(format!("the messages differ from snapshot.md, {what}\n\n{MANUAL}"))
}
