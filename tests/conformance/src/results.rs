//! Results of the examples of one version.

use serde_json::Value;
use tencentcloud_common::protocol::model::Leniency;

use crate::examples::{self, Example};
use crate::expected::{Count, Expected};
use crate::registry::RoundTrip;
use crate::spec::{Direction, Spec};

/// Output of the run.
#[derive(Default)]
pub(crate) struct Findings {
    /// Errors, which make the run fail.
    pub(crate) failures: Vec<String>,
    /// Notes, which do not make the run fail.
    pub(crate) notes: Vec<String>,
}

/// Results of the examples of one version.
#[derive(Default)]
pub(crate) struct Results {
    pub(crate) requests: Counts,
    pub(crate) responses: Counts,
}

/// Results of the requests or of the responses.
#[derive(Default)]
pub(crate) struct Counts {
    strict: usize,
    all: usize,
    /// Examples of error responses.
    errors: usize,
    /// Action and reason of the examples that match the specification, but change.
    changed: Vec<(String, String)>,
    /// Action and reason of the examples that fail even in lenient mode.
    rejected: Vec<(String, String)>,
}

impl Counts {
    /// Passes one example through a model.
    pub(crate) fn add(
        &mut self,
        spec: &Spec,
        action: &str,
        direction: Direction,
        example: Example,
        round_trip: RoundTrip,
    ) {
        let object = match example {
            Example::Json(object) => object,
            Example::Invalid(reason) => {
                self.all += 1;
                return self.rejected.push((action.to_owned(), reason));
            }
            Example::Error => return self.errors += 1,
            Example::QueryString => return,
        };
        self.all += 1;
        let matches = spec.check(action, direction, &object);
        let object = Value::Object(object);
        let text = object.to_string();
        let strict = round_trip(text.as_bytes(), Leniency::Strict).and_then(|json| {
            let again = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
            let same = examples::same(&object, &again, direction == Direction::Response);
            if same { Ok(()) } else { Err("encoding changes the example".to_owned()) }
        });
        match (strict, matches) {
            (Ok(()), _) => self.strict += 1,
            (Err(reason), Ok(())) => self.changed.push((action.to_owned(), reason)),
            (Err(_), Err(mismatch)) => {
                if let Err(reason) = round_trip(text.as_bytes(), Leniency::Lenient) {
                    self.rejected.push((action.to_owned(), format!("{reason} ({mismatch})")));
                }
            }
        }
    }

    fn count(&self) -> Count {
        Count { strict: self.strict, all: self.all }
    }
}

impl Results {
    /// Prints the counts, and adds errors and notes to the findings.
    pub(crate) fn report(
        &self,
        service: &str,
        version: &str,
        expected: Option<&Expected>,
        findings: &mut Findings,
    ) {
        let Self { requests, responses } = self;
        println!(
            "{service:<12} {version}  {:>10}/{:<10}  {:>10}/{:<11}  {:>6}  {:>6}",
            requests.strict,
            requests.all,
            responses.strict,
            responses.all,
            requests.errors + responses.errors,
            requests.rejected.len() + responses.rejected.len(),
        );
        let name = format!("{service} {version}");
        for (action, reason) in requests.changed.iter().chain(&responses.changed) {
            let failure =
                format!("{name} {action}: the example matches the specification, but: {reason}");
            findings.failures.push(failure);
        }
        let rejected: Vec<_> = requests.rejected.iter().chain(&responses.rejected).collect();
        let describe = |(action, reason): &&(String, String)| format!("{name} {action}: {reason}");
        let Some(expected) = expected else {
            findings.notes.extend(rejected.iter().map(describe));
            return;
        };
        for (found, expected) in
            [(requests.count(), expected.requests), (responses.count(), expected.responses)]
        {
            let worse = found.all - found.strict > expected.all - expected.strict;
            if worse || found.all < expected.all {
                findings.failures.push(format!("{name}: {found:?} is worse than {expected:?}"));
            }
        }
        let is_excluded = |action: &str| expected.excluded.iter().any(|(name, _)| *name == action);
        let unexpected = rejected.iter().filter(|(action, _)| !is_excluded(action));
        findings.failures.extend(unexpected.map(describe));
        for (action, reason) in expected.excluded {
            if !rejected.iter().any(|(rejected, _)| rejected == action) {
                findings.failures.push(format!(
                    "{name} {action}: the example passes now; remove it from the exclusions ({reason})"
                ));
            }
        }
    }
}
