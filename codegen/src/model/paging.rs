//! How the pages of an action are read.

use std::fmt;

use super::types::Element;
use crate::names::Ident;

/// How the pages of an action are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// The way, by the API names of the request's members.
    pub way: Way,
    /// The way by token of an action that also has another one.
    pub or_token: Option<Token>,
    /// The list of items in the response.
    pub items: Path,
    /// Type of an item.
    pub item: Element,
    /// API names on the path to the total number of items in the response.
    pub total: Option<Vec<String>>,
}

/// Way to read pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the number of items before the page.
    Offset {
        /// Member with the offset.
        offset: String,
        /// Member with the page size.
        limit: String,
    },
    /// By the number of the page.
    Page {
        /// Member with the page number.
        number: String,
        /// Member with the page size.
        size: String,
        /// Number of the first page.
        first: u8,
    },
    /// By a token from the previous response.
    Token(Token),
}

/// Members of a way by token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Member of the request with the token.
    pub token: String,
    /// Member of the response with the token of the next page.
    pub next: String,
    /// Member of the request with the page size.
    pub size: Option<String>,
}

/// Path to a list in a response: of one member, or of an object and a member of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// API names.
    pub names: Vec<String>,
    /// Fields.
    pub fields: Vec<Ident>,
}

/// Why the pages of an action are not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPaged {
    /// The request has no position and page size.
    NoPosition,
    /// The action does not only read.
    NotARead,
    /// The specification does not say which number the first page has.
    UnknownFirstPage,
    /// The response has no list.
    NoList,
    /// The response has several lists that could be the items.
    SeveralLists(Vec<String>),
}

impl fmt::Display for NotPaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPosition => f.write_str("the request has no position and page size"),
            Self::NotARead => f.write_str("its name is not that of an action that only reads"),
            Self::UnknownFirstPage => {
                f.write_str("upstream does not state whether the first page is 0 or 1")
            }
            Self::NoList => f.write_str("the response has no list"),
            Self::SeveralLists(names) => {
                write!(f, "the response has several lists: `{}`", names.join("`, `"))
            }
        }
    }
}
