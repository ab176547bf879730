//! Connections that are opened ahead.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tencentcloud_common::environment::Environment;
use tencentcloud_common::profile::{Endpoint, HttpProfileBuilder, Protocol};
use tencentcloud_common::transport::{HttpTransport, HyperTransport};
use tencentcloud_common::{ClientProfile, CommonClient, Credential, HttpProfile};
use tencentcloud_tests::counting::CountingServer;
use tencentcloud_tests::proxy::ProxyServer;
use tencentcloud_tests::tls::Authority;
use tokio::io::AsyncReadExt;

fn profile(size: usize) -> HttpProfileBuilder {
    HttpProfile::builder()
        .environment(Environment::from_fn(|_| None))
        .pre_conn_pool_size(size)
        // Each request takes one of those that were opened ahead.
        .keep_alive(false)
}

fn transport(builder: HttpProfileBuilder) -> HyperTransport {
    HyperTransport::new(&builder.build().unwrap()).unwrap()
}

fn endpoint(url: &str) -> Endpoint {
    Endpoint::parse(url, Protocol::Https).unwrap()
}

async fn call(transport: &HyperTransport, url: &str) {
    let request = http::Request::post(url).body(Bytes::new()).unwrap();
    let (parts, mut body) = transport.send(request).await.unwrap().into_parts();
    while body.chunk().await.unwrap().is_some() {}
    assert_eq!(parts.status, 200);
}

/// Waits for other threads and for the keeper.
async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..2000 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never: {what}");
}

/// Gives a keeper that does too much the time to do it.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

#[tokio::test]
async fn a_client_connects_before_its_first_request_and_stops_with_its_last_clone() {
    let server = CountingServer::start().unwrap();
    let http_profile = profile(3).endpoint(format!("http://{}", server.address())).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http_profile).build().unwrap();
    let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
    let client = CommonClient::with_profile("cvm", "2017-03-12", credential, "", profile).unwrap();
    until("three are open", || server.open() == 3).await;
    settle().await;
    assert_eq!((server.accepted(), server.received().len()), (3, 0), "and no more");

    client.call_json("DescribeZones", json!({})).await.unwrap();
    until("the taken one is replaced", || (server.accepted(), server.open()) == (4, 3)).await;
    settle().await;
    assert_eq!((server.accepted(), server.open()), (4, 3));

    let clone = client.clone();
    drop(client);
    settle().await;
    assert_eq!(server.open(), 3);
    drop(clone);
    until("all are closed", || server.open() == 0).await;
    settle().await;
    assert_eq!(server.accepted(), 4);
}

#[tokio::test]
async fn what_the_server_closes_is_not_handed_out_but_replaced() {
    let server = CountingServer::start().unwrap();
    let url = format!("http://{}/", server.address());
    let transport = transport(profile(2));
    transport.warm(&endpoint(&url));
    until("two are open", || server.open() == 2).await;
    server.close_all();
    until("both are seen to be closed", || server.open() == 0).await;
    // Without waiting for the keeper, which rests after a failure.
    call(&transport, &url).await;
    assert_eq!(server.received().len(), 1);
    until("two are open again", || server.open() == 2).await;
    settle().await;
    assert_eq!(server.accepted(), 5);
}

#[tokio::test]
async fn the_keeper_survives_a_server_that_is_away() {
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let transport = transport(profile(1));
    transport.warm(&endpoint(&format!("http://{address}")));
    settle().await;
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let accepted = tokio::time::timeout(Duration::from_secs(20), listener.accept()).await;
    accepted.expect("it tries again").unwrap();
}

#[tokio::test]
async fn a_server_that_closes_at_once_is_not_stormed() {
    let server = CountingServer::start().unwrap();
    server.refuse(true);
    let transport = transport(profile(4));
    transport.warm(&endpoint(&format!("http://{}", server.address())));
    until("it is tried", || server.accepted() > 0).await;
    settle().await;
    // Without a rest it would be hundreds.
    assert!(server.accepted() <= 8, "{}", server.accepted());
}

#[tokio::test]
async fn what_grows_old_is_replaced() {
    let server = CountingServer::start().unwrap();
    let transport = transport(profile(2).pool_idle_timeout(Duration::from_millis(200)));
    transport.warm(&endpoint(&format!("http://{}", server.address())));
    until("two are replaced by two", || server.accepted() >= 4 && server.open() <= 2).await;
}

#[tokio::test]
async fn tls_and_the_proxy_are_done_ahead_as_well() {
    let authority = Authority::new().unwrap();
    let config = authority.server("cvm.tencentcloudapi.com").unwrap();
    let server = CountingServer::with_tls(config).unwrap();
    let proxy = ProxyServer::start(None, server.address()).unwrap();
    let builder =
        profile(1).proxy(format!("http://{}", proxy.address())).certification_pem(authority.pem());
    let transport = transport(builder);
    let url = "https://cvm.tencentcloudapi.com/";
    transport.warm(&endpoint(url));
    for round in 0..4 {
        until("one is ready", || server.handshakes() == round + 1).await;
        assert_eq!(server.received().len(), round);
        call(&transport, url).await;
    }
    until("the last is ready", || server.handshakes() == 5).await;
    settle().await;
    assert_eq!((server.accepted(), proxy.received().len()), (5, 5), "none was opened besides");
}

#[tokio::test]
async fn a_connection_that_is_being_opened_ends_with_the_transport() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let transport = transport(profile(1));
    transport.warm(&endpoint(&format!("https://{}", listener.local_addr().unwrap())));
    let (mut stream, _) = listener.accept().await.unwrap();
    // The server never answers the first message of TLS.
    let mut hello = [0; 5];
    stream.read_exact(&mut hello).await.unwrap();
    drop(transport);
    let mut rest = Vec::new();
    let end = stream.read_to_end(&mut rest);
    let end = tokio::time::timeout(Duration::from_secs(5), end).await;
    end.expect("it is closed before connect_timeout").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_at_once_leave_no_more_than_were_asked_for() {
    let server = CountingServer::start().unwrap();
    let url = format!("http://{}/", server.address());
    let transport = transport(profile(3));
    transport.warm(&endpoint(&url));
    let calls: Vec<_> = (0..30)
        .map(|_| {
            let (transport, url) = (transport.clone(), url.clone());
            tokio::spawn(async move { call(&transport, &url).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    until("three are left", || server.open() == 3).await;
    settle().await;
    assert_eq!((server.open(), server.received().len()), (3, 30));
    drop(transport);
    until("all are closed", || server.open() == 0).await;
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_transport_survives_the_runtime_that_kept_it_warm() {
    let server = CountingServer::start().unwrap();
    let url = format!("http://{}/", server.address());
    let transport = transport(profile(1));
    for round in 1..3 {
        runtime().block_on(async {
            call(&transport, &url).await;
            until("one is open", || server.accepted() == 2 * round).await;
        });
    }
}

#[test]
fn what_was_opened_ahead_ends_with_its_runtime() {
    let server = CountingServer::start().unwrap();
    let transport = transport(profile(2));
    let first = runtime();
    first.block_on(async {
        transport.warm(&endpoint(&format!("http://{}", server.address())));
        until("two are open", || server.open() == 2).await;
    });
    drop(first);
    runtime().block_on(until("both are closed", || server.open() == 0));
    drop(transport);
}

#[test]
fn a_runtime_that_stands_still_holds_up_no_other() {
    for (size, keep_alive) in [(2, false), (0, true), (2, true)] {
        let server = CountingServer::start().unwrap();
        let url = format!("http://{}/", server.address());
        let transport = transport(profile(size).keep_alive(keep_alive));
        // It lives on, and nobody runs it any more: what it opened neither reads nor writes.
        let still = runtime();
        still.block_on(async {
            call(&transport, &url).await;
            until("those ahead are open", || server.accepted() == size + 1).await;
        });
        let limit = Duration::from_secs(10);
        runtime().block_on(async {
            let called = tokio::time::timeout(limit, call(&transport, &url)).await;
            called.expect("it waits for another runtime");
        });
        drop(transport);
        still.block_on(until("all are closed", || server.open() == 0));
    }
}

#[test]
fn what_was_asked_for_outside_of_a_runtime_is_opened_in_each() {
    let (server, other) = (CountingServer::start().unwrap(), CountingServer::start().unwrap());
    let transport = transport(profile(2));
    transport.warm(&endpoint(&format!("http://{}", server.address())));
    for _ in 0..2 {
        runtime().block_on(async {
            call(&transport, &format!("http://{}/", other.address())).await;
            until("two are open", || server.open() == 2).await;
        });
    }
}

#[test]
fn blocking_calls_have_connections_opened_ahead_as_well() {
    let server = CountingServer::start().unwrap();
    let http_profile = profile(3).endpoint(format!("http://{}", server.address())).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http_profile).build().unwrap();
    let credential = Credential::new("AKIDexample", "secret-key-1234").unwrap();
    let client = CommonClient::with_profile("cvm", "2017-03-12", credential, "", profile).unwrap();
    for _ in 0..3 {
        client.call_json("DescribeZones", json!({})).send_blocking().unwrap();
    }
    runtime().block_on(until("three are open", || server.open() == 3));
    drop(client);
    runtime().block_on(until("all are closed", || server.open() == 0));
}
