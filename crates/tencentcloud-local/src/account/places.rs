//! Regions, zones, and what can be bought in them.

use serde_json::json;

use super::fleet::{ROLES, Role, SITES};
use super::{Row, Table};

/// The regions that there are, by code and name. The account owns something in some of them.
const REGIONS: [(&str, &str); 21] = [
    ("ap-bangkok", "Bangkok"),
    ("ap-beijing", "Beijing"),
    ("ap-chengdu", "Chengdu"),
    ("ap-chongqing", "Chongqing"),
    ("ap-guangzhou", "Guangzhou"),
    ("ap-hongkong", "Hong Kong"),
    ("ap-jakarta", "Jakarta"),
    ("ap-mumbai", "Mumbai"),
    ("ap-nanjing", "Nanjing"),
    ("ap-seoul", "Seoul"),
    ("ap-shanghai", "Shanghai"),
    ("ap-shanghai-fsi", "Shanghai Finance"),
    ("ap-shenzhen-fsi", "Shenzhen Finance"),
    ("ap-singapore", "Singapore"),
    ("ap-tokyo", "Tokyo"),
    ("eu-frankfurt", "Frankfurt"),
    ("eu-moscow", "Moscow"),
    ("na-ashburn", "Virginia"),
    ("na-siliconvalley", "Silicon Valley"),
    ("na-toronto", "Toronto"),
    ("sa-saopaulo", "Sao Paulo"),
];

const FAMILIES: [(&str, &str); 4] =
    [("M5", "Memory M5"), ("S5", "Standard S5"), ("SA2", "Standard SA2"), ("S6", "Standard S6")];

/// The codes of all regions.
pub(super) fn regions() -> impl Iterator<Item = &'static str> {
    REGIONS.into_iter().map(|(region, _)| region)
}

pub(super) fn tables() -> Vec<Table> {
    let regions = REGIONS.into_iter().map(|(region, name)| {
        Row::everywhere(json!({
            "Region": region,
            "RegionName": name,
            "RegionState": "AVAILABLE",
        }))
    });
    let families = FAMILIES.into_iter().map(|(family, name)| {
        Row::everywhere(json!({"InstanceFamily": family, "InstanceFamilyName": name}))
    });
    let [mut zones, mut configs, mut quotas] = [const { Vec::new() }; 3];
    for site in &SITES {
        for zone in site.zones {
            zones.push(Row::in_region(
                site.region,
                json!({
                    "Zone": zone.code,
                    "ZoneName": zone.name,
                    "ZoneId": zone.id,
                    "ZoneState": "AVAILABLE",
                }),
            ));
            for role in &ROLES {
                configs.push(Row::in_region(site.region, config(zone.code, role)));
                quotas.push(Row::in_region(site.region, quota(zone.code, role)));
            }
        }
    }
    vec![
        Table::new("cvm", "RegionInfo", regions),
        Table::new("cvm", "ZoneInfo", zones),
        Table::new("cvm", "InstanceFamilyConfig", families),
        Table::new("cvm", "InstanceTypeConfig", configs),
        Table::new("cvm", "InstanceTypeQuotaItem", quotas),
    ]
}

fn config(zone: &str, role: &Role) -> serde_json::Value {
    json!({
        "Zone": zone,
        "InstanceType": role.instance_type,
        "InstanceFamily": role.family(),
        "CPU": role.cpu,
        "Memory": role.memory,
    })
}

fn quota(zone: &str, role: &Role) -> serde_json::Value {
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
