//! Error codes of one service version: `<version>.errors.toml`.
//!
//! [`read`] and [`write`](fn@write) are inverses of each other. The layout is fixed, with one code per
//! line, so that a diff of two versions reads as a change log.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::parse;
use crate::error::{Error, Location};

/// Kind of the supplement, which is part of the name of the file.
pub const KIND: &str = "errors";

/// Error codes of one service version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorCodes {
    /// Descriptions by code. The description of a code that nobody has described yet is empty.
    pub codes: BTreeMap<String, String>,
    /// Codes that an action documents, by action.
    #[serde(default)]
    pub actions: BTreeMap<String, BTreeSet<String>>,
}

/// Reads the error codes of one service version.
///
/// `directory` and `version` come from the path of the file.
///
/// # Errors
///
/// Returns [`ErrorKind::MalformedSupplement`](crate::ErrorKind::MalformedSupplement).
pub fn read(directory: &str, version: &str, text: &str) -> Result<ErrorCodes, Error> {
    parse(text, &Location::version(directory, version).supplement(KIND))
}

/// Writes the error codes of one service version.
pub fn write(directory: &str, version: &str, error_codes: &ErrorCodes) -> String {
    let mut text = format!(
        "# Error codes of `{directory}` {version}.\n\
         #\n\
         # The codes are those of the official SDK for Python, and the codes of each action are those of the\n\
         # official SDK for Go. `cargo xtask sync` adds the codes of the package that is pinned in\n\
         # `upstream.toml`, without a description. The descriptions and the lists of the actions are edited by\n\
         # hand.\n\
         \n\
         [codes]\n"
    );
    for (code, description) in &error_codes.codes {
        text.push_str(&format!("{} = {}\n", quoted(code), quoted(description)));
    }
    text.push_str("\n[actions]\n");
    for (action, codes) in &error_codes.actions {
        let is_bare = !action.is_empty() && action.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let key = if is_bare { action.clone() } else { quoted(action) };
        let lines: String = codes.iter().map(|code| format!("    {},\n", quoted(code))).collect();
        let line_break = if lines.is_empty() { "" } else { "\n" };
        text.push_str(&format!("{key} = [{line_break}{lines}]\n"));
    }
    text
}

/// Quotes a string. Strings of JSON are also strings of TOML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
