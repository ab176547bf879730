//! Splits a JSON object into its members without reading their values.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of a JSON object: their names and the text of their values.
pub(crate) struct RawMembers<'a>(Vec<(String, &'a RawValue)>);

impl<'a> RawMembers<'a> {
    /// Reads an object. A text that is not an object is an error.
    pub(crate) fn from_json(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Returns the text of a member; the last one if a name is repeated.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.iter().filter(|(member, _)| *member == name).last().map(|(_, value)| value)
    }

    /// Returns the names and texts, in the order of the object.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.get()))
    }
}

impl<'de> Deserialize<'de> for RawMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = RawMembers<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(RawMembers(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_repeated_members_counts() {
        let members = RawMembers::from_json(r#"{"A": 1, "B": [2], "A": "3"}"#).unwrap();
        assert_eq!(members.get("A"), Some(r#""3""#));
        assert_eq!(members.get("B"), Some("[2]"));
        assert_eq!(members.get("C"), None);
        assert!(RawMembers::from_json("[]").is_err());
    }
}
