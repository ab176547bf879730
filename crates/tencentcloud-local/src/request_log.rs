//! The requests that the server received, for tests that inspect them.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::api_error::ApiError;
use crate::gateway::{SignedForm, redact_form};
use crate::request::{Body, Request};
use crate::response::ApiResponse;

/// How many requests are kept.
const MAX_REQUESTS: usize = 1000;

/// How many bytes of bodies are kept.
const MAX_BYTES: usize = 64 * 1024 * 1024;

const TOKEN: HeaderName = HeaderName::from_static("x-tc-token");

/// A request that the server received, and the outcome.
///
/// ```
/// use tencentcloud_local::{LocalServer, RecordedRequest};
///
/// let server = LocalServer::start()?;
/// // … calls …
/// for request in server.requests() {
///     assert_eq!(request.error_code(), None, "{request:?}");
/// }
/// # Ok::<(), tencentcloud_local::StartError>(())
/// ```
#[derive(Clone)]
pub struct RecordedRequest {
    method: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
    target: Target,
    request_id: String,
    error_code: Option<&'static str>,
}

/// The action that a request calls.
#[derive(Clone)]
struct Target {
    service: String,
    action: String,
    version: String,
    region: String,
}

impl Target {
    fn new(request: &Request, form: Option<&SignedForm>, response: &ApiResponse) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let common_param = |name: &str| {
            let value = match form {
                Some(form) => form.get(name).ok().flatten(),
                None => header(&format!("X-TC-{name}")),
            };
            value.unwrap_or_default().to_owned()
        };
        // The credential scope names the service even if the server does not support it.
        let scope = header("Authorization").and_then(|scope| scope.split('/').nth(2));
        Self {
            service: scope.unwrap_or(&response.service).to_owned(),
            action: common_param("Action"),
            version: common_param("Version"),
            region: common_param("Region"),
        }
    }
}

impl RecordedRequest {
    pub(crate) fn new(request: Request, response: &ApiResponse) -> Self {
        let form = SignedForm::parse(&request).ok().flatten();
        let target = Target::new(&request, form.as_ref(), response);
        let (parts, body) = request.into_parts();
        let mut headers = parts.headers;
        for secret in [AUTHORIZATION, TOKEN] {
            redact_header(&mut headers, &secret);
        }
        Self {
            method: parts.method.to_string(),
            query: redact_form(parts.uri.query().unwrap_or_default()),
            headers,
            body: match body {
                Body::Complete(body) if form.is_some() => match std::str::from_utf8(&body) {
                    Ok(form) => redact_form(form).into(),
                    Err(_) => Bytes::new(),
                },
                Body::Complete(body) => body,
                Body::TooLarge => Bytes::new(),
            },
            target,
            request_id: response.request_id.clone(),
            error_code: response.result.as_ref().err().map(ApiError::code),
        }
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the query as received, without `?`. A signature or token in it is shown as `***`.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Returns the service in the credential scope of the signature, or else the service that was
    /// called, such as `cvm`. Empty if neither is known.
    pub fn service(&self) -> &str {
        &self.target.service
    }

    /// Returns the action: the header `X-TC-Action` or the parameter `Action`. Empty if absent.
    pub fn action(&self) -> &str {
        &self.target.action
    }

    /// Returns the API version: `X-TC-Version` or `Version`. Empty if absent.
    pub fn version(&self) -> &str {
        &self.target.version
    }

    /// Returns the region: `X-TC-Region` or `Region`. Empty if absent.
    pub fn region(&self) -> &str {
        &self.target.region
    }

    /// Returns the value of a header, or `None` if it is absent or not ASCII text. A signature or
    /// token is shown as `***`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns all headers. A signature or token is shown as `***`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body, or an empty slice if it exceeded the size limit. A signature or token in a
    /// form is shown as `***`.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the request id of the response.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Returns the error code of the response, or `None` if the call succeeded.
    pub fn error_code(&self) -> Option<&str> {
        self.error_code
    }
}

impl fmt::Debug for RecordedRequest {
    /// Shows the length of the body instead of the body, which can contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("query", &self.query)
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("request_id", &self.request_id)
            .field("error_code", &self.error_code)
            .finish_non_exhaustive()
    }
}

/// Replaces the value of a header with `***`, or only the signature in an `Authorization` header.
fn redact_header(headers: &mut HeaderMap, name: &HeaderName) {
    let Some(value) = headers.get(name) else { return };
    let shown = match value.to_str().ok().and_then(|value| value.rsplit_once("Signature=")) {
        Some((scope, _)) if name == AUTHORIZATION => format!("{scope}Signature=***"),
        _ => "***".to_owned(),
    };
    let shown = HeaderValue::try_from(shown).unwrap_or(HeaderValue::from_static("***"));
    headers.insert(name, shown);
}

/// The most recent requests.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    requests: VecDeque<RecordedRequest>,
    bytes: usize,
}

impl RequestLog {
    /// Adds a request, and removes the oldest ones that exceed the limits.
    pub(crate) fn add(&self, request: RecordedRequest) {
        self.with(|entries| {
            entries.bytes = entries.bytes.saturating_add(request.body.len());
            entries.requests.push_back(request);
            while entries.requests.len() > MAX_REQUESTS || entries.bytes > MAX_BYTES {
                let Some(oldest) = entries.requests.pop_front() else { break };
                entries.bytes = entries.bytes.saturating_sub(oldest.body.len());
            }
        });
    }

    /// Returns all requests, oldest first.
    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.with(|entries| entries.requests.iter().cloned().collect())
    }

    /// Returns all requests, oldest first, and clears the log.
    pub(crate) fn take(&self) -> Vec<RecordedRequest> {
        self.with(|entries| std::mem::take(entries).requests.into())
    }

    /// Ignores poisoning, because nothing that changes the entries panics.
    fn with<T>(&self, f: impl FnOnce(&mut Entries) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
