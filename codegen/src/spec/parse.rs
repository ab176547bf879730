//! Parses JSON step by step, so that an error can name the object and the member.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind, Location};

/// Map of names to JSON values that are not parsed yet.
pub(crate) type RawMap<'a> = UniqueMap<&'a RawValue>;

/// Parses JSON at a known location.
pub(crate) fn parse<'a, T: Deserialize<'a>>(
    text: &'a str,
    location: &Location,
) -> Result<T, Error> {
    serde_json::from_str(text)
        .map_err(|error| location.clone().error(ErrorKind::Malformed(error.to_string())))
}

/// Parses a member. An error contains its name, or its number if it has no name.
pub(crate) fn parse_member<'a, T: Deserialize<'a>>(
    text: &'a str,
    index: usize,
    object: &Location,
) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| {
        #[derive(serde::Deserialize)]
        struct Named {
            name: String,
        }
        let name = serde_json::from_str::<Named>(text)
            .map_or_else(|_| format!("#{}", index + 1), |named| named.name);
        object.member(&name).error(ErrorKind::Malformed(error.to_string()))
    })
}

/// Map that rejects duplicate keys. JSON readers silently keep the last one.
#[derive(Debug)]
pub(crate) struct UniqueMap<T>(pub(crate) BTreeMap<String, T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for UniqueMap<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueMapVisitor(PhantomData)).map(Self)
    }
}

struct UniqueMapVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for UniqueMapVisitor<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, T>()? {
            if entries.contains_key(&name) {
                return Err(A::Error::custom(format!("duplicate key `{name}`")));
            }
            entries.insert(name, value);
        }
        Ok(entries)
    }
}
