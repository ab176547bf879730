use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize as _, Deserializer};
use serde_json::value::RawValue;

use super::super::Mut;
use super::{Context, list, read_members};

/// Reads one value into a member.
pub(crate) struct ValueSeed<'a> {
    pub(crate) slot: Mut<'a>,
    pub(crate) context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.slot {
            Mut::Json(slot) => {
                let json: Box<str> = Box::<RawValue>::deserialize(deserializer)?.into();
                *slot = Some(json.into()).filter(|json| json != "null");
                Ok(())
            }
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl ValueSeed<'_> {
    fn expected(&self) -> &'static str {
        match self.slot {
            Mut::Bool(_) => "a boolean",
            Mut::I64(_) => "a 64-bit integer",
            Mut::U64(_) => "an unsigned 64-bit integer",
            Mut::F64(_) => "a number",
            Mut::Str(_) | Mut::Text(_) => "a string",
            Mut::Json(_) => "a value",
            Mut::Binary(_) => "no value: raw bytes cannot be read",
            Mut::Object(_) => "an object",
            Mut::Bools(_)
            | Mut::I64s(_)
            | Mut::U64s(_)
            | Mut::F64s(_)
            | Mut::Strs(_)
            | Mut::Objects(_) => "a list",
        }
    }

    /// Creates the error for a value of the wrong type. It never contains the value, which may be a
    /// secret.
    #[cold]
    fn type_mismatch<E: Error>(&self, found: &str) -> E {
        E::custom(format_args!("expected {}, found {found}", self.expected()))
    }

    /// Returns [`type_mismatch`](Self::type_mismatch) in strict mode, for a value that needs a
    /// conversion.
    fn check_coercion<E: Error>(&self, found: &str) -> Result<(), E> {
        if self.context.is_strict() { Err(self.type_mismatch(found)) } else { Ok(()) }
    }

    fn set_text(self, text: String) {
        match self.slot {
            Mut::Str(slot) => *slot = Some(text),
            Mut::Text(slot) => *slot = text,
            _ => {}
        }
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected())
    }

    /// `null` also unsets the value of an earlier member with the same name.
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.slot.unset();
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        match self.slot {
            Mut::Bool(slot) => *slot = Some(value),
            Mut::Str(_) | Mut::Text(_) => {
                self.check_coercion("a boolean")?;
                self.set_text(value.to_string());
            }
            _ => return Err(self.type_mismatch("a boolean")),
        }
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        match self.slot {
            Mut::I64(slot) => *slot = Some(value),
            _ => match u64::try_from(value) {
                Ok(value) => return self.visit_u64(value),
                Err(_) => match self.slot {
                    #[allow(
                        clippy::cast_precision_loss,
                        reason = "other JSON deserializers do the same"
                    )]
                    Mut::F64(slot) => *slot = Some(value as f64),
                    Mut::Str(_) | Mut::Text(_) => {
                        self.check_coercion("a number")?;
                        self.set_text(value.to_string());
                    }
                    _ => return Err(self.type_mismatch("a negative number")),
                },
            },
        }
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match self.slot {
            Mut::U64(slot) => *slot = Some(value),
            Mut::I64(_) => match i64::try_from(value) {
                Ok(value) => return self.visit_i64(value),
                Err(_) => return Err(self.type_mismatch("a number that is too large")),
            },
            #[allow(clippy::cast_precision_loss, reason = "other JSON deserializers do the same")]
            Mut::F64(slot) => *slot = Some(value as f64),
            Mut::Str(_) | Mut::Text(_) => {
                self.check_coercion("a number")?;
                self.set_text(value.to_string());
            }
            Mut::Bool(_) if value < 2 => {
                self.check_coercion("a number")?;
                return self.visit_bool(value == 1);
            }
            _ => return Err(self.type_mismatch("a number")),
        }
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        match self.slot {
            Mut::F64(slot) => *slot = Some(value),
            Mut::I64(_) | Mut::U64(_) => {
                self.check_coercion("a number with a fraction")?;
                match to_integer(value) {
                    Some(value) => return self.visit_i64(value),
                    None => return Err(self.type_mismatch("a number with a fraction")),
                }
            }
            Mut::Str(_) | Mut::Text(_) => {
                self.check_coercion("a number")?;
                self.set_text(value.to_string());
            }
            _ => return Err(self.type_mismatch("a number")),
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        match self.slot {
            Mut::Str(slot) => *slot = Some(value.to_owned()),
            Mut::Text(slot) => value.clone_into(slot),
            Mut::Bool(_) | Mut::I64(_) | Mut::U64(_) | Mut::F64(_) => {
                self.check_coercion("a string")?;
                return self.visit_number_text(value);
            }
            // Some services send an empty string for an absent object or list.
            Mut::Object(_)
            | Mut::Objects(_)
            | Mut::Bools(_)
            | Mut::I64s(_)
            | Mut::U64s(_)
            | Mut::F64s(_)
            | Mut::Strs(_)
                if value.is_empty() =>
            {
                self.check_coercion("an empty string")?;
                self.slot.unset();
            }
            _ => return Err(self.type_mismatch("a string")),
        }
        Ok(())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<(), E> {
        match self.slot {
            Mut::Str(_) | Mut::Text(_) => {
                self.set_text(value);
                Ok(())
            }
            _ => self.visit_str(&value),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let context = self.context;
        match self.slot {
            Mut::Bools(slot) => list::scalars(slot, seq, context, |value| Mut::Bool(value)),
            Mut::I64s(slot) => list::scalars(slot, seq, context, |value| Mut::I64(value)),
            Mut::U64s(slot) => list::scalars(slot, seq, context, |value| Mut::U64(value)),
            Mut::F64s(slot) => list::floats(slot, seq, context),
            Mut::Strs(slot) => list::scalars(slot, seq, context, |value| Mut::Str(value)),
            Mut::Objects(slot) => list::objects(slot, seq, context),
            _ => Err(self.type_mismatch("a list")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let context = self.context;
        match self.slot {
            Mut::Object(slot) => {
                let object = slot.open();
                // An object that is not boxed is counted as a part of the outer object.
                context.charge(object.size().saturating_sub(size_of_val(object)))?;
                read_members(object, None, map, context)
            }
            Mut::Bool(_) | Mut::I64(_) | Mut::U64(_) | Mut::F64(_) | Mut::Str(_) | Mut::Text(_) => {
                // With the feature `arbitrary_precision`, which any crate of a program can enable,
                // serde_json passes a number as an object with this one member.
                if map.next_key::<String>()?.as_deref() != Some("$serde_json::private::Number") {
                    return Err(self.type_mismatch("an object"));
                }
                let text = map.next_value::<String>()?;
                self.visit_number_text(&text)
            }
            _ => Err(self.type_mismatch("an object")),
        }
    }
}

impl ValueSeed<'_> {
    /// Parses a number or boolean from text. An empty text unsets the member.
    fn visit_number_text<E: Error>(self, text: &str) -> Result<(), E> {
        let text = text.trim();
        if text.is_empty() {
            self.slot.unset();
            return Ok(());
        }
        match self.slot {
            Mut::Str(_) | Mut::Text(_) => {
                self.check_coercion("a number")?;
                self.set_text(text.to_owned());
                Ok(())
            }
            Mut::Bool(slot) if text.eq_ignore_ascii_case("true") || text == "1" => {
                *slot = Some(true);
                Ok(())
            }
            Mut::Bool(slot) if text.eq_ignore_ascii_case("false") || text == "0" => {
                *slot = Some(false);
                Ok(())
            }
            Mut::Bool(_) => Err(self.type_mismatch("a string that is not a boolean")),
            _ => match (text.parse::<u64>(), text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(value), _, _) => self.visit_u64(value),
                (_, Ok(value), _) => self.visit_i64(value),
                (_, _, Ok(value)) if value.is_finite() => self.visit_f64(value),
                _ => Err(self.type_mismatch("a string that is not a number")),
            },
        }
    }
}

/// Converts a float without a fraction to an integer.
fn to_integer(value: f64) -> Option<i64> {
    // 2^53: up to this value floats represent integers exactly.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    #[allow(clippy::cast_possible_truncation, reason = "without a fraction and in range")]
    (value.fract() == 0.0 && value.abs() <= MAX_EXACT).then_some(value as i64)
}
