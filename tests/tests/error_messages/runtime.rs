//! Runtimes that cannot carry a call, and blocking calls.

use std::sync::{Arc, OnceLock};

use http::HeaderMap;
use serde_json::json;
use tencentcloud_common::credentials::CachingProvider;
use tencentcloud_common::interceptor::{Attempt, Interceptor};
use tencentcloud_common::{CommonClient, HttpProfile};
use tokio::runtime::Builder;

use super::credentials::ask;
use super::fixtures::{Reply, Silent, builder, client, environment, profile, without_runtime};
use super::messages::Messages;
use super::network;

/// Makes a blocking call with the client that makes the call.
#[derive(Debug, Default)]
struct Nested(OnceLock<CommonClient>);

impl Interceptor for Nested {
    fn before_send(
        &self,
        _: &Attempt<'_>,
        _: &mut HeaderMap,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.0.get().unwrap().call_json("DescribeZones", json!({})).send_blocking()?;
        Ok(())
    }
}

pub(super) fn add(messages: &mut Messages) {
    let call = || client(Reply::ok()).call_json("DescribeZones", json!({})).send();
    messages.add("A call that is awaited outside of Tokio", without_runtime(call()));
    let without_timer = Builder::new_current_thread().enable_io().build().unwrap();
    messages.add("A call in a runtime without a timer", without_timer.block_on(call()));
    let http_profile =
        HttpProfile::builder().environment(environment(&[])).endpoint("http://127.0.0.1:9");
    let client = CommonClient::with_profile(
        "cvm",
        "2017-03-12",
        super::fixtures::credential(),
        "ap-shanghai",
        profile(http_profile.build().unwrap()),
    );
    let without_io = Builder::new_current_thread().enable_time().build().unwrap();
    let real = client.unwrap().call_json("DescribeZones", json!({})).send();
    messages.add("A call in a runtime without I/O", without_io.block_on(real));
    messages.add(
        "A `ReqwestTransport` that is used outside of Tokio",
        without_runtime(network::send("POST", "http://127.0.0.1:9/")),
    );
    messages.add(
        "A cached credential that is asked for outside of Tokio",
        without_runtime(ask(CachingProvider::new(Silent))),
    );
    let nested = Arc::new(Nested::default());
    let client: CommonClient =
        builder(Reply::ok()).interceptor(Arc::clone(&nested)).build().unwrap();
    nested.0.set(client.clone()).unwrap();
    messages.add(
        "A blocking call inside a blocking call of the same client",
        client.call_json("DescribeZones", json!({})).send_blocking(),
    );
    // Not held by itself.
    let _ = nested;
}
