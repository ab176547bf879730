//! HTTP connections: reads requests and writes responses.

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

use crate::gateway::Gateway;
use crate::request::{Body, MAX_BODY};
use crate::request_log::{RecordedRequest, RequestLog};
use crate::response::{ApiResponse, new_request_id};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-tc-requestid");

/// How many bytes of a body that is too large are read before the connection is closed. Many
/// clients read the response only after they have sent the whole request.
const MAX_DRAINED: usize = 20 * MAX_BODY;

/// A callback for each request, called after its response is made.
pub(crate) type RequestObserver = Arc<dyn Fn(&RecordedRequest) + Send + Sync>;

/// The state that all connections share.
pub(crate) struct HttpService {
    pub(crate) gateway: Gateway,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) log: RequestLog,
    pub(crate) observer: Option<RequestObserver>,
}

impl HttpService {
    /// Serves a connection until it closes.
    pub(crate) async fn serve(self: Arc<Self>, stream: TcpStream) {
        let service = service_fn(|request| {
            let service = Arc::clone(&self);
            async move { Ok::<_, Infallible>(service.respond(request).await) }
        });
        // An error here means that the client closed the connection or does not speak HTTP; hyper
        // has already sent a response where one is possible.
        let _ = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }

    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts, read_body(body).await);
        let now = self.clock.now();
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let response = self.gateway.handle(&request, seconds, &new_request_id(&SystemRandom));
        let http_response = http_response(&response, seconds);
        let recorded = RecordedRequest::new(request, &response);
        if let Some(observer) = &self.observer {
            observer(&recorded);
        }
        self.log.add(recorded);
        http_response
    }
}

/// Reads a body. If the connection breaks, the result is what arrived: its signature does not
/// match.
async fn read_body(mut body: Incoming) -> Body {
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
    if size > MAX_BODY { Body::TooLarge } else { Body::Complete(bytes.freeze()) }
}

fn http_response(response: &ApiResponse, now: u64) -> Response<Full<Bytes>> {
    let (content_type, body) = response.body();
    let mut http_response = Response::new(Full::from(body));
    let headers = http_response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::try_from(&response.request_id) {
        headers.insert(REQUEST_ID, id);
    }
    if let Ok(date) = HeaderValue::try_from(http_date(now)) {
        headers.insert(DATE, date);
    }
    http_response
}

/// Formats a time as an HTTP date. Times after the year 9999 become the last second of that year,
/// because the format has four digits for the year.
fn http_date(now: u64) -> String {
    const MAX: u64 = 253_402_300_799;
    let now = std::time::Duration::from_secs(now.min(MAX));
    httpdate::fmt_http_date(UNIX_EPOCH + now)
}
