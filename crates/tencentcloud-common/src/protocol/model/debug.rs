use std::fmt::{Debug, Formatter, Result};

use super::{Field, Model, Ref};
use crate::redact;

/// Formats a model with the names of the API. Unset members are left out and secrets are redacted.
///
/// # Errors
///
/// Only those of the formatter.
pub fn debug(model: &dyn Model, f: &mut Formatter<'_>) -> Result {
    let table = model.table();
    let mut outcome = Ok(());
    model.fields(&mut |fields: &[&dyn Field]| {
        let mut output = f.debug_struct(table.name);
        let mut is_complete = true;
        for (name, field) in table.members.iter().zip(fields) {
            match field.get() {
                Ref::Unset => is_complete = false,
                _ if redact::is_secret(name) => {
                    output.field(name, &redact::Redacted);
                }
                value => {
                    output.field(name, &value);
                }
            }
        }
        outcome = if is_complete { output.finish() } else { output.finish_non_exhaustive() };
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
