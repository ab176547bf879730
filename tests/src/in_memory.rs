//! A transport without a network.
//!
//! ```
//! use tencentcloud_tests::in_memory::{InMemory, builder, failure, ok};
//!
//! let network =
//!     InMemory::new(|number, _| if number == 0 { failure("InternalError") } else { ok() });
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

use crate::counting::lock;

/// What comes of a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A page: a status, headers and a body.
    Http(StatusCode, &'static [(&'static str, &'static str)], String),
    /// A status and headers, and then nothing.
    Head(StatusCode, &'static [(&'static str, &'static str)]),
    /// The transport fails in this way.
    Failure(TransportErrorKind),
    /// Nothing, ever.
    Silence,
}

/// An answer of the API with this body.
pub fn answer(body: &str) -> Answer {
    Answer::Http(StatusCode::OK, &[("content-type", "application/json")], body.to_owned())
}

/// A success of the API, which every action can read.
pub fn ok() -> Answer {
    answer(r#"{"Response": {"RequestId": "r-ok"}}"#)
}

/// An error of the API with this code.
pub fn failure(code: &str) -> Answer {
    answer(&format!(
        r#"{{"Response": {{"Error": {{"Code": "{code}", "Message": "no"}}, "RequestId": "r-no"}}}}"#
    ))
}

type Script = dyn Fn(usize, &Request<Bytes>) -> Answer + Send + Sync;

/// Answers by a function of the number of the request, counted from 0, and the request; remembers
/// what was sent. Clones are the same network.
#[derive(Clone)]
pub struct InMemory {
    script: Arc<Script>,
    sent: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl InMemory {
    /// Answers so.
    pub fn new(script: impl Fn(usize, &Request<Bytes>) -> Answer + Send + Sync + 'static) -> Self {
        Self { script: Arc::new(script), sent: Arc::default() }
    }

    /// What was sent so far.
    pub fn sent(&self) -> Vec<Request<Bytes>> {
        lock(&self.sent).clone()
    }

    /// The hosts that it was sent to.
    pub fn hosts(&self) -> Vec<String> {
        let host = |request: &Request<Bytes>| request.uri().host().unwrap_or_default().to_owned();
        self.sent().iter().map(host).collect()
    }
}

impl fmt::Debug for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemory").finish_non_exhaustive()
    }
}

impl HttpTransport for InMemory {
    fn send(&self, request: Request<Bytes>) -> SendFuture<'_> {
        let mut sent = lock(&self.sent);
        let answer = (self.script)(sent.len(), &request);
        sent.push(request);
        Box::pin(async {
            match answer {
                Answer::Silence => std::future::pending().await,
                Answer::Failure(kind) => Err(TransportError::new(kind, "the cable is cut")),
                Answer::Http(status, headers, body) => {
                    Ok(response(status, headers, ResponseBody::from(body)))
                }
                Answer::Head(status, headers) => {
                    Ok(response(status, headers, ResponseBody::new(Endless)))
                }
            }
        })
    }
}

fn response(
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

/// A body that never comes.
struct Endless;

impl BodyChunks for Endless {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        Box::pin(std::future::pending())
    }
}

/// A credential with a token.
///
/// # Errors
///
/// Never: its parts are right.
pub fn credential() -> Result<Credential, Error> {
    Credential::with_token("AKIDexample", "secret-key-1234", "secret-token-1234")
}

/// A client of cvm in ap-shanghai, which has a credential unless `credential` is called.
pub fn builder(network: &InMemory) -> ClientBuilder<CommonClient> {
    let builder =
        CommonClient::builder("cvm", "2017-03-12").region("ap-shanghai").transport(network.clone());
    match credential() {
        Ok(credential) => builder.credential(credential),
        Err(_) => builder,
    }
}
