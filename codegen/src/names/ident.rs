use std::fmt;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Keywords and reserved words up to edition 2024 that `r#` turns into identifiers.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Keywords that cannot be raw identifiers.
const PATH_KEYWORDS: &[&str] = &["crate", "self", "super", "Self"];

/// Rust identifier, escaped if it is a keyword.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ident {
    text: String,
    raw: bool,
}

impl Ident {
    /// Creates an identifier: `r#type` for `type`, `super_` for `super`.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        if PATH_KEYWORDS.contains(&text.as_str()) {
            text.push('_');
        }
        let raw = KEYWORDS.contains(&text.as_str());
        Self { text, raw }
    }

    /// Returns the identifier with a suffix.
    #[must_use]
    pub fn with_suffix(&self, suffix: &str) -> Self {
        Self::new(format!("{}{suffix}", self.text))
    }

    /// Returns the identifier without `r#`.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Formats the identifier as Rust source.
impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.raw {
            f.write_str("r#")?;
        }
        f.write_str(&self.text)
    }
}

impl ToTokens for Ident {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let new = if self.raw { proc_macro2::Ident::new_raw } else { proc_macro2::Ident::new };
        new(&self.text, Span::call_site()).to_tokens(tokens);
    }
}
