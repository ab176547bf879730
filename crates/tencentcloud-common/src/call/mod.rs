//! One call: a request, its options, and the future that it becomes.
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
//! A call becomes a future when it is awaited. What takes futures, such as `tokio::spawn` and
//! `tokio::join!`, takes what [`send`](Call::send) returns:
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
//! What came beside the value, such as headers, is had with [`Call::with_metadata`]:
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

mod dynamic;
mod request;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

pub use dynamic::DynamicRequest;
pub use request::Request;

pub use crate::metadata::Metadata;

use crate::action::Action;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::pipeline::{self, CallOptions};
use crate::profile::Language;
use crate::region::Region;
use crate::retry::RetryPolicy;

/// What a [`Call`] becomes when it is awaited.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// A call that is ready to be made: set its options, then `.await` it.
///
/// Nothing happens before. A dropped future abandons the call, which may still take effect if it
/// was sent already.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<Request> {
    pub(crate) client: Client,
    request: Request,
    options: CallOptions,
}

impl Client {
    /// Prepares a typed call.
    pub fn call<A: Action>(&self, request: A) -> Call<A> {
        Call::new(self.clone(), request)
    }
}

impl<Request> Call<Request> {
    pub(crate) fn new(client: Client, request: Request) -> Self {
        Self { client, request, options: CallOptions::default() }
    }

    /// Sends this call to another region than the client's.
    pub fn region(mut self, region: impl Into<Region>) -> Self {
        self.options.region = Some(region.into());
        self
    }

    /// Sends this call to another endpoint than the profile's: a host, a host and port, or a URL
    /// with its own protocol. The breaker does not reroute it. An API gateway of the profile stays
    /// before it.
    ///
    /// Awaiting the call gives [`InvalidInput`](crate::ErrorKind::InvalidInput) for what
    /// [`Endpoint::parse`](crate::profile::Endpoint::parse) refuses.
    #[doc(alias("SetDomain", "SetRootDomain", "SetPath", "SetScheme"))]
    pub fn endpoint(mut self, endpoint: impl AsRef<str>) -> Self {
        let protocol = self.client.profile().http_profile().protocol();
        self.options.set_endpoint(endpoint.as_ref(), protocol);
        self
    }

    /// Adds a header, or replaces one that the SDK would send by default, such as `X-TC-TraceId`,
    /// `X-TC-Canary` or `X-TC-Language`. It is sent but not signed. Without an `X-TC-TraceId` each
    /// call has a random one of its own.
    ///
    /// Awaiting the call gives [`InvalidInput`](crate::ErrorKind::InvalidInput) when name or value
    /// cannot be sent, or the header is one that the SDK must set itself.
    ///
    /// With `HmacSHA1` and `HmacSHA256`, `X-TC-Language` and `X-TC-RequestClient` are sent as the
    /// parameters that these signatures have for them.
    #[doc(alias("headers", "SetHeader"))]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.options.set_header(name.as_ref(), value.as_ref());
        self
    }

    /// Limits the whole call: all attempts, the waiting between them, and the waiting for a
    /// credential. Of a stream of events it limits the time to its beginning. Default: no limit
    /// beside those of the [profile](crate::profile::HttpProfile), which hold for each attempt.
    #[doc(alias = "SetContext")]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Retries this call differently. Default: as the
    /// [profile](crate::ClientProfile::retryer) says.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Sends this call without a signature and without a credential, for the few actions that
    /// allow it, such as `AssumeRoleWithWebIdentity` of sts.
    #[doc(alias("SkipSign", "SetSkipSign"))]
    pub fn skip_sign(mut self) -> Self {
        self.options.skip_sign = true;
        self
    }

    /// Asks for error messages in another language than the profile's. A [header](Self::header)
    /// `X-TC-Language` wins over it.
    pub fn language(mut self, language: Language) -> Self {
        self.options.language = Some(language);
        self
    }

    /// The request, to be looked at or changed.
    pub fn request_mut(&mut self) -> &mut Request {
        &mut self.request
    }
}

impl<R: Request> Call<R> {
    /// Turns the call into its future, for what takes futures, such as `tokio::spawn` and
    /// `tokio::join!`. `.send().await` and `.await` are the same.
    pub fn send(self) -> CallFuture<R::Output> {
        self.into_future()
    }

    /// Makes awaiting the call give its [`Metadata`] too: request id, headers, attempts and the
    /// raw body.
    pub fn with_metadata(self) -> CallWithMetadata<R> {
        CallWithMetadata(self)
    }
}

/// A [`Call`] that gives its [`Metadata`] beside its value when it is awaited.
#[must_use = "a call does nothing until it is awaited"]
pub struct CallWithMetadata<Request>(pub(crate) Call<Request>);

impl<R: Request> CallWithMetadata<R> {
    /// Turns the call into its future, as [`Call::send`] does.
    pub fn send(self) -> CallFuture<(R::Output, Metadata)> {
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
    type Output = Result<(R::Output, Metadata), Error>;
    type IntoFuture = CallFuture<(R::Output, Metadata)>;

    fn into_future(self) -> Self::IntoFuture {
        let Call { client, request, options } = self.0;
        let outgoing = request.outgoing(&client, options);
        Box::pin(async move {
            let mut value = None;
            let metadata = pipeline::execute(&client, outgoing, &mut |reply| {
                let received = R::receive(reply)?;
                value = Some(received.value);
                Ok(received.notes)
            })
            .await?;
            match value {
                Some(value) => Ok((value, metadata)),
                // Cannot be: a call that succeeds has received its value.
                None => Err(Error::new(ErrorKind::Response, "the answer was lost")),
            }
        })
    }
}

impl<Request: fmt::Debug> fmt::Debug for Call<Request> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("client", &self.client)
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
