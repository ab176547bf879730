//! NAT gateways.

use super::*;

fn new_gateway(vpc_id: &str) -> Value {
    json!({"NatGatewayName": "n", "VpcId": vpc_id, "AddressCount": 1})
}

fn create(cloud: &Cloud, parameters: &Value) -> Value {
    let created = cloud.call("CreateNatGateway", parameters);
    assert_eq!(created["TotalCount"], 1);
    created["NatGatewaySet"][0].clone()
}

fn gateway(cloud: &Cloud, id: &str) -> Value {
    cloud.describe(("DescribeNatGateways", "NatGatewayIds", "NatGatewaySet"), id)
}

#[test]
fn a_gateway_is_created_and_deleted() {
    let cloud = Cloud::new();
    assert_eq!(cloud.call("DescribeNatGateways", &json!({}))["TotalCount"], 0);
    let (vpc_id, _) = cloud.network();
    let created = create(&cloud, &new_gateway(&vpc_id));
    let id = text(&created["NatGatewayId"]);
    let address_id = text(&created["PublicIpAddressSet"][0]["AddressId"]);
    assert_eq!(created["State"], "PENDING");
    let delete = json!({"NatGatewayId": id});
    let busy = "UnsupportedOperation.MutexOperationTaskRunning";
    assert_eq!(cloud.code("DeleteNatGateway", &delete), busy);
    cloud.advance(10);
    assert_eq!(gateway(&cloud, &id)["State"], "AVAILABLE");
    assert_eq!(cloud.total("DescribeNatGateways", "vpc-id", &vpc_id), 1);
    let address = cloud.address(&address_id);
    assert_eq!((&address["AddressStatus"], &address["InstanceId"]), (&json!("BIND"), &json!(id)));

    cloud.call("DeleteNatGateway", &delete);
    let deleted_by = json!({"TaskId": cloud.request_id()});
    assert_eq!(gateway(&cloud, &id)["State"], "DELETING");
    assert_eq!(cloud.call("DescribeVpcTaskResult", &deleted_by)["Status"], "RUNNING");
    cloud.advance(10);
    assert_eq!(cloud.total("DescribeNatGateways", "nat-gateway-id", &id), 0);
    assert_eq!(cloud.call("DescribeVpcTaskResult", &deleted_by)["Status"], "SUCCESS");
    assert_eq!(cloud.code("DeleteNatGateway", &delete), "ResourceNotFound");
    let address = cloud.address(&address_id);
    assert_eq!((&address["AddressStatus"], &address["InstanceId"]), (&json!("UNBIND"), &json!("")));
}

#[test]
fn a_gateway_can_have_existing_addresses() {
    let cloud = Cloud::new();
    let (vpc_id, _) = cloud.network();
    let with = |ip: &Value| {
        let others = json!({"AddressCount": null, "PublicIpAddresses": [ip]});
        merged(new_gateway(&vpc_id), &others)
    };
    let code = |ip: &Value| cloud.code("CreateNatGateway", &with(ip));
    let id = text(&cloud.call("AllocateAddresses", &json!({}))["AddressSet"][0]);
    let ip = cloud.address(&id)["AddressIp"].clone();
    assert_eq!(code(&ip), "InvalidAddressState");
    cloud.settle();
    let created = create(&cloud, &with(&ip));
    assert_eq!(created["PublicIpAddressSet"][0]["PublicIpAddress"], ip);
    assert_eq!(code(&ip), "ResourceInUse.Address");
    let unknown = "UnsupportedOperation.PublicIpAddressIsNotExisted";
    assert_eq!(code(&json!("203.0.113.250")), unknown);
}

#[test]
fn new_gateways_are_checked() {
    let cloud = Cloud::new();
    let (vpc_id, _) = cloud.network();
    let cases = [
        (json!({"VpcId": "vpc-00000000"}), "InvalidVpcId.NotFound"),
        (json!({"VpcId": "v-1"}), "InvalidVpcId.Malformed"),
        (json!({"NatGatewayName": "x".repeat(61)}), "InvalidParameterValue.TooLong"),
        (json!({"Zone": "ap-shanghai-4"}), "UnsupportedOperation.NotSupportZone"),
        (json!({"SubnetId": "subnet-00000000"}), "ResourceNotFound"),
        (json!({"AddressCount": null}), "InvalidParameterValue.Empty"),
        (json!({"AddressCount": 11}), "LimitExceeded.PublicIpAddressPerNatGatewayLimitExceeded"),
    ];
    for (parameters, code) in cases {
        let parameters = merged(new_gateway(&vpc_id), &parameters);
        assert_eq!(cloud.code("CreateNatGateway", &parameters), code, "{parameters}");
    }
    let many = merged(new_gateway(&vpc_id), &json!({"AddressCount": 8}));
    create(&cloud, &many);
    create(&cloud, &many);
    assert_eq!(cloud.code("CreateNatGateway", &new_gateway(&vpc_id)), "AddressQuotaLimitExceeded");
    // Three gateways are the limit of a VPC.
    let cloud = Cloud::new();
    let (vpc_id, _) = cloud.network();
    for _ in 0..3 {
        create(&cloud, &new_gateway(&vpc_id));
    }
    let limit = "LimitExceeded.NatGatewayPerVpcLimitExceeded";
    assert_eq!(cloud.code("CreateNatGateway", &new_gateway(&vpc_id)), limit);
}

#[test]
fn a_protected_gateway_is_not_deleted() {
    let cloud = Cloud::new();
    let (vpc_id, _) = cloud.network();
    let protected = merged(new_gateway(&vpc_id), &json!({"DeletionProtectionEnabled": true}));
    let id = create(&cloud, &protected)["NatGatewayId"].clone();
    cloud.settle();
    let delete = json!({"NatGatewayId": id});
    let code = "UnsupportedOperation.DeletionProtectionEnabled";
    assert_eq!(cloud.code("DeleteNatGateway", &delete), code);
    let malformed = json!({"NatGatewayId": "n-1"});
    assert_eq!(cloud.code("DeleteNatGateway", &malformed), "InvalidParameterValue.Malformed");
}

/// A gateway lists the addresses that are bound to it.
#[test]
fn an_address_can_leave_a_gateway() {
    let cloud = Cloud::new();
    let (vpc_id, _) = cloud.network();
    let created = create(&cloud, &merged(new_gateway(&vpc_id), &json!({"AddressCount": 2})));
    cloud.settle();
    let address_id = &created["PublicIpAddressSet"][0]["AddressId"];
    cloud.call("DisassociateAddress", &json!({"AddressId": address_id}));
    cloud.settle();
    let gateway = gateway(&cloud, &text(&created["NatGatewayId"]));
    let addresses = gateway["PublicIpAddressSet"].as_array().unwrap();
    assert_eq!(addresses.len(), 1);
    assert_eq!(addresses[0]["AddressId"], created["PublicIpAddressSet"][1]["AddressId"]);
}
