//! `RunInstances`.

mod disk;
mod network;

use serde_json::{Value, json};

use self::disk::{Disk, data_disks, system_disk};
use self::network::Network;
use super::{check_name, check_security_group, check_value, latest_operation};
use crate::account::{
    Account, LOCAL_CREATED_TIME, OWN_PUBLIC_IP, TableId, iso, local, resource_id, uuid,
};
use crate::api_error::ApiError;
use crate::call::{Call, texts};
use crate::operations::addresses::new_public_ip;
use crate::operations::disks::{self, NewDisk};
use crate::operations::ids::{INSTANCES, IdRule};
use crate::operations::network_interfaces::{self, NewInterface};
use crate::operations::security_groups::default_group;
use crate::operations::tags::{duplicate_key, tags};
use crate::operations::{Members, member, zones};

/// The largest number of instances that one request can create.
const MAX_COUNT: i64 = 500;

const IMAGES: IdRule = IdRule {
    table: ("cvm", "Image"),
    member: "ImageId",
    prefix: "img-",
    malformed: "InvalidImageId.Malformed",
    unknown: "InvalidImageId.NotFound",
};

const KEY_PAIRS: IdRule = IdRule {
    table: ("cvm", "KeyPair"),
    member: "KeyId",
    prefix: "skey-",
    malformed: "InvalidKeyPairId.Malformed",
    unknown: "InvalidParameterValue.KeyPairNotFound",
};

const ZONES: TableId = ("cvm", "ZoneInfo");
const TYPES: TableId = ("cvm", "InstanceTypeConfig");

/// The request, after all checks.
#[derive(Debug)]
struct Launch {
    count: usize,
    names: Vec<String>,
    zone: String,
    charge_type: String,
    image_id: String,
    os_name: String,
    instance_type: String,
    cpu: u64,
    memory: u64,
    key_ids: Vec<String>,
    security_groups: Vec<String>,
    tags: Value,
    system_disk: Disk,
    data_disks: Vec<Disk>,
    has_public_ip: bool,
}

/// Returns a member of an object in the parameters.
fn nested<'a>(call: &'a Call<'_>, object: &str, name: &str) -> Option<&'a Value> {
    call.parameters.get(object)?.get(name)
}

fn nested_text<'a>(call: &'a Call<'_>, object: &str, name: &str) -> Option<&'a str> {
    nested(call, object, name)?.as_str()
}

pub(super) fn run_instances(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let launch = Launch::check(account, call)?;
    let network = Network::check(account, call, &launch.zone, launch.count)?;
    if call.flag("DryRun") {
        return Err(ApiError::DryRun);
    }
    let (vpc_id, subnet_id, ips) = network.create(account, call, &launch.zone, launch.count)?;
    let ids = launch.names.iter().zip(&ips).map(|(name, ip)| {
        let instance = Instance { name, ip, vpc_id: &vpc_id, subnet_id: &subnet_id };
        launch.create(account, call, &instance)
    });
    let ids: Vec<_> = ids.collect();
    Ok(member("InstanceIdSet", ids))
}

impl Launch {
    fn check(account: &Account, call: &Call<'_>) -> Result<Self, ApiError> {
        let zone = check_zone(account, call)?;
        let count = check_count(call)?;
        let charge_type = call.text("InstanceChargeType").unwrap_or("POSTPAID_BY_HOUR");
        let charge_types = ["PREPAID", "POSTPAID_BY_HOUR", "SPOTPAID", "CDHPAID", "CDCPAID"];
        check_value("InstanceChargeType", charge_type, &charge_types)?;
        if charge_type == "PREPAID" && !call.parameters.contains_key("InstanceChargePrepaid") {
            return Err(ApiError::missing("InstanceChargePrepaid"));
        }
        let (image_id, image) = IMAGES.one(account, call, "ImageId")?;
        let os_name = image.text("OsName");
        let config = find_type(account, call, &zone)?;
        let name = call.text("InstanceName").unwrap_or("Unnamed");
        check_name(name)?;
        let key_ids = texts(nested(call, "LoginSettings", "KeyIds"));
        for id in &key_ids {
            KEY_PAIRS.find(account, call, "LoginSettings.KeyIds", id)?;
        }
        let mut security_groups = call.texts("SecurityGroupIds");
        for id in &security_groups {
            check_security_group(account, call, "SecurityGroupIds", id)?;
        }
        if security_groups.is_empty() {
            security_groups.extend(default_group(account, call));
        }
        let bandwidth = nested(call, "InternetAccessible", "InternetMaxBandwidthOut");
        let has_bandwidth = bandwidth.and_then(Value::as_i64).unwrap_or(0) > 0;
        let assigned = nested(call, "InternetAccessible", "PublicIpAssigned");
        Ok(Self {
            count,
            names: names(name, count),
            zone,
            charge_type: charge_type.to_owned(),
            image_id,
            os_name,
            instance_type: config.0,
            cpu: config.1,
            memory: config.2,
            key_ids,
            security_groups,
            tags: check_tags(call)?,
            system_disk: system_disk(call)?,
            data_disks: data_disks(account, call)?,
            has_public_ip: has_bandwidth && assigned.and_then(Value::as_bool).unwrap_or(true),
        })
    }

    /// Creates one instance with its disks and its interface, and returns its id.
    fn create(&self, account: &mut Account, call: &Call<'_>, new: &Instance<'_>) -> String {
        let id = account.new_id("ins");
        self.create_disk(account, call, &id, new.name, &self.system_disk, "SYSTEM_DISK");
        for disk in &self.data_disks {
            self.create_disk(account, call, &id, new.name, disk, "DATA_DISK");
        }
        let interface = NewInterface {
            instance_id: &id,
            name: format!("{}-primary", new.name),
            vpc_id: new.vpc_id,
            subnet_id: new.subnet_id,
            zone: &self.zone,
            ip: new.ip,
            security_groups: &self.security_groups,
            tags: &self.tags,
        };
        network_interfaces::create(account, call, &interface);
        let public_ip = self.has_public_ip.then(|| new_public_ip(account));
        let value = self.value(account, call, &id, new);
        let (period, created) = (account.period(), local(account.now()));
        account.insert_row(INSTANCES.table, call.region, value, |row| {
            row.set_hidden(LOCAL_CREATED_TIME, created);
            if let Some(ip) = public_ip {
                row.set_hidden(OWN_PUBLIC_IP, ip);
            }
            row.set(latest_operation(call, "OPERATING"));
            let running = json!({"InstanceState": "RUNNING", "LatestOperationState": "SUCCESS"});
            row.set_later(period, running);
        });
        id
    }

    fn create_disk(
        &self,
        account: &mut Account,
        call: &Call<'_>,
        instance_id: &str,
        instance_name: &str,
        disk: &Disk,
        usage: &str,
    ) {
        let is_system = usage == "SYSTEM_DISK";
        let suffix = if is_system { "system" } else { "data" };
        let name = if disk.name.is_empty() {
            format!("{instance_name}-{suffix}")
        } else {
            disk.name.clone()
        };
        let new = NewDisk {
            name: &name,
            kind: &disk.kind,
            usage,
            size: disk.size,
            charge_type: &self.charge_type,
            zone: &self.zone,
            is_encrypted: disk.is_encrypted,
            instance_id: Some(instance_id),
            delete_with_instance: disk.delete_with_instance,
            tags: &self.tags,
        };
        disks::create(account, call, &new);
    }

    fn value(&self, account: &Account, call: &Call<'_>, id: &str, new: &Instance<'_>) -> Value {
        let host_name = call.text("HostName").unwrap_or(new.name);
        let bandwidth = nested(call, "InternetAccessible", "InternetMaxBandwidthOut");
        let project_id = nested(call, "Placement", "ProjectId").and_then(Value::as_i64);
        json!({
            "Placement": {"Zone": self.zone, "ProjectId": project_id.unwrap_or(0)},
            "InstanceId": id,
            "InstanceName": new.name,
            "InstanceType": self.instance_type,
            "InstanceState": "PENDING",
            "InstanceChargeType": self.charge_type,
            "CPU": self.cpu,
            "Memory": self.memory,
            "RestrictState": "NORMAL",
            "PrivateIpAddresses": [new.ip],
            "InternetAccessible": {
                "InternetChargeType": nested_text(call, "InternetAccessible", "InternetChargeType")
                    .unwrap_or("TRAFFIC_POSTPAID_BY_HOUR"),
                "InternetMaxBandwidthOut": bandwidth.and_then(Value::as_i64).unwrap_or(0),
                "PublicIpAssigned": self.has_public_ip,
            },
            "VirtualPrivateCloud": {
                "VpcId": new.vpc_id,
                "SubnetId": new.subnet_id,
                "AsVpcGateway": false,
                "PrivateIpAddresses": [new.ip],
            },
            "ImageId": self.image_id,
            "OsName": self.os_name,
            "RenewFlag": nested_text(call, "InstanceChargePrepaid", "RenewFlag").unwrap_or_default(),
            "CreatedTime": iso(account.now()),
            "SecurityGroupIds": self.security_groups,
            "LoginSettings": {"KeyIds": self.key_ids},
            "Tags": self.tags,
            "StopChargingMode": "NOT_APPLICABLE",
            "Uuid": uuid(|prefix| resource_id(prefix, id)),
            "IsolatedSource": "NOTISOLATED",
            "LicenseType": "TencentCloud",
            "DisableApiTermination": call.flag("DisableApiTermination"),
            "HostName": host_name,
            "CamRoleName": call.text("CamRoleName").unwrap_or_default(),
            "DefaultLoginUser": "root",
            "DefaultLoginPort": 22,
        })
    }
}

/// The parts of an instance that differ within one launch.
struct Instance<'a> {
    name: &'a str,
    ip: &'a str,
    vpc_id: &'a str,
    subnet_id: &'a str,
}

fn check_zone(account: &Account, call: &Call<'_>) -> Result<String, ApiError> {
    let zone = nested_text(call, "Placement", "Zone");
    let zone = zone.ok_or_else(|| ApiError::missing("Placement"))?;
    let exists_elsewhere = account.has_anywhere(ZONES, "Zone", zone);
    let code = if exists_elsewhere {
        "InvalidZone.MismatchRegion"
    } else {
        "InvalidParameterValue.ZoneNotSupported"
    };
    zones::check(account, call, code, "Placement.Zone", zone)?;
    Ok(zone.to_owned())
}

fn check_count(call: &Call<'_>) -> Result<usize, ApiError> {
    let count = call.integer("InstanceCount").unwrap_or(1);
    if !(1..=MAX_COUNT).contains(&count) {
        let expected = format!("from 1 to {MAX_COUNT}");
        let code = "InvalidParameterValue.Range";
        return Err(ApiError::invalid(code, "InstanceCount", &count, expected));
    }
    if let Some(min) = call.integer("MinCount").filter(|min| !(1..=count).contains(min)) {
        let code = "InvalidParameterValue.InvalidParameterMinCount";
        let expected = "from 1 to `InstanceCount`";
        return Err(ApiError::invalid(code, "MinCount", &min, expected));
    }
    Ok(usize::try_from(count).unwrap_or(1))
}

/// Returns name, cores and memory of the instance type: of the first one of the zone if the
/// request has none.
fn find_type(
    account: &Account,
    call: &Call<'_>,
    zone: &str,
) -> Result<(String, u64, u64), ApiError> {
    let mut types = account.select(TYPES, call.region, "Zone", zone);
    let wanted = call.text("InstanceType");
    if let Some(name) = wanted.filter(|name| !name.contains('.')) {
        let expected = "of the form S5.MEDIUM4";
        let code = "InvalidInstanceType.Malformed";
        return Err(ApiError::invalid(code, "InstanceType", name, expected));
    }
    let found = types.find(|it| wanted.is_none_or(|name| it.text("InstanceType") == name));
    let Some(found) = found else {
        let types = account.select(TYPES, call.region, "Zone", zone);
        let types: Vec<_> = types.map(|it| it.text("InstanceType")).collect();
        let expected = format!("an instance type of the zone: {}", types.join(", "));
        let code = "InvalidParameterValue.InstanceTypeNotFound";
        return Err(ApiError::invalid(code, "InstanceType", wanted.unwrap_or_default(), expected));
    };
    Ok((found.text("InstanceType"), found.number("CPU"), found.number("Memory")))
}

/// Returns the tags of the instances.
fn check_tags(call: &Call<'_>) -> Result<Value, ApiError> {
    let specifications = call.parameters.get("TagSpecification").and_then(Value::as_array);
    let is_of_instance =
        |it: &&Value| it.get("ResourceType").and_then(Value::as_str) == Some("instance");
    let of_instance = specifications.into_iter().flatten().find(is_of_instance);
    let tags = tags(of_instance.and_then(|it| it.get("Tags")));
    if let Some(key) = duplicate_key(&tags) {
        let code = "InvalidParameterValue.DuplicateTags";
        return Err(ApiError::invalid(code, "TagSpecification", &key, "a key that appears once"));
    }
    Ok(tags)
}

/// Returns the names of several instances. `{R:3}` in the name is replaced by 3, 4, 5 …; without
/// it, a number is added to each name if there is more than one.
fn names(name: &str, count: usize) -> Vec<String> {
    let pattern = name.split_once("{R:").and_then(|(before, rest)| {
        let (number, after) = rest.split_once('}')?;
        Some((before, number.parse::<usize>().ok()?, after))
    });
    let numbers = 0..count;
    match pattern {
        Some((before, first, after)) => numbers
            .map(|number| format!("{before}{}{after}", first.saturating_add(number)))
            .collect(),
        None if count == 1 => vec![name.to_owned()],
        None => numbers.map(|number| format!("{name}{}", number + 1)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_numbered() {
        assert_eq!(names("web", 1), ["web"]);
        assert_eq!(names("web", 2), ["web1", "web2"]);
        assert_eq!(names("web-{R:3}", 2), ["web-3", "web-4"]);
        assert_eq!(names("web-{R:3}-x", 1), ["web-3-x"]);
        assert_eq!(names("web-{R:x}", 1), ["web-{R:x}"]);
    }
}
