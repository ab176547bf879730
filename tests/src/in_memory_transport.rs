//! A transport without a network.
//!
//! ```
//! use tencentcloud_tests::in_memory_transport::{InMemoryTransport, api_error, builder, ok};
//!
//! let network = InMemoryTransport::new(|number, _| {
//!     if number == 0 { api_error("InternalError") } else { ok() }
//! });
//! let client = builder(&network).build()?;
//! assert!(network.sent().is_empty());
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```

use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Request, StatusCode};
use tencentcloud_common::client::ClientBuilder;
use tencentcloud_common::transport::{
    BodyChunks, ChunkFuture, HttpTransport, Response, ResponseBody, SendFuture, TransportError,
    TransportErrorKind,
};
use tencentcloud_common::{CommonClient, Credential, Error};

use crate::counting_server::lock;

/// The simulated outcome of a request.
#[derive(Clone, Debug)]
pub enum MockResponse {
    /// A status, headers and a body.
    Http(StatusCode, &'static [(&'static str, &'static str)], String),
    /// A status and headers, and a body that never arrives.
    Head(StatusCode, &'static [(&'static str, &'static str)]),
    /// An error of the transport.
    Failure(TransportErrorKind),
    /// No response, ever.
    Silence,
}

/// Returns a JSON response with this body.
pub fn respond(body: &str) -> MockResponse {
    MockResponse::Http(StatusCode::OK, &[("content-type", "application/json")], body.to_owned())
}

/// Returns a successful API response, which every action can decode.
pub fn ok() -> MockResponse {
    respond(r#"{"Response": {"RequestId": "r-ok"}}"#)
}

/// Returns an API error with this code.
pub fn api_error(code: &str) -> MockResponse {
    respond(&format!(
        r#"{{"Response": {{"Error": {{"Code": "{code}", "Message": "no"}}, "RequestId": "r-no"}}}}"#
    ))
}

type Script = dyn Fn(usize, &Request<Bytes>) -> MockResponse + Send + Sync;

/// A transport that records requests, and gets each outcome from a function of the number of the
/// request, from 0, and the request. Clones share the recorded requests.
#[derive(Clone)]
pub struct InMemoryTransport {
    script: Arc<Script>,
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl InMemoryTransport {
    /// Returns a transport that calls this function for each request.
    pub fn new(
        script: impl Fn(usize, &Request<Bytes>) -> MockResponse + Send + Sync + 'static,
    ) -> Self {
        Self { script: Arc::new(script), sent: Arc::default() }
    }

    /// Returns the requests so far.
    pub fn sent(&self) -> Vec<Request<Bytes>> {
        lock(&self.sent).clone()
    }

    /// Returns the hosts of the requests so far.
    pub fn hosts(&self) -> Vec<String> {
        let host = |request: &Request<Bytes>| request.uri().host().unwrap_or_default().to_owned();
        self.sent().iter().map(host).collect()
    }
}

impl fmt::Debug for InMemoryTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemoryTransport").finish_non_exhaustive()
    }
}

impl HttpTransport for InMemoryTransport {
    fn send(&self, request: Request<Bytes>) -> SendFuture<'_> {
        let mut sent = lock(&self.sent);
        let response = (self.script)(sent.len(), &request);
        sent.push(request);
        Box::pin(async {
            match response {
                MockResponse::Silence => std::future::pending().await,
                MockResponse::Failure(kind) => Err(TransportError::new(kind, "the cable is cut")),
                MockResponse::Http(status, headers, body) => {
                    Ok(http_response(status, headers, ResponseBody::from(body)))
                }
                MockResponse::Head(status, headers) => {
                    Ok(http_response(status, headers, ResponseBody::new(PendingBody)))
                }
            }
        })
    }
}

fn http_response(
    status: StatusCode,
    headers: &[(&'static str, &'static str)],
    body: ResponseBody,
) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in headers {
        let name = HeaderName::from_static(name);
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A body that never arrives.
struct PendingBody;

impl BodyChunks for PendingBody {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        Box::pin(std::future::pending())
    }
}

/// Returns a credential with a token.
///
/// # Errors
///
/// Never returns an error, because the values are valid.
pub fn credential() -> Result<Credential, Error> {
    Credential::with_token("AKIDexample", "secret-key-1234", "secret-token-1234")
}

/// Returns a builder for a client of cvm in ap-shanghai that uses [`credential`].
pub fn builder(network: &InMemoryTransport) -> ClientBuilder<CommonClient> {
    let builder =
        CommonClient::builder("cvm", "2017-03-12").region("ap-shanghai").transport(network.clone());
    match credential() {
        Ok(credential) => builder.credential(credential),
        Err(_) => builder,
    }
}
