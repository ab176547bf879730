//! Redaction: keeps secrets and control characters out of `Debug` output, errors and logs.

mod one_line;
mod secret_names;
mod secrets;

use std::borrow::Cow;
use std::fmt;

#[cfg(feature = "logging")]
pub(crate) use one_line::changes_display;
pub(crate) use one_line::{OneLine, one_line};
pub(crate) use secret_names::is_secret;
pub(crate) use secrets::{redact_prefix, redact_secrets};

/// The text that replaces a secret.
pub(crate) const PLACEHOLDER: &str = "***";

/// A value whose `Debug` output is [`PLACEHOLDER`].
pub(crate) struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PLACEHOLDER)
    }
}

/// Replaces the values of secret fields in a JSON text by [`PLACEHOLDER`]. The text may be invalid
/// or truncated.
pub(crate) fn redact_json(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, string, after)) = next_string(rest) {
        redacted.push_str(before);
        redacted.push_str(&redact_embedded(string));
        rest = after;
        let Some(value) = after.trim_start().strip_prefix(':') else { continue };
        if !is_secret(&name(string)) {
            continue;
        }
        let value = value.trim_start();
        if value.starts_with("null") {
            continue;
        }
        redacted.push_str(": \"");
        redacted.push_str(PLACEHOLDER);
        redacted.push('"');
        rest = after_value(value);
    }
    redacted.push_str(rest);
    redacted
}

/// Returns the start of an invalid body without its secrets; `None` if the body is empty.
pub(crate) fn excerpt(body: &[u8], secrets: &[&str]) -> Option<String> {
    const MAX_SEARCHED: usize = 4096;
    const MAX_EXCERPT: usize = 300;
    let (text, is_whole) = redact_prefix(body.trim_ascii_start(), MAX_SEARCHED, secrets);
    // Redacted before it is cut, because a secret that is cut is not found.
    let text = redact_json(&text);
    let text = text.trim();
    let mut excerpt: String = text.chars().take(MAX_EXCERPT).collect();
    if excerpt.is_empty() {
        return None;
    }
    if excerpt.len() < text.len() || !is_whole {
        excerpt.push('…');
    }
    Some(excerpt)
}

/// Returns the value of a quoted string that is a field name.
fn name(string: &str) -> Cow<'_, str> {
    match serde_json::from_str(string) {
        Ok(name) if string.contains('\\') => Cow::Owned(name),
        _ => string.into(),
    }
}

/// Redacts a quoted string, which may contain an embedded JSON document.
fn redact_embedded(string: &str) -> Cow<'_, str> {
    if !string.contains("\\\"") {
        return string.into();
    }
    // A truncated string has no closing quote and may end within an escape.
    let start = string.trim_end_matches('\\');
    let inner: Option<String> = [string.to_owned(), format!("{string}\""), format!("{start}\"")]
        .iter()
        .find_map(|string| serde_json::from_str(string).ok());
    // An invalid string contains quotes, but its field names cannot be read: it is redacted.
    let Some(inner) = inner else { return Cow::Owned(format!("\"{PLACEHOLDER}\"")) };
    let redacted = redact_json(&inner);
    if redacted == inner {
        return string.into();
    }
    serde_json::to_string(&redacted).map_or(Cow::Borrowed(PLACEHOLDER), Cow::Owned)
}

/// Splits the text into the parts before, in and after the next quoted string. A string without an
/// end extends to the end of the text.
fn next_string(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('"')?;
    let (before, from) = text.split_at_checked(start)?;
    let mut escaped = false;
    let end = from
        .char_indices()
        .skip(1)
        .find_map(|(at, c)| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes.then_some(at + 1)
        })
        .unwrap_or(from.len());
    let (string, after) = from.split_at_checked(end)?;
    Some((before, string, after))
}

/// Returns the text after a JSON value; an empty text if the value has no end.
fn after_value(value: &str) -> &str {
    let mut depth = 0_usize;
    let mut rest = value;
    loop {
        let Some(c) = rest.chars().next() else { return rest };
        if c == '"' {
            rest = next_string(rest).map_or("", |(_, _, after)| after);
            if depth == 0 {
                return rest;
            }
            continue;
        }
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' | ',' if depth == 0 => return rest,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        if depth == 0 && matches!(c, '}' | ']') {
            return rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secret_fields_are_redacted() {
        let cases = [
            (r#"{"Password":"a\"b","Id":1}"#, r#"{"Password": "***","Id":1}"#),
            (r#"{"Token" : {"a":"x,}","b":[1,2]} , "Id":1}"#, r#"{"Token": "***" , "Id":1}"#),
            (r#"{"SecretKey":["x","y"],"Id":1}"#, r#"{"SecretKey": "***","Id":1}"#),
            (r#"{"SecretKey":12,"Id":1}"#, r#"{"SecretKey": "***","Id":1}"#),
            (r#"{"Token":null,"Name":"Password"}"#, r#"{"Token":null,"Name":"Password"}"#),
            // An embedded document, also a truncated one, and an escaped name.
            (
                r#"{"Data":"{\"Password\":\"a\",\"Id\":1}"}"#,
                r#"{"Data":"{\"Password\": \"***\",\"Id\":1}"}"#,
            ),
            (r#"{"Data":"{\"Password\":\"a"#, r#"{"Data":"{\"Password\": \"***\"""#),
            (r#"{"Data":"{\"Password\":\"a\"#, r#"{"Data":"{\"Password\": \"***\"""#),
            (r#"{"Data":"say \"hi\""}"#, r#"{"Data":"say \"hi\""}"#),
            (r#"{"Pass\u0077ord":"a"}"#, r#"{"Pass\u0077ord": "***"}"#),
            // Truncated within the secret, within a list, and before the value.
            (r#"{"Password":"abc"#, r#"{"Password": "***""#),
            (r#"{"Password":["abc"#, r#"{"Password": "***""#),
            (r#"{"Password":"#, r#"{"Password": "***""#),
            ("<html>no json</html>", "<html>no json</html>"),
            ("\"", "\""),
        ];
        for (text, expected) in cases {
            assert_eq!(redact_json(text), expected);
        }
    }
}
