//! The account of the server: its resources, as the API returns them.
//!
//! Each module is a kind of resource, with its rows and filters. The rows are built once, from the
//! machines of [`seed`], so that ids match across services. They do not change yet.

mod addresses;
mod disks;
mod images;
mod instance_types;
mod instances;
mod key_pairs;
mod network_interfaces;
mod regions;
mod route_tables;
mod row;
mod security_groups;
mod seed;
mod snapshots;
mod subnets;
mod table;
mod vpcs;

use serde_json::{Map, Value};

pub(crate) use self::row::Row;
pub(crate) use self::table::{Filter, FilterRule, TAG_KEY, Table};
use crate::catalog::Catalog;
use crate::spec::{ItemType, Spec};

/// Actions that list IPv6 addresses as the object type `Address`. The account has only IPv4
/// addresses.
const IPV6_ADDRESS_ACTIONS: [(&str, &str); 2] =
    [("vpc", "DescribeIp6Addresses"), ("vpc", "DescribeIPv6Addresses")];

/// The resources of the account.
#[derive(Debug)]
pub(crate) struct Account {
    tables: Vec<Table>,
    ipv6_addresses: Table,
    regions: Vec<&'static str>,
}

impl Account {
    /// Returns the account of a new server.
    pub(crate) fn seeded(catalog: &Catalog) -> Self {
        let machines = seed::machines();
        let tables = [
            regions::tables(),
            instance_types::tables(),
            instances::tables(&machines),
            images::tables(),
            key_pairs::tables(&machines),
            disks::tables(&machines),
            snapshots::tables(&machines),
            vpcs::tables(),
            subnets::tables(&machines),
            route_tables::tables(),
            security_groups::tables(),
            network_interfaces::tables(&machines),
            addresses::tables(&machines),
        ];
        let mut tables: Vec<_> = tables.into_iter().flatten().collect();
        for Table { service, object, rows, .. } in &mut tables {
            let mut specs = catalog.specs().iter();
            if let Some(spec) = specs.find(|spec| spec.service == *service) {
                for row in rows {
                    add_empty_members(spec, object, &mut row.value);
                }
            }
        }
        let ipv6_addresses = addresses::table(Vec::new());
        Self { tables, ipv6_addresses, regions: regions::codes().collect() }
    }

    /// Returns the table that an action reads for an object type, or `None` if the account has no
    /// such resources.
    pub(crate) fn table(&self, service: &str, object: &str, action: &str) -> Option<&Table> {
        if IPV6_ADDRESS_ACTIONS.contains(&(service, action)) {
            return Some(&self.ipv6_addresses);
        }
        self.tables.iter().find(|table| table.service == service && table.object == object)
    }

    /// Returns whether the region exists.
    pub(crate) fn has_region(&self, region: &str) -> bool {
        self.regions.contains(&region)
    }
}

/// Adds the scalars and lists that a row does not have, with empty values, as the API returns them.
fn add_empty_members(spec: &Spec, object: &str, row: &mut Map<String, Value>) {
    for member in spec.members(object) {
        let empty = match &member.item {
            _ if member.is_list => Value::Array(Vec::new()),
            ItemType::Bool => Value::from(false),
            ItemType::Int | ItemType::Uint => Value::from(0),
            ItemType::Float => Value::from(0.0),
            ItemType::String(_) => Value::from(""),
            ItemType::Object(_) => Value::Null,
        };
        let value = row.entry(member.name.clone()).or_insert(empty);
        if let Some(object) = member.item.object() {
            match value {
                Value::Array(items) => {
                    let items = items.iter_mut().filter_map(Value::as_object_mut);
                    items.for_each(|item| add_empty_members(spec, object, item));
                }
                Value::Object(inner) => add_empty_members(spec, object, inner),
                _ => {}
            }
        }
    }
    // The API leaves out an absent object.
    row.retain(|_, value| !value.is_null());
}

#[cfg(test)]
mod tests;
