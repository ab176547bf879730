use std::fmt;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

/// Keywords of edition 2024, and words that an edition reserved. `r#` makes a name of them.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Keywords that `r#` does not make a name of.
const PATH_KEYWORDS: &[&str] = &["crate", "self", "super", "Self"];

/// A name in Rust, escaped where it is a keyword.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    text: String,
    raw: bool,
}

impl Name {
    /// The name that `text` becomes: `r#type` for `type`, `super_` for `super`.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        if PATH_KEYWORDS.contains(&text.as_str()) {
            text.push('_');
        }
        let raw = KEYWORDS.contains(&text.as_str());
        Self { text, raw }
    }

    /// The name with something behind it, which is never a keyword.
    #[must_use]
    pub fn with_suffix(&self, suffix: &str) -> Self {
        Self::new(format!("{}{suffix}", self.text))
    }

    /// The name without `r#`.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// As it is written in Rust.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.raw {
            f.write_str("r#")?;
        }
        f.write_str(&self.text)
    }
}

impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let make = if self.raw { Ident::new_raw } else { Ident::new };
        make(&self.text, Span::call_site()).to_tokens(tokens);
    }
}
