//! `ChatCompletions` of hunyuan, which can respond with a stream of events.

use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::response::Content;

/// Returns whether the call is a chat completion.
pub(super) fn matches(call: &Call<'_>) -> bool {
    call.spec.service == "hunyuan" && call.action.name == "ChatCompletions"
}

/// Returns a response that repeats the last message, as a stream of events if the parameter
/// `Stream` is true.
pub(super) fn respond(call: &Call<'_>) -> Content {
    let messages = call.parameters.get("Messages").and_then(Value::as_array);
    let last = messages.and_then(|messages| messages.last());
    let said = last.and_then(|message| message.get("Content")).and_then(Value::as_str);
    let content = format!("You said: {}", said.unwrap_or("nothing"));
    if call.parameters.get("Stream").and_then(Value::as_bool).unwrap_or(false) {
        return Content::Events(events(&content));
    }
    let message = json!({"Role": "assistant", "Content": content});
    let choices = json!([{"FinishReason": "stop", "Message": message}]);
    Content::Members(Map::from_iter([("Choices".to_owned(), choices)]))
}

/// Returns one event for each word, and a last event with the finish reason.
fn events(content: &str) -> String {
    let event = |reason: &str, word: &str| {
        let delta = json!({"Role": "assistant", "Content": word});
        let data = json!({"Choices": [{"FinishReason": reason, "Delta": delta}]});
        format!("data: {data}\n\n")
    };
    let words = content.split_inclusive(' ');
    words.map(|word| event("", word)).chain([event("stop", "")]).collect()
}
