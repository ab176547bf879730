//! Flattens parameters and encodes them as a query string or a form body.
//!
//! Use it to sign requests without a client. A client does this automatically if its profile
//! requires it.
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

/// The `Content-Type` of requests with a query or a form body.
pub(crate) const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// The maximum size of a query, in bytes.
pub(crate) const MAX_QUERY: usize = 32 * 1024;

/// Everything except letters, digits and `-._~`.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters that are percent-encoded in a query. A space becomes `+`.
const QUERY: &AsciiSet = &UNRESERVED.remove(b' ');

/// The maximum nesting depth of lists and objects; `serde_json` has the same limit.
const MAX_DEPTH: usize = 128;

/// The name and the value of a parameter, not percent-encoded.
pub type Pair = (String, String);

/// Flattens a JSON object: names of members and indexes, counted from 0, are joined with dots. The
/// order of the document is kept.
///
/// Numbers keep their digits, and booleans become `true` and `false`. `null`, empty lists and empty
/// objects are left out.
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput), with the name of the parameter, when the text
/// is not a JSON object or its lists and objects are nested more than 128 levels deep.
pub fn flatten(json: &[u8]) -> Result<Vec<Pair>, Error> {
    let mut flattener = Flattener { pairs: Vec::new(), name: String::new() };
    let text = std::str::from_utf8(json)
        .map_err(|error| Error::invalid_input("the parameters are not UTF-8").with_source(error))?;
    if !text.trim_ascii_start().starts_with('{') {
        return Err(Error::invalid_input("the parameters are not a JSON object"));
    }
    if depth(text) > MAX_DEPTH {
        return Err(Error::invalid_input(format!(
            "the parameters are nested more than {MAX_DEPTH} levels deep"
        )));
    }
    flattener.value(text).map_err(|error| {
        let message = match flattener.name.as_str() {
            "" => format!("the parameters cannot be encoded as a query: {error}"),
            name => format!("the parameter {name} cannot be encoded as a query: {error}"),
        };
        Error::invalid_input(message).with_source(error)
    })?;
    Ok(flattener.pairs)
}

/// Returns the nesting depth of lists and objects. It is checked first, because the flattener is
/// recursive.
fn depth(json: &str) -> usize {
    let (mut depth, mut max_depth) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            b'"' if !escaped => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = in_string && byte == b'\\' && !escaped;
        max_depth = max_depth.max(depth);
    }
    max_depth
}

/// Collects name-value pairs.
struct Flattener {
    pairs: Vec<Pair>,
    /// The name of the current value.
    name: String,
}

impl Flattener {
    /// Adds one value. Its first byte tells its type. A number is copied from the document, because
    /// parsing it would lose digits.
    fn value(&mut self, json: &str) -> Result<(), serde_json::Error> {
        let json = json.trim_ascii();
        let text = match json.as_bytes().first() {
            Some(b'{' | b'[') => return self.container(json),
            Some(b'n') => return Ok(()),
            Some(b'"') => serde_json::from_str::<String>(json)?,
            _ => json.to_owned(),
        };
        self.pairs.push((self.name.clone(), text));
        Ok(())
    }

    /// Adds the elements of a list or the members of an object.
    fn container(&mut self, json: &str) -> Result<(), serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        deserializer.deserialize_any(ContainerVisitor(self))?;
        deserializer.end()
    }

    /// Adds a nested value. After an error the name is that of the invalid value.
    fn nested(&mut self, segment: &str, json: &str) -> Result<(), serde_json::Error> {
        let length = self.name.len();
        if length > 0 {
            self.name.push('.');
        }
        self.name.push_str(segment);
        self.value(json)?;
        self.name.truncate(length);
        Ok(())
    }
}

/// Visits the values of a list or an object.
struct ContainerVisitor<'a>(&'a mut Flattener);

impl<'de> Visitor<'de> for ContainerVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some((name, value)) = object.next_entry::<String, &RawValue>()? {
            self.0.nested(&name, value.get()).map_err(A::Error::custom)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0_usize;
        while let Some(value) = list.next_element::<&RawValue>()? {
            self.0.nested(&index.to_string(), value.get()).map_err(A::Error::custom)?;
            index += 1;
        }
        Ok(())
    }
}

/// Encodes parameters as a query string or a form body, like the official SDKs: letters, digits and
/// `-._~` are kept, a space becomes `+`.
pub fn to_query<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> String {
    // Allocated once, because growing would leave copies of a token in memory.
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

/// Returns the number of bytes that [`to_query`] writes.
pub(crate) fn query_length<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> usize {
    let length = |text: &str| utf8_percent_encode(text, QUERY).map(str::len).sum::<usize>();
    let separators = (2 * pairs.len()).saturating_sub(1);
    pairs.iter().map(|(name, value)| length(name.as_ref()) + length(value.as_ref())).sum::<usize>()
        + separators
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
        // A space is not in the set and needs its own replacement.
        if piece.contains(' ') {
            query.push_str(&piece.replace(' ', "+"));
        } else {
            query.push_str(piece);
        }
    }
}

#[cfg(test)]
mod tests;
