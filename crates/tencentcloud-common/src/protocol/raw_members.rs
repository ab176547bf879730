//! Splits a JSON object into its members without reading their values.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
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

    /// Returns the object with one member replaced or added. The texts of the other values are
    /// unchanged.
    pub(crate) fn with(&self, name: &str, value: &Value) -> String {
        let mut text = String::new();
        let mut push = |name: &str, value: &str| {
            text.push(if text.is_empty() { '{' } else { ',' });
            text.push_str(&format!("{}:{value}", Value::from(name)));
        };
        for (other, value) in self.iter().filter(|(other, _)| *other != name) {
            push(other, value);
        }
        push(name, &value.to_string());
        text + "}"
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

    #[test]
    fn only_the_member_that_is_set_changes() {
        let members = RawMembers::from_json(r#"{"A": 0.10, "\"": [ 2 ], "B": 1}"#).unwrap();
        assert_eq!(members.with("B", &Value::from("x")), r#"{"A":0.10,"\"":[ 2 ],"B":"x"}"#);
        assert_eq!(members.with("C", &Value::Null), r#"{"A":0.10,"\"":[ 2 ],"B":1,"C":null}"#);
        assert_eq!(RawMembers::from_json("{}").unwrap().with("C", &Value::from(1)), r#"{"C":1}"#);
    }
}
