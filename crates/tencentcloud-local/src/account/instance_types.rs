//! Instance types of cvm, and whether they can be bought.

use serde_json::{Value, json};

use super::row::Row;
use super::seed::{REGIONS, ROLES, Role};
use super::table::FilterRule::{Equals, Ignored};
use super::table::{Filter, Table};

const CONFIG_FILTERS: &[Filter] = &[
    ("zone", Equals("Zone")),
    ("instance-family", Equals("InstanceFamily")),
    ("instance-type", Equals("InstanceType")),
];

const QUOTA_FILTERS: &[Filter] = &[
    ("zone", Equals("Zone")),
    ("instance-family", Equals("InstanceFamily")),
    ("instance-type", Equals("InstanceType")),
    ("instance-charge-type", Equals("InstanceChargeType")),
    ("sort-keys", Ignored),
];

/// The families of instance types: code and name.
const FAMILIES: [(&str, &str); 4] =
    [("M5", "Memory M5"), ("S5", "Standard S5"), ("SA2", "Standard SA2"), ("S6", "Standard S6")];

pub(super) fn tables() -> Vec<Table> {
    let families = FAMILIES.into_iter().map(|(family, name)| {
        Row::global(json!({"InstanceFamily": family, "InstanceFamilyName": name}))
    });
    let [mut configs, mut quotas] = [const { Vec::new() }; 2];
    for region in &REGIONS {
        for zone in region.zones {
            for role in &ROLES {
                configs.push(Row::in_region(region.code, config(zone.code, role)));
                quotas.push(Row::in_region(region.code, quota(zone.code, role)));
            }
        }
    }
    vec![
        Table::new("cvm", "InstanceFamilyConfig", families),
        Table::new("cvm", "InstanceTypeConfig", configs).with_filters(CONFIG_FILTERS),
        Table::new("cvm", "InstanceTypeQuotaItem", quotas).with_filters(QUOTA_FILTERS),
    ]
}

fn config(zone: &str, role: &Role) -> Value {
    json!({
        "Zone": zone,
        "InstanceType": role.instance_type,
        "InstanceFamily": role.family(),
        "CPU": role.cpu,
        "Memory": role.memory,
    })
}

fn quota(zone: &str, role: &Role) -> Value {
    json!({
        "Zone": zone,
        "InstanceType": role.instance_type,
        "InstanceFamily": role.family(),
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "TypeName": role.family(),
        "Cpu": role.cpu,
        "Memory": role.memory,
        "Status": "SELL",
        "StatusCategory": "EnoughStock",
        "InstanceBandwidth": 1.5,
        "InstancePps": 30,
        "Externals": {},
        "Price": {"UnitPrice": 0.1, "UnitPriceDiscount": 0.1, "ChargeUnit": "HOUR", "Discount": 100.0},
    })
}
