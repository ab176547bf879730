//! From the model to Rust, as tokens.

mod client;
mod docs;
mod models;
mod setters;

pub(crate) use client::{actions, client, module};
pub(crate) use models::models;

use proc_macro2::TokenStream;

/// A source file before it is formatted.
pub(crate) struct Source {
    /// The lines of the documentation on top, without the comment marks.
    pub(crate) docs: Vec<String>,
    /// Lints that the file as a whole allows, each with the reason.
    pub(crate) allow: Vec<(&'static str, &'static str)>,
    /// What follows, in order.
    pub(crate) items: Vec<Item>,
}

/// A part of a source file.
pub(crate) enum Item {
    /// Items that stand together, without blank lines between them.
    Code(TokenStream),
    /// A call of `table!`.
    Table(Table),
    /// A call of `action!`.
    Action(Action),
}

/// What a call of `table!` says.
pub(crate) struct Table {
    pub(crate) name: String,
    /// The names in JSON and the fields.
    pub(crate) members: Vec<(String, String)>,
    /// The names in JSON of the members that must be set.
    pub(crate) required: Vec<String>,
}

/// What a call of `action!` says.
pub(crate) struct Action {
    pub(crate) client: String,
    pub(crate) request: String,
    pub(crate) response: String,
    pub(crate) wire: String,
    pub(crate) signed: bool,
}
