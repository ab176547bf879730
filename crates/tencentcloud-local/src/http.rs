//! HTTP: reads a request, writes an answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, DATE};
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tencentcloud_common::runtime::Clock;
use tencentcloud_common::runtime::SystemRandom;
use tokio::net::TcpStream;

use crate::chat;
use crate::gateway::{Answer, Body, Gateway, MAX_BODY};
use crate::received::{Log, Received};
use crate::request_id;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-tc-requestid");

/// How much of a body that is too large is read before the connection is closed. A client sees
/// the answer only when it could send all of its request.
const MAX_DRAINED: usize = 20 * MAX_BODY;

/// Called for each request that was answered.
pub(crate) type Observer = Arc<dyn Fn(&Received) + Send + Sync>;

/// What every connection needs.
pub(crate) struct Endpoint {
    pub(crate) gateway: Gateway,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) log: Log,
    pub(crate) observer: Option<Observer>,
}

impl Endpoint {
    /// Serves a connection until it closes.
    pub(crate) async fn serve(self: Arc<Self>, stream: TcpStream) {
        let service = service_fn(|request| {
            let endpoint = Arc::clone(&self);
            async move { Ok::<_, Infallible>(endpoint.respond(request).await) }
        });
        // What fails here is the connection of a client that went away or speaks no HTTP; hyper
        // has told it what could be told.
        let _ = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }

    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts, read(body).await);
        let now = self.clock.now();
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let answer = self.gateway.answer(&request, seconds, &request_id::new(&SystemRandom));
        let response = response(&answer, seconds);
        let received = Received::new(request, &answer);
        if let Some(observer) = &self.observer {
            observer(&received);
        }
        self.log.add(received);
        response
    }
}

/// Reads a body. One that breaks off is what arrived of it: its signature will not fit.
async fn read(mut body: Incoming) -> Body {
    let mut bytes = BytesMut::new();
    let mut size = 0_usize;
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        size = size.saturating_add(data.len());
        if size <= MAX_BODY {
            bytes.extend_from_slice(&data);
        } else if size > MAX_DRAINED {
            break;
        }
    }
    if size > MAX_BODY { Body::TooLarge } else { Body::Whole(bytes.freeze()) }
}

fn response(answer: &Answer, now: u64) -> Response<Full<Bytes>> {
    let (content_type, body) = match &answer.result {
        Ok(members) if answer.streamed => ("text/event-stream", chat::events(members)),
        _ => ("application/json", answer.json().to_string()),
    };
    let mut response = Response::new(Full::from(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::try_from(&answer.request_id) {
        headers.insert(REQUEST_ID, id);
    }
    if let Ok(date) = HeaderValue::try_from(date(now)) {
        headers.insert(DATE, date);
    }
    response
}

/// The time as HTTP writes it; the last that it can write for times after the year 9999.
fn date(now: u64) -> String {
    const LAST: u64 = 253_402_300_799;
    let now = std::time::Duration::from_secs(now.min(LAST));
    httpdate::fmt_http_date(UNIX_EPOCH + now)
}
