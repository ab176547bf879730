//! Event streams.

use serde_json::json;
use tencentcloud_common::sse::Event;
use tencentcloud_common::transport::TransportErrorKind;
use tencentcloud_common::{CommonClient, Error, EventStream, HttpProfile};

use super::fixtures::{
    Reply, block_on, block_on_paused, builder, client, profile, without_runtime,
};
use super::messages::Messages;

/// Reads a stream to its first error.
async fn read_to_error(mut stream: EventStream) -> Result<(), Error> {
    while let Some(event) = stream.next().await {
        event?;
    }
    Ok(())
}

async fn call(client: &CommonClient) -> Result<EventStream, Error> {
    client.call_sse("ChatCompletions", json!({})).await
}

async fn read(reply: Reply) -> Result<(), Error> {
    read_to_error(call(&client(reply)).await?).await
}

pub(super) fn add(messages: &mut Messages) {
    let event = "data: {\"Text\": \"a\"}\n\n";
    let id = |reply: Reply| reply.header("x-tc-requestid", "r-1");
    let broken = TransportErrorKind::Broken;
    let failure = r#"{"Response": {"Error": {"Code": "LimitExceeded", "Message": "Not today."}, "RequestId": "r-2"}}"#;
    block_on(async {
        for (situation, reply) in [
            (
                "The connection breaks before the first event",
                id(Reply::events("")).then_failure(broken),
            ),
            (
                "The connection breaks after one event",
                id(Reply::events(event)).then_failure(broken),
            ),
            (
                "The transport has a timeout after one event",
                Reply::events(event).then_failure(TransportErrorKind::Timeout),
            ),
            (
                "Invalid gzip after one event",
                Reply::events(event).then_failure(TransportErrorKind::Decompress),
            ),
            (
                "An error of the API in an event",
                Reply::events(format!("{event}data: {failure}\n\n")),
            ),
            ("An error of the API instead of events", Reply::json(failure)),
            ("A document that is labelled as events", Reply::events("{\"Result\": 1}")),
            ("An error of the API that is labelled as events", Reply::events(failure)),
            ("A web page instead of events", Reply::new(502, "text/html", "<html>Bad</html>")),
        ] {
            messages.add(situation, read(reply).await);
        }
        let http_profile = HttpProfile::builder().max_response_size(100).build().unwrap();
        let large = Reply::events(format!("{event}data: {}", "a".repeat(200)));
        let limited = builder(large).profile(profile(http_profile)).build().unwrap();
        let stream = call(&limited).await.unwrap();
        messages.add("An event of 200 bytes with a limit of 100", read_to_error(stream).await);
    });
    messages.add(
        "No event within `sse_idle_timeout`",
        block_on_paused(read(id(Reply::events(event)).then_silence())),
    );
    let stream = block_on(async { call(&client(Reply::events(event))).await.unwrap() });
    messages.add("A stream that is read outside of Tokio", without_runtime(read_to_error(stream)));
    messages.add("`json` of an event with other data", Event::new("{\"Text\"").json_value());
    messages.add("`json` of the last event", Event::new("[DONE]").json_value());
    messages.add("`json` of an event with another type", Event::new("\"a\"").json::<u64>());
}
