//! Event streams over loopback: start, chunking, end.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod chunking;
mod end;
mod start;

use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;
use tencentcloud_common::call::DynamicRequest;
use tencentcloud_common::profile::HttpProfileBuilder;
use tencentcloud_common::runtime::{Sleep, SleepFuture};
use tencentcloud_common::sse::{Event, EventStream};
use tencentcloud_common::{Call, ClientProfile, CommonClient, Credential, Error, HttpProfile};
use tencentcloud_tests::handler_server::{Connection, HandlerServer};

/// How long a test waits for an event that must happen.
const TIMEOUT: Duration = Duration::from_secs(30);

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                       Transfer-Encoding: chunked\r\n\r\n";

/// A sleep that returns at once.
struct NoSleep;

impl Sleep for NoSleep {
    fn sleep(&self, _: Duration) -> SleepFuture {
        Box::pin(std::future::ready(()))
    }
}

fn client_with(server: &HandlerServer, http: HttpProfileBuilder) -> CommonClient {
    let http = http.endpoint(server.endpoint()).no_proxy().build().unwrap();
    CommonClient::builder("hunyuan", "2023-09-01")
        .credential(Credential::with_token("AKIDexample", "secret-key-1234", "token-1234").unwrap())
        .profile(ClientProfile::builder().http_profile(http).build().unwrap())
        .sleep(NoSleep)
        .build()
        .unwrap()
}

fn chat(client: &CommonClient) -> Call<DynamicRequest<EventStream>> {
    client.call_sse("ChatCompletions", json!({"Stream": true}))
}

fn start(
    serve: impl Fn(&mut Connection) -> std::io::Result<()> + Send + Sync + 'static,
) -> (HandlerServer, CommonClient) {
    let server = HandlerServer::start(move |mut connection| {
        connection.receive()?;
        serve(&mut connection)
    })
    .unwrap();
    let client = client_with(&server, HttpProfile::builder());
    (server, client)
}

/// Waits for a message of another thread without blocking the runtime.
async fn wait_for<T: Send + 'static>(receiver: mpsc::Receiver<T>) -> mpsc::Receiver<T> {
    let wait = move || receiver.recv_timeout(TIMEOUT).map(|_| receiver);
    tokio::task::spawn_blocking(wait).await.unwrap().expect("no message in time")
}

/// Returns all events and the error that ended the stream. Asserts that nothing follows an error.
async fn drain(stream: &mut EventStream) -> (Vec<Event>, Option<Error>) {
    let mut events = Vec::new();
    while let Some(item) = stream.next().await {
        match item {
            Ok(event) => events.push(event),
            Err(error) => {
                assert!(stream.next().await.is_none());
                return (events, Some(error));
            }
        }
    }
    assert!(stream.next().await.is_none());
    (events, None)
}

async fn data(stream: &mut EventStream) -> Vec<String> {
    let (events, error) = drain(stream).await;
    assert!(error.is_none(), "{error:?}");
    events.into_iter().map(|event| event.data).collect()
}
