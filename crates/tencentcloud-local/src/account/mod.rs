//! The account behind the endpoint: what it owns, in rows of the form in which the API shows it.
//!
//! Rows are built once, from the machines of [`fleet`], so that the ids in one service are those
//! of the others. They do not change yet; actions that change them belong here.

mod compute;
pub(crate) mod filters;
mod fleet;
mod network;
mod places;
mod row;
mod storage;

use serde_json::{Map, Value};

pub(crate) use self::row::Row;
use crate::catalog::Catalog;
use crate::spec::{Item, Spec};

/// Actions that list a kind of thing which the account has, but of a sort which it has not: all
/// its addresses are IPv4.
const NONE_OF_THIS_SORT: [(&str, &str); 2] =
    [("vpc", "DescribeIp6Addresses"), ("vpc", "DescribeIPv6Addresses")];

/// What the account owns.
#[derive(Debug)]
pub(crate) struct Account {
    tables: Vec<Table>,
    regions: Vec<&'static str>,
}

/// All things of one kind.
#[derive(Debug)]
struct Table {
    service: &'static str,
    /// The type that the service describes them by.
    object: &'static str,
    rows: Vec<Row>,
}

impl Table {
    fn new(
        service: &'static str,
        object: &'static str,
        rows: impl IntoIterator<Item = Row>,
    ) -> Self {
        Self { service, object, rows: rows.into_iter().collect() }
    }
}

impl Account {
    /// The account that a new endpoint has.
    pub(crate) fn seeded(catalog: &Catalog) -> Self {
        let machines = fleet::machines();
        let tables = [
            places::tables(),
            compute::tables(&machines),
            storage::tables(&machines),
            network::tables(&machines),
        ];
        let mut tables: Vec<_> = tables.into_iter().flatten().collect();
        for Table { service, object, rows } in &mut tables {
            let mut specs = catalog.specs().iter();
            if let Some(spec) = specs.find(|spec| spec.service == *service) {
                for row in rows {
                    complete(spec, object, &mut row.value);
                }
            }
        }
        Self { tables, regions: places::regions().collect() }
    }

    /// The rows that an action sees of a type; none of a type that the account knows nothing of.
    pub(crate) fn rows(&self, service: &str, object: &str, action: &str) -> Option<&[Row]> {
        if NONE_OF_THIS_SORT.contains(&(service, action)) {
            return Some(&[]);
        }
        let mut tables = self.tables.iter();
        let table = tables.find(|table| table.service == service && table.object == object)?;
        Some(&table.rows)
    }

    /// Whether there is such a region.
    pub(crate) fn has_region(&self, region: &str) -> bool {
        self.regions.contains(&region)
    }
}

/// Adds the scalars and lists that a row does not name, as the API does: empty.
fn complete(spec: &Spec, object: &str, row: &mut Map<String, Value>) {
    for member in spec.members(object) {
        let nothing = match &member.item {
            _ if member.list => Value::Array(Vec::new()),
            Item::Bool => Value::from(false),
            Item::Int | Item::Uint => Value::from(0),
            Item::Float => Value::from(0.0),
            Item::Text(_) => Value::from(""),
            Item::Object(_) => Value::Null,
        };
        let value = row.entry(member.name.clone()).or_insert(nothing);
        if let Some(object) = member.item.object() {
            match value {
                Value::Array(items) => {
                    let items = items.iter_mut().filter_map(Value::as_object_mut);
                    items.for_each(|item| complete(spec, object, item));
                }
                Value::Object(inner) => complete(spec, object, inner),
                _ => {}
            }
        }
    }
    // An object that is not there is left out.
    row.retain(|_, value| !value.is_null());
}

#[cfg(test)]
mod tests;
