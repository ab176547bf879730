//! Parameters in a query, flattened into names such as `Filters.0.Name`.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use crate::api_error::ApiError;
use crate::spec::{ItemType, Spec};

/// How many parts a name such as `Filters.0.Values.1` can have. The deepest request object needs
/// half as many. Without a limit, a long name would overflow the stack, because the tree is walked
/// and dropped recursively.
const MAX_NAME_PARTS: usize = 24;

/// A node in the tree of names: the value of `Limit=1`, or everything that begins with `Filters.`.
enum Node {
    Value(String),
    Children(BTreeMap<String, Node>),
}

/// A name such as `Filters.0.Name`, and its value.
pub(crate) type Pair = (String, String);

/// Splits a query into pairs and decodes them.
pub(crate) fn parse_pairs(query: &str) -> Result<Vec<Pair>, ApiError> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decode(name)?, decode(value)?))
    });
    pairs.collect()
}

/// Returns the members of an object of type `name`, with the types of the specification.
pub(super) fn members(
    spec: &Spec,
    name: &str,
    pairs: Vec<Pair>,
) -> Result<Map<String, Value>, ApiError> {
    let mut tree = BTreeMap::new();
    for (name, value) in pairs {
        insert(&mut tree, &name, value)?;
    }
    object(spec, name, tree)
}

fn insert(tree: &mut BTreeMap<String, Node>, name: &str, value: String) -> Result<(), ApiError> {
    let conflict = || ApiError::ConflictingParameter { name: name.to_owned() };
    let parts: Vec<&str> = name.split('.').collect();
    let Some((last, parents)) = parts.split_last().filter(|_| parts.len() <= MAX_NAME_PARTS) else {
        return Err(ApiError::ParameterNameTooDeep { max: MAX_NAME_PARTS });
    };
    let mut children = tree;
    for part in parents {
        let node = children.entry((*part).to_owned());
        match node.or_insert_with(|| Node::Children(BTreeMap::new())) {
            Node::Children(inner) => children = inner,
            Node::Value(_) => return Err(conflict()),
        }
    }
    match children.insert((*last).to_owned(), Node::Value(value)) {
        None => Ok(()),
        Some(Node::Value(_)) => Err(ApiError::DuplicateParameter { name: name.to_owned() }),
        Some(Node::Children(_)) => Err(conflict()),
    }
}

fn object(
    spec: &Spec,
    name: &str,
    children: BTreeMap<String, Node>,
) -> Result<Map<String, Value>, ApiError> {
    let members = children.into_iter().map(|(key, node)| {
        let value = match spec.member(name, &key) {
            Some(member) if member.is_list => list(spec, &member.item, node)?,
            Some(member) => item(spec, &member.item, node)?,
            // The validation reports the unknown name with its path.
            None => Value::String(String::new()),
        };
        Ok((key, value))
    });
    members.collect()
}

fn list(spec: &Spec, item_type: &ItemType, node: Node) -> Result<Value, ApiError> {
    let Node::Children(children) = node else { return Ok(scalar(item_type, node)) };
    let mut items = BTreeMap::new();
    for (index, node) in children {
        let number: u32 = match index.parse() {
            Ok(number) => number,
            Err(_) => return Err(ApiError::InvalidListIndex { index }),
        };
        items.insert(number, item(spec, item_type, node)?);
    }
    Ok(Value::Array(items.into_values().collect()))
}

fn item(spec: &Spec, item_type: &ItemType, node: Node) -> Result<Value, ApiError> {
    match (item_type, node) {
        (ItemType::Object(name), Node::Children(children)) => {
            object(spec, name, children).map(Value::Object)
        }
        (_, node) => Ok(scalar(item_type, node)),
    }
}

/// Returns a value of the type if the text has the right form. Otherwise returns a value of
/// another type, which the validation rejects with its path.
fn scalar(item_type: &ItemType, node: Node) -> Value {
    let Node::Value(text) = node else { return Value::Object(Map::new()) };
    let value = match item_type {
        // The official SDK for Python writes `True`.
        ItemType::Bool => match text.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        ItemType::Int => text.parse::<i64>().ok().map(Value::from),
        ItemType::Uint => text.parse::<u64>().ok().map(Value::from),
        ItemType::Float => text.parse().ok().and_then(Number::from_f64).map(Value::Number),
        ItemType::String(_) | ItemType::Object(_) => None,
    };
    value.unwrap_or(Value::String(text))
}

/// Decodes form encoding: `+` is a space, `%2B` is a plus sign.
fn decode(text: &str) -> Result<String, ApiError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (rest.next().and_then(digit), rest.next().and_then(digit)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(not_encoded(text)),
            },
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| not_encoded(text))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn not_encoded(text: &str) -> ApiError {
    ApiError::NotPercentEncoded { text: text.to_owned() }
}
