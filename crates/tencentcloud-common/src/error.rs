//! The one error type of the SDK.
//!
//! Ask an [`Error`] what it is by its [`kind`](Error::kind) and its predicates, not by its text.
//!
//! ```
//! use tencentcloud_common::Error;
//!
//! fn advice(error: &Error) -> &'static str {
//!     match error {
//!         e if e.is_throttled() => "slow down, or ask for a higher quota",
//!         e if e.is_auth() => "check the key and its permissions",
//!         e if e.is_not_found() => "it is gone",
//!         e if e.maybe_sent() => "look whether it took effect before trying again",
//!         _ => "nothing was sent",
//!     }
//! }
//! ```

mod chain;
mod service;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

pub(crate) use chain::chain;
pub(crate) use service::ServiceError;

use crate::redact::{self, OneLine};

/// What any error can be caused by.
pub(crate) type Source = Box<dyn StdError + Send + Sync>;

/// What went wrong, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request, profile or credential was refused by the SDK. Nothing was sent: mend the
    /// argument that the message names.
    #[doc(alias("ClientError", "ClientParamsError", "InvalidCredential"))]
    InvalidInput,
    /// No credential could be had from the provider, and nothing was sent, unless by an earlier
    /// attempt: see [`Error::maybe_sent`].
    #[doc(alias = "ClientSideError")]
    Credential,
    /// No connection could be made: DNS, TCP, proxy or TLS. Nothing was sent, unless by an earlier
    /// attempt: see [`Error::maybe_sent`].
    #[doc(alias("ClientNetworkError", "ClientError.NetworkError"))]
    Connect,
    /// The time for the call or the attempt was up. The request may have been sent.
    #[doc(alias("ClientNetworkError", "ClientError.NetworkError"))]
    Timeout,
    /// The connection broke while the request was sent or the answer was read.
    #[doc(alias("ClientNetworkError", "ClientError.NetworkError", "ClientError.IOError"))]
    Transport,
    /// What came back is no answer of the API: an HTTP status other than 200, a web page, a
    /// truncated or wrong document. The request was sent and may have taken effect.
    #[doc(alias(
        "ServerNetworkError",
        "ServerSideError",
        "ClientError.HttpStatusCodeError",
        "ClientError.ParseJsonError"
    ))]
    Response,
    /// The API answered with an error; see [`Error::code`].
    Service,
}

/// The error of every fallible function of the SDK.
///
/// One line of text says the action, the code and message, the ids to quote to support, and how
/// often the request was sent; the cause is in [`source`](std::error::Error::source).
///
/// It never holds a secret: not the key, the token, the signature, nor a value that was sent.
#[doc(alias("TencentCloudSDKException", "TencentCloudSDKError", "TencentCloudSDKHttpException"))]
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    service: Option<ServiceError>,
    action: Option<Cow<'static, str>>,
    request_id: Option<String>,
    trace_id: Option<String>,
    status: Option<StatusCode>,
    headers: Option<HeaderMap>,
    attempts: u32,
    maybe_sent: bool,
    /// Another attempt would end alike, though errors of the kind pass as a rule.
    lasting: bool,
    source: Option<Source>,
    /// A body that cannot be read. Its beginning is shown when its secrets are hidden, not before.
    body: Option<Bytes>,
}

impl Error {
    /// What went wrong, in one word.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The error code of the API, such as `InvalidParameterValue.LimitExceeded`; only for
    /// [`ErrorKind::Service`].
    ///
    /// Codes are open strings, for services add new ones at any time. The part before the first
    /// dot is the class: see the
    /// [list of common codes](https://cloud.tencent.com/document/api/213/30435).
    #[doc(alias("get_code", "GetCode", "getErrorCode"))]
    pub fn code(&self) -> Option<&str> {
        self.0.service.as_ref().map(|service| service.code.as_str())
    }

    /// What the API, or else the SDK, says about the error.
    #[doc(alias("get_message", "GetMessage"))]
    pub fn message(&self) -> &str {
        match &self.0.service {
            Some(service) => &service.message,
            None => &self.0.message,
        }
    }

    /// The action that failed, such as `DescribeInstances`.
    pub fn action(&self) -> Option<&str> {
        self.0.action.as_deref()
    }

    /// The id that the API gave to the request: quote it to support. Absent when nothing that
    /// carries one came back.
    #[doc(alias("get_request_id", "GetRequestId"))]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The id that the SDK, or the caller, gave to the call in `X-TC-TraceId`; the same on all
    /// attempts.
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    /// The HTTP status of the answer. Most errors of the API come with 200.
    pub fn http_status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The headers of the answer, when there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.headers.as_ref()
    }

    /// How often the request was handed to the transport.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the request may have reached the service, and so may have taken effect. When this
    /// is `false` the call can be repeated without a second thought.
    pub fn maybe_sent(&self) -> bool {
        self.0.maybe_sent
    }

    /// Whether the service, or a gateway before it with HTTP 429, refused because of too many
    /// requests.
    ///
    /// # Troubleshooting
    ///
    /// Limits are per account, region and action, often 10 to 20 calls a second. Spread the calls.
    pub fn is_throttled(&self) -> bool {
        match &self.0.service {
            Some(service) => service.has_class("RequestLimitExceeded"),
            None => self.0.status == Some(StatusCode::TOO_MANY_REQUESTS),
        }
    }

    /// Whether a time limit passed: of the connection, the attempt or the whole call.
    ///
    /// # Troubleshooting
    ///
    /// Set the limits in [`HttpProfile`](crate::profile::HttpProfile) or with
    /// [`Call::timeout`](crate::Call::timeout). Ask [`maybe_sent`](Self::maybe_sent) before
    /// repeating a call that changes something.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Whether no connection could be made, so that this attempt, the last one, sent nothing.
    ///
    /// # Troubleshooting
    ///
    /// Check the endpoint (`<service>.tencentcloudapi.com`), DNS, the proxy variables, and that
    /// the certificate is trusted; [`source`](std::error::Error::source) says which it is.
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect
    }

    /// Whether the service refused the credential, or the credential may not do this.
    ///
    /// # Troubleshooting
    ///
    /// `AuthFailure.SignatureExpire` means that this machine's clock is off by more than five
    /// minutes. `AuthFailure.SecretIdNotFound` means that the id is wrong or disabled.
    /// `UnauthorizedOperation` means that a policy does not allow the action.
    pub fn is_auth(&self) -> bool {
        self.0.service.as_ref().is_some_and(|service| {
            service.has_class("AuthFailure") || service.has_class("UnauthorizedOperation")
        })
    }

    /// Whether the service says that the thing asked for does not exist.
    ///
    /// Not every service does: queries of cvm and cbs by an unknown id answer an empty list.
    pub fn is_not_found(&self) -> bool {
        self.0.service.as_ref().is_some_and(|service| {
            service.has_class("ResourceNotFound")
                || service.code.split('.').skip(1).any(|part| part.ends_with("NotFound"))
                    && !service.has_class("AuthFailure")
        })
    }

    /// Whether the same request may succeed later, without being changed: a throttled call, a
    /// broken connection, a timeout, a server that is down. A certificate that is not trusted, or
    /// a proxy that asks for another password, is not among them.
    ///
    /// That it may succeed does not mean that it is safe to repeat: see
    /// [`maybe_sent`](Self::maybe_sent).
    pub fn is_retryable(&self) -> bool {
        match self.0.kind {
            _ if self.0.lasting => false,
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport => true,
            ErrorKind::Response => self.0.status.is_some_and(|status| {
                status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
            }),
            ErrorKind::Service => {
                self.is_throttled()
                    || self.0.service.as_ref().is_some_and(|service| {
                        service.has_class("InternalError")
                            || service.has_class("ServiceUnavailable")
                    })
            }
            ErrorKind::InvalidInput | ErrorKind::Credential => false,
        }
    }
}

// Putting errors together, within the crate.
impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            service: None,
            action: None,
            request_id: None,
            trace_id: None,
            status: None,
            headers: None,
            attempts: 0,
            maybe_sent: false,
            lasting: false,
            source: None,
            body: None,
        }))
    }

    pub(crate) fn invalid_input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    pub(crate) fn service(error: ServiceError) -> Self {
        let mut this = Self::new(ErrorKind::Service, "");
        this.0.service = Some(error);
        this.0.maybe_sent = true;
        this
    }

    /// Another attempt would end alike.
    pub(crate) fn lasting(mut self) -> Self {
        self.0.lasting = true;
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_sent(mut self, maybe_sent: bool) -> Self {
        self.0.maybe_sent = maybe_sent;
        self
    }

    /// Adds the beginning of a body to the message, once [`without`](Self::without) says which
    /// secrets it may hold.
    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.0.body = Some(body);
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.0.headers = Some(headers);
        self
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.0.request_id = request_id.filter(|id| !id.is_empty());
        self
    }

    pub(crate) fn with_call(
        mut self,
        action: Cow<'static, str>,
        trace_id: Option<String>,
        attempts: u32,
    ) -> Self {
        self.0.action = Some(action);
        self.0.trace_id = trace_id;
        self.0.attempts = attempts;
        self
    }

    /// Hides texts that must not be shown, wherever the other side echoed them.
    pub(crate) fn without(mut self, secrets: &[&str]) -> Self {
        let hide = |text: &str| redact::texts(text, secrets);
        let mut message = hide(&self.0.message);
        let body = self.0.body.take();
        if let Some(excerpt) = body.and_then(|body| redact::excerpt(&body, secrets)) {
            message.push_str(": ");
            message.push_str(&excerpt);
        }
        self.0.message = Cow::Owned(message);
        if let Some(service) = &mut self.0.service {
            service.code = hide(&service.code);
            service.message = hide(&service.message);
        }
        self.0.request_id = self.0.request_id.map(|id| hide(&id));
        self.0.source = self.0.source.map(|source| chain::without(source, secrets));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { service, action, request_id, trace_id, status, attempts, .. } = &*self.0;
        match action.as_deref() {
            None => {}
            Some("") => f.write_str("the call failed: ")?,
            Some(action) => write!(f, "{} failed: ", OneLine(action))?,
        }
        if let Some(service) = service {
            write!(f, "{}: ", OneLine(&service.code))?;
        }
        write!(f, "{}", OneLine(self.message()))?;
        let mut facts = Vec::new();
        if let Some(id) = request_id {
            facts.push(format!("request id {}", OneLine(id)));
        }
        if let Some(id) = trace_id {
            facts.push(format!("trace id {}", OneLine(id)));
        }
        // Otherwise the message says it.
        if let Some(status) = status.filter(|it| service.is_some() && *it != StatusCode::OK) {
            facts.push(format!("HTTP {status}"));
        }
        if action.is_some() {
            facts.push(match attempts {
                0 => "nothing was sent".to_owned(),
                1 => "1 attempt".to_owned(),
                more => format!("{more} attempts"),
            });
        }
        if facts.is_empty() { Ok(()) } else { write!(f, " ({})", facts.join(", ")) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("action", &self.action())
            .field("code", &self.code())
            .field("message", &self.message())
            .field("request_id", &self.request_id())
            .field("trace_id", &self.trace_id())
            .field("http_status", &self.http_status())
            .field("attempts", &self.attempts())
            .field("maybe_sent", &self.maybe_sent())
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
