//! The constants of the error codes, and the lists of codes in the documentation of the methods.

use std::collections::BTreeMap;

use super::docs;
use super::file::{Constant, Item, SourceFile};
use crate::model::{ErrorCode, Service, Version};

/// Meanings of the first parts of error codes that all services share.
const SHARED: &[(&str, &str)] = &[
    ("AuthFailure", "The request could not be authenticated."),
    ("DryRunOperation", "The request was a dry run: it would have succeeded."),
    ("FailedOperation", "The operation failed."),
    ("InternalError", "The service failed internally."),
    ("InvalidParameter", "A parameter is invalid."),
    ("InvalidParameterValue", "The value of a parameter is invalid."),
    ("LimitExceeded", "A quota or another limit is exceeded."),
    ("MissingParameter", "A required parameter is missing."),
    ("OperationDenied", "The operation is denied."),
    ("RequestLimitExceeded", "Too many requests were sent."),
    ("ResourceInUse", "A resource is in use."),
    ("ResourceInsufficient", "There are not enough resources."),
    ("ResourceNotFound", "A resource does not exist."),
    ("ResourceUnavailable", "A resource is not available."),
    ("ResourcesSoldOut", "A resource is sold out."),
    ("UnauthorizedOperation", "The caller may not use the operation."),
    ("UnknownParameter", "A parameter is unknown."),
    ("UnsupportedOperation", "The operation is not supported."),
];

/// Maximum length of a line of documentation of a method, and of a constant: 100 columns without
/// the indentation and the comment marker.
const METHOD_WIDTH: usize = 92;
const CONSTANT_WIDTH: usize = 96;

/// Renders `error_code.rs` of a version: one constant per error code.
pub(crate) fn error_codes(service: &Service, version: &Version) -> SourceFile {
    let mut docs = vec![
        format!("Error codes of version `{}` of the `{}` API.", version.version, version.service),
        String::new(),
        "The list may be incomplete: a service can return codes that it does not document, for example"
            .into(),
        "those that all services share.".into(),
    ];
    if let Some(example) = example(&version.error_codes) {
        let (crate_name, module) = (service.crate_name(), &version.module);
        docs.extend([
            String::new(),
            "```".to_owned(),
            format!("use {crate_name}::common::Error;"),
            format!("use {crate_name}::{module}::error_code;"),
            String::new(),
            "fn is_expected(error: &Error) -> bool {".to_owned(),
            format!("    error.code() == Some(error_code::{})", example.name),
            "}".to_owned(),
            "```".to_owned(),
        ]);
    }
    let items = version.error_codes.iter().map(|it| {
        Item::Constant(Constant {
            docs: docs::wrap(&description(it), CONSTANT_WIDTH),
            name: it.name.to_string(),
            value: it.code.clone(),
        })
    });
    SourceFile { docs, allow: Vec::new(), items: items.collect() }
}

/// Chooses the code for the example: a short one about something that does not exist, if possible.
fn example(codes: &[ErrorCode]) -> Option<&ErrorCode> {
    codes.iter().min_by_key(|it| {
        let is_shared = it.code == "ResourceNotFound";
        (!is_shared, !it.code.ends_with("NotFound"), it.code.len())
    })
}

fn description(code: &ErrorCode) -> String {
    if !code.description.is_empty() {
        return code.description.clone();
    }
    let mut text = format!("Error code `{}`.", code.code);
    if let Some((_, meaning)) = SHARED.iter().find(|(shared, _)| *shared == major(&code.code)) {
        text.push(' ');
        text.push_str(meaning);
    }
    text
}

/// Returns the part of a code before the first dot.
fn major(code: &str) -> &str {
    code.split_once('.').map_or(code, |(major, _)| major)
}

/// Lists the error codes of an action as lines of documentation.
///
/// Codes with the same first part are one bullet, in which that part is not repeated: some actions
/// document more than 100 codes. For the same reason, single codes are not links.
pub(super) fn list(codes: &[String]) -> Vec<String> {
    if codes.is_empty() {
        return Vec::new();
    }
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (major, minor) in codes.iter().filter_map(|code| code.split_once('.')) {
        groups.entry(major).or_default().push(minor);
    }
    groups.retain(|_, minors| minors.len() > 1);
    let is_single =
        |code: &&String| code.split_once('.').is_none_or(|(major, _)| !groups.contains_key(major));
    let single: Vec<&str> = codes.iter().filter(is_single).map(String::as_str).collect();
    let mut lines = vec![
        String::new(),
        "Error codes, with constants in [`error_code`](super::error_code):".to_owned(),
    ];
    if !single.is_empty() {
        lines.extend(bullet("", &single));
    }
    for (major, minors) in &groups {
        lines.extend(bullet(&format!("`{major}.*`: "), minors));
    }
    lines
}

/// Writes one bullet of a list, in as many lines as needed.
fn bullet(title: &str, names: &[&str]) -> Vec<String> {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let lines = docs::wrap(&format!("{title}{}", names.join(", ")), METHOD_WIDTH - 2);
    let lines = lines.into_iter().enumerate();
    lines.map(|(index, line)| format!("{}{line}", if index == 0 { "- " } else { "  " })).collect()
}
