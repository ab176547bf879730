//! The service versions that the server supports.
//!
//! `specs/` contains a copy of each file in `api-specs/`. The copy exists because Cargo packages
//! only files below the folder of the manifest: an `include_str!` of `../../../api-specs` compiles
//! in a checkout but breaks `cargo package`, and a symbolic link does not work on Windows without
//! developer mode. `cargo xtask generate` writes the copy, and `cargo xtask generate --check` fails
//! if it differs.

use crate::spec::{Action, Spec};
use crate::specs::SPECS;

/// `ChatCompletions` of hunyuan, an example of an event stream. There is no crate for hunyuan,
/// so this specification has only the parts that the server needs.
const HUNYUAN_SPEC: &str = r#"{"service": "hunyuan", "version": "2023-09-01",
    "actions": {"ChatCompletions":
        {"input": "ChatCompletionsRequest", "output": "ChatCompletionsResponse"}},
    "objects": {
        "ChatCompletionsRequest": {"members": [
            {"name": "Model", "type": "string", "member": "string", "required": true},
            {"name": "Messages", "type": "list", "member": "Message", "required": true},
            {"name": "Stream", "type": "bool", "member": "bool"}]},
        "Message": {"members": [
            {"name": "Role", "type": "string", "member": "string", "required": true},
            {"name": "Content", "type": "string", "member": "string"}]},
        "ChatCompletionsResponse": {"members": []}}}"#;

/// `AssumeRoleWithWebIdentity` of sts, the example of an action without a signature.
const STS_SPEC: &str = r#"{"service": "sts", "version": "2018-08-13",
    "actions": {"AssumeRoleWithWebIdentity":
        {"input": "AssumeRoleWithWebIdentityRequest",
         "output": "AssumeRoleWithWebIdentityResponse", "skip_sign": true}},
    "objects": {
        "AssumeRoleWithWebIdentityRequest": {"members": [
            {"name": "ProviderId", "type": "string", "member": "string", "required": true},
            {"name": "WebIdentityToken", "type": "string", "member": "string", "required": true},
            {"name": "RoleArn", "type": "string", "member": "string", "required": true},
            {"name": "RoleSessionName", "type": "string", "member": "string", "required": true},
            {"name": "DurationSeconds", "type": "int", "member": "int64"}]},
        "AssumeRoleWithWebIdentityResponse": {"members": [
            {"name": "Credentials", "type": "object", "member": "Credentials"},
            {"name": "ExpiredTime", "type": "int", "member": "int64"},
            {"name": "Expiration", "type": "string", "member": "datetime_iso"}]},
        "Credentials": {"members": [
            {"name": "Token", "type": "string", "member": "string"},
            {"name": "TmpSecretId", "type": "string", "member": "string"},
            {"name": "TmpSecretKey", "type": "string", "member": "string"}]}}}"#;

/// The service versions that can be called.
#[derive(Debug)]
pub(crate) struct Catalog(Vec<Spec>);

impl Catalog {
    /// Returns the catalog of every built-in specification.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub(crate) fn built_in() -> Result<Self, String> {
        Self::parse(&[SPECS, &[HUNYUAN_SPEC, STS_SPEC]].concat())
    }

    /// Parses specifications.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the first invalid specification.
    pub(crate) fn parse(texts: &[&str]) -> Result<Self, String> {
        texts.iter().map(|text| Spec::parse(text)).collect::<Result<_, _>>().map(Self)
    }

    /// Returns all specifications, in the order in which they were parsed.
    pub(crate) fn specs(&self) -> &[Spec] {
        &self.0
    }

    /// Returns whether any version of the service is known.
    pub(crate) fn has_service(&self, service: &str) -> bool {
        self.0.iter().any(|spec| spec.service == service)
    }

    /// Returns whether any version of the service has the action.
    pub(crate) fn has_action(&self, service: &str, action: &str) -> bool {
        self.0.iter().any(|spec| spec.service == service && spec.actions.contains_key(action))
    }

    /// Returns one version of a service.
    pub(crate) fn find(&self, service: &str, version: &str) -> Option<&Spec> {
        self.0.iter().find(|spec| spec.service == service && spec.version == version)
    }

    /// Returns the first service that has the action in the version, for a request that does not
    /// name its service.
    pub(crate) fn find_by_action(&self, version: &str, action: &str) -> Option<&Spec> {
        self.0.iter().find(|spec| spec.version == version && spec.actions.contains_key(action))
    }

    /// Returns the action of any service that can be called without a signature: an unsigned
    /// request does not name its service.
    pub(crate) fn find_unsigned(&self, version: &str, action: &str) -> Option<(&Spec, &Action)> {
        let in_version = self.0.iter().filter(|spec| spec.version == version);
        in_version
            .filter_map(|spec| Some((spec, spec.actions.get(action)?)))
            .find(|(_, action)| action.skip_sign)
    }

    /// Returns the names of the services, sorted and without duplicates.
    pub(crate) fn services(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.0.iter().map(|spec| spec.service.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
