//! Security groups.

use super::*;

fn create(cloud: &Cloud) -> String {
    let group = json!({"GroupName": "g", "GroupDescription": "d"});
    text(&cloud.call("CreateSecurityGroup", &group)["SecurityGroup"]["SecurityGroupId"])
}

fn add(id: &str, direction: &str, policies: &Value) -> Value {
    json!({"SecurityGroupId": id, "SecurityGroupPolicySet": {direction: policies}})
}

fn tcp(port: &str) -> Value {
    json!({"Protocol": "tcp", "Port": port, "CidrBlock": "10.0.0.0/8", "Action": "accept"})
}

fn policies(cloud: &Cloud, id: &str) -> Value {
    let group = json!({"SecurityGroupId": id});
    cloud.call("DescribeSecurityGroupPolicies", &group)["SecurityGroupPolicySet"].clone()
}

fn ports(cloud: &Cloud, id: &str) -> Vec<String> {
    let ingress = policies(cloud, id)["Ingress"].clone();
    ingress.as_array().unwrap().iter().map(|policy| text(&policy["Port"])).collect()
}

#[test]
fn a_group_begins_without_policies() {
    let cloud = Cloud::new();
    let id = create(&cloud);
    let found = cloud.call("DescribeSecurityGroups", &json!({"SecurityGroupIds": [id]}));
    assert_eq!(found["SecurityGroupSet"][0]["SecurityGroupName"], "g");
    let set = policies(&cloud, &id);
    assert_eq!((&set["Ingress"], &set["Egress"]), (&json!([]), &json!([])));
    assert_eq!(set["Version"], "0");
}

#[test]
fn policies_are_inserted_at_their_index() {
    let cloud = Cloud::new();
    let id = create(&cloud);
    let action = "CreateSecurityGroupPolicies";
    cloud.call(action, &add(&id, "Ingress", &json!([tcp("80"), tcp("8000-8010,443")])));
    cloud.call(action, &add(&id, "Ingress", &json!([tcp("22")])));
    let first = merged(tcp("21"), &json!({"PolicyIndex": 0}));
    cloud.call(action, &add(&id, "Ingress", &json!([first])));
    assert_eq!(ports(&cloud, &id), ["21", "80", "8000-8010,443", "22"]);
    cloud.call(action, &add(&id, "Egress", &json!([{"Action": "DROP"}])));
    let set = policies(&cloud, &id);
    assert_eq!(set["Version"], "4");
    assert_eq!(set["PolicyStatistics"]["IngressIPv4TotalCount"], 4);
    assert_eq!(set["PolicyStatistics"]["EgressIPv4TotalCount"], 1);
    let indexes: Vec<_> =
        set["Ingress"].as_array().unwrap().iter().map(|it| it["PolicyIndex"].clone()).collect();
    assert_eq!(indexes, [0, 1, 2, 3]);
    let policy = &set["Ingress"][0];
    assert_eq!((&policy["Protocol"], &policy["Action"]), (&json!("TCP"), &json!("ACCEPT")));
    let egress = &set["Egress"][0];
    assert_eq!((&egress["CidrBlock"], &egress["Port"]), (&json!("0.0.0.0/0"), &json!("ALL")));
}

#[test]
fn policies_are_checked() {
    let cloud = Cloud::new();
    let id = create(&cloud);
    let with = |other: Value| add(&id, "Ingress", &json!([merged(tcp("80"), &other)]));
    let other_index = merged(tcp("81"), &json!({"PolicyIndex": 0}));
    let version = |version: &str| {
        let set = json!({"Version": version, "Ingress": [tcp("80")]});
        json!({"SecurityGroupId": id, "SecurityGroupPolicySet": set})
    };
    let both = json!({"Ingress": [tcp("80")], "Egress": [tcp("80")]});
    let both = json!({"SecurityGroupId": id, "SecurityGroupPolicySet": both});
    let many: Vec<_> = (1..=101).map(|port| tcp(&port.to_string())).collect();
    let cases = [
        (add("sg-00000000", "Ingress", &json!([tcp("80")])), "ResourceNotFound"),
        (add("s-1", "Ingress", &json!([tcp("80")])), "InvalidParameterValue.Malformed"),
        (add(&id, "Ingress", &json!([])), "InvalidParameterValue.Empty"),
        (both, "InvalidParameter.Coexist"),
        (with(json!({"Action": "ALLOW"})), "InvalidParameterValue"),
        (with(json!({"Protocol": "HTTP", "Port": null})), "InvalidParameterValue"),
        (with(json!({"Protocol": "ICMP"})), "InvalidParameterValue"),
        (with(json!({"Port": "80-70"})), "InvalidParameterValue"),
        (with(json!({"Port": "http"})), "InvalidParameterValue"),
        (with(json!({"CidrBlock": "10.0.0.1/8"})), "InvalidParameterValue.Malformed"),
        (with(json!({"SecurityGroupId": id})), "InvalidParameter.Coexist"),
        (with(json!({"CidrBlock": null, "SecurityGroupId": "sg-00000000"})), "ResourceNotFound"),
        (with(json!({"PolicyIndex": 1})), "InvalidParameterValue.Range"),
        (add(&id, "Ingress", &json!([tcp("80"), other_index])), "InvalidParameterValue"),
        (version("7"), "UnsupportedOperation.VersionMismatch"),
        (
            add(&id, "Ingress", &json!([tcp("80"), tcp("80")])),
            "UnsupportedOperation.DuplicatePolicy",
        ),
        (add(&id, "Ingress", &json!(many)), "LimitExceeded.SecurityGroupPolicySet"),
    ];
    for (parameters, code) in cases {
        assert_eq!(cloud.code("CreateSecurityGroupPolicies", &parameters), code, "{parameters}");
    }
    assert!(ports(&cloud, &id).is_empty());
    cloud.call("CreateSecurityGroupPolicies", &version("0"));
    let one_address = with(json!({"CidrBlock": "10.0.0.1"}));
    cloud.call("CreateSecurityGroupPolicies", &one_address);
    assert_eq!(
        cloud.code("CreateSecurityGroupPolicies", &version("2")),
        "UnsupportedOperation.DuplicatePolicy"
    );
}

#[test]
fn a_group_in_use_is_not_deleted() {
    let cloud = Cloud::new();
    let (id, other) = (create(&cloud), create(&cloud));
    let delete = |id: &str| json!({"SecurityGroupId": id});
    let code = |id: &str| cloud.code("DeleteSecurityGroup", &delete(id));
    assert_eq!(code("sg-00000000"), "ResourceNotFound");
    assert_eq!(code("s-1"), "InvalidParameterValue.Malformed");
    let default = cloud.call("DescribeSecurityGroups", &json!({}))["SecurityGroupSet"][0].clone();
    assert_eq!(code(&text(&default["SecurityGroupId"])), "UnsupportedOperation");

    let instance = cloud.run(&json!({"SecurityGroupIds": [id]})).remove(0);
    assert_eq!(code(&id), "ResourceInUse");
    cloud.settle();
    cloud.call("TerminateInstances", &json!({"InstanceIds": [instance]}));
    cloud.settle();

    // A policy of another group refers to it; its own policies do not count.
    let policy = json!([{"SecurityGroupId": id, "Action": "ACCEPT"}]);
    for from in [&id, &other] {
        cloud.call("CreateSecurityGroupPolicies", &add(from, "Ingress", &policy));
    }
    assert_eq!(code(&id), "ResourceInUse");
    cloud.call("DeleteSecurityGroup", &delete(&other));
    cloud.call("DeleteSecurityGroup", &delete(&id));
    assert_eq!(cloud.code("DescribeSecurityGroupPolicies", &delete(&id)), "ResourceNotFound");
    let ids = json!({"SecurityGroupIds": [id]});
    assert_eq!(cloud.code("DescribeSecurityGroups", &ids), "ResourceNotFound");
}

#[test]
fn names_and_the_number_of_groups_are_limited() {
    let cloud = Cloud::new();
    let long = json!({"GroupName": "x".repeat(61), "GroupDescription": ""});
    assert_eq!(cloud.code("CreateSecurityGroup", &long), "InvalidParameterValue.TooLong");
    // The region has three groups, and can have 50.
    for _ in 0..47 {
        create(&cloud);
    }
    let group = json!({"GroupName": "g", "GroupDescription": "d"});
    assert_eq!(cloud.code("CreateSecurityGroup", &group), "LimitExceeded");
}
