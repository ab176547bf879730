//! Converts the `api.json` of the upstream package to a [`Spec`].
//!
//! Texts and examples are skipped, except that [`known_values`] searches the texts for values.
//! Unknown keys are errors: a new key may be a new fact, and facts must not be lost silently.

mod document;
mod known_values;

pub use known_values::known_values;

mod first_page;

use std::collections::{BTreeMap, BTreeSet};

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use self::first_page::first_page;
use crate::error::{Error, ErrorKind, Location};
use crate::model::paging_rule::PAGE_NUMBERS;
use crate::spec::parse::{RawMap, parse, parse_member};
use crate::spec::{Action, Member, Object, ObjectKind, Spec, Status, Usage};
use crate::supplements::Supplements;

/// Reads an upstream `api.json`.
///
/// `directory` and `version` come from the path of the file in the package.
///
/// # Errors
///
/// Returns [`ErrorKind::Malformed`] with the location, or [`ErrorKind::VersionMismatch`].
pub fn read(directory: &str, version: &str, text: &str) -> Result<Spec, Error> {
    let location = Location::version(directory, version);
    let api: Api<'_> = parse(text, &location)?;
    if api.metadata.api_version != version {
        return Err(location.error(ErrorKind::VersionMismatch(api.metadata.api_version)));
    }
    let mut actions = BTreeMap::new();
    for (name, text) in api.actions.0 {
        let action: UpstreamAction = parse(text.get(), &location.action(&name))?;
        actions.insert(name, action.into());
    }
    let mut objects = BTreeMap::new();
    let roots = Roots::new(&actions);
    for (name, text) in api.objects.0 {
        let object = object(text.get(), roots.kind(&name), &location.object(&name))?;
        objects.insert(name, object);
    }
    Ok(Spec {
        directory: directory.to_owned(),
        service: api.metadata.service_short_name,
        version: api.metadata.api_version,
        actions,
        objects,
        supplements: Supplements::default(),
    })
}

/// Request and response objects of the actions. Upstream marks both in the same way.
struct Roots<'a> {
    inputs: BTreeSet<&'a str>,
    outputs: BTreeSet<&'a str>,
}

impl<'a> Roots<'a> {
    fn new(actions: &'a BTreeMap<String, Action>) -> Self {
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

fn object(text: &str, root: Option<ObjectKind>, location: &Location) -> Result<Object, Error> {
    let malformed = |reason: &str| location.clone().error(ErrorKind::Malformed(reason.to_owned()));
    let object: UpstreamObject<'_> = parse(text, location)?;
    let kind = match (object.root.is_some(), object.usage) {
        (true, None) => root.ok_or_else(|| {
            malformed("`type` marks a request or response object, but no action uses it")
        })?,
        (false, Some(usage)) => ObjectKind::Struct(usage),
        (false, None) => return Err(malformed("missing key: expected `type` or `usage`")),
        (true, Some(_)) => {
            return Err(malformed("unexpected key: expected `type` or `usage`, got both"));
        }
    };
    let members = object.members.iter().enumerate();
    let members = members.map(|(index, text)| {
        parse_member::<UpstreamMember<'_>>(text.get(), index, location).map(Member::from)
    });
    Ok(Object { kind, members: members.collect::<Result<_, _>>()? })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Api<'a> {
    #[serde(borrow)]
    actions: RawMap<'a>,
    #[serde(borrow)]
    objects: RawMap<'a>,
    metadata: Metadata,
    #[serde(default, rename = "version")]
    _format: IgnoredAny,
}

/// Metadata of the service. Unknown keys are skipped here, because they do not affect requests.
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

/// `type` of a request or response object.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum RootType {
    Object,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "these are the flags of the specification")]
struct UpstreamMember<'a> {
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
    #[serde(default, borrow)]
    document: Option<&'a RawValue>,
    #[serde(default, rename = "example")]
    _example: IgnoredAny,
}

impl From<UpstreamMember<'_>> for Member {
    fn from(member: UpstreamMember<'_>) -> Self {
        let UpstreamMember { name, kind, element, required, disabled, .. } = member;
        let UpstreamMember { output_required, value_allowed_null, document, .. } = member;
        let first_page = document
            .filter(|_| PAGE_NUMBERS.contains(&name.as_str()) && !disabled)
            .and_then(|text| first_page(&serde_json::from_str::<String>(text.get()).ok()?));
        Self {
            name,
            kind,
            element,
            required,
            disabled,
            output_required,
            value_allowed_null,
            first_page,
        }
    }
}

/// Deserializes a flag. Four members of one service have `1` and `0` instead of a boolean.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "invalid flag: expected `true`, `false`, `1` or `0`")]
    enum Flag {
        Bool(bool),
        Number(u8),
    }
    match Flag::deserialize(deserializer)? {
        Flag::Bool(set) => Ok(set),
        Flag::Number(0) => Ok(false),
        Flag::Number(1) => Ok(true),
        Flag::Number(other) => Err(serde::de::Error::custom(format!(
            "invalid flag `{other}`: expected `true`, `false`, `1` or `0`"
        ))),
    }
}
