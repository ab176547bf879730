//! Renders the model of a service as Rust source.

mod client;
mod docs;
mod error_codes;
mod file;
mod format;
mod models;
mod paging;
mod setters;
mod type_names;
mod values;
mod version;
mod waiters;

pub(crate) use client::client;
pub(crate) use error_codes::error_codes;
pub use file::{GeneratedFile, HEADER};
pub use format::check_syntax;
pub(crate) use format::format;
pub(crate) use models::models;
pub(crate) use paging::paging;
pub(crate) use values::values;
pub(crate) use version::{actions, module};
pub(crate) use waiters::waiters;
