#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use serde_json::{Value, json};

use crate::gateway::Gateway;
use crate::response::ApiResponse;
use crate::test_util::{RequestBuilder, assert_error, gateway, members};

fn send(gateway: &Gateway, service: &str, action: &str, parameters: &Value) -> ApiResponse {
    RequestBuilder::new(service, action, parameters).send(gateway)
}

fn ids(response: &Value, list: &str, id: &str) -> Vec<String> {
    let items = response[list].as_array().unwrap().iter();
    items.map(|item| item[id].as_str().unwrap().to_owned()).collect()
}

#[test]
fn pages_contain_every_row_once() {
    let gateway = gateway();
    let page = |parameters: Value| {
        let response = members(send(&gateway, "cvm", "DescribeInstances", &parameters));
        assert_eq!(response["TotalCount"], 25);
        ids(&response, "InstanceSet", "InstanceId")
    };
    let all = page(json!({"Limit": 100}));
    assert_eq!(all.len(), 25);
    assert_eq!([page(json!({})), page(json!({"Offset": 20}))].concat(), all);
    let by_seven = (0..4).flat_map(|n| page(json!({"Offset": n * 7, "Limit": 7})));
    assert_eq!(by_seven.collect::<Vec<_>>(), all);
    assert!(page(json!({"Offset": 25})).is_empty());
    assert!(page(json!({"Offset": i64::MAX})).is_empty());
}

#[test]
fn invalid_pages_are_rejected() {
    let gateway = gateway();
    let cases = [
        ("cvm", "DescribeInstances", json!({"Limit": 101}), "InvalidParameterValue.LimitExceeded"),
        ("cvm", "DescribeInstances", json!({"Limit": 0}), "InvalidParameterValue.Range"),
        ("cvm", "DescribeInstances", json!({"Offset": -1}), "InvalidParameterValue.Range"),
        ("vpc", "DescribeVpcs", json!({"Limit": "101"}), "InvalidParameterValue.LimitExceeded"),
        ("vpc", "DescribeVpcs", json!({"Limit": "many"}), "InvalidParameterValue"),
        ("vpc", "DescribeVpcs", json!({"Offset": "-1"}), "InvalidParameterValue.Range"),
        ("vpc", "DescribeSubnets", json!({"NextToken": "next-x"}), "InvalidParameterValue"),
        ("vpc", "DescribeVpcs", json!({"Limit": 10}), "InvalidParameter"),
    ];
    for (service, action, parameters, code) in cases {
        assert_error(&send(&gateway, service, action, &parameters), code, "`");
    }
}

#[test]
fn pagination_parameters_can_be_strings() {
    let gateway = gateway();
    let parameters = json!({"Offset": "1", "Limit": "2"});
    let response = members(send(&gateway, "vpc", "DescribeSubnets", &parameters));
    assert_eq!(response["TotalCount"], 4);
    assert_eq!(response["SubnetSet"].as_array().unwrap().len(), 2);
}

#[test]
fn tokens_lead_to_every_page() {
    let gateway = gateway();
    let mut found = Vec::new();
    let mut token = String::new();
    for size in [3, 1] {
        let parameters = json!({"MaxResults": 3, "NextToken": token});
        let response = members(send(&gateway, "vpc", "DescribeSubnets", &parameters));
        assert_eq!(response["SubnetSet"].as_array().unwrap().len(), size);
        found.extend(ids(&response, "SubnetSet", "SubnetId"));
        token = response["NextToken"].as_str().unwrap().to_owned();
    }
    assert_eq!(token, "");
    let all = members(send(&gateway, "vpc", "DescribeSubnets", &json!({})));
    assert_eq!(found, ids(&all, "SubnetSet", "SubnetId"));
}

#[test]
fn ids_select_rows() {
    let gateway = gateway();
    let all = members(send(&gateway, "cvm", "DescribeInstances", &json!({"Limit": 100})));
    let all = ids(&all, "InstanceSet", "InstanceId");
    let two = json!({"InstanceIds": [all[3], all[7]]});
    for (service, action, list) in [
        ("cvm", "DescribeInstances", "InstanceSet"),
        ("cvm", "DescribeInstancesStatus", "InstanceStatusSet"),
        ("cbs", "DescribeInstancesDiskNum", "AttachDetail"),
    ] {
        let response = members(send(&gateway, service, action, &two));
        assert_eq!(ids(&response, list, "InstanceId"), [&*all[3], &*all[7]], "{action}");
    }
    let none = json!({"InstanceIds": []});
    assert_eq!(members(send(&gateway, "cvm", "DescribeInstances", &none))["TotalCount"], 25);
    // An id of another region does not exist in this one.
    let other_region =
        RequestBuilder::new("cvm", "DescribeInstances", &two).header("x-tc-region", "ap-shanghai");
    assert_eq!(members(other_region.send(&gateway))["TotalCount"], 0);
}

#[test]
fn unknown_ids_are_absent_or_an_error_as_in_the_service() {
    let gateway = gateway();
    let call = |service: &str, action: &str, parameters: Value| {
        send(&gateway, service, action, &parameters)
    };
    let absent =
        members(call("cvm", "DescribeInstances", json!({"InstanceIds": ["ins-00000000"]})));
    assert_eq!(absent["TotalCount"], 0);
    let absent = members(call("cbs", "DescribeDisks", json!({"DiskIds": ["disk-00000000"]})));
    assert_eq!(absent["TotalCount"], 0);
    let unknown = call("vpc", "DescribeVpcs", json!({"VpcIds": ["vpc-00000000"]}));
    assert_error(&unknown, "ResourceNotFound", "vpc-00000000");
    let malformed = call("cvm", "DescribeInstances", json!({"InstanceIds": ["i-1"]}));
    assert_error(&malformed, "InvalidInstanceId.Malformed", "ins-xxxxxxxx");
    let many = vec!["ins-00000000"; 101];
    let many = call("cvm", "DescribeInstances", json!({"InstanceIds": many}));
    assert_error(&many, "InvalidParameterValue.LimitExceeded", "100");
}

#[test]
fn filters_select_rows() {
    let gateway = gateway();
    let total = |service: &str, action: &str, filters: &[(&str, &[&str])]| {
        let filters = filters.iter().map(|(name, values)| json!({"Name": name, "Values": values}));
        let parameters = json!({"Filters": filters.collect::<Vec<_>>()});
        members(send(&gateway, service, action, &parameters))["TotalCount"].as_u64().unwrap()
    };
    let instances = |filters: &[(&str, &[&str])]| total("cvm", "DescribeInstances", filters);
    assert_eq!(instances(&[("instance-name", &["web-01", "web-02", "no"])]), 2);
    assert_eq!(instances(&[("zone", &["ap-guangzhou-6"]), ("instance-name", &["web-02"])]), 0);
    assert_eq!(instances(&[("instance-state", &["STOPPED"])]), 2);
    assert_eq!(instances(&[("tag-key", &["role"])]), 25);
    assert_eq!(instances(&[("tag:role", &["db"])]), 3);
    assert_eq!(instances(&[("tag:other", &["db"])]), 0);
    assert_eq!(instances(&[("public-ip-address", &["203.0.113.21"])]), 1);
    assert_eq!(instances(&[("project-id", &["0"])]), 25);
    let from: (&str, &[&str]) = ("creation-start-time", &["2024-03-10 00:00:00"]);
    let until: (&str, &[&str]) = ("creation-end-time", &["2024-03-10 23:59:59"]);
    assert_eq!(instances(&[from]) + instances(&[until]), 26);
    assert_eq!(instances(&[from, until]), 1);
    assert_eq!(total("cbs", "DescribeDisks", &[("disk-usage", &["DATA_DISK"])]), 6);
    assert_eq!(total("cbs", "DescribeDisks", &[("instance-name", &["db-01"])]), 2);
    assert_eq!(total("cbs", "DescribeDisks", &[("portable", &["true"])]), 6);
    assert_eq!(total("vpc", "DescribeVpcs", &[("is-default", &["true"])]), 1);
    assert_eq!(total("vpc", "DescribeNetworkInterfaces", &[("address-ip", &["10.1.0.10"])]), 1);
    assert_eq!(total("vpc", "DescribeRouteTables", &[("association.main", &["true"])]), 2);
}

#[test]
fn filters_are_checked() {
    let gateway = gateway();
    let call = |service: &str, action: &str, parameters: Value| {
        send(&gateway, service, action, &parameters)
    };
    let filter = json!([{"Name": "colour", "Values": ["red"]}]);
    let cases = [
        ("cvm", "DescribeInstances", "InvalidFilter"),
        ("cbs", "DescribeDisks", "InvalidFilter"),
        ("vpc", "DescribeVpcs", "InvalidParameter.FilterInvalidKey"),
    ];
    for (service, action, code) in cases {
        let response = call(service, action, json!({"Filters": filter}));
        assert_error(&response, code, "filter `colour` does not exist");
    }
    let filter = json!([{"Name": "zone", "Values": ["x"]}]);
    let both = json!({"Filters": filter, "InstanceIds": ["ins-00000000"]});
    assert_error(&call("cvm", "DescribeInstances", both), "InvalidParameter", "together");
    let filter = json!([{"Name": "vpc-name", "Values": ["x"]}]);
    let both = json!({"Filters": filter, "VpcIds": ["vpc-00000000"]});
    assert_error(&call("vpc", "DescribeVpcs", both), "InvalidParameter.Coexist", "`VpcIds`");
    let many = json!({"Filters": [{"Name": "zone", "Values": ["1", "2", "3", "4", "5", "6"]}]});
    let response = call("cvm", "DescribeInstances", many);
    assert_error(&response, "InvalidFilterValue.LimitExceeded", "5 values");
}

#[test]
fn one_resource_is_described_by_its_id() {
    let gateway = gateway();
    let groups = members(send(&gateway, "vpc", "DescribeSecurityGroups", &json!({})));
    let web = groups["SecurityGroupSet"].as_array().unwrap().iter();
    let web = web.clone().find(|group| group["SecurityGroupName"] == "web").unwrap();
    let parameters = json!({"SecurityGroupId": web["SecurityGroupId"]});
    let policies = members(send(&gateway, "vpc", "DescribeSecurityGroupPolicies", &parameters));
    let ingress = policies["SecurityGroupPolicySet"]["Ingress"].as_array().unwrap();
    assert_eq!(ingress.len(), 2);
    let unknown = json!({"SecurityGroupId": "sg-00000000"});
    let response = send(&gateway, "vpc", "DescribeSecurityGroupPolicies", &unknown);
    assert_error(&response, "ResourceNotFound", "sg-00000000");
}

#[test]
fn placeholders_reuse_values_of_the_request() {
    let gateway = gateway();
    let parameters = json!({"HaVipName": "new", "VpcId": "vpc-aaaaaaaa"});
    let created = members(send(&gateway, "vpc", "CreateHaVip", &parameters));
    assert_eq!(created["HaVip"]["HaVipName"], "new");
    assert_eq!(created["HaVip"]["VpcId"], "vpc-aaaaaaaa");
    assert_eq!(created["HaVip"]["HaVipId"], "havip-00000001");

    let parameters = json!({"VpnGatewayIds": ["vpngw-aaaaaaaa", "vpngw-bbbbbbbb"]});
    let gateways = members(send(&gateway, "vpc", "DescribeVpnGateways", &parameters));
    assert_eq!(gateways["TotalCount"], 2);
    let found = ids(&gateways, "VpnGatewaySet", "VpnGatewayId");
    assert_eq!(found, ["vpngw-aaaaaaaa", "vpngw-bbbbbbbb"]);
    let second = members(send(&gateway, "vpc", "DescribeVpnGateways", &json!({"Offset": 1})));
    assert_eq!(second["TotalCount"], 1);
    assert!(second["VpnGatewaySet"].as_array().unwrap().is_empty());

    let task = members(send(&gateway, "vpc", "DescribeVpcTaskResult", &json!({"TaskId": "1"})));
    assert_eq!(task["Status"], "SUCCESS");
    let reset = json!({"InstanceIds": ["ins-1"], "Password": "x"});
    let reset = members(send(&gateway, "cvm", "ResetInstancesPassword", &reset));
    assert_eq!(reset, json!({}));
}

#[test]
fn the_account_has_no_ipv6_addresses() {
    let gateway = gateway();
    let response = members(send(&gateway, "vpc", "DescribeIp6Addresses", &json!({})));
    assert_eq!(response["TotalCount"], 0);
}
