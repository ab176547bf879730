use std::fmt;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};
use crate::redact;

/// One event of a stream.
///
/// A stream in the style of `OpenAI` ends with an event whose data is `[DONE]`. It is handed over
/// like any other, for not every service sends it: the end of a stream is that no event follows.
#[doc(alias = "SSEvent")]
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The name of the event; `None` when it has none, which browsers call `message`.
    pub event: Option<String>,
    /// The data; lines are joined by `\n`. Most services of Tencent Cloud send JSON.
    pub data: String,
    /// The id that the stream gave last, in this event or in one before.
    pub id: Option<String>,
    /// How long to wait before connecting anew, when the stream said so since the event before.
    pub retry: Option<Duration>,
}

impl Event {
    /// An event that has nothing but data.
    pub fn new(data: impl Into<String>) -> Self {
        Self { data: data.into(), ..Self::default() }
    }

    /// Reads the data as JSON into a type of the caller.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Response`] when the data is no JSON, or none of this type. Take out the last
    /// event of an `OpenAI` stream first: `[DONE]` is no JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.data).map_err(|error| {
            let message = match self.data.as_str() {
                "[DONE]" => "the data of the event is `[DONE]`, which ends a stream".to_owned(),
                _ => format!("the data of the event is not the JSON asked for: {error}"),
            };
            Error::new(ErrorKind::Response, message).with_source(error).with_sent(true)
        })
    }

    /// Reads the data as JSON of any shape.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Response`] when the data is no JSON.
    pub fn json_value(&self) -> Result<serde_json::Value, Error> {
        self.json()
    }
}

impl fmt::Debug for Event {
    /// Hides the values of members that hold secrets, as that of a model does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("event", &self.event)
            .field("data", &redact::redact_json(&self.data))
            .field("id", &self.id)
            .field("retry", &self.retry)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_data_without_its_secrets() {
        let event = Event::new(r#"{"Token": "answered-token", "Id": 1}"#);
        let shown = format!("{event:?}");
        assert!(shown.contains("Id") && !shown.contains("answered-token"), "{shown}");
    }

    #[test]
    fn data_is_read_as_json() {
        let event = Event::new(r#"{"Delta": {"Content": "hi"}, "Ids": [1, 2]}"#);
        assert_eq!(event.json_value().unwrap()["Delta"]["Content"], "hi");
        let map: std::collections::BTreeMap<String, serde_json::Value> = event.json().unwrap();
        assert_eq!(map.len(), 2);
    }

    #[test]
    fn data_that_is_no_json_is_an_error_that_says_why() {
        let cases = [
            ("[DONE]", "the data of the event is `[DONE]`, which ends a stream"),
            ("{\"a\":", "the data of the event is not the JSON asked for: EOF"),
            ("", "the data of the event is not the JSON asked for: EOF"),
        ];
        for (data, message) in cases {
            let error = Event::new(data).json_value().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Response);
            assert!(error.message().starts_with(message), "{data}: {error}");
            assert!(std::error::Error::source(&error).is_some());
        }
    }
}
