//! Security groups of vpc, and their policies.

use serde_json::{Map, Value, json};

use super::ids::{INSTANCES, INTERFACES, POLICIES, SECURITY_GROUPS};
use super::tags::tags;
use super::vpcs::{check_name, parse_cidr};
use super::{Members, Resource, done, member};
use crate::account::{Account, TableId, local};
use crate::api_error::ApiError;
use crate::call::Call;

pub(super) const RESOURCE: Resource = Resource {
    service: "vpc",
    version: Resource::VERSION,
    actions: &[
        ("CreateSecurityGroup", create),
        ("DeleteSecurityGroup", delete),
        ("CreateSecurityGroupPolicies", create_policies),
    ],
};

/// What uses a security group: the table, the members with the ids of groups, and the member with
/// the id.
const USERS: [(TableId, &str, &str); 2] = [
    (INSTANCES.table, "SecurityGroupIds", "InstanceId"),
    (INTERFACES.table, "GroupSet", "NetworkInterfaceId"),
];

/// How many security groups a region can have.
const MAX_GROUPS: usize = 50;

/// How many policies a security group can have in one direction.
const MAX_POLICIES: usize = 100;

/// The members of a policy that say where traffic comes from or goes to. A policy has one of them.
const PEERS: [&str; 4] = ["CidrBlock", "Ipv6CidrBlock", "SecurityGroupId", "AddressTemplate"];

const PROTOCOLS: [&str; 6] = ["TCP", "UDP", "ICMP", "ICMPV6", "GRE", "ALL"];

const INVALID_VALUE: &str = "InvalidParameterValue";

/// Returns the id of the default group of a region.
pub(super) fn default_group(account: &Account, call: &Call<'_>) -> Option<String> {
    let mut groups = account.rows(SECURITY_GROUPS.table, call.region);
    groups.find(|group| group.flag("IsDefault")).map(|group| group.text("SecurityGroupId"))
}

fn create(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let name = call.text("GroupName").unwrap_or_default();
    check_name("GroupName", name)?;
    if account.rows(SECURITY_GROUPS.table, call.region).count() >= MAX_GROUPS {
        let what = "The number of security groups in a region";
        return Err(ApiError::LimitReached { code: "LimitExceeded", what, limit: MAX_GROUPS });
    }
    let id = account.new_id("sg");
    let created = local(account.now());
    let value = json!({
        "SecurityGroupId": id,
        "SecurityGroupName": name,
        "SecurityGroupDesc": call.text("GroupDescription").unwrap_or_default(),
        "ProjectId": call.text("ProjectId").unwrap_or("0"),
        "IsDefault": false,
        "CreatedTime": created,
        "UpdateTime": created,
        "TagSet": tags(call.parameters.get("Tags")),
    });
    let group = account.insert(SECURITY_GROUPS.table, call.region, value);
    let policies = json!({"Version": "0", "Ingress": [], "Egress": [], "PolicyStatistics": {}});
    account.insert_row(POLICIES, call.region, policies, |row| {
        row.set_hidden("SecurityGroupId", id);
    });
    Ok(member("SecurityGroup", Value::Object(group)))
}

fn delete(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (id, group) = SECURITY_GROUPS.one(account, call, "SecurityGroupId")?;
    if group.flag("IsDefault") {
        let code = "UnsupportedOperation";
        return Err(ApiError::Refused { code, id, problem: "is the default security group" });
    }
    for (table, group_ids, own_id) in USERS {
        if let Some(user) = account.find(table, call.region, group_ids, &id) {
            let user = user.text(own_id);
            return Err(ApiError::InUse { code: "ResourceInUse", id, user });
        }
    }
    // A policy of the group itself may name it.
    let referring = account.rows(POLICIES, call.region).find(|policies| {
        !policies.has("SecurityGroupId", &id)
            && ["Ingress.SecurityGroupId", "Egress.SecurityGroupId"]
                .iter()
                .any(|path| policies.has(path, &id))
    });
    if let Some(policies) = referring {
        let user = policies.text("SecurityGroupId");
        return Err(ApiError::InUse { code: "ResourceInUse", id, user });
    }
    account.remove(SECURITY_GROUPS.table, call.region, "SecurityGroupId", &id);
    account.remove(POLICIES, call.region, "SecurityGroupId", &id);
    Ok(done())
}

fn create_policies(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (id, _) = SECURITY_GROUPS.one(account, call, "SecurityGroupId")?;
    let set = call.parameters.get("SecurityGroupPolicySet").and_then(Value::as_object);
    let list = |name: &str| {
        let items = set.and_then(|set| set.get(name)?.as_array());
        items.into_iter().flatten().filter_map(Value::as_object).cloned().collect::<Vec<_>>()
    };
    let (direction, new) = match (list("Ingress"), list("Egress")) {
        (ingress, egress) if ingress.is_empty() && egress.is_empty() => {
            return Err(ApiError::Refused {
                code: "InvalidParameterValue.Empty",
                id,
                problem: "gets no policies: set `Ingress` or `Egress`",
            });
        }
        (ingress, egress) if egress.is_empty() => ("Ingress", ingress),
        (ingress, egress) if ingress.is_empty() => ("Egress", egress),
        _ => {
            let code = "InvalidParameter.Coexist";
            return Err(ApiError::Exclusive { code, first: "Ingress", second: "Egress" });
        }
    };
    for policy in &new {
        check_policy(account, call, direction, policy)?;
    }
    let current = account.find(POLICIES, call.region, "SecurityGroupId", &id);
    let version = current.map_or_else(String::new, |row| row.text("Version"));
    let expected = set.and_then(|set| set.get("Version")?.as_str());
    if let Some(outdated) = expected.filter(|expected| !expected.is_empty() && *expected != version)
    {
        let code = "UnsupportedOperation.VersionMismatch";
        let parameter = "SecurityGroupPolicySet.Version";
        let expected = format!("{version}, the version of the policies");
        return Err(ApiError::invalid(code, parameter, outdated, expected));
    }
    let mut policies = current.map_or_else(Vec::new, |row| objects(&row.value, direction));
    let position = check_position(&new, policies.len())?;
    let new: Vec<_> = new.into_iter().map(|policy| complete(policy, account)).collect();
    let mut seen: Vec<_> = policies.iter().map(identity).collect();
    for policy in &new {
        let identity = identity(policy);
        if seen.contains(&identity) {
            let code = "UnsupportedOperation.DuplicatePolicy";
            return Err(ApiError::Refused { code, id, problem: "already has the policy" });
        }
        seen.push(identity);
    }
    if policies.len().saturating_add(new.len()) > MAX_POLICIES {
        let code = "LimitExceeded.SecurityGroupPolicySet";
        let what = "The number of policies in one direction";
        return Err(ApiError::LimitReached { code, what, limit: MAX_POLICIES });
    }
    policies.splice(position..position, new);
    for (index, policy) in policies.iter_mut().enumerate() {
        policy.insert("PolicyIndex".to_owned(), index.into());
    }
    let version = version.parse::<u64>().unwrap_or(0).saturating_add(1);
    account.edit(POLICIES, call.region, "SecurityGroupId", &id, |row| {
        row.value.insert(direction.to_owned(), policies.clone().into());
        row.set(json!({"Version": version.to_string()}));
        row.set(statistics(&row.value));
    });
    let updated = local(account.now());
    SECURITY_GROUPS.edit(account, call, &id, |group| {
        group.set(json!({"UpdateTime": updated}));
    });
    Ok(done())
}

fn objects(value: &Map<String, Value>, name: &str) -> Vec<Map<String, Value>> {
    let items = value.get(name).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_object).cloned().collect()
}

/// Returns where new policies are inserted: at their index, which must be the same for all of
/// them, or at the end.
fn check_position(new: &[Map<String, Value>], count: usize) -> Result<usize, ApiError> {
    let index = |policy: &Map<String, Value>| policy.get("PolicyIndex").and_then(Value::as_i64);
    let first = new.first().and_then(index);
    let last = i64::try_from(count).unwrap_or(i64::MAX);
    let wrong = new.iter().map(index).find(|it| *it != first);
    if let Some(wrong) = wrong {
        let expected = "the same for all policies";
        let wrong = wrong.unwrap_or_default();
        return Err(ApiError::invalid(INVALID_VALUE, "PolicyIndex", &wrong, expected));
    }
    let Some(index) = first else { return Ok(count) };
    if !(0..=last).contains(&index) {
        let expected = format!("from 0 to {count}");
        return Err(ApiError::invalid(
            "InvalidParameterValue.Range",
            "PolicyIndex",
            &index,
            expected,
        ));
    }
    Ok(usize::try_from(index).unwrap_or(count))
}

fn check_policy(
    account: &Account,
    call: &Call<'_>,
    direction: &str,
    policy: &Map<String, Value>,
) -> Result<(), ApiError> {
    let text = |name: &str| policy.get(name).and_then(Value::as_str);
    let path = |name: &str| format!("{direction}.{name}");
    let action = text("Action").unwrap_or_default();
    if !["ACCEPT", "DROP"].contains(&action.to_ascii_uppercase().as_str()) {
        let expected = "ACCEPT or DROP";
        return Err(ApiError::invalid(INVALID_VALUE, &path("Action"), action, expected));
    }
    let protocol = text("Protocol").unwrap_or("ALL").to_ascii_uppercase();
    if !PROTOCOLS.contains(&protocol.as_str()) {
        let expected = format!("one of {}", PROTOCOLS.join(", "));
        return Err(ApiError::invalid(INVALID_VALUE, &path("Protocol"), &protocol, expected));
    }
    if let Some(port) = text("Port").filter(|port| !port.eq_ignore_ascii_case("all")) {
        if !["TCP", "UDP"].contains(&protocol.as_str()) {
            let expected = format!("absent, because the protocol is {protocol}");
            return Err(ApiError::invalid(INVALID_VALUE, &path("Port"), port, expected));
        }
        if !port.split(',').all(is_port_range) {
            let expected = "a port, a range such as 8000-8010, or several of them";
            return Err(ApiError::invalid(INVALID_VALUE, &path("Port"), port, expected));
        }
    }
    let mut peers = PEERS.into_iter().filter(|peer| policy.contains_key(*peer));
    if let (Some(first), Some(second)) = (peers.next(), peers.next()) {
        return Err(ApiError::Exclusive { code: "InvalidParameter.Coexist", first, second });
    }
    if let Some(block) = text("CidrBlock") {
        // One address is a range too.
        let range = if block.contains('/') { block.to_owned() } else { format!("{block}/32") };
        parse_cidr(&path("CidrBlock"), &range)?;
    }
    if let Some(id) = text("SecurityGroupId") {
        SECURITY_GROUPS.find(account, call, &path("SecurityGroupId"), id)?;
    }
    Ok(())
}

fn is_port_range(text: &str) -> bool {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse::<u16>(), last.parse::<u16>()) {
        (Ok(first), Ok(last)) => first <= last,
        _ => false,
    }
}

/// Adds the members that a new policy does not have.
fn complete(mut policy: Map<String, Value>, account: &Account) -> Map<String, Value> {
    for (name, value) in [("Protocol", "ALL"), ("Port", "ALL")] {
        policy.entry(name).or_insert_with(|| value.into());
    }
    for name in ["Protocol", "Action"] {
        let upper = policy.get(name).and_then(Value::as_str).map(str::to_ascii_uppercase);
        policy.extend(upper.map(|upper| (name.to_owned(), upper.into())));
    }
    let has_peer = PEERS.into_iter().any(|peer| policy.contains_key(peer));
    if !has_peer {
        policy.insert("CidrBlock".to_owned(), "0.0.0.0/0".into());
    }
    policy.insert("ModifyTime".to_owned(), local(account.now()).into());
    policy
}

/// Returns what makes a policy different from others.
fn identity(policy: &Map<String, Value>) -> Vec<String> {
    let names = ["Protocol", "Port", "Action", "CidrBlock", "Ipv6CidrBlock", "SecurityGroupId"];
    names.map(|name| policy.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()).into()
}

/// Returns the numbers of policies of a set.
fn statistics(set: &Map<String, Value>) -> Value {
    let count = |direction: &str, is_ipv6: bool| {
        let policies = objects(set, direction);
        let has_ipv6 = |policy: &&Map<String, Value>| {
            let block = policy.get("Ipv6CidrBlock").and_then(Value::as_str);
            block.is_some_and(|block| !block.is_empty()) == is_ipv6
        };
        policies.iter().filter(has_ipv6).count()
    };
    json!({"PolicyStatistics": {
        "IngressIPv4TotalCount": count("Ingress", false),
        "IngressIPv6TotalCount": count("Ingress", true),
        "EgressIPv4TotalCount": count("Egress", false),
        "EgressIPv6TotalCount": count("Egress", true),
    }})
}
