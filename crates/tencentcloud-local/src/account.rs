//! The account of the server: its resources, as the API returns them.
//!
//! Each module is a kind of resource, with its rows and filters. The first rows are built from the
//! machines of [`seed`], so that ids match across services. Operations add, change and remove rows,
//! and [`derived`] keeps the members that follow from other rows consistent.
//!
//! A row changes with time by the changes that an operation leaves in it. They are applied when the
//! time of the account is set, which is before each call, so that a response depends only on the
//! earlier calls and the time.

mod addresses;
mod cidr;
mod client_tokens;
mod derived;
mod disks;
mod images;
mod instance_types;
mod instances;
mod key_pairs;
mod nat_gateways;
mod network_interfaces;
mod regions;
mod route_tables;
mod row;
mod security_groups;
mod seed;
mod snapshots;
mod subnets;
mod table;
mod tasks;
mod time;
mod vpcs;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

pub(crate) use self::cidr::Cidr;
pub(crate) use self::client_tokens::{ClientTokens, TokenKey};
pub(crate) use self::derived::{MAX_DATA_DISKS, OWN_PUBLIC_IP};
pub(crate) use self::instances::{LOCAL_CREATED_TIME, uuid};
pub(crate) use self::network_interfaces::mac_address;
use self::row::Settled;
pub(crate) use self::row::{Period, Row};
pub(crate) use self::seed::resource_id;
pub(crate) use self::table::{Filter, FilterRule, TAG_KEY, Table, TableId};
pub(crate) use self::tasks::{SHAPED_TASK, Tasks};
pub(crate) use self::time::{iso, local};
use crate::catalog::Catalog;
use crate::spec::{ItemType, Spec};

/// Actions that list IPv6 addresses as the object type `Address`. The account has only IPv4
/// addresses.
const IPV6_ADDRESS_ACTIONS: [(&str, &str); 2] =
    [("vpc", "DescribeIp6Addresses"), ("vpc", "DescribeIPv6Addresses")];

/// How an account behaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Determines the ids of new resources.
    pub(crate) seed: u64,
    /// How long an operation takes.
    pub(crate) operation_time: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 0, operation_time: Duration::from_secs(2) }
    }
}

/// The resources of the account.
#[derive(Debug)]
pub(crate) struct Account {
    catalog: Arc<Catalog>,
    settings: Settings,
    tables: Vec<Table>,
    ipv6_addresses: Table,
    /// The time since 1970 of the current call.
    now: Duration,
    /// How many ids the account has made.
    ids: u64,
    /// Whether rows have changed since the derived members were written.
    is_stale: bool,
    pub(crate) tokens: ClientTokens,
    pub(crate) tasks: Tasks,
}

impl Account {
    /// Returns the account of a new server.
    pub(crate) fn seeded(catalog: Arc<Catalog>, settings: Settings) -> Self {
        let machines = seed::machines();
        let tables = [
            regions::tables(),
            instance_types::tables(),
            instances::tables(&machines),
            images::tables(),
            key_pairs::tables(),
            disks::tables(&machines),
            snapshots::tables(&machines),
            vpcs::tables(),
            subnets::tables(),
            route_tables::tables(),
            security_groups::tables(),
            network_interfaces::tables(&machines),
            addresses::tables(&machines),
            nat_gateways::tables(),
        ];
        let mut account = Self {
            catalog,
            settings,
            tables: tables.into_iter().flatten().collect(),
            ipv6_addresses: addresses::table(Vec::new()),
            now: Duration::ZERO,
            ids: 0,
            is_stale: true,
            tokens: ClientTokens::default(),
            tasks: Tasks::default(),
        };
        account.refresh();
        account
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
    pub(crate) fn has_region(region: &str) -> bool {
        regions::code(region).is_some()
    }

    /// Moves the account to a time, and applies the changes that are due. Time never goes back.
    pub(crate) fn set_time(&mut self, now: Duration) {
        self.now = now.max(self.now);
        for Table { rows, .. } in &mut self.tables {
            rows.retain_mut(|row| {
                let settled = row.settle(self.now);
                self.is_stale |= settled != Settled::Unchanged;
                settled != Settled::Removed
            });
        }
        self.refresh();
    }

    /// Returns the time since 1970 of the current call.
    pub(crate) fn now(&self) -> Duration {
        self.now
    }

    /// Returns the period in which an operation runs that begins now.
    pub(crate) fn period(&self) -> Period {
        Period::new(self.now, self.settings.operation_time)
    }

    /// Returns the period in which a long operation runs that begins now: twice as long.
    pub(crate) fn long_period(&self) -> Period {
        Period::new(self.now, self.settings.operation_time.saturating_mul(2))
    }

    /// Returns the id of a new resource.
    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        self.ids = self.ids.saturating_add(1);
        // The hash of two numbers that differ in one digit differs in few digits at the end.
        seed::resource_id(prefix, &format!("{:016x} {:016x}", self.settings.seed, self.ids))
    }

    /// Returns a number that no earlier call has returned, and that no id was made from.
    pub(crate) fn new_number(&mut self) -> u64 {
        self.ids = self.ids.saturating_add(1);
        self.ids
    }

    /// Returns the rows of a table in a region.
    pub(crate) fn rows(&self, table: TableId, region: &str) -> impl Iterator<Item = &Row> {
        let found = self.tables.iter().find(|it| it.id() == table);
        found.into_iter().flat_map(|table| &table.rows).filter(move |row| row.is_in(region))
    }

    /// Returns the rows of a region that have a value at a path.
    pub(crate) fn select(
        &self,
        table: TableId,
        region: &str,
        path: &str,
        value: &str,
    ) -> impl Iterator<Item = &Row> {
        self.rows(table, region).filter(move |row| row.has(path, value))
    }

    /// Returns the first row of a region that has a value at a path.
    pub(crate) fn find(
        &self,
        table: TableId,
        region: &str,
        path: &str,
        value: &str,
    ) -> Option<&Row> {
        self.select(table, region, path, value).next()
    }

    /// Returns whether any region has a value at a path.
    pub(crate) fn has_anywhere(&self, table: TableId, path: &str, value: &str) -> bool {
        let found = self.tables.iter().find(|it| it.id() == table);
        found.is_some_and(|table| table.rows.iter().any(|row| row.has(path, value)))
    }

    /// Adds a row, and returns its members.
    pub(crate) fn insert(
        &mut self,
        table: TableId,
        region: &str,
        value: Value,
    ) -> Map<String, Value> {
        self.insert_row(table, region, value, |_| {})
    }

    /// Adds a row that `complete` changes first, and returns its members.
    pub(crate) fn insert_row(
        &mut self,
        table: TableId,
        region: &str,
        value: Value,
        complete: impl FnOnce(&mut Row),
    ) -> Map<String, Value> {
        let mut row = match regions::code(region) {
            Some(region) => Row::in_region(region, value),
            None => Row::global(value),
        };
        complete(&mut row);
        fill(&self.catalog, table, &mut row);
        let members = row.value.clone();
        if let Some(table) = self.tables.iter_mut().find(|it| it.id() == table) {
            table.rows.push(row);
        }
        self.is_stale = true;
        members
    }

    /// Changes the rows of a region that have a value at a path.
    pub(crate) fn edit(
        &mut self,
        table: TableId,
        region: &str,
        path: &str,
        value: &str,
        mut change: impl FnMut(&mut Row),
    ) {
        let found = self.tables.iter_mut().find(|it| it.id() == table);
        let rows = found.into_iter().flat_map(|table| &mut table.rows);
        for row in rows.filter(|row| row.is_in(region) && row.has(path, value)) {
            change(row);
            fill(&self.catalog, table, row);
        }
        self.is_stale = true;
    }

    /// Removes the rows of a region that have a value at a path.
    pub(crate) fn remove(&mut self, table: TableId, region: &str, path: &str, value: &str) {
        if let Some(table) = self.tables.iter_mut().find(|it| it.id() == table) {
            table.rows.retain(|row| !(row.is_in(region) && row.has(path, value)));
        }
        self.is_stale = true;
    }

    /// Writes the members that follow from other rows, if rows have changed.
    pub(crate) fn refresh(&mut self) {
        if std::mem::take(&mut self.is_stale) {
            derived::write(&mut self.tables);
            for table in &mut self.tables {
                let id = table.id();
                for row in &mut table.rows {
                    fill(&self.catalog, id, row);
                }
            }
        }
    }
}

/// Adds the members that a row does not have, with empty values.
fn fill(catalog: &Catalog, (service, object): TableId, row: &mut Row) {
    if let Some(spec) = catalog.specs().iter().find(|spec| spec.service == service) {
        add_empty_members(spec, object, &mut row.value);
    }
}

/// Adds the scalars and lists that a row does not have, with empty values, as the API returns them.
fn add_empty_members(spec: &Spec, object: &str, row: &mut Map<String, Value>) {
    for member in spec.members(object) {
        let empty = || match &member.item {
            _ if member.is_list => Some(Value::Array(Vec::new())),
            ItemType::Bool => Some(Value::from(false)),
            ItemType::Int | ItemType::Uint => Some(Value::from(0)),
            ItemType::Float => Some(Value::from(0.0)),
            ItemType::String(_) => Some(Value::from("")),
            // The API leaves out an absent object.
            ItemType::Object(_) => None,
        };
        match (row.get_mut(&member.name), member.item.object()) {
            (None, _) => row.extend(empty().map(|value| (member.name.clone(), value))),
            (Some(Value::Array(items)), Some(object)) => {
                let items = items.iter_mut().filter_map(Value::as_object_mut);
                items.for_each(|item| add_empty_members(spec, object, item));
            }
            (Some(Value::Object(inner)), Some(object)) => add_empty_members(spec, object, inner),
            (Some(_), _) => {}
        }
    }
}

#[cfg(test)]
mod tests;
