//! One thing that the account owns.

use serde_json::{Map, Value};

/// One thing that the account owns, as the API shows it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// None for what is the same in all regions.
    region: Option<&'static str>,
    pub(crate) value: Map<String, Value>,
    /// What it can be found by, but does not show.
    hidden: Map<String, Value>,
}

impl Row {
    /// A row of one region. Anything but an object is taken for an empty one.
    pub(super) fn in_region(region: &'static str, value: Value) -> Self {
        Self { region: Some(region), ..Self::everywhere(value) }
    }

    /// A row of all regions.
    pub(super) fn everywhere(value: Value) -> Self {
        let value = if let Value::Object(value) = value { value } else { Map::new() };
        Self { region: None, value, hidden: Map::new() }
    }

    /// The row, which can be found by this too.
    pub(super) fn hiding(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.hidden.insert(name.to_owned(), value.into());
        self
    }

    /// Whether a call to the region sees the row.
    pub(crate) fn is_in(&self, region: &str) -> bool {
        self.region.is_none_or(|own| own == region)
    }

    /// Every value at a path such as `VirtualPrivateCloud.VpcId`; lists are looked into.
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

    /// Whether the value is at the path.
    pub(crate) fn has(&self, path: &str, wanted: &str) -> bool {
        self.values(path).any(|value| value == wanted)
    }

    /// Whether the row has a tag with this key and value.
    pub(crate) fn has_tag(&self, key: &str, value: &str) -> bool {
        let tags = self.value.get("Tags").or_else(|| self.value.get("TagSet"));
        let mut tags = tags.and_then(Value::as_array).into_iter().flatten();
        tags.any(|tag| {
            let is = |name, wanted| tag.get(name).and_then(Value::as_str) == Some(wanted);
            is("Key", key) && is("Value", value)
        })
    }
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        value => std::slice::from_ref(value),
    }
}

/// A scalar as it is written in a filter.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
