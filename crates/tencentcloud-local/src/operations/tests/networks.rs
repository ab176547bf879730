//! VPCs, subnets and the tasks of vpc.

use super::*;

fn vpc(block: &str) -> Value {
    json!({"VpcName": "v", "CidrBlock": block})
}

#[test]
fn a_vpc_is_created_with_a_route_table() {
    let cloud = Cloud::new();
    let parameters = merged(vpc("192.168.0.0/20"), &json!({"Tags": [{"Key": "k", "Value": "v"}]}));
    let vpc = cloud.call("CreateVpc", &parameters)["Vpc"].clone();
    let id = text(&vpc["VpcId"]);
    assert_eq!((&vpc["VpcName"], &vpc["IsDefault"]), (&json!("v"), &json!(false)));
    assert_eq!(vpc["DnsServerSet"].as_array().unwrap().len(), 2);
    let found = cloud.call("DescribeVpcs", &json!({"VpcIds": [id]}));
    assert_eq!(found["VpcSet"][0], vpc);
    assert_eq!(cloud.total("DescribeVpcs", "tag:k", "v"), 1);
    assert_eq!(cloud.total("DescribeRouteTables", "vpc-id", &id), 1);
    cloud.call("DeleteVpc", &json!({"VpcId": id}));
    assert_eq!(cloud.total("DescribeRouteTables", "vpc-id", &id), 0);
    assert_eq!(cloud.code("DescribeVpcs", &json!({"VpcIds": [id]})), "ResourceNotFound");
}

#[test]
fn new_vpcs_are_checked() {
    let cloud = Cloud::new();
    let cases = [
        (vpc("10.0.0.0"), "InvalidParameterValue.Malformed"),
        (vpc("10.0.0.1/16"), "InvalidParameterValue.Malformed"),
        (vpc("11.0.0.0/16"), "InvalidParameterValue"),
        (vpc("10.0.0.0/8"), "InvalidParameterValue"),
        (vpc("10.0.0.0/29"), "InvalidParameterValue"),
        (json!({"VpcName": "v"}), "MissingParameter"),
        (
            merged(vpc("10.0.0.0/16"), &json!({"VpcName": "x".repeat(61)})),
            "InvalidParameterValue.TooLong",
        ),
    ];
    for (parameters, code) in cases {
        assert_eq!(cloud.code("CreateVpc", &parameters), code, "{parameters}");
    }
    // The region has two VPCs, and can have 20.
    for _ in 0..18 {
        cloud.call("CreateVpc", &vpc("10.0.0.0/16"));
    }
    assert_eq!(cloud.code("CreateVpc", &vpc("10.0.0.0/16")), "LimitExceeded");
}

#[test]
fn a_vpc_in_use_is_not_deleted() {
    let cloud = Cloud::new();
    let (vpc_id, subnet_id) = cloud.network();
    let vpc = json!({"VpcId": vpc_id});
    assert_eq!(cloud.code("DeleteVpc", &vpc), "ResourceInUse");
    cloud.call("DeleteSubnet", &json!({"SubnetId": subnet_id}));
    let nat = json!({"NatGatewayName": "n", "VpcId": vpc_id, "AddressCount": 1});
    let nat = cloud.call("CreateNatGateway", &nat)["NatGatewaySet"][0]["NatGatewayId"].clone();
    cloud.settle();
    assert_eq!(cloud.code("DeleteVpc", &vpc), "ResourceInUse");
    cloud.call("DeleteNatGateway", &json!({"NatGatewayId": nat}));
    assert_eq!(cloud.code("DeleteVpc", &vpc), "ResourceInUse");
    cloud.settle();
    cloud.call("DeleteVpc", &vpc);
    assert_eq!(cloud.code("DeleteVpc", &vpc), "ResourceNotFound");
    assert_eq!(
        cloud.code("DeleteVpc", &json!({"VpcId": "v-1"})),
        "InvalidParameterValue.Malformed"
    );
}

#[test]
fn subnets_are_inside_of_their_vpc_and_do_not_overlap() {
    let cloud = Cloud::new();
    let vpc_id = text(&cloud.call("CreateVpc", &vpc("10.8.0.0/16"))["Vpc"]["VpcId"]);
    let created = cloud.call("CreateSubnet", &subnet(&vpc_id, "10.8.16.0/20"))["Subnet"].clone();
    assert_eq!(created["TotalIpAddressCount"], 4093);
    assert_eq!(created["AvailableIpAddressCount"], 4093);
    let route_tables = json!({"Filters": [{"Name": "vpc-id", "Values": [vpc_id]}]});
    let route_table = cloud.call("DescribeRouteTables", &route_tables)["RouteTableSet"][0].clone();
    assert_eq!(created["RouteTableId"], route_table["RouteTableId"]);
    assert_eq!(route_table["AssociationSet"][0]["SubnetId"], created["SubnetId"]);

    let zone = json!({"Zone": "ap-shanghai-4"});
    let long = json!({"SubnetName": "x".repeat(61)});
    let cases = [
        (subnet(&vpc_id, "10.9.0.0/24"), "InvalidParameterValue.SubnetRange"),
        (subnet(&vpc_id, "10.8.31.0/24"), "InvalidParameterValue.SubnetConflict"),
        (subnet(&vpc_id, "10.8.0.0/16"), "InvalidParameterValue.SubnetConflict"),
        (subnet(&vpc_id, "10.8.0.0/29"), "InvalidParameterValue"),
        (subnet(&vpc_id, "10.8.0.1/24"), "InvalidParameterValue.Malformed"),
        (subnet("vpc-00000000", "10.8.0.0/24"), "ResourceNotFound"),
        (subnet("v-1", "10.8.0.0/24"), "InvalidParameterValue.Malformed"),
        (merged(subnet(&vpc_id, "10.8.0.0/24"), &zone), "InvalidParameterValue"),
        (merged(subnet(&vpc_id, "10.8.0.0/24"), &long), "InvalidParameterValue.TooLong"),
        (merged(subnet(&vpc_id, ""), &json!({"CidrBlock": null})), "MissingParameter"),
    ];
    for (parameters, code) in cases {
        assert_eq!(cloud.code("CreateSubnet", &parameters), code, "{parameters}");
    }
    cloud.call("CreateSubnet", &subnet(&vpc_id, "10.8.32.0/20"));
    for index in 0..98 {
        let block = format!("10.8.{}.0/24", 64 + index);
        cloud.call("CreateSubnet", &subnet(&vpc_id, &block));
    }
    let limit = subnet(&vpc_id, "10.8.200.0/24");
    assert_eq!(cloud.code("CreateSubnet", &limit), "LimitExceeded");
}

#[test]
fn a_subnet_in_use_is_not_deleted() {
    let cloud = Cloud::new();
    let (vpc_id, subnet_id) = cloud.network();
    let network = json!({"VirtualPrivateCloud": {"VpcId": vpc_id, "SubnetId": subnet_id}});
    let id = cloud.run(&network).remove(0);
    cloud.settle();
    let subnet = json!({"SubnetId": subnet_id});
    assert_eq!(cloud.code("DeleteSubnet", &subnet), "ResourceInUse");
    cloud.call("TerminateInstances", &json!({"InstanceIds": [id]}));
    assert_eq!(cloud.code("DeleteSubnet", &subnet), "ResourceInUse");
    cloud.settle();
    cloud.call("DeleteSubnet", &subnet);
    assert_eq!(cloud.code("DeleteSubnet", &subnet), "ResourceNotFound");
    let malformed = json!({"SubnetId": "s-1"});
    assert_eq!(cloud.code("DeleteSubnet", &malformed), "InvalidParameterValue.Malformed");
}

#[test]
fn tasks_are_found_by_the_request_id_of_their_call() {
    let cloud = Cloud::new();
    let (vpc_id, _) = cloud.network();
    let status = |task: &str| cloud.call("DescribeVpcTaskResult", &json!({"TaskId": task}));
    let created_by = cloud.request_id();
    assert_eq!(status(&created_by)["Status"], "SUCCESS");
    let nat = json!({"NatGatewayName": "n", "VpcId": vpc_id, "AddressCount": 1});
    cloud.call("CreateNatGateway", &nat);
    let created_by = cloud.request_id();
    assert_eq!(status(&created_by)["Status"], "RUNNING");
    cloud.advance(10);
    assert_eq!(status(&created_by)["Status"], "SUCCESS");
    // Neither reads nor failed calls are tasks, but actions that are not stateful are.
    cloud.call("DescribeVpcs", &json!({}));
    let read = json!({"TaskId": cloud.request_id()});
    assert_eq!(cloud.code("DescribeVpcTaskResult", &read), "ResourceNotFound");
    cloud.code("DeleteVpc", &json!({"VpcId": "v-1"}));
    let failed = json!({"TaskId": cloud.request_id()});
    assert_eq!(cloud.code("DescribeVpcTaskResult", &failed), "ResourceNotFound");
    cloud.call("CreateHaVip", &json!({"HaVipName": "h", "VpcId": vpc_id}));
    let shaped = cloud.request_id();
    assert_eq!(status(&shaped)["Status"], "SUCCESS");
}
