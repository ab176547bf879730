//! Regions and zones, as cvm returns them.

use serde_json::json;

use super::row::Row;
use super::seed::REGIONS;
use super::table::Table;

/// Every region that exists: code and name. The account has resources in some of them.
const ALL_REGIONS: [(&str, &str); 21] = [
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

/// Returns the code of a region, or `None` if the region does not exist.
pub(super) fn code(region: &str) -> Option<&'static str> {
    ALL_REGIONS.into_iter().map(|(code, _)| code).find(|code| *code == region)
}

pub(super) fn tables() -> Vec<Table> {
    let regions = ALL_REGIONS.into_iter().map(|(code, name)| {
        Row::global(json!({"Region": code, "RegionName": name, "RegionState": "AVAILABLE"}))
    });
    let zones = REGIONS.iter().flat_map(|region| {
        region.zones.map(|zone| {
            let value = json!({
                "Zone": zone.code,
                "ZoneName": zone.name,
                "ZoneId": zone.id,
                "ZoneState": "AVAILABLE",
            });
            Row::in_region(region.code, value)
        })
    });
    vec![Table::new("cvm", "RegionInfo", regions), Table::new("cvm", "ZoneInfo", zones)]
}
