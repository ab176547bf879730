//! Turns the facts about an API into the source of a service crate.
//!
//! One stage follows the other, and none reads or writes a file:
//!
//! ```text
//! upstream  the upstream package's JSON       → spec      facts only
//! spec      api-specs/<service>/<version>.json ↔ spec      the committed form of the facts
//! model     spec                              → model     checked, and everything named
//! tokens    model                             → items     Rust, as tokens
//! format    items                             → text      Rust, as a person would write it
//! ```
//!
//! [`generate`] runs the last three for a whole crate. The way to add a fact to the generated code
//! is to carry it from stage to stage in this order.

mod error;
pub mod model;
pub mod names;
pub mod spec;
pub mod upstream;

mod format;
mod krate;
mod registry;
mod text;
mod tokens;

pub use error::{Error, Place, Problem};
pub use format::{HEADER, parses};
pub use krate::{Alone, Publish, generate, generate_alone};
pub use registry::{conformance_registry, local_specs};
pub use spec::Spec;

/// A file of the generated code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it belongs, relative to the folder that is generated; the parts are joined by `/`.
    pub path: String,
    /// The text.
    pub contents: String,
}
