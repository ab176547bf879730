//! Streams of events over loopback: how they begin, how they are cut into pieces, how they end.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod beginning;
mod end;
mod pieces;

use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;
use tencentcloud_common::call::DynamicRequest;
use tencentcloud_common::profile::HttpProfileBuilder;
use tencentcloud_common::runtime::{Sleep, SleepFuture};
use tencentcloud_common::sse::{Event, EventStream};
use tencentcloud_common::{Call, ClientProfile, CommonClient, Credential, Error, HttpProfile};
use tencentcloud_tests::handler_server::{Connection, HandlerServer};

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                       Transfer-Encoding: chunked\r\n\r\n";

/// No time passes between attempts.
struct Hurry;

impl Sleep for Hurry {
    fn sleep(&self, _: Duration) -> SleepFuture {
        Box::pin(std::future::ready(()))
    }
}

fn client_with(server: &HandlerServer, http: HttpProfileBuilder) -> CommonClient {
    let http = http.endpoint(server.endpoint()).no_proxy().build().unwrap();
    CommonClient::builder("hunyuan", "2023-09-01")
        .credential(Credential::with_token("AKIDexample", "secret-key-1234", "token-1234").unwrap())
        .profile(ClientProfile::builder().http_profile(http).build().unwrap())
        .sleep(Hurry)
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

/// Waits for what another thread tells, while the runtime goes on.
async fn told<T: Send + 'static>(receiver: mpsc::Receiver<T>) -> mpsc::Receiver<T> {
    let wait = move || receiver.recv_timeout(PATIENCE).map(|_| receiver);
    tokio::task::spawn_blocking(wait).await.unwrap().expect("to be told in time")
}

/// All events, and the error that ended them; checks that nothing follows an error.
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
