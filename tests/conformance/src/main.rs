//! Sends every example of the upstream specifications through the typed models of the committed
//! crates: read, write again, compare. `cargo xtask conformance` runs it.
//!
//! Usage: `tencentcloud-conformance FOLDER`, the folder that holds `tccli/services`.

#[allow(clippy::too_many_lines, reason = "the generated list has one line an action")]
mod actions;
mod examples;
mod expected;
mod registry;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;
use tencentcloud_common::model::Leniency;

use crate::examples::Side;
use crate::expected::{Count, EXCLUDED, EXPECTED};
use crate::registry::{Models, Registry, RoundTrip};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: tencentcloud-conformance FOLDER (which holds tccli/services)");
        return ExitCode::from(2);
    };
    let mut registry = Registry::default();
    actions::register(&mut registry);
    let mut failures = Vec::new();
    println!(
        "service  version     requests (strict/all)  responses (strict/all)  errors  lenient failures"
    );
    for (service, version, actions) in registry.versions() {
        match check(Path::new(&folder), service, version, actions) {
            Ok(seen) => seen.report(service, version, &mut failures),
            Err(error) => failures.push(error),
        }
    }
    for failure in &failures {
        eprintln!("error: {failure}");
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What became of the examples of one version.
#[derive(Default)]
struct Seen {
    requests: Tally,
    responses: Tally,
    failures: usize,
}

#[derive(Default)]
struct Tally {
    strict: usize,
    all: usize,
    /// Action and reason of those that not even a lenient reading takes.
    refused: Vec<(String, String)>,
}

fn check(
    folder: &Path,
    service: &str,
    version: &str,
    actions: &BTreeMap<&'static str, Models>,
) -> Result<Seen, String> {
    let version = format!("v{}", version.replace('-', ""));
    let path: PathBuf = [
        folder,
        "tccli/services".as_ref(),
        service.as_ref(),
        version.as_ref(),
        "examples.json".as_ref(),
    ]
    .iter()
    .collect();
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|error| wrong(&error))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    let examples = document
        .get("actions")
        .and_then(Value::as_object)
        .ok_or_else(|| wrong(&"there is no object `actions`"))?;
    let mut seen = Seen::default();
    for (action, examples) in examples {
        let models = actions.get(action.as_str()).ok_or_else(|| {
            wrong(&format!("{action} has examples and no typed models: run `cargo xtask sync`"))
        })?;
        for example in examples.as_array().into_iter().flatten() {
            let text = |name| example.get(name).and_then(Value::as_str).unwrap_or_default();
            match examples::request(text("input")) {
                Side::Form | Side::Failure => {}
                side => seen.requests.add(action, side, models.request, false),
            }
            match examples::response(text("output")) {
                Side::Failure => seen.failures += 1,
                side => seen.responses.add(action, side, models.response, true),
            }
        }
    }
    Ok(seen)
}

impl Tally {
    fn add(&mut self, action: &str, side: Side, round_trip: RoundTrip, answers: bool) {
        self.all += 1;
        let object = match side {
            Side::Json(object) => Value::Object(object),
            Side::Broken(reason) => return self.refused.push((action.to_owned(), reason)),
            Side::Form | Side::Failure => return,
        };
        let text = object.to_string();
        let strict = round_trip(text.as_bytes(), Leniency::Strict)
            .and_then(|json| serde_json::from_slice(&json).map_err(|error| error.to_string()));
        if strict.is_ok_and(|again: Value| examples::same(&object, &again, answers)) {
            self.strict += 1;
        } else if let Err(reason) = round_trip(text.as_bytes(), Leniency::Lenient) {
            self.refused.push((action.to_owned(), reason));
        }
    }
}

impl Seen {
    fn report(&self, service: &str, version: &str, failures: &mut Vec<String>) {
        let Self { requests, responses, failures: errors } = self;
        println!(
            "{service:<8} {version}  {:>10}/{:<10}  {:>10}/{:<11}  {errors:>6}  {:>6}",
            requests.strict,
            requests.all,
            responses.strict,
            responses.all,
            requests.refused.len() + responses.refused.len(),
        );
        let found = (counted(requests), counted(responses));
        if let Some((_, request, response)) = EXPECTED.iter().find(|(name, ..)| *name == service) {
            let worse = |found: Count, wanted: Count| {
                found.all - found.strict > wanted.all - wanted.strict || found.all < wanted.all
            };
            if worse(found.0, *request) || worse(found.1, *response) {
                failures
                    .push(format!("{service}: {found:?} is worse than {request:?}, {response:?}"));
            }
        }
        let refused: Vec<_> = requests.refused.iter().chain(&responses.refused).collect();
        for (action, reason) in &refused {
            if !EXCLUDED.iter().any(|(name, excluded, _)| *name == service && excluded == action) {
                failures.push(format!("{service} {action}: {reason}"));
            }
        }
        for (name, action, reason) in EXCLUDED.iter().filter(|(name, ..)| *name == service) {
            if !refused.iter().any(|(refused, _)| refused == action) {
                failures.push(format!(
                    "{name} {action} reads now: take it off the list of exclusions ({reason})"
                ));
            }
        }
    }
}

fn counted(tally: &Tally) -> Count {
    Count { strict: tally.strict, all: tally.all }
}
