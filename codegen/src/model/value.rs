use crate::names::{Name, type_name};
use crate::spec::Member;

/// The type of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Whether there are many.
    pub list: bool,
    /// One of them.
    pub element: Element,
}

/// The type of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    /// A value without parts.
    Scalar(Scalar),
    /// An object, by the name of its type.
    Object(Name),
}

/// A value without parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// True or false.
    Bool,
    /// A signed integer of 64 bits.
    Signed,
    /// An unsigned integer of 64 bits.
    Unsigned,
    /// A floating point number.
    Float,
    /// Text.
    Text,
    /// Text that is a date.
    Date,
    /// Text that is a date and a time without a zone.
    DateTime,
    /// Text that is a date and a time as ISO 8601 has it.
    DateTimeIso,
    /// Bytes.
    Binary,
}

/// Names that no object may have: the scalar types of the specification and of Rust.
pub(super) const SCALAR_NAMES: &[&str] = &[
    "string",
    "int",
    "int64",
    "uint64",
    "bool",
    "float",
    "date",
    "datetime",
    "datetime_iso",
    "binary",
    "list",
    "object",
    "i64",
    "u64",
    "f64",
    "str",
];

/// The object that a member refers to, by its name in the API.
pub(super) fn object_of(member: &Member) -> Option<&str> {
    let refers = match member.kind.as_str() {
        "object" => true,
        "list" => list_scalar(&member.element).is_none(),
        _ => false,
    };
    refers.then_some(member.element.as_str())
}

/// The type of a member; `None` when the specification's word for it is not known.
pub(super) fn value_of(member: &Member) -> Option<Value> {
    let value = |list, element| Some(Value { list, element });
    match (member.kind.as_str(), member.element.as_str()) {
        ("object", object) => value(false, Element::Object(Name::new(type_name(object)))),
        ("list", element) => value(
            true,
            list_scalar(element)
                .map_or_else(|| Element::Object(Name::new(type_name(element))), Element::Scalar),
        ),
        (kind, element) => value(false, Element::Scalar(scalar(kind, element)?)),
    }
}

fn scalar(kind: &str, element: &str) -> Option<Scalar> {
    Some(match (kind, element) {
        ("bool", "bool") => Scalar::Bool,
        ("int", "int64") => Scalar::Signed,
        ("int", "uint64") => Scalar::Unsigned,
        ("float", "float") => Scalar::Float,
        ("string", "string") => Scalar::Text,
        ("string", "date") => Scalar::Date,
        ("string", "datetime") => Scalar::DateTime,
        ("string", "datetime_iso") => Scalar::DateTimeIso,
        ("binary", "binary") => Scalar::Binary,
        _ => return None,
    })
}

fn list_scalar(element: &str) -> Option<Scalar> {
    Some(match element {
        "bool" => Scalar::Bool,
        "int64" => Scalar::Signed,
        "uint64" => Scalar::Unsigned,
        "float" => Scalar::Float,
        "string" => Scalar::Text,
        _ => return None,
    })
}
