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

use std::collections::BTreeMap;

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
