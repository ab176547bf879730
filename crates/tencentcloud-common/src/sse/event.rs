use std::fmt;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};
use crate::redact;

/// One event of a stream.
///
/// A stream in the style of `OpenAI` ends with an event whose data is `[DONE]`. It is returned like
/// any other event, because not every service sends it. A stream has ended when
/// [`next`](super::EventStream::next) returns `None`.
#[doc(alias = "SSEvent")]
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The name of the event; `None` for an event without a name. Browsers use the name `message`
    /// for it.
    pub event: Option<String>,
    /// The data; its lines are joined with `\n`. Most services of Tencent Cloud send JSON.
    pub data: String,
    /// The last id that the stream sent, with this event or an earlier one.
    pub id: Option<String>,
    /// The reconnection delay, if the stream sent one since the previous event.
    pub retry: Option<Duration>,
}

impl Event {
    /// Creates an event with data only.
    pub fn new(data: impl Into<String>) -> Self {
        Self { data: data.into(), ..Self::default() }
    }

    /// Deserializes the data from JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Response`] when the data is not JSON or does not match `T`. Check for the last
    /// event of an `OpenAI` stream first, because `[DONE]` is not JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.data).map_err(|error| {
            let message = match self.data.as_str() {
                "[DONE]" => "the data of the event is `[DONE]`, which ends a stream".to_owned(),
                _ => format!("the data of the event is not the expected JSON: {error}"),
            };
            Error::new(ErrorKind::Response, message).with_source(error).with_sent(true)
        })
    }

    /// Parses the data as any JSON value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Response`] when the data is not JSON.
    pub fn json_value(&self) -> Result<serde_json::Value, Error> {
        self.json()
    }
}

impl fmt::Debug for Event {
    /// Redacts the values of secret members, like the `Debug` of models.
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
        let event = Event::new(r#"{"Token": "secret-token", "Id": 1}"#);
        let shown = format!("{event:?}");
        assert!(shown.contains("Id") && !shown.contains("secret-token"), "{shown}");
    }

    #[test]
    fn data_is_parsed_as_json() {
        let event = Event::new(r#"{"Delta": {"Content": "hi"}, "Ids": [1, 2]}"#);
        assert_eq!(event.json_value().unwrap()["Delta"]["Content"], "hi");
        let map: std::collections::BTreeMap<String, serde_json::Value> = event.json().unwrap();
        assert_eq!(map.len(), 2);
    }

    #[test]
    fn data_that_is_not_json_is_an_error_with_the_reason() {
        let cases = [
            ("[DONE]", "the data of the event is `[DONE]`, which ends a stream"),
            ("{\"a\":", "the data of the event is not the expected JSON: EOF"),
            ("", "the data of the event is not the expected JSON: EOF"),
        ];
        for (data, message) in cases {
            let error = Event::new(data).json_value().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Response);
            assert!(error.message().starts_with(message), "{data}: {error}");
            assert!(std::error::Error::source(&error).is_some());
        }
    }
}
