//! Formats Rust source and checks its syntax.

use std::path::Path;

use super::file::{
    ActionCall, Constant, GeneratedFile, HEADER, Item, PaginateCall, SourceFile, TableCall,
};
use crate::error::{Error, ErrorKind, Location};

/// Maximum line length, unless a single name or link is longer.
const MAX_WIDTH: usize = 100;

/// Formats a source file. The location is that of the version, for errors.
pub(crate) fn format(source: SourceFile, location: &Location) -> Result<String, Error> {
    let mut text = format!("// {HEADER}\n");
    for line in &source.docs {
        text.push_str(format!("//! {line}").trim_end());
        text.push('\n');
    }
    for (lint, reason) in &source.allow {
        text.push_str(&format!("\n#![allow({lint}, reason = \"{reason}\")]\n"));
    }
    let mut after_action = false;
    for item in source.items {
        let is_action = matches!(item, Item::Action(_));
        if !(is_action && after_action) {
            text.push('\n');
        }
        after_action = is_action;
        match item {
            Item::Code(tokens) => {
                let file = syn::parse2(tokens).map_err(|error| {
                    location.clone().error(ErrorKind::InvalidRust(error.to_string()))
                })?;
                push_spaced(&mut text, &prettyplease::unparse(&file));
            }
            Item::Constant(constant) => push_constant(&mut text, &constant),
            Item::Table(call) => push_table(&mut text, &call),
            Item::Action(call) => push_action(&mut text, &call),
            Item::Paginate(call) => push_paginate(&mut text, &call),
        }
    }
    Ok(text)
}

/// Appends code, with a blank line between the functions and constants of an `impl`.
fn push_spaced(text: &mut String, code: &str) {
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        let is_in_block =
            line.strip_prefix("    ").is_some_and(|rest| !rest.starts_with([' ', '/', '#']));
        let ends_item = line == "    }" || (is_in_block && line.ends_with(';'));
        if ends_item && lines.peek().is_some_and(|next| *next != "}") {
            text.push('\n');
        }
    }
}

fn push_constant(text: &mut String, constant: &Constant) {
    for line in &constant.docs {
        text.push_str(&format!("/// {line}\n"));
    }
    let (start, value) = (format!("pub const {}: &str =", constant.name), &constant.value);
    let line = format!("{start} {value:?};\n");
    if line.len() <= MAX_WIDTH + 1 {
        text.push_str(&line);
    } else {
        text.push_str(&format!("{start}\n    {value:?};\n"));
    }
}

fn push_table(text: &mut String, table: &TableCall) {
    text.push_str(&format!("table!({} {{", table.name));
    if table.members.is_empty() {
        text.push_str("});\n");
        return;
    }
    text.push('\n');
    for (api_name, field) in &table.members {
        text.push_str(&format!("    \"{api_name}\": {field},\n"));
    }
    text.push('}');
    if !table.required.is_empty() {
        let required: Vec<String> =
            table.required.iter().map(|api_name| format!("\"{api_name}\"")).collect();
        let line = format!(" required [{}]);\n", required.join(", "));
        if line.len() <= MAX_WIDTH {
            text.push_str(&line);
            return;
        }
        text.push_str(&format!(" required [\n    {},\n]", required.join(",\n    ")));
    }
    text.push_str(");\n");
}

fn push_action(text: &mut String, action: &ActionCall) {
    let ActionCall { client, request, response, api_name, signed } = action;
    let unsigned = if *signed { "" } else { ", unsigned" };
    let types = format!("{client}: {request} => {response},");
    let name = format!("\"{api_name}\"{unsigned}");
    let line = format!("action!({types} {name});\n");
    if line.len() <= MAX_WIDTH + 1 {
        text.push_str(&line);
    } else if types.len() + 4 <= MAX_WIDTH {
        text.push_str(&format!("action!(\n    {types}\n    {name}\n);\n"));
    } else {
        text.push_str(&format!(
            "action!(\n    {client}: {request}\n        => {response},\n    {name}\n);\n"
        ));
    }
}

fn push_paginate(text: &mut String, call: &PaginateCall) {
    let PaginateCall { request, item, list, paging } = call;
    let line = format!("    {request} => {item}, {list},\n");
    let types = if line.len() <= MAX_WIDTH + 1 {
        line
    } else {
        format!("    {request}\n        => {item}, {list},\n")
    };
    let line = format!("    Paging::{}\n", paging.join("."));
    let paging = if line.len() <= MAX_WIDTH + 1 {
        line
    } else {
        format!("    Paging::{}\n", paging.join("\n        ."))
    };
    text.push_str(&format!("paginate!(\n{types}{paging});\n"));
}

/// Checks that a generated file is valid Rust. Other files pass.
///
/// # Errors
///
/// Returns [`ErrorKind::InvalidRust`], with the path of the file in place of the service.
pub fn check_syntax(file: &GeneratedFile) -> Result<(), Error> {
    if Path::new(&file.path).extension() != Some("rs".as_ref()) {
        return Ok(());
    }
    syn::parse_file(&file.contents).map(drop).map_err(|error| {
        let location = Location { service: file.path.clone(), ..Location::default() };
        location.error(ErrorKind::InvalidRust(error.to_string()))
    })
}
