//! Finds the message literals in the source files of the crate.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, LitStr, Macro};

/// A string literal with at least three words.
pub(super) struct Literal {
    /// The path of the file, from the folder `src`.
    pub(super) file: String,
    pub(super) text: String,
}

const MIN_WORDS: usize = 3;

/// Macros whose texts are no error messages.
const SKIPPED_MACROS: [&str; 14] = [
    "assert",
    "assert_eq",
    "debug",
    "debug_assert",
    "debug_span",
    "error",
    "error_span",
    "info",
    "info_span",
    "panic",
    "span",
    "trace",
    "unreachable",
    "warn",
];

/// Returns the message literals of all source files that are no tests.
pub(super) fn of_the_crate() -> Vec<Literal> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/tencentcloud-common/src");
    let mut files = Vec::new();
    list(&root, &mut files);
    files.sort();
    assert!(files.len() > 80, "only {} source files were found", files.len());
    let mut literals = Vec::new();
    for path in files {
        let file = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let syntax = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        let mut finder = Finder { texts: Vec::new() };
        finder.visit_file(&syntax);
        literals.extend(finder.texts.into_iter().map(|text| Literal { file: file.clone(), text }));
    }
    literals
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap();
        if name == "tests" || name == "test_util" {
            continue;
        }
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

struct Finder {
    texts: Vec<String>,
}

impl Finder {
    fn text(&mut self, text: String) {
        let has_letters = |word: &&str| word.contains(|c: char| c.is_alphanumeric());
        if text.split_whitespace().filter(has_letters).count() >= MIN_WORDS {
            self.texts.push(text);
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut after_hash = false;
        for token in tokens {
            let is_attribute = std::mem::take(&mut after_hash);
            match token {
                // Documentation of what a macro defines.
                TokenTree::Group(_) if is_attribute => {}
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Punct(punct) => after_hash = punct.as_char() == '#',
                TokenTree::Literal(literal) => {
                    if let Ok(literal) = syn::parse_str::<LitStr>(&literal.to_string()) {
                        self.text(literal.value());
                    }
                }
                TokenTree::Ident(_) => {}
            }
        }
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            condition == "test" || condition.contains("doctest")
        }
        _ => false,
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    /// Only `thiserror` has messages in attributes.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta
            && list.path.is_ident("error")
        {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        let name = called.path.segments.last().unwrap().ident.to_string();
        if !SKIPPED_MACROS.contains(&name.as_str()) {
            self.tokens(called.tokens.clone());
        }
    }

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.text(literal.value());
    }
}
