//! The primary network interfaces of instances.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::ids::INTERFACES;
use crate::account::{Account, Cidr, Period, local, mac_address};
use crate::call::Call;

/// A primary interface to create.
#[derive(Debug)]
pub(super) struct NewInterface<'a> {
    pub(super) instance_id: &'a str,
    pub(super) name: String,
    pub(super) vpc_id: &'a str,
    pub(super) subnet_id: &'a str,
    pub(super) zone: &'a str,
    pub(super) ip: &'a str,
    pub(super) security_groups: &'a [String],
    pub(super) tags: &'a Value,
}

/// Creates the primary interface of an instance.
pub(super) fn create(account: &mut Account, call: &Call<'_>, new: &NewInterface<'_>) {
    let id = account.new_id("eni");
    let created = local(account.now());
    let value = json!({
        "NetworkInterfaceId": id,
        "NetworkInterfaceName": new.name,
        "VpcId": new.vpc_id,
        "SubnetId": new.subnet_id,
        "GroupSet": new.security_groups,
        "Primary": true,
        "MacAddress": mac_address(new.ip),
        "State": "AVAILABLE",
        "NetworkInterfaceState": "INUSE",
        "PrivateIpAddressSet": [
            {"PrivateIpAddress": new.ip, "Primary": true, "State": "AVAILABLE"},
        ],
        "Attachment": {
            "InstanceId": new.instance_id,
            "DeviceIndex": 0,
            "InstanceAccountId": "100000000001",
            "AttachTime": created,
        },
        "Zone": new.zone,
        "CreatedTime": created,
        "Business": "cvm",
        "QosLevel": "NONE",
        "TagSet": new.tags,
    });
    account.insert(INTERFACES.table, call.region, value);
}

/// Removes the interfaces of an instance when the period is over.
pub(super) fn remove_later(
    account: &mut Account,
    call: &Call<'_>,
    instance_id: &str,
    period: Period,
) {
    account.edit(
        INTERFACES.table,
        call.region,
        "Attachment.InstanceId",
        instance_id,
        |interface| {
            interface.remove_later(period);
        },
    );
}

/// Returns the private addresses of a subnet that are in use.
pub(super) fn used_ips(account: &Account, call: &Call<'_>, subnet_id: &str) -> BTreeSet<String> {
    let interfaces = account.select(INTERFACES.table, call.region, "SubnetId", subnet_id);
    interfaces
        .flat_map(|interface| {
            interface.values("PrivateIpAddressSet.PrivateIpAddress").collect::<Vec<_>>()
        })
        .collect()
}

/// Returns the lowest private addresses of a subnet that are free, or `None` if there are too few.
pub(super) fn free_ips(
    account: &Account,
    call: &Call<'_>,
    subnet_id: &str,
    cidr: Cidr,
    count: usize,
) -> Option<Vec<String>> {
    let used = used_ips(account, call, subnet_id);
    let ips: Vec<_> = cidr.hosts().filter(|ip| !used.contains(ip)).take(count).collect();
    (ips.len() == count).then_some(ips)
}
