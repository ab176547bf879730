//! The error type of the SDK.
//!
//! Match on the [`kind`](Error::kind) of an [`Error`] and on its predicates, not on its message.
//!
//! ```
//! use tencentcloud_common::Error;
//!
//! fn advice(error: &Error) -> &'static str {
//!     match error {
//!         e if e.is_throttled() => "slow down, or request a higher quota",
//!         e if e.is_auth() => "check the key and its permissions",
//!         e if e.is_not_found() => "the resource does not exist",
//!         e if e.maybe_sent() => "check whether the call was executed before you retry it",
//!         _ => "nothing was sent",
//!     }
//! }
//! ```

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::date_time::DateTimeError;
use crate::redact::{self, OneLine};

/// The source of an [`Error`].
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The SDK rejected the request, profile or credential. Nothing was sent: fix the argument that
    /// the message names.
    #[doc(alias("ClientError", "ClientParamsError", "InvalidCredential"))]
    InvalidInput,
    /// The provider returned no credential. This attempt sent nothing; an earlier attempt may have:
    /// see [`Error::maybe_sent`].
    #[doc(alias = "ClientSideError")]
    Credential,
    /// No connection could be opened, because of DNS, TCP, the proxy or TLS. This attempt sent
    /// nothing; an earlier attempt may have: see [`Error::maybe_sent`].
    #[doc(alias("ClientNetworkError", "ClientError.NetworkError"))]
    Connect,
    /// The call or the attempt timed out, or a [wait](crate::wait) ended before the expected
    /// state was reached. The request may have been sent.
    #[doc(alias("ClientNetworkError", "ClientError.NetworkError"))]
    Timeout,
    /// The connection broke while the request was sent or the response was read.
    #[doc(alias("ClientNetworkError", "ClientError.NetworkError", "ClientError.IOError"))]
    Transport,
    /// The response does not match the API: an HTTP status other than 200, a web page, or a
    /// truncated or invalid document. The request was sent and may have been executed.
    #[doc(alias(
        "ServerNetworkError",
        "ServerSideError",
        "ClientError.HttpStatusCodeError",
        "ClientError.ParseJsonError"
    ))]
    Response,
    /// The API returned an error; see [`Error::code`].
    Service,
    /// A resource reached a state that ended a [wait](crate::wait) for another state. The calls
    /// themselves succeeded.
    WaitFailed,
}

/// The error of calls, and of most other fallible functions of the SDK.
///
/// The `Display` output is one line with the action, the code and message, the ids to quote in a
/// support ticket, and the number of attempts. The cause is the
/// [`source`](std::error::Error::source).
///
/// An error never contains a secret: no key, token, signature or secret value of the request.
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
    /// A retry would fail, too, although errors of this kind are usually transient.
    permanent: bool,
    /// The time for the whole call was up, not only that for an attempt.
    exceeds_call_timeout: bool,
    source: Option<BoxError>,
    /// An invalid response body. Its start is added to the message once its secrets are redacted.
    body: Option<Bytes>,
}

impl Error {
    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the error code of the API, such as `InvalidParameterValue.LimitExceeded`; `None`
    /// unless the kind is [`ErrorKind::Service`].
    ///
    /// Codes are strings, because services can add new ones at any time. The part before the first
    /// dot is the class: see the
    /// [list of common codes](https://cloud.tencent.com/document/api/213/30435). The codes that a
    /// service documents are constants in its crate, in the module `error_code` of each version.
    #[doc(alias("get_code", "GetCode", "getErrorCode"))]
    pub fn code(&self) -> Option<&str> {
        self.0.service.as_ref().map(|service| service.code.as_str())
    }

    /// Returns the error message of the API, or else that of the SDK.
    #[doc(alias("get_message", "GetMessage"))]
    pub fn message(&self) -> &str {
        match &self.0.service {
            Some(service) => &service.message,
            None => &self.0.message,
        }
    }

    /// Returns the name of the action that failed, such as `DescribeInstances`.
    pub fn action(&self) -> Option<&str> {
        self.0.action.as_deref()
    }

    /// Returns the id of the request; quote it in a support ticket. `None` if there was no response
    /// with an id.
    #[doc(alias("get_request_id", "GetRequestId"))]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Returns the trace id of the call, which the SDK or the caller sets in `X-TC-TraceId`. All
    /// attempts have the same trace id.
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    /// Returns the HTTP status of the response. Most errors of the API have status 200.
    pub fn http_status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Returns the headers of the response, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.headers.as_ref()
    }

    /// Returns the number of attempts: how often the request was passed to the transport.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns whether the request may have reached the service and may have been executed. If this
    /// is `false`, the call can be repeated safely.
    pub fn maybe_sent(&self) -> bool {
        self.0.maybe_sent
    }

    /// Returns whether the call was throttled, by the service or, with HTTP 429, by a gateway.
    ///
    /// # Troubleshooting
    ///
    /// Quotas are per account, region and action, often 10 to 20 calls per second. Spread the
    /// calls, or set a [rate limit](crate::policy::rate_limit).
    pub fn is_throttled(&self) -> bool {
        match &self.0.service {
            Some(service) => service.has_class("RequestLimitExceeded"),
            None => self.0.status == Some(StatusCode::TOO_MANY_REQUESTS),
        }
    }

    /// Returns whether the connection, the attempt, the whole call or a [wait](crate::wait) timed
    /// out.
    ///
    /// # Troubleshooting
    ///
    /// Set the time limits in [`HttpProfile`](crate::profile::HttpProfile) or with
    /// [`Call::timeout`](crate::Call::timeout). Check [`maybe_sent`](Self::maybe_sent) before you
    /// repeat a call that writes.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Returns whether no connection could be opened. The last attempt then sent nothing.
    ///
    /// # Troubleshooting
    ///
    /// Check the endpoint (`<service>.tencentcloudapi.com`), DNS, the proxy variables, and that
    /// the certificate is trusted; [`source`](std::error::Error::source) contains the cause.
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect
    }

    /// Returns whether the service rejected the credential, or the credential lacks a permission.
    ///
    /// # Troubleshooting
    ///
    /// `AuthFailure.SignatureExpire` means that the clock of this machine is off by more than
    /// five minutes. `AuthFailure.SecretIdNotFound` means that the id is wrong or disabled.
    /// `UnauthorizedOperation` means that a policy does not allow the action.
    pub fn is_auth(&self) -> bool {
        self.0.service.as_ref().is_some_and(|service| {
            service.has_class("AuthFailure") || service.has_class("UnauthorizedOperation")
        })
    }

    /// Returns whether the service reports that a resource does not exist.
    ///
    /// Some services do not report it: cvm and cbs return an empty list for an unknown id.
    pub fn is_not_found(&self) -> bool {
        self.0.service.as_ref().is_some_and(|service| {
            service.has_class("ResourceNotFound")
                || service.code.split('.').skip(1).any(|part| part.ends_with("NotFound"))
                    && !service.has_class("AuthFailure")
        })
    }

    /// Returns whether this is the error by which a service reports that a dry run would succeed:
    /// the code `DryRunOperation`. [`Call::dry_run`](crate::Call::dry_run) handles it.
    pub fn is_dry_run_success(&self) -> bool {
        self.0.service.as_ref().is_some_and(|service| service.has_class("DryRunOperation"))
    }

    /// Returns whether the error is transient, so that the same request may succeed later. This is
    /// `true` for throttling, a broken connection, a timeout or a service that is unavailable, and
    /// `false` for an untrusted certificate or a wrong proxy password.
    ///
    /// A retryable call is not always safe to repeat: see [`maybe_sent`](Self::maybe_sent).
    pub fn is_retryable(&self) -> bool {
        match self.0.kind {
            _ if self.0.permanent => false,
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
            ErrorKind::InvalidInput | ErrorKind::Credential | ErrorKind::WaitFailed => false,
        }
    }
}

// Construction within the crate.
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
            permanent: false,
            exceeds_call_timeout: false,
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

    /// Marks the error as not retryable.
    pub(crate) fn permanent(mut self) -> Self {
        self.0.permanent = true;
        self
    }

    /// Marks the error as that of a call whose time is up.
    pub(crate) fn after_call_timeout(mut self) -> Self {
        self.0.exceeds_call_timeout = true;
        self
    }

    /// Whether the time for the whole call was up, not only that for an attempt.
    pub(crate) fn exceeds_call_timeout(&self) -> bool {
        self.0.exceeds_call_timeout
    }

    /// Describes the failure of an earlier attempt within the message of a later error.
    pub(crate) fn as_previous(&self) -> String {
        let summary = self.summary();
        match &self.0.request_id {
            Some(id) => format!("the last attempt failed: {summary} (request id {})", OneLine(id)),
            None => format!("the last attempt failed: {summary}"),
        }
    }

    /// Returns code and message on one line, without the call and its ids.
    fn summary(&self) -> String {
        let message = OneLine(self.message());
        match &self.0.service {
            None => message.to_string(),
            Some(service) if service.message.is_empty() => OneLine(&service.code).to_string(),
            Some(service) => format!("{}: {message}", OneLine(&service.code)),
        }
    }

    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_sent(mut self, maybe_sent: bool) -> Self {
        self.0.maybe_sent = maybe_sent;
        self
    }

    /// Adds the start of a body to the message when [`redacted`](Self::redacted) is called.
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

    /// Redacts the secrets of a request wherever the response echoes them.
    pub(crate) fn redacted(mut self, secrets: &[&str]) -> Self {
        let redact = |text: &str| redact::redact_secrets(text, secrets);
        let mut message = redact(&self.0.message);
        let body = self.0.body.take();
        if let Some(excerpt) = body.and_then(|body| redact::excerpt(&body, secrets)) {
            message.push_str(": ");
            message.push_str(&excerpt);
        }
        self.0.message = Cow::Owned(message);
        if let Some(service) = &mut self.0.service {
            service.code = redact(&service.code);
            service.message = redact(&service.message);
        }
        self.0.request_id = self.0.request_id.map(|id| redact(&id));
        self.0.source = self.0.source.map(|source| redact_source(source, secrets));
        self
    }
}

/// A date in a request or a response that cannot be formatted or parsed.
impl From<DateTimeError> for Error {
    fn from(error: DateTimeError) -> Self {
        Self::invalid_input(error.to_string()).with_source(error)
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
        f.write_str(&self.summary())?;
        let mut details = Vec::new();
        if let Some(id) = request_id {
            details.push(format!("request id {}", OneLine(id)));
        }
        if let Some(id) = trace_id {
            details.push(format!("trace id {}", OneLine(id)));
        }
        // Other messages already contain the status.
        if let Some(status) = status.filter(|it| service.is_some() && *it != StatusCode::OK) {
            details.push(format!("HTTP {status}"));
        }
        if action.is_some() {
            details.push(match attempts {
                0 => "nothing was sent".to_owned(),
                1 => "1 attempt".to_owned(),
                more => format!("{more} attempts"),
            });
        }
        if details.is_empty() { Ok(()) } else { write!(f, " ({})", details.join(", ")) }
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

/// An error response of the API.
#[derive(Debug)]
pub(crate) struct ServiceError {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl ServiceError {
    /// Whether the code is `class` or one of its sub-codes: `RequestLimitExceeded` and
    /// `RequestLimitExceeded.UinLimitExceeded`, but not `RequestLimitExceededOfToday`.
    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.code.split('.').next() == Some(class)
    }
}

/// Formats an error and its sources on one line, because the last source names the actual cause.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let part = error.to_string();
        if !text.ends_with(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        source = error.source();
    }
    text
}

/// Returns the source unchanged if it contains no secret, or else its redacted text.
fn redact_source(source: BoxError, secrets: &[&str]) -> BoxError {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&*source);
    while let Some(error) = cause {
        if [error.to_string(), format!("{error:?}")]
            .iter()
            .any(|text| redact::redact_secrets(text, secrets) != *text)
        {
            return redact::one_line(redact::redact_secrets(&chain(&*source), secrets)).into();
        }
        cause = error.source();
    }
    source
}
