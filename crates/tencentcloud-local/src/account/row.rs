//! A resource of the account, as the API returns it.

use serde_json::{Map, Value};

/// One resource, as one service returns it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// `None` for a resource that exists in every region.
    region: Option<&'static str>,
    pub(crate) value: Map<String, Value>,
    /// Values that ids and filters can match, but that responses do not contain.
    hidden: Map<String, Value>,
}

impl Row {
    /// Returns a row of one region. A value that is not an object becomes an empty object.
    pub(super) fn in_region(region: &'static str, value: Value) -> Self {
        Self { region: Some(region), ..Self::global(value) }
    }

    /// Returns a row of all regions. A value that is not an object becomes an empty object.
    pub(super) fn global(value: Value) -> Self {
        let value = if let Value::Object(value) = value { value } else { Map::new() };
        Self { region: None, value, hidden: Map::new() }
    }

    /// Adds a value that ids and filters can match, but that responses do not contain.
    pub(super) fn hidden(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.hidden.insert(name.to_owned(), value.into());
        self
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
