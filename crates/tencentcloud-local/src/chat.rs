//! What has no crate here, but can be tried: `ChatCompletions` of hunyuan, for its stream of
//! events, and `AssumeRoleWithWebIdentity` of sts, for being unsigned.

use serde_json::{Map, Value, json};

use crate::answer::Call;

pub(crate) const SERVICE: &str = "hunyuan";
pub(crate) const ACTION: &str = "ChatCompletions";

/// The parts of their specifications that are understood.
pub(crate) const SPECS: [&str; 2] = [
    r#"{"service": "hunyuan", "version": "2023-09-01",
        "actions": {"ChatCompletions":
            {"input": "ChatCompletionsRequest", "output": "ChatCompletionsResponse"}},
        "objects": {
            "ChatCompletionsRequest": {"members": [
                {"name": "Model", "type": "string", "member": "string", "required": true},
                {"name": "Messages", "type": "list", "member": "Message", "required": true},
                {"name": "Stream", "type": "bool", "member": "bool"}]},
            "Message": {"members": [
                {"name": "Role", "type": "string", "member": "string", "required": true},
                {"name": "Content", "type": "string", "member": "string"}]},
            "ChatCompletionsResponse": {"members": []}}}"#,
    r#"{"service": "sts", "version": "2018-08-13",
        "actions": {"AssumeRoleWithWebIdentity":
            {"input": "AssumeRoleWithWebIdentityRequest",
             "output": "AssumeRoleWithWebIdentityResponse", "skip_sign": true}},
        "objects": {
            "AssumeRoleWithWebIdentityRequest": {"members": [
                {"name": "ProviderId", "type": "string", "member": "string", "required": true},
                {"name": "WebIdentityToken", "type": "string", "member": "string", "required": true},
                {"name": "RoleArn", "type": "string", "member": "string", "required": true},
                {"name": "RoleSessionName", "type": "string", "member": "string", "required": true},
                {"name": "DurationSeconds", "type": "int", "member": "int64"}]},
            "AssumeRoleWithWebIdentityResponse": {"members": [
                {"name": "Credentials", "type": "object", "member": "Credentials"},
                {"name": "ExpiredTime", "type": "int", "member": "int64"},
                {"name": "Expiration", "type": "string", "member": "datetime_iso"}]},
            "Credentials": {"members": [
                {"name": "Token", "type": "string", "member": "string"},
                {"name": "TmpSecretId", "type": "string", "member": "string"},
                {"name": "TmpSecretKey", "type": "string", "member": "string"}]}}}"#,
];

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
