//! Key pairs of cvm.

use serde_json::{Value, json};

use super::row::Row;
use super::seed::{REGIONS, Region};
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

pub(super) fn tables() -> Vec<Table> {
    let rows = REGIONS.iter().map(|region| Row::in_region(region.code, key_pair(region)));
    vec![Table::new("cvm", "KeyPair", rows).with_filters(FILTERS)]
}

fn key_pair(region: &Region) -> Value {
    json!({
        "KeyId": region.id("skey", KEY_PAIR),
        "KeyName": KEY_PAIR,
        "ProjectId": 0,
        "Description": "opens all machines of the region",
        "PublicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample",
        "CreatedTime": "2024-02-01T02:30:00Z",
    })
}
