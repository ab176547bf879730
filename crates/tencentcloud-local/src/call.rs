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

    /// Returns the items of a parameter that is a list of strings.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        texts(self.parameters.get(name))
    }

    /// Returns the value of a flag, or false.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.parameters.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Returns the value of an integer parameter.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.parameters.get(name).and_then(Value::as_i64)
    }
}

/// Returns the strings of a list, or nothing if the value is absent or not a list.
pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}
