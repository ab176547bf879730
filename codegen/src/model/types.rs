use crate::names::{Ident, type_name};
use crate::spec::Member;

/// Type of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// Whether the type is a list.
    pub list: bool,
    /// Type of the value, or of the elements of the list.
    pub element: Element,
}

/// Type of a single value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    /// Scalar.
    Scalar(Scalar),
    /// Object, by its struct type.
    Object(Ident),
}

/// Scalar type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// Boolean.
    Bool,
    /// Signed 64-bit integer.
    Int64,
    /// Unsigned 64-bit integer.
    Uint64,
    /// Floating-point number.
    Float,
    /// String.
    String,
    /// String that contains a date.
    Date,
    /// String that contains a date and a time without a time zone.
    DateTime,
    /// String that contains a date and a time in ISO 8601.
    DateTimeIso,
    /// Binary data.
    Binary,
}

/// Names that objects cannot have: the scalar types of specifications and of Rust.
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

/// Returns the API name of the object that a member refers to.
pub(super) fn referenced_object(member: &Member) -> Option<&str> {
    let is_reference = match member.kind.as_str() {
        "object" => true,
        "list" => list_scalar(&member.element).is_none(),
        _ => false,
    };
    is_reference.then_some(member.element.as_str())
}

/// Returns the type of a member, or `None` if the generator does not know it.
pub(super) fn type_of(member: &Member) -> Option<Type> {
    let ty = |list, element| Some(Type { list, element });
    match (member.kind.as_str(), member.element.as_str()) {
        ("object", object) => ty(false, Element::Object(Ident::new(type_name(object)))),
        ("list", element) => ty(
            true,
            list_scalar(element)
                .map_or_else(|| Element::Object(Ident::new(type_name(element))), Element::Scalar),
        ),
        (kind, element) => ty(false, Element::Scalar(scalar(kind, element)?)),
    }
}

fn scalar(kind: &str, element: &str) -> Option<Scalar> {
    Some(match (kind, element) {
        ("bool", "bool") => Scalar::Bool,
        ("int", "int64") => Scalar::Int64,
        ("int", "uint64") => Scalar::Uint64,
        ("float", "float") => Scalar::Float,
        ("string", "string") => Scalar::String,
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
        "int64" => Scalar::Int64,
        "uint64" => Scalar::Uint64,
        "float" => Scalar::Float,
        "string" => Scalar::String,
        _ => return None,
    })
}
