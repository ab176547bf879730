//! Checks examples against the specification of a service version.
//!
//! It reads the specification as plain JSON, and shares no code with the generator and the models.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

/// Specification of one service version.
pub(crate) struct Spec {
    actions: Map<String, Value>,
    objects: BTreeMap<String, BTreeMap<String, Type>>,
}

/// Type of a member.
struct Type {
    list: bool,
    /// Scalar type, or name of an object.
    element: String,
}

/// Request or response of an action.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
}

impl Spec {
    /// Reads a file in `api-specs/`.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let invalid = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| invalid(&error))?;
        let mut spec: Value = serde_json::from_str(&text).map_err(|error| invalid(&error))?;
        let mut take = |key: &str| match spec.get_mut(key).map(Value::take) {
            Some(Value::Object(entries)) => Ok(entries),
            _ => Err(invalid(&format!("missing object `{key}`"))),
        };
        let (actions, objects) = (take("actions")?, take("objects")?);
        let objects = objects.into_iter().map(|(name, object)| (name, members(&object)));
        Ok(Self { actions, objects: objects.collect() })
    }

    /// Returns whether the action exists.
    pub(crate) fn has(&self, action: &str) -> bool {
        self.actions.contains_key(action)
    }

    /// Checks that every member of an example is known, has the specified type, and is not null in
    /// a request.
    ///
    /// # Errors
    ///
    /// Returns the path of the first mismatch and a description.
    pub(crate) fn check(
        &self,
        action: &str,
        direction: Direction,
        example: &Map<String, Value>,
    ) -> Result<(), String> {
        let key = if direction == Direction::Request { "input" } else { "output" };
        let object = self.actions.get(action).and_then(|action| action.get(key)?.as_str());
        let object = object.ok_or_else(|| format!("unknown action {action}"))?;
        if direction == Direction::Response
            && !example.get("RequestId").is_some_and(Value::is_string)
        {
            return Err("RequestId: missing".to_owned());
        }
        self.object(object, direction, example, "")
    }

    fn object(
        &self,
        name: &str,
        direction: Direction,
        object: &Map<String, Value>,
        path: &str,
    ) -> Result<(), String> {
        let known = self.objects.get(name);
        for (name, value) in object {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let Some(member) = known.and_then(|members| members.get(name)) else {
                return Err(format!("{path}: not in the specification"));
            };
            if value.is_null() && direction == Direction::Response {
                continue;
            }
            match (member.list, value) {
                (true, Value::Array(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        self.element(
                            &member.element,
                            direction,
                            item,
                            &format!("{path}[{index}]"),
                        )?;
                    }
                }
                (true, other) => {
                    return Err(format!("{path}: expected a list, got {}", kind(other)));
                }
                (false, value) => self.element(&member.element, direction, value, &path)?,
            }
        }
        Ok(())
    }

    fn element(
        &self,
        name: &str,
        direction: Direction,
        value: &Value,
        path: &str,
    ) -> Result<(), String> {
        let matches = match name {
            "string" | "date" | "datetime" | "datetime_iso" => value.is_string(),
            "int64" => value.is_i64(),
            "uint64" => value.is_u64(),
            "float" => value.is_number(),
            "bool" => value.is_boolean(),
            // JSON cannot contain raw bytes.
            "binary" => false,
            object => match value {
                Value::Object(members) => return self.object(object, direction, members, path),
                _ => false,
            },
        };
        if matches { Ok(()) } else { Err(format!("{path}: expected {name}, got {}", kind(value))) }
    }
}

fn members(object: &Value) -> BTreeMap<String, Type> {
    let members = object.get("members").and_then(Value::as_array);
    let text = |member: &Value, key: &str| {
        member.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let members = members.into_iter().flatten().map(|member| {
        let (list, element) = (text(member, "type") == "list", text(member, "member"));
        (text(member, "name"), Type { list, element })
    });
    members.collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
