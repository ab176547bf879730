//! Validation of parameters against the specification.

use std::fmt;

use serde_json::{Map, Value};

use crate::api_error::ApiError;
use crate::spec::{ItemType, Member, Spec};

/// The path of a value, displayed as `Filters.0.Name`.
#[derive(Clone, Copy)]
struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Index(usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}.")?;
        }
        match self.step {
            Step::Member(name) => f.write_str(name),
            Step::Index(index) => write!(f, "{index}"),
        }
    }
}

/// Validates the members of an object of type `name`, and removes every `null`.
pub(super) fn validate(
    spec: &Spec,
    name: &str,
    members: Map<String, Value>,
) -> Result<Map<String, Value>, ApiError> {
    validate_object(spec, name, members, None)
}

fn validate_object(
    spec: &Spec,
    name: &str,
    members: Map<String, Value>,
    parent: Option<&Path<'_>>,
) -> Result<Map<String, Value>, ApiError> {
    let mut checked = Map::new();
    for (key, value) in members {
        let path = Path { parent, step: Step::Member(&key) };
        let Some(member) = spec.member(name, &key) else {
            return Err(unknown_parameter(spec, name, &key, path));
        };
        // Some clients send `null` for a parameter that is not set.
        if !value.is_null() {
            let value = validate_member(spec, member, value, path)?;
            checked.insert(key, value);
        }
    }
    let missing = spec
        .members(name)
        .iter()
        .find(|member| member.required && !checked.contains_key(&member.name));
    if let Some(member) = missing {
        let path = Path { parent, step: Step::Member(&member.name) };
        return Err(ApiError::missing(path.to_string()));
    }
    Ok(checked)
}

fn validate_member(
    spec: &Spec,
    member: &Member,
    value: Value,
    path: Path<'_>,
) -> Result<Value, ApiError> {
    if !member.is_list {
        return validate_item(spec, &member.item, value, path);
    }
    let Value::Array(items) = value else {
        return Err(wrong_type(path, "a list", &value));
    };
    let items = items.into_iter().enumerate().map(|(index, value)| {
        let path = Path { parent: Some(&path), step: Step::Index(index) };
        validate_item(spec, &member.item, value, path)
    });
    items.collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn validate_item(
    spec: &Spec,
    item: &ItemType,
    value: Value,
    path: Path<'_>,
) -> Result<Value, ApiError> {
    let (fits, expected) = match item {
        ItemType::Object(name) => {
            let Value::Object(members) = value else {
                return Err(wrong_type(path, "an object", &value));
            };
            return validate_object(spec, name, members, Some(&path)).map(Value::Object);
        }
        ItemType::Bool => (value.is_boolean(), "true or false"),
        ItemType::Int => (value.is_i64(), "a 64-bit integer"),
        ItemType::Uint => (value.is_u64(), "a 64-bit integer that is not negative"),
        ItemType::Float => (value.is_number(), "a number"),
        ItemType::String(_) => (value.is_string(), "a string"),
    };
    if fits { Ok(value) } else { Err(wrong_type(path, expected, &value)) }
}

/// Returns the error for an unknown member, with the probable intended name.
fn unknown_parameter(spec: &Spec, name: &str, key: &str, path: Path<'_>) -> ApiError {
    let path = path.to_string();
    let mut members = spec.members(name).iter();
    match members.find(|member| member.name.eq_ignore_ascii_case(key)) {
        Some(member) => ApiError::MisspelledParameter { path, suggestion: member.name.clone() },
        None => ApiError::UnknownParameter { path },
    }
}

fn wrong_type(path: Path<'_>, expected: &'static str, value: &Value) -> ApiError {
    ApiError::WrongType { path: path.to_string(), expected, actual: kind(value) }
}

/// Returns the kind of a value in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(number) if number.as_i64().is_some_and(i64::is_negative) => {
            "a negative integer"
        }
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
