//! The calls of a wait. Only this part is generic, so that the rest is compiled once.

use std::any::Any;
use std::pin::Pin;
use std::time::Duration;

use crate::call::{Call, CallContext};
use crate::error::Error;
use crate::protocol::Action;
use crate::protocol::model::Model;

/// Sets the options of each call.
pub(super) type ConfigureCall<A> = Box<dyn FnMut(Call<A>) -> Call<A> + Send>;

/// The future of [`Poll::call`].
pub(super) type PollFuture<'a> = Pin<Box<dyn Future<Output = Result<(), PollError>> + Send + 'a>>;

/// Makes the calls of a wait.
pub(super) trait Poll: Send {
    /// Makes a call whose request `fill` fills. It takes at most `left`.
    fn call(
        &mut self,
        fill: &dyn Fn(&mut dyn Model) -> Result<(), Error>,
        left: Option<Duration>,
    ) -> PollFuture<'_>;

    /// Returns the response of the last call, or `None` if it failed.
    fn response(&self) -> Option<&dyn Model>;

    /// Removes the response of the last call.
    fn take_response(&mut self) -> Option<Box<dyn Any + Send + Sync>>;
}

/// Why a call has no response.
pub(super) enum PollError {
    /// The longest wait was over before or during the call. A shorter timeout of the caller is an
    /// error of the call.
    OutOfTime(Option<Error>),
    Call(Error),
}

/// Makes typed calls.
pub(super) struct TypedPoll<A: Action> {
    pub(super) context: CallContext,
    pub(super) configure: Option<ConfigureCall<A>>,
    pub(super) response: Option<A::Response>,
}

impl<A: Action + Default> Poll for TypedPoll<A> {
    fn call(
        &mut self,
        fill: &dyn Fn(&mut dyn Model) -> Result<(), Error>,
        left: Option<Duration>,
    ) -> PollFuture<'_> {
        self.response = None;
        let mut request = A::default();
        let filled = fill(&mut request);
        let mut call = Call::new(self.context.clone(), request);
        if let Some(configure) = &mut self.configure {
            call = configure(call);
        }
        let is_limited = left.is_some_and(|left| call.limit_timeout(left));
        Box::pin(async move {
            filled.map_err(PollError::Call)?;
            let response = call.await.map_err(|error| {
                if is_limited && error.exceeds_call_timeout() {
                    PollError::OutOfTime(Some(error))
                } else {
                    PollError::Call(error)
                }
            })?;
            self.response = Some(response);
            Ok(())
        })
    }

    fn response(&self) -> Option<&dyn Model> {
        self.response.as_ref().map(|response| response as _)
    }

    fn take_response(&mut self) -> Option<Box<dyn Any + Send + Sync>> {
        self.response.take().map(|response| Box::new(response) as _)
    }
}
