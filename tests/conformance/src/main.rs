//! Passes every example of the upstream package through the typed models of the committed crates:
//! decodes it, encodes it again, and compares both. `cargo xtask conformance` runs it.
//!
//! - An example that matches the specification must not change, for every service. [`spec`] checks
//!   whether it matches, and shares no code with the models.
//! - An example that does not match the specification may fail in strict mode. If it also fails in
//!   lenient mode, it is reported.
//! - For the services in [`expected`], and the version of the upstream package in that file, such an
//!   example is an error unless it is in the list of exclusions. An exclusion that no longer applies
//!   and a count that gets worse are errors too.
//!
//! Usage: `tencentcloud-conformance API_SPECS EXAMPLES UPSTREAM`. The first two arguments are folders
//! with files `SERVICE/VERSION.json`, and the third is the version of the upstream package.

#[allow(clippy::too_many_lines, reason = "the generated list has one line per action")]
mod actions;
mod examples;
mod expected;
mod registry;
mod results;
mod spec;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use crate::expected::{EXPECTED, UPSTREAM};
use crate::registry::{Models, Registry};
use crate::results::{Findings, Results};
use crate::spec::{Direction, Spec};

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [specs, examples, upstream] = &args[..] else {
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
            Ok(Some(results)) => {
                let is_same =
                    |it: &&expected::Expected| (it.service, it.version) == (service, version);
                let expected = EXPECTED.iter().find(is_same).filter(|_| upstream == UPSTREAM);
                results.report(service, version, expected, &mut findings);
            }
            Ok(None) => println!("{service:<12} {version}  has no examples"),
            Err(error) => findings.failures.push(error),
        }
    }
    if upstream != UPSTREAM {
        println!(
            "note: tests/conformance/src/expected.rs was not used, because it describes the examples \
             of version {UPSTREAM}, not {upstream}"
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

/// Passes the examples of one version through its models. Returns `None` if it has no examples.
fn check(
    spec: &Path,
    path: &PathBuf,
    actions: &BTreeMap<&'static str, Models>,
    findings: &mut Findings,
) -> Result<Option<Results>, String> {
    if !path.exists() {
        return Ok(None);
    }
    let spec = Spec::read(spec)?;
    let invalid = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| invalid(&error))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| invalid(&error))?;
    let examples = document
        .get("actions")
        .and_then(Value::as_object)
        .ok_or_else(|| invalid(&"missing object `actions`"))?;
    let mut results = Results::default();
    for (action, examples) in examples {
        let Some(models) = actions.get(action.as_str()) else {
            if spec.has(action) {
                return Err(invalid(&format!(
                    "{action} has no typed models: run `cargo xtask generate`"
                )));
            }
            findings
                .notes
                .push(invalid(&format!("{action} has examples, but is not in the specification")));
            continue;
        };
        for example in examples.as_array().into_iter().flatten() {
            let text = |name| example.get(name).and_then(Value::as_str).unwrap_or_default();
            let request = examples::request(text("input"));
            results.requests.add(&spec, action, Direction::Request, request, models.request);
            let response = examples::response(text("output"));
            results.responses.add(&spec, action, Direction::Response, response, models.response);
        }
    }
    Ok(Some(results))
}
