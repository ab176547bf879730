mod list;
mod value;

use std::cell::Cell;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Unexpected, Visitor};

pub(crate) use self::value::ValueSeed;
use super::path::Path;
use super::{Field, Model};

/// How strictly a document must follow the specification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Leniency {
    /// Accepts what services are known to send; see [`json`](super::json).
    #[default]
    Lenient,
    /// Accepts only what the specification allows: no unknown members, no numbers as strings, no
    /// `null` in lists. Use it to check examples and recorded responses.
    Strict,
}

/// The memory that the objects and lists of every document may take, in bytes.
const BASE_MEMORY: usize = 16 * 1024 * 1024;

/// The additional memory for each byte of the document, in bytes.
const MEMORY_PER_BYTE: usize = 16;

/// The state that all levels of a document share while it is read.
pub(crate) struct Context {
    pub(crate) leniency: Leniency,
    pub(crate) path: Path,
    /// The memory limit of all objects and lists, and the rest of it, in bytes.
    memory_limit: usize,
    remaining_memory: Cell<usize>,
    is_exhausted: Cell<bool>,
}

impl Context {
    /// Creates the context of a document of `length` bytes.
    pub(crate) fn new(leniency: Leniency, length: usize) -> Self {
        let limit = length.saturating_mul(MEMORY_PER_BYTE).saturating_add(BASE_MEMORY);
        Self::with_memory_limit(leniency, limit)
    }

    fn with_memory_limit(leniency: Leniency, memory_limit: usize) -> Self {
        Self {
            leniency,
            path: Path::default(),
            memory_limit,
            remaining_memory: Cell::new(memory_limit),
            is_exhausted: Cell::new(false),
        }
    }

    /// Creates the context of a document of unknown length, without a memory limit.
    #[cfg(feature = "serde")]
    pub(crate) fn unlimited(leniency: Leniency) -> Self {
        Self::with_memory_limit(leniency, usize::MAX)
    }

    /// Whether the document exceeded the memory limit.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.is_exhausted.get()
    }

    /// Counts the memory of an object or an element of a list.
    fn charge<E: Error>(&self, bytes: usize) -> Result<(), E> {
        match self.remaining_memory.get().checked_sub(bytes) {
            Some(remaining) => {
                self.remaining_memory.set(remaining);
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
            self.memory_limit
        ))
    }

    fn is_strict(&self) -> bool {
        self.leniency == Leniency::Strict
    }

    /// Returns an error in strict mode.
    fn tolerate<E: Error>(&self, deviation: &str) -> Result<(), E> {
        if self.is_strict() { Err(E::custom(deviation)) } else { Ok(()) }
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
        // The error of `deserialize_map` would contain a value that is not a map.
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

    /// Leaves out the text, because it may be a secret.
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Err(E::invalid_type(Unexpected::Other("a string"), &self))
    }
}

/// Reads the members of an object into `model`, and members that it does not have into `extra`.
pub(crate) fn read_members<'de, A: MapAccess<'de>>(
    model: &mut dyn Model,
    extra: Option<&mut dyn Model>,
    map: A,
    context: &Context,
) -> Result<(), A::Error> {
    let names = model.table().members;
    match extra {
        None => with_fields(model, |fields| read_into(names, fields, &[], &mut [], map, context)),
        Some(extra) => {
            let extra_names = extra.table().members;
            with_fields(model, |fields| {
                with_fields(extra, |extra_fields| {
                    read_into(names, fields, extra_names, extra_fields, map, context)
                })
            })
        }
    }
}

/// Calls `read` with the members of a model and returns its result.
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
    extra_names: &'static [&'static str],
    extra_fields: &mut [&mut dyn Field],
    mut map: A,
    context: &Context,
) -> Result<(), A::Error> {
    // Members usually arrive in table order, so the next name is compared before the search.
    let mut expected = 0;
    while let Some(key) = map.next_key_seed(KeySeed { names, expected, extra_names })? {
        let (slot, name) = match key {
            Key::Member(index) => {
                expected = index + 1;
                (fields.get_mut(index).map(|field| field.get_mut()), names.get(index))
            }
            Key::Extra(index) => {
                (extra_fields.get_mut(index).map(|field| field.get_mut()), extra_names.get(index))
            }
            Key::Unknown => (None, None),
        };
        let (Some(slot), Some(name)) = (slot, name) else {
            context.tolerate("the specification does not have this member")?;
            map.next_value::<IgnoredAny>()?;
            continue;
        };
        map.next_value_seed(ValueSeed { slot, context })
            .inspect_err(|_| context.path.member(name))?;
    }
    Ok(())
}

enum Key {
    Member(usize),
    Extra(usize),
    Unknown,
}

struct KeySeed {
    names: &'static [&'static str],
    expected: usize,
    extra_names: &'static [&'static str],
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
        Ok(match (find(self.names), find(self.extra_names)) {
            (Some(index), _) => Key::Member(index),
            (None, Some(index)) => Key::Extra(index),
            (None, None) => Key::Unknown,
        })
    }
}
