#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;

use super::*;
use crate::test_util::assert_matches_spec;

fn account() -> (Arc<Catalog>, Account) {
    let catalog = Arc::new(crate::test_util::account_catalog());
    let account = Account::seeded(Arc::clone(&catalog), Settings::default());
    (catalog, account)
}

/// Returns the values at `path` in the rows of a region.
fn values(account: &Account, table: (&str, &str), region: &str, path: &str) -> Vec<String> {
    let rows = account.table(table.0, table.1, "").unwrap().rows.iter();
    rows.filter(|row| row.is_in(region)).flat_map(|row| row.values(path)).collect()
}

#[test]
fn rows_match_the_specification() {
    let (catalog, account) = account();
    for Table { service, object, rows, .. } in &account.tables {
        let spec = catalog.find(service, "2017-03-12").unwrap();
        assert!(!rows.is_empty() || *object == "NatGateway", "{object}");
        for row in rows {
            assert_matches_spec(spec, object, &row.value, object);
        }
    }
}

#[test]
fn ids_are_unique() {
    let (_, account) = account();
    for (table, id) in [
        (("cvm", "Instance"), "InstanceId"),
        (("cvm", "Instance"), "Uuid"),
        (("cvm", "Instance"), "PrivateIpAddresses"),
        (("cvm", "Image"), "ImageId"),
        (("cvm", "ZoneInfo"), "ZoneId"),
        (("cbs", "Disk"), "DiskId"),
        (("cbs", "Snapshot"), "SnapshotId"),
        (("vpc", "Vpc"), "VpcId"),
        (("vpc", "Subnet"), "SubnetId"),
        (("vpc", "Subnet"), "CidrBlock"),
        (("vpc", "SecurityGroup"), "SecurityGroupId"),
        (("vpc", "NetworkInterface"), "NetworkInterfaceId"),
        (("vpc", "NetworkInterface"), "MacAddress"),
        (("vpc", "Address"), "AddressIp"),
        (("vpc", "Address"), "AddressId"),
        (("vpc", "RouteTable"), "RouteTableId"),
    ] {
        let rows = &account.table(table.0, table.1, "").unwrap().rows;
        let all: Vec<_> = rows.iter().flat_map(|row| row.values(id)).collect();
        let unique: BTreeSet<_> = all.iter().collect();
        assert_eq!(unique.len(), all.len(), "{table:?} {id}");
        assert_eq!(all.len(), rows.len(), "{table:?} {id}");
    }
}

#[test]
fn references_between_services_exist_in_the_same_region() {
    let (_, account) = account();
    let instance = ("cvm", "Instance");
    let interface = ("vpc", "NetworkInterface");
    let address = ("vpc", "Address");
    let references = [
        (instance, "VirtualPrivateCloud.VpcId", ("vpc", "Vpc"), "VpcId"),
        (instance, "VirtualPrivateCloud.SubnetId", ("vpc", "Subnet"), "SubnetId"),
        (instance, "SecurityGroupIds", ("vpc", "SecurityGroup"), "SecurityGroupId"),
        (instance, "SystemDisk.DiskId", ("cbs", "Disk"), "DiskId"),
        (instance, "DataDisks.DiskId", ("cbs", "Disk"), "DiskId"),
        (instance, "ImageId", ("cvm", "Image"), "ImageId"),
        (instance, "LoginSettings.KeyIds", ("cvm", "KeyPair"), "KeyId"),
        (instance, "Placement.Zone", ("cvm", "ZoneInfo"), "Zone"),
        (instance, "InstanceType", ("cvm", "InstanceTypeConfig"), "InstanceType"),
        (instance, "PublicIpAddresses", address, "AddressIp"),
        (("cvm", "InstanceStatus"), "InstanceId", instance, "InstanceId"),
        (("cvm", "KeyPair"), "AssociatedInstanceIds", instance, "InstanceId"),
        (("cvm", "Image"), "SnapshotSet.SnapshotId", ("cbs", "Snapshot"), "SnapshotId"),
        (
            ("cvm", "InstanceTypeConfig"),
            "InstanceFamily",
            ("cvm", "InstanceFamilyConfig"),
            "InstanceFamily",
        ),
        (("cbs", "Snapshot"), "DiskId", ("cbs", "Disk"), "DiskId"),
        (("cbs", "Snapshot"), "Images.ImageId", ("cvm", "Image"), "ImageId"),
        (("cbs", "AttachDetail"), "InstanceId", instance, "InstanceId"),
        (("vpc", "Subnet"), "VpcId", ("vpc", "Vpc"), "VpcId"),
        (("vpc", "Subnet"), "RouteTableId", ("vpc", "RouteTable"), "RouteTableId"),
        (("vpc", "Subnet"), "Zone", ("cvm", "ZoneInfo"), "Zone"),
        (("vpc", "RouteTable"), "VpcId", ("vpc", "Vpc"), "VpcId"),
        (("vpc", "RouteTable"), "AssociationSet.SubnetId", ("vpc", "Subnet"), "SubnetId"),
        (("vpc", "Route"), "RouteTableId", ("vpc", "RouteTable"), "RouteTableId"),
        (("vpc", "Route"), "GatewayId", instance, "PrivateIpAddresses"),
        (interface, "SubnetId", ("vpc", "Subnet"), "SubnetId"),
        (interface, "GroupSet", ("vpc", "SecurityGroup"), "SecurityGroupId"),
        (interface, "Attachment.InstanceId", instance, "InstanceId"),
        (("vpc", "CvmInstance"), "InstanceId", instance, "InstanceId"),
        (
            ("vpc", "SecurityGroupPolicySet"),
            "SecurityGroupId",
            ("vpc", "SecurityGroup"),
            "SecurityGroupId",
        ),
    ];
    let mut seen = 0;
    for region in ["ap-guangzhou", "ap-shanghai", "ap-singapore"] {
        for (from, path, to, id) in references {
            let known: BTreeSet<_> = values(&account, to, region, id).into_iter().collect();
            for value in values(&account, from, region, path) {
                assert!(known.contains(&value), "{region} {from:?} {path}: no {to:?} {value}");
                seen += 1;
            }
        }
        // A disk or an address that is not in use has an empty instance id.
        let instances: BTreeSet<_> =
            values(&account, instance, region, "InstanceId").into_iter().collect();
        for table in [("cbs", "Disk"), address] {
            let mut named = values(&account, table, region, "InstanceId").into_iter();
            assert!(named.all(|id| id.is_empty() || instances.contains(&id)), "{table:?}");
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn instances_exceed_one_page() {
    let (_, account) = account();
    assert_eq!(values(&account, ("cvm", "Instance"), "ap-guangzhou", "InstanceId").len(), 25);
}

/// The path of every filter exists in the specification or as a hidden value.
#[test]
fn filter_paths_exist() {
    let (catalog, account) = account();
    for Table { service, object, rows, filters, .. } in &account.tables {
        let spec = catalog.find(service, "2017-03-12").unwrap();
        for (name, rule) in *filters {
            let (FilterRule::Equals(path)
            | FilterRule::NotBefore(path)
            | FilterRule::NotAfter(path)) = rule
            else {
                continue;
            };
            if rows.iter().any(|row| row.values(path).next().is_some()) {
                continue;
            }
            let mut object = *object;
            for step in path.split('.') {
                let member = spec.member(object, step);
                let member = member.unwrap_or_else(|| panic!("{object} {name}: no {step}"));
                object = member.item.object().unwrap_or_default();
            }
        }
    }
}
