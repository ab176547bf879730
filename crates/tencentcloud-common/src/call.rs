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

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::action::Action;
use crate::client::Client;
use crate::decode;
use crate::encode;
use crate::error::Error;
use crate::pipeline::{Outgoing, execute};
use crate::region::Region;

/// What a [`Call`] becomes when it is awaited.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// A call that is ready to be made: set its options, then `.await` it.
///
/// Nothing happens before. A dropped future abandons the call, which may still take effect if it
/// was sent already.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<Request> {
    client: Client,
    request: Request,
    options: CallOptions,
}

/// What is set for one call only.
#[derive(Default)]
pub(crate) struct CallOptions {
    pub(crate) region: Option<Region>,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Option<Duration>,
    /// The first mistake made while setting options; reported when the call is awaited.
    mistake: Option<Error>,
}

/// Headers that the SDK sets, and what to use instead.
const RESERVED: [(&str, &str); 12] = [
    ("authorization", "the credential of the client"),
    ("host", "the endpoint of the profile"),
    ("content-type", "nothing: it follows from the form of the request"),
    ("content-length", "nothing: it follows from the request"),
    ("transfer-encoding", "nothing: it follows from the request"),
    ("connection", "nothing: connections are pooled"),
    ("x-tc-action", "the request or the argument `action`"),
    ("x-tc-version", "the client or the argument `version`"),
    ("x-tc-timestamp", "the clock of the client"),
    ("x-tc-region", "`Call::region`"),
    ("x-tc-token", "a credential with a token"),
    ("x-tc-content-sha256", "nothing: the body is signed"),
];

impl<Request> Call<Request> {
    pub(crate) fn new(client: Client, request: Request) -> Self {
        Self { client, request, options: CallOptions::default() }
    }

    /// Sends this call to another region than the client's.
    pub fn region(mut self, region: impl Into<Region>) -> Self {
        self.options.region = Some(region.into());
        self
    }

    /// Adds a header, or replaces one that the SDK would send by default, such as `X-TC-TraceId`,
    /// `X-TC-Canary` or `X-TC-Language`. It is sent but not signed.
    ///
    /// Awaiting the call gives [`InvalidInput`](crate::ErrorKind::InvalidInput) when name or value
    /// cannot be sent, or the header is one that the SDK must set itself.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        match header(name.as_ref(), value.as_ref()) {
            Ok((name, value)) => {
                self.options.headers.insert(name, value);
            }
            Err(mistake) => {
                self.options.mistake.get_or_insert(mistake);
            }
        }
        self
    }

    /// Limits the whole call, the waiting for a credential included. Default: no limit beside
    /// those of the [profile](crate::profile::HttpProfile), which hold for each attempt.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// The request, to be looked at or changed.
    pub fn request_mut(&mut self) -> &mut Request {
        &mut self.request
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let shown: String = name.chars().take(60).collect();
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|error| {
        Error::invalid_input(format!("{shown:?} is no name of a header")).with_source(error)
    })?;
    if let Some((_, instead)) = RESERVED.iter().find(|(reserved, _)| parsed == *reserved) {
        return Err(Error::invalid_input(format!(
            "the header {shown} is set by the SDK; use {instead}"
        )));
    }
    // The value is not shown: it may be a secret.
    let value = HeaderValue::from_str(value).map_err(|error| {
        Error::invalid_input(format!(
            "the value of the header {shown} holds a character that a header cannot carry"
        ))
        .with_source(error)
    })?;
    Ok((parsed, value))
}

impl CallOptions {
    /// Refuses what was set wrongly.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        if let Some(mistake) = self.mistake.take() {
            return Err(mistake);
        }
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(Error::invalid_input("the timeout of the call is zero"));
        }
        Ok(())
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
            .finish()
    }
}

impl<A: Action> IntoFuture for Call<A> {
    type Output = Result<A::Response, Error>;
    type IntoFuture = CallFuture<A::Response>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, request, options } = self;
        let outgoing = Outgoing {
            action: A::NAME.into(),
            signed: A::SIGNED,
            encoded: encode::model(&request, client.profile().check_required()),
            options,
        };
        Box::pin(async move {
            let mut response = A::Response::default();
            execute(&client, outgoing, &mut |answer| {
                response = A::Response::default();
                decode::model(answer, &mut response)
            })
            .await?;
            Ok(response)
        })
    }
}

/// The request of [`CommonClient::call_json`](crate::CommonClient::call_json): an action and its
/// parameters, already written as JSON.
pub struct JsonRequest {
    pub(crate) action: String,
    pub(crate) encoded: Result<encode::Form, Error>,
}

impl fmt::Debug for JsonRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonRequest").field("action", &self.action).finish_non_exhaustive()
    }
}

impl IntoFuture for Call<JsonRequest> {
    type Output = Result<serde_json::Value, Error>;
    type IntoFuture = CallFuture<serde_json::Value>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { client, request, options } = self;
        let outgoing = Outgoing {
            action: request.action.into(),
            signed: true,
            encoded: request.encoded,
            options,
        };
        Box::pin(async move {
            let mut response = serde_json::Value::Null;
            execute(&client, outgoing, &mut |answer| {
                response = decode::value(answer)?;
                Ok(())
            })
            .await?;
            Ok(response)
        })
    }
}
