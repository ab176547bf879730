//! The `Filters` parameter.

use serde_json::Value;

use super::Call;
use crate::account::Row;
use crate::account::filters::{Rule, TAG_KEY, TAG_PREFIX};
use crate::refusal::Refusal;

/// Conditions of which all must hold.
pub(super) struct Filters<'a>(Vec<Filter<'a>>);

/// A row passes with any of the values.
struct Filter<'a> {
    rule: Rule<'a>,
    values: Vec<&'a str>,
}

impl<'a> Filters<'a> {
    /// Reads them, and refuses one that is not among the `known`.
    pub(super) fn of(
        call: &'a Call<'_>,
        known: &'a [(&'a str, Rule<'a>)],
    ) -> Result<Self, Refusal> {
        let filters = call.parameters.get("Filters").and_then(Value::as_array);
        let filters = filters.map(Vec::as_slice).unwrap_or_default();
        let filters = filters.iter().map(|filter| {
            let name = filter.get("Name").and_then(Value::as_str).unwrap_or_default();
            let rule = rule(known, name).ok_or_else(|| {
                let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
                call.dialect().unknown_filter(name, &names)
            })?;
            let values = filter.get("Values").and_then(Value::as_array);
            let values = values.into_iter().flatten().filter_map(Value::as_str).collect();
            Ok(Filter { rule, values })
        });
        let filters = filters.collect::<Result<Vec<_>, Refusal>>()?;
        let most_values = filters.iter().map(|filter| filter.values.len()).max().unwrap_or(0);
        call.dialect().check_filter_counts(filters.len(), most_values)?;
        Ok(Self(filters))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn pass(&self, row: &Row) -> bool {
        self.0.iter().all(|filter| filter.passes(row))
    }
}

impl Filter<'_> {
    fn passes(&self, row: &Row) -> bool {
        let any = |holds: &dyn Fn(&str) -> bool| self.values.iter().any(|value| holds(value));
        match self.rule {
            Rule::Is(path) => any(&|value| row.has(path, value)),
            Rule::Tag(key) => any(&|value| row.has_tag(key, value)),
            Rule::From(path) => any(&|value| row.values(path).any(|t| moment(&t) >= moment(value))),
            Rule::Until(path) => {
                any(&|value| row.values(path).any(|t| moment(&t) <= moment(value)))
            }
            Rule::Ignored => true,
        }
    }
}

fn rule<'a>(known: &[(&'a str, Rule<'a>)], name: &'a str) -> Option<Rule<'a>> {
    let by_name = |wanted: &str| known.iter().find(|(name, _)| *name == wanted);
    match name.strip_prefix(TAG_PREFIX) {
        Some(key) if by_name(TAG_KEY).is_some() => Some(Rule::Tag(key)),
        _ => by_name(name).map(|(_, rule)| *rule),
    }
}

/// A time in a form that can be compared: `2024-01-31T08:00:00Z` like `2024-01-31 08:00:00`.
fn moment(text: &str) -> String {
    text.replace('T', " ").chars().take(19).collect()
}
