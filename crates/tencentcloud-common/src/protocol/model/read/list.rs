use std::fmt;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::{Context, ValueSeed, read_members};
use crate::protocol::model::{ListMut, Model, Mut, ObjectList};

/// Reads a list of scalars. A `null` in the list is skipped.
pub(super) fn scalars<'de, T, A: SeqAccess<'de>>(
    values: ListMut<'_, T>,
    mut list: A,
    context: &Context,
    as_mut: impl Fn(&mut Option<T>) -> Mut<'_>,
) -> Result<(), A::Error> {
    let values = values.open();
    let mut index = 0;
    loop {
        let mut value = None;
        let seed = ValueSeed { slot: as_mut(&mut value), context };
        match list.next_element_seed(seed).inspect_err(|_| context.path.index(index))? {
            None => return Ok(()),
            Some(()) => match value {
                Some(value) => {
                    context.charge(size_of::<T>()).inspect_err(|_: &A::Error| {
                        context.path.index(index);
                    })?;
                    values.push(value);
                }
                None => context
                    .tolerate("null is not allowed in a list")
                    .inspect_err(|_: &A::Error| context.path.index(index))?,
            },
        }
        index += 1;
    }
}

/// Reads a list of floats. A `null` in the list becomes NaN, because such lists are time series, in
/// which the positions of values matter.
pub(super) fn floats<'de, A: SeqAccess<'de>>(
    values: ListMut<'_, f64>,
    mut list: A,
    context: &Context,
) -> Result<(), A::Error> {
    let values = values.open();
    loop {
        let mut value = None;
        let seed = ValueSeed { slot: Mut::F64(&mut value), context };
        let index = values.len();
        if list.next_element_seed(seed).inspect_err(|_| context.path.index(index))?.is_none() {
            return Ok(());
        }
        if value.is_none() {
            context
                .tolerate("null is not allowed in a list")
                .inspect_err(|_: &A::Error| context.path.index(index))?;
        }
        context.charge(size_of::<f64>()).inspect_err(|_: &A::Error| context.path.index(index))?;
        values.push(value.unwrap_or(f64::NAN));
    }
}

/// Reads a list of objects. A `null` in the list is skipped.
pub(super) fn objects<'de, A: SeqAccess<'de>>(
    objects: &mut dyn ObjectList,
    mut list: A,
    context: &Context,
) -> Result<(), A::Error> {
    objects.open();
    let mut index = 0;
    loop {
        let seed = ElementSeed { list: &mut *objects, context };
        match list.next_element_seed(seed).inspect_err(|_| context.path.index(index))? {
            None => return Ok(()),
            Some(Element::Object) => {}
            Some(Element::Null) => context
                .tolerate("null is not allowed in a list")
                .inspect_err(|_: &A::Error| context.path.index(index))?,
        }
        index += 1;
    }
}

enum Element {
    Object,
    Null,
}

/// Allocates an object only if there is an element, so that an empty list takes no memory.
struct ElementSeed<'a> {
    list: &'a mut dyn ObjectList,
    context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for ElementSeed<'_> {
    type Value = Element;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Element, D::Error> {
        let Self { list, context } = self;
        let mut deserializer = Some(deserializer);
        let mut outcome = None;
        list.push(&mut |model| {
            let Some(deserializer) = deserializer.take() else { return false };
            let read = deserializer.deserialize_any(ElementVisitor { model, context });
            let is_object = matches!(read, Ok(Element::Object));
            outcome = Some(read);
            is_object
        });
        outcome.unwrap_or_else(|| Err(D::Error::custom("the list did not call `fill`")))
    }
}

struct ElementVisitor<'a> {
    model: &'a mut dyn Model,
    context: &'a Context,
}

impl<'de> Visitor<'de> for ElementVisitor<'_> {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Element, E> {
        Ok(Element::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Element, A::Error> {
        self.context.charge(self.model.size())?;
        read_members(self.model, None, map, self.context).map(|()| Element::Object)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Element, E> {
        Err(E::invalid_type(de::Unexpected::Other("a string"), &self))
    }
}
