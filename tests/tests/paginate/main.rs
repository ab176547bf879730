//! Pages and items of list actions, typed and dynamic.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod blocking;
mod dynamic;
mod histories;
mod streams;
mod ways;

use std::fmt::Write as _;

use serde_json::Value;
use tencentcloud_common::client::ClientBuilder;
use tencentcloud_common::{Client, Credential};
use tencentcloud_tests::in_memory_transport::InMemoryTransport;

/// Returns a client of any service crate that sends to this transport.
fn client<C: From<Client>>(builder: ClientBuilder<C>, network: &InMemoryTransport) -> C {
    let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
    let builder = builder.credential(credential).region("ap-shanghai");
    builder.transport(network.clone()).build().unwrap()
}

/// Returns the parameters of each request.
fn sent(network: &InMemoryTransport) -> Vec<Value> {
    let sent = network.sent();
    sent.iter().map(|request| serde_json::from_slice(request.body()).unwrap()).collect()
}

/// Returns a list of objects with ids, as JSON.
fn instances(ids: impl IntoIterator<Item = usize>) -> String {
    let mut text = String::from("[");
    for id in ids {
        let comma = if text.len() > 1 { "," } else { "" };
        write!(text, r#"{comma}{{"InstanceId": "ins-{id}"}}"#).unwrap();
    }
    text + "]"
}
