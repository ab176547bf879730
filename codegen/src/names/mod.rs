//! The frozen naming rule: how a name of the API becomes a name in Rust.
//!
//! A user's code depends on every name that this module gives out, so the rule must not change:
//! `codegen/tests/names.rs` holds it to a list of 1,129 names, and to what the plain `heck` rule
//! gives everywhere else.

mod brands;
mod ident;

pub use ident::Name;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

/// Splits names at places where `heck` must not join or split by itself.
const CUT: char = '\0';

/// The `snake_case` form of a name of the API.
///
/// ```
/// use tencentcloud_codegen::names::snake;
///
/// assert_eq!(snake("InstanceIds"), "instance_ids");
/// assert_eq!(snake("AddressIPv6"), "address_ipv6");
/// assert_eq!(snake("RootTagIDs"), "root_tag_ids");
/// ```
pub fn snake(name: &str) -> String {
    let mut words = Vec::new();
    for piece in brands::mark(name).split(CUT) {
        for piece in mark_plurals(&mark_dimensions(piece)).split(CUT) {
            let word = piece.to_snake_case();
            if !word.is_empty() {
                words.push(word);
            }
        }
    }
    words.join("_")
}

/// The name of the Rust type of an object: the name in the API as it is, so that it can be looked
/// up in the API's documentation, but for `_`, which the next letter's capital replaces.
///
/// ```
/// use tencentcloud_codegen::names::type_name;
///
/// assert_eq!(type_name("GPUInfo"), "GPUInfo");
/// assert_eq!(type_name("Topic_Simplification"), "TopicSimplification");
/// ```
pub fn type_name(object: &str) -> String {
    object
        .split('_')
        .map(|piece| {
            let mut letters = piece.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect::<String>()
            })
        })
        .collect()
}

/// The name of the client of a service, from the directory of the service.
///
/// ```
/// assert_eq!(tencentcloud_codegen::names::client_name("cvm"), "CvmClient");
/// ```
pub fn client_name(directory: &str) -> String {
    format!("{}Client", directory.to_upper_camel_case())
}

/// Sets off a digit and a letter that make one word, as in `3D` and `5G`: the letter is one of
/// `DGKE`, and what follows is a capital or the end.
fn mark_dimensions(piece: &str) -> String {
    let letters: Vec<char> = piece.chars().collect();
    let mut marked = String::with_capacity(piece.len());
    let mut rest = letters.as_slice();
    while let [first, tail @ ..] = rest {
        match tail {
            [letter @ ('D' | 'G' | 'K' | 'E'), after @ ..]
                if first.is_ascii_digit() && after.first().is_none_or(char::is_ascii_uppercase) =>
            {
                marked.extend([CUT, *first, letter.to_ascii_lowercase(), CUT]);
                rest = after;
            }
            _ => {
                marked.push(*first);
                rest = tail;
            }
        }
    }
    marked
}

/// Sets off the plural of an acronym, as in `IDs` and `CIDRs`: two capitals or more and an `s`
/// that is no part of a longer word.
fn mark_plurals(piece: &str) -> String {
    let mut marked = String::with_capacity(piece.len());
    let mut rest = piece;
    while !rest.is_empty() {
        let capitals = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        let (run, tail) = rest.split_at(capitals);
        let plural = tail
            .strip_prefix('s')
            .filter(|after| !after.starts_with(|next: char| next.is_ascii_lowercase()));
        if let (true, Some(after)) = (capitals >= 2, plural) {
            let (first, others) = run.split_at(1);
            marked.extend([CUT]);
            marked.push_str(first);
            marked.push_str(&others.to_ascii_lowercase());
            marked.extend(['s', CUT]);
            rest = after;
        } else {
            marked.push_str(run);
            let small = tail.find(|next: char| next.is_ascii_uppercase()).unwrap_or(tail.len());
            let (small, after) = tail.split_at(small);
            marked.push_str(small);
            rest = after;
        }
    }
    marked
}
