//! Key pairs of cvm.

use serde_json::{Value, json};

use super::row::Row;
use super::seed::{Machine, REGIONS, Region};
use super::table::FilterRule::Equals;
use super::table::{Filter, TAG_KEY, Table};

/// The name of the key pair that every machine of a region uses.
pub(super) const KEY_PAIR: &str = "deploy";

const FILTERS: &[Filter] = &[
    ("project-id", Equals("ProjectId")),
    ("key-name", Equals("KeyName")),
    (TAG_KEY, Equals("Tags.Key")),
    ("tag-value", Equals("Tags.Value")),
];

pub(super) fn tables(machines: &[Machine]) -> Vec<Table> {
    let rows = REGIONS.iter().map(|region| Row::in_region(region.code, key_pair(region, machines)));
    vec![Table::new("cvm", "KeyPair", rows).with_filters(FILTERS)]
}

fn key_pair(region: &Region, machines: &[Machine]) -> Value {
    let in_region = machines.iter().filter(|machine| machine.region.code == region.code);
    json!({
        "KeyId": region.id("skey", KEY_PAIR),
        "KeyName": KEY_PAIR,
        "ProjectId": 0,
        "Description": "opens all machines of the region",
        "PublicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample",
        "AssociatedInstanceIds": in_region.map(|machine| machine.id("ins")).collect::<Vec<_>>(),
        "CreatedTime": "2024-02-01T02:30:00Z",
    })
}
