//! The service versions that the endpoint knows.

use crate::error::StartError;
use crate::spec::{Action, Spec};

/// Every service version that can be called.
#[derive(Debug)]
pub(crate) struct Catalog(Vec<Spec>);

impl Catalog {
    /// Reads the specifications.
    ///
    /// # Errors
    ///
    /// When one of them is not what the generator writes.
    pub(crate) fn read(texts: &[&str]) -> Result<Self, StartError> {
        let specs = texts.iter().map(|text| Spec::parse(text));
        let specs = specs.collect::<Result<Vec<_>, _>>();
        specs.map(Self).map_err(|problem| StartError::Specification { problem })
    }

    /// All of them, in the order of reading.
    pub(crate) fn specs(&self) -> &[Spec] {
        &self.0
    }

    /// Whether any version of the service is known.
    pub(crate) fn has_service(&self, service: &str) -> bool {
        self.0.iter().any(|spec| spec.service == service)
    }

    /// One version of a service.
    pub(crate) fn find(&self, service: &str, version: &str) -> Option<&Spec> {
        self.0.iter().find(|spec| spec.service == service && spec.version == version)
    }

    /// The service that has the action in a version, for a request that does not name it.
    pub(crate) fn with_action(&self, version: &str, action: &str) -> Option<&Spec> {
        self.0.iter().find(|spec| spec.version == version && spec.actions.contains_key(action))
    }

    /// Whether the service has the action in any version.
    pub(crate) fn has_action(&self, service: &str, action: &str) -> bool {
        self.0.iter().any(|spec| spec.service == service && spec.actions.contains_key(action))
    }

    /// The action of this name and version that may be called without a signature, whichever its
    /// service: an unsigned request does not say.
    pub(crate) fn unsigned(&self, version: &str, action: &str) -> Option<(&Spec, &Action)> {
        let in_version = self.0.iter().filter(|spec| spec.version == version);
        in_version
            .filter_map(|spec| Some((spec, spec.actions.get(action)?)))
            .find(|(_, action)| action.skip_sign)
    }

    /// The names of the services, once each.
    pub(crate) fn services(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.0.iter().map(|spec| spec.service.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
