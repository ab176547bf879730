//! Calls of the SDK to the local endpoint.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_cbs::v20170312::CbsClient;
use tencentcloud_cbs::v20170312::models::DescribeDisksRequest;
use tencentcloud_common::call::{Call, DynamicRequest};
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::{ClientProfile, CommonClient, Credential, Error, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{
    DescribeInstancesRequest, DescribeInstancesStatusRequest, Placement,
    ResetInstancesPasswordRequest, RunInstancesRequest, StopInstancesRequest,
    TerminateInstancesRequest,
};
use tencentcloud_local::LocalServer;
use tencentcloud_vpc::v20170312::VpcClient;
use tencentcloud_vpc::v20170312::models::DescribeVpcsRequest;

fn profile(server: &LocalServer) -> ClientProfile {
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    ClientProfile::builder().http_profile(http).build().unwrap()
}

fn cvm(server: &LocalServer, credential: Credential) -> CvmClient {
    CvmClient::with_profile(credential, "ap-guangzhou", profile(server)).unwrap()
}

#[tokio::test]
async fn typed_calls_to_three_services_read_a_coherent_account() {
    let server = LocalServer::start().unwrap();
    let cvm = cvm(&server, server.credential());
    let mut ids = Vec::new();
    loop {
        let offset = i64::try_from(ids.len()).unwrap();
        let request = DescribeInstancesRequest::new().offset(offset).limit(7);
        let page = cvm.describe_instances(request).await.unwrap();
        assert!(page.instance_set.len() <= 7 && !page.request_id.is_empty());
        ids.extend(page.instance_set.into_iter().filter_map(|instance| instance.instance_id));
        if i64::try_from(ids.len()).unwrap() >= page.total_count.unwrap() {
            break;
        }
    }
    assert!(ids.len() > 7, "there is more than one page: {ids:?}");
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len());

    let request = DescribeInstancesRequest::new().instance_ids([ids[0].as_str(), "ins-00000000"]);
    let page = cvm.describe_instances(request).await.unwrap();
    assert_eq!(page.instance_set.len(), 1, "an unknown id is absent");
    let vpc_id = page.instance_set[0].virtual_private_cloud.clone().unwrap().vpc_id.unwrap();

    let vpc =
        VpcClient::with_profile(server.credential(), "ap-guangzhou", profile(&server)).unwrap();
    let page = vpc.describe_vpcs(DescribeVpcsRequest::new().vpc_ids([vpc_id])).await.unwrap();
    assert_eq!(page.vpc_set.len(), 1);

    let cbs =
        CbsClient::with_profile(server.credential(), "ap-guangzhou", profile(&server)).unwrap();
    let disks = cbs.describe_disks(DescribeDisksRequest::new()).await.unwrap();
    assert!(!disks.disk_set.is_empty());
}

async fn code(server: &LocalServer, credential: Credential) -> String {
    let call = cvm(server, credential).describe_instances(DescribeInstancesRequest::new());
    call.retry(RetryPolicy::none()).await.unwrap_err().code().unwrap().to_owned()
}

#[tokio::test]
async fn wrong_credentials_have_different_codes() {
    let server = LocalServer::start().unwrap();
    let wrong_key = Credential::new(server.secret_id(), "wrong-key-1234").unwrap();
    assert_eq!(code(&server, wrong_key).await, "AuthFailure.SignatureFailure");
    let wrong_id = Credential::new("AKIDnobody", server.secret_key()).unwrap();
    assert_eq!(code(&server, wrong_id).await, "AuthFailure.SecretIdNotFound");
    let late = LocalServer::builder().clock_offset(600).start().unwrap();
    let credential = late.credential();
    assert_eq!(code(&late, credential).await, "AuthFailure.SignatureExpire");
}

#[tokio::test]
async fn clock_skew_is_corrected_once_for_all_clones() {
    for offset in [600, -7200] {
        let late = LocalServer::builder().clock_offset(offset).start().unwrap();
        let client = cvm(&late, late.credential());
        let call = client.clone().describe_instances(DescribeInstancesRequest::new());
        let (_, metadata) = call.with_metadata().await.unwrap();
        assert_eq!(metadata.attempts(), 2);
        let call = client.describe_instances(DescribeInstancesRequest::new());
        let (_, metadata) = call.with_metadata().await.unwrap();
        assert_eq!(metadata.attempts(), 1);
    }
}

#[tokio::test]
async fn a_dynamic_call_is_validated_against_the_specification() {
    let server = LocalServer::start().unwrap();
    let client = |version: &'static str| {
        let profile = profile(&server);
        CommonClient::with_profile("cvm", version, server.credential(), "ap-guangzhou", profile)
            .unwrap()
    };
    let cvm = client("2017-03-12");
    let response = cvm.call_json("DescribeInstances", json!({"Limit": 1})).await.unwrap();
    assert_eq!(response["InstanceSet"].as_array().unwrap().len(), 1);
    let code = async |outcome: Call<DynamicRequest<Value>>| {
        let error: Error = outcome.await.unwrap_err();
        assert!(error.request_id().is_some());
        error.code().unwrap().to_owned()
    };
    assert_eq!(code(cvm.call_json("DescribeNothing", json!({}))).await, "InvalidAction");
    assert_eq!(
        code(client("2001-01-01").call_json("DescribeInstances", json!({}))).await,
        "NoSuchVersion"
    );
    assert_eq!(
        code(cvm.call_json("DescribeInstances", json!({"Limits": 1}))).await,
        "UnknownParameter"
    );
    assert_eq!(code(cvm.call_json("StartInstances", json!({}))).await, "MissingParameter");
    let wrong_type = code(cvm.call_json("DescribeInstances", json!({"Filters": 1}))).await;
    assert!(wrong_type.starts_with("InvalidParameter"), "{wrong_type}");
}

#[tokio::test]
async fn clients_in_other_regions_share_their_state() {
    let server = LocalServer::start().unwrap();
    let guangzhou = cvm(&server, server.credential());
    let shanghai = guangzhou.in_region("ap-shanghai");
    let (here, there) = tokio::join!(
        guangzhou.describe_instances(DescribeInstancesRequest::new()),
        shanghai.call(DescribeInstancesRequest::new()),
    );
    assert_ne!(here.unwrap().instance_set, there.unwrap().instance_set);
    let request = ResetInstancesPasswordRequest::new().instance_ids(["ins-1"]).password("x");
    let reset = guangzhou.reset_instances_password(request).await.unwrap();
    assert!(!reset.request_id.is_empty(), "an action without data has a placeholder response");
    let regions: Vec<_> =
        server.requests().iter().map(|request| request.region().to_owned()).collect();
    assert!(regions.iter().any(|region| region == "ap-shanghai"), "{regions:?}");
}

#[tokio::test]
async fn waits_read_the_states_of_the_account() {
    let server = LocalServer::start().unwrap();
    let cvm = cvm(&server, server.credential());
    let page = cvm.describe_instances(DescribeInstancesRequest::new()).await.unwrap();
    let is_running = |state: &Option<String>| state.as_deref() == Some("RUNNING");
    let running = page.instance_set.into_iter().filter(|it| is_running(&it.instance_state));
    let running: Vec<String> = running.filter_map(|it| it.instance_id).take(2).collect();
    assert_eq!(running.len(), 2);
    let response = cvm.wait_until_instance_running(&running).await.unwrap();
    assert_eq!(response.instance_status_set.len(), 2);

    let cbs =
        CbsClient::with_profile(server.credential(), "ap-guangzhou", profile(&server)).unwrap();
    cbs.wait_until_disk_deleted(["disk-00000000"]).await.unwrap();
}

/// The life of an instance: each state is there when the time of the account has passed.
#[tokio::test]
async fn an_instance_runs_stops_and_is_terminated() {
    let server = LocalServer::builder().manual_time().start().unwrap();
    let cvm = cvm(&server, server.credential());
    let first = cvm.describe_instances(DescribeInstancesRequest::new().limit(1)).await.unwrap();
    let image = first.instance_set[0].image_id.clone().unwrap();
    let launch = || {
        RunInstancesRequest::new()
            .placement(Placement::new().zone("ap-guangzhou-6"))
            .image_id(image.as_str())
            .instance_type("S5.MEDIUM4")
            .client_token("token-1")
    };
    let dry_run = cvm.run_instances(launch().dry_run(true)).await.unwrap_err();
    assert_eq!(dry_run.code(), Some("DryRunOperation"));
    let ids = cvm.run_instances(launch()).await.unwrap().instance_id_set;
    let again = cvm.run_instances(launch()).await.unwrap().instance_id_set;
    assert_eq!(ids, again, "the client token makes the call idempotent");
    let state = async || {
        let request = DescribeInstancesStatusRequest::new().instance_ids(ids.clone());
        let page = cvm.describe_instances_status(request).await.unwrap();
        page.instance_status_set.into_iter().next().and_then(|status| status.instance_state)
    };
    let operation = Duration::from_secs(2);
    assert_eq!(state().await.as_deref(), Some("PENDING"));
    server.advance(operation);
    assert_eq!(state().await.as_deref(), Some("RUNNING"));

    let stop = || StopInstancesRequest::new().instance_ids(ids.clone());
    cvm.stop_instances(stop()).await.unwrap();
    assert_eq!(state().await.as_deref(), Some("STOPPING"));
    let error = cvm.stop_instances(stop()).await.unwrap_err();
    assert_eq!(error.code(), Some("UnsupportedOperation.InstanceStateStopping"));
    server.advance(operation);
    assert_eq!(state().await.as_deref(), Some("STOPPED"));

    let terminate = TerminateInstancesRequest::new().instance_ids(ids.clone());
    cvm.terminate_instances(terminate).await.unwrap();
    assert_eq!(state().await.as_deref(), Some("TERMINATING"));
    server.advance(operation);
    assert_eq!(state().await, None);
}
