//! Typed models of each action, by name.

use std::collections::BTreeMap;

use tencentcloud_common::Action;
use tencentcloud_common::protocol::model::{Leniency, Model, json};

/// Decodes a JSON object into a model, and encodes it again.
pub(crate) type RoundTrip = fn(&[u8], Leniency) -> Result<Vec<u8>, String>;

/// Models of the request and the response of one action.
pub(crate) struct Models {
    pub(crate) request: RoundTrip,
    pub(crate) response: RoundTrip,
}

/// Actions of the committed crates, by service, version and name.
#[derive(Default)]
pub(crate) struct Registry(BTreeMap<(&'static str, &'static str), BTreeMap<&'static str, Models>>);

impl Registry {
    /// Adds the action of a request.
    pub(crate) fn add<A: Action + Default>(
        &mut self,
        service: &'static str,
        version: &'static str,
    ) {
        let models = Models { request: round_trip::<A>, response: round_trip::<A::Response> };
        self.0.entry((service, version)).or_default().insert(A::NAME, models);
    }

    /// Returns the services and versions, with their actions.
    pub(crate) fn versions(
        &self,
    ) -> impl Iterator<Item = (&'static str, &'static str, &BTreeMap<&'static str, Models>)> {
        self.0.iter().map(|((service, version), actions)| (*service, *version, actions))
    }
}

fn round_trip<M: Model + Default>(text: &[u8], leniency: Leniency) -> Result<Vec<u8>, String> {
    let mut model = M::default();
    json::from_slice(text, &mut model, leniency).map_err(|error| error.to_string())?;
    json::to_vec(&model).map_err(|error| error.to_string())
}
