//! Elastic IP addresses of vpc.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::ids::{ADDRESS_INSTANCES, ADDRESSES, INTERFACES};
use super::tags::tags;
use super::{Members, Resource, tasks};
use crate::account::{Account, Period, iso};
use crate::api_error::ApiError;
use crate::call::Call;

pub(super) const RESOURCE: Resource = Resource {
    service: "vpc",
    version: Resource::VERSION,
    actions: &[
        ("AllocateAddresses", allocate),
        ("AssociateAddress", associate),
        ("DisassociateAddress", disassociate),
        ("ReleaseAddresses", release),
    ],
};

/// How many addresses a region can have.
pub(super) const MAX_ADDRESSES: usize = 20;

/// The range of new public addresses, 198.18.0.0/15, which is reserved for tests.
const PUBLIC_RANGE: (u32, u64) = (0xc612_0000, 1 << 17);

/// The code of an operation that the state of an address does not allow.
const STATE_CODE: &str = "UnsupportedOperation.AddressStatusNotPermit";

/// Returns a public address that no resource has.
pub(super) fn new_public_ip(account: &mut Account) -> String {
    let (first, size) = PUBLIC_RANGE;
    let offset = u32::try_from(account.new_number() % size).unwrap_or(0);
    Ipv4Addr::from(first.wrapping_add(offset)).to_string()
}

/// An address to create.
#[derive(Debug)]
pub(super) struct NewAddress<'a> {
    pub(super) name: &'a str,
    pub(super) bandwidth: u64,
    pub(super) charge_type: &'a str,
    pub(super) address_type: &'a str,
    pub(super) isp: &'a str,
    pub(super) tags: &'a Value,
}

/// Creates an address, which can be bound when the period is over. Returns its id.
pub(super) fn create(
    account: &mut Account,
    call: &Call<'_>,
    new: &NewAddress<'_>,
    period: Period,
) -> String {
    let (id, ip) = (account.new_id("eip"), new_public_ip(account));
    let value = json!({
        "AddressId": id,
        "AddressName": new.name,
        "AddressIp": ip,
        "AddressStatus": "CREATING",
        "AddressType": new.address_type,
        "EipAlgType": {"Ftp": false, "Sip": false},
        "InternetServiceProvider": new.isp,
        "InternetChargeType": new.charge_type,
        "Bandwidth": new.bandwidth,
        "CreatedTime": iso(account.now()),
        "TagSet": new.tags,
    });
    account.insert_row(ADDRESSES.table, call.region, value, |address| {
        address.set_later(period, json!({"AddressStatus": "UNBIND"}));
    });
    id
}

/// Checks that a region can have more addresses.
pub(super) fn check_quota(
    account: &Account,
    call: &Call<'_>,
    count: usize,
) -> Result<(), ApiError> {
    let total = account.rows(ADDRESSES.table, call.region).count().saturating_add(count);
    if total <= MAX_ADDRESSES {
        return Ok(());
    }
    let code = "AddressQuotaLimitExceeded";
    let what = "The number of elastic IP addresses in a region";
    Err(ApiError::LimitReached { code, what, limit: MAX_ADDRESSES })
}

/// Returns the members of an address that is not bound.
pub(super) fn unbound() -> Value {
    json!({
        "AddressStatus": "UNBIND",
        "InstanceId": "",
        "InstanceType": "",
        "NetworkInterfaceId": "",
        "PrivateAddressIp": "",
    })
}

/// Unbinds the addresses of an instance when the period is over, and releases them if `release` is
/// true.
pub(super) fn unbind_instance_later(
    account: &mut Account,
    call: &Call<'_>,
    instance_id: &str,
    period: Period,
    release: bool,
) {
    account.edit(ADDRESSES.table, call.region, "InstanceId", instance_id, |address| {
        // An address that is being bound does not become bound any more.
        address.cancel_changes();
        address.set(json!({"AddressStatus": "UNBINDING"}));
        if release {
            address.remove_later(period);
        } else {
            address.set_later(period, unbound());
        }
    });
}

fn allocate(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let count = call.integer("AddressCount").unwrap_or(1);
    let max = i64::try_from(MAX_ADDRESSES).unwrap_or(i64::MAX);
    if !(1..=max).contains(&count) {
        let expected = format!("from 1 to {max}");
        let code = "InvalidParameterValue.Range";
        return Err(ApiError::invalid(code, "AddressCount", &count, expected));
    }
    let count = usize::try_from(count).unwrap_or(1);
    check_quota(account, call, count)?;
    let bandwidth = call.integer("InternetMaxBandwidthOut").unwrap_or(1);
    let new = NewAddress {
        name: call.text("AddressName").unwrap_or_default(),
        bandwidth: u64::try_from(bandwidth).map_err(|_| {
            let code = "InvalidParameterValue.BandwidthTooSmall";
            ApiError::invalid(code, "InternetMaxBandwidthOut", &bandwidth, "at least 0")
        })?,
        charge_type: call.text("InternetChargeType").unwrap_or("TRAFFIC_POSTPAID_BY_HOUR"),
        address_type: call.text("AddressType").unwrap_or("EIP"),
        isp: call.text("InternetServiceProvider").unwrap_or("BGP"),
        tags: &tags(call.parameters.get("Tags")),
    };
    let period = account.period();
    let ids: Vec<_> = (0..count).map(|_| create(account, call, &new, period)).collect();
    let mut members = tasks::begin(account, call, period);
    members.insert("AddressSet".to_owned(), ids.into());
    Ok(members)
}

/// Checks that an address is in a state, and returns its id.
fn check_state(
    account: &Account,
    call: &Call<'_>,
    id: &str,
    code: &'static str,
    expected: &'static str,
) -> Result<(), ApiError> {
    let state = ADDRESSES.row(account, call, id).map(|row| row.text("AddressStatus"));
    let state = state.unwrap_or_default();
    if state == expected {
        return Ok(());
    }
    Err(ApiError::WrongState { code, id: id.to_owned(), state, expected })
}

/// What an address is bound to: instance, interface, private address.
type Target = (String, String, String);

fn associate(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (id, _) = ADDRESSES.one(account, call, "AddressId")?;
    let (instance_id, interface_id, ip) = find_target(account, call)?;
    check_state(account, call, &id, STATE_CODE, "UNBIND")?;
    let other = account
        .select(ADDRESSES.table, call.region, "PrivateAddressIp", &ip)
        .find(|it| it.text("NetworkInterfaceId") == interface_id)
        .map(|it| it.text("AddressId"));
    if let Some(other) = other {
        let (code, resource) = if call.text("InstanceId").is_some() {
            ("InvalidInstanceId.AlreadyBindEip", instance_id)
        } else {
            ("InvalidPrivateIpAddress.AlreadyBindEip", ip)
        };
        return Err(ApiError::InUse { code, id: resource, user: other });
    }
    let period = account.period();
    let instance_type = if instance_id.is_empty() { "ENI" } else { "CVM" };
    let status = if instance_id.is_empty() { "BIND_ENI" } else { "BIND" };
    ADDRESSES.edit(account, call, &id, |address| {
        address.set(json!({
            "AddressStatus": "BINDING",
            "InstanceId": instance_id,
            "InstanceType": instance_type,
            "NetworkInterfaceId": interface_id,
            "PrivateAddressIp": ip,
        }));
        address.set_later(period, json!({"AddressStatus": status}));
    });
    Ok(tasks::begin(account, call, period))
}

/// Returns what the call binds an address to: the primary interface of an instance, or a private
/// address of an interface.
fn find_target(account: &Account, call: &Call<'_>) -> Result<Target, ApiError> {
    match (call.text("InstanceId"), call.text("NetworkInterfaceId")) {
        (Some(_), Some(_)) => Err(ApiError::Exclusive {
            code: "InvalidParameterConflict",
            first: "InstanceId",
            second: "NetworkInterfaceId",
        }),
        (None, None) => Err(ApiError::Refused {
            code: "InvalidParameterValue.MissingAssociateEntity",
            id: call.text("AddressId").unwrap_or_default().to_owned(),
            problem: "cannot be bound to nothing: set `InstanceId` or `NetworkInterfaceId`",
        }),
        (Some(instance_id), None) => {
            let row = ADDRESS_INSTANCES.find(account, call, "InstanceId", instance_id)?;
            let state = row.text("InstanceState");
            if !["RUNNING", "STOPPED"].contains(&state.as_str()) {
                let code = "UnsupportedOperation.InstanceStateNotSupported";
                let (id, expected) = (instance_id.to_owned(), "RUNNING or STOPPED");
                return Err(ApiError::WrongState { code, id, state, expected });
            }
            let interface = account
                .select(INTERFACES.table, call.region, "Attachment.InstanceId", instance_id)
                .find(|interface| interface.flag("Primary"));
            let interface_id = interface.map(|it| it.text("NetworkInterfaceId"));
            let ip = row.text("PrivateIpAddresses");
            Ok((instance_id.to_owned(), interface_id.unwrap_or_default(), ip))
        }
        (None, Some(interface_id)) => {
            let row = INTERFACES.find(account, call, "NetworkInterfaceId", interface_id)?;
            let ip = call.text("PrivateIpAddress");
            let ip = ip.ok_or_else(|| ApiError::missing("PrivateIpAddress"))?;
            if !row.has("PrivateIpAddressSet.PrivateIpAddress", ip) {
                let code = "InvalidParameterValue.PrivateIpAddressNotMatch";
                let expected = format!("an address of {interface_id}");
                return Err(ApiError::invalid(code, "PrivateIpAddress", ip, expected));
            }
            let instance_id = row.text("Attachment.InstanceId");
            Ok((instance_id, interface_id.to_owned(), ip.to_owned()))
        }
    }
}

fn disassociate(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (id, address) = ADDRESSES.one(account, call, "AddressId")?;
    let state = address.text("AddressStatus");
    if !["BIND", "BIND_ENI"].contains(&state.as_str()) {
        let code = "InvalidAddressIdStatus.NotPermit";
        return Err(ApiError::WrongState { code, id, state, expected: "BIND or BIND_ENI" });
    }
    let period = account.period();
    ADDRESSES.edit(account, call, &id, |address| {
        address.set(json!({"AddressStatus": "UNBINDING"}));
        address.set_later(period, unbound());
    });
    Ok(tasks::begin(account, call, period))
}

fn release(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let ids = ADDRESSES.list(account, call, "AddressIds")?;
    ids.iter().try_for_each(|id| check_state(account, call, id, STATE_CODE, "UNBIND"))?;
    let period = account.period();
    for id in ids {
        ADDRESSES.edit(account, call, &id, |address| {
            address.set(json!({"AddressStatus": "OFFLINING"}));
            address.remove_later(period);
        });
    }
    Ok(tasks::begin(account, call, period))
}
