//! Blocking calls, outside and inside of runtimes and together with async calls.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod credentials;
mod events;
mod runtimes;
mod worker;

use std::sync::mpsc::Receiver;
use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_common::call::DynamicRequest;
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::{
    Call, ClientBuilder, ClientProfile, CommonClient, Credential, HttpProfile,
};
use tencentcloud_tests::handler_server::HandlerServer;

/// How long a test waits for an event that must happen.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Returns a server that responds to every request until the client closes the connection.
fn server() -> HandlerServer {
    HandlerServer::start(|mut connection| {
        loop {
            connection.receive()?;
            connection.send_json(r#"{"Response": {"RequestId": "r-1", "TotalCount": 7}}"#)?;
        }
    })
    .unwrap()
}

/// Returns the builder of a client whose calls time out and are not retried.
fn builder(server: &HandlerServer) -> ClientBuilder<CommonClient> {
    let http = HttpProfile::builder()
        .endpoint(server.endpoint())
        .no_proxy()
        .req_timeout(Duration::from_secs(10))
        .build()
        .unwrap();
    let profile = ClientProfile::builder().http_profile(http).retryer(RetryPolicy::none());
    CommonClient::builder("cvm", "2017-03-12")
        .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
        .profile(profile.build().unwrap())
}

fn client(server: &HandlerServer) -> CommonClient {
    builder(server).build().unwrap()
}

fn call(client: &CommonClient) -> Call<DynamicRequest<Value>> {
    client.call_json("DescribeZones", json!({}))
}

#[track_caller]
fn check(client: &CommonClient) {
    assert_eq!(call(client).send_blocking().unwrap()["TotalCount"], 7);
}

#[track_caller]
fn wait_for<T>(receiver: &Receiver<T>) -> T {
    receiver.recv_timeout(TIMEOUT).expect("no message in time")
}
