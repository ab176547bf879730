//! Answers that are made up: every member of the response object, with a value of its type.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Call;
use super::listing::TOTALS;
use crate::spec::{Item, Member, Text};

/// How deep objects are nested before a list stays empty and an object is left out. No response
/// is so deep unless it holds itself.
const MAX_DEPTH: usize = 8;

/// The beginnings of ids, by the name of the member that holds them.
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

/// Makes up the answer to one call. What the request names is taken over: a member called like a
/// parameter has its value, and a list of objects has one for each id in the request.
pub(super) struct Shape<'a> {
    call: &'a Call<'a>,
    /// The ids in the request, by the member that they are about: `VpcId` for `VpcIds`.
    ids: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Shape<'a> {
    pub(super) fn of(call: &'a Call<'a>) -> Self {
        let ids = call.parameters.iter().filter_map(|(name, value)| {
            let field = name.strip_suffix('s').filter(|field| field.ends_with("Id"))?;
            let ids: Vec<_> = value.as_array()?.iter().filter_map(Value::as_str).collect();
            Some((field, ids)).filter(|(_, ids)| !ids.is_empty())
        });
        Self { call, ids: ids.collect() }
    }

    /// The whole response.
    pub(super) fn response(&self) -> Map<String, Value> {
        let members = self.call.output();
        members.filter_map(|m| Some((m.name.clone(), self.member(m)?))).collect()
    }

    /// A member of the response.
    pub(super) fn member(&self, member: &Member) -> Option<Value> {
        let beside_list = self.call.output().any(|other| other.list);
        self.value(member, beside_list, 0)
    }

    /// The items of a list of objects.
    pub(super) fn objects(&self, name: &str) -> Vec<Map<String, Value>> {
        self.list(name, 0)
    }

    fn list(&self, name: &str, depth: usize) -> Vec<Map<String, Value>> {
        let is_text = |field: &str| {
            self.call.spec.member(name, field).is_some_and(|m| !m.list && m.item.is_text())
        };
        let Some((field, ids)) = self.ids.iter().find(|(field, _)| is_text(field)) else {
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
        let beside_list = members.iter().any(|member| member.list);
        let value = |member: &Member| self.value(member, beside_list, depth);
        members.iter().filter_map(|m| Some((m.name.clone(), value(m)?))).collect()
    }

    fn value(&self, member: &Member, beside_list: bool, depth: usize) -> Option<Value> {
        let deeper = depth.checked_add(1).filter(|depth| *depth <= MAX_DEPTH);
        if member.list {
            return Some(match (&member.item, deeper) {
                (_, None) => Value::Array(Vec::new()),
                (Item::Object(name), Some(depth)) => self.list(name, depth).into_iter().collect(),
                (item, _) => self.scalars(member, item),
            });
        }
        if let Item::Object(name) = &member.item {
            return deeper.map(|depth| Value::Object(self.object(name, depth)));
        }
        let total = beside_list && TOTALS.contains(&member.name.as_str());
        Some(self.scalar(&member.name, &member.item, total))
    }

    fn scalars(&self, member: &Member, item: &Item) -> Value {
        let of_request = self.call.parameters.get(&member.name).and_then(Value::as_array);
        match of_request.filter(|values| values.iter().all(|value| fits(item, value))) {
            Some(values) => Value::Array(values.clone()),
            None => Value::Array(vec![self.scalar(singular(&member.name), item, false)]),
        }
    }

    fn scalar(&self, name: &str, item: &Item, total: bool) -> Value {
        let of_request = self.call.parameters.get(name).filter(|value| fits(item, value));
        if let Some(value) = of_request {
            return value.clone();
        }
        match item {
            Item::Bool => Value::from(false),
            Item::Int | Item::Uint => Value::from(u8::from(total || name.ends_with("Id"))),
            Item::Float => Value::from(1.0),
            Item::Text(Text::DateTime) => Value::from("2024-01-01 08:00:00"),
            Item::Text(Text::IsoDateTime) => Value::from("2024-01-01T00:00:00Z"),
            Item::Text(Text::Date) => Value::from("2024-01-01"),
            Item::Text(Text::Plain) | Item::Object(_) => Value::from(self.text(name)),
        }
    }

    /// A text that fits the name of its member.
    fn text(&self, name: &str) -> String {
        let region = if self.call.region.is_empty() { "ap-guangzhou" } else { self.call.region };
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        // A task is asked for by a number, even where it is given as a text.
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

/// `InstanceIdSet` holds what is called `InstanceId`, and `IpAddresses` what is an `IpAddress`.
fn singular(name: &str) -> &str {
    let name = name.strip_suffix("Set").or_else(|| name.strip_suffix("List")).unwrap_or(name);
    if name.ends_with("sses") {
        return name.strip_suffix("es").unwrap_or(name);
    }
    name.strip_suffix('s').unwrap_or(name)
}

/// Whether a value of the request can stand where `item` is expected.
fn fits(item: &Item, value: &Value) -> bool {
    match item {
        Item::Bool => value.is_boolean(),
        Item::Int => value.is_i64(),
        Item::Uint => value.is_u64(),
        Item::Float => value.is_number(),
        Item::Text(_) => value.is_string(),
        Item::Object(_) => false,
    }
}
