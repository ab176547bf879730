//! What the services answer to a call that the gateway let through.
//!
//! Nothing here knows an action by its name: what is answered follows from the specification, from
//! the rows that the account holds, and from the parameters. Actions that change the account will
//! be asked before [`shape`], which answers whatever nobody else did.

mod filter;
mod listing;
mod page;
mod select;
mod shape;

use serde_json::{Map, Value};

use crate::account::Account;
use crate::dialect::Dialect;
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::spec::{Action, Member, Spec};

/// A call: known action, checked parameters.
pub(crate) struct Call<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) action: &'a Action,
    /// Empty where the action needs none.
    pub(crate) region: &'a str,
    pub(crate) parameters: Parameters,
    pub(crate) request_id: &'a str,
}

impl<'a> Call<'a> {
    /// The members of the answer, without its `RequestId`.
    fn output(&self) -> impl Iterator<Item = &'a Member> + use<'a> {
        let members = self.spec.members(&self.action.output).iter();
        members.filter(|member| member.name != "RequestId")
    }

    fn dialect(&self) -> Dialect<'a> {
        Dialect(&self.spec.service)
    }

    /// Whether the action only reads.
    fn reads(&self) -> bool {
        let verbs = ["Describe", "List", "Get", "Query", "Search"];
        verbs.iter().any(|verb| self.action.name.starts_with(verb))
    }

    /// A text parameter.
    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str)
    }
}

/// The members of `Response`, apart from its `RequestId`.
pub(crate) fn answer(account: &Account, call: &Call<'_>) -> Result<Map<String, Value>, Refusal> {
    if call.reads() {
        if let Some(listing) = listing::Listing::of(call) {
            return listing.answer(account, call);
        }
        if let Some(answer) = listing::single(account, call) {
            return answer;
        }
    }
    Ok(shape::Shape::of(call).response())
}

#[cfg(test)]
mod tests;
