use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::parse::{RawMap, parse, parse_member};
use super::{Action, Member, Object, ObjectKind, Spec, Usage};
use crate::error::{Error, ErrorKind, Location};
use crate::supplements::Supplements;

/// Reads the committed specification of one service version.
///
/// `directory` and `version` come from the path of the file. The file repeats the version.
///
/// # Errors
///
/// Returns [`ErrorKind::Malformed`] with the location, or [`ErrorKind::VersionMismatch`].
pub fn read(directory: &str, version: &str, text: &str) -> Result<Spec, Error> {
    let location = Location::version(directory, version);
    let file: File<'_> = parse(text, &location)?;
    if file.version != version {
        return Err(location.error(ErrorKind::VersionMismatch(file.version)));
    }
    let mut spec = Spec {
        directory: directory.to_owned(),
        service: file.service,
        version: file.version,
        actions: BTreeMap::new(),
        objects: BTreeMap::new(),
        supplements: Supplements::default(),
    };
    for (name, text) in file.actions.0 {
        let action: Action = parse(text.get(), &location.action(&name))?;
        spec.actions.insert(name, action);
    }
    for (name, text) in file.objects.0 {
        let object = object(text.get(), &location.object(&name))?;
        spec.objects.insert(name, object);
    }
    Ok(spec)
}

fn object(text: &str, location: &Location) -> Result<Object, Error> {
    let object: FileObject<'_> = parse(text, location)?;
    let kind = match (object.kind, object.usage) {
        (Kind::Request, None) => ObjectKind::Request,
        (Kind::Response, None) => ObjectKind::Response,
        (Kind::Struct, Some(usage)) => ObjectKind::Struct(usage),
        (Kind::Struct, None) => {
            return Err(location
                .clone()
                .error(ErrorKind::Malformed("missing key `usage`: every struct has it".into())));
        }
        (Kind::Request | Kind::Response, Some(_)) => {
            let kind = ErrorKind::Malformed("unexpected key `usage`: only structs have it".into());
            return Err(location.clone().error(kind));
        }
    };
    let members = object.members.iter().enumerate();
    let members = members.map(|(index, text)| parse_member::<Member>(text.get(), index, location));
    Ok(Object { kind, members: members.collect::<Result<_, _>>()? })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    service: String,
    version: String,
    #[serde(borrow)]
    actions: RawMap<'a>,
    #[serde(borrow)]
    objects: RawMap<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileObject<'a> {
    kind: Kind,
    usage: Option<Usage>,
    #[serde(borrow)]
    members: Vec<&'a RawValue>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Request,
    Response,
    Struct,
}
