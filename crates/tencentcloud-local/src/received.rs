//! What was received, for tests that look at it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Request};

use crate::gateway::{Answer, Body, Form, hidden};

/// The most requests that are kept, and the most bytes of their bodies.
const MAX_REQUESTS: usize = 1000;
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The header of a token.
const TOKEN: HeaderName = HeaderName::from_static("x-tc-token");

/// A request that the endpoint received, and how it was answered.
///
/// ```
/// use tencentcloud_local::{LocalServer, Received};
///
/// let server = LocalServer::start()?;
/// // … calls …
/// for request in server.requests() {
///     assert_eq!(request.error_code(), None, "{request:?}");
/// }
/// # Ok::<(), tencentcloud_local::StartError>(())
/// ```
#[derive(Clone)]
pub struct Received {
    method: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
    /// What the headers say, or the form that holds its own signature.
    called: Called,
    request_id: String,
    error_code: Option<&'static str>,
}

/// What was called.
#[derive(Clone)]
struct Called {
    service: String,
    action: String,
    version: String,
    region: String,
}

impl Called {
    fn by(request: &Request<Body>, form: Option<&Form>, answer: &Answer) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let of = |name: &str| {
            let value = match form {
                Some(form) => form.one(name).ok().flatten(),
                None => header(&format!("X-TC-{name}")),
            };
            value.unwrap_or_default().to_owned()
        };
        // What the signature says is there also when the service is unknown.
        let scope = header("Authorization").and_then(|scope| scope.split('/').nth(2));
        Self {
            service: scope.unwrap_or(&answer.service).to_owned(),
            action: of("Action"),
            version: of("Version"),
            region: of("Region"),
        }
    }
}

impl Received {
    pub(crate) fn new(request: Request<Body>, answer: &Answer) -> Self {
        let form = Form::of(&request).ok().flatten();
        let called = Called::by(&request, form.as_ref(), answer);
        let (parts, body) = request.into_parts();
        let mut headers = parts.headers;
        for secret in [AUTHORIZATION, TOKEN] {
            hide(&mut headers, &secret);
        }
        Self {
            method: parts.method.to_string(),
            query: hidden(parts.uri.query().unwrap_or_default()),
            headers,
            body: match body {
                Body::Whole(body) if form.is_some() => match std::str::from_utf8(&body) {
                    Ok(form) => hidden(form).into(),
                    Err(_) => Bytes::new(),
                },
                Body::Whole(body) => body,
                Body::TooLarge => Bytes::new(),
            },
            called,
            request_id: answer.request_id.clone(),
            error_code: answer.result.as_ref().err().map(|refusal| refusal.code),
        }
    }

    /// The HTTP method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The query, as received and without `?`; empty for a POST of an official SDK. A signature or
    /// token in it reads `***`.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The service that the signature names, or else the one that was called, such as `cvm`;
    /// empty when neither is known.
    pub fn service(&self) -> &str {
        &self.called.service
    }

    /// The action (`X-TC-Action`, or the parameter `Action`), empty when there is none.
    pub fn action(&self) -> &str {
        &self.called.action
    }

    /// The API version (`X-TC-Version` or `Version`), empty when there is none.
    pub fn version(&self) -> &str {
        &self.called.version
    }

    /// The region (`X-TC-Region` or `Region`), empty when there is none.
    pub fn region(&self) -> &str {
        &self.called.region
    }

    /// A header; none when it is absent or no ASCII text. A signature or token reads `***`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// All headers. A signature or token reads `***`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body; empty when it was larger than the service takes. In a form a signature or token
    /// reads `***`.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The request id of the answer.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The error code of the answer; none when the call succeeded.
    pub fn error_code(&self) -> Option<&str> {
        self.error_code
    }
}

impl fmt::Debug for Received {
    /// Says how long the body is; the body may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("query", &self.query)
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("request_id", &self.request_id)
            .field("error_code", &self.error_code)
            .finish_non_exhaustive()
    }
}

/// Replaces a secret, and the signature in an `Authorization` header, by `***`.
fn hide(headers: &mut HeaderMap, name: &HeaderName) {
    let Some(value) = headers.get(name) else { return };
    let shown = match value.to_str().ok().and_then(|value| value.rsplit_once("Signature=")) {
        Some((scope, _)) if name == AUTHORIZATION => format!("{scope}Signature=***"),
        _ => "***".to_owned(),
    };
    let shown = HeaderValue::try_from(shown).unwrap_or(HeaderValue::from_static("***"));
    headers.insert(name, shown);
}

/// The last requests.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<Received>,
    bytes: usize,
}

impl Log {
    pub(crate) fn add(&self, request: Received) {
        self.with(|kept| {
            kept.bytes = kept.bytes.saturating_add(request.body.len());
            kept.requests.push_back(request);
            while kept.requests.len() > MAX_REQUESTS || kept.bytes > MAX_BYTES {
                let Some(oldest) = kept.requests.pop_front() else { break };
                kept.bytes = kept.bytes.saturating_sub(oldest.body.len());
            }
        });
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.with(|kept| kept.requests.iter().cloned().collect())
    }

    pub(crate) fn take(&self) -> Vec<Received> {
        self.with(|kept| std::mem::take(kept).requests.into())
    }

    /// A panic of another thread leaves the log whole: it is changed in one step.
    fn with<T>(&self, f: impl FnOnce(&mut Kept) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
