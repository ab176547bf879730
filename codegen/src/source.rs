//! Renders the model of a service as Rust source.

mod client;
mod docs;
mod file;
mod format;
mod models;
mod setters;
mod type_names;
mod version;
mod waiters;

pub(crate) use client::client;
pub use file::{GeneratedFile, HEADER};
pub use format::check_syntax;
pub(crate) use format::format;
pub(crate) use models::models;
pub(crate) use version::{actions, module};
pub(crate) use waiters::waiters;
