//! Frozen naming rule, which converts API names to Rust names.
//!
//! User code depends on every name that this module returns, so the rule must not change.
//! `codegen/tests/names.rs` checks it against a list of 1,129 names, and against the plain rule of
//! `heck` for the other names.

mod brands;
mod ident;

pub use ident::Ident;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

/// Word boundary that the rules of this module set before `heck` splits the rest.
const BOUNDARY: char = '\0';

/// Returns the `snake_case` form of an API name.
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
    for piece in brands::mark(name).split(BOUNDARY) {
        for piece in mark_plurals(&mark_digit_words(piece)).split(BOUNDARY) {
            let word = piece.to_snake_case();
            if !word.is_empty() {
                words.push(word);
            }
        }
    }
    words.join("_")
}

/// Returns the Rust type name of an object.
///
/// It equals the API name, so that users can look it up in the API documentation, except that each
/// `_` is removed and the letter after it is capitalized.
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

/// Returns the constant name of an error code.
///
/// ```
/// use tencentcloud_codegen::names::constant;
///
/// assert_eq!(constant("ResourceNotFound.HpcCluster"), "RESOURCE_NOT_FOUND_HPC_CLUSTER");
/// ```
pub fn constant(code: &str) -> String {
    snake(code).to_ascii_uppercase()
}

/// Returns the constant name of a known value of a member.
///
/// A value without lower-case letters keeps its words: the rules for API names would split
/// `AES128GCM128` at its digits. The name is not a valid constant if the value does not start with a
/// letter.
///
/// ```
/// use tencentcloud_codegen::names::value_constant;
///
/// assert_eq!(value_constant("LAUNCH_FAILED"), "LAUNCH_FAILED");
/// assert_eq!(value_constant("AES-128-CBC"), "AES_128_CBC");
/// assert_eq!(value_constant("HighQualityEIP"), "HIGH_QUALITY_EIP");
/// assert_eq!(value_constant("one-time"), "ONE_TIME");
/// ```
pub fn value_constant(value: &str) -> String {
    let has_lowercase = value.contains(|letter: char| letter.is_ascii_lowercase());
    let words = if has_lowercase { snake(value) } else { value.to_owned() };
    let words = words.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("_").to_ascii_uppercase()
}

/// Returns the client type name of a service, given the directory of the service.
///
/// ```
/// assert_eq!(tencentcloud_codegen::names::client_name("cvm"), "CvmClient");
/// ```
pub fn client_name(directory: &str) -> String {
    format!("{}Client", directory.to_upper_camel_case())
}

/// Marks a digit and a letter that form one word, as in `3D` and `5G`: the letter is one of `DGKE`
/// and is followed by a capital letter or the end.
fn mark_digit_words(piece: &str) -> String {
    let letters: Vec<char> = piece.chars().collect();
    let mut marked = String::with_capacity(piece.len());
    let mut rest = letters.as_slice();
    while let [first, tail @ ..] = rest {
        match tail {
            [letter @ ('D' | 'G' | 'K' | 'E'), after @ ..]
                if first.is_ascii_digit() && after.first().is_none_or(char::is_ascii_uppercase) =>
            {
                marked.extend([BOUNDARY, *first, letter.to_ascii_lowercase(), BOUNDARY]);
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

/// Marks the plural of an acronym, as in `IDs` and `CIDRs`: at least two capital letters and an `s`
/// that does not begin a longer word.
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
            marked.extend([BOUNDARY]);
            marked.push_str(first);
            marked.push_str(&others.to_ascii_lowercase());
            marked.extend(['s', BOUNDARY]);
            rest = after;
        } else {
            marked.push_str(run);
            let end = tail.find(|next: char| next.is_ascii_uppercase()).unwrap_or(tail.len());
            let (lowercase, after) = tail.split_at(end);
            marked.push_str(lowercase);
            rest = after;
        }
    }
    marked
}
