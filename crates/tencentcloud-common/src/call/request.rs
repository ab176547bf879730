//! What can be called: typed actions here, the requests of `CommonClient` in `dynamic_request`.

use std::borrow::Cow;

use super::options::CallOptions;
use super::redactor::Redactor;
use super::{CallContext, context};
use crate::error::{Error, ErrorKind};
use crate::policy::retry::Idempotency;
use crate::protocol::Action;
use crate::protocol::decode::{self, BufferedResponse, EnvelopeFields};
use crate::protocol::encode::{self, Parameters};
use crate::protocol::model::Model;
use crate::sse::EventStream;

/// The request of a [`Call`](crate::Call): a typed request of a service crate, or a
/// [`DynamicRequest`](crate::call::DynamicRequest). Sealed.
pub trait Request: CallRequest {}

impl<R: CallRequest> Request for R {}

/// How a request becomes the input of a call, and how its response is decoded.
pub trait CallRequest: Send + Sized + 'static {
    /// The value that the call returns.
    type Output: Send + 'static;

    /// Asks the service to check the request and not to execute it.
    ///
    /// # Errors
    ///
    /// When the request cannot contain the flag.
    fn set_dry_run(&mut self) -> Result<(), Error>;

    /// Serializes the request.
    fn into_input(self, context: &CallContext, options: CallOptions) -> CallInput;

    /// Decodes the response.
    fn decode(response: IncomingResponse<'_>) -> Result<Decoded<Self::Output>, Error>;
}

/// A request, its parameters serialized but not yet encoded.
pub struct CallInput {
    pub(crate) action: Cow<'static, str>,
    pub(crate) signed: bool,
    pub(crate) idempotency: Idempotency,
    pub(crate) parameters: Result<Parameters, Error>,
    pub(crate) options: CallOptions,
    /// The response may be an event stream.
    pub(crate) accepts_events: bool,
}

/// A response to decode.
pub struct IncomingResponse<'a> {
    pub(crate) action: &'a str,
    pub(crate) body: IncomingBody<'a>,
    pub(super) redactor: &'a Redactor,
}

pub(crate) enum IncomingBody<'a> {
    Buffered(&'a BufferedResponse),
    Events(Box<EventStream>),
}

impl<'a> IncomingResponse<'a> {
    /// Returns a request id without the secrets that it may echo.
    pub(crate) fn redact_id(&self, id: &str) -> String {
        self.redactor.redact_id(id)
    }

    /// Returns the response of a call that does not accept events.
    pub(crate) fn buffered(&self) -> Result<&'a BufferedResponse, Error> {
        match self.body {
            IncomingBody::Buffered(response) => Ok(response),
            IncomingBody::Events(_) => {
                Err(Error::new(ErrorKind::Response, "the response is an event stream"))
            }
        }
    }
}

/// A decoded value, and what its envelope says beside it.
pub struct Decoded<T> {
    pub(crate) value: T,
    pub(crate) envelope: EnvelopeFields,
}

/// Decodes a response: keeps its value, and returns the fields of its envelope.
pub(crate) type DecodeFn<'a> =
    &'a mut (dyn FnMut(IncomingResponse<'_>) -> Result<EnvelopeFields, Error> + Send);

impl<A: Action> CallRequest for A {
    type Output = A::Response;

    fn set_dry_run(&mut self) -> Result<(), Error> {
        encode::dry_run::set(self)
    }

    fn into_input(mut self, context: &CallContext, options: CallOptions) -> CallInput {
        typed_input(&context.shared, A::NAME, A::SIGNED, &mut self, options)
    }

    fn decode(response: IncomingResponse<'_>) -> Result<Decoded<A::Response>, Error> {
        let mut value = A::Response::default();
        let envelope = decode::model(response.buffered()?, &mut value)?;
        Ok(Decoded { value, envelope })
    }
}

/// Not generic, so that it is compiled once and not for each action.
fn typed_input(
    shared: &context::Shared,
    action: &'static str,
    signed: bool,
    request: &mut dyn Model,
    options: CallOptions,
) -> CallInput {
    let policy = options.retry.as_ref().unwrap_or(shared.profile.retryer());
    let fill = policy.max_attempts() > 1;
    let has_token = encode::client_token::ensure(request, fill, &*shared.random);
    let idempotency =
        if has_token { Idempotency::ClientToken } else { Idempotency::of_action(action) };
    let check_required = options.check_required.unwrap_or(shared.profile.check_required());
    let parameters = encode::model(request, check_required);
    CallInput {
        action: action.into(),
        signed,
        idempotency,
        parameters,
        options,
        accepts_events: false,
    }
}
