//! Checks imports between modules: in every hand-written crate, modules do not depend on each other
//! in a cycle, and in `tencentcloud-common` a module uses only modules of lower layers.
//!
//! Imports are found by parsing: grouped ones (`use crate::{a, b}`), relative ones (`super::`),
//! paths in expressions and types, and paths inside macro calls.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// The layers of `tencentcloud-common`, lowest first. The files in a folder are in the layer of the
/// folder, unless a longer path is listed.
const LAYERS: [&[&str]; 12] = [
    &["date_time", "redact", "runtime"],
    &["error"],
    &["credentials::credential", "policy::rate_limit", "policy::retry"],
    &["profile"],
    &["policy", "protocol"],
    &["sign", "transport"],
    &["credentials", "sse"],
    &["call::metadata"],
    &["interceptor", "logging"],
    &["call"],
    &["paginate", "wait"],
    &["blocking", "client"],
];

/// The hand-written crates.
const CRATES: [&str; 6] = [
    "codegen",
    "crates/tencentcloud-common",
    "crates/tencentcloud-local",
    "tests",
    "tests/conformance",
    "xtask",
];

/// The path of a module below the crate, such as `["policy", "retry", "budget"]`.
type ModulePath = Vec<String>;

/// Which module uses which other, without those inside of it and around it.
type Uses = BTreeMap<ModulePath, BTreeSet<ModulePath>>;

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || matches!(&attribute.meta, syn::Meta::List(list)
                if list.path.is_ident("cfg") && list.tokens.to_string().starts_with("test"))
    })
}

/// Collects the paths of one file that begin with `crate`, `self` or `super`.
struct Paths {
    module: ModulePath,
    found: BTreeSet<ModulePath>,
}

impl Paths {
    /// Takes in a path as it is written, and makes it absolute.
    fn add(&mut self, segments: &[String]) {
        let mut absolute = match segments.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self") => self.module.clone(),
            Some("super") => self.module[..self.module.len().saturating_sub(1)].to_vec(),
            _ => return,
        };
        for segment in &segments[1..] {
            if segment == "super" {
                absolute.pop();
            } else {
                absolute.push(segment.clone());
            }
        }
        self.found.insert(absolute);
    }

    fn use_tree(&mut self, tree: &syn::UseTree, before: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.use_tree(&path.tree, before);
                before.pop();
            }
            syn::UseTree::Name(syn::UseName { ident, .. })
            | syn::UseTree::Rename(syn::UseRename { ident, .. }) => {
                before.push(ident.to_string());
                self.add(before);
                before.pop();
            }
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, before);
                }
            }
        }
    }

    /// Finds paths in the tokens of a macro call. `$crate` is skipped, because macros use it in other crates.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        let mut after_dollar = false;
        for token in tokens {
            match &token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.add(&std::mem::take(&mut path));
                    }
                    if !after_dollar {
                        path.push(ident.to_string());
                    }
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.add(&std::mem::take(&mut path));
                    self.tokens(group.stream());
                }
                _ => self.add(&std::mem::take(&mut path)),
            }
            after_dollar = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '$');
        }
        self.add(&path);
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Const(item) => &item.attrs,
            syn::Item::Struct(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.add(&segments);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// Reads all modules of a crate, and which uses which.
fn uses(name: &str) -> Uses {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src");
    let mut paths = Vec::new();
    files(&source, &mut paths);
    let module = |path: &Path| -> ModulePath {
        let inside = path.strip_prefix(&source).unwrap().with_extension("");
        inside.iter().map(|part| part.to_str().unwrap().to_owned()).collect()
    };
    let is_of_tests =
        |module: &ModulePath| module.iter().any(|it| it.ends_with("tests") || it == "test_util");
    let all: Vec<ModulePath> = paths.iter().map(|path| module(path)).collect();
    let mut uses = Uses::new();
    for (path, module) in paths.iter().zip(&all) {
        if [["lib"], ["main"]].iter().any(|root| module == root) || is_of_tests(module) {
            continue;
        }
        let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
        let mut paths = Paths { module: module.clone(), found: BTreeSet::new() };
        paths.visit_file(&file);
        let targets = paths.found.iter().filter_map(|path| {
            // The longest beginning of the path that is a module; the rest names an item.
            let modules = all.iter().filter(|module| path.starts_with(module));
            modules.max_by_key(|module| module.len()).cloned()
        });
        let targets = targets.filter(|it| !it.starts_with(module) && !module.starts_with(it));
        uses.insert(module.clone(), targets.collect());
    }
    uses
}

/// Returns the longest path in `LAYERS` that contains a module, and the number of its layer.
fn layer(module: &ModulePath) -> (usize, &'static str) {
    let path = module.join("::");
    let is_on = |name: &&str| path == *name || path.starts_with(&format!("{name}::"));
    LAYERS
        .iter()
        .enumerate()
        .flat_map(|(number, layer)| layer.iter().map(move |name| (number, *name)))
        .filter(|(_, name)| is_on(name))
        .max_by_key(|(_, name)| name.len())
        .unwrap_or_else(|| panic!("{path} has no layer: add it to LAYERS"))
}

#[test]
fn no_module_uses_one_above_it() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (module, used) in uses("crates/tencentcloud-common") {
        // These files re-export the modules in their folders, which are in several layers.
        if module.len() == 1 && ["policy", "credentials"].contains(&module[0].as_str()) {
            continue;
        }
        let (own, name) = layer(&module);
        for other in &used {
            let (theirs, their_name) = layer(other);
            if name == their_name {
                continue;
            }
            seen += 1;
            if theirs >= own {
                wrong.push(format!("{} must not use {}", module.join("::"), other.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 200, "only {seen} uses were found");
}

/// Modules that use each other, directly or through other modules, should be one module.
#[test]
fn no_modules_use_each_other() {
    let mut wrong = BTreeSet::new();
    for name in CRATES {
        // The uses of a nested module count as uses of its parent, for the siblings of the parent.
        let mut siblings: BTreeMap<(ModulePath, String), BTreeSet<String>> = BTreeMap::new();
        for (module, used) in uses(name) {
            for other in used {
                let shared = module.iter().zip(&other).take_while(|(one, two)| one == two).count();
                if name == "crates/tencentcloud-common" && shared == 0 {
                    // The layers already imply this rule.
                    continue;
                }
                let key = (module[..shared].to_vec(), module[shared].clone());
                siblings.entry(key).or_default().insert(other[shared].clone());
            }
        }
        for (parent, sibling) in siblings.keys() {
            let mut reached = BTreeSet::new();
            let mut next = vec![sibling.clone()];
            while let Some(current) = next.pop() {
                for other in siblings.get(&(parent.clone(), current)).into_iter().flatten() {
                    if other == sibling {
                        wrong.insert(format!("{name}: {}::{sibling}", parent.join("::")));
                    } else if reached.insert(other.clone()) {
                        next.push(other.clone());
                    }
                }
            }
        }
    }
    let wrong: Vec<_> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "these modules use themselves through others:\n{}", wrong.join("\n"));
}

#[test]
fn every_form_of_an_import_is_found() {
    let code = "
        use crate::{a::A, b::{self, C as D}};
        use super::{e, super::f::*};
        fn g() -> crate::h::I { self::j::k(crate::l!(crate::m::n(), x::crate_o), super::p) }
        #[cfg(test)] mod tests { use crate::not_this; }
        #[test] fn t() { crate::nor_this(); }
        macro_rules! m { () => { $crate::nor_that } }
    ";
    let mut paths =
        Paths { module: ["x", "y", "z"].map(str::to_owned).to_vec(), found: BTreeSet::new() };
    paths.visit_file(&syn::parse_str(code).unwrap());
    let found: Vec<_> = paths.found.iter().map(|path| path.join("::")).collect();
    for expected in
        ["a::A", "b::self", "b::C", "x::y::e", "x::f", "h::I", "x::y::z::j::k", "m::n", "x::y::p"]
    {
        assert!(found.iter().any(|it| it == expected), "{expected} is missing in {found:?}");
    }
    assert!(!found.iter().any(|it| it.contains("this") || it.contains("nor_that")), "{found:?}");
}
