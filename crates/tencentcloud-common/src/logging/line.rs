//! What a line looks like.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use tracing::field::{Field, Visit};

use crate::redact;

/// The fields of a span or an event, as text without secrets.
#[derive(Default)]
pub(super) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Adds a field, or replaces its value.
    fn set(&mut self, name: &'static str, value: String) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// Adds other fields, which replace those of the same name.
    pub(super) fn update(&mut self, new: Self) {
        for (name, value) in new.0 {
            self.set(name, value);
        }
    }

    /// Writes all fields but the message, each with a space before it.
    fn write(&self, line: &mut String) {
        for (name, value) in self.0.iter().filter(|(name, _)| *name != MESSAGE) {
            line.push(' ');
            line.push_str(name);
            line.push('=');
            line.push_str(value);
        }
    }

    fn message(&self) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == MESSAGE).map(|(_, value)| value.as_str())
    }
}

/// The name that `tracing` gives to the text of an event.
const MESSAGE: &str = "message";

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        let value = shown(field, || value.to_owned());
        let plain = !value.is_empty()
            && !value.contains(|c: char| c.is_whitespace() || c == '"' || is_unfit(c));
        let value = if plain { value } else { format!("{value:?}") };
        self.set(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let value = shown(field, || format!("{value:?}"));
        self.set(field.name(), one_line(&value).into_owned());
    }
}

/// The text of a field, unless it is a secret by its name, or by one inside of it.
fn shown(field: &Field, text: impl FnOnce() -> String) -> String {
    if redact::is_secret(field.name()) {
        return redact::PLACEHOLDER.to_owned();
    }
    let text = text();
    if text.contains('"') { redact::json_text(&text) } else { text }
}

/// Whether a character would break the line, or change how the others are shown.
fn is_unfit(c: char) -> bool {
    redact::changes_display(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unfit) {
        return text.into();
    }
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unfit(c) {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line.into()
}

/// Puts a line together.
pub(super) struct Line(String);

impl Line {
    pub(super) fn new(now: SystemTime, level: tracing::Level) -> Self {
        let mut line = String::with_capacity(256);
        // Nothing fails that writes to a string.
        _ = write!(line, "{} {level:>5} ", Rfc3339(now));
        Self(line)
    }

    /// Adds a span, from the outermost to the innermost.
    pub(super) fn span(&mut self, name: &str, fields: Option<&Fields>) {
        self.0.push_str(name);
        self.0.push('{');
        let start = self.0.len();
        if let Some(fields) = fields {
            fields.write(&mut self.0);
        }
        if self.0.len() > start {
            self.0.remove(start);
        }
        self.0.push_str("}: ");
    }

    /// Ends the line with what the event says.
    pub(super) fn finish(mut self, fields: &Fields) -> String {
        match fields.message() {
            Some(message) => self.0.push_str(message),
            // Each field has a space before it.
            None => self.0.truncate(self.0.trim_end().len()),
        }
        fields.write(&mut self.0);
        self.0.push('\n');
        self.0
    }
}

/// A time as `2026-11-24T07:51:29.123Z`.
struct Rfc3339(SystemTime);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = |time: Duration| i128::try_from(time.as_nanos()).ok();
        let since_1970 = match self.0.duration_since(UNIX_EPOCH) {
            Ok(since) => nanoseconds(since),
            Err(before) => nanoseconds(before.duration()).map(|time| -time),
        };
        let time = since_1970.and_then(|time| OffsetDateTime::from_unix_timestamp_nanos(time).ok());
        // A clock that is set to no time of ours is no reason to log nothing.
        let Some(time) = time else { return f.write_str("(no time)") };
        let (year, month, day) = time.to_calendar_date();
        let (hour, minute, second, millisecond) = time.to_hms_milli();
        let month = u8::from(month);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339() {
        let after = |milliseconds| UNIX_EPOCH + Duration::from_millis(milliseconds);
        let cases = [
            (UNIX_EPOCH, "1970-01-01T00:00:00.000Z"),
            (after(1_709_208_000_007), "2024-02-29T12:00:00.007Z"),
            (after(1_795_506_689_123), "2026-11-24T07:51:29.123Z"),
            (UNIX_EPOCH - Duration::from_millis(1), "1969-12-31T23:59:59.999Z"),
            (UNIX_EPOCH + Duration::from_secs(1 << 50), "(no time)"),
        ];
        for (time, expected) in cases {
            assert_eq!(Rfc3339(time).to_string(), expected);
        }
    }

    #[test]
    fn what_would_break_a_line_is_escaped() {
        let cases = [
            ("plain 你好", "plain 你好"),
            ("a\nb\r\n", "a\\nb\\r\\n"),
            ("\u{1b}[31m\u{2028}", "\\u{1b}[31m\\u{2028}"),
        ];
        for (text, expected) in cases {
            assert_eq!(one_line(text), expected);
        }
    }
}
