//! Which rows a call means: those of its region, with its ids, that pass its filters.

use serde_json::Value;

use super::Call;
use super::filter::Filters;
use crate::account::{Row, filters};
use crate::refusal::{Refusal, code};

/// The most ids of one request.
const MAX_IDS: usize = 100;

/// A choice of rows.
pub(super) struct Selection<'a> {
    call: &'a Call<'a>,
    ids: Vec<Ids<'a>>,
    filters: Filters<'a>,
}

/// Rows whose `field` is one of `values`.
struct Ids<'a> {
    parameter: &'a str,
    field: &'a str,
    values: Vec<&'a str>,
}

impl<'a> Selection<'a> {
    /// Reads the parameters that choose rows of the type `object`.
    pub(super) fn of(call: &'a Call<'a>, object: &str) -> Result<Self, Refusal> {
        let dialect = call.dialect();
        let mut ids = Vec::new();
        for (parameter, value) in &call.parameters {
            ids.extend(Ids::of(call, object, parameter, value));
        }
        for Ids { parameter, values, .. } in &ids {
            values.iter().try_for_each(|id| dialect.check_id(parameter, id))?;
            if values.len() > MAX_IDS {
                let message = format!("`{parameter}` holds more than {MAX_IDS} ids.");
                return Err(Refusal::new(code::LIMIT_EXCEEDED, message));
            }
        }
        let filters = Filters::of(call, filters::known(&call.spec.service, object))?;
        let list = ids.iter().find(|ids| ids.parameter != ids.field);
        if let Some(ids) = list.filter(|_| !filters.is_empty()) {
            return Err(dialect.ids_and_filters(ids.parameter));
        }
        Ok(Self { call, ids, filters })
    }

    /// The rows that are meant.
    pub(super) fn rows<'r>(&self, rows: &'r [Row]) -> Result<Vec<&'r Row>, Refusal> {
        let mut rows: Vec<_> = rows.iter().filter(|row| row.is_in(self.call.region)).collect();
        for ids in &self.ids {
            let missing =
                ids.values.iter().find(|id| !rows.iter().any(|row| row.has(ids.field, id)));
            let refusal = missing.and_then(|id| self.call.dialect().unknown_id(ids.parameter, id));
            if let Some(refusal) = refusal {
                return Err(refusal);
            }
            rows.retain(|row| ids.values.iter().any(|id| row.has(ids.field, id)));
        }
        rows.retain(|row| self.filters.pass(row));
        Ok(rows)
    }
}

impl<'a> Ids<'a> {
    /// `InstanceIds` chooses by `InstanceId`; a text such as `RouteTableId` by the member of the
    /// same name.
    fn of(call: &Call<'_>, object: &str, parameter: &'a str, value: &'a Value) -> Option<Self> {
        let (field, values) = match value {
            Value::Array(values) => {
                let field = parameter.strip_suffix('s').filter(|field| field.ends_with("Id"))?;
                (field, values.iter().filter_map(Value::as_str).collect::<Vec<_>>())
            }
            Value::String(value) => (parameter, vec![value.as_str()]),
            _ => return None,
        };
        let selects = call.spec.member(object, field).is_some_and(|member| member.item.is_text())
            || filters::hidden_key(&call.spec.service, object) == Some(field);
        let values = Some(values).filter(|values| selects && !values.is_empty())?;
        Some(Self { parameter, field, values })
    }
}
