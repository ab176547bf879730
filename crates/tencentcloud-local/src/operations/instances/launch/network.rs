//! The network of the instances to create.

use serde_json::Value;

use crate::account::{Account, Cidr};
use crate::api_error::ApiError;
use crate::call::{Call, texts};
use crate::operations::ids::{IdRule, SUBNETS, VPCS};
use crate::operations::network_interfaces::{free_ips, used_ips};
use crate::operations::subnets::DefaultSubnet;

/// The id that selects the default VPC or subnet.
const DEFAULT: &str = "DEFAULT";

const LAUNCH_VPCS: IdRule = IdRule {
    malformed: "InvalidParameterValue.VpcIdMalformed",
    unknown: "InvalidParameterValue.VpcIdNotExist",
    ..VPCS
};

const LAUNCH_SUBNETS: IdRule = IdRule {
    malformed: "InvalidParameterValue.SubnetIdMalformed",
    unknown: "InvalidParameterValue.SubnetNotExist",
    ..SUBNETS
};

/// Where the addresses of the instances are.
#[derive(Debug)]
pub(super) enum Network {
    Subnet { vpc_id: String, subnet_id: String, ips: Vec<String> },
    Default(DefaultSubnet),
}

/// Returns a member of the object with the network in the parameters.
fn member<'a>(call: &'a Call<'_>, name: &str) -> Option<&'a Value> {
    call.parameters.get("VirtualPrivateCloud")?.get(name)
}

impl Network {
    pub(super) fn check(
        account: &Account,
        call: &Call<'_>,
        zone: &str,
        count: usize,
    ) -> Result<Self, ApiError> {
        let vpc_id = member(call, "VpcId").and_then(Value::as_str).unwrap_or(DEFAULT);
        let subnet_id = member(call, "SubnetId").and_then(Value::as_str).unwrap_or(DEFAULT);
        let (vpc_id, subnet_id) = if vpc_id == DEFAULT && subnet_id == DEFAULT {
            match DefaultSubnet::find(account, call, zone) {
                Some(DefaultSubnet::Existing(id)) => {
                    let subnet = LAUNCH_SUBNETS.find(account, call, "SubnetId", &id)?;
                    (subnet.text("VpcId"), id)
                }
                Some(new) => return Ok(Self::Default(new)),
                None => {
                    let code = "InvalidParameterValue.VpcIdNotExist";
                    let parameter = "VirtualPrivateCloud.VpcId";
                    return Err(ApiError::unknown_id(code, parameter, DEFAULT));
                }
            }
        } else {
            (vpc_id.to_owned(), subnet_id.to_owned())
        };
        LAUNCH_VPCS.find(account, call, "VirtualPrivateCloud.VpcId", &vpc_id)?;
        let parameter = "VirtualPrivateCloud.SubnetId";
        let subnet = LAUNCH_SUBNETS.find(account, call, parameter, &subnet_id)?;
        if subnet.text("VpcId") != vpc_id {
            let code = "InvalidParameterValue.VpcIdSubnetIdNotMatch";
            let expected = format!("a subnet of {vpc_id}");
            return Err(ApiError::invalid(code, parameter, &subnet_id, expected));
        }
        if subnet.text("Zone") != zone {
            let code = "InvalidParameterValue.SubnetIdZoneIdNotMatch";
            let expected = format!("a subnet in the zone {zone}");
            return Err(ApiError::invalid(code, parameter, &subnet_id, expected));
        }
        let block = subnet.text("CidrBlock");
        let ips = private_ips(account, call, &subnet_id, &block, count)?;
        Ok(Self::Subnet { vpc_id, subnet_id, ips })
    }

    /// Returns the ids of VPC and subnet, which is created if it does not exist, and the private
    /// addresses.
    pub(super) fn create(
        self,
        account: &mut Account,
        call: &Call<'_>,
        zone: &str,
        count: usize,
    ) -> Result<(String, String, Vec<String>), ApiError> {
        match self {
            Self::Subnet { vpc_id, subnet_id, ips } => Ok((vpc_id, subnet_id, ips)),
            Self::Default(subnet) => {
                let subnet_id = subnet.id(account, call, zone);
                let row = LAUNCH_SUBNETS.find(account, call, "SubnetId", &subnet_id)?;
                let (vpc_id, block) = (row.text("VpcId"), row.text("CidrBlock"));
                let ips = private_ips(account, call, &subnet_id, &block, count)?;
                Ok((vpc_id, subnet_id, ips))
            }
        }
    }
}

/// Returns one private address for each instance: those of the request, or free ones.
fn private_ips(
    account: &Account,
    call: &Call<'_>,
    subnet_id: &str,
    block: &str,
    count: usize,
) -> Result<Vec<String>, ApiError> {
    let cidr = Cidr::parse(block);
    let wanted = texts(member(call, "PrivateIpAddresses"));
    if wanted.is_empty() {
        let free = cidr.and_then(|cidr| free_ips(account, call, subnet_id, cidr, count));
        return free.ok_or_else(|| ApiError::Refused {
            code: "FailedOperation.NoAvailableIpAddressCountInSubnet",
            id: subnet_id.to_owned(),
            problem: "has too few free addresses",
        });
    }
    let parameter = "VirtualPrivateCloud.PrivateIpAddresses";
    if wanted.len() != count {
        let expected = "one address for each instance";
        let code = "InvalidParameterCombination";
        return Err(ApiError::invalid(code, parameter, &wanted.join(", "), expected));
    }
    let used = used_ips(account, call, subnet_id);
    for (position, ip) in wanted.iter().enumerate() {
        if !cidr.is_some_and(|cidr| cidr.hosts().any(|host| host == *ip)) {
            let expected = format!("a usable address of {block}");
            return Err(ApiError::invalid("VpcAddrNotInSubNet", parameter, ip, expected));
        }
        if used.contains(ip) || wanted.iter().take(position).any(|other| other == ip) {
            let expected = "an address that is not in use";
            return Err(ApiError::invalid("VpcIpIsUsed", parameter, ip, expected));
        }
    }
    Ok(wanted)
}
