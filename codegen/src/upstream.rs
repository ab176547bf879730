//! From the upstream package's `api.json` to the facts that are kept.
//!
//! Upstream's sentences and examples are read past. Anything that is not known is refused: a new
//! key may be a new fact, and a fact must not be lost silently.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::error::{Error, Place, Problem};
use crate::spec::parse::{self, Parts};
use crate::spec::{Action, Member, Object, ObjectKind, Spec, Status, Usage};

/// Reads the text of an upstream `api.json`.
///
/// `directory` and `version` are what the file's path in the package says.
///
/// # Errors
///
/// [`Problem::Malformed`] with the action, object and member, and [`Problem::OtherVersion`].
pub fn read(directory: &str, version: &str, text: &str) -> Result<Spec, Error> {
    let place = Place::version(directory, version);
    let api: Api<'_> = parse::piece(text, &place)?;
    if api.metadata.api_version != version {
        return Err(place.error(Problem::OtherVersion(api.metadata.api_version)));
    }
    let mut actions = BTreeMap::new();
    for (name, text) in api.actions.0 {
        let action: UpstreamAction = parse::piece(text.get(), &place.action(&name))?;
        actions.insert(name, action.into());
    }
    let mut objects = BTreeMap::new();
    let roots = Roots::of(&actions);
    for (name, text) in api.objects.0 {
        let object = object(text.get(), roots.kind(&name), &place.object(&name))?;
        objects.insert(name, object);
    }
    Ok(Spec {
        directory: directory.to_owned(),
        service: api.metadata.service_short_name,
        version: api.metadata.api_version,
        actions,
        objects,
    })
}

/// The request and response objects, by the actions that use them.
struct Roots<'a> {
    inputs: BTreeSet<&'a str>,
    outputs: BTreeSet<&'a str>,
}

impl<'a> Roots<'a> {
    fn of(actions: &'a BTreeMap<String, Action>) -> Self {
        let inputs = actions.values().map(|action| action.input.as_str()).collect();
        let outputs = actions.values().map(|action| action.output.as_str()).collect();
        Self { inputs, outputs }
    }

    fn kind(&self, object: &str) -> Option<ObjectKind> {
        if self.inputs.contains(object) {
            Some(ObjectKind::Request)
        } else if self.outputs.contains(object) {
            Some(ObjectKind::Response)
        } else {
            None
        }
    }
}

fn object(text: &str, root: Option<ObjectKind>, place: &Place) -> Result<Object, Error> {
    let malformed = |reason: &str| place.clone().error(Problem::Malformed(reason.to_owned()));
    let object: UpstreamObject<'_> = parse::piece(text, place)?;
    let kind = match (object.root.is_some(), object.usage) {
        (true, None) => root.ok_or_else(|| {
            malformed("`type` says that it is a request or response, but no action uses it")
        })?,
        (false, Some(usage)) => ObjectKind::Struct(usage),
        (false, None) => return Err(malformed("neither `type` nor `usage` is there")),
        (true, Some(_)) => return Err(malformed("both `type` and `usage` are there")),
    };
    let members = object.members.iter().enumerate();
    let members = members.map(|(index, text)| {
        parse::member::<UpstreamMember>(text.get(), index, place).map(Member::from)
    });
    Ok(Object { kind, members: members.collect::<Result<_, _>>()? })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Api<'a> {
    #[serde(borrow)]
    actions: Parts<'a>,
    #[serde(borrow)]
    objects: Parts<'a>,
    metadata: Metadata,
    #[serde(default, rename = "version")]
    _format: IgnoredAny,
}

/// The only part where unknown keys are passed over: it describes the service, not its calls.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    api_version: String,
    service_short_name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpstreamAction {
    input: String,
    output: String,
    #[serde(default)]
    status: Option<Status>,
    #[serde(default)]
    skip_sign: bool,
    #[serde(default, rename = "document")]
    _document: IgnoredAny,
    #[serde(default, rename = "name")]
    _title: IgnoredAny,
}

impl From<UpstreamAction> for Action {
    fn from(action: UpstreamAction) -> Self {
        let UpstreamAction { input, output, status, skip_sign, .. } = action;
        Self { input, output, status, skip_sign }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpstreamObject<'a> {
    #[serde(borrow)]
    members: Vec<&'a RawValue>,
    #[serde(rename = "type")]
    root: Option<RootType>,
    usage: Option<Usage>,
    #[serde(default, rename = "document")]
    _document: IgnoredAny,
}

/// What stands where a request or response object says its type.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum RootType {
    Object,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "the flags of the specification, one by one")]
struct UpstreamMember {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "member")]
    element: String,
    #[serde(default, deserialize_with = "flag")]
    required: bool,
    #[serde(default, deserialize_with = "flag")]
    disabled: bool,
    #[serde(default, deserialize_with = "flag")]
    output_required: bool,
    #[serde(default, deserialize_with = "flag")]
    value_allowed_null: bool,
    #[serde(default, rename = "document")]
    _document: IgnoredAny,
    #[serde(default, rename = "example")]
    _example: IgnoredAny,
}

impl From<UpstreamMember> for Member {
    fn from(member: UpstreamMember) -> Self {
        let UpstreamMember { name, kind, element, required, disabled, .. } = member;
        let UpstreamMember { output_required, value_allowed_null, .. } = member;
        Self { name, kind, element, required, disabled, output_required, value_allowed_null }
    }
}

/// A flag: `true` and `false`, which four members of one service write as `1` and `0`.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a flag is `true`, `false`, 1 or 0")]
    enum Flag {
        Bool(bool),
        Number(u8),
    }
    match Flag::deserialize(deserializer)? {
        Flag::Bool(set) => Ok(set),
        Flag::Number(0) => Ok(false),
        Flag::Number(1) => Ok(true),
        Flag::Number(other) => {
            Err(serde::de::Error::custom(format!("a flag is `true`, `false`, 1 or 0, not {other}")))
        }
    }
}
