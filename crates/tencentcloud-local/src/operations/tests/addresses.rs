//! Elastic IP addresses.

use super::*;

fn allocate(cloud: &Cloud) -> String {
    let id = text(&cloud.call("AllocateAddresses", &json!({}))["AddressSet"][0]);
    cloud.settle();
    id
}

fn associate(id: &str, instance_id: &str) -> Value {
    json!({"AddressId": id, "InstanceId": instance_id})
}

/// Returns the result of the task that a response names.
fn result(cloud: &Cloud, response: &Value) -> String {
    let number: u64 = text(&response["TaskId"]).parse().unwrap();
    text(&cloud.call("DescribeTaskResult", &json!({"TaskId": number}))["Result"])
}

#[test]
fn an_address_is_bound_and_released() {
    let cloud = Cloud::new();
    let instance_id = cloud.running();
    let parameters = json!({"AddressCount": 2, "AddressName": "a", "InternetMaxBandwidthOut": 7});
    let created = cloud.call("AllocateAddresses", &parameters);
    let created_by = cloud.request_id();
    let id = text(&created["AddressSet"][0]);
    let status = || text(&cloud.address(&id)["AddressStatus"]);
    assert_eq!((status(), result(&cloud, &created)), ("CREATING".into(), "RUNNING".into()));
    let by_request = json!({"TaskId": created_by});
    assert_eq!(cloud.call("DescribeVpcTaskResult", &by_request)["Status"], "RUNNING");
    cloud.advance(10);
    assert_eq!((status(), result(&cloud, &created)), ("UNBIND".into(), "SUCCESS".into()));
    assert_eq!(cloud.call("DescribeVpcTaskResult", &by_request)["Status"], "SUCCESS");
    let ip = text(&cloud.address(&id)["AddressIp"]);
    assert_eq!(cloud.address(&id)["Bandwidth"], 7);

    let bound = cloud.call("AssociateAddress", &associate(&id, &instance_id));
    assert_eq!((status(), result(&cloud, &bound)), ("BINDING".into(), "RUNNING".into()));
    assert_eq!(cloud.instance(&instance_id)["PublicIpAddresses"], json!([]));
    cloud.advance(10);
    assert_eq!((status(), result(&cloud, &bound)), ("BIND".into(), "SUCCESS".into()));
    assert_eq!(cloud.address(&id)["InstanceId"], instance_id);
    assert_eq!(cloud.instance(&instance_id)["PublicIpAddresses"], json!([ip]));
    assert_eq!(cloud.total("DescribeNetworkInterfaces", "public-address-ip", &ip), 1);

    let free = cloud.call("DisassociateAddress", &json!({"AddressId": id}));
    assert_eq!((status(), result(&cloud, &free)), ("UNBINDING".into(), "RUNNING".into()));
    cloud.advance(10);
    assert_eq!((status(), result(&cloud, &free)), ("UNBIND".into(), "SUCCESS".into()));
    assert_eq!(cloud.instance(&instance_id)["PublicIpAddresses"], json!([]));

    let ids = json!({"AddressIds": created["AddressSet"]});
    let released = cloud.call("ReleaseAddresses", &ids);
    assert_eq!((status(), result(&cloud, &released)), ("OFFLINING".into(), "RUNNING".into()));
    cloud.advance(10);
    assert_eq!(result(&cloud, &released), "SUCCESS");
    assert_eq!(cloud.total("DescribeAddresses", "address-id", &id), 0);
    assert_eq!(cloud.code("ReleaseAddresses", &ids), "InvalidAddressId.NotFound");
}

#[test]
fn the_number_of_addresses_is_limited() {
    let cloud = Cloud::new();
    let count = |count: i64| json!({"AddressCount": count});
    for wrong in [0, 21] {
        let code = cloud.code("AllocateAddresses", &count(wrong));
        assert_eq!(code, "InvalidParameterValue.Range");
    }
    let bandwidth = json!({"InternetMaxBandwidthOut": -1});
    let code = cloud.code("AllocateAddresses", &bandwidth);
    assert_eq!(code, "InvalidParameterValue.BandwidthTooSmall");
    // The region has four addresses, and can have 20.
    assert_eq!(cloud.code("AllocateAddresses", &count(17)), "AddressQuotaLimitExceeded");
    cloud.call("AllocateAddresses", &count(16));
    assert_eq!(cloud.code("AllocateAddresses", &count(1)), "AddressQuotaLimitExceeded");
}

#[test]
fn binding_is_checked() {
    let cloud = Cloud::new();
    let (id, instance_id) = (allocate(&cloud), cloud.running());
    let code = |parameters: &Value| cloud.code("AssociateAddress", parameters);
    let unknown = associate("eip-00000000", &instance_id);
    assert_eq!(code(&unknown), "InvalidAddressId.NotFound");
    let malformed = associate("e-1", &instance_id);
    assert_eq!(code(&malformed), "InvalidParameterValue.AddressIdMalformed");
    assert_eq!(code(&associate(&id, "ins-00000000")), "InvalidInstanceId.NotFound");
    assert_eq!(code(&associate(&id, "i-1")), "InvalidParameterValue.InstanceIdMalformed");
    let nothing = json!({"AddressId": id});
    assert_eq!(code(&nothing), "InvalidParameterValue.MissingAssociateEntity");
    let eni = json!({"NetworkInterfaceId": "eni-00000000", "PrivateIpAddress": "10.0.0.1"});
    let both = merged(associate(&id, &instance_id), &eni);
    assert_eq!(code(&both), "InvalidParameterConflict");
    assert_eq!(code(&merged(nothing.clone(), &eni)), "InvalidNetworkInterfaceId.NotFound");
    // An instance that has an address, and an address that is bound.
    let web = text(&cloud.seeded_instance("web-01")["InstanceId"]);
    assert_eq!(code(&associate(&id, &web)), "InvalidInstanceId.AlreadyBindEip");
    let filter = json!({"Filters": [{"Name": "instance-id", "Values": [web]}]});
    let bound = text(&cloud.call("DescribeAddresses", &filter)["AddressSet"][0]["AddressId"]);
    let status = "UnsupportedOperation.AddressStatusNotPermit";
    assert_eq!(code(&associate(&bound, &instance_id)), status);
    cloud.call("RebootInstances", &json!({"InstanceIds": [instance_id]}));
    let state = "UnsupportedOperation.InstanceStateNotSupported";
    assert_eq!(code(&associate(&id, &instance_id)), state);
}

#[test]
fn an_address_is_bound_to_an_interface() {
    let cloud = Cloud::new();
    let (id, other) = (allocate(&cloud), allocate(&cloud));
    let filter = json!({"Filters": [{"Name": "network-interface-name", "Values": ["spare"]}]});
    let interfaces = cloud.call("DescribeNetworkInterfaces", &filter);
    let interface = &interfaces["NetworkInterfaceSet"][0];
    let interface_id = text(&interface["NetworkInterfaceId"]);
    let ip = text(&interface["PrivateIpAddressSet"][0]["PrivateIpAddress"]);
    let to = |id: &str, ip: Value| {
        let to =
            json!({"AddressId": id, "NetworkInterfaceId": interface_id, "PrivateIpAddress": ip});
        merged(to, &json!({}))
    };
    let code = |parameters: &Value| cloud.code("AssociateAddress", parameters);
    assert_eq!(code(&to(&id, Value::Null)), "MissingParameter");
    let wrong = to(&id, json!("10.1.2.99"));
    assert_eq!(code(&wrong), "InvalidParameterValue.PrivateIpAddressNotMatch");
    cloud.call("AssociateAddress", &to(&id, json!(ip)));
    cloud.settle();
    assert_eq!(cloud.address(&id)["AddressStatus"], "BIND_ENI");
    let taken = to(&other, json!(ip));
    assert_eq!(code(&taken), "InvalidPrivateIpAddress.AlreadyBindEip");
    let address = text(&cloud.address(&id)["AddressIp"]);
    assert_eq!(cloud.total("DescribeNetworkInterfaces", "public-address-ip", &address), 1);
    cloud.call("DisassociateAddress", &json!({"AddressId": id}));
}

#[test]
fn only_a_bound_address_is_unbound_and_only_an_unbound_one_released() {
    let cloud = Cloud::new();
    let id = allocate(&cloud);
    let code = cloud.code("DisassociateAddress", &json!({"AddressId": id}));
    assert_eq!(code, "InvalidAddressIdStatus.NotPermit");
    let web = cloud.seeded_instance("web-01")["InstanceId"].clone();
    let filter = json!({"Filters": [{"Name": "instance-id", "Values": [web]}]});
    let bound = cloud.call("DescribeAddresses", &filter)["AddressSet"][0]["AddressId"].clone();
    let code = cloud.code("ReleaseAddresses", &json!({"AddressIds": [id, bound]}));
    assert_eq!(code, "UnsupportedOperation.AddressStatusNotPermit");
    assert_eq!(cloud.address(&id)["AddressStatus"], "UNBIND");
}

#[test]
fn unknown_tasks_are_an_error() {
    let cloud = Cloud::new();
    let task = |number: u64| json!({"TaskId": number});
    assert_eq!(cloud.code("DescribeTaskResult", &json!({})), "MissingParameter");
    assert_eq!(cloud.code("DescribeTaskResult", &task(99)), "InvalidParameter");
    // The task of an action that is not stateful.
    assert_eq!(cloud.call("DescribeTaskResult", &task(1))["Result"], "SUCCESS");
}

/// An address that is being bound to an instance that is terminated is never bound.
#[test]
fn termination_interrupts_binding() {
    let cloud = Cloud::new();
    let (id, instance_id) = (allocate(&cloud), cloud.running());
    cloud.call("AssociateAddress", &associate(&id, &instance_id));
    cloud.advance(5);
    cloud.call("TerminateInstances", &json!({"InstanceIds": [instance_id]}));
    for (seconds, status) in [(0, "UNBINDING"), (6, "UNBINDING"), (4, "UNBIND")] {
        cloud.advance(seconds);
        assert_eq!(cloud.address(&id)["AddressStatus"], status, "{seconds}");
    }
}
