//! Parameters that were flattened into a query string.

use std::collections::BTreeMap;
use std::num::ParseIntError;

use serde_json::{Map, Number, Value};

use crate::refusal::{Refusal, code};
use crate::spec::{Item, Spec};

/// The most steps of a name such as `Filters.0.Values.1`. The deepest request has half of them; a
/// name of thousands would be walked, and dropped, by recursion.
const MAX_STEPS: usize = 24;

/// What stands under a name: the value of `Limit=1`, or the names behind `Filters.`.
enum Node {
    Value(String),
    Names(BTreeMap<String, Node>),
}

/// A name such as `Filters.0.Name`, and its value.
pub(crate) type Pair = (String, String);

/// The pairs of a query, decoded.
pub(crate) fn pairs(query: &str) -> Result<Vec<Pair>, Refusal> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decode(name)?, decode(value)?))
    });
    pairs.collect()
}

/// The members of the object `name`, typed by the specification.
pub(super) fn members(
    spec: &Spec,
    name: &str,
    pairs: Vec<Pair>,
) -> Result<Map<String, Value>, Refusal> {
    let mut names = BTreeMap::new();
    for (name, value) in pairs {
        insert(&mut names, &name, value)?;
    }
    object(spec, name, names)
}

fn insert(names: &mut BTreeMap<String, Node>, name: &str, value: String) -> Result<(), Refusal> {
    let clash = || {
        let message = format!("The parameter `{name}` is given twice, or as a value and a list.");
        Refusal::new(code::INVALID_PARAMETER, message)
    };
    let steps: Vec<&str> = name.split('.').collect();
    let Some((last, steps)) = steps.split_last().filter(|_| steps.len() <= MAX_STEPS) else {
        let message = "A parameter has a name of too many parts.";
        return Err(Refusal::new("UnknownParameter", message));
    };
    let mut names = names;
    for step in steps {
        let next = names.entry((*step).to_owned());
        match next.or_insert_with(|| Node::Names(BTreeMap::new())) {
            Node::Names(inner) => names = inner,
            Node::Value(_) => return Err(clash()),
        }
    }
    match names.insert((*last).to_owned(), Node::Value(value)) {
        None => Ok(()),
        Some(_) => Err(clash()),
    }
}

fn object(
    spec: &Spec,
    name: &str,
    names: BTreeMap<String, Node>,
) -> Result<Map<String, Value>, Refusal> {
    let members = names.into_iter().map(|(key, node)| {
        let value = match spec.member(name, &key) {
            Some(member) if member.list => list(spec, &member.item, node)?,
            Some(member) => item(spec, &member.item, node)?,
            // The check of the whole names it, with its path.
            None => Value::String(String::new()),
        };
        Ok((key, value))
    });
    members.collect()
}

fn list(spec: &Spec, of: &Item, node: Node) -> Result<Value, Refusal> {
    let Node::Names(names) = node else { return Ok(scalar(of, node)) };
    let mut items = BTreeMap::new();
    for (index, node) in names {
        let index: u32 = index.parse().map_err(|_: ParseIntError| {
            let message = format!("A list is numbered `.0`, `.1`, …, but here is `.{index}`.");
            Refusal::new(code::INVALID_PARAMETER, message)
        })?;
        items.insert(index, item(spec, of, node)?);
    }
    Ok(Value::Array(items.into_values().collect()))
}

fn item(spec: &Spec, of: &Item, node: Node) -> Result<Value, Refusal> {
    match (of, node) {
        (Item::Object(name), Node::Names(names)) => object(spec, name, names).map(Value::Object),
        (_, node) => Ok(scalar(of, node)),
    }
}

/// A value of the right type if the text has its form; else something that the check of the whole
/// refuses with the path of the value.
fn scalar(of: &Item, node: Node) -> Value {
    let Node::Value(text) = node else { return Value::Object(Map::new()) };
    let typed = match of {
        // The Python SDK writes `True`.
        Item::Bool => match text.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Item::Int => text.parse::<i64>().ok().map(Value::from),
        Item::Uint => text.parse::<u64>().ok().map(Value::from),
        Item::Float => text.parse().ok().and_then(Number::from_f64).map(Value::Number),
        Item::Text(_) | Item::Object(_) => None,
    };
    typed.unwrap_or(Value::String(text))
}

/// Undoes the encoding of forms: `+` is a space, `%2B` a plus.
fn decode(text: &str) -> Result<String, Refusal> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (rest.next().and_then(digit), rest.next().and_then(digit)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(undecodable(text)),
            },
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| undecodable(text))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn undecodable(text: &str) -> Refusal {
    let message = format!("The query holds `{text}`, which is no percent-encoded UTF-8.");
    Refusal::new(code::INVALID_PARAMETER, message)
}
