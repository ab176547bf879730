//! The table of the list actions of every service version: how many are paged, and why others are not.

use std::fs;

use tencentcloud_codegen::model::{NotPaged, Service, Way};

use crate::error::Error;
use crate::workspace::Workspace;

/// Path of the table in the workspace.
const FILE: &str = "tests/conformance/paging.tsv";

/// Returns the rows of a service, one per version. Versions without list actions have none.
pub(super) fn rows(service: &Service) -> Vec<String> {
    let versions = service.versions.iter();
    let rows = versions.filter_map(|version| {
        let (mut by_offset, mut by_page, mut by_token) = (0, 0, 0);
        let mut not_paged = Vec::new();
        for action in &version.actions {
            match &action.paging {
                Ok(paging) => match paging.way {
                    Way::Offset { .. } => by_offset += 1,
                    Way::Page { .. } => by_page += 1,
                    Way::Token(_) => by_token += 1,
                },
                Err(NotPaged::NoPosition) => {}
                Err(reason) => not_paged.push(format!("{}: {reason}", action.api_name)),
            }
        }
        let paged = by_offset + by_page + by_token;
        (paged + not_paged.len() > 0).then(|| {
            format!(
                "{}\t{}\t{}\t{by_offset}\t{by_page}\t{by_token}\t{}",
                service.directory,
                version.version,
                paged + not_paged.len(),
                not_paged.join("; ")
            )
        })
    });
    rows.collect()
}

/// Compares the table with the committed one, or writes it.
pub(super) fn check(
    workspace: &Workspace,
    mut rows: Vec<String>,
    update: bool,
) -> Result<(), Error> {
    rows.sort();
    let path = workspace.root().join(FILE);
    let mut text =
        "service\tversion\tlist actions\tby offset\tby page number\tby token\tnot paged\n"
            .to_owned();
    for row in rows {
        text.push_str(&row);
        text.push('\n');
    }
    if update {
        return fs::write(&path, text).map_err(Error::io("write", &path));
    }
    let committed = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    if committed == text {
        return Ok(());
    }
    Err(Error::Conformance(format!(
        "`{FILE}` is out of date: run `cargo xtask conformance --update generator`, and review the \
         change"
    )))
}
