use std::fmt::{Debug, Formatter, Result};

use super::{Field, Model, Ref};
use crate::redact;

/// Prints a model by the names of the API, leaving out what is not set and hiding the values of
/// members that hold secrets.
///
/// # Errors
///
/// Only those of the formatter.
pub fn debug(model: &dyn Model, f: &mut Formatter<'_>) -> Result {
    let table = model.table();
    let mut outcome = Ok(());
    model.fields(&mut |fields: &[&dyn Field]| {
        let mut shown = f.debug_struct(table.name);
        let mut complete = true;
        for (name, field) in table.members.iter().zip(fields) {
            match field.get() {
                Ref::Unset => complete = false,
                _ if redact::is_secret(name) => {
                    shown.field(name, &redact::Redacted);
                }
                value => {
                    shown.field(name, &value);
                }
            }
        }
        outcome = if complete { shown.finish() } else { shown.finish_non_exhaustive() };
    });
    outcome
}

impl Debug for Ref<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match *self {
            Ref::Unset => f.write_str("unset"),
            Ref::Bool(value) => value.fmt(f),
            Ref::I64(value) => value.fmt(f),
            Ref::U64(value) => value.fmt(f),
            Ref::F64(value) => value.fmt(f),
            Ref::Str(value) => value.fmt(f),
            Ref::Binary(value) => value.fmt(f),
            Ref::Bools(values) => values.fmt(f),
            Ref::I64s(values) => values.fmt(f),
            Ref::U64s(values) => values.fmt(f),
            Ref::F64s(values) => values.fmt(f),
            Ref::Strs(values) => values.fmt(f),
            Ref::Object(model) => debug(model, f),
            Ref::Objects(objects) => {
                f.debug_list().entries(objects.iter().map(Ref::Object)).finish()
            }
        }
    }
}
