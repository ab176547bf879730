use std::time::Duration;

use bytes::{Buf, Bytes};

use super::Event;

#[cfg(test)]
mod tests;

/// An incremental parser of a
/// [stream of events](https://html.spec.whatwg.org/multipage/server-sent-events.html), whose bytes
/// may arrive in chunks of any size.
///
/// It differs from the specification in one point: the last event is not discarded if the stream
/// ends before its blank line, because some services end their streams like this.
pub(crate) struct Parser {
    /// The maximum size of an event in bytes: its data and the current line.
    limit: usize,
    /// Nothing was read yet, so a byte order mark may follow.
    at_start: bool,
    /// The last byte was a CR, so a following LF belongs to the same line end.
    after_cr: bool,
    /// The beginning of an incomplete line.
    line: Vec<u8>,
    /// The data so far, each line followed by `\n`; empty if no field `data` was read.
    data: String,
    event: String,
    /// Kept from event to event.
    id: String,
    retry: Option<Duration>,
}

/// The error of an event that is larger than the limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Parser {
    /// Creates a parser of events of at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            at_start: true,
            after_cr: false,
            line: Vec::new(),
            data: String::new(),
            event: String::new(),
            id: String::new(),
            retry: None,
        }
    }

    /// Consumes `input` up to the end of the next event. Returns `None` if all input was consumed and
    /// no event is complete.
    ///
    /// It returns one event at a time, so that the events of a large chunk are not all in memory.
    pub(crate) fn push(&mut self, input: &mut Bytes) -> Result<Option<Event>, TooLarge> {
        loop {
            let Some(first) = input.first() else { return Ok(None) };
            if std::mem::take(&mut self.after_cr) && *first == b'\n' {
                input.advance(1);
            }
            let end = input.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let part = input.split_to(end.unwrap_or(input.len()));
            if self.line.len() + part.len() + self.data.len() > self.limit {
                return Err(TooLarge);
            }
            if end.is_none() {
                self.line.extend_from_slice(&part);
                return Ok(None);
            }
            self.after_cr = input.first() == Some(&b'\r');
            input.advance(1);
            let line = if self.line.is_empty() {
                part
            } else {
                self.line.extend_from_slice(&part);
                std::mem::take(&mut self.line).into()
            };
            if let Some(event) = self.end_line(&line) {
                return Ok(Some(event));
            }
        }
    }

    /// Returns the last event if the stream ended before its blank line.
    pub(crate) fn finish(&mut self) -> Option<Event> {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.end_line(&line);
        }
        self.dispatch()
    }

    /// Processes a line. Returns the event if the line ends one.
    fn end_line(&mut self, line: &[u8]) -> Option<Event> {
        let line = match line.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) if self.at_start => rest,
            _ => line,
        };
        self.at_start = false;
        if line.is_empty() {
            return self.dispatch();
        }
        let line = String::from_utf8_lossy(line);
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        self.field(name, value.strip_prefix(' ').unwrap_or(value));
        None
    }

    /// Processes a field. A comment is a field without a name.
    fn field(&mut self, name: &str, value: &str) {
        match name {
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "event" => value.clone_into(&mut self.event),
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                if let Ok(milliseconds) = value.parse() {
                    self.retry = Some(Duration::from_millis(milliseconds));
                }
            }
            _ => {}
        }
    }

    fn dispatch(&mut self) -> Option<Event> {
        let event = std::mem::take(&mut self.event);
        let mut data = std::mem::take(&mut self.data);
        // Removes the last `\n`. Without data there is no event.
        data.pop()?;
        Some(Event {
            event: Some(event).filter(|event| !event.is_empty()),
            data,
            id: Some(&self.id).filter(|id| !id.is_empty()).cloned(),
            retry: self.retry.take(),
        })
    }
}
