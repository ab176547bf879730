//! The committed specification of one service version: facts, and nothing but facts.
//!
//! A file `api-specs/<directory>/<version>.json` holds one action a line and one member a line,
//! in a fixed layout, so that the difference of two files reads as the change log of the API.
//! [`read`](fn@read) and [`write`](fn@write) are each other's inverse.

pub(crate) mod parse;
mod read;
mod write;

pub use read::read;
pub use write::write;

use std::collections::BTreeMap;

use serde::Deserialize;

/// What is known of one version of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The name of the service's directory, which names the crate, such as `autoscaling`.
    pub directory: String,
    /// The name of the service in requests and signatures, such as `as`.
    pub service: String,
    /// The version, such as `2017-03-12`.
    pub version: String,
    /// The actions by name.
    pub actions: BTreeMap<String, Action>,
    /// The objects by name.
    pub objects: BTreeMap<String, Object>,
}

/// An operation of the service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The object that is sent.
    pub input: String,
    /// The object that is returned.
    pub output: String,
    /// Whether the action is still offered, where that is stated.
    #[serde(default)]
    pub status: Option<Status>,
    /// Whether a request is sent without a signature.
    #[serde(default)]
    pub skip_sign: bool,
}

/// Whether an action is still offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// In use.
    Online,
    /// Works, and should not be used any more.
    Deprecated,
    /// Withdrawn.
    Offline,
}

/// A group of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What the object is for.
    pub kind: ObjectKind,
    /// The members, in the order of the specification.
    pub members: Vec<Member>,
}

/// What an object is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// The input of an action.
    Request,
    /// The output of an action.
    Response,
    /// A part of others, in the direction that upstream states (and that is not always true).
    Struct(Usage),
}

/// In which direction an object is said to travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Usage {
    /// In requests.
    In,
    /// In responses.
    Out,
    /// In both.
    Both,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "the flags of the specification, one by one")]
pub struct Member {
    /// The name in JSON.
    pub name: String,
    /// `list`, `object` or a scalar type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The object or the exact scalar type, of the value or of an element of the list.
    #[serde(rename = "member")]
    pub element: String,
    /// Whether a request must set it.
    #[serde(default)]
    pub required: bool,
    /// Whether it should not be used any more.
    #[serde(default)]
    pub disabled: bool,
    /// Whether a response is said to hold it always.
    #[serde(default)]
    pub output_required: bool,
    /// Whether a response may hold null for it.
    #[serde(default)]
    pub value_allowed_null: bool,
}
