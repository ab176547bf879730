//! A call that passed all checks of the gateway.

use serde_json::Value;

use crate::parameters::Parameters;
use crate::spec::{Action, Member, Spec};

/// A call of a known action with valid parameters.
pub(crate) struct Call<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) action: &'a Action,
    /// Empty if the action needs no region and the request has none.
    pub(crate) region: &'a str,
    pub(crate) parameters: Parameters,
    pub(crate) request_id: &'a str,
}

impl<'a> Call<'a> {
    /// Returns the members of the response object, without `RequestId`.
    pub(crate) fn output(&self) -> impl Iterator<Item = &'a Member> + use<'a> {
        let members = self.spec.members(&self.action.output).iter();
        members.filter(|member| member.name != "RequestId")
    }

    /// Returns whether the action only reads, judged by its name.
    pub(crate) fn is_read_only(&self) -> bool {
        let verbs = ["Describe", "List", "Get", "Query", "Search"];
        verbs.iter().any(|verb| self.action.name.starts_with(verb))
    }

    /// Returns the value of a string parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str)
    }
}
