//! Operations on instances.

use super::*;

fn ids(id: &str) -> Value {
    json!({"InstanceIds": [id]})
}

#[test]
fn instances_stop_start_and_reboot() {
    let cloud = Cloud::new();
    let id = cloud.running();
    let steps = [
        ("StopInstances", "STOPPING", "STOPPED"),
        ("StartInstances", "STARTING", "RUNNING"),
        ("RebootInstances", "REBOOTING", "RUNNING"),
    ];
    for (action, during, after) in steps {
        cloud.call(action, &ids(&id));
        let request_id = cloud.request_id();
        cloud.advance(9);
        let instance = cloud.instance(&id);
        assert_eq!(instance["InstanceState"], during);
        assert_eq!(instance["LatestOperation"], action);
        assert_eq!(instance["LatestOperationState"], "OPERATING");
        assert_eq!(instance["LatestOperationRequestId"], request_id);
        cloud.advance(1);
        let instance = cloud.instance(&id);
        assert_eq!(instance["InstanceState"], after);
        assert_eq!(instance["LatestOperationState"], "SUCCESS");
        assert_eq!(instance["LatestOperationRequestId"], request_id);
    }
}

/// Every operation in every state: the code is that of the state.
#[test]
fn states_that_do_not_allow_an_operation_have_their_codes() {
    let actions = ["StartInstances", "StopInstances", "RebootInstances", "TerminateInstances"];
    let prefix = "UnsupportedOperation.InstanceState";
    // How an instance gets into a state, the suffix of its code, and what is allowed in it.
    let states: [(&[&str], &str, &[&str]); 7] = [
        (&[], "Pending", &[]),
        (&["settle"], "Running", &["StopInstances", "RebootInstances", "TerminateInstances"]),
        (&["settle", "StopInstances"], "Stopping", &[]),
        (
            &["settle", "StopInstances", "settle"],
            "Stopped",
            &["StartInstances", "TerminateInstances"],
        ),
        (&["settle", "StopInstances", "settle", "StartInstances"], "Starting", &[]),
        (&["settle", "RebootInstances"], "Rebooting", &[]),
        (&["settle", "TerminateInstances"], "Terminating", &[]),
    ];
    for (steps, suffix, allowed) in states {
        for action in actions {
            let cloud = Cloud::new();
            let id = cloud.run(&json!({})).remove(0);
            for step in steps {
                match *step {
                    "settle" => cloud.settle(),
                    action => drop(cloud.call(action, &ids(&id))),
                }
            }
            if allowed.contains(&action) {
                cloud.call(action, &ids(&id));
            } else {
                let code = cloud.code(action, &ids(&id));
                assert_eq!(code, format!("{prefix}{suffix}"), "{action}");
            }
            if suffix != "Running" && suffix != "Stopped" {
                let rename = merged(ids(&id), &json!({"InstanceName": "x"}));
                let code = cloud.code("ModifyInstancesAttribute", &rename);
                assert_eq!(code, format!("{prefix}{suffix}"));
            }
        }
    }
}

#[test]
fn ids_are_checked() {
    let cloud = Cloud::new();
    for action in ["StartInstances", "StopInstances", "RebootInstances", "TerminateInstances"] {
        assert_eq!(cloud.code(action, &json!({"InstanceIds": []})), "MissingParameter");
        assert_eq!(cloud.code(action, &ids("i-1")), "InvalidInstanceId.Malformed");
        assert_eq!(cloud.code(action, &ids("ins-00000000")), "InvalidInstanceId.NotFound");
        let many = json!({"InstanceIds": vec!["ins-00000000"; 101]});
        assert_eq!(cloud.code(action, &many), "InvalidParameterValue.LimitExceeded");
    }
    // An id that appears twice is one instance.
    let id = cloud.running();
    cloud.call("StopInstances", &json!({"InstanceIds": [id, id]}));
}

#[test]
fn stopping_has_options() {
    let cloud = Cloud::new();
    let id = cloud.running();
    let stop = |parameters: Value| merged(ids(&id), &parameters);
    let both = stop(json!({"ForceStop": true, "StopType": "HARD"}));
    assert_eq!(cloud.code("StopInstances", &both), "InvalidParameterCombination");
    let both = stop(json!({"ForceReboot": true, "StopType": "HARD"}));
    assert_eq!(cloud.code("RebootInstances", &both), "InvalidParameterCombination");
    for wrong in [json!({"StopType": "NEVER"}), json!({"StoppedMode": "FREE"})] {
        assert_eq!(cloud.code("StopInstances", &stop(wrong)), "InvalidParameterValue");
    }
    cloud.call("StopInstances", &stop(json!({"StoppedMode": "STOP_CHARGING"})));
    cloud.settle();
    assert_eq!(cloud.instance(&id)["StopChargingMode"], "STOP_CHARGING");
    cloud.call("StartInstances", &ids(&id));
    cloud.settle();
    assert_eq!(cloud.instance(&id)["StopChargingMode"], "NOT_APPLICABLE");
}

#[test]
fn a_terminated_instance_is_absent_with_what_belongs_to_it() {
    let cloud = Cloud::new();
    let (vpc_id, subnet_id) = cloud.network();
    let parameters = json!({
        "DataDisks": [{"DiskSize": 10}, {"DiskSize": 20, "DeleteWithInstance": false}],
        "VirtualPrivateCloud": {"VpcId": vpc_id, "SubnetId": subnet_id},
    });
    let id = cloud.run(&parameters).remove(0);
    cloud.settle();
    let instance = cloud.instance(&id);
    let kept = text(&instance["DataDisks"][1]["DiskId"]);
    let address = cloud.call("AllocateAddresses", &json!({}));
    let address = text(&address["AddressSet"][0]);
    cloud.settle();
    cloud.call("AssociateAddress", &json!({"AddressId": address, "InstanceId": id}));
    cloud.settle();

    cloud.call("TerminateInstances", &ids(&id));
    assert_eq!(cloud.instance(&id)["InstanceState"], "TERMINATING");
    cloud.advance(10);
    assert_eq!(cloud.call("DescribeInstances", &ids(&id))["TotalCount"], 0);
    assert_eq!(cloud.call("DescribeInstancesStatus", &ids(&id))["TotalCount"], 0);
    assert_eq!(cloud.code("StopInstances", &ids(&id)), "InvalidInstanceId.NotFound");
    let gone = json!({"DiskIds": [instance["SystemDisk"]["DiskId"],
        instance["DataDisks"][0]["DiskId"]]});
    assert_eq!(cloud.call("DescribeDisks", &gone)["TotalCount"], 0);
    let kept = cloud.disk(&kept);
    assert_eq!(kept["DiskState"], "UNATTACHED");
    assert_eq!((&kept["InstanceId"], &kept["Attached"]), (&json!(""), &json!(false)));
    assert_eq!(cloud.total("DescribeNetworkInterfaces", "attachment.instance-id", &id), 0);
    assert_eq!(cloud.subnet(&subnet_id)["AvailableIpAddressCount"], 13);
    let address = cloud.address(&address);
    assert_eq!((&address["AddressStatus"], &address["InstanceId"]), (&json!("UNBIND"), &json!("")));
}

#[test]
fn termination_can_release_addresses() {
    let cloud = Cloud::new();
    let instance = cloud.seeded_instance("web-01");
    let ip = text(&instance["PublicIpAddresses"][0]);
    assert_eq!(cloud.total("DescribeAddresses", "address-ip", &ip), 1);
    let parameters = json!({"InstanceIds": [instance["InstanceId"]], "ReleaseAddress": true});
    cloud.call("TerminateInstances", &parameters);
    cloud.settle();
    assert_eq!(cloud.total("DescribeAddresses", "address-ip", &ip), 0);
}

#[test]
fn protected_instances_are_not_terminated() {
    let cloud = Cloud::new();
    let id = cloud.run(&json!({"DisableApiTermination": true})).remove(0);
    cloud.settle();
    assert_eq!(
        cloud.code("TerminateInstances", &ids(&id)),
        "UnsupportedOperation.InstancesProtected"
    );
    let unprotect = merged(ids(&id), &json!({"DisableApiTermination": false}));
    cloud.call("ModifyInstancesAttribute", &unprotect);
    cloud.call("TerminateInstances", &ids(&id));
}

#[test]
fn a_prepaid_instance_is_terminated_in_two_steps() {
    let cloud = Cloud::new();
    let prepaid = json!({"InstanceChargeType": "PREPAID", "InstanceChargePrepaid": {"Period": 1}});
    let id = cloud.run(&prepaid).remove(0);
    let other = cloud.running();
    let mixed = json!({"InstanceIds": [id, other]});
    assert_eq!(
        cloud.code("TerminateInstances", &mixed),
        "UnsupportedOperation.InstanceMixedPricingModel"
    );
    cloud.call("TerminateInstances", &ids(&id));
    cloud.settle();
    let instance = cloud.instance(&id);
    assert_eq!(instance["InstanceState"], "SHUTDOWN");
    assert_eq!(instance["LatestOperationState"], "SUCCESS");
    assert_eq!(
        cloud.code("StartInstances", &ids(&id)),
        "UnsupportedOperation.InstanceStateShutdown"
    );
    cloud.call("TerminateInstances", &ids(&id));
    cloud.settle();
    assert_eq!(cloud.call("DescribeInstances", &ids(&id))["TotalCount"], 0);
}

#[test]
fn attributes_are_modified() {
    let cloud = Cloud::new();
    let id = cloud.running();
    let modify = |parameters: Value| merged(ids(&id), &parameters);
    let action = "ModifyInstancesAttribute";
    assert_eq!(cloud.code(action, &ids(&id)), "MissingParameter");
    let long = modify(json!({"InstanceName": "ä".repeat(129)}));
    assert_eq!(cloud.code(action, &long), "InvalidInstanceName.TooLong");
    let unknown = modify(json!({"SecurityGroups": ["sg-00000000"]}));
    assert_eq!(cloud.code(action, &unknown), "InvalidSecurityGroupId.NotFound");

    let group = cloud.seeded_instance("web-01")["SecurityGroupIds"][0].clone();
    cloud.call(action, &modify(json!({"InstanceName": "renamed", "SecurityGroups": [group]})));
    let instance = cloud.instance(&id);
    assert_eq!(instance["InstanceName"], "renamed");
    assert_eq!(instance["SecurityGroupIds"], json!([group]));
    assert_eq!(instance["LatestOperation"], action);
    assert_eq!(instance["LatestOperationState"], "SUCCESS");
    assert_eq!(cloud.total("DescribeDisks", "instance-name", "renamed"), 1);
    assert_eq!(cloud.total("DescribeVpcInstances", "instance-name", "renamed"), 1);
    let group = text(&group);
    assert_eq!(cloud.total("DescribeNetworkInterfaces", "groups.security-group-id", &group), 13);
}
