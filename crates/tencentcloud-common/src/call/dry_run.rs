//! Calls that only check whether a request would succeed.

use std::fmt;

use super::attempts::execute;
use super::context::CallContext;
use super::metadata::ResponseMetadata;
use super::request::{CallInput, IncomingResponse};
use super::{Call, CallFuture, Request};
use crate::error::Error;
use crate::policy::retry::Idempotency;
use crate::protocol::decode::{self, EnvelopeFields};

impl<R: Request> Call<R> {
    /// Makes the call a dry run: the service checks the request and does not execute it. The member
    /// `DryRun` of the request is set to `true`, whatever the request contains.
    ///
    /// Actions report success in two ways: with a response, or with the error code
    /// `DryRunOperation`. Both are `Ok`. Any other error means that the request would fail. A dry
    /// run changes nothing, so it is [retried](crate::policy::retry) like an action that only reads.
    ///
    /// ```no_run
    /// use tencentcloud_common::serde_json::json;
    /// use tencentcloud_common::{CommonClient, Error};
    ///
    /// # async fn example(client: CommonClient) -> Result<(), Error> {
    /// let parameters = json!({"ImageIds": ["img-1"]});
    /// client.call_json("DeleteImages", &parameters).dry_run().await?;
    /// client.call_json("DeleteImages", &parameters).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A typed request without a member `DryRun` fails with
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), and nothing is sent. The same applies to
    /// octet streams and to [`Multipart`](crate::Multipart).
    ///
    /// **For a dynamic call, the SDK does not know whether the action has a parameter `DryRun`.**
    /// Check the documentation of the action: a service that ignores unknown parameters would
    /// execute the request. A `DryRun` that is a string in the parameters stays a string, because
    /// a few actions expect one.
    pub fn dry_run(self) -> DryRunCall<R> {
        DryRunCall(self)
    }
}

/// A [`Call`] that only checks the request; see [`Call::dry_run`].
#[must_use = "a call does nothing until it is awaited"]
pub struct DryRunCall<Request>(pub(crate) Call<Request>);

impl<R: Request> DryRunCall<R> {
    /// Returns the future of the call: see [`Call::send`].
    pub fn send(self) -> CallFuture<DryRunPassed> {
        self.into_future()
    }
}

impl<R: Request> IntoFuture for DryRunCall<R> {
    type Output = Result<DryRunPassed, Error>;
    type IntoFuture = CallFuture<DryRunPassed>;

    fn into_future(self) -> Self::IntoFuture {
        let Call { context, mut request, options } = self.0;
        let flag = request.set_dry_run();
        let mut input = request.into_input(&context, options);
        if let Err(error) = flag {
            input.parameters = Err(error);
        }
        send(context, input)
    }
}

/// Not generic, so that it is compiled once and not for each action.
fn send(context: CallContext, input: CallInput) -> CallFuture<DryRunPassed> {
    // A response that is an event stream would be a response to a call that was executed.
    let input = CallInput { idempotency: Idempotency::ReadOnly, accepts_events: false, ..input };
    Box::pin(async move {
        execute(&context, input, &mut |response| outcome(&response)).await.map(DryRunPassed)
    })
}

/// Accepts both ways to report success.
fn outcome(response: &IncomingResponse<'_>) -> Result<EnvelopeFields, Error> {
    match decode::value(response.buffered()?, response.action) {
        Ok((_, envelope)) => Ok(envelope),
        Err(error) if error.is_dry_run_success() => Ok(EnvelopeFields {
            request_id: error.request_id().map(str::to_owned),
            deprecated_warning: None,
        }),
        Err(error) => Err(error),
    }
}

/// The result of a dry run: the request would succeed.
#[derive(Clone, Debug)]
pub struct DryRunPassed(ResponseMetadata);

impl DryRunPassed {
    /// Returns the id of the request; quote it in a support ticket.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id()
    }

    /// Returns the metadata of the response. A few actions return more than an id, for example a
    /// price: see [`ResponseMetadata::body`].
    pub fn metadata(&self) -> &ResponseMetadata {
        &self.0
    }
}

impl<Request: fmt::Debug> fmt::Debug for DryRunCall<Request> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DryRunCall").field(&self.0).finish()
    }
}
