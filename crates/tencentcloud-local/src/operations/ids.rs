//! Ids in parameters, and the codes of each service for ids that are wrong.

use crate::account::{Account, Row, TableId};
use crate::api_error::ApiError;
use crate::call::Call;
use crate::resource_id::is_well_formed;

/// How many ids one request can have.
const MAX_IDS: usize = 100;

/// How a service checks the ids of a kind of resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct IdRule {
    pub(super) table: TableId,
    /// The member of a row that contains the id.
    pub(super) member: &'static str,
    pub(super) prefix: &'static str,
    /// The code for an id of the wrong form.
    pub(super) malformed: &'static str,
    /// The code for an id that does not exist in the region.
    pub(super) unknown: &'static str,
}

/// Instances, as cvm checks them.
pub(super) const INSTANCES: IdRule = IdRule {
    table: ("cvm", "Instance"),
    member: "InstanceId",
    prefix: "ins-",
    malformed: "InvalidInstanceId.Malformed",
    unknown: "InvalidInstanceId.NotFound",
};

/// The instances that disks are attached to, as cbs checks them.
pub(super) const DISK_INSTANCES: IdRule =
    IdRule { malformed: "InvalidParameterValue", ..INSTANCES };

/// The instances that addresses are bound to, as vpc checks them.
pub(super) const ADDRESS_INSTANCES: IdRule =
    IdRule { malformed: "InvalidParameterValue.InstanceIdMalformed", ..INSTANCES };

pub(super) const DISKS: IdRule = IdRule {
    table: ("cbs", "Disk"),
    member: "DiskId",
    prefix: "disk-",
    malformed: "InvalidParameterValue",
    unknown: "InvalidDiskId.NotFound",
};

pub(super) const SNAPSHOTS: IdRule = IdRule {
    table: ("cbs", "Snapshot"),
    member: "SnapshotId",
    prefix: "snap-",
    malformed: "InvalidParameterValue",
    unknown: "InvalidSnapshotId.NotFound",
};

pub(super) const VPCS: IdRule = IdRule {
    table: ("vpc", "Vpc"),
    member: "VpcId",
    prefix: "vpc-",
    malformed: "InvalidParameterValue.Malformed",
    unknown: "ResourceNotFound",
};

pub(super) const SUBNETS: IdRule = IdRule {
    table: ("vpc", "Subnet"),
    member: "SubnetId",
    prefix: "subnet-",
    malformed: "InvalidParameterValue.Malformed",
    unknown: "ResourceNotFound",
};

pub(super) const SECURITY_GROUPS: IdRule = IdRule {
    table: ("vpc", "SecurityGroup"),
    member: "SecurityGroupId",
    prefix: "sg-",
    malformed: "InvalidParameterValue.Malformed",
    unknown: "ResourceNotFound",
};

pub(super) const INTERFACES: IdRule = IdRule {
    table: ("vpc", "NetworkInterface"),
    member: "NetworkInterfaceId",
    prefix: "eni-",
    malformed: "InvalidParameterValue.NetworkInterfaceNotFound",
    unknown: "InvalidNetworkInterfaceId.NotFound",
};

pub(super) const ADDRESSES: IdRule = IdRule {
    table: ("vpc", "Address"),
    member: "AddressId",
    prefix: "eip-",
    malformed: "InvalidParameterValue.AddressIdMalformed",
    unknown: "InvalidAddressId.NotFound",
};

pub(super) const NAT_GATEWAYS: IdRule = IdRule {
    table: ("vpc", "NatGateway"),
    member: "NatGatewayId",
    prefix: "nat-",
    malformed: "InvalidParameterValue.Malformed",
    unknown: "ResourceNotFound",
};

pub(super) const ROUTE_TABLES: TableId = ("vpc", "RouteTable");

pub(super) const IMAGES: TableId = ("cvm", "Image");

pub(super) const POLICIES: TableId = ("vpc", "SecurityGroupPolicySet");

impl IdRule {
    /// Checks the form of an id, and returns its row.
    pub(super) fn find<'a>(
        &self,
        account: &'a Account,
        call: &Call<'_>,
        parameter: &str,
        id: &str,
    ) -> Result<&'a Row, ApiError> {
        if !is_well_formed(id, self.prefix) {
            return Err(ApiError::MalformedId {
                code: self.malformed,
                parameter: parameter.to_owned(),
                id: id.to_owned(),
                prefix: self.prefix,
            });
        }
        let row = account.find(self.table, call.region, self.member, id);
        row.ok_or_else(|| ApiError::unknown_id(self.unknown, parameter, id))
    }

    /// Returns the id in a parameter, and its row.
    pub(super) fn one<'a>(
        &self,
        account: &'a Account,
        call: &Call<'_>,
        parameter: &str,
    ) -> Result<(String, &'a Row), ApiError> {
        let id = call.text(parameter).ok_or_else(|| ApiError::missing(parameter))?;
        Ok((id.to_owned(), self.find(account, call, parameter, id)?))
    }

    /// Returns the ids in a list, without duplicates. Each must exist.
    pub(super) fn list(
        &self,
        account: &Account,
        call: &Call<'_>,
        parameter: &str,
    ) -> Result<Vec<String>, ApiError> {
        let mut ids = call.texts(parameter);
        if ids.is_empty() {
            return Err(ApiError::missing(parameter));
        }
        if ids.len() > MAX_IDS {
            return Err(ApiError::TooManyIds { parameter: parameter.to_owned(), max: MAX_IDS });
        }
        let mut seen = std::collections::BTreeSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        ids.iter().try_for_each(|id| self.find(account, call, parameter, id).map(drop))?;
        Ok(ids)
    }

    /// Returns the row of an id that has been checked.
    pub(super) fn row<'a>(
        &self,
        account: &'a Account,
        call: &Call<'_>,
        id: &str,
    ) -> Option<&'a Row> {
        account.find(self.table, call.region, self.member, id)
    }

    /// Changes the row of an id.
    pub(super) fn edit(
        &self,
        account: &mut Account,
        call: &Call<'_>,
        id: &str,
        change: impl FnMut(&mut Row),
    ) {
        account.edit(self.table, call.region, self.member, id, change);
    }
}
