#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod addresses;
mod disks;
mod instances;
mod launch;
mod nat_gateways;
mod networks;
mod security_groups;
mod snapshots;

use std::cell::Cell;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use serde_json::{Value, json};

use crate::account::Settings;
use crate::catalog::Catalog;
use crate::clock::AccountClock;
use crate::gateway::Gateway;
use crate::response::Content;
use crate::spec::Spec;
use crate::test_util::{
    NOW, RequestBuilder, account_catalog, assert_matches_spec, credential, members,
};

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(account_catalog()));

/// An account whose time a test moves. Operations take 10 seconds.
struct Cloud {
    gateway: Gateway,
    region: &'static str,
    calls: Cell<u32>,
}

impl Cloud {
    fn new() -> Self {
        Self::with_seed(0)
    }

    fn with_seed(seed: u64) -> Self {
        let settings = Settings { seed, operation_time: Duration::from_secs(10) };
        let clock = AccountClock::manual();
        let gateway = Gateway::new(Arc::clone(&CATALOG), vec![credential()], clock, settings);
        Self { gateway, region: "ap-guangzhou", calls: Cell::new(0) }
    }

    fn advance(&self, seconds: u64) {
        self.gateway.clock().advance(Duration::from_secs(seconds));
    }

    /// Lets every operation complete.
    fn settle(&self) {
        self.advance(100);
    }

    /// Returns the service of an action. No two services of the account share an action that is
    /// called here.
    fn service(action: &str) -> &'static Spec {
        let mut specs = CATALOG.specs().iter();
        specs.find(|spec| spec.actions.contains_key(action)).unwrap_or_else(|| panic!("{action}"))
    }

    /// Returns the request id of the last call.
    fn request_id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.calls.get())
    }

    fn send(&self, action: &str, parameters: &Value) -> crate::response::ApiResponse {
        self.calls.set(self.calls.get() + 1);
        let service = Self::service(action).service.clone();
        let request = RequestBuilder::new(&service, action, parameters);
        let request = request.header("x-tc-region", self.region).sign();
        self.gateway.handle(&request, NOW, &self.request_id())
    }

    /// Calls an action, whose response must match its specification.
    #[track_caller]
    fn call(&self, action: &str, parameters: &Value) -> Value {
        let response = self.send(action, parameters);
        let spec = Self::service(action);
        if let Ok(Content::Members(members)) = &response.result {
            let output = &spec.actions.get(action).unwrap().output;
            assert_matches_spec(spec, output, members, action);
        }
        members(response)
    }

    /// Calls an action that fails, and returns the code.
    #[track_caller]
    fn code(&self, action: &str, parameters: &Value) -> &'static str {
        match self.send(action, parameters).result {
            Err(error) => error.code(),
            Ok(_) => panic!("{action} {parameters} did not fail"),
        }
    }

    /// Returns the only item of a list, with this id.
    #[track_caller]
    fn describe(&self, (action, ids, list): (&str, &str, &str), id: &str) -> Value {
        let response = self.call(action, &json!({ids: [id]}));
        assert_eq!(response["TotalCount"], 1, "{id}: {response}");
        response[list][0].clone()
    }

    fn instance(&self, id: &str) -> Value {
        self.describe(("DescribeInstances", "InstanceIds", "InstanceSet"), id)
    }

    fn disk(&self, id: &str) -> Value {
        self.describe(("DescribeDisks", "DiskIds", "DiskSet"), id)
    }

    fn snapshot(&self, id: &str) -> Value {
        self.describe(("DescribeSnapshots", "SnapshotIds", "SnapshotSet"), id)
    }

    fn address(&self, id: &str) -> Value {
        self.describe(("DescribeAddresses", "AddressIds", "AddressSet"), id)
    }

    fn subnet(&self, id: &str) -> Value {
        self.describe(("DescribeSubnets", "SubnetIds", "SubnetSet"), id)
    }

    fn total(&self, action: &str, filter: &str, value: &str) -> u64 {
        let parameters = json!({"Filters": [{"Name": filter, "Values": [value]}]});
        self.call(action, &parameters)["TotalCount"].as_u64().unwrap()
    }

    /// Returns the id of an image that every region has.
    fn image(&self) -> Value {
        let images = json!({"Filters": [{"Name": "image-type", "Values": ["PUBLIC_IMAGE"]}]});
        self.call("DescribeImages", &images)["ImageSet"][0]["ImageId"].clone()
    }

    /// Returns a valid request of `RunInstances`, without a network.
    fn launch(&self) -> Value {
        json!({
            "Placement": {"Zone": "ap-guangzhou-6"},
            "ImageId": self.image(),
            "InstanceType": "S5.MEDIUM4",
        })
    }

    /// Runs instances that are not complete yet, with parameters in addition to the usual ones.
    #[track_caller]
    fn run(&self, parameters: &Value) -> Vec<String> {
        let ids = self.call("RunInstances", &merged(self.launch(), parameters));
        texts(&ids["InstanceIdSet"])
    }

    /// Returns a running instance in the first zone of the region.
    fn running(&self) -> String {
        let id = self.run(&json!({})).remove(0);
        self.settle();
        id
    }

    fn seeded_instance(&self, name: &str) -> Value {
        let filter = json!({"Filters": [{"Name": "instance-name", "Values": [name]}]});
        self.call("DescribeInstances", &filter)["InstanceSet"][0].clone()
    }

    /// Creates a VPC and a subnet in it, and returns their ids.
    fn network(&self) -> (String, String) {
        let vpc = self.call("CreateVpc", &json!({"VpcName": "v", "CidrBlock": "10.8.0.0/16"}));
        let vpc_id = text(&vpc["Vpc"]["VpcId"]);
        let subnet = self.call("CreateSubnet", &subnet(&vpc_id, "10.8.1.0/28"));
        (vpc_id, text(&subnet["Subnet"]["SubnetId"]))
    }
}

fn subnet(vpc_id: &str, block: &str) -> Value {
    json!({"VpcId": vpc_id, "SubnetName": "s", "Zone": "ap-guangzhou-6", "CidrBlock": block})
}

/// Returns the parameters with other parameters added or replaced; `null` removes one.
fn merged(mut parameters: Value, others: &Value) -> Value {
    let members = parameters.as_object_mut().unwrap();
    members.extend(others.as_object().unwrap().clone());
    members.retain(|_, value| !value.is_null());
    parameters
}

#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

#[track_caller]
fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap_or_else(|| panic!("{value}")).iter().map(text).collect()
}

#[test]
fn the_same_seed_and_calls_give_the_same_responses() {
    let ids = |seed| {
        let cloud = Cloud::with_seed(seed);
        let mut ids = cloud.run(&json!({"InstanceCount": 2}));
        let disk = json!({"Placement": {"Zone": "ap-guangzhou-6"}, "DiskType": "CLOUD_BSSD",
            "DiskChargeType": "POSTPAID_BY_HOUR", "DiskSize": 10});
        ids.extend(texts(&cloud.call("CreateDisks", &disk)["DiskIdSet"]));
        let described: Vec<_> = ids.iter().take(2).map(|id| cloud.instance(id)).collect();
        (ids, described)
    };
    assert_eq!(ids(7), ids(7));
    assert_ne!(ids(7).0, ids(8).0);
    let unique: std::collections::BTreeSet<_> = ids(7).0.into_iter().collect();
    assert_eq!(unique.len(), 3);
}

#[test]
fn a_repeated_client_token_gives_the_first_response() {
    let cloud = Cloud::new();
    let first = cloud.run(&json!({"ClientToken": "t-1"}));
    assert_eq!(cloud.run(&json!({"ClientToken": "t-1"})), first);
    assert_ne!(cloud.run(&json!({"ClientToken": "t-2"})), first);
    assert_ne!(cloud.run(&json!({"ClientToken": ""})), cloud.run(&json!({"ClientToken": ""})));
    assert_eq!(cloud.call("DescribeInstances", &json!({}))["TotalCount"], 29);

    // A call that failed can be repeated with its token.
    let wrong = merged(cloud.launch(), &json!({"ClientToken": "t-3", "InstanceCount": 0}));
    assert_eq!(cloud.code("RunInstances", &wrong), "InvalidParameterValue.Range");
    assert_ne!(cloud.run(&json!({"ClientToken": "t-3"})), first);

    // Another region and another action have tokens of their own.
    let token = json!({"ClientToken": "t-1"});
    let addresses = cloud.call("AllocateAddresses", &token);
    assert_eq!(cloud.call("AllocateAddresses", &token), addresses);
    let elsewhere = Cloud { region: "ap-shanghai", ..cloud };
    assert_ne!(elsewhere.call("AllocateAddresses", &token), addresses);
}

#[test]
fn client_tokens_are_at_most_64_ascii_characters() {
    let cloud = Cloud::new();
    let disk = json!({"Placement": {"Zone": "ap-guangzhou-6"}, "DiskType": "CLOUD_BSSD",
        "DiskChargeType": "POSTPAID_BY_HOUR", "DiskSize": 10});
    cloud.run(&json!({"ClientToken": "x".repeat(64)}));
    for token in ["x".repeat(65), "ä".to_owned()] {
        let token = json!({"ClientToken": token});
        let launch = merged(cloud.launch(), &token);
        assert_eq!(cloud.code("RunInstances", &launch), "InvalidClientToken.TooLong");
        let disk = merged(disk.clone(), &token);
        assert_eq!(cloud.code("CreateDisks", &disk), "InvalidParameter.InvalidClientToken");
        assert_eq!(cloud.code("AllocateAddresses", &token), "InvalidParameterValue");
    }
}

/// A failed call changes nothing, even if its first items are valid.
#[test]
fn a_failed_call_changes_nothing() {
    let cloud = Cloud::new();
    let (running, stopped) = (cloud.seeded_instance("web-01"), cloud.seeded_instance("batch-01"));
    let ids = json!({"InstanceIds": [running["InstanceId"], stopped["InstanceId"]]});
    for action in ["StartInstances", "StopInstances", "RebootInstances"] {
        cloud.code(action, &ids);
    }
    cloud.settle();
    assert_eq!(cloud.seeded_instance("web-01"), running);
    assert_eq!(cloud.seeded_instance("batch-01"), stopped);
}

#[test]
fn resources_of_other_regions_do_not_exist() {
    let cloud = Cloud::new();
    let id = cloud.running();
    let elsewhere = Cloud { region: "ap-shanghai", ..cloud };
    let ids = json!({"InstanceIds": [id]});
    assert_eq!(elsewhere.code("StopInstances", &ids), "InvalidInstanceId.NotFound");
}

/// Without time for operations, the next call sees the result.
#[test]
fn operations_can_take_no_time() {
    let settings = Settings { operation_time: Duration::ZERO, ..Settings::default() };
    let clock = AccountClock::manual();
    let gateway = Gateway::new(Arc::clone(&CATALOG), vec![credential()], clock, settings);
    let cloud = Cloud { gateway, ..Cloud::new() };
    let id = cloud.run(&json!({})).remove(0);
    assert_eq!(cloud.instance(&id)["InstanceState"], "RUNNING");
}

/// The numbers that are derived from other resources match them after a change.
#[test]
fn derived_members_follow_changes() {
    let cloud = Cloud::new();
    let key = cloud.call("DescribeKeyPairs", &json!({}))["KeyPairSet"][0].clone();
    let id = cloud.run(&json!({"LoginSettings": {"KeyIds": [key["KeyId"]]}})).remove(0);
    let keys = cloud.call("DescribeKeyPairs", &json!({"KeyIds": [key["KeyId"]]}));
    let associated = texts(&keys["KeyPairSet"][0]["AssociatedInstanceIds"]);
    assert!(associated.contains(&id) && associated.len() == 26);
    let detail = cloud.call("DescribeInstancesDiskNum", &json!({"InstanceIds": [id]}));
    assert_eq!(detail["AttachDetail"][0]["AttachedDiskCount"], 0);
    assert_eq!(cloud.total("DescribeVpcInstances", "instance-id", &id), 1);
    assert_eq!(cloud.total("DescribeDisks", "instance-name", "Unnamed"), 1);
}

#[test]
fn ids_of_new_resources_are_unique() {
    let settings = Settings::default();
    let mut account = crate::account::Account::seeded(Arc::clone(&CATALOG), settings);
    let ids: std::collections::BTreeSet<_> = (0..50_000).map(|_| account.new_id("ins")).collect();
    assert_eq!(ids.len(), 50_000);
    assert!(ids.iter().all(|id| crate::resource_id::is_well_formed(id, "ins-")));
}

/// Many clients that repeat each other's client tokens create each resource once.
#[test]
fn concurrent_calls_with_the_same_tokens_create_one_resource_each() {
    let cloud = Cloud::new();
    let launch = cloud.launch();
    let gateway = &cloud.gateway;
    let launch_all = || {
        let ids = (0..10).map(|number| {
            let token = json!({"ClientToken": format!("t-{number}")});
            let parameters = merged(launch.clone(), &token);
            let response = RequestBuilder::new("cvm", "RunInstances", &parameters).send(gateway);
            text(&members(response)["InstanceIdSet"][0])
        });
        ids.collect::<Vec<_>>()
    };
    let found: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(launch_all)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(found.iter().all(|ids| *ids == found[0]));
    assert_eq!(cloud.call("DescribeInstances", &json!({}))["TotalCount"], 35);
    // No two instances have the same address.
    let filter = json!({"Filters": [{"Name": "vpc-id", "Values": [
        cloud.instance(&found[0][0])["VirtualPrivateCloud"]["VpcId"]]}], "Limit": 100});
    let interfaces = cloud.call("DescribeNetworkInterfaces", &filter);
    let interfaces = interfaces["NetworkInterfaceSet"].as_array().unwrap();
    let ips: std::collections::BTreeSet<_> = interfaces
        .iter()
        .map(|interface| text(&interface["PrivateIpAddressSet"][0]["PrivateIpAddress"]))
        .collect();
    assert_eq!((interfaces.len(), ips.len()), (10, 10));
}
