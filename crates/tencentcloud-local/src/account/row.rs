//! A resource of the account, as the API returns it, and how it changes with time.

use std::time::Duration;

use serde_json::{Map, Value};

/// One resource, as one service returns it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// `None` for a resource that exists in every region.
    region: Option<&'static str>,
    pub(crate) value: Map<String, Value>,
    /// Values that ids and filters can match, but that responses do not contain.
    hidden: Map<String, Value>,
    /// What happens to the resource later, in any order.
    changes: Vec<Change>,
}

/// A change of a resource, which an operation begins and time completes.
#[derive(Clone, Debug)]
struct Change {
    begun: Duration,
    due: Duration,
    effect: Effect,
    /// A member that grows from 0 to 100 until the change is due.
    percent: Option<&'static str>,
}

#[derive(Clone, Debug)]
enum Effect {
    /// The members get these values.
    Set(Map<String, Value>),
    /// The resource no longer exists.
    Remove,
}

/// What time has done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    Unchanged,
    Changed,
    Removed,
}

impl Row {
    /// Returns a row of one region. A value that is not an object becomes an empty object.
    pub(super) fn in_region(region: &'static str, value: Value) -> Self {
        Self { region: Some(region), ..Self::global(value) }
    }

    /// Returns a row of all regions. A value that is not an object becomes an empty object.
    pub(super) fn global(value: Value) -> Self {
        let value = if let Value::Object(value) = value { value } else { Map::new() };
        Self { region: None, value, hidden: Map::new(), changes: Vec::new() }
    }

    /// Adds a value that ids and filters can match, but that responses do not contain.
    pub(super) fn hidden(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.hidden.insert(name.to_owned(), value.into());
        self
    }

    /// Sets a value that ids and filters can match, but that responses do not contain.
    pub(crate) fn set_hidden(&mut self, name: &str, value: impl Into<Value>) {
        self.hidden.insert(name.to_owned(), value.into());
    }

    /// Sets members. A value that is not an object changes nothing.
    pub(crate) fn set(&mut self, members: Value) {
        if let Value::Object(members) = members {
            self.value.extend(members);
        }
    }

    /// Sets members when a period that begins now is over.
    pub(crate) fn set_later(&mut self, period: Period, members: Value) {
        self.change(period, members, None);
    }

    /// Sets members when the period is over. Until then the member `percent` grows from 0 to 100.
    pub(crate) fn set_gradually(&mut self, period: Period, percent: &'static str, members: Value) {
        self.value.insert(percent.to_owned(), Value::from(0));
        self.change(period, members, Some(percent));
    }

    /// Forgets the changes that time would complete.
    pub(crate) fn cancel_changes(&mut self) {
        self.changes.clear();
    }

    fn change(&mut self, period: Period, members: Value, percent: Option<&'static str>) {
        let Value::Object(members) = members else { return };
        let Period { begun, due } = period;
        self.changes.push(Change { begun, due, effect: Effect::Set(members), percent });
    }

    /// Removes the resource when the period is over.
    pub(crate) fn remove_later(&mut self, Period { begun, due }: Period) {
        self.changes.push(Change { begun, due, effect: Effect::Remove, percent: None });
    }

    /// Applies the changes that are due.
    pub(super) fn settle(&mut self, now: Duration) -> Settled {
        if self.changes.is_empty() {
            return Settled::Unchanged;
        }
        self.changes.sort_by_key(|change| change.due);
        let later = self.changes.partition_point(|change| change.due <= now);
        let later = self.changes.split_off(later);
        let mut settled = Settled::Unchanged;
        for change in std::mem::replace(&mut self.changes, later) {
            match change.effect {
                Effect::Remove => return Settled::Removed,
                Effect::Set(members) => self.value.extend(members),
            }
            if let Some(percent) = change.percent {
                self.value.insert(percent.to_owned(), Value::from(100));
            }
            settled = Settled::Changed;
        }
        for change in &self.changes {
            if let Some(percent) = change.percent {
                self.value.insert(percent.to_owned(), Value::from(change.percent_at(now)));
                settled = Settled::Changed;
            }
        }
        settled
    }

    /// Returns the first scalar at a path, or an empty string.
    pub(crate) fn text(&self, path: &str) -> String {
        self.values(path).next().unwrap_or_default()
    }

    /// Returns a number, or 0.
    pub(crate) fn number(&self, name: &str) -> u64 {
        self.value.get(name).and_then(Value::as_u64).unwrap_or(0)
    }

    /// Returns a flag, or false.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.value.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Returns the region, or an empty string for a resource of all regions.
    pub(super) fn region(&self) -> &'static str {
        self.region.unwrap_or_default()
    }

    /// Returns whether a call to the region finds the row.
    pub(crate) fn is_in(&self, region: &str) -> bool {
        self.region.is_none_or(|own| own == region)
    }

    /// Returns every scalar at a path such as `VirtualPrivateCloud.VpcId`, including those inside
    /// lists.
    pub(crate) fn values(&self, path: &str) -> impl Iterator<Item = String> {
        let mut steps = path.split('.');
        let first = steps.next().unwrap_or_default();
        let found = self.value.get(first).or_else(|| self.hidden.get(first));
        let mut found: Vec<&Value> = found.into_iter().flat_map(items).collect();
        for step in steps {
            found = found.into_iter().filter_map(|value| value.get(step)).flat_map(items).collect();
        }
        found.into_iter().filter_map(text)
    }

    /// Returns whether the path contains the value.
    pub(crate) fn has(&self, path: &str, expected: &str) -> bool {
        self.values(path).any(|value| value == expected)
    }

    /// Returns whether the resource has a tag with this key and value.
    pub(crate) fn has_tag(&self, key: &str, value: &str) -> bool {
        let tags = self.value.get("Tags").or_else(|| self.value.get("TagSet"));
        let mut tags = tags.and_then(Value::as_array).into_iter().flatten();
        tags.any(|tag| {
            let has = |name, expected| tag.get(name).and_then(Value::as_str) == Some(expected);
            has("Key", key) && has("Value", value)
        })
    }
}

impl Change {
    fn percent_at(&self, now: Duration) -> u64 {
        let passed = now.saturating_sub(self.begun).as_millis();
        let total = self.due.saturating_sub(self.begun).as_millis();
        let percent = passed.saturating_mul(100).checked_div(total).unwrap_or(0);
        // Only the end of the period makes the change complete.
        u64::try_from(percent).unwrap_or(99).min(99)
    }
}

/// A period in which an operation runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period {
    begun: Duration,
    pub(crate) due: Duration,
}

impl Period {
    pub(super) fn new(begun: Duration, duration: Duration) -> Self {
        Self { begun, due: begun.saturating_add(duration) }
    }
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        value => std::slice::from_ref(value),
    }
}

/// Returns a scalar as a filter value spells it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
