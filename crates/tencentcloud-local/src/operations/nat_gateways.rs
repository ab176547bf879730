//! NAT gateways of vpc.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::addresses::{self, NewAddress};
use super::ids::{ADDRESSES, IdRule, NAT_GATEWAYS, SUBNETS, VPCS};
use super::tags::tags;
use super::vpcs::check_name;
use super::{Members, Resource, member, tasks, zones};
use crate::account::{Account, local};
use crate::api_error::ApiError;
use crate::call::Call;

pub(super) const RESOURCE: Resource = Resource {
    service: "vpc",
    version: Resource::VERSION,
    actions: &[("CreateNatGateway", create), ("DeleteNatGateway", delete)],
};

const NAT_VPCS: IdRule =
    IdRule { malformed: "InvalidVpcId.Malformed", unknown: "InvalidVpcId.NotFound", ..VPCS };

/// How many NAT gateways a VPC can have.
const MAX_GATEWAYS: usize = 3;

/// How many addresses a NAT gateway can have.
const MAX_ADDRESSES: usize = 10;

const DEFAULT_BANDWIDTH: u64 = 100;
const DEFAULT_CONNECTIONS: u64 = 1_000_000;

fn create(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (vpc_id, _) = NAT_VPCS.one(account, call, "VpcId")?;
    let name = call.text("NatGatewayName").unwrap_or_default();
    check_name("NatGatewayName", name)?;
    let zone = call.text("Zone").unwrap_or_default();
    if !zone.is_empty() {
        zones::check(account, call, "UnsupportedOperation.NotSupportZone", "Zone", zone)?;
    }
    let subnet_id = call.text("SubnetId").unwrap_or_default();
    if !subnet_id.is_empty() {
        SUBNETS.find(account, call, "SubnetId", subnet_id)?;
    }
    if account.select(NAT_GATEWAYS.table, call.region, "VpcId", &vpc_id).count() >= MAX_GATEWAYS {
        let code = "LimitExceeded.NatGatewayPerVpcLimitExceeded";
        let what = "The number of NAT gateways in a VPC";
        return Err(ApiError::LimitReached { code, what, limit: MAX_GATEWAYS });
    }
    let unsigned = |name: &str| call.parameters.get(name).and_then(Value::as_u64);
    let existing = existing_addresses(account, call)?;
    let count = usize::try_from(unsigned("AddressCount").unwrap_or(0)).unwrap_or(usize::MAX);
    let total = count.saturating_add(existing.len());
    if total == 0 {
        return Err(ApiError::Refused {
            code: "InvalidParameterValue.Empty",
            id: name.to_owned(),
            problem: "needs an address: set `AddressCount` or `PublicIpAddresses`",
        });
    }
    if total > MAX_ADDRESSES {
        let code = "LimitExceeded.PublicIpAddressPerNatGatewayLimitExceeded";
        let what = "The number of addresses of a NAT gateway";
        return Err(ApiError::LimitReached { code, what, limit: MAX_ADDRESSES });
    }
    addresses::check_quota(account, call, count)?;

    let id = account.new_id("nat");
    let period = account.period();
    let new = NewAddress {
        name,
        bandwidth: unsigned("PublicIpAddressesBandwidthOut").unwrap_or(DEFAULT_BANDWIDTH),
        charge_type: "TRAFFIC_POSTPAID_BY_HOUR",
        address_type: "EIP",
        isp: "BGP",
        tags: &json!([]),
    };
    let mut address_ids = existing;
    for _ in 0..count {
        address_ids.push(addresses::create(account, call, &new, period));
    }
    let mut public_addresses = Vec::new();
    for address_id in &address_ids {
        ADDRESSES.edit(account, call, address_id, |address| {
            address.set(json!({
                "AddressStatus": "BINDING",
                "InstanceId": id,
                "InstanceType": "NAT",
            }));
            address.set_later(period, json!({"AddressStatus": "BIND"}));
            public_addresses.push(json!({
                "AddressId": address.text("AddressId"),
                "PublicIpAddress": address.text("AddressIp"),
                "IsBlocked": false,
            }));
        });
    }
    let value = json!({
        "NatGatewayId": id,
        "NatGatewayName": name,
        "CreatedTime": local(account.now()),
        "State": "PENDING",
        "InternetMaxBandwidthOut": unsigned("InternetMaxBandwidthOut").unwrap_or(DEFAULT_BANDWIDTH),
        "MaxConcurrentConnection": unsigned("MaxConcurrentConnection")
            .unwrap_or(DEFAULT_CONNECTIONS),
        "PublicIpAddressSet": public_addresses,
        "NetworkState": "AVAILABLE",
        "VpcId": vpc_id,
        "Zone": zone,
        "SubnetId": subnet_id,
        "TagSet": tags(call.parameters.get("Tags")),
        "RestrictState": "NORMAL",
        "NatProductVersion": unsigned("NatProductVersion").unwrap_or(1),
        "DeletionProtectionEnabled": call.flag("DeletionProtectionEnabled"),
    });
    let gateway = account.insert_row(NAT_GATEWAYS.table, call.region, value, |gateway| {
        gateway.set_later(period, json!({"State": "AVAILABLE"}));
    });
    tasks::begin(account, call, period);
    let mut members = member("NatGatewaySet", vec![Value::Object(gateway)]);
    members.insert("TotalCount".to_owned(), 1.into());
    Ok(members)
}

/// Returns the ids of the addresses in `PublicIpAddresses`, each of which must be unbound.
fn existing_addresses(account: &Account, call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let parameter = "PublicIpAddresses";
    let ips: BTreeSet<_> = call.texts(parameter).into_iter().collect();
    let ids = ips.into_iter().map(|ip| {
        let address = account.find(ADDRESSES.table, call.region, "AddressIp", &ip);
        let code = "UnsupportedOperation.PublicIpAddressIsNotExisted";
        let address = address.ok_or_else(|| ApiError::unknown_id(code, parameter, &ip))?;
        match address.text("AddressStatus").as_str() {
            "UNBIND" => Ok(address.text("AddressId")),
            _ if address.text("InstanceId").is_empty() => Err(ApiError::WrongState {
                code: "InvalidAddressState",
                id: ip,
                state: address.text("AddressStatus"),
                expected: "UNBIND",
            }),
            _ => {
                let (code, user) = ("ResourceInUse.Address", address.text("InstanceId"));
                Err(ApiError::InUse { code, id: ip, user })
            }
        }
    });
    ids.collect()
}

fn delete(account: &mut Account, call: &Call<'_>) -> Result<Members, ApiError> {
    let (id, gateway) = NAT_GATEWAYS.one(account, call, "NatGatewayId")?;
    if gateway.flag("DeletionProtectionEnabled") {
        let code = "UnsupportedOperation.DeletionProtectionEnabled";
        return Err(ApiError::Refused { code, id, problem: "is protected against deletion" });
    }
    let state = gateway.text("State");
    if state != "AVAILABLE" {
        let code = "UnsupportedOperation.MutexOperationTaskRunning";
        return Err(ApiError::WrongState { code, id, state, expected: "AVAILABLE" });
    }
    let period = account.period();
    NAT_GATEWAYS.edit(account, call, &id, |gateway| {
        gateway.set(json!({"State": "DELETING"}));
        gateway.remove_later(period);
    });
    addresses::unbind_instance_later(account, call, &id, period, false);
    tasks::begin(account, call, period);
    Ok(super::done())
}
