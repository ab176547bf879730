//! The format of a log line.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use tracing::field::{Field, Visit};

use crate::redact;

/// The fields of a span or an event, as redacted text.
#[derive(Default)]
pub(super) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Adds a field or replaces its value.
    fn set(&mut self, name: &'static str, value: String) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// Adds fields, which replace fields with the same name.
    pub(super) fn update(&mut self, new: Self) {
        for (name, value) in new.0 {
            self.set(name, value);
        }
    }

    /// Writes all fields except the message, each after a space.
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

/// The field name of the message of an event in `tracing`.
const MESSAGE: &str = "message";

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        let value = redacted_value(field, || value.to_owned());
        let plain = !value.is_empty()
            && !value.contains(|c: char| c.is_whitespace() || c == '"' || needs_escape(c));
        let value = if plain { value } else { format!("{value:?}") };
        self.set(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let value = redacted_value(field, || format!("{value:?}"));
        self.set(field.name(), one_line(&value).into_owned());
    }
}

/// Returns the text of a field, redacted if its name is that of a secret or it contains JSON with a
/// secret.
fn redacted_value(field: &Field, text: impl FnOnce() -> String) -> String {
    if redact::is_secret(field.name()) {
        return redact::PLACEHOLDER.to_owned();
    }
    let text = text();
    if text.contains('"') { redact::redact_json(&text) } else { text }
}

/// Whether a character breaks the line or changes the display of other characters.
fn needs_escape(c: char) -> bool {
    redact::changes_display(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(needs_escape) {
        return text.into();
    }
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if needs_escape(c) {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line.into()
}

/// A builder for a line.
pub(super) struct Line(String);

impl Line {
    pub(super) fn new(now: SystemTime, level: tracing::Level) -> Self {
        let mut line = String::with_capacity(256);
        // Writing to a string cannot fail.
        _ = write!(line, "{} {level:>5} ", Rfc3339(now));
        Self(line)
    }

    /// Adds a span. The outermost span comes first.
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

    /// Adds the event and ends the line.
    pub(super) fn finish(mut self, fields: &Fields) -> String {
        match fields.message() {
            Some(message) => self.0.push_str(message),
            // Each field starts with a space.
            None => self.0.truncate(self.0.trim_end().len()),
        }
        fields.write(&mut self.0);
        self.0.push('\n');
        self.0
    }
}

/// Displays a time such as `2026-11-24T07:51:29.123Z`.
struct Rfc3339(SystemTime);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = |time: Duration| i128::try_from(time.as_nanos()).ok();
        let since_1970 = match self.0.duration_since(UNIX_EPOCH) {
            Ok(since) => nanoseconds(since),
            Err(before) => nanoseconds(before.duration()).map(|time| -time),
        };
        let time = since_1970.and_then(|time| OffsetDateTime::from_unix_timestamp_nanos(time).ok());
        // A line with an invalid time is better than no line.
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
    fn times_are_formatted_as_rfc_3339() {
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
    fn characters_that_break_a_line_are_escaped() {
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
