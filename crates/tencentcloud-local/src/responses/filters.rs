//! The parameter `Filters`.

use serde_json::Value;

use super::service_rules::ServiceRules;
use crate::account::{Filter, FilterRule, Row, TAG_KEY};
use crate::api_error::ApiError;
use crate::call::Call;

/// The prefix of a filter on the value of one tag, such as `tag:role`.
const TAG_PREFIX: &str = "tag:";

/// The filters of a call. A row must match all of them.
pub(super) struct Filters<'a>(Vec<Condition<'a>>);

/// A filter of a call. A row must match any of the values.
struct Condition<'a> {
    rule: Rule<'a>,
    values: Vec<&'a str>,
}

#[derive(Clone, Copy)]
enum Rule<'a> {
    Filter(FilterRule),
    /// The value of the tag with this key equals a filter value.
    Tag(&'a str),
}

impl<'a> Filters<'a> {
    /// Parses the filters of a call, each of which must be among the `available` ones.
    pub(super) fn parse(call: &'a Call<'_>, available: &[Filter]) -> Result<Self, ApiError> {
        let rules = ServiceRules::of(call);
        let filters = call.parameters.get("Filters").and_then(Value::as_array);
        let filters = filters.map(Vec::as_slice).unwrap_or_default();
        let conditions = filters.iter().map(|filter| {
            let name = filter.get("Name").and_then(Value::as_str).unwrap_or_default();
            let rule = find_rule(available, name).ok_or_else(|| {
                let names: Vec<_> = available.iter().map(|(name, _)| *name).collect();
                rules.unknown_filter(name, &names)
            })?;
            let values = filter.get("Values").and_then(Value::as_array);
            let values = values.into_iter().flatten().filter_map(Value::as_str).collect();
            Ok(Condition { rule, values })
        });
        let conditions = conditions.collect::<Result<Vec<_>, ApiError>>()?;
        let max_values = conditions.iter().map(|it| it.values.len()).max().unwrap_or(0);
        rules.check_filter_counts(conditions.len(), max_values)?;
        Ok(Self(conditions))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether a row matches all filters.
    pub(super) fn matches(&self, row: &Row) -> bool {
        self.0.iter().all(|condition| condition.matches(row))
    }
}

impl Condition<'_> {
    fn matches(&self, row: &Row) -> bool {
        let any = |matches: &dyn Fn(&str) -> bool| self.values.iter().any(|value| matches(value));
        match self.rule {
            Rule::Tag(key) => any(&|value| row.has_tag(key, value)),
            Rule::Filter(FilterRule::Equals(path)) => any(&|value| row.has(path, value)),
            Rule::Filter(FilterRule::NotBefore(path)) => {
                any(&|value| row.values(path).any(|time| sortable(&time) >= sortable(value)))
            }
            Rule::Filter(FilterRule::NotAfter(path)) => {
                any(&|value| row.values(path).any(|time| sortable(&time) <= sortable(value)))
            }
            Rule::Filter(FilterRule::Ignored) => true,
        }
    }
}

fn find_rule<'a>(available: &[Filter], name: &'a str) -> Option<Rule<'a>> {
    let find = |wanted: &str| available.iter().find(|(name, _)| *name == wanted);
    match name.strip_prefix(TAG_PREFIX) {
        Some(key) if find(TAG_KEY).is_some() => Some(Rule::Tag(key)),
        _ => find(name).map(|(_, rule)| Rule::Filter(*rule)),
    }
}

/// Returns a time in a format that sorts as text: `2024-01-31T08:00:00Z` becomes
/// `2024-01-31 08:00:00`.
fn sortable(time: &str) -> String {
    time.replace('T', " ").chars().take(19).collect()
}
