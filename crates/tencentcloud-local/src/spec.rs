//! The specification of a service version: its actions, and the objects they take and give.

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
    /// No longer served.
    pub(crate) offline: bool,
    /// May be called without a signature.
    pub(crate) skip_sign: bool,
}

/// One member of an object.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) list: bool,
    /// The type of the member, or of the items of the list.
    pub(crate) item: Item,
    pub(crate) required: bool,
    pub(crate) disabled: bool,
}

/// The type of a value that is no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Bool,
    Int,
    Uint,
    Float,
    Text(Text),
    /// An object, by its name.
    Object(String),
}

/// What a string holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    Plain,
    /// `2006-01-02 15:04:05`.
    DateTime,
    /// `2006-01-02T15:04:05Z`.
    IsoDateTime,
    /// `2006-01-02`.
    Date,
}

impl Spec {
    /// Reads the committed form.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, and where.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let root: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut actions = BTreeMap::new();
        for (name, facts) in entries(&root, "actions")? {
            actions.insert(name.clone(), action(name, facts)?);
        }
        let mut objects = BTreeMap::new();
        for (name, facts) in entries(&root, "objects")? {
            let members = facts.get("members").and_then(Value::as_array);
            let members = members.ok_or_else(|| format!("{name} has no members"))?;
            let members = members.iter().map(|facts| member(name, facts));
            objects.insert(name.clone(), members.collect::<Result<Vec<_>, _>>()?);
        }
        let service = text_of(&root, "service", "the specification")?.to_owned();
        let version = text_of(&root, "version", "the specification")?.to_owned();
        let spec = Self { service, version, actions, objects };
        spec.check_references()?;
        Ok(spec)
    }

    /// The members of an object; none for a name that the specification does not hold.
    pub(crate) fn members(&self, object: &str) -> &[Member] {
        self.objects.get(object).map_or(&[], Vec::as_slice)
    }

    /// A member of an object.
    pub(crate) fn member(&self, object: &str, name: &str) -> Option<&Member> {
        self.members(object).iter().find(|member| member.name == name)
    }

    /// That every object which is named is there, so that nothing later finds an object missing.
    fn check_references(&self) -> Result<(), String> {
        let of_actions = self.actions.values().flat_map(|action| [&action.input, &action.output]);
        let of_members = self.objects.values().flatten().filter_map(|member| member.item.object());
        of_actions
            .map(String::as_str)
            .chain(of_members)
            .find(|name| !self.objects.contains_key(*name))
            .map_or(Ok(()), |name| Err(format!("the object {name} is missing")))
    }
}

impl Item {
    fn named(name: &str) -> Self {
        match name {
            "bool" => Self::Bool,
            "int64" => Self::Int,
            "uint64" => Self::Uint,
            "float" => Self::Float,
            "string" | "binary" => Self::Text(Text::Plain),
            "datetime" => Self::Text(Text::DateTime),
            "datetime_iso" => Self::Text(Text::IsoDateTime),
            "date" => Self::Text(Text::Date),
            object => Self::Object(object.to_owned()),
        }
    }

    /// The name of the object, if it is one.
    pub(crate) fn object(&self) -> Option<&str> {
        match self {
            Self::Object(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it is a string of any form.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }
}

fn action(name: &str, facts: &Value) -> Result<Action, String> {
    Ok(Action {
        name: name.to_owned(),
        input: text_of(facts, "input", name)?.to_owned(),
        output: text_of(facts, "output", name)?.to_owned(),
        offline: facts.get("status").and_then(Value::as_str) == Some("offline"),
        skip_sign: flag(facts, "skip_sign"),
    })
}

fn member(object: &str, facts: &Value) -> Result<Member, String> {
    Ok(Member {
        name: text_of(facts, "name", object)?.to_owned(),
        list: text_of(facts, "type", object)? == "list",
        item: Item::named(text_of(facts, "member", object)?),
        required: flag(facts, "required"),
        disabled: flag(facts, "disabled"),
    })
}

fn entries<'a>(root: &'a Value, key: &str) -> Result<&'a Map<String, Value>, String> {
    root.get(key).and_then(Value::as_object).ok_or_else(|| format!("there are no {key}"))
}

fn text_of<'a>(facts: &'a Value, key: &str, of: &str) -> Result<&'a str, String> {
    facts.get(key).and_then(Value::as_str).ok_or_else(|| format!("{of} has no {key}"))
}

fn flag(facts: &Value, key: &str) -> bool {
    facts.get(key).and_then(Value::as_bool).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_specification_is_refused_by_name() {
        let cases = [
            ("{", "EOF"),
            (r#"{"service": "x", "version": "1"}"#, "there are no actions"),
            (
                r#"{"service": "x", "version": "1", "objects": {},
                    "actions": {"Go": {"input": "GoRequest", "output": "GoResponse"}}}"#,
                "the object GoRequest is missing",
            ),
            (
                r#"{"service": "x", "version": "1", "actions": {},
                    "objects": {"A": {"members": [{"name": "B", "type": "object"}]}}}"#,
                "A has no member",
            ),
            (
                r#"{"service": "x", "version": "1", "actions": {},
                    "objects": {"A": {"members": [{"name": "B", "type": "list", "member": "C"}]}}}"#,
                "the object C is missing",
            ),
        ];
        for (text, problem) in cases {
            let error = Spec::parse(text).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }
}
