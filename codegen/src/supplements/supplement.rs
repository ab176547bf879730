//! Facts about one service version that have no file of their own: `<version>.supplement.toml`.

mod waiters;

pub use waiters::{Absent, Waiter};

use std::collections::BTreeMap;

use serde::Deserialize;

use super::parse;
use crate::error::{Error, Location};

/// Kind of the supplement, which is part of the name of the file.
pub const KIND: &str = "supplement";

/// Facts about one service version. Each kind of fact is a table of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supplement {
    /// What to use instead of something deprecated. Keys with a dot, such as
    /// `StopInstancesRequest.ForceStop`, are members and have a member of the same object as the
    /// value. Other keys and values are actions.
    #[serde(default)]
    pub deprecated: BTreeMap<String, String>,
    /// Programs in the folder `examples` of the workspace that are about the service, by name, with
    /// what they do.
    #[serde(default)]
    pub examples: BTreeMap<String, String>,
    /// Waiters by name, such as `instance_running`.
    #[serde(default)]
    pub waiters: BTreeMap<String, Waiter>,
}

/// Reads the facts about one service version.
///
/// `directory` and `version` come from the path of the file.
///
/// # Errors
///
/// Returns [`ErrorKind::MalformedSupplement`](crate::ErrorKind::MalformedSupplement).
pub fn read(directory: &str, version: &str, text: &str) -> Result<Supplement, Error> {
    parse(text, &Location::version(directory, version).supplement(KIND))
}
