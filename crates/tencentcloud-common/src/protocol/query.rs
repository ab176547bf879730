//! Flat parameters, as a query and a form body say them.
//!
//! For signing by hand; a client does this by itself when its profile asks for it.
//!
//! ```
//! use tencentcloud_common::protocol::query::{flatten, to_query};
//!
//! let parameters = flatten(br#"{"Limit": 1, "Filters": [{"Name": "zone", "Values": ["a b"]}]}"#)?;
//! assert_eq!(parameters[1], ("Filters.0.Name".to_owned(), "zone".to_owned()));
//! assert_eq!(to_query(&parameters), "Limit=1&Filters.0.Name=zone&Filters.0.Values.0=a+b");
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::{Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::error::Error;

/// What a query and a form body have as their `Content-Type`.
pub(crate) const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// The longest query that the API takes, in bytes.
pub(crate) const MAX_QUERY: usize = 32 * 1024;

/// Everything except letters, digits and `-._~`.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is encoded in a query, where a space is written as `+`.
const QUERY: &AsciiSet = &UNRESERVED.remove(b' ');

/// How deep lists and objects may stand in each other; `serde_json` draws the line there, too.
const MAX_DEPTH: usize = 128;

/// A parameter and its value, neither of them escaped.
pub type Pair = (String, String);

/// Flattens a JSON object, in its own order: members and indexes, counted from 0, are joined by
/// dots.
///
/// Numbers stay as they are written and booleans are `true` and `false`. What has no value, which
/// is `null` and empty lists and objects, vanishes.
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput), with the name of the place, when the text is
/// no JSON object, or has lists and objects more than 128 deep in each other.
pub fn flatten(json: &[u8]) -> Result<Vec<Pair>, Error> {
    let mut flat = Flat { pairs: Vec::new(), name: String::new() };
    let text = std::str::from_utf8(json)
        .map_err(|error| Error::invalid_input("the parameters are not UTF-8").with_source(error))?;
    if !text.trim_ascii_start().starts_with('{') {
        return Err(Error::invalid_input("the parameters are not a JSON object"));
    }
    if depth(text) > MAX_DEPTH {
        return Err(Error::invalid_input(format!(
            "lists and objects of the parameters stand in each other more than {MAX_DEPTH} deep"
        )));
    }
    flat.value(text).map_err(|error| {
        let place = if flat.name.is_empty() { "the parameters" } else { &flat.name };
        Error::invalid_input(format!("{place} cannot be written into a query: {error}"))
            .with_source(error)
    })?;
    Ok(flat.pairs)
}

/// How deep lists and objects stand in each other. Known before they are walked by recursion.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut string, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            b'"' if !escaped => string = !string,
            b'{' | b'[' if !string => depth += 1,
            b'}' | b']' if !string => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = string && byte == b'\\' && !escaped;
        deepest = deepest.max(depth);
    }
    deepest
}

/// What was flattened so far, and the name of the value that comes next.
struct Flat {
    pairs: Vec<Pair>,
    name: String,
}

impl Flat {
    /// Takes in one value. Its kind shows in its first byte; it is cut out of the document and
    /// not parsed into a number, which would lose digits.
    fn value(&mut self, json: &str) -> Result<(), serde_json::Error> {
        let json = json.trim_ascii();
        let text = match json.as_bytes().first() {
            Some(b'{' | b'[') => return self.inside(json),
            Some(b'n') => return Ok(()),
            Some(b'"') => serde_json::from_str::<String>(json)?,
            _ => json.to_owned(),
        };
        self.pairs.push((self.name.clone(), text));
        Ok(())
    }

    /// Takes in what stands in a list or an object.
    fn inside(&mut self, json: &str) -> Result<(), serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        deserializer.deserialize_any(Inside(self))?;
        deserializer.end()
    }

    /// Takes in a value under a longer name. On an error the name stays: it says the place.
    fn below(&mut self, step: &str, json: &str) -> Result<(), serde_json::Error> {
        let length = self.name.len();
        if length > 0 {
            self.name.push('.');
        }
        self.name.push_str(step);
        self.value(json)?;
        self.name.truncate(length);
        Ok(())
    }
}

/// Walks over the values of a list or an object.
struct Inside<'a>(&'a mut Flat);

impl<'de> Visitor<'de> for Inside<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some((name, value)) = object.next_entry::<String, &RawValue>()? {
            self.0.below(&name, value.get()).map_err(A::Error::custom)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0_usize;
        while let Some(value) = list.next_element::<&RawValue>()? {
            self.0.below(&index.to_string(), value.get()).map_err(A::Error::custom)?;
            index += 1;
        }
        Ok(())
    }
}

/// Writes parameters as a query or a form body, encoded as the official SDKs do: letters, digits
/// and `-._~` stay, a space becomes `+`.
pub fn to_query<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> String {
    // Never grown, so that no copy of a token stays behind.
    let mut query = String::with_capacity(query_length(pairs));
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        push_encoded(name.as_ref(), &mut query);
        query.push('=');
        push_encoded(value.as_ref(), &mut query);
    }
    query
}

/// How many bytes [`to_query`] writes.
pub(crate) fn query_length<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> usize {
    let length = |text: &str| utf8_percent_encode(text, QUERY).map(str::len).sum::<usize>();
    let marks = (2 * pairs.len()).saturating_sub(1);
    pairs.iter().map(|(name, value)| length(name.as_ref()) + length(value.as_ref())).sum::<usize>()
        + marks
}

/// Percent-encodes everything except letters, digits and `-._~`.
pub(crate) fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Decodes a name or value of a query.
pub(crate) fn decoded(text: &str) -> String {
    // Zeroized, because the value may be a secret.
    let spaced = Zeroizing::new(text.replace('+', " "));
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Encodes a name or value of a query.
#[cfg(test)]
pub(crate) fn encoded(text: &str) -> String {
    let mut query = String::new();
    push_encoded(text, &mut query);
    query
}

fn push_encoded(text: &str, query: &mut String) {
    for piece in utf8_percent_encode(text, QUERY) {
        // A space is not in the set, and arrives as it is.
        if piece.contains(' ') {
            query.push_str(&piece.replace(' ', "+"));
        } else {
            query.push_str(piece);
        }
    }
}

#[cfg(test)]
mod tests;
