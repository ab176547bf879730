use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde_json::Value;

use super::request::Perform;
use crate::client::Client;
use crate::decode::{self, Notes};
use crate::encode::Form;
use crate::error::Error;
use crate::pipeline::{CallOptions, Outgoing, Received, Reply, ReplyBody};
use crate::retry::Safety;
use crate::sse::EventStream;

/// The request of a call of [`CommonClient`](crate::CommonClient): an action and its parameters,
/// already written in the form in which they are sent. `Output` is what the call gives.
pub struct DynamicRequest<Output> {
    action: String,
    form: Result<Form, Error>,
    /// The caller has set a `ClientToken`.
    has_client_token: bool,
    output: PhantomData<fn() -> Output>,
}

impl<Output> DynamicRequest<Output> {
    pub(crate) fn new(action: &str, form: Result<Form, Error>) -> Self {
        // As the official SDKs do: `describeInstances` is accepted.
        let mut action = action.to_owned();
        if let Some(first) = action.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let has_client_token = form.as_ref().is_ok_and(Form::has_client_token);
        Self { action, form, has_client_token, output: PhantomData }
    }

    fn outgoing(self, options: CallOptions, events: bool) -> Outgoing {
        let safety =
            if self.has_client_token { Safety::Token } else { Safety::of_action(&self.action) };
        let Self { action, form, .. } = self;
        Outgoing { action: action.into(), signed: true, safety, form, options, events }
    }
}

impl<Output> fmt::Debug for DynamicRequest<Output> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicRequest").field("action", &self.action).finish_non_exhaustive()
    }
}

/// The object in the member `Response`.
impl Perform for DynamicRequest<Value> {
    type Output = Value;

    fn outgoing(self, _: &Client, options: CallOptions) -> Outgoing {
        Self::outgoing(self, options, false)
    }

    fn receive(reply: Reply<'_>) -> Result<Received<Value>, Error> {
        let (value, notes) = decode::value(reply.whole()?, reply.action)?;
        Ok(Received { value, notes })
    }
}

/// The body as it arrived.
impl Perform for DynamicRequest<Bytes> {
    type Output = Bytes;

    fn outgoing(self, _: &Client, options: CallOptions) -> Outgoing {
        Self::outgoing(self, options, false)
    }

    fn receive(reply: Reply<'_>) -> Result<Received<Bytes>, Error> {
        let (value, notes) = decode::raw(reply.whole()?, reply.action)?;
        Ok(Received { value, notes })
    }
}

/// A stream of events.
impl Perform for DynamicRequest<EventStream> {
    type Output = EventStream;

    fn outgoing(self, _: &Client, options: CallOptions) -> Outgoing {
        Self::outgoing(self, options, true)
    }

    fn receive(reply: Reply<'_>) -> Result<Received<EventStream>, Error> {
        match reply.body {
            ReplyBody::Events(value) => Ok(Received { value: *value, notes: Notes::default() }),
            ReplyBody::Whole(answer) => {
                let (event, notes) = decode::event(answer, reply.action)?;
                let request_id = notes.request_id.as_deref().map(|id| reply.hide_in_id(id));
                Ok(Received { value: EventStream::once(event, request_id), notes })
            }
        }
    }
}
