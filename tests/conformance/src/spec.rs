//! The specification of a service version, read as plain JSON: a judge of the examples that shares
//! no code with the generator and the models.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

/// What is known of one version of a service.
pub(crate) struct Spec {
    actions: Map<String, Value>,
    objects: BTreeMap<String, BTreeMap<String, Type>>,
}

/// The type of a member.
struct Type {
    list: bool,
    /// A scalar or the name of an object.
    element: String,
}

/// Which of the two objects of an action.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Request,
    Response,
}

impl Spec {
    /// Reads a file of `api-specs/`.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
        let mut spec: Value = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
        let mut take = |key: &str| match spec.get_mut(key).map(Value::take) {
            Some(Value::Object(entries)) => Ok(entries),
            _ => Err(wrong(&format!("there is no object `{key}`"))),
        };
        let (actions, objects) = (take("actions")?, take("objects")?);
        let objects = objects.into_iter().map(|(name, object)| (name, members(&object)));
        Ok(Self { actions, objects: objects.collect() })
    }

    /// Whether there is such an action.
    pub(crate) fn has(&self, action: &str) -> bool {
        self.actions.contains_key(action)
    }

    /// Compares an example with the specification: whether every member is known, has the type
    /// that is specified, and is not null where it must not be.
    ///
    /// # Errors
    ///
    /// What does not fit, and where.
    pub(crate) fn fits(
        &self,
        action: &str,
        part: Part,
        example: &Map<String, Value>,
    ) -> Result<(), String> {
        let key = if part == Part::Request { "input" } else { "output" };
        let object = self.actions.get(action).and_then(|action| action.get(key)?.as_str());
        let object = object.ok_or_else(|| format!("there is no action {action}"))?;
        if part == Part::Response && !example.get("RequestId").is_some_and(Value::is_string) {
            return Err("RequestId: missing".to_owned());
        }
        self.object(object, part, example, "")
    }

    fn object(
        &self,
        name: &str,
        part: Part,
        object: &Map<String, Value>,
        path: &str,
    ) -> Result<(), String> {
        let known = self.objects.get(name);
        for (name, value) in object {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let Some(member) = known.and_then(|members| members.get(name)) else {
                return Err(format!("{path}: not specified"));
            };
            if value.is_null() && part == Part::Response {
                continue;
            }
            match (member.list, value) {
                (true, Value::Array(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        self.element(&member.element, part, item, &format!("{path}[{index}]"))?;
                    }
                }
                (true, other) => return Err(format!("{path}: {} for a list", kind(other))),
                (false, value) => self.element(&member.element, part, value, &path)?,
            }
        }
        Ok(())
    }

    fn element(&self, name: &str, part: Part, value: &Value, path: &str) -> Result<(), String> {
        let fits = match name {
            "string" | "date" | "datetime" | "datetime_iso" => value.is_string(),
            "int64" => value.is_i64(),
            "uint64" => value.is_u64(),
            "float" => value.is_number(),
            "bool" => value.is_boolean(),
            // Raw bytes have no form in JSON.
            "binary" => false,
            object => match value {
                Value::Object(members) => return self.object(object, part, members, path),
                _ => false,
            },
        };
        if fits { Ok(()) } else { Err(format!("{path}: {} for {name}", kind(value))) }
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
