//! Checked model of a service: everything that the generated code needs to know.
//!
//! [`Service::new`] rejects a specification that breaks a rule which every known service follows.
//! It also derives what the specification does not contain: the objects that are reachable from
//! requests, the members that need a box, and the Rust names.

mod build;
mod collisions;
mod graph;
mod replacements;
mod service;
mod types;
mod validate;
mod values;

pub use service::{Action, KnownValue, Member, Object, Role, Service, ValueSet, Version};
pub use types::{Element, Scalar, Type};
