//! Members that follow from other rows, such as the disks of an instance and the free addresses of
//! a subnet. They are written here after each change, so that no operation can forget them.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::cidr::Cidr;
use super::instances::{instance_status, vpc_instance};
use super::row::Row;
use super::table::{Table, TableId};

/// How many data disks an instance can have.
pub(crate) const MAX_DATA_DISKS: usize = 20;

/// The hidden value of an instance with the public address that it was created with.
pub(crate) const OWN_PUBLIC_IP: &str = "OwnPublicIp";

/// The size of a snapshot, in MiB.
const SNAPSHOT_SIZE: u64 = 1024;

const INSTANCES: TableId = ("cvm", "Instance");
const DISKS: TableId = ("cbs", "Disk");
const INTERFACES: TableId = ("vpc", "NetworkInterface");
const ADDRESSES: TableId = ("vpc", "Address");
const SUBNETS: TableId = ("vpc", "Subnet");
const ROUTE_TABLES: TableId = ("vpc", "RouteTable");
const NAT_GATEWAYS: TableId = ("vpc", "NatGateway");
const KEY_PAIRS: TableId = ("cvm", "KeyPair");

/// Writes all derived members.
pub(super) fn write(tables: &mut [Table]) {
    write_disks(tables);
    write_instances(tables);
    write_interfaces(tables);
    write_subnets(tables);
    write_nat_gateways(tables);
    write_route_tables(tables);
    write_key_pairs(tables);
    replace(tables, ("cvm", "InstanceStatus"), instance_status);
    replace(tables, ("vpc", "CvmInstance"), vpc_instance);
    replace(tables, ("cbs", "AttachDetail"), attach_detail);
}

fn rows(tables: &[Table], id: TableId) -> impl Iterator<Item = &Row> {
    tables.iter().filter(move |table| table.id() == id).flat_map(|table| &table.rows)
}

fn rows_mut(tables: &mut [Table], id: TableId) -> impl Iterator<Item = &mut Row> {
    tables.iter_mut().filter(move |table| table.id() == id).flat_map(|table| &mut table.rows)
}

/// The rows of a table by a value, so that the work grows with the number of rows and not with its
/// square.
struct Index<'a>(HashMap<String, Vec<&'a Row>>);

impl<'a> Index<'a> {
    fn new(tables: &'a [Table], id: TableId, path: &str) -> Self {
        let mut index: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows(tables, id) {
            for value in row.values(path) {
                index.entry(value).or_default().push(row);
            }
        }
        Self(index)
    }

    /// Returns the rows that have the value, in the order of the table.
    fn get(&self, value: &str) -> &[&'a Row] {
        self.0.get(value).map_or(&[], Vec::as_slice)
    }
}

/// Sets members of each row: one object for each row, in the order of the table.
fn set(tables: &mut [Table], id: TableId, members: Vec<Value>) {
    for (row, members) in rows_mut(tables, id).zip(members) {
        row.set(members);
    }
}

/// Replaces the rows of a table by one row for each instance.
fn replace(tables: &mut [Table], id: TableId, value: impl Fn(&Row) -> Value) {
    let instances = rows(tables, INSTANCES);
    let new = instances.map(|row| Row::in_region(row.region(), value(row))).collect();
    if let Some(table) = tables.iter_mut().find(|table| table.id() == id) {
        table.rows = new;
    }
}

/// Snapshots, and the values of the instance that filters can match.
fn write_disks(tables: &mut [Table]) {
    let snapshots = Index::new(tables, ("cbs", "Snapshot"), "DiskId");
    let members = rows(tables, DISKS).map(|disk| {
        let count = snapshots.get(&disk.text("DiskId")).len();
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        json!({"SnapshotCount": count, "SnapshotSize": count.saturating_mul(SNAPSHOT_SIZE)})
    });
    let members = members.collect();
    let instances = Index::new(tables, INSTANCES, "InstanceId");
    let hidden = rows(tables, DISKS).map(|disk| {
        let instance = instances.get(&disk.text("InstanceId")).first();
        let text = |path| instance.map_or_else(String::new, |row| row.text(path));
        (text("PrivateIpAddresses"), text("InstanceName"))
    });
    let hidden: Vec<_> = hidden.collect();
    set(tables, DISKS, members);
    for (disk, (ip, name)) in rows_mut(tables, DISKS).zip(hidden) {
        disk.set_hidden("InstanceIpAddress", ip);
        disk.set_hidden("InstanceName", name);
    }
}

/// The disks and the public addresses.
fn write_instances(tables: &mut [Table]) {
    let disks = Index::new(tables, DISKS, "InstanceId");
    let addresses = Index::new(tables, ADDRESSES, "InstanceId");
    let members = rows(tables, INSTANCES).map(|instance| {
        let id = instance.text("InstanceId");
        let addresses = addresses.get(&id).iter().filter(|it| it.text("AddressStatus") == "BIND");
        let addresses = addresses.map(|address| address.text("AddressIp"));
        let public_ips: Vec<_> = instance.values(OWN_PUBLIC_IP).chain(addresses).collect();
        let (system, data): (Vec<_>, Vec<_>) =
            disks.get(&id).iter().partition(|disk| disk.text("DiskUsage") == "SYSTEM_DISK");
        let mut members = Map::from_iter([
            ("PublicIpAddresses".to_owned(), Value::from(public_ips)),
            ("DataDisks".to_owned(), data.into_iter().map(data_disk).collect()),
        ]);
        let system = system.into_iter().next().map(system_disk);
        members.extend(system.map(|disk| ("SystemDisk".to_owned(), disk)));
        Value::Object(members)
    });
    let members = members.collect();
    set(tables, INSTANCES, members);
}

fn system_disk(disk: &Row) -> Value {
    json!({
        "DiskId": disk.text("DiskId"),
        "DiskName": disk.text("DiskName"),
        "DiskType": disk.text("DiskType"),
        "DiskSize": disk.number("DiskSize"),
    })
}

fn data_disk(disk: &Row) -> Value {
    json!({
        "DiskId": disk.text("DiskId"),
        "DiskName": disk.text("DiskName"),
        "DiskType": disk.text("DiskType"),
        "DiskSize": disk.number("DiskSize"),
        "DeleteWithInstance": disk.flag("DeleteWithInstance"),
        "Encrypt": disk.flag("Encrypt"),
    })
}

/// The public address of each private address.
fn write_interfaces(tables: &mut [Table]) {
    let addresses = Index::new(tables, ADDRESSES, "NetworkInterfaceId");
    let members = rows(tables, INTERFACES).map(|interface| {
        let bound = addresses.get(&interface.text("NetworkInterfaceId"));
        let own = interface.value.get("PrivateIpAddressSet").and_then(Value::as_array);
        let own = own.into_iter().flatten().cloned().map(|mut value| {
            let ip = value.get("PrivateIpAddress").and_then(Value::as_str).unwrap_or_default();
            let address = bound.iter().find(|address| {
                let status = address.text("AddressStatus");
                address.text("PrivateAddressIp") == ip && (status == "BIND" || status == "BIND_ENI")
            });
            let text = |name| address.map_or_else(String::new, |row| row.text(name));
            if let Some(members) = value.as_object_mut() {
                members.insert("PublicIpAddress".to_owned(), Value::from(text("AddressIp")));
                members.insert("AddressId".to_owned(), Value::from(text("AddressId")));
            }
            value
        });
        json!({"PrivateIpAddressSet": own.collect::<Vec<_>>()})
    });
    let members = members.collect();
    set(tables, INTERFACES, members);
}

/// The numbers of addresses.
fn write_subnets(tables: &mut [Table]) {
    let interfaces = Index::new(tables, INTERFACES, "SubnetId");
    let members = rows(tables, SUBNETS).map(|subnet| {
        let interfaces = interfaces.get(&subnet.text("SubnetId")).iter();
        let used: usize =
            interfaces.map(|it| it.values("PrivateIpAddressSet.PrivateIpAddress").count()).sum();
        let total = Cidr::parse(&subnet.text("CidrBlock")).map_or(0, Cidr::usable);
        let used = u32::try_from(used).unwrap_or(u32::MAX);
        json!({
            "TotalIpAddressCount": total,
            "AvailableIpAddressCount": total.saturating_sub(used),
        })
    });
    let members = members.collect();
    set(tables, SUBNETS, members);
}

/// The addresses of each NAT gateway.
fn write_nat_gateways(tables: &mut [Table]) {
    let addresses = Index::new(tables, ADDRESSES, "InstanceId");
    let members = rows(tables, NAT_GATEWAYS).map(|gateway| {
        let addresses = addresses.get(&gateway.text("NatGatewayId")).iter().map(|address| {
            json!({
                "AddressId": address.text("AddressId"),
                "PublicIpAddress": address.text("AddressIp"),
            })
        });
        json!({"PublicIpAddressSet": addresses.collect::<Vec<_>>()})
    });
    let members = members.collect();
    set(tables, NAT_GATEWAYS, members);
}

/// The subnets that use each route table.
fn write_route_tables(tables: &mut [Table]) {
    let subnets = Index::new(tables, SUBNETS, "RouteTableId");
    let members = rows(tables, ROUTE_TABLES).map(|route_table| {
        let id = route_table.text("RouteTableId");
        let subnets = subnets.get(&id).iter();
        let associations =
            subnets.map(|it| json!({"RouteTableId": id, "SubnetId": it.text("SubnetId")}));
        json!({"AssociationSet": associations.collect::<Vec<_>>()})
    });
    let members = members.collect();
    set(tables, ROUTE_TABLES, members);
}

/// The instances that use each key pair.
fn write_key_pairs(tables: &mut [Table]) {
    let instances = Index::new(tables, INSTANCES, "LoginSettings.KeyIds");
    let members = rows(tables, KEY_PAIRS).map(|key_pair| {
        let instances = instances.get(&key_pair.text("KeyId")).iter();
        let ids: Vec<_> = instances.map(|it| it.text("InstanceId")).collect();
        json!({"AssociatedInstanceIds": ids})
    });
    let members = members.collect();
    set(tables, KEY_PAIRS, members);
}

/// The number of data disks of an instance.
fn attach_detail(instance: &Row) -> Value {
    let disks = instance.value.get("DataDisks").and_then(Value::as_array);
    json!({
        "InstanceId": instance.text("InstanceId"),
        "AttachedDiskCount": disks.map_or(0, Vec::len),
        "MaxAttachCount": MAX_DATA_DISKS,
    })
}
