//! Access to one member of a model by its name in the API.

use super::{Field, Model, Mut, Ref};

/// Passes the value of a member to `read`. `path` may lead through objects, as in `Data.Total`.
/// Returns whether the member exists and the objects on the way to it are set.
pub(crate) fn read(model: &dyn Model, path: &str, read: &mut dyn FnMut(Ref<'_>)) -> bool {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let Some(index) = index(model, name) else { return false };
    let mut found = false;
    model.fields(&mut |fields: &[&dyn Field]| {
        let Some(value) = fields.get(index).map(|field| field.get()) else { return };
        match (rest, value) {
            (None, value) => {
                read(value);
                found = true;
            }
            (Some(rest), Ref::Object(inner)) => found = self::read(inner, rest, read),
            (Some(_), _) => {}
        }
    });
    found
}

/// Passes a member to `write`. Returns whether it exists.
pub(crate) fn write(model: &mut dyn Model, name: &str, write: &mut dyn FnMut(Mut<'_>)) -> bool {
    let Some(index) = index(model, name) else { return false };
    model.fields_mut(&mut |fields: &mut [&mut dyn Field]| {
        if let Some(field) = fields.get_mut(index) {
            write(field.get_mut());
        }
    });
    true
}

fn index(model: &dyn Model, name: &str) -> Option<usize> {
    model.table().members.iter().position(|member| *member == name)
}
