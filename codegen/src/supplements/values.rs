//! Known values of the members of one service version: `<version>.values.toml`.
//!
//! Each table of the file is a set of values, which becomes a module of constants:
//!
//! ```toml
//! [instance_state]
//! doc = "State of an instance."
//! members = ["Instance.InstanceState", "InstanceStatus.InstanceState"]
//! [instance_state.values]
//! RUNNING = "The instance runs."
//! FIVE = { value = 5, doc = "The key is the name of the constant if it has a `value`." }
//! UNDESCRIBED = {}
//! ```
//!
//! [`read`](fn@read) and [`write`](fn@write) are inverses of each other, except for comments and the
//! order of entries.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::parse;
use crate::error::{Error, Location};

/// Kind of the supplement, which is part of the name of the file.
pub const KIND: &str = "values";

/// Sets of known values of one service version, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Values(pub BTreeMap<String, ValueSet>);

/// Set of known values that some members have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueSet {
    /// Description.
    pub doc: Option<String>,
    /// Members that take the values, such as `Instance.InstanceState`.
    pub members: Vec<String>,
    /// Values. A key is the value itself, or the name of its constant if the entry has a value.
    pub values: BTreeMap<String, Entry>,
    /// Words in upstream's documents that look like values of the members, but are not. `cargo
    /// xtask sync` does not report them.
    #[serde(default)]
    pub ignored: BTreeSet<String>,
}

/// Entry of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "RawEntry")]
pub struct Entry {
    /// Value, if the key of the entry is not the value.
    pub value: Option<Literal>,
    /// Description.
    pub doc: Option<String>,
}

/// Value of a member.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged, expecting = "expected a string or an integer as `value`")]
pub enum Literal {
    /// Integer.
    Integer(i64),
    /// String.
    Text(String),
}

/// Reads the known values of one service version.
///
/// `directory` and `version` come from the path of the file.
///
/// # Errors
///
/// Returns [`ErrorKind::MalformedSupplement`](crate::ErrorKind::MalformedSupplement).
pub fn read(directory: &str, version: &str, text: &str) -> Result<Values, Error> {
    parse(text, &Location::version(directory, version).supplement(KIND))
}

/// Writes the known values of one service version.
pub fn write(directory: &str, version: &str, values: &Values) -> String {
    let mut text = format!(
        "# Known values of members of `{directory}` {version}.\n\
         #\n\
         # Each table is a set of values, which becomes a module of constants in the crate. `cargo xtask`\n\
         # found them in upstream's documents, and does not change this file: check the sets, correct them\n\
         # and describe them. `codegen/src/supplements/values.rs` describes the format.\n"
    );
    for (name, set) in &values.0 {
        text.push_str(&format!("\n[{}]\n", key(name)));
        if let Some(doc) = &set.doc {
            text.push_str(&format!("doc = {}\n", quoted(doc)));
        }
        text.push_str("members = [\n");
        for member in &set.members {
            text.push_str(&format!("    {},\n", quoted(member)));
        }
        text.push_str("]\n");
        if !set.ignored.is_empty() {
            let ignored: Vec<String> = set.ignored.iter().map(|word| quoted(word)).collect();
            text.push_str(&format!("ignored = [{}]\n", ignored.join(", ")));
        }
        text.push_str(&format!("[{}.values]\n", key(name)));
        for (name, entry) in &set.values {
            text.push_str(&format!("{} = {}\n", key(name), self::entry(entry)));
        }
    }
    text
}

fn entry(entry: &Entry) -> String {
    let value = entry.value.as_ref().map(|value| match value {
        Literal::Integer(number) => format!("value = {number}"),
        Literal::Text(text) => format!("value = {}", quoted(text)),
    });
    let doc = entry.doc.as_deref().map(quoted);
    match (value, doc) {
        (None, None) => "{}".to_owned(),
        (None, Some(doc)) => doc,
        (Some(value), None) => format!("{{ {value} }}"),
        (Some(value), Some(doc)) => format!("{{ {value}, doc = {doc} }}"),
    }
}

/// Returns a key, quoted if necessary.
fn key(name: &str) -> String {
    let is_bare = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_bare { name.to_owned() } else { quoted(name) }
}

/// Quotes a string. Strings of JSON are also strings of TOML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Entry as it is written in the file.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a description, or a table with `value` and `doc`")]
enum RawEntry {
    Doc(String),
    Table(RawTable),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    value: Option<Literal>,
    doc: Option<String>,
}

impl From<RawEntry> for Entry {
    fn from(entry: RawEntry) -> Self {
        match entry {
            RawEntry::Doc(doc) => Self { value: None, doc: Some(doc) },
            RawEntry::Table(RawTable { value, doc }) => Self { value, doc },
        }
    }
}
