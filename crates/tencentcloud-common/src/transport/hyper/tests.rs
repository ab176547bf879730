//! What is known of a request when its connection ends, on a connection in memory, where nothing
//! depends on the timing of a network.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tower_service::Service;

use super::*;

/// Hands out these connections.
#[derive(Clone)]
struct Prepared(Arc<Mutex<VecDeque<DuplexStream>>>);

struct InMemory(TokioIo<DuplexStream>);

impl Connection for InMemory {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl ::hyper::rt::Read for InMemory {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ::hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl ::hyper::rt::Write for InMemory {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl Service<Uri> for Prepared {
    type Response = InMemory;
    type Error = ConnectError;
    type Future = std::future::Ready<Result<InMemory, ConnectError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let next = self.0.lock().unwrap().pop_front();
        std::future::ready(
            next.map(|stream| InMemory(TokioIo::new(stream)))
                .ok_or_else(|| ConnectError::Setting("there is no further connection".to_owned())),
        )
    }
}

/// A client with one connection, and the other end of that.
fn client(buffer: usize) -> (Client<Prepared, Full<Bytes>>, DuplexStream) {
    let (ours, theirs) = tokio::io::duplex(buffer);
    let prepared = Prepared(Arc::new(Mutex::new(VecDeque::from([ours]))));
    let client = Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .retry_canceled_requests(false)
        .build(prepared);
    (client, theirs)
}

fn request() -> http::Request<Full<Bytes>> {
    let body = Full::from(Bytes::from(vec![b'x'; 1000]));
    http::Request::post("http://cvm.tencentcloudapi.com/").body(body).unwrap()
}

/// Reads a request to its end.
async fn read(stream: &mut DuplexStream) {
    let mut bytes = vec![0; 4096];
    let mut length = 0;
    while length < 1000 || !bytes[..length].ends_with(&[b'x'; 1000]) {
        length += stream.read(&mut bytes[length..]).await.unwrap();
    }
}

/// Makes one call that succeeds, and leaves its connection in the pool.
async fn one_call(client: &Client<Prepared, Full<Bytes>>, theirs: &mut DuplexStream) {
    let answer = async {
        read(theirs).await;
        theirs.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
    };
    let call = async { client.request(request()).await.unwrap().into_body().collect().await };
    let (body, ()) = tokio::join!(call, answer);
    assert_eq!(body.unwrap().to_bytes(), "ok");
}

#[tokio::test]
async fn a_kept_connection_that_ends_before_the_request_is_taken_up_is_not_sent() {
    let (client, mut theirs) = client(64 * 1024);
    one_call(&client, &mut theirs).await;
    // The client has had no chance to see this yet.
    drop(theirs);
    let error = send_error(client.request(request()).await.unwrap_err());
    assert_eq!(error.kind(), TransportErrorKind::NotSent, "{error:?}");
}

#[tokio::test]
async fn a_request_that_was_begun_may_have_been_sent() {
    // The end comes after the first byte, after the whole request, and within the answer's head.
    for (buffer, answer) in [(1, None), (64 * 1024, Some("")), (64 * 1024, Some("HTTP/1.1 200"))] {
        let (client, mut theirs) = client(buffer);
        let server = async move {
            match answer {
                None => {
                    theirs.read_u8().await.unwrap();
                }
                Some(answer) => {
                    read(&mut theirs).await;
                    theirs.write_all(answer.as_bytes()).await.unwrap();
                }
            }
        };
        let (outcome, ()) = tokio::join!(client.request(request()), server);
        let error = send_error(outcome.unwrap_err());
        assert_eq!(error.kind(), TransportErrorKind::Broken, "{answer:?} {error:?}");
    }
}

#[tokio::test]
async fn no_connection_is_told_by_its_reason() {
    let (client, theirs) = client(64);
    // Takes the only connection, which then ends.
    drop(theirs);
    client.request(request()).await.unwrap_err();
    let error = send_error(client.request(request()).await.unwrap_err());
    assert_eq!(error.kind(), TransportErrorKind::Rejected);
    let reason = error.source().unwrap().to_string();
    assert_eq!(reason, "there is no further connection");
}

#[test]
fn outside_of_a_runtime_nothing_panics() {
    let transport = HyperTransport::new(&HttpProfile::default()).unwrap();
    transport.warm(
        &HttpProfile::default().endpoint_of("cvm", &crate::region::Region::default()).unwrap(),
    );
    let request = http::Request::post("http://127.0.0.1:1/").body(Bytes::new()).unwrap();
    let mut sending = transport.send(request);
    let mut context = Context::from_waker(std::task::Waker::noop());
    let Poll::Ready(Err(error)) = sending.as_mut().poll(&mut context) else { panic!("no error") };
    assert_eq!(error.kind(), TransportErrorKind::Unusable);
}
