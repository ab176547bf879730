use serde::Deserialize;
use serde_json::value::RawValue;

use super::parse::{self, Parts};
use super::{Action, Member, Object, ObjectKind, Spec, Usage};
use crate::error::{Error, Place, Problem};

/// Reads the committed file of one service version.
///
/// `directory` and `version` are what the file's path says; the file must agree about the version.
///
/// # Errors
///
/// [`Problem::Malformed`] with the action, object and member, and [`Problem::OtherVersion`].
pub fn read(directory: &str, version: &str, text: &str) -> Result<Spec, Error> {
    let place = Place::version(directory, version);
    let file: File<'_> = parse::piece(text, &place)?;
    if file.version != version {
        return Err(place.error(Problem::OtherVersion(file.version)));
    }
    let mut spec = Spec {
        directory: directory.to_owned(),
        service: file.service,
        version: file.version,
        actions: std::collections::BTreeMap::new(),
        objects: std::collections::BTreeMap::new(),
    };
    for (name, text) in file.actions.0 {
        let action: Action = parse::piece(text.get(), &place.action(&name))?;
        spec.actions.insert(name, action);
    }
    for (name, text) in file.objects.0 {
        let object = object(text.get(), &place.object(&name))?;
        spec.objects.insert(name, object);
    }
    Ok(spec)
}

fn object(text: &str, place: &Place) -> Result<Object, Error> {
    let object: FileObject<'_> = parse::piece(text, place)?;
    let kind = match (object.kind, object.usage) {
        (Kind::Request, None) => ObjectKind::Request,
        (Kind::Response, None) => ObjectKind::Response,
        (Kind::Struct, Some(usage)) => ObjectKind::Struct(usage),
        (Kind::Struct, None) => {
            return Err(place.clone().error(Problem::Malformed("a struct needs `usage`".into())));
        }
        (Kind::Request | Kind::Response, Some(_)) => {
            let problem = Problem::Malformed("only a struct has `usage`".into());
            return Err(place.clone().error(problem));
        }
    };
    let members = object.members.iter().enumerate();
    let members = members.map(|(index, text)| parse::member::<Member>(text.get(), index, place));
    Ok(Object { kind, members: members.collect::<Result<_, _>>()? })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    service: String,
    version: String,
    #[serde(borrow)]
    actions: Parts<'a>,
    #[serde(borrow)]
    objects: Parts<'a>,
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
