//! Images of cvm.

use serde_json::{Value, json};

use super::row::Row;
use super::seed::{REGIONS, resource_id};
use super::table::FilterRule::{Equals, Ignored};
use super::table::{Filter, TAG_KEY, Table};

const FILTERS: &[Filter] = &[
    ("image-id", Equals("ImageId")),
    ("image-type", Equals("ImageType")),
    ("image-name", Equals("ImageName")),
    ("platform", Equals("Platform")),
    (TAG_KEY, Equals("Tags.Key")),
    ("tag-value", Equals("Tags.Value")),
    ("dedicated-cluster-id", Ignored),
    ("cdc-cache-status", Equals("CdcCacheStatus")),
];

/// The public images: name and platform.
const PUBLIC_IMAGES: [(&str, &str); 4] = [
    ("TencentOS Server 4", "TencentOS"),
    ("Ubuntu Server 24.04 LTS 64bit", "Ubuntu"),
    ("Debian 12.8 64bit", "Debian"),
    ("Windows Server 2022 Datacenter 64bit", "Windows"),
];

pub(super) fn tables() -> Vec<Table> {
    let public_images = PUBLIC_IMAGES.into_iter().map(|(name, platform)| {
        Row::global(image(&resource_id("img", name), name, platform, "PUBLIC_IMAGE", &[]))
    });
    let private_images = REGIONS.iter().map(|region| {
        let snapshots = [json!({
            "SnapshotId": region.id("snap", "web-01"),
            "DiskUsage": "SYSTEM_DISK",
            "DiskSize": 50,
        })];
        let id = region.id("img", "web-base");
        let value = image(&id, "web-base", "TencentOS", "PRIVATE_IMAGE", &snapshots);
        Row::in_region(region.code, value)
    });
    vec![Table::new("cvm", "Image", private_images.chain(public_images)).with_filters(FILTERS)]
}

fn image(id: &str, name: &str, platform: &str, kind: &str, snapshots: &[Value]) -> Value {
    let is_public = kind == "PUBLIC_IMAGE";
    json!({
        "ImageId": id,
        "ImageName": name,
        "ImageType": kind,
        "ImageState": "NORMAL",
        "ImageSize": 50,
        "ImageSource": if is_public { "OFFICIAL" } else { "CREATE_IMAGE" },
        "ImageDescription": name,
        "ImageCreator": if is_public { "tencent" } else { "100000000001" },
        "OsName": name,
        "Platform": platform,
        "Architecture": "x86_64",
        "CreatedTime": "2024-02-01T02:30:00Z",
        "SyncPercent": 100,
        "IsSupportCloudinit": true,
        "SnapshotSet": snapshots,
        "LicenseType": "TencentCloud",
    })
}
