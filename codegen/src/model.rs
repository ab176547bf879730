//! Checked model of a service: everything that the generated code needs to know.
//!
//! [`Service::new`] rejects a specification that breaks a rule which every known service follows.
//! It also derives what the specification does not contain: the objects that are reachable from
//! requests, the members that need a box, and the Rust names.

mod build;
mod collisions;
mod error_codes;
mod graph;
mod paging;
pub(crate) mod paging_rule;
mod replacements;
mod service;
mod types;
mod validate;
mod values;
mod waiters;

pub use paging::{NotPaged, Paging, Path, Token, Way};
pub use service::{
    Action, Argument, ErrorCode, KnownValue, Member, Object, Role, Service, ValueSet, Version,
    Waiter,
};
pub use types::{Element, Scalar, Type};
pub(crate) use waiters::OPERATION_ARGUMENT;
