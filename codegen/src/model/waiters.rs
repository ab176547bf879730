//! Checks the waiters of a supplement against the specification, and assigns Rust names.

use std::collections::BTreeSet;

use super::collisions::check_unique;
use super::service::{Action, Argument, Waiter};
use crate::error::{Error, ErrorKind, Location};
use crate::names::{Ident, snake};
use crate::spec::{Member, Object, Spec};
use crate::supplements::check_text;
use crate::supplements::supplement::{self, Absent, KIND};

/// Seconds between two polls, and until the end of the wait.
const INTERVAL: u64 = 5;
const MAX_WAIT: u64 = 600;

/// How many ids a request accepts in general.
const MAX_IDS: u64 = 100;

/// Longest wait that can be stated: a day.
const MAX_SECONDS: u64 = 24 * 60 * 60;

/// Argument for the request id of an operation.
pub(crate) const OPERATION_ARGUMENT: &str = "request_id";

/// Members of a filter.
const FILTER_NAME: &str = "Name";
const FILTER_VALUES: &str = "Values";

/// Returns the waiters of a version, sorted by name.
pub(super) fn waiters(
    spec: &Spec,
    actions: &[Action],
    location: &Location,
) -> Result<Vec<Waiter>, Error> {
    let location = location.supplement(KIND);
    let mut waiters = Vec::new();
    for (name, waiter) in spec.supplements.supplement.iter().flat_map(|it| &it.waiters) {
        let check = Check { spec, waiter, location: location.waiter(name) };
        waiters.push(check.waiter(name, actions)?);
    }
    Ok(waiters)
}

/// Checks one waiter.
struct Check<'a> {
    spec: &'a Spec,
    waiter: &'a supplement::Waiter,
    location: Location,
}

/// Object of the specification, with its location.
struct Found<'a> {
    object: &'a Object,
    location: Location,
}

/// Types that a member can have for a key.
enum Expected {
    /// String.
    Text,
    /// Integer.
    Integer,
    /// String or integer.
    TextOrInteger,
    /// Value that a state can have.
    State,
    /// List of strings.
    Texts,
    /// List of objects.
    Objects,
    /// List of strings, or a single string or integer.
    Ids,
}

impl Expected {
    fn accepts(&self, member: &Member) -> bool {
        let is_scalar = |kinds: &[&str]| kinds.contains(&member.kind.as_str());
        let is_list_of = |element: &str| member.kind == "list" && member.element == element;
        match self {
            Self::Text => is_scalar(&["string"]),
            Self::Integer => is_scalar(&["int"]),
            Self::TextOrInteger => is_scalar(&["string", "int"]),
            Self::State => is_scalar(&["string", "int", "bool"]),
            Self::Texts => is_list_of("string"),
            Self::Objects => is_list_of_objects(member),
            Self::Ids => is_list_of("string") || is_scalar(&["string", "int"]),
        }
    }

    fn description(&self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "an integer",
            Self::TextOrInteger => "a string or an integer",
            Self::State => "a string, an integer or a boolean",
            Self::Texts => "a list of strings",
            Self::Objects => "a list of objects",
            Self::Ids => "a list of strings, a string or an integer",
        }
    }
}

fn is_list_of_objects(member: &Member) -> bool {
    super::types::referenced_object(member).is_some() && member.kind == "list"
}

/// Describes the type of a member, with an article.
fn type_of(member: &Member) -> String {
    match member.kind.as_str() {
        "list" if is_list_of_objects(member) => "a list of objects".to_owned(),
        "list" => format!("a list of `{}`", member.element),
        "int" => "an integer".to_owned(),
        "bool" => "a boolean".to_owned(),
        "object" => "an object".to_owned(),
        other => format!("a {other}"),
    }
}

impl<'a> Check<'a> {
    fn waiter(&self, name: &str, actions: &[Action]) -> Result<Waiter, Error> {
        let Self { waiter, .. } = *self;
        check_name(name, &self.location)?;
        for text in [&waiter.doc].into_iter().chain(&waiter.filter).chain(&waiter.failure_codes) {
            check_text(text, &self.location)?;
        }
        let action = actions.iter().find(|action| action.api_name == waiter.action);
        let Some(action) = action else {
            return Err(self.location.action(&waiter.action).error(ErrorKind::UnknownAction));
        };
        let request = self.object(&format!("{}Request", waiter.action))?;
        let response = self.object(&format!("{}Response", waiter.action))?;
        let (ids, is_list) = self.request(&request)?;
        self.response(&response)?;
        let max_ids = match (waiter.max_ids, is_list) {
            (None, true) => MAX_IDS,
            (None, false) => 1,
            (Some(value), _) => {
                let max = if is_list { MAX_IDS } else { 1 };
                self.number("max_ids", value, 1, max)?
            }
        };
        let interval =
            self.number("interval", waiter.interval.unwrap_or(INTERVAL), 1, MAX_SECONDS)?;
        let max_wait =
            self.number("max_wait", waiter.max_wait.unwrap_or(MAX_WAIT), interval, MAX_SECONDS)?;
        let parameters = waiter.parameters.iter().filter_map(|name| {
            let member = request.object.members.iter().find(|member| member.name == *name)?;
            Some((name.clone(), argument(member)))
        });
        let parameters: Vec<(String, Argument)> = parameters.collect();
        self.arguments(&ids, &parameters)?;
        Ok(Waiter {
            name: name.to_owned(),
            method: Ident::new(format!("wait_until_{name}")),
            action: action.clone(),
            ids,
            parameters,
            max_ids,
            interval,
            max_wait,
            source: waiter.clone(),
        })
    }

    /// Checks what the waiter sets. Returns the argument for the ids, and whether it is a list.
    fn request(&self, request: &Found<'a>) -> Result<(Argument, bool), Error> {
        let Self { waiter, .. } = *self;
        let expected = if waiter.filter.is_some() { Expected::Objects } else { Expected::Ids };
        let ids = member(request, &waiter.ids, "ids", &expected)?;
        if waiter.filter.is_some() {
            let filter = self.object(&ids.element)?;
            member(&filter, FILTER_NAME, "filter", &Expected::Text)?;
            member(&filter, FILTER_VALUES, "filter", &Expected::Texts)?;
        }
        let mut set = BTreeSet::from([waiter.ids.as_str()]);
        let limit = waiter.limit.iter().map(|name| (name, "limit", Expected::Integer));
        let parameters = waiter.parameters.iter();
        let parameters = parameters.map(|name| (name, "parameters", Expected::TextOrInteger));
        for (name, key, expected) in limit.chain(parameters) {
            member(request, name, key, &expected)?;
            if !set.insert(name) {
                return Err(request.location.member(name).error(ErrorKind::MemberSetTwice));
            }
        }
        let mut members = request.object.members.iter();
        let unset = members.find(|member| member.required && !set.contains(member.name.as_str()));
        if let Some(member) = unset {
            let location = request.location.member(&member.name);
            return Err(location.error(ErrorKind::RequiredMemberNotSet));
        }
        let is_list = ids.kind == "list";
        let ids = match &waiter.id {
            Some(id) if is_list => Argument::Texts(Ident::new(format!("{}s", snake(id)))),
            None if is_list => Argument::Texts(Ident::new(snake(&waiter.ids))),
            _ => match argument(ids) {
                // Some actions return the id of a task as a string, and others as an integer.
                Argument::Signed(name) | Argument::Unsigned(name) => Argument::Displayed(name),
                other => other,
            },
        };
        Ok((ids, is_list))
    }

    /// Checks what the waiter reads.
    fn response(&self, response: &Found<'a>) -> Result<(), Error> {
        let Self { waiter, .. } = *self;
        let keys = [
            ("id", waiter.id.is_some(), "items", waiter.items.is_some()),
            ("items", waiter.items.is_some(), "id", waiter.id.is_some()),
            ("request_id", waiter.request_id.is_some(), "items", waiter.items.is_some()),
        ];
        for (key, is_set, required, has_required) in keys {
            if is_set && !has_required {
                return Err(self.error(ErrorKind::MissingWaiterKey(key, required)));
            }
        }
        let item = match &waiter.items {
            Some(items) => {
                &self.object(&member(response, items, "items", &Expected::Objects)?.element)?
            }
            None => response,
        };
        let optional = [
            (&waiter.id, "id", Expected::Text),
            (&waiter.request_id, "request_id", Expected::Text),
            (&waiter.percent, "percent", Expected::Integer),
            (&waiter.message, "message", Expected::Text),
        ];
        for (name, key, expected) in optional {
            if let Some(name) = name {
                member(item, name, key, &expected)?;
            }
        }
        self.states(member(item, &waiter.state, "state", &Expected::State)?)
    }

    fn states(&self, member: &Member) -> Result<(), Error> {
        let Self { waiter, .. } = *self;
        if waiter.success.is_empty() && waiter.absent != Some(Absent::Success) {
            return Err(self.error(ErrorKind::NoSuccess));
        }
        let mut seen = BTreeSet::new();
        for state in waiter.success.iter().chain(&waiter.failure) {
            let is_suitable = match member.kind.as_str() {
                "int" if member.element == "uint64" => is_integer::<u64>(state),
                "int" => is_integer::<i64>(state),
                "bool" => matches!(state.as_str(), "true" | "false"),
                _ => check_text(state, &self.location).is_ok(),
            };
            if !is_suitable {
                let (state, found) = (state.clone(), type_of(member));
                let member = member.name.clone();
                return Err(self.error(ErrorKind::UnsuitableState { state, member, found }));
            }
            if !seen.insert(state) {
                return Err(self.error(ErrorKind::DuplicateState(state.clone())));
            }
        }
        Ok(())
    }

    /// Checks that the arguments of the method have different names.
    fn arguments(&self, ids: &Argument, parameters: &[(String, Argument)]) -> Result<(), Error> {
        let operation = Ident::new(OPERATION_ARGUMENT);
        let operation = self.waiter.request_id.as_deref().map(|member| (member, &operation));
        let parameters = parameters.iter().map(|(member, it)| (member.as_str(), it.name()));
        let arguments = [(self.waiter.ids.as_str(), ids.name())].into_iter();
        check_unique(arguments.chain(operation).chain(parameters), |_| self.location.clone())
    }

    fn number(&self, key: &'static str, value: u64, min: u64, max: u64) -> Result<u64, Error> {
        if (min..=max).contains(&value) {
            return Ok(value);
        }
        Err(self.error(ErrorKind::InvalidWaiterNumber { key, value, min, max }))
    }

    fn object(&self, name: &str) -> Result<Found<'a>, Error> {
        let location = self.location.object(name);
        match self.spec.objects.get(name) {
            Some(object) => Ok(Found { object, location }),
            // Unreachable: the specification is valid.
            None => Err(self.error(ErrorKind::UnknownObject(name.to_owned()))),
        }
    }

    fn error(&self, kind: ErrorKind) -> Error {
        self.location.clone().error(kind)
    }
}

fn member<'a>(
    found: &Found<'a>,
    name: &str,
    key: &'static str,
    expected: &Expected,
) -> Result<&'a Member, Error> {
    let location = found.location.member(name);
    let Some(member) = found.object.members.iter().find(|member| member.name == name) else {
        return Err(location.error(ErrorKind::UnknownMember));
    };
    if expected.accepts(member) {
        return Ok(member);
    }
    let (found, expected) = (type_of(member), expected.description());
    Err(location.error(ErrorKind::UnsuitableWaiterMember { key, found, expected }))
}

/// Returns the argument for a single string or integer.
fn argument(member: &Member) -> Argument {
    let name = Ident::new(snake(&member.name));
    match member.element.as_str() {
        "int64" => Argument::Signed(name),
        "uint64" => Argument::Unsigned(name),
        _ => Argument::Text(name),
    }
}

/// Whether a text is what an integer looks like when it is written.
fn is_integer<T: std::str::FromStr + ToString>(text: &str) -> bool {
    text.parse::<T>().is_ok_and(|number| number.to_string() == text)
}

fn check_name(name: &str, location: &Location) -> Result<(), Error> {
    let is_valid = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
    if is_valid {
        return Ok(());
    }
    Err(location.clone().error(ErrorKind::InvalidWaiterName))
}
