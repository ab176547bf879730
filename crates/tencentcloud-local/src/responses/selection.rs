//! Selection of the rows that a call reads, by region, ids and filters.

use serde_json::Value;

use super::filters::Filters;
use super::service_rules::ServiceRules;
use crate::account::{Row, Table};
use crate::api_error::ApiError;
use crate::call::Call;

/// How many ids one request can have.
const MAX_IDS: usize = 100;

/// The rows of a table that a call selects.
pub(super) struct Selection<'a> {
    table: &'a Table,
    region: &'a str,
    rules: ServiceRules<'a>,
    ids: Vec<IdFilter<'a>>,
    filters: Filters<'a>,
}

/// Selects rows whose `field` is one of `values`.
struct IdFilter<'a> {
    parameter: &'a str,
    field: &'a str,
    values: Vec<&'a str>,
}

impl<'a> Selection<'a> {
    /// Parses the parameters that select rows of the table.
    pub(super) fn parse(call: &'a Call<'a>, table: &'a Table) -> Result<Self, ApiError> {
        let rules = ServiceRules::of(call);
        let mut ids = Vec::new();
        for (parameter, value) in &call.parameters {
            ids.extend(IdFilter::parse(call, table, parameter, value));
        }
        for IdFilter { parameter, values, .. } in &ids {
            values.iter().try_for_each(|id| rules.check_id(parameter, id))?;
            if values.len() > MAX_IDS {
                let parameter = (*parameter).to_owned();
                return Err(ApiError::TooManyIds { parameter, max: MAX_IDS });
            }
        }
        let filters = Filters::parse(call, table.filters)?;
        let list = ids.iter().find(|ids| ids.parameter != ids.field);
        if let Some(ids) = list.filter(|_| !filters.is_empty()) {
            return Err(rules.ids_and_filters(ids.parameter));
        }
        Ok(Self { table, region: call.region, rules, ids, filters })
    }

    /// Returns the selected rows.
    pub(super) fn rows(&self) -> Result<Vec<&'a Row>, ApiError> {
        let mut rows: Vec<_> =
            self.table.rows.iter().filter(|row| row.is_in(self.region)).collect();
        for ids in &self.ids {
            let missing =
                ids.values.iter().find(|id| !rows.iter().any(|row| row.has(ids.field, id)));
            let error = missing.and_then(|id| self.rules.unknown_id(ids.parameter, id));
            if let Some(error) = error {
                return Err(error);
            }
            rows.retain(|row| ids.values.iter().any(|id| row.has(ids.field, id)));
        }
        rows.retain(|row| self.filters.matches(row));
        Ok(rows)
    }
}

impl<'a> IdFilter<'a> {
    /// Returns the filter of a parameter, if the parameter selects rows: a list such as
    /// `InstanceIds` selects by `InstanceId`, a string such as `RouteTableId` by the member of the
    /// same name.
    fn parse(call: &Call<'_>, table: &Table, parameter: &'a str, value: &'a Value) -> Option<Self> {
        let (field, values) = match value {
            Value::Array(values) => {
                let field = parameter.strip_suffix('s').filter(|field| field.ends_with("Id"))?;
                (field, values.iter().filter_map(Value::as_str).collect::<Vec<_>>())
            }
            Value::String(value) => (parameter, vec![value.as_str()]),
            _ => return None,
        };
        let member = call.spec.member(table.object, field);
        let selects =
            member.is_some_and(|member| member.item.is_string()) || table.hidden_id == Some(field);
        let values = Some(values).filter(|values| selects && !values.is_empty())?;
        Some(Self { parameter, field, values })
    }
}
