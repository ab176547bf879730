//! The specification of a service version: its actions, and their request and response objects.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// One version of one service.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) actions: BTreeMap<String, Action>,
    objects: BTreeMap<String, Vec<Member>>,
}

/// One action.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) name: String,
    pub(crate) input: String,
    pub(crate) output: String,
    pub(crate) is_offline: bool,
    /// Whether the action can be called without a signature.
    pub(crate) skip_sign: bool,
}

/// One member of an object.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) is_list: bool,
    /// The type of the member, or of the items if it is a list.
    pub(crate) item: ItemType,
    pub(crate) required: bool,
    pub(crate) disabled: bool,
}

/// The type of a value that is not a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ItemType {
    Bool,
    Int,
    Uint,
    Float,
    String(StringFormat),
    /// An object type, by name.
    Object(String),
}

/// The format of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StringFormat {
    Plain,
    /// `2006-01-02 15:04:05`.
    DateTime,
    /// `2006-01-02T15:04:05Z`.
    IsoDateTime,
    /// `2006-01-02`.
    Date,
}

impl Spec {
    /// Parses a file of `api-specs/`.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the text, and where.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let root: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut actions = BTreeMap::new();
        for (name, facts) in entries(&root, "actions")? {
            actions.insert(name.clone(), action(name, facts)?);
        }
        let mut objects = BTreeMap::new();
        for (name, facts) in entries(&root, "objects")? {
            let members = facts.get("members").and_then(Value::as_array);
            let members = members.ok_or_else(|| format!("`{name}` has no `members`"))?;
            let members = members.iter().map(|facts| member(name, facts));
            objects.insert(name.clone(), members.collect::<Result<Vec<_>, _>>()?);
        }
        let service = string_field(&root, "service", "specification")?.to_owned();
        let version = string_field(&root, "version", "specification")?.to_owned();
        let spec = Self { service, version, actions, objects };
        spec.check_references()?;
        Ok(spec)
    }

    /// Returns the members of an object type, or an empty slice if the type is unknown.
    pub(crate) fn members(&self, object: &str) -> &[Member] {
        self.objects.get(object).map_or(&[], Vec::as_slice)
    }

    /// Returns a member of an object type.
    pub(crate) fn member(&self, object: &str, name: &str) -> Option<&Member> {
        self.members(object).iter().find(|member| member.name == name)
    }

    /// Checks that every referenced object type exists, so that no later lookup fails.
    fn check_references(&self) -> Result<(), String> {
        let of_actions = self.actions.values().flat_map(|action| [&action.input, &action.output]);
        let of_members = self.objects.values().flatten().filter_map(|member| member.item.object());
        of_actions
            .map(String::as_str)
            .chain(of_members)
            .find(|name| !self.objects.contains_key(*name))
            .map_or(Ok(()), |name| Err(format!("the object `{name}` does not exist")))
    }
}

impl ItemType {
    fn parse(name: &str) -> Self {
        match name {
            "bool" => Self::Bool,
            "int64" => Self::Int,
            "uint64" => Self::Uint,
            "float" => Self::Float,
            "string" | "binary" => Self::String(StringFormat::Plain),
            "datetime" => Self::String(StringFormat::DateTime),
            "datetime_iso" => Self::String(StringFormat::IsoDateTime),
            "date" => Self::String(StringFormat::Date),
            object => Self::Object(object.to_owned()),
        }
    }

    /// Returns the name of the object type, if it is one.
    pub(crate) fn object(&self) -> Option<&str> {
        match self {
            Self::Object(name) => Some(name),
            _ => None,
        }
    }

    /// Returns whether it is a string of any format.
    pub(crate) fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }
}

fn action(name: &str, facts: &Value) -> Result<Action, String> {
    Ok(Action {
        name: name.to_owned(),
        input: string_field(facts, "input", name)?.to_owned(),
        output: string_field(facts, "output", name)?.to_owned(),
        is_offline: facts.get("status").and_then(Value::as_str) == Some("offline"),
        skip_sign: bool_field(facts, "skip_sign"),
    })
}

fn member(object: &str, facts: &Value) -> Result<Member, String> {
    Ok(Member {
        name: string_field(facts, "name", object)?.to_owned(),
        is_list: string_field(facts, "type", object)? == "list",
        item: ItemType::parse(string_field(facts, "member", object)?),
        required: bool_field(facts, "required"),
        disabled: bool_field(facts, "disabled"),
    })
}

fn entries<'a>(root: &'a Value, key: &str) -> Result<&'a Map<String, Value>, String> {
    root.get(key).and_then(Value::as_object).ok_or_else(|| format!("`{key}` is missing"))
}

fn string_field<'a>(facts: &'a Value, key: &str, owner: &str) -> Result<&'a str, String> {
    facts.get(key).and_then(Value::as_str).ok_or_else(|| format!("`{owner}` has no `{key}`"))
}

fn bool_field(facts: &Value, key: &str) -> bool {
    facts.get(key).and_then(Value::as_bool).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_errors_name_the_problem() {
        let cases = [
            ("{", "EOF"),
            (r#"{"service": "x", "version": "1"}"#, "`actions` is missing"),
            (
                r#"{"service": "x", "version": "1", "objects": {},
                    "actions": {"Go": {"input": "GoRequest", "output": "GoResponse"}}}"#,
                "the object `GoRequest` does not exist",
            ),
            (
                r#"{"service": "x", "version": "1", "actions": {},
                    "objects": {"A": {"members": [{"name": "B", "type": "object"}]}}}"#,
                "`A` has no `member`",
            ),
            (
                r#"{"service": "x", "version": "1", "actions": {},
                    "objects": {"A": {"members": [{"name": "B", "type": "list", "member": "C"}]}}}"#,
                "the object `C` does not exist",
            ),
        ];
        for (text, problem) in cases {
            let error = Spec::parse(text).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }
}
