//! One call: a request and its options, which can be awaited.
//!
//! ```no_run
//! # use std::time::Duration;
//! # use tencentcloud_common::{CommonClient, Credential, Error};
//! # async fn example() -> Result<(), Error> {
//! let client =
//!     CommonClient::new("cvm", "2017-03-12", Credential::new("AKID…", "key")?, "ap-shanghai");
//! let zones = client
//!     .call_json("DescribeZones", serde_json::json!({}))
//!     .region("ap-beijing")
//!     .header("X-TC-TraceId", "my-trace")
//!     .timeout(Duration::from_secs(5))
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! A [`Call`] implements `IntoFuture`. [`send`](Call::send) returns the future, for functions and
//! macros that take futures, such as `tokio::spawn` and `tokio::join!`:
//!
//! ```no_run
//! # use tencentcloud_common::{CommonClient, Error};
//! # async fn example(client: CommonClient) -> Result<(), Error> {
//! let zones = client.call_json("DescribeZones", serde_json::json!({})).send();
//! let regions = client.call_json("DescribeRegions", serde_json::json!({})).send();
//! let (zones, regions) = tokio::join!(zones, regions);
//! println!("{} {}", zones?["TotalCount"], regions?["TotalCount"]);
//! # Ok(())
//! # }
//! ```
//!
//! [`Call::with_metadata`] also returns the metadata of the response, such as its headers:
//!
//! ```no_run
//! # use tencentcloud_common::{CommonClient, Error};
//! # async fn example(client: CommonClient) -> Result<(), Error> {
//! let (zones, metadata) =
//!     client.call_json("DescribeZones", serde_json::json!({})).with_metadata().await?;
//! println!("{:?} after {} attempts", metadata.request_id(), metadata.attempts());
//! # Ok(())
//! # }
//! ```
//!
//! [`Call::dry_run`] only checks whether the request would succeed, for actions with a member
//! `DryRun`.

mod attempt;
mod attempts;
mod context;
mod dry_run;
mod dynamic_request;
mod headers;
pub(crate) mod metadata;
mod options;
mod prepared_call;
mod redactor;
mod request;
mod request_secrets;
mod signed_request;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

pub use dry_run::{DryRunCall, DryRunPassed};
pub use dynamic_request::DynamicRequest;
pub use metadata::ResponseMetadata;
pub use request::Request;

pub(crate) use context::{Account, CallContext, Shared};

use crate::error::{Error, ErrorKind};
use crate::policy::retry::RetryPolicy;
use crate::profile::{Language, Region};
use attempts::execute;
use options::CallOptions;

/// The future of a [`Call`].
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// A call that has not been made yet: set its options, then `.await` it.
///
/// Dropping its future cancels the call. A request that was already sent may still take effect.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<Request> {
    pub(crate) context: CallContext,
    request: Request,
    options: CallOptions,
}

impl<Request> Call<Request> {
    pub(crate) fn new(context: CallContext, request: Request) -> Self {
        Self { context, request, options: CallOptions::default() }
    }

    /// Sets the region of this call. Default: that of the client.
    pub fn region(mut self, region: impl Into<Region>) -> Self {
        self.options.region = Some(region.into());
        self
    }

    /// Sets the endpoint of this call: a host, a host and port, or a URL with its own protocol. The
    /// breaker does not reroute the call. If the profile has an API gateway, the call still goes
    /// through it. Default: the endpoint of the profile.
    ///
    /// If [`Endpoint::parse`](crate::profile::Endpoint::parse) rejects the endpoint, the call fails
    /// with [`InvalidInput`](crate::ErrorKind::InvalidInput).
    #[doc(alias("SetDomain", "SetRootDomain", "SetPath", "SetScheme"))]
    pub fn endpoint(mut self, endpoint: impl AsRef<str>) -> Self {
        let protocol = self.context.shared.profile.http_profile().protocol();
        self.options.set_endpoint(endpoint.as_ref(), protocol);
        self
    }

    /// Adds a header, such as `X-TC-Canary`, or replaces one that the SDK sends by default, such as
    /// `X-TC-TraceId` or `X-TC-Language`. The header is not signed. Default of `X-TC-TraceId`: a
    /// random id for each call.
    ///
    /// If the name or value is invalid, or only the SDK may set the header, the call fails with
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput).
    ///
    /// With `HmacSHA1` and `HmacSHA256`, `X-TC-Language` and `X-TC-RequestClient` are sent as
    /// parameters.
    #[doc(alias("headers", "SetHeader"))]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.options.set_header(name.as_ref(), value.as_ref());
        self
    }

    /// Limits the time for the whole call: all attempts, the delays between them, and the time to
    /// get a credential. For an event stream, limits the time until the stream begins. Default: no
    /// limit except those of the [profile](crate::profile::HttpProfile), which apply to each
    /// attempt.
    #[doc(alias = "SetContext")]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Sets the retry policy of this call. Default: that of the
    /// [profile](crate::ClientProfile::retryer).
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Sends this call without a signature or credential, for the few actions that allow it, such
    /// as `AssumeRoleWithWebIdentity` of `sts`.
    #[doc(alias("SkipSign", "SetSkipSign"))]
    pub fn skip_sign(mut self) -> Self {
        self.options.skip_sign = true;
        self
    }

    /// Sets the language of error messages. Default: that of the profile. A
    /// [header](Self::header) `X-TC-Language` overrides it.
    pub fn language(mut self, language: Language) -> Self {
        self.options.language = Some(language);
        self
    }

    /// Returns a call of another request with the options of this one.
    pub(crate) fn with_request(&self, request: Request) -> Self {
        Self { context: self.context.clone(), request, options: self.options.clone() }
    }

    /// Sets whether this call is rejected, before it is sent, if a required member is not set.
    /// Disable the check for an action whose specification is wrong; the service then decides.
    /// Default: that of the [profile](crate::profile::ClientProfileBuilder::check_required).
    ///
    /// Only typed requests are checked: this has no effect on dynamic calls.
    ///
    /// ```
    /// use tencentcloud_common::{Action, Call, Error};
    ///
    /// /// Makes a call although a member is missing that the specification requires.
    /// async fn unchecked<A: Action>(call: Call<A>) -> Result<A::Response, Error> {
    ///     call.check_required(false).await
    /// }
    /// ```
    pub fn check_required(mut self, check_required: bool) -> Self {
        self.options.check_required = Some(check_required);
        self
    }

    /// Sets the timeout to `limit`, unless it is shorter. Returns whether it is now `limit`.
    pub(crate) fn limit_timeout(&mut self, limit: Duration) -> bool {
        let timeout = self.options.timeout.get_or_insert(limit);
        *timeout = limit.min(*timeout);
        *timeout == limit
    }

    /// Returns a mutable reference to the request.
    pub fn request_mut(&mut self) -> &mut Request {
        &mut self.request
    }
}

impl<R: Request> Call<R> {
    /// Returns the future of the call, for functions and macros that take futures, such as
    /// `tokio::spawn` and `tokio::join!`. `.send().await` and `.await` are the same.
    pub fn send(self) -> CallFuture<R::Output> {
        self.into_future()
    }

    /// Makes the call also return its [`ResponseMetadata`]: request id, headers, attempts and the
    /// raw body.
    pub fn with_metadata(self) -> CallWithMetadata<R> {
        CallWithMetadata(self)
    }
}

/// A [`Call`] that returns its value and its [`ResponseMetadata`].
#[must_use = "a call does nothing until it is awaited"]
pub struct CallWithMetadata<Request>(pub(crate) Call<Request>);

impl<R: Request> CallWithMetadata<R> {
    /// Returns the future of the call: see [`Call::send`].
    pub fn send(self) -> CallFuture<(R::Output, ResponseMetadata)> {
        self.into_future()
    }
}

impl<R: Request> IntoFuture for Call<R> {
    type Output = Result<R::Output, Error>;
    type IntoFuture = CallFuture<R::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let call = self.with_metadata().into_future();
        Box::pin(async move { call.await.map(|(value, _)| value) })
    }
}

impl<R: Request> IntoFuture for CallWithMetadata<R> {
    type Output = Result<(R::Output, ResponseMetadata), Error>;
    type IntoFuture = CallFuture<(R::Output, ResponseMetadata)>;

    fn into_future(self) -> Self::IntoFuture {
        let Call { context, request, options } = self.0;
        let input = request.into_input(&context, options);
        Box::pin(async move {
            let mut value = None;
            let metadata = execute(&context, input, &mut |response| {
                let decoded = R::decode(response)?;
                value = Some(decoded.value);
                Ok(decoded.envelope)
            })
            .await?;
            match value {
                Some(value) => Ok((value, metadata)),
                // Unreachable: a call that succeeds has decoded its value.
                None => Err(Error::new(ErrorKind::Response, "the response was not decoded")),
            }
        })
    }
}

impl<Request: fmt::Debug> fmt::Debug for Call<Request> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("client", &self.context)
            .field("request", &self.request)
            .field("region", &self.options.region)
            .field("headers", &self.options.headers.keys().collect::<Vec<_>>())
            .field("timeout", &self.options.timeout)
            .finish_non_exhaustive()
    }
}

impl<Request: fmt::Debug> fmt::Debug for CallWithMetadata<Request> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallWithMetadata").field(&self.0).finish()
    }
}
