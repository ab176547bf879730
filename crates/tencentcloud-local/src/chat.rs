//! `ChatCompletions` of hunyuan, whose answer can be a stream of events.

use serde_json::{Map, Value, json};

use crate::answer::Call;

pub(crate) const SERVICE: &str = "hunyuan";
pub(crate) const ACTION: &str = "ChatCompletions";

/// Whether it is a chat.
pub(crate) fn is(call: &Call<'_>) -> bool {
    call.spec.service == SERVICE && call.action.name == ACTION
}

/// Whether the answer is wanted as events.
pub(crate) fn is_streamed(call: &Call<'_>) -> bool {
    call.parameters.get("Stream").and_then(Value::as_bool).unwrap_or(false)
}

/// The members of the answer, which repeats what was said last.
pub(crate) fn answer(call: &Call<'_>) -> Map<String, Value> {
    let messages = call.parameters.get("Messages").and_then(Value::as_array);
    let last = messages.and_then(|messages| messages.last());
    let said = last.and_then(|message| message.get("Content")).and_then(Value::as_str);
    let content = format!("You said: {}", said.unwrap_or("nothing"));
    let message = json!({"Role": "assistant", "Content": content});
    let choices = json!([{"FinishReason": "stop", "Message": message}]);
    Map::from_iter([("Choices".to_owned(), choices)])
}

/// The answer as a stream: an event for each word, and one that says that there are no more.
pub(crate) fn events(answer: &Map<String, Value>) -> String {
    let choice = answer.get("Choices").and_then(|choices| choices.get(0));
    let content = choice.and_then(|choice| choice.pointer("/Message/Content"));
    let words = content.and_then(Value::as_str).unwrap_or_default().split_inclusive(' ');
    let event = |reason: &str, word: &str| {
        let delta = json!({"Role": "assistant", "Content": word});
        let data = json!({"Choices": [{"FinishReason": reason, "Delta": delta}]});
        format!("data: {data}\n\n")
    };
    words.map(|word| event("", word)).chain([event("stop", "")]).collect()
}
