use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde_json::Value;

use super::CallContext;
use super::options::CallOptions;
use super::request::{CallInput, CallRequest, Decoded, IncomingBody, IncomingResponse};
use crate::error::Error;
use crate::policy::retry::Idempotency;
use crate::protocol::decode::{self, EnvelopeFields};
use crate::protocol::encode::{self, Parameters};
use crate::sse::{Event, EventStream};

/// The request of a call with [`CommonClient`](crate::CommonClient): an action and its serialized
/// parameters. `Output` is the value that the call returns.
pub struct DynamicRequest<Output> {
    action: String,
    parameters: Result<Parameters, Error>,
    /// The caller has set a `ClientToken`.
    has_client_token: bool,
    output: PhantomData<fn() -> Output>,
}

impl<Output> DynamicRequest<Output> {
    pub(crate) fn new(action: &str, parameters: Result<Parameters, Error>) -> Self {
        // As in the official SDKs, `describeInstances` is accepted.
        let mut action = action.to_owned();
        if let Some(first) = action.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let has_client_token = parameters.as_ref().is_ok_and(Parameters::has_client_token);
        Self { action, parameters, has_client_token, output: PhantomData }
    }

    pub(crate) fn action(&self) -> &str {
        &self.action
    }

    /// Returns a copy. Only JSON parameters are copied; others are moved.
    pub(crate) fn copy_or_move(&mut self) -> Self {
        let parameters = match &self.parameters {
            Ok(Parameters::Json(json)) => Ok(Parameters::Json(json.clone())),
            _ => std::mem::replace(&mut self.parameters, Ok(Parameters::Json(Bytes::new()))),
        };
        let Self { action, has_client_token, .. } = self;
        let (action, has_client_token) = (action.clone(), *has_client_token);
        Self { action, parameters, has_client_token, output: PhantomData }
    }

    /// Returns the parameters, which are a JSON object.
    ///
    /// # Errors
    ///
    /// The error of invalid parameters, which is moved; an error for other parameters than JSON.
    pub(crate) fn json_mut(&mut self) -> Result<&mut Bytes, Error> {
        if self.parameters.is_err() {
            let empty = Ok(Parameters::Json(Bytes::new()));
            std::mem::replace(&mut self.parameters, empty)?;
        }
        match &mut self.parameters {
            Ok(Parameters::Json(json)) => Ok(json),
            _ => Err(Error::invalid_input("only a call with JSON parameters has pages")),
        }
    }

    /// Parameters that are invalid fail later, when they are encoded.
    fn set_dry_run(&mut self) -> Result<(), Error> {
        self.parameters.as_mut().map_or(Ok(()), encode::dry_run::set_parameter)
    }

    fn into_input(self, options: CallOptions, accepts_events: bool) -> CallInput {
        let idempotency =
            Idempotency::of_action(&self.action).with_client_token(self.has_client_token);
        let Self { action, parameters, .. } = self;
        let action = action.into();
        CallInput { action, signed: true, idempotency, parameters, options, accepts_events }
    }
}

impl<Output> fmt::Debug for DynamicRequest<Output> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicRequest").field("action", &self.action).finish_non_exhaustive()
    }
}

/// Returns the object in the member `Response`.
impl CallRequest for DynamicRequest<Value> {
    type Output = Value;

    fn set_dry_run(&mut self) -> Result<(), Error> {
        Self::set_dry_run(self)
    }

    fn into_input(self, _: &CallContext, options: CallOptions) -> CallInput {
        Self::into_input(self, options, false)
    }

    fn decode(response: IncomingResponse<'_>) -> Result<Decoded<Value>, Error> {
        let (value, envelope) = decode::value(response.buffered()?, response.action)?;
        Ok(Decoded { value, envelope })
    }
}

/// Returns the body as it arrived.
impl CallRequest for DynamicRequest<Bytes> {
    type Output = Bytes;

    fn set_dry_run(&mut self) -> Result<(), Error> {
        Self::set_dry_run(self)
    }

    fn into_input(self, _: &CallContext, options: CallOptions) -> CallInput {
        Self::into_input(self, options, false)
    }

    fn decode(response: IncomingResponse<'_>) -> Result<Decoded<Bytes>, Error> {
        let (value, envelope) = decode::raw(response.buffered()?, response.action)?;
        Ok(Decoded { value, envelope })
    }
}

/// Returns the event stream.
impl CallRequest for DynamicRequest<EventStream> {
    type Output = EventStream;

    fn set_dry_run(&mut self) -> Result<(), Error> {
        Self::set_dry_run(self)
    }

    fn into_input(self, _: &CallContext, options: CallOptions) -> CallInput {
        Self::into_input(self, options, true)
    }

    fn decode(response: IncomingResponse<'_>) -> Result<Decoded<EventStream>, Error> {
        match response.body {
            IncomingBody::Events(stream) => {
                Ok(Decoded { value: *stream, envelope: EnvelopeFields::default() })
            }
            IncomingBody::Buffered(buffered) => {
                let (text, envelope) = decode::text(buffered, response.action)?;
                let id = envelope.request_id.as_deref().map(|id| response.redact_id(id));
                Ok(Decoded { value: EventStream::once(Event::new(text), id), envelope })
            }
        }
    }
}
