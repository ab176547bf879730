//! The filters that each kind of thing can be searched by.

/// The filter on keys of tags. Where it is known, so is `tag:` with a key.
pub(crate) const TAG_KEY: &str = "tag-key";

/// What the filter on the value of one tag begins with.
pub(crate) const TAG_PREFIX: &str = "tag:";

/// What a filter looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule<'a> {
    /// The values at a path.
    Is(&'a str),
    /// The value of the tag with this key.
    Tag(&'a str),
    /// A time, not before the given one.
    From(&'a str),
    /// A time, not after the given one.
    Until(&'a str),
    /// Known to the service, but without effect here.
    Ignored,
}

use Rule::{From, Ignored, Is, Until};

type Known = &'static [(&'static str, Rule<'static>)];

/// The filters on rows of a type. None for a type that has none.
pub(crate) fn known(service: &str, object: &str) -> Known {
    let of_type = FILTERS.iter().find(|(s, o, _)| *s == service && *o == object);
    of_type.map_or(&[], |(_, _, known)| known)
}

/// The parameter that chooses rows of a type which do not show it themselves.
pub(crate) fn hidden_key(service: &str, object: &str) -> Option<&'static str> {
    ((service, object) == ("vpc", "SecurityGroupPolicySet")).then_some("SecurityGroupId")
}

const FILTERS: [(&str, &str, Known); 16] = [
    (
        "cvm",
        "Instance",
        &[
            ("zone", Is("Placement.Zone")),
            ("project-id", Is("Placement.ProjectId")),
            ("host-id", Is("Placement.HostId")),
            ("dedicated-cluster-id", Is("DedicatedClusterId")),
            ("vpc-id", Is("VirtualPrivateCloud.VpcId")),
            ("subnet-id", Is("VirtualPrivateCloud.SubnetId")),
            ("instance-id", Is("InstanceId")),
            ("uuid", Is("Uuid")),
            ("security-group-id", Is("SecurityGroupIds")),
            ("instance-name", Is("InstanceName")),
            ("instance-charge-type", Is("InstanceChargeType")),
            ("instance-state", Is("InstanceState")),
            ("private-ip-address", Is("PrivateIpAddresses")),
            ("public-ip-address", Is("PublicIpAddresses")),
            ("ipv6-address", Is("IPv6Addresses")),
            (TAG_KEY, Is("Tags.Key")),
            ("tag-value", Is("Tags.Value")),
            ("creation-start-time", From("CreatedTime")),
            ("creation-end-time", Until("CreatedTime")),
        ],
    ),
    (
        "cvm",
        "Image",
        &[
            ("image-id", Is("ImageId")),
            ("image-type", Is("ImageType")),
            ("image-name", Is("ImageName")),
            ("platform", Is("Platform")),
            (TAG_KEY, Is("Tags.Key")),
            ("tag-value", Is("Tags.Value")),
            ("dedicated-cluster-id", Ignored),
            ("cdc-cache-status", Is("CdcCacheStatus")),
        ],
    ),
    (
        "cvm",
        "KeyPair",
        &[
            ("project-id", Is("ProjectId")),
            ("key-name", Is("KeyName")),
            (TAG_KEY, Is("Tags.Key")),
            ("tag-value", Is("Tags.Value")),
        ],
    ),
    (
        "cvm",
        "InstanceTypeConfig",
        &[
            ("zone", Is("Zone")),
            ("instance-family", Is("InstanceFamily")),
            ("instance-type", Is("InstanceType")),
        ],
    ),
    (
        "cvm",
        "InstanceTypeQuotaItem",
        &[
            ("zone", Is("Zone")),
            ("instance-family", Is("InstanceFamily")),
            ("instance-type", Is("InstanceType")),
            ("instance-charge-type", Is("InstanceChargeType")),
            ("sort-keys", Ignored),
        ],
    ),
    (
        "cbs",
        "Disk",
        &[
            ("disk-usage", Is("DiskUsage")),
            ("disk-charge-type", Is("DiskChargeType")),
            ("portable", Is("Portable")),
            ("project-id", Is("Placement.ProjectId")),
            ("disk-id", Is("DiskId")),
            ("disk-name", Is("DiskName")),
            ("disk-type", Is("DiskType")),
            ("disk-state", Is("DiskState")),
            ("instance-id", Is("InstanceId")),
            ("zone", Is("Placement.Zone")),
            ("instance-ip-address", Is("InstanceIpAddress")),
            ("instance-name", Is("InstanceName")),
            (TAG_KEY, Is("Tags.Key")),
            ("tag-value", Is("Tags.Value")),
            ("dedicated-cluster-id", Is("Placement.DedicatedClusterId")),
            ("cluster-group-id", Ignored),
        ],
    ),
    (
        "cbs",
        "Snapshot",
        &[
            ("snapshot-id", Is("SnapshotId")),
            ("snapshot-name", Is("SnapshotName")),
            ("snapshot-state", Is("SnapshotState")),
            ("disk-usage", Is("DiskUsage")),
            ("project-id", Is("Placement.ProjectId")),
            ("disk-id", Is("DiskId")),
            ("zone", Is("Placement.Zone")),
            ("encrypt", Is("Encrypt")),
            ("snapshot-type", Is("SnapshotType")),
        ],
    ),
    (
        "vpc",
        "Vpc",
        &[
            ("vpc-name", Is("VpcName")),
            ("is-default", Is("IsDefault")),
            ("vpc-id", Is("VpcId")),
            ("cidr-block", Is("CidrBlock")),
            (TAG_KEY, Is("TagSet.Key")),
            ("ipv6-cidr-block", Is("Ipv6CidrBlock")),
            ("isp-type", Is("Ipv6CidrBlockSet.ISPType")),
            ("address-type", Is("Ipv6CidrBlockSet.AddressType")),
        ],
    ),
    (
        "vpc",
        "Subnet",
        &[
            ("subnet-id", Is("SubnetId")),
            ("vpc-id", Is("VpcId")),
            ("cidr-block", Is("CidrBlock")),
            ("is-default", Is("IsDefault")),
            ("is-remote-vpc-snat", Is("IsRemoteVpcSnat")),
            ("subnet-name", Is("SubnetName")),
            ("zone", Is("Zone")),
            (TAG_KEY, Is("TagSet.Key")),
            ("cdc-id", Is("CdcId")),
            ("is-cdc-subnet", Is("IsCdcSubnet")),
            ("ipv6-cidr-block", Is("Ipv6CidrBlock")),
            ("isp-type", Ignored),
            ("address-type", Ignored),
        ],
    ),
    (
        "vpc",
        "SecurityGroup",
        &[
            ("security-group-id", Is("SecurityGroupId")),
            ("project-id", Is("ProjectId")),
            ("security-group-name", Is("SecurityGroupName")),
            (TAG_KEY, Is("TagSet.Key")),
        ],
    ),
    (
        "vpc",
        "SecurityGroupPolicySet",
        &[
            ("security-group-id", Ignored),
            ("ip", Ignored),
            ("address-module", Ignored),
            ("service-module", Ignored),
            ("protocol-type", Ignored),
            ("port", Ignored),
            ("poly", Ignored),
            ("direction", Ignored),
            ("description", Ignored),
        ],
    ),
    (
        "vpc",
        "Address",
        &[
            ("address-id", Is("AddressId")),
            ("address-name", Is("AddressName")),
            ("address-ip", Is("AddressIp")),
            ("address-status", Is("AddressStatus")),
            ("instance-id", Is("InstanceId")),
            ("private-ip-address", Is("PrivateAddressIp")),
            ("network-interface-id", Is("NetworkInterfaceId")),
            ("is-arrears", Is("IsArrears")),
            ("instance-type", Is("InstanceType")),
            ("address-type", Is("AddressType")),
            ("address-isp", Is("InternetServiceProvider")),
            ("dedicated-cluster-id", Is("DedicatedClusterId")),
            (TAG_KEY, Is("TagSet.Key")),
            ("tag-value", Is("TagSet.Value")),
        ],
    ),
    (
        "vpc",
        "NetworkInterface",
        &[
            ("vpc-id", Is("VpcId")),
            ("subnet-id", Is("SubnetId")),
            ("network-interface-id", Is("NetworkInterfaceId")),
            ("attachment.instance-id", Is("Attachment.InstanceId")),
            ("groups.security-group-id", Is("GroupSet")),
            ("network-interface-name", Is("NetworkInterfaceName")),
            ("network-interface-description", Is("NetworkInterfaceDescription")),
            ("address-ip", Is("PrivateIpAddressSet.PrivateIpAddress")),
            ("public-address-ip", Is("PrivateIpAddressSet.PublicIpAddress")),
            ("address-ipv6", Is("Ipv6AddressSet.Address")),
            ("address-type", Ignored),
            ("ip-exact-match", Ignored),
            (TAG_KEY, Is("TagSet.Key")),
            ("is-primary", Is("Primary")),
            ("eni-type", Is("EniType")),
            ("eni-qos", Is("QosLevel")),
            ("termination-protection", Ignored),
            ("traffic-protection", Ignored),
        ],
    ),
    (
        "vpc",
        "RouteTable",
        &[
            ("route-table-id", Is("RouteTableId")),
            ("route-table-name", Is("RouteTableName")),
            ("vpc-id", Is("VpcId")),
            ("association.main", Is("Main")),
            (TAG_KEY, Is("TagSet.Key")),
            ("visible", Ignored),
            ("next-hop-type", Is("RouteSet.GatewayType")),
        ],
    ),
    (
        "vpc",
        "Route",
        &[
            ("vpc-id", Is("VpcId")),
            ("gateway-id", Is("GatewayId")),
            ("description", Is("RouteDescription")),
            ("route-table-id", Is("RouteTableId")),
            ("dest-cidr", Is("DestinationCidrBlock")),
        ],
    ),
    (
        "vpc",
        "CvmInstance",
        &[
            ("vpc-id", Is("VpcId")),
            ("instance-id", Is("InstanceId")),
            ("instance-name", Is("InstanceName")),
        ],
    ),
];
