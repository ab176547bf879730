use std::time::Duration;

use bytes::{Buf, Bytes};

use super::Event;

#[cfg(test)]
mod tests;

/// Reads a [stream of events](https://html.spec.whatwg.org/multipage/server-sent-events.html)
/// as its bytes arrive, however they are cut.
///
/// It departs from the specification in one point: an event that the end of the stream cuts off
/// before its blank line is not thrown away, for services end their streams so.
pub(crate) struct Parser {
    /// How many bytes an event may have: its data, and the line that is being read.
    limit: usize,
    /// Nothing was read yet, so that a byte order mark may follow.
    at_start: bool,
    /// The last byte was a CR, so that a LF would belong to it.
    after_cr: bool,
    /// The beginning of a line that has not ended.
    line: Vec<u8>,
    /// The data so far, each line with its `\n`; empty when no field `data` was read.
    data: String,
    event: String,
    /// Stays from event to event.
    id: String,
    retry: Option<Duration>,
}

/// An event has more bytes than the limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Parser {
    /// A parser of events of at most `limit` bytes.
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

    /// Takes bytes from the front of `input`, up to the end of the next event; `None` when it was
    /// all taken and no event is complete.
    ///
    /// One at a time, so that a chunk of many small events is not held as many large ones.
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

    /// The event that the end of the stream cut off before its blank line.
    pub(crate) fn finish(&mut self) -> Option<Event> {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.end_line(&line);
        }
        self.dispatch()
    }

    /// Interprets a line; answers the event that it ends.
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

    /// Takes a field; a comment is one without a name.
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
        // Without the `\n` of its last line; without any line there is no event.
        data.pop()?;
        Some(Event {
            event: Some(event).filter(|event| !event.is_empty()),
            data,
            id: Some(&self.id).filter(|id| !id.is_empty()).cloned(),
            retry: self.retry.take(),
        })
    }
}
