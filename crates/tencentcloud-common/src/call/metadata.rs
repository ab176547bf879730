use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::profile::Endpoint;

/// The metadata of a response, such as request id, headers and number of attempts. Returned by
/// [`Call::with_metadata`](crate::Call::with_metadata).
#[derive(Clone)]
#[non_exhaustive]
pub struct ResponseMetadata {
    pub(crate) request_id: Option<String>,
    pub(crate) trace_id: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) attempts: u32,
    pub(crate) endpoint: Endpoint,
    pub(crate) deprecated_warning: Option<String>,
    pub(crate) body: Option<Bytes>,
}

impl ResponseMetadata {
    /// Returns the id of the request; quote it in a support ticket.
    #[doc(alias = "RequestId")]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns the trace id of the call, which the SDK or the caller sets in `X-TC-TraceId`.
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// Returns the HTTP status of the response.
    pub fn http_status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the number of attempts: how often the request was passed to the transport.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the endpoint of the last attempt, which is the backup endpoint if the breaker
    /// rerouted the attempt. An API gateway in front of it is not reported.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Returns the warning of the API that the action is deprecated.
    #[doc(alias = "DeprecatedWarning")]
    pub fn deprecated_warning(&self) -> Option<&str> {
        self.deprecated_warning.as_deref()
    }

    /// Returns the decompressed body of the response; `None` for an event stream. It can contain
    /// secrets, such as a key that the action created.
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }
}

impl fmt::Debug for ResponseMetadata {
    /// Omits headers and body, because they can contain secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseMetadata")
            .field("request_id", &self.request_id)
            .field("trace_id", &self.trace_id)
            .field("status", &self.status)
            .field("attempts", &self.attempts)
            .field("endpoint", &self.endpoint.to_string())
            .field("deprecated_warning", &self.deprecated_warning)
            .finish_non_exhaustive()
    }
}
