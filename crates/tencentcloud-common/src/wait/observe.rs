//! Reads the states of the ids from the response of a poll.

use super::waiter::Waiter;
use crate::protocol::model::{Field, Model, Ref};

/// What a state means for the wait. If a response lists an id twice, the greater one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Success,
    Pending,
    Failure,
}

/// What a poll says about one id.
#[derive(Clone, Debug)]
pub(super) struct Observation {
    pub(super) verdict: Verdict,
    pub(super) state: Option<String>,
    pub(super) message: Option<String>,
    pub(super) percent: Option<u8>,
}

impl Observation {
    /// The observation of an id that the service does not know.
    pub(super) fn absent(waiter: &Waiter) -> Self {
        let verdict = if waiter.absent_is_success { Verdict::Success } else { Verdict::Pending };
        Self { verdict, state: None, message: None, percent: None }
    }
}

/// Returns one observation per id, in the order of the ids.
pub(super) fn observe(
    response: &dyn Model,
    waiter: &Waiter,
    ids: &[String],
    operation: Option<&str>,
) -> Vec<Observation> {
    let mut found: Vec<Option<Observation>> = vec![None; ids.len()];
    let mut add = |item: &dyn Model, place: usize| {
        let observation = self::item(item, waiter, operation);
        if let Some(slot) = found.get_mut(place)
            && slot.as_ref().is_none_or(|other| other.verdict < observation.verdict)
        {
            *slot = Some(observation);
        }
    };
    match waiter.items {
        None => add(response, 0),
        Some(items) => read(response, items, &mut |member| {
            let Ref::Objects(items) = member else { return };
            for item in items.iter() {
                let Some(id) = text(item, waiter.id) else { continue };
                if let Some(place) = ids.iter().position(|asked| *asked == id) {
                    add(item, place);
                }
            }
        }),
    }
    found.into_iter().map(|it| it.unwrap_or_else(|| Observation::absent(waiter))).collect()
}

fn item(item: &dyn Model, waiter: &Waiter, operation: Option<&str>) -> Observation {
    let is_other_operation =
        waiter.request_id.is_some_and(|member| text(item, member).as_deref() != operation);
    if is_other_operation {
        return Observation {
            verdict: Verdict::Pending,
            state: None,
            message: None,
            percent: None,
        };
    }
    let state = text(item, waiter.state);
    let is_in = |states: &[&str]| state.as_deref().is_some_and(|state| states.contains(&state));
    let verdict = if is_in(waiter.success) {
        Verdict::Success
    } else if is_in(waiter.failure) {
        Verdict::Failure
    } else {
        Verdict::Pending
    };
    let message = waiter.message.and_then(|member| text(item, member));
    let message = message.filter(|message| !message.is_empty());
    let percent = waiter.percent.and_then(|member| percent(item, member));
    Observation { verdict, state, message, percent }
}

/// Passes the member with this name to `visit`.
fn read(model: &dyn Model, name: &str, visit: &mut dyn FnMut(Ref<'_>)) {
    let members = model.table().members;
    model.fields(&mut |fields: &[&dyn Field]| {
        let field = members.iter().zip(fields).find(|(member, _)| **member == name);
        if let Some((_, field)) = field {
            visit(field.get());
        }
    });
}

/// Returns a scalar as text.
fn text(model: &dyn Model, name: &str) -> Option<String> {
    let mut text = None;
    read(model, name, &mut |member| {
        text = match member {
            Ref::Str(value) => Some(value.to_owned()),
            Ref::I64(value) => Some(value.to_string()),
            Ref::U64(value) => Some(value.to_string()),
            Ref::Bool(value) => Some(value.to_string()),
            _ => None,
        };
    });
    text
}

fn percent(model: &dyn Model, name: &str) -> Option<u8> {
    let value: i128 = text(model, name)?.parse().ok()?;
    u8::try_from(value.clamp(0, 100)).ok()
}
