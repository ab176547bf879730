use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::path::Path;
use super::{Field, Model, ObjectList, Ref};

/// Serializes a model as an object of the members that are set.
pub(crate) struct Object<'a> {
    pub(crate) model: &'a dyn Model,
    pub(crate) path: &'a Path,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = self.model.table().members;
        // The members are only available inside the closure, which is called exactly once.
        let mut serializer = Some(serializer);
        let mut outcome = None;
        self.model.fields(&mut |fields: &[&dyn Field]| {
            let Some(serializer) = serializer.take() else { return };
            outcome = Some((|| {
                let mut object = serializer.serialize_map(None)?;
                for (name, field) in names.iter().zip(fields) {
                    let value = field.get();
                    if !matches!(value, Ref::Unset) {
                        object
                            .serialize_entry(name, &Value { value, path: self.path })
                            .inspect_err(|_| self.path.member(name))?;
                    }
                }
                object.end()
            })());
        });
        outcome.unwrap_or_else(|| Err(S::Error::custom("the model did not call the visitor")))
    }
}

/// Serializes the value of a member.
pub(crate) struct Value<'a> {
    pub(crate) value: Ref<'a>,
    pub(crate) path: &'a Path,
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Ref::Unset => serializer.serialize_unit(),
            Ref::Bool(value) => serializer.serialize_bool(value),
            Ref::I64(value) => serializer.serialize_i64(value),
            Ref::U64(value) => serializer.serialize_u64(value),
            Ref::F64(value) => Float(value).serialize(serializer),
            Ref::Str(value) => serializer.serialize_str(value),
            Ref::Binary(_) => Err(S::Error::custom(
                "raw bytes cannot be serialized as JSON: send the request as multipart/form-data",
            )),
            Ref::Bools(values) => values.serialize(serializer),
            Ref::I64s(values) => values.serialize(serializer),
            Ref::U64s(values) => values.serialize(serializer),
            Ref::F64s(values) => serializer.collect_seq(values.iter().copied().map(Float)),
            Ref::Strs(values) => values.serialize(serializer),
            Ref::Object(model) => Object { model, path: self.path }.serialize(serializer),
            Ref::Objects(objects) => list(objects, self.path, serializer),
        }
    }
}

fn list<S: Serializer>(
    objects: &dyn ObjectList,
    path: &Path,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(objects.count()))?;
    for (index, model) in objects.iter().enumerate() {
        list.serialize_element(&Object { model, path }).inspect_err(|_| path.index(index))?;
    }
    list.end()
}

/// Serializes a float that must be finite. JSON has no other floats: `serde_json` would write
/// `null`.
struct Float(f64);

impl Serialize for Float {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() {
            serializer.serialize_f64(self.0)
        } else {
            Err(S::Error::custom("the float is not finite"))
        }
    }
}
