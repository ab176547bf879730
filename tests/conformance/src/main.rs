//! Sends every example of the upstream specifications through the typed models of the committed
//! crates: read, write again, compare. `cargo xtask conformance` runs it.
//!
//! What fails, and what is only reported:
//!
//! - An example that fits the specification must come back unchanged, for every service. Whether
//!   it fits is decided by [`spec`], which shares no code with the models.
//! - An example that does not fit was written carelessly. A strict reading may refuse it; where a
//!   lenient one does, too, it is reported.
//! - For the services in [`expected`], at the version of the upstream package which that file
//!   names, such an example fails unless it is on the list of exclusions there, and so does an
//!   exclusion that no longer applies, or a count that gets worse.
//!
//! Usage: `tencentcloud-conformance API_SPECS EXAMPLES UPSTREAM`: two folders with a file
//! `SERVICE/VERSION.json` each, and the version of the upstream package.

#[allow(clippy::too_many_lines, reason = "the generated list has one line an action")]
mod actions;
mod examples;
mod expected;
mod registry;
mod seen;
mod spec;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use crate::expected::{EXPECTED, UPSTREAM};
use crate::registry::{Models, Registry};
use crate::seen::{Findings, Seen};
use crate::spec::{Part, Spec};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [specs, examples, upstream] = &arguments[..] else {
        eprintln!("usage: tencentcloud-conformance API_SPECS EXAMPLES UPSTREAM");
        return ExitCode::from(2);
    };
    let mut registry = Registry::default();
    actions::register(&mut registry);
    let mut findings = Findings::default();
    println!(
        "service      version     requests (strict/all)  responses (strict/all)  errors  lenient failures"
    );
    for (service, version, actions) in registry.versions() {
        let file = format!("{service}/{version}.json");
        let [spec, examples] = [specs, examples].map(|folder| Path::new(folder).join(&file));
        match check(&spec, &examples, actions, &mut findings) {
            Ok(Some(seen)) => {
                let known =
                    |it: &&expected::Expected| (it.service, it.version) == (service, version);
                let expected = EXPECTED.iter().find(known).filter(|_| upstream == UPSTREAM);
                seen.report(service, version, expected, &mut findings);
            }
            Ok(None) => println!("{service:<12} {version}  has no examples"),
            Err(error) => findings.failures.push(error),
        }
    }
    if upstream != UPSTREAM {
        println!(
            "note: tests/conformance/src/expected.rs is about the examples of {UPSTREAM}, not \
             those of {upstream}, and was not consulted"
        );
    }
    for note in &findings.notes {
        println!("note: {note}");
    }
    for failure in &findings.failures {
        eprintln!("error: {failure}");
    }
    if findings.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Sends the examples of one version through its models; nothing for a version without examples.
fn check(
    spec: &Path,
    path: &PathBuf,
    actions: &BTreeMap<&'static str, Models>,
    findings: &mut Findings,
) -> Result<Option<Seen>, String> {
    if !path.exists() {
        return Ok(None);
    }
    let spec = Spec::read(spec)?;
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    let examples = document
        .get("actions")
        .and_then(Value::as_object)
        .ok_or_else(|| wrong(&"there is no object `actions`"))?;
    let mut seen = Seen::default();
    for (action, examples) in examples {
        let Some(models) = actions.get(action.as_str()) else {
            if spec.has(action) {
                return Err(wrong(&format!(
                    "{action} has no typed models: run `cargo xtask generate`"
                )));
            }
            findings.notes.push(wrong(&format!("{action} has examples, but is not specified")));
            continue;
        };
        for example in examples.as_array().into_iter().flatten() {
            let text = |name| example.get(name).and_then(Value::as_str).unwrap_or_default();
            let request = examples::request(text("input"));
            seen.requests.add(&spec, action, Part::Request, request, models.request);
            let response = examples::response(text("output"));
            seen.responses.add(&spec, action, Part::Response, response, models.response);
        }
    }
    Ok(Some(seen))
}
