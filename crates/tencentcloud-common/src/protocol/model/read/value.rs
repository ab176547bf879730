use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize as _, Deserializer};
use serde_json::value::RawValue;

use super::super::Mut;
use super::{Context, list, read_members};

/// Reads one value into the place of a member.
pub(crate) struct ValueSeed<'a> {
    pub(crate) place: Mut<'a>,
    pub(crate) context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.place {
            Mut::Json(place) => {
                let json: Box<str> = Box::<RawValue>::deserialize(deserializer)?.into();
                *place = Some(json.into()).filter(|json| json != "null");
                Ok(())
            }
            _ => deserializer.deserialize_any(self),
        }
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
            Mut::Json(_) => "a value",
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

    /// `null` takes away what an earlier member of the same name has set.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.place.unset();
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
                self.place.unset();
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
            Mut::Object(place) => {
                let object = place.open();
                // Unless it is boxed, it is a part of an object that is counted already.
                context.charge(object.size().saturating_sub(size_of_val(object)))?;
                read_members(object, None, map, context)
            }
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
            self.place.unset();
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
