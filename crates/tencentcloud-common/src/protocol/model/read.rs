mod list;
mod value;

use std::cell::Cell;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Unexpected, Visitor};

pub(crate) use self::value::ValueSeed;
use super::path::Path;
use super::{Field, Model};

/// How far a response may depart from its specification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Leniency {
    /// Accepts what the services are known to send: see [`json`](super::json).
    #[default]
    Lenient,
    /// Accepts only what the specification allows, for checking examples and recorded responses:
    /// no unknown member, no number as a string, no `null` in a list.
    Strict,
}

/// How many bytes of memory the objects and lists of any document may take.
const BASE_MEMORY: usize = 16 * 1024 * 1024;

/// How many more they may take for each byte of the document.
const MEMORY_PER_BYTE: usize = 16;

/// What all levels of one document share while it is read.
pub(crate) struct Context {
    pub(crate) leniency: Leniency,
    pub(crate) path: Path,
    /// How many bytes all objects and lists may take, and how many are left of them.
    memory: usize,
    left: Cell<usize>,
    is_exhausted: Cell<bool>,
}

impl Context {
    /// For a document of `length` bytes.
    pub(crate) fn new(leniency: Leniency, length: usize) -> Self {
        let memory = length.saturating_mul(MEMORY_PER_BYTE).saturating_add(BASE_MEMORY);
        Self::with_memory(leniency, memory)
    }

    fn with_memory(leniency: Leniency, memory: usize) -> Self {
        Self {
            leniency,
            path: Path::default(),
            memory,
            left: Cell::new(memory),
            is_exhausted: Cell::new(false),
        }
    }

    /// For a document whose length nobody knows: its memory is not limited.
    #[cfg(feature = "serde")]
    pub(crate) fn unlimited(leniency: Leniency) -> Self {
        Self::with_memory(leniency, usize::MAX)
    }

    /// Whether the document is refused because of the memory that it needs.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.is_exhausted.get()
    }

    /// Takes memory for an object or an element of a list.
    fn charge<E: Error>(&self, bytes: usize) -> Result<(), E> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(self.exhausted()),
        }
    }

    #[cold]
    fn exhausted<E: Error>(&self) -> E {
        self.is_exhausted.set(true);
        E::custom(format_args!(
            "the objects and lists up to here take more than {} bytes of memory, the limit for a \
             document of this length",
            self.memory
        ))
    }

    fn is_strict(&self) -> bool {
        self.leniency == Leniency::Strict
    }

    /// Answers an error in a strict reading.
    fn tolerate<E: Error>(&self, what: &str) -> Result<(), E> {
        if self.is_strict() { Err(E::custom(what)) } else { Ok(()) }
    }
}

/// Reads an object into a model.
pub(crate) struct ObjectSeed<'a> {
    pub(crate) model: &'a mut dyn Model,
    pub(crate) context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // Not `deserialize_map`, whose error quotes a value that is not a map.
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        read_members(self.model, None, map, self.context)
    }

    /// Without the text, which may be a secret.
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Err(E::invalid_type(Unexpected::Other("a string"), &self))
    }
}

/// Reads the members of an object into `model`, and those it does not know into `aside`.
pub(crate) fn read_members<'de, A: MapAccess<'de>>(
    model: &mut dyn Model,
    aside: Option<&mut dyn Model>,
    map: A,
    context: &Context,
) -> Result<(), A::Error> {
    let names = model.table().members;
    match aside {
        None => with_fields(model, |fields| read_into(names, fields, &[], &mut [], map, context)),
        Some(aside) => {
            let more_names = aside.table().members;
            with_fields(model, |fields| {
                with_fields(aside, |more| read_into(names, fields, more_names, more, map, context))
            })
        }
    }
}

/// Calls `read` with the members of a model and answers what it answers.
fn with_fields<E: Error>(
    model: &mut dyn Model,
    read: impl FnOnce(&mut [&mut dyn Field]) -> Result<(), E>,
) -> Result<(), E> {
    let mut read = Some(read);
    let mut outcome = Ok(());
    model.fields_mut(&mut |fields: &mut [&mut dyn Field]| {
        if let Some(read) = read.take() {
            outcome = read(fields);
        }
    });
    outcome
}

fn read_into<'de, A: MapAccess<'de>>(
    names: &'static [&'static str],
    fields: &mut [&mut dyn Field],
    more_names: &'static [&'static str],
    more: &mut [&mut dyn Field],
    mut map: A,
    context: &Context,
) -> Result<(), A::Error> {
    // Members mostly arrive in table order, so the next one is tried before all are searched.
    let mut expected = 0;
    while let Some(key) = map.next_key_seed(KeySeed { names, expected, more_names })? {
        let (place, name) = match key {
            Key::Member(index) => {
                expected = index + 1;
                (fields.get_mut(index).map(|field| field.get_mut()), names.get(index))
            }
            Key::Aside(index) => {
                (more.get_mut(index).map(|field| field.get_mut()), more_names.get(index))
            }
            Key::Unknown => (None, None),
        };
        let (Some(place), Some(name)) = (place, name) else {
            context.tolerate("a member that the specification does not name")?;
            map.next_value::<IgnoredAny>()?;
            continue;
        };
        map.next_value_seed(ValueSeed { place, context })
            .inspect_err(|_| context.path.member(name))?;
    }
    Ok(())
}

enum Key {
    Member(usize),
    Aside(usize),
    Unknown,
}

struct KeySeed {
    names: &'static [&'static str],
    expected: usize,
    more_names: &'static [&'static str],
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        if self.names.get(self.expected) == Some(&key) {
            return Ok(Key::Member(self.expected));
        }
        let find = |names: &[&str]| names.iter().position(|name| *name == key);
        Ok(match (find(self.names), find(self.more_names)) {
            (Some(index), _) => Key::Member(index),
            (None, Some(index)) => Key::Aside(index),
            (None, None) => Key::Unknown,
        })
    }
}
