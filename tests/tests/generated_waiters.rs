//! Every waiter of the generated crates, end to end: its data tells what a server returns, and how
//! the wait must end.
#![allow(
    missing_docs,
    deprecated,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking, and a waiter may poll a deprecated action"
)]

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tencentcloud_cbs::v20170312::CbsClient;
use tencentcloud_common::client::Client;
use tencentcloud_common::transport::ReqwestTransport;
use tencentcloud_common::{
    ClientBuilder, ClientProfile, Credential, Error, HttpProfile, RetryPolicy, WaitError,
};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_tests::fakes::{ConstantRandom, ManualClock, RecordedSleeps};
use tencentcloud_tests::handler_server::HandlerServer;
use tencentcloud_trap::v20200101::TrapClient;
use tencentcloud_vpc::v20170312::VpcClient;

/// The ids of a waiter for a list of ids, and those of the others.
const IDS: [&str; 2] = ["id-1", "id-2"];
const ID: u64 = 17;

/// The request id of the call whose operation is awaited.
const OPERATION: &str = "r-operation";

/// The data of a waiter.
#[derive(Clone, Debug, Deserialize)]
struct Waiter {
    action: String,
    ids: String,
    filter: Option<String>,
    limit: Option<String>,
    items: Option<String>,
    id: Option<String>,
    state: String,
    #[serde(default)]
    success: Vec<String>,
    #[serde(default)]
    failure: Vec<String>,
    absent: Option<String>,
    request_id: Option<String>,
    percent: Option<String>,
    message: Option<String>,
    #[serde(default)]
    failure_codes: Vec<String>,
    interval: Option<u64>,
    max_wait: Option<u64>,
}

#[derive(Deserialize)]
struct Supplement {
    waiters: BTreeMap<String, Waiter>,
}

/// Returns the data of all waiters, by service and name.
fn data() -> BTreeMap<(String, String), Waiter> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut waiters = BTreeMap::new();
    for folder in ["api-specs", "codegen/golden/specs"] {
        for service in fs::read_dir(root.join(folder)).unwrap() {
            let service = service.unwrap();
            let name = service.file_name().into_string().unwrap();
            for file in fs::read_dir(service.path()).into_iter().flatten() {
                let path = file.unwrap().path();
                if path.to_str().unwrap().ends_with(".supplement.toml") {
                    let text = fs::read_to_string(path).unwrap();
                    let supplement: Supplement = toml::from_str(&text).unwrap();
                    for (waiter, it) in supplement.waiters {
                        waiters.insert((name.clone(), waiter), it);
                    }
                }
            }
        }
    }
    waiters
}

/// What a wait reports about its polls: their number, and the lowest percentage in the last one.
type Progress = Arc<Mutex<(u32, Option<u8>)>>;

/// Waits with a client of the server.
type RunWait = Box<dyn Fn(&Server, Progress) -> Outcome>;

type Outcome = Pin<Box<dyn Future<Output = Result<String, WaitError>>>>;

/// A method of a client, with its arguments.
struct Case {
    service: &'static str,
    waiter: &'static str,
    /// The parameters that the arguments set beside the ids.
    parameters: Value,
    run: RunWait,
}

/// Lists methods with the arguments beside the ids, and the members that these arguments set.
macro_rules! cases {
    ($cases:ident, $service:literal, $client:ty: $(
        $method:ident($($argument:expr),*) $(=> $parameters:tt)?,
    )*) => {$(
        $cases.push(Case {
            service: $service,
            waiter: stringify!($method).strip_prefix("wait_until_").unwrap(),
            parameters: [$(json!($parameters),)? json!({})].into_iter().next().unwrap(),
            run: Box::new(|server, progress| {
                let client: $client = server.client(<$client>::builder());
                let wait = client.$method($($argument),*).on_progress(move |it| {
                    *progress.lock().unwrap() = (it.polls(), it.percent());
                });
                Box::pin(async move { wait.await.map(|response| response.request_id) })
            }),
        });
    )*};
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    cases!(cases, "cbs", CbsClient:
        wait_until_disk_attached(IDS),
        wait_until_disk_available(IDS),
        wait_until_disk_backup_available(IDS),
        wait_until_disk_deleted(IDS),
        wait_until_disk_idle(IDS),
        wait_until_disk_migrated(IDS),
        wait_until_disk_rolled_back(IDS),
        wait_until_snapshot_available(IDS),
        wait_until_snapshot_deleted(IDS),
        wait_until_snapshot_group_available(IDS),
    );
    cases!(cases, "cvm", CvmClient:
        wait_until_chc_host_cleared(IDS),
        wait_until_chc_host_prepared(IDS),
        wait_until_chc_host_ready(IDS),
        wait_until_host_running(IDS),
        wait_until_image_available(IDS),
        wait_until_instance_operation_done(IDS, OPERATION),
        wait_until_instance_running(IDS),
        wait_until_instance_stopped(IDS),
        wait_until_instance_terminated(IDS),
        wait_until_resource_pool_pack_active(IDS),
    );
    cases!(cases, "vpc", VpcClient:
        wait_until_address_bound(IDS),
        wait_until_address_task_done(ID),
        wait_until_address_unbound(IDS),
        wait_until_bandwidth_package_created(IDS),
        wait_until_ccn_attachment_active(IDS, "ccn-1") => {"CcnId": "ccn-1"},
        wait_until_end_point_active(IDS),
        wait_until_nat_gateway_available(IDS),
        wait_until_nat_gateway_deleted(IDS),
        wait_until_network_interface_available(IDS),
        wait_until_network_interface_deleted(IDS),
        wait_until_peering_connection_active(IDS),
        wait_until_ssl_vpn_client_connected(IDS),
        wait_until_ssl_vpn_server_connected(IDS),
        wait_until_task_done(ID.to_string()),
        wait_until_vpn_connection_available(IDS),
        wait_until_vpn_gateway_available(IDS),
        wait_until_vpn_gateway_deleted(IDS),
    );
    cases!(cases, "trap", TrapClient:
        wait_until_job_done(ID.to_string(), "mine") => {"Scope": "mine"},
        wait_until_result(ID.to_string()),
        wait_until_thing_at_level(IDS),
        wait_until_thing_deleted(IDS),
        wait_until_thing_frozen(IDS),
        wait_until_thing_gone(IDS),
        wait_until_thing_ready(IDS, OPERATION, "g-1", 3, -1)
            => {"GroupId": "g-1", "Type": 3, "Offset": -1},
    );
    cases
}

/// A server that sends scripted responses, the last one again and again.
struct Server {
    http: HandlerServer,
    script: Arc<Mutex<VecDeque<Value>>>,
    sleeps: Arc<Mutex<RecordedSleeps>>,
    /// Loads certificates, so it is created once.
    transport: ReqwestTransport,
}

impl Server {
    fn start(transport: &ReqwestTransport) -> Self {
        let script = Arc::<Mutex<VecDeque<Value>>>::default();
        let responses = Arc::clone(&script);
        let server = HandlerServer::start(move |mut connection| {
            loop {
                connection.receive()?;
                let response = {
                    let mut responses = responses.lock().unwrap();
                    let next = responses.pop_front().unwrap();
                    if responses.is_empty() {
                        responses.push_back(next.clone());
                    }
                    next
                };
                connection.send_json(&json!({ "Response": response }).to_string())?;
            }
        });
        let (http, transport) = (server.unwrap(), transport.clone());
        Self { http, script, sleeps: Arc::default(), transport }
    }

    fn client<C: From<Client>>(&self, builder: ClientBuilder<C>) -> C {
        let http = HttpProfile::builder().endpoint(self.http.endpoint()).no_proxy();
        let profile = ClientProfile::builder()
            .http_profile(http.build().unwrap())
            .retryer(RetryPolicy::none());
        let clock = ManualClock::at(1_700_000_000);
        let sleeps = RecordedSleeps::advancing(&clock);
        *self.sleeps.lock().unwrap() = sleeps.clone();
        builder
            .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
            .region("ap-shanghai")
            .profile(profile.build().unwrap())
            .transport(self.transport.clone())
            .clock(clock)
            .sleep(sleeps)
            .random(ConstantRandom(0))
            .build()
            .unwrap()
    }
}

/// The end of a wait, and what happened before.
struct Run {
    outcome: Result<String, WaitError>,
    polls: u32,
    percent: Option<u8>,
    requests: Vec<(String, Value)>,
    sleeps: Vec<Duration>,
}

/// A waiter with its data and a server.
struct Scenario<'a> {
    case: &'a Case,
    waiter: &'a Waiter,
    server: &'a Server,
}

impl Scenario<'_> {
    async fn run(&self, responses: Vec<Value>) -> Run {
        *self.server.script.lock().unwrap() = responses.into();
        let before = self.server.http.requests().len();
        let progress = Progress::default();
        let outcome = (self.case.run)(self.server, Arc::clone(&progress)).await;
        let requests = self.server.http.requests().split_off(before);
        let (polls, percent) = *progress.lock().unwrap();
        let sleeps = self.server.sleeps.lock().unwrap().durations();
        let requests = requests.iter().map(|request| {
            let action = request.header("x-tc-action").unwrap().to_owned();
            (action, serde_json::from_slice(&request.body).unwrap())
        });
        Run { outcome, polls, percent, requests: requests.collect(), sleeps }
    }

    /// The ids, as text.
    fn ids(&self) -> Vec<String> {
        match self.waiter.items {
            Some(_) => IDS.map(str::to_owned).to_vec(),
            None => vec![ID.to_string()],
        }
    }

    /// A response in which the ids have these states.
    fn response(&self, request_id: &str, states: &[&str]) -> Value {
        let Waiter { items, id, state, request_id: operation, percent, message, .. } = self.waiter;
        let item = |(index, (name, value)): (usize, (String, &&str))| {
            let mut item = Map::new();
            item.extend(id.iter().map(|member| (member.clone(), json!(name))));
            item.insert(state.clone(), typed(value));
            item.extend(operation.iter().map(|member| (member.clone(), json!(OPERATION))));
            item.extend(percent.iter().map(|member| (member.clone(), json!(40 + index))));
            item.extend(message.iter().map(|member| (member.clone(), json!("because"))));
            item
        };
        let mut list: Vec<Map<String, Value>> =
            self.ids().into_iter().zip(states).enumerate().map(item).collect();
        let mut response = match items {
            Some(items) => Map::from_iter([(items.clone(), json!(list))]),
            None => list.remove(0),
        };
        response.insert("RequestId".to_owned(), json!(request_id));
        Value::Object(response)
    }

    /// A response in which all ids have this state.
    fn all(&self, request_id: &str, state: &str) -> Value {
        self.response(request_id, &[state, state])
    }

    /// A state that ends no wait.
    fn pending(&self) -> String {
        match self.waiter.success.first().map(|state| typed(state)) {
            Some(Value::Bool(state)) => (!state).to_string(),
            Some(Value::Number(_)) => "99".to_owned(),
            _ => "SOMETHING_NEW".to_owned(),
        }
    }

    fn body(&self) -> Value {
        let Waiter { ids, filter, limit, items, .. } = self.waiter;
        let mut body = self.case.parameters.clone();
        body[ids] = match (items, filter) {
            (Some(_), Some(filter)) => json!([{"Name": filter, "Values": IDS}]),
            (Some(_), None) => json!(IDS),
            (None, _) => json!(ID),
        };
        if let Some(limit) = limit {
            body[limit] = json!(2);
        }
        body
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(self.waiter.interval.unwrap_or(5))
    }

    async fn succeeds(&self) {
        let name = self.case.waiter;
        let pending = self.pending();
        for success in &self.waiter.success {
            let responses = vec![
                self.all("r-1", &pending),
                self.response(
                    "r-2",
                    &[if self.ids().len() == 1 { pending.as_str() } else { success }, &pending],
                ),
                self.all("r-3", success),
            ];
            let run = self.run(responses).await;
            assert_eq!(run.outcome.unwrap(), "r-3", "{name}");
            assert_eq!((run.polls, run.requests.len()), (3, 3), "{name}");
            assert_eq!(run.sleeps, [self.interval(); 2], "{name}");
            assert_eq!(run.percent, self.waiter.percent.as_ref().map(|_| 40), "{name}");
            for (action, mut body) in run.requests {
                assert_eq!(action, self.waiter.action, "{name}");
                // Some tasks have an integer as their id, and others a string.
                if let Some(id) = body[&self.waiter.ids].as_str() {
                    body[&self.waiter.ids] = json!(id.parse::<u64>().unwrap());
                }
                assert_eq!(body, self.body(), "{name}");
            }
        }
    }

    async fn fails(&self) {
        let name = self.case.waiter;
        let pending = self.pending();
        for failure in &self.waiter.failure {
            let states = [if self.ids().len() == 1 { failure.as_str() } else { &pending }, failure];
            let run =
                self.run(vec![self.all("r-1", &pending), self.response("r-2", &states)]).await;
            let Err(WaitError::Failed(found)) = run.outcome else { panic!("{name}: no failure") };
            assert_eq!(found.waiter(), name);
            assert_eq!(Some(found.id()), self.ids().last().map(String::as_str), "{name}");
            assert_eq!(found.state(), Some(failure.as_str()), "{name}");
            let message = self.waiter.message.as_ref().map(|_| "because");
            assert_eq!(found.message(), message, "{name}");
        }
        for code in &self.waiter.failure_codes {
            let run = self.run(vec![self.all("r-1", &pending), error(code)]).await;
            let Err(WaitError::Failed(found)) = run.outcome else { panic!("{name}: no failure") };
            assert_eq!(found.id(), self.ids()[0], "{name}");
            assert_eq!(found.error().and_then(Error::code), Some(code.as_str()), "{name}");
        }
    }

    async fn handles_absent_ids(&self) {
        let name = self.case.waiter;
        let not_found = error("ResourceNotFound");
        let mut absent = vec![not_found];
        if let Some(items) = &self.waiter.items {
            absent.push(json!({items: [], "RequestId": "r-9"}));
        }
        for absent in absent {
            let mut responses = vec![self.all("r-1", &self.pending())];
            // After an error for two ids there is a call for each of them.
            responses
                .extend(vec![absent.clone(); if absent.get("Error").is_some() { 3 } else { 1 }]);
            let calls = responses.len();
            if self.waiter.absent.is_some() {
                let run = self.run(responses).await;
                run.outcome.unwrap();
                assert_eq!((run.polls, run.requests.len()), (2, calls), "{name}");
            } else {
                if self.waiter.items.is_none() {
                    responses.truncate(2);
                }
                responses.push(self.all("r-3", &self.waiter.success[0]));
                let run = self.run(responses).await;
                assert_eq!((run.outcome.unwrap().as_str(), run.polls), ("r-3", 3), "{name}");
            }
        }
    }

    async fn times_out(&self) {
        let name = self.case.waiter;
        let run = self.run(vec![self.all("r-1", &self.pending())]).await;
        let Err(WaitError::TimedOut(timeout)) = run.outcome else { panic!("{name}: no timeout") };
        let max_wait = self.waiter.max_wait.unwrap_or(600);
        let polls = max_wait.div_ceil(self.interval().as_secs());
        assert_eq!(u64::from(timeout.progress().polls()), polls, "{name}");
        assert!(timeout.waited() < Duration::from_secs(max_wait), "{name}");
        assert!(timeout.progress().states().all(|(_, state)| state == Some(&self.pending())));
    }
}

/// A state as its member has it. A client converts a number into a string if its model needs one.
fn typed(state: &str) -> Value {
    match state {
        "true" | "false" => json!(state == "true"),
        state => state.parse::<i64>().map_or_else(|_| json!(state), |number| json!(number)),
    }
}

fn error(code: &str) -> Value {
    json!({"Error": {"Code": code, "Message": "no"}, "RequestId": "r-error"})
}

#[tokio::test]
async fn every_waiter_ends_as_its_data_says() {
    let data = data();
    let profile = HttpProfile::builder().no_proxy().build().unwrap();
    let transport = ReqwestTransport::new(&profile).unwrap();
    for case in &cases() {
        // Each has its own server, whose log is short.
        let server = Server::start(&transport);
        let waiter = &data[&(case.service.to_owned(), case.waiter.to_owned())];
        let scenario = Scenario { case, waiter, server: &server };
        scenario.succeeds().await;
        scenario.fails().await;
        scenario.handles_absent_ids().await;
        scenario.times_out().await;
    }
}

#[test]
fn every_waiter_is_tested() {
    let mut tested: Vec<(String, String)> =
        cases().iter().map(|it| (it.service.to_owned(), it.waiter.to_owned())).collect();
    tested.sort();
    let names: Vec<(String, String)> = data().into_keys().collect();
    assert_eq!(tested, names);
}
