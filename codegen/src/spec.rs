//! Committed specification of one service version: facts only, without upstream's texts.
//!
//! A file `api-specs/<directory>/<version>.json` has a fixed layout with one action or member per
//! line, so that a diff of two versions reads as a change log of the API.
//! [`read`](fn@read) and [`write`](fn@write) are inverses of each other, except for the
//! [supplements](crate::supplements), which have files of their own.

pub(crate) mod parse;
mod read;
mod write;

pub use read::read;
pub use write::write;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::supplements::Supplements;

/// Specification of one version of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Directory of the service, which names the crate, such as `autoscaling`.
    pub directory: String,
    /// Service name in requests and signatures, such as `as`.
    pub service: String,
    /// API version, such as `2017-03-12`.
    pub version: String,
    /// Actions by name.
    pub actions: BTreeMap<String, Action>,
    /// Objects by name.
    pub objects: BTreeMap<String, Object>,
    /// Facts from other sources, which have files of their own.
    pub supplements: Supplements,
}

/// Operation of the service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Request object.
    pub input: String,
    /// Response object.
    pub output: String,
    /// Availability of the action, if it is stated.
    #[serde(default)]
    pub status: Option<Status>,
    /// Whether requests are sent without a signature.
    #[serde(default)]
    pub skip_sign: bool,
}

/// Availability of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Available.
    Online,
    /// Available, but new programs should not use it.
    Deprecated,
    /// No longer available.
    Offline,
}

/// Object of the API: a request, a response, or a type of their members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Kind of the object.
    pub kind: ObjectKind,
    /// Members, in the order of the specification.
    pub members: Vec<Member>,
}

/// Kind of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// Input of an action.
    Request,
    /// Output of an action.
    Response,
    /// Type of members, with the usage that upstream states, which is not always correct.
    Struct(Usage),
}

/// Where an object is used, according to upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Usage {
    /// In requests.
    In,
    /// In responses.
    Out,
    /// In requests and responses.
    Both,
}

/// Member of an object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "these are the flags of the specification")]
pub struct Member {
    /// Name in JSON.
    pub name: String,
    /// `list`, `object` or a scalar type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Object or exact scalar type of the value, or of the elements of a list.
    #[serde(rename = "member")]
    pub element: String,
    /// Whether a request must set the member.
    #[serde(default)]
    pub required: bool,
    /// Whether the member is deprecated.
    #[serde(default)]
    pub disabled: bool,
    /// Whether upstream states that every response contains the member.
    #[serde(default)]
    pub output_required: bool,
    /// Whether a response may contain null for the member.
    #[serde(default)]
    pub value_allowed_null: bool,
    /// Number of the first page, if the member is a page number and upstream's text states it.
    #[serde(default)]
    pub first_page: Option<u8>,
}
