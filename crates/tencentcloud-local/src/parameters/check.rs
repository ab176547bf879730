//! Holds parameters against the specification.

use std::fmt;

use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::spec::{Item, Member, Spec};

/// Where a value stands, written like `Filters.0.Name`.
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

/// Checks the members of the request object and takes out every `null`.
pub(super) fn object(
    spec: &Spec,
    name: &str,
    members: Map<String, Value>,
) -> Result<Map<String, Value>, Refusal> {
    members_of(spec, name, members, None)
}

fn members_of(
    spec: &Spec,
    name: &str,
    members: Map<String, Value>,
    parent: Option<&Path<'_>>,
) -> Result<Map<String, Value>, Refusal> {
    let mut checked = Map::new();
    for (key, value) in members {
        let path = Path { parent, step: Step::Member(&key) };
        let Some(member) = spec.member(name, &key) else {
            return Err(unknown(spec, name, &key, path));
        };
        // A null is what some clients send for a parameter that is not set.
        if !value.is_null() {
            let value = value_of(spec, member, value, path)?;
            checked.insert(key, value);
        }
    }
    let missing = spec
        .members(name)
        .iter()
        .find(|member| member.required && !checked.contains_key(&member.name));
    if let Some(member) = missing {
        return Err(Refusal::missing(Path { parent, step: Step::Member(&member.name) }));
    }
    Ok(checked)
}

fn value_of(spec: &Spec, member: &Member, value: Value, path: Path<'_>) -> Result<Value, Refusal> {
    if !member.list {
        return item(spec, &member.item, value, path);
    }
    let Value::Array(items) = value else {
        return Err(Refusal::wrong_type(path, "a list", kind(&value)));
    };
    let items = items.into_iter().enumerate().map(|(index, value)| {
        let path = Path { parent: Some(&path), step: Step::Index(index) };
        item(spec, &member.item, value, path)
    });
    items.collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn item(spec: &Spec, item: &Item, value: Value, path: Path<'_>) -> Result<Value, Refusal> {
    let (fits, expected) = match item {
        Item::Object(name) => {
            let Value::Object(members) = value else {
                return Err(Refusal::wrong_type(path, "an object", kind(&value)));
            };
            return members_of(spec, name, members, Some(&path)).map(Value::Object);
        }
        Item::Bool => (value.is_boolean(), "true or false"),
        Item::Int => (value.is_i64(), "an integer of 64 bits"),
        Item::Uint => (value.is_u64(), "an integer of 64 bits that is not negative"),
        Item::Float => (value.is_number(), "a number"),
        Item::Text(_) => (value.is_string(), "a string"),
    };
    if fits { Ok(value) } else { Err(Refusal::wrong_type(path, expected, kind(&value))) }
}

/// An unknown member, with the name that was probably meant.
fn unknown(spec: &Spec, name: &str, key: &str, path: Path<'_>) -> Refusal {
    let meant = spec.members(name).iter().find(|member| member.name.eq_ignore_ascii_case(key));
    let hint = meant.map_or_else(String::new, |m| format!(" Did you mean `{}`?", m.name));
    Refusal::new("UnknownParameter", format!("There is no parameter `{path}`.{hint}"))
}

/// What a value is, in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
