//! What can be called, and what comes back: typed actions and the forms of `CommonClient`.

use crate::action::Action;
use crate::client::Client;
use crate::decode;
use crate::encode;
use crate::error::Error;
use crate::pipeline::{CallOptions, Outgoing, Received, Reply};
use crate::retry::Safety;

/// What a [`Call`](crate::Call) can carry: every typed request of a service crate, and the requests of
/// [`CommonClient`](crate::CommonClient). Implemented here only.
pub trait Request: Perform {}

impl<R: Perform> Request for R {}

/// How a request is sent and its answer read.
pub trait Perform: Send + Sized + 'static {
    /// What the call gives.
    type Output: Send + 'static;

    /// The call, ready to go.
    fn outgoing(self, client: &Client, options: CallOptions) -> Outgoing;

    /// Reads the answer.
    fn receive(reply: Reply<'_>) -> Result<Received<Self::Output>, Error>;
}

impl<A: Action> Perform for A {
    type Output = A::Response;

    fn outgoing(mut self, client: &Client, options: CallOptions) -> Outgoing {
        typed(client, A::NAME, A::SIGNED, &mut self, options)
    }

    fn receive(reply: Reply<'_>) -> Result<Received<A::Response>, Error> {
        let mut response = A::Response::default();
        let notes = decode::model(reply.whole()?, &mut response)?;
        Ok(Received { value: response, notes })
    }
}

/// Not generic, so that it is compiled once and not for each action.
fn typed(
    client: &Client,
    action: &'static str,
    signed: bool,
    request: &mut dyn crate::model::Model,
    options: CallOptions,
) -> Outgoing {
    let retried = options.retry.as_ref().unwrap_or(client.profile().retryer()).max_attempts() > 1;
    let token = encode::client_token::ensure(request, retried, &*client.shared().random);
    let safety = if token { Safety::Token } else { Safety::of_action(action) };
    let form = encode::model(request, client.profile().check_required());
    Outgoing { action: action.into(), signed, safety, form, options, events: false }
}
