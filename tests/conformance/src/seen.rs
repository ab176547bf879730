//! What becomes of the examples of one version.

use serde_json::Value;
use tencentcloud_common::protocol::model::Leniency;

use crate::examples::{self, Side};
use crate::expected::{Count, Expected};
use crate::registry::RoundTrip;
use crate::spec::{Part, Spec};

/// What there is to say in the end.
#[derive(Default)]
pub(crate) struct Findings {
    /// What makes the run fail.
    pub(crate) failures: Vec<String>,
    /// What is only reported.
    pub(crate) notes: Vec<String>,
}

/// What became of the examples of one version.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) requests: Tally,
    pub(crate) responses: Tally,
}

/// What became of the examples on one side.
#[derive(Default)]
pub(crate) struct Tally {
    strict: usize,
    all: usize,
    /// Examples of an error.
    errors: usize,
    /// Action and reason of those that fit the specification, and do not come back unchanged.
    wrong: Vec<(String, String)>,
    /// Action and reason of those that do not fit, and that not even a lenient reading takes.
    refused: Vec<(String, String)>,
}

impl Tally {
    /// Sends one example through a model.
    pub(crate) fn add(
        &mut self,
        spec: &Spec,
        action: &str,
        part: Part,
        side: Side,
        round_trip: RoundTrip,
    ) {
        let object = match side {
            Side::Json(object) => object,
            Side::Broken(reason) => {
                self.all += 1;
                return self.refused.push((action.to_owned(), reason));
            }
            Side::Failure => return self.errors += 1,
            Side::Form => return,
        };
        self.all += 1;
        let fits = spec.fits(action, part, &object);
        let object = Value::Object(object);
        let text = object.to_string();
        let strict = round_trip(text.as_bytes(), Leniency::Strict).and_then(|json| {
            let again = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
            let same = examples::same(&object, &again, part == Part::Response);
            if same { Ok(()) } else { Err("what is written differs from what was read".to_owned()) }
        });
        match (strict, fits) {
            (Ok(()), _) => self.strict += 1,
            (Err(reason), Ok(())) => self.wrong.push((action.to_owned(), reason)),
            (Err(_), Err(misfit)) => {
                if let Err(reason) = round_trip(text.as_bytes(), Leniency::Lenient) {
                    self.refused.push((action.to_owned(), format!("{reason} ({misfit})")));
                }
            }
        }
    }

    fn count(&self) -> Count {
        Count { strict: self.strict, all: self.all }
    }
}

impl Seen {
    /// Prints the counts and judges them.
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
            requests.refused.len() + responses.refused.len(),
        );
        let name = format!("{service} {version}");
        for (action, reason) in requests.wrong.iter().chain(&responses.wrong) {
            let failure = format!("{name} {action}: fits the specification, but: {reason}");
            findings.failures.push(failure);
        }
        let refused: Vec<_> = requests.refused.iter().chain(&responses.refused).collect();
        let said = |(action, reason): &&(String, String)| format!("{name} {action}: {reason}");
        let Some(expected) = expected else {
            findings.notes.extend(refused.iter().map(said));
            return;
        };
        for (found, wanted) in
            [(requests.count(), expected.requests), (responses.count(), expected.responses)]
        {
            let worse = found.all - found.strict > wanted.all - wanted.strict;
            if worse || found.all < wanted.all {
                findings.failures.push(format!("{name}: {found:?} is worse than {wanted:?}"));
            }
        }
        let is_excluded = |action: &str| expected.excluded.iter().any(|(name, _)| *name == action);
        let unexpected = refused.iter().filter(|(action, _)| !is_excluded(action));
        findings.failures.extend(unexpected.map(said));
        for (action, reason) in expected.excluded {
            if !refused.iter().any(|(refused, _)| refused == action) {
                findings.failures.push(format!(
                    "{name} {action} reads now: take it off the list of exclusions ({reason})"
                ));
            }
        }
    }
}
