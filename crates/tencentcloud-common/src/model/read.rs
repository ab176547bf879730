mod list;

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::json::Leniency;
use super::path::Path;
use super::{Field, Model, Mut};

/// What all levels of one document share while it is read.
pub(crate) struct Context {
    pub(crate) leniency: Leniency,
    pub(crate) path: Path,
}

impl Context {
    pub(crate) fn new(leniency: Leniency) -> Self {
        Self { leniency, path: Path::default() }
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
        deserializer.deserialize_map(self)
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

/// Reads one value into the place of a member.
struct ValueSeed<'a> {
    place: Mut<'a>,
    context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl ValueSeed<'_> {
    fn wanted(&self) -> &'static str {
        match self.place {
            Mut::Bool(_) => "a boolean",
            Mut::I64(_) => "a 64-bit integer",
            Mut::U64(_) => "an unsigned 64-bit integer",
            Mut::F64(_) => "a number",
            Mut::Str(_) | Mut::Text(_) => "a string",
            Mut::Binary(_) => "nothing: raw bytes are only sent",
            Mut::Object(_) => "an object",
            Mut::Bools(_)
            | Mut::I64s(_)
            | Mut::U64s(_)
            | Mut::F64s(_)
            | Mut::Strs(_)
            | Mut::Objects(_) => "a list",
        }
    }

    /// The error for a value that does not fit. It names the kind of value and never the value,
    /// which may be a secret.
    #[cold]
    fn misfit<E: Error>(&self, found: &str) -> E {
        E::custom(format_args!("expected {}, found {found}", self.wanted()))
    }

    /// As [`misfit`](Self::misfit), for a value that only a lenient reading takes.
    fn coerce<E: Error>(&self, found: &str) -> Result<(), E> {
        if self.context.is_strict() { Err(self.misfit(found)) } else { Ok(()) }
    }

    fn put_text(self, text: String) {
        match self.place {
            Mut::Str(place) => *place = Some(text),
            Mut::Text(place) => *place = text,
            _ => {}
        }
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted())
    }

    /// `null` leaves the member as it is: not set.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        match self.place {
            Mut::Bool(place) => *place = Some(value),
            Mut::Str(_) | Mut::Text(_) => {
                self.coerce("a boolean")?;
                self.put_text(value.to_string());
            }
            _ => return Err(self.misfit("a boolean")),
        }
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        match self.place {
            Mut::I64(place) => *place = Some(value),
            _ => match u64::try_from(value) {
                Ok(value) => return self.visit_u64(value),
                Err(_) => match self.place {
                    #[allow(clippy::cast_precision_loss, reason = "what any JSON reader does")]
                    Mut::F64(place) => *place = Some(value as f64),
                    Mut::Str(_) | Mut::Text(_) => {
                        self.coerce("a number")?;
                        self.put_text(value.to_string());
                    }
                    _ => return Err(self.misfit("a negative number")),
                },
            },
        }
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match self.place {
            Mut::U64(place) => *place = Some(value),
            Mut::I64(_) => match i64::try_from(value) {
                Ok(value) => return self.visit_i64(value),
                Err(_) => return Err(self.misfit("a number above its range")),
            },
            #[allow(clippy::cast_precision_loss, reason = "what any JSON reader does")]
            Mut::F64(place) => *place = Some(value as f64),
            Mut::Str(_) | Mut::Text(_) => {
                self.coerce("a number")?;
                self.put_text(value.to_string());
            }
            Mut::Bool(_) if value < 2 => {
                self.coerce("a number")?;
                return self.visit_bool(value == 1);
            }
            _ => return Err(self.misfit("a number")),
        }
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        match self.place {
            Mut::F64(place) => *place = Some(value),
            Mut::I64(_) | Mut::U64(_) => {
                self.coerce("a number with a fraction")?;
                match whole(value) {
                    Some(value) => return self.visit_i64(value),
                    None => return Err(self.misfit("a number with a fraction")),
                }
            }
            Mut::Str(_) | Mut::Text(_) => {
                self.coerce("a number")?;
                self.put_text(value.to_string());
            }
            _ => return Err(self.misfit("a number")),
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        match self.place {
            Mut::Str(place) => *place = Some(value.to_owned()),
            Mut::Text(place) => value.clone_into(place),
            Mut::Bool(_) | Mut::I64(_) | Mut::U64(_) | Mut::F64(_) => {
                self.coerce("a string")?;
                return self.visit_number_text(value);
            }
            // Some services say "no object" and "no list" with an empty string.
            Mut::Object(_)
            | Mut::Objects(_)
            | Mut::Bools(_)
            | Mut::I64s(_)
            | Mut::U64s(_)
            | Mut::F64s(_)
            | Mut::Strs(_)
                if value.is_empty() =>
            {
                self.coerce("an empty string")?;
            }
            _ => return Err(self.misfit("a string")),
        }
        Ok(())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<(), E> {
        match self.place {
            Mut::Str(_) | Mut::Text(_) => {
                self.put_text(value);
                Ok(())
            }
            _ => self.visit_str(&value),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let context = self.context;
        match self.place {
            Mut::Bools(place) => list::scalars(place, seq, context, |slot| Mut::Bool(slot)),
            Mut::I64s(place) => list::scalars(place, seq, context, |slot| Mut::I64(slot)),
            Mut::U64s(place) => list::scalars(place, seq, context, |slot| Mut::U64(slot)),
            Mut::F64s(place) => list::floats(place, seq, context),
            Mut::Strs(place) => list::scalars(place, seq, context, |slot| Mut::Str(slot)),
            Mut::Objects(place) => list::objects(place, seq, context),
            _ => Err(self.misfit("a list")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let context = self.context;
        match self.place {
            Mut::Object(place) => read_members(place.open(), None, map, context),
            Mut::Bool(_) | Mut::I64(_) | Mut::U64(_) | Mut::F64(_) | Mut::Str(_) | Mut::Text(_) => {
                // With its feature `arbitrary_precision`, which any crate of a program can turn
                // on, serde_json hands over a number as an object of this one member.
                if map.next_key::<String>()?.as_deref() != Some("$serde_json::private::Number") {
                    return Err(self.misfit("an object"));
                }
                let text = map.next_value::<String>()?;
                self.visit_number_text(&text)
            }
            _ => Err(self.misfit("an object")),
        }
    }
}

impl ValueSeed<'_> {
    /// Takes a number that arrived as text; an empty text leaves the member unset.
    fn visit_number_text<E: Error>(self, text: &str) -> Result<(), E> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        match self.place {
            Mut::Str(_) | Mut::Text(_) => {
                self.coerce("a number")?;
                self.put_text(text.to_owned());
                Ok(())
            }
            Mut::Bool(place) if text.eq_ignore_ascii_case("true") || text == "1" => {
                *place = Some(true);
                Ok(())
            }
            Mut::Bool(place) if text.eq_ignore_ascii_case("false") || text == "0" => {
                *place = Some(false);
                Ok(())
            }
            Mut::Bool(_) => Err(self.misfit("a string that is no boolean")),
            _ => match (text.parse::<u64>(), text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(value), _, _) => self.visit_u64(value),
                (_, Ok(value), _) => self.visit_i64(value),
                (_, _, Ok(value)) if value.is_finite() => self.visit_f64(value),
                _ => Err(self.misfit("a string that is no number")),
            },
        }
    }
}

/// A float that is a whole number, as the integer it is.
fn whole(value: f64) -> Option<i64> {
    // 2^53: up to here every whole float is exactly one integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[allow(clippy::cast_possible_truncation, reason = "whole and in range")]
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}
