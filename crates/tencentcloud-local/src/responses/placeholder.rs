//! Placeholder responses: every member of the response object, with a value of its type.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::pagination::TOTALS;
use crate::call::Call;
use crate::spec::{ItemType, Member, StringFormat};

/// The depth at which lists are empty and objects are left out. Only object types that contain
/// themselves reach it.
const MAX_DEPTH: usize = 8;

/// The prefixes of ids, by the name of the member that contains the id.
const ID_PREFIXES: [(&str, &str); 30] = [
    ("AddressId", "eip-"),
    ("AutoSnapshotPolicyId", "asp-"),
    ("BandwidthPackageId", "bwp-"),
    ("CcnId", "ccn-"),
    ("ChcId", "chc-"),
    ("CustomerGatewayId", "cgw-"),
    ("DirectConnectGatewayId", "dcg-"),
    ("DisasterRecoverGroupId", "ps-"),
    ("DiskBackupId", "dbp-"),
    ("DiskId", "disk-"),
    ("EndPointId", "vpce-"),
    ("EndPointServiceId", "vpcsvc-"),
    ("FlowLogId", "fl-"),
    ("HaVipId", "havip-"),
    ("HostId", "host-"),
    ("HpcClusterId", "hpc-"),
    ("ImageId", "img-"),
    ("InstanceId", "ins-"),
    ("KeyId", "skey-"),
    ("LaunchTemplateId", "lt-"),
    ("NatGatewayId", "nat-"),
    ("NetworkAclId", "acl-"),
    ("NetworkInterfaceId", "eni-"),
    ("RouteTableId", "rtb-"),
    ("SecurityGroupId", "sg-"),
    ("SnapshotId", "snap-"),
    ("SubnetId", "subnet-"),
    ("VpcId", "vpc-"),
    ("VpnConnectionId", "vpnx-"),
    ("VpnGatewayId", "vpngw-"),
];

/// Creates placeholder values for the response to one call. Values of the request are reused: a
/// member with the name of a parameter has the value of the parameter, and a list of objects has
/// one object for each id in the request.
pub(super) struct Placeholder<'a> {
    call: &'a Call<'a>,
    /// The ids in the request, by the member that contains them: `VpcId` for `VpcIds`.
    ids: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Placeholder<'a> {
    pub(super) fn new(call: &'a Call<'a>) -> Self {
        let ids = call.parameters.iter().filter_map(|(name, value)| {
            let field = name.strip_suffix('s').filter(|field| field.ends_with("Id"))?;
            let ids: Vec<_> = value.as_array()?.iter().filter_map(Value::as_str).collect();
            Some((field, ids)).filter(|(_, ids)| !ids.is_empty())
        });
        Self { call, ids: ids.collect() }
    }

    /// Returns the members of the response.
    pub(super) fn response(&self) -> Map<String, Value> {
        let members = self.call.output();
        members.filter_map(|m| Some((m.name.clone(), self.member(m)?))).collect()
    }

    /// Returns the value of a member of the response.
    pub(super) fn member(&self, member: &Member) -> Option<Value> {
        let beside_list = self.call.output().any(|other| other.is_list);
        self.value(member, beside_list, 0)
    }

    /// Returns the items of a list of objects.
    pub(super) fn objects(&self, name: &str) -> Vec<Map<String, Value>> {
        self.list(name, 0)
    }

    fn list(&self, name: &str, depth: usize) -> Vec<Map<String, Value>> {
        let is_string_field = |field: &str| {
            self.call.spec.member(name, field).is_some_and(|m| !m.is_list && m.item.is_string())
        };
        let Some((field, ids)) = self.ids.iter().find(|(field, _)| is_string_field(field)) else {
            return vec![self.object(name, depth)];
        };
        let with_id = |id: &&str| {
            let mut object = self.object(name, depth);
            object.insert((*field).to_owned(), Value::from(*id));
            object
        };
        ids.iter().map(with_id).collect()
    }

    fn object(&self, name: &str, depth: usize) -> Map<String, Value> {
        let members = self.call.spec.members(name);
        let beside_list = members.iter().any(|member| member.is_list);
        let value = |member: &Member| self.value(member, beside_list, depth);
        members.iter().filter_map(|m| Some((m.name.clone(), value(m)?))).collect()
    }

    fn value(&self, member: &Member, beside_list: bool, depth: usize) -> Option<Value> {
        let deeper = depth.checked_add(1).filter(|depth| *depth <= MAX_DEPTH);
        if member.is_list {
            return Some(match (&member.item, deeper) {
                (_, None) => Value::Array(Vec::new()),
                (ItemType::Object(name), Some(depth)) => {
                    self.list(name, depth).into_iter().collect()
                }
                (item, _) => self.scalars(member, item),
            });
        }
        if let ItemType::Object(name) = &member.item {
            return deeper.map(|depth| Value::Object(self.object(name, depth)));
        }
        let total = beside_list && TOTALS.contains(&member.name.as_str());
        Some(self.scalar(&member.name, &member.item, total))
    }

    fn scalars(&self, member: &Member, item: &ItemType) -> Value {
        let from_request = self.call.parameters.get(&member.name).and_then(Value::as_array);
        match from_request.filter(|values| values.iter().all(|value| fits(item, value))) {
            Some(values) => Value::Array(values.clone()),
            None => Value::Array(vec![self.scalar(singular(&member.name), item, false)]),
        }
    }

    fn scalar(&self, name: &str, item: &ItemType, total: bool) -> Value {
        let from_request = self.call.parameters.get(name).filter(|value| fits(item, value));
        if let Some(value) = from_request {
            return value.clone();
        }
        match item {
            ItemType::Bool => Value::from(false),
            ItemType::Int | ItemType::Uint => Value::from(u8::from(total || name.ends_with("Id"))),
            ItemType::Float => Value::from(1.0),
            ItemType::String(StringFormat::DateTime) => Value::from("2024-01-01 08:00:00"),
            ItemType::String(StringFormat::IsoDateTime) => Value::from("2024-01-01T00:00:00Z"),
            ItemType::String(StringFormat::Date) => Value::from("2024-01-01"),
            ItemType::String(StringFormat::Plain) | ItemType::Object(_) => {
                Value::from(self.string(name))
            }
        }
    }

    /// Returns a string that is plausible for a member with this name.
    fn string(&self, name: &str) -> String {
        let region = if self.call.region.is_empty() { "ap-guangzhou" } else { self.call.region };
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        // Requests name a task by a number, even if the response has it as a string.
        if name == "TaskId" || ends(&["Uin", "AppId"]) {
            "1".to_owned()
        } else if ends(&["RequestId"]) {
            self.call.request_id.to_owned()
        } else if ends(&["Id"]) {
            let prefix = ID_PREFIXES.iter().find(|(ending, _)| name.ends_with(ending));
            format!("{}00000001", prefix.map_or("id-", |(_, prefix)| prefix))
        } else if ends(&["Region"]) {
            region.to_owned()
        } else if ends(&["Zone"]) {
            format!("{region}-1")
        } else if name.contains("Cidr") {
            "10.0.0.0/24".to_owned()
        } else if ends(&["Ip", "IpAddress"]) {
            "10.0.0.2".to_owned()
        } else if ends(&["Time", "CreatedAt", "ExpiredAt"]) {
            "2024-01-01 08:00:00".to_owned()
        } else if ends(&["Url"]) {
            "https://example.com/".to_owned()
        } else if ends(&["State"]) {
            "AVAILABLE".to_owned()
        } else if ends(&["Status", "Result"]) {
            "SUCCESS".to_owned()
        } else if ends(&["Name", "Description"]) {
            "example".to_owned()
        } else {
            String::new()
        }
    }
}

/// Returns the name of an item in a list: `InstanceId` for `InstanceIdSet`, `IpAddress` for
/// `IpAddresses`.
fn singular(name: &str) -> &str {
    let name = name.strip_suffix("Set").or_else(|| name.strip_suffix("List")).unwrap_or(name);
    if name.ends_with("sses") {
        return name.strip_suffix("es").unwrap_or(name);
    }
    name.strip_suffix('s').unwrap_or(name)
}

/// Returns whether a value of the request has the type of a member.
fn fits(item: &ItemType, value: &Value) -> bool {
    match item {
        ItemType::Bool => value.is_boolean(),
        ItemType::Int => value.is_i64(),
        ItemType::Uint => value.is_u64(),
        ItemType::Float => value.is_number(),
        ItemType::String(_) => value.is_string(),
        ItemType::Object(_) => false,
    }
}
