//! `RunInstances`.

use super::*;

#[test]
fn an_instance_is_pending_and_then_running() {
    let cloud = Cloud::new();
    let id = cloud.run(&json!({"InstanceName": "new"})).remove(0);
    let launched_by = cloud.request_id();
    let status = |cloud: &Cloud| {
        let ids = json!({"InstanceIds": [id]});
        let status = cloud.call("DescribeInstancesStatus", &ids);
        text(&status["InstanceStatusSet"][0]["InstanceState"])
    };
    cloud.advance(9);
    let instance = cloud.instance(&id);
    assert_eq!(instance["InstanceState"], "PENDING");
    assert_eq!(status(&cloud), "PENDING");
    assert_eq!(instance["LatestOperation"], "RunInstances");
    assert_eq!(instance["LatestOperationState"], "OPERATING");
    assert_eq!(instance["LatestOperationRequestId"], launched_by);
    assert_eq!(instance["CreatedTime"], "2024-05-01T00:00:00Z");
    cloud.advance(1);
    let instance = cloud.instance(&id);
    assert_eq!(instance["InstanceState"], "RUNNING");
    assert_eq!(status(&cloud), "RUNNING");
    assert_eq!(instance["LatestOperationState"], "SUCCESS");
    assert_eq!(instance["LatestOperationRequestId"], launched_by);
    assert_eq!((&instance["CPU"], &instance["Memory"]), (&json!(2), &json!(4)));
}

#[test]
fn disks_and_interfaces_are_created_with_the_instance() {
    let cloud = Cloud::new();
    let (vpc_id, subnet_id) = cloud.network();
    let group = cloud.call("DescribeSecurityGroups", &json!({}))["SecurityGroupSet"][1].clone();
    let parameters = json!({
        "SystemDisk": {"DiskType": "CLOUD_PREMIUM", "DiskSize": 60},
        "DataDisks": [
            {"DiskSize": 100, "DiskName": "logs"},
            {"DiskSize": 20, "DeleteWithInstance": false},
        ],
        "VirtualPrivateCloud": {"VpcId": vpc_id, "SubnetId": subnet_id},
        "SecurityGroupIds": [group["SecurityGroupId"]],
        "TagSpecification": [
            {"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "a"}]},
        ],
        "InstanceName": "new",
    });
    let id = cloud.run(&parameters).remove(0);
    let instance = cloud.instance(&id);
    assert_eq!(instance["SystemDisk"]["DiskSize"], 60);
    let system = cloud.disk(&text(&instance["SystemDisk"]["DiskId"]));
    assert_eq!(system["DiskType"], "CLOUD_PREMIUM");
    assert_eq!(system["DiskUsage"], "SYSTEM_DISK");
    assert_eq!(system["DiskState"], "ATTACHED");
    assert_eq!(system["InstanceId"], id);
    let data = instance["DataDisks"].as_array().unwrap();
    assert_eq!(data.len(), 2);
    assert_eq!(data[0]["DiskName"], "logs");
    assert_eq!(data[0]["DeleteWithInstance"], true);
    assert_eq!(data[1]["DeleteWithInstance"], false);
    assert_eq!(cloud.total("DescribeDisks", "instance-id", &id), 3);
    assert_eq!(instance["VirtualPrivateCloud"]["SubnetId"], subnet_id);
    assert_eq!(texts(&instance["PrivateIpAddresses"]), ["10.8.1.2"]);
    assert_eq!(instance["SecurityGroupIds"][0], group["SecurityGroupId"]);
    assert_eq!(instance["Tags"], json!([{"Key": "team", "Value": "a"}]));
    assert_eq!(cloud.total("DescribeInstances", "tag:team", "a"), 1);
    assert_eq!(cloud.total("DescribeNetworkInterfaces", "attachment.instance-id", &id), 1);
    let subnet = cloud.subnet(&subnet_id);
    assert_eq!(subnet["TotalIpAddressCount"], 13);
    assert_eq!(subnet["AvailableIpAddressCount"], 12);
}

#[test]
fn several_instances_have_numbered_names_and_their_own_addresses() {
    let cloud = Cloud::new();
    let ids = cloud.run(&json!({"InstanceCount": 3, "InstanceName": "n-{R:5}"}));
    let instances: Vec<_> = ids.iter().map(|id| cloud.instance(id)).collect();
    let names: Vec<_> = instances.iter().map(|it| text(&it["InstanceName"])).collect();
    assert_eq!(names, ["n-5", "n-6", "n-7"]);
    let ips: Vec<_> = instances.iter().flat_map(|it| texts(&it["PrivateIpAddresses"])).collect();
    assert_eq!(ips, ["172.16.0.2", "172.16.0.3", "172.16.0.4"]);
    assert_ne!(instances[0]["Uuid"], instances[1]["Uuid"]);
}

#[test]
fn the_default_subnet_is_created_once_per_zone() {
    let cloud = Cloud::new();
    let subnet = |zone: &str| {
        let id = cloud.run(&json!({"Placement": {"Zone": zone}})).remove(0);
        text(&cloud.instance(&id)["VirtualPrivateCloud"]["SubnetId"])
    };
    let first = subnet("ap-guangzhou-6");
    assert_eq!(subnet("ap-guangzhou-6"), first);
    let other = subnet("ap-guangzhou-7");
    assert_eq!(cloud.subnet(&first)["CidrBlock"], "172.16.0.0/20");
    assert_eq!(cloud.subnet(&other)["CidrBlock"], "172.16.16.0/20");
    assert_eq!(cloud.subnet(&other)["IsDefault"], true);
    assert_eq!(cloud.subnet(&other)["AvailableIpAddressCount"], 4092);
    // Without security groups, the instance has the default group.
    let id = cloud.run(&json!({})).remove(0);
    let group = cloud.instance(&id)["SecurityGroupIds"][0].clone();
    let groups = cloud.call("DescribeSecurityGroups", &json!({"SecurityGroupIds": [group]}));
    assert_eq!(groups["SecurityGroupSet"][0]["IsDefault"], true);
    // A region whose default VPC is gone has no default subnet.
    let elsewhere = Cloud { region: "ap-shanghai", ..Cloud::new() };
    let vpcs = json!({"Filters": [{"Name": "is-default", "Values": ["true"]}]});
    let vpc_id = elsewhere.call("DescribeVpcs", &vpcs)["VpcSet"][0]["VpcId"].clone();
    elsewhere.call("DeleteVpc", &json!({"VpcId": vpc_id}));
    let zone = json!({"Placement": {"Zone": "ap-shanghai-4"}});
    let launch = merged(elsewhere.launch(), &zone);
    assert_eq!(elsewhere.code("RunInstances", &launch), "InvalidParameterValue.VpcIdNotExist");
}

#[test]
fn a_public_address_needs_bandwidth() {
    let cloud = Cloud::new();
    let ips = |internet: Value| {
        let id = cloud.run(&json!({"InternetAccessible": internet})).remove(0);
        texts(&cloud.instance(&id)["PublicIpAddresses"])
    };
    let assigned = json!({"InternetMaxBandwidthOut": 5, "PublicIpAssigned": true});
    let first = ips(assigned.clone());
    assert!(first[0].starts_with("198.18."), "{first:?}");
    assert_ne!(ips(assigned), first);
    assert!(ips(json!({"InternetMaxBandwidthOut": 5, "PublicIpAssigned": false})).is_empty());
    assert!(ips(json!({"InternetMaxBandwidthOut": 0})).is_empty());
}

#[test]
fn a_dry_run_checks_everything_and_creates_nothing() {
    let cloud = Cloud::new();
    let launch = merged(cloud.launch(), &json!({"DryRun": true, "ClientToken": "t"}));
    assert_eq!(cloud.code("RunInstances", &launch), "DryRunOperation");
    let wrong = merged(launch, &json!({"ImageId": "img-00000000"}));
    assert_eq!(cloud.code("RunInstances", &wrong), "InvalidImageId.NotFound");
    assert_eq!(cloud.call("DescribeInstances", &json!({}))["TotalCount"], 25);
    assert_eq!(cloud.total("DescribeSubnets", "is-default", "true"), 0);
    // The token of a dry run is free.
    cloud.run(&json!({"ClientToken": "t"}));
}

#[test]
fn every_part_of_the_request_is_checked() {
    let cloud = Cloud::new();
    let (vpc_id, subnet_id) = cloud.network();
    let other_vpc = cloud.seeded_instance("web-01")["VirtualPrivateCloud"]["VpcId"].clone();
    let network = |vpc: &Value, subnet: &str, ips: Value| {
        json!({"VirtualPrivateCloud":
            {"VpcId": vpc, "SubnetId": subnet, "PrivateIpAddresses": ips}})
    };
    let vpc = json!(vpc_id);
    let disks = |count: usize| json!({"DataDisks": vec![json!({"DiskSize": 10}); count]});
    let zone = |zone: &str| json!({"Placement": {"Zone": zone}});
    let tag = json!({"Key": "k", "Value": "v"});
    let snapshots = cloud.call("DescribeSnapshots", &json!({}));
    let existing = text(&snapshots["SnapshotSet"][0]["SnapshotId"]);
    let snapshot = |id: &str| json!({"DataDisks": [{"DiskSize": 10, "SnapshotId": id}]});
    let cases = [
        (json!({"Placement": null}), "MissingParameter"),
        (json!({"ImageId": null}), "MissingParameter"),
        (json!({"InstanceChargeType": "PREPAID"}), "MissingParameter"),
        (json!({"InstanceChargeType": "FREE"}), "InvalidParameterValue"),
        (zone("ap-shanghai-4"), "InvalidZone.MismatchRegion"),
        (zone("ap-guangzhou-99"), "InvalidParameterValue.ZoneNotSupported"),
        (json!({"InstanceCount": 0}), "InvalidParameterValue.Range"),
        (json!({"InstanceCount": 501}), "InvalidParameterValue.Range"),
        (json!({"MinCount": 2}), "InvalidParameterValue.InvalidParameterMinCount"),
        (json!({"ImageId": "image-1"}), "InvalidImageId.Malformed"),
        (json!({"ImageId": "img-00000000"}), "InvalidImageId.NotFound"),
        (json!({"InstanceType": "large"}), "InvalidInstanceType.Malformed"),
        (json!({"InstanceType": "S9.HUGE"}), "InvalidParameterValue.InstanceTypeNotFound"),
        (json!({"InstanceName": "x".repeat(129)}), "InvalidInstanceName.TooLong"),
        (json!({"LoginSettings": {"KeyIds": ["key"]}}), "InvalidKeyPairId.Malformed"),
        (
            json!({"LoginSettings": {"KeyIds": ["skey-00000000"]}}),
            "InvalidParameterValue.KeyPairNotFound",
        ),
        (json!({"SecurityGroupIds": ["sg-00000000"]}), "InvalidSecurityGroupId.NotFound"),
        (
            json!({"TagSpecification": [{"ResourceType": "instance", "Tags": [tag, tag]}]}),
            "InvalidParameterValue.DuplicateTags",
        ),
        (json!({"SystemDisk": {"DiskSize": 55}}), "InvalidParameterValue"),
        (json!({"SystemDisk": {"DiskType": "FLOPPY"}}), "InvalidParameterValue"),
        (json!({"DataDisks": [{"DiskSize": -10}]}), "InvalidParameterValue"),
        (disks(21), "InvalidParameterValue.LimitExceeded"),
        (snapshot("snap-1"), "InvalidParameterValue.SnapshotIdMalformed"),
        (snapshot("snap-00000000"), "InvalidParameter.SnapshotNotFound"),
        (snapshot(&existing), "FailedOperation.SnapshotSizeLargerThanDataSize"),
        (network(&json!("vpc"), &subnet_id, json!([])), "InvalidParameterValue.VpcIdMalformed"),
        (
            network(&json!("vpc-00000000"), &subnet_id, json!([])),
            "InvalidParameterValue.VpcIdNotExist",
        ),
        (network(&vpc, "subnet", json!([])), "InvalidParameterValue.SubnetIdMalformed"),
        (network(&vpc, "subnet-00000000", json!([])), "InvalidParameterValue.SubnetNotExist"),
        (network(&other_vpc, &subnet_id, json!([])), "InvalidParameterValue.VpcIdSubnetIdNotMatch"),
        (
            merged(network(&vpc, &subnet_id, json!([])), &zone("ap-guangzhou-7")),
            "InvalidParameterValue.SubnetIdZoneIdNotMatch",
        ),
        (network(&vpc, &subnet_id, json!(["10.8.2.2"])), "VpcAddrNotInSubNet"),
        (network(&vpc, &subnet_id, json!(["10.8.1.1"])), "VpcAddrNotInSubNet"),
        (network(&vpc, &subnet_id, json!(["10.8.1.2", "10.8.1.3"])), "InvalidParameterCombination"),
        (
            merged(network(&vpc, &subnet_id, json!([])), &json!({"InstanceCount": 14})),
            "FailedOperation.NoAvailableIpAddressCountInSubnet",
        ),
    ];
    for (parameters, code) in cases {
        let launch = merged(cloud.launch(), &parameters);
        assert_eq!(cloud.code("RunInstances", &launch), code, "{parameters}");
    }
    assert_eq!(cloud.call("DescribeInstances", &json!({}))["TotalCount"], 25);

    // An address that is in use is not free, and comes back with the end of its instance.
    let wanted = network(&vpc, &subnet_id, json!(["10.8.1.9"]));
    let id = cloud.run(&wanted).remove(0);
    assert_eq!(texts(&cloud.instance(&id)["PrivateIpAddresses"]), ["10.8.1.9"]);
    let again = merged(cloud.launch(), &wanted);
    assert_eq!(cloud.code("RunInstances", &again), "VpcIpIsUsed");
    cloud.settle();
    cloud.call("TerminateInstances", &json!({"InstanceIds": [id]}));
    cloud.settle();
    cloud.run(&wanted);
}

/// Without an instance type the first one of the zone is used.
#[test]
fn the_instance_type_has_a_default() {
    let cloud = Cloud::new();
    let id = cloud.run(&json!({"InstanceType": null})).remove(0);
    assert_eq!(cloud.instance(&id)["InstanceType"], "S5.MEDIUM4");
}
