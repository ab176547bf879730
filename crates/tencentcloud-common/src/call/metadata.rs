use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::profile::Endpoint;

/// What came with an answer beside its value: ids to quote to support, headers, and how the call
/// went. Had from [`Call::with_metadata`](crate::Call::with_metadata).
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
    /// The id that the API gave to the request: quote it to support.
    #[doc(alias = "RequestId")]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The id that the SDK, or the caller, gave to the call in `X-TC-TraceId`.
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// The HTTP status of the answer.
    pub fn http_status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// How often the request was handed to the transport; more than 1 after a retry.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The endpoint that the call was for: the backup when the breaker is open. An API gateway
    /// before it is not named.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// What the API says when the action will be taken out of service.
    #[doc(alias = "DeprecatedWarning")]
    pub fn deprecated_warning(&self) -> Option<&str> {
        self.deprecated_warning.as_deref()
    }

    /// The body of the answer as it arrived, unzipped; `None` for a stream of events. It can hold
    /// secrets, such as the key that an action has made.
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }
}

impl fmt::Debug for ResponseMetadata {
    /// Leaves headers and body out: they can hold secrets.
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
