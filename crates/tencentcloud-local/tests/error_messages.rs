//! Every error message of the server, next to the situation that causes it, in
//! `error_messages.txt`.
//!
//! After a change of a message, run this test with `UPDATE_ERROR_MESSAGES=1` to write the file.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "a variable of the shell updates the snapshot")]

use std::fmt::Write as _;
use std::io::{self, Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tencentcloud_common::Credential;
use tencentcloud_common::runtime::Clock;
use tencentcloud_common::sign::{tc3, v1};
use tencentcloud_local::{LocalServer, StartError};

/// The time of the server.
const NOW: u64 = 1_700_000_000;

/// A time after the year 9999, which has no date.
const TIME_WITHOUT_DATE: u64 = 253_402_300_800;

/// Errors that no request causes, because no built-in specification has an offline action.
const UNREACHABLE: [&str; 1] = ["The action `{action}` is no longer available."];

struct FixedClock(u64);

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0)
    }
}

/// The server that most requests are sent to.
static SERVER: LazyLock<LocalServer> = LazyLock::new(|| start(NOW));

fn start(now: u64) -> LocalServer {
    let builder = LocalServer::builder().clock(FixedClock(now)).credential(credential());
    builder.also_accept(credential_with_token()).start().unwrap()
}

/// The text of the snapshot.
#[derive(Default)]
struct Snapshot(String);

impl Snapshot {
    fn section(&mut self, title: &str) {
        let separator = if self.0.is_empty() { "" } else { "\n" };
        writeln!(self.0, "{separator}# {title}").unwrap();
    }

    fn add(&mut self, situation: &str, message: &str) {
        assert!(!message.contains('\n'), "more than one line: {message}");
        write!(self.0, "\n{situation}\n    {message}\n").unwrap();
    }
}

#[test]
fn error_messages_match_the_snapshot() {
    let mut snapshot = Snapshot::default();
    start_errors(&mut snapshot);
    command_line_errors(&mut snapshot);
    transfer_errors(&mut snapshot);
    authorization_header_errors(&mut snapshot);
    signature_errors(&mut snapshot);
    form_errors(&mut snapshot);
    action_errors(&mut snapshot);
    parameter_errors(&mut snapshot);
    multipart_errors(&mut snapshot);
    resource_errors(&mut snapshot);
    instance_errors(&mut snapshot);
    disk_errors(&mut snapshot);
    network_errors(&mut snapshot);
    security_group_errors(&mut snapshot);
    address_errors(&mut snapshot);

    assert_complete(&snapshot.0);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/error_messages.txt");
    if std::env::var_os("UPDATE_ERROR_MESSAGES").is_some() {
        std::fs::write(&path, &snapshot.0).unwrap();
    }
    // A checkout on Windows can have other line ends.
    let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let differing = snapshot.0.lines().zip(committed.lines()).find(|(new, old)| new != old);
    assert!(
        snapshot.0 == committed,
        "error_messages.txt is out of date, first at {differing:?}: set UPDATE_ERROR_MESSAGES=1"
    );
}

/// Asserts that the snapshot contains every message in the source.
fn assert_complete(snapshot: &str) {
    let sources = [
        include_str!("../src/api_error.rs"),
        include_str!("../src/main.rs"),
        include_str!("../src/server.rs"),
    ];
    let templates: Vec<String> = sources.into_iter().flat_map(error_templates).collect();
    assert!(templates.len() > 80, "found only {} messages", templates.len());
    for template in &templates {
        let is_unreachable = UNREACHABLE.contains(&template.as_str());
        let is_in_snapshot = snapshot.lines().any(|line| matches(template, line));
        assert!(is_in_snapshot != is_unreachable, "add a situation to this test: {template}");
    }
    let parts: Vec<String> = OPERATIONS.iter().flat_map(|source| message_parts(source)).collect();
    assert!(parts.len() > 60, "found only {} parts of messages", parts.len());
    for part in &parts {
        let is_in_snapshot = snapshot.lines().any(|line| matches(part, line));
        assert!(is_in_snapshot, "add a situation to this test: {part}");
    }
}

/// The sources of the operations, which contain parts of messages.
const OPERATIONS: [&str; 13] = [
    include_str!("../src/operations.rs"),
    include_str!("../src/operations/addresses.rs"),
    include_str!("../src/operations/disks.rs"),
    include_str!("../src/operations/instances.rs"),
    include_str!("../src/operations/instances/launch.rs"),
    include_str!("../src/operations/instances/launch/disk.rs"),
    include_str!("../src/operations/instances/launch/network.rs"),
    include_str!("../src/operations/nat_gateways.rs"),
    include_str!("../src/operations/security_groups.rs"),
    include_str!("../src/operations/snapshots.rs"),
    include_str!("../src/operations/subnets.rs"),
    include_str!("../src/operations/vpcs.rs"),
    include_str!("../src/operations/zones.rs"),
];

/// Returns the texts that are called `expected`, `problem` or `what`.
fn message_parts(source: &str) -> Vec<String> {
    let names = ["expected", "problem", "what"];
    let starts = names.into_iter().flat_map(|name| {
        [": \"", " = \"", " = format!(\""].map(|separator| format!("{name}{separator}"))
    });
    let parts = starts.flat_map(|start| {
        let after = source.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap());
        after.map(str::to_owned).collect::<Vec<_>>()
    });
    parts.collect()
}

/// Returns the texts in the `#[error("…")]` attributes.
fn error_templates(source: &str) -> impl Iterator<Item = String> {
    source.split("#[error(").skip(1).map(|rest| {
        let (_, rest) = rest.split_once('"').unwrap();
        let (text, _) = rest.split_once('"').unwrap();
        text.lines().map(|line| line.trim_start().trim_end_matches('\\')).collect()
    })
}

/// Returns whether a line contains the literal parts of a template in order.
fn matches(template: &str, line: &str) -> bool {
    let mut rest = line;
    let parts = template
        .split('{')
        .enumerate()
        .map(|(index, part)| if index == 0 { part } else { part.split_once('}').unwrap().1 });
    for part in parts {
        let Some(position) = rest.find(part) else { return false };
        rest = &rest[position + part.len()..];
    }
    true
}

fn start_errors(snapshot: &mut Snapshot) {
    snapshot.section("Errors of `LocalServer::start`");
    let address = SocketAddr::from(([127, 0, 0, 1], 8080));
    let source = || io::Error::other("<error of the operating system>");
    let listen = StartError::Listen { address, source: source() };
    snapshot.add("the port is in use", &listen.to_string());
    let thread = StartError::Thread(source());
    snapshot.add("the operating system cannot start a thread", &thread.to_string());
    let source = Credential::new("", "").unwrap_err();
    let cause = source.to_string();
    let message = StartError::Credential(source).to_string();
    let message = message.replace(&cause, "<error of `Credential::new`>");
    snapshot.add("the example credential is not valid", &message);
    let problem = "`actions` is missing".to_owned();
    let specification = StartError::Specification { problem };
    snapshot.add("a built-in specification is not valid", &specification.to_string());
}

fn command_line_errors(snapshot: &mut Snapshot) {
    snapshot.section("Errors of the command line");
    for args in [&["--port"][..], &["--port", "http"], &["--port=70000"], &["--prot=1"], &["start"]]
    {
        let mut program = Command::new(env!("CARGO_BIN_EXE_tencentcloud-local"));
        let output = program.args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        let situation = format!("tencentcloud-local {}", args.join(" "));
        snapshot.add(&situation, stderr.lines().next().unwrap());
    }
}

/// A request that causes an error. By default a POST of `{}`, signed with TC3-HMAC-SHA256.
#[derive(Clone)]
struct Request {
    method: &'static str,
    query: String,
    service: &'static str,
    headers: Vec<(&'static str, String)>,
    /// Headers that are not UTF-8, or that are there twice.
    raw_headers: Vec<(&'static str, Vec<u8>)>,
    /// `None` for the correct signature; empty for no header.
    authorization: Option<String>,
    credential: Credential,
    body: Vec<u8>,
}

fn credential() -> Credential {
    Credential::new("AKIDexample", "example-key").unwrap()
}

fn credential_with_token() -> Credential {
    Credential::with_token("AKIDtemporary", "example-key", "example-token").unwrap()
}

impl Request {
    fn new(service: &'static str, action: &str) -> Self {
        let headers = [
            ("host", "localhost"),
            ("content-type", "application/json"),
            ("x-tc-action", action),
            ("x-tc-version", "2017-03-12"),
            ("x-tc-region", "ap-guangzhou"),
            ("x-tc-timestamp", "1700000000"),
        ];
        Self {
            method: "POST",
            query: String::new(),
            service,
            headers: headers.map(|(name, value)| (name, value.to_owned())).into(),
            raw_headers: Vec::new(),
            authorization: None,
            credential: credential(),
            body: b"{}".to_vec(),
        }
    }

    fn json(service: &'static str, action: &str, body: &Value) -> Self {
        Self::new(service, action).body(body.to_string())
    }

    fn get(query: impl Into<String>) -> Self {
        let request = Self { method: "GET", query: query.into(), ..describe_instances() };
        request.body("")
    }

    fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// Sets a header, or removes it if the value is empty.
    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(it, _)| *it != name);
        if !value.is_empty() {
            self.headers.push((name, value.to_owned()));
        }
        self
    }

    fn raw_header(mut self, name: &'static str, value: &[u8]) -> Self {
        self.raw_headers.push((name, value.to_vec()));
        self
    }

    fn authorization(self, value: &str) -> Self {
        Self { authorization: Some(value.to_owned()), ..self }
    }

    fn signed_by(self, credential: Credential) -> Self {
        Self { credential, ..self }
    }

    fn get_header(&self, name: &str) -> &str {
        self.headers.iter().find(|(it, _)| *it == name).map_or("", |(_, value)| value)
    }

    fn sign(&self) -> String {
        let timestamp = self.get_header("x-tc-timestamp").parse().unwrap_or(NOW);
        let payload = tc3::Payload::Bytes(&self.body);
        let request = tc3::Request::new(self.service, self.get_header("host"), timestamp, payload)
            .method(self.method)
            .query(&self.query)
            .content_type(self.get_header("content-type"));
        tc3::authorization(&request, &self.credential).unwrap()
    }

    /// Sends the request and returns code and message of the error.
    fn send(&self) -> String {
        self.send_to(&SERVER)
    }

    /// Sends the request to another server and returns code and message of the error.
    fn send_to(&self, server: &LocalServer) -> String {
        let response = self.response(server);
        let error = &response["Error"];
        let [code, message] = ["Code", "Message"].map(|key| error[key].as_str());
        let message = message.unwrap_or_else(|| panic!("no error: {response}"));
        format!("{}: {message}", code.unwrap())
    }

    fn response(&self, server: &LocalServer) -> Value {
        let mut bytes = format!("{} /?{} HTTP/1.1\r\n", self.method, self.query).into_bytes();
        let authorization = self.authorization.clone().unwrap_or_else(|| self.sign());
        let length = self.body.len().to_string();
        let headers = self.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
        let headers = headers
            .chain(self.raw_headers.iter().map(|(name, value)| (*name, value.as_slice())))
            .chain([("content-length", length.as_bytes()), ("connection", b"close")])
            .chain(
                Some(("authorization", authorization.as_bytes())).filter(|(_, it)| !it.is_empty()),
            );
        for (name, value) in headers {
            bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(&bytes).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        let (_, body) = response.split_once("\r\n\r\n").unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        body["Response"].clone()
    }
}

fn describe_instances() -> Request {
    Request::new("cvm", "DescribeInstances")
}

fn transfer_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: method, size, content type, headers");
    let cases = [
        ("the method is PUT", Request { method: "PUT", ..describe_instances() }),
        ("the body is larger than 10 MiB", describe_instances().body(vec![b' '; 10 << 20 | 1])),
        (
            "a body without `Authorization` is larger than 1 MiB",
            describe_instances().authorization("").body(vec![b' '; 1 << 20 | 1]),
        ),
        ("the query is longer than 32 KiB", Request::get("x".repeat((32 << 10) + 1))),
        (
            "the content type is text/plain",
            describe_instances().header("content-type", "text/plain"),
        ),
        (
            "X-TC-Region is sent twice",
            describe_instances().raw_header("x-tc-region", b"ap-beijing"),
        ),
        (
            "X-TC-Action is not UTF-8",
            describe_instances().header("x-tc-action", "").raw_header("x-tc-action", b"\xff"),
        ),
    ];
    for (situation, request) in cases {
        snapshot.add(situation, &request.send());
    }
}

fn authorization_header_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: the header `Authorization`");
    let scope = "Credential=AKIDexample/2023-11-14/cvm/tc3_request";
    let names = "SignedHeaders=content-type;host";
    let tc3 =
        |fields: String| describe_instances().authorization(&format!("TC3-HMAC-SHA256 {fields}"));
    let cases = [
        (
            "the header and a `Signature` parameter are absent",
            describe_instances().authorization(""),
        ),
        ("the header is sent twice", describe_instances().raw_header("authorization", b"SKIP")),
        (
            "the header is not UTF-8",
            describe_instances().authorization("").raw_header("authorization", b"\xff"),
        ),
        ("the algorithm is not TC3-HMAC-SHA256", describe_instances().authorization("Bearer x")),
        ("an unknown field", tc3(format!("{scope}, Key=x"))),
        ("a duplicate field", tc3(format!("{scope}, {scope}"))),
        ("no signature", tc3(format!("{scope}, {names}"))),
        (
            "no date in the scope",
            tc3(format!("Credential=AKIDexample/cvm/tc3_request, {names}, Signature=x")),
        ),
        (
            "the scope does not end in tc3_request",
            tc3(format!(
                "Credential=AKIDexample/2023-11-14/cvm/aws4_request, {names}, Signature=x"
            )),
        ),
        (
            "upper case in SignedHeaders",
            tc3(format!("{scope}, SignedHeaders=Content-Type;Host, Signature=x")),
        ),
        (
            "SignedHeaders is not sorted",
            tc3(format!("{scope}, SignedHeaders=host;content-type, Signature=x")),
        ),
        ("Host is not signed", tc3(format!("{scope}, SignedHeaders=content-type, Signature=x"))),
        (
            "the header is SKIP for an action that requires a signature",
            describe_instances().authorization("SKIP"),
        ),
    ];
    for (situation, request) in cases {
        snapshot.add(situation, &request.send());
    }
}

fn signature_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: TC3-HMAC-SHA256 signatures");
    let header = |date: &str, names: &str| {
        format!(
            "TC3-HMAC-SHA256 Credential=AKIDexample/{date}/cvm/tc3_request, SignedHeaders={names}, \
             Signature=0"
        )
    };
    let usual = "content-type;host";
    let unknown_id = Credential::new("AKIDunknown", "example-key").unwrap();
    let wrong_key = Credential::new("AKIDexample", "wrong-key").unwrap();
    let cases = [
        ("the secret id is unknown", describe_instances().signed_by(unknown_id)),
        ("the secret key is wrong", describe_instances().signed_by(wrong_key)),
        (
            "the signature does not match, and the token is signed",
            describe_instances()
                .authorization(&header("2023-11-14", "content-type;host;x-tc-token"))
                .header("x-tc-token", "example-token"),
        ),
        (
            "a signed header is absent",
            describe_instances()
                .authorization(&header("2023-11-14", "content-type;host;x-tc-other")),
        ),
        ("the timestamp is absent", describe_instances().header("x-tc-timestamp", "")),
        ("the timestamp is not a number", describe_instances().header("x-tc-timestamp", "now")),
        (
            "the timestamp is 301 seconds ahead of the server",
            describe_instances().header("x-tc-timestamp", "1700000301"),
        ),
        (
            "the scope has the date of another day",
            describe_instances().authorization(&header("2023-11-15", usual)),
        ),
        (
            "the host is that of another service",
            describe_instances().header("host", "vpc.tencentcloudapi.com"),
        ),
        ("a token is sent with a permanent key", describe_instances().header("x-tc-token", "t")),
        (
            "no token is sent with a temporary key",
            describe_instances().signed_by(credential_with_token()),
        ),
        (
            "a wrong token is sent with a temporary key",
            describe_instances().signed_by(credential_with_token()).header("x-tc-token", "t"),
        ),
    ];
    for (situation, request) in cases {
        snapshot.add(situation, &request.send());
    }
    let late = describe_instances()
        .header("x-tc-timestamp", &TIME_WITHOUT_DATE.to_string())
        .authorization(&header("2023-11-14", usual));
    let cause = tc3::date(TIME_WITHOUT_DATE).unwrap_err().to_string();
    let message = late.send_to(&start(TIME_WITHOUT_DATE)).replace(&cause, "<error of `tc3::date`>");
    snapshot.add("the timestamp is after the year 9999", &message);
}

/// Returns a GET with its signature in the query.
fn form(replaced: &[(&str, &str)]) -> Request {
    let mut pairs = vec![
        ("Action", "DescribeInstances"),
        ("Nonce", "1"),
        ("Region", "ap-guangzhou"),
        ("SecretId", "AKIDexample"),
        ("SignatureMethod", "HmacSHA256"),
        ("Timestamp", "1700000000"),
        ("Version", "2017-03-12"),
    ];
    for (name, value) in replaced {
        pairs.retain(|(it, _)| it != name);
        pairs.push((name, value));
    }
    let string = v1::string_to_sign("GET", "localhost", &pairs);
    let signature = v1::signature(v1::Algorithm::HmacSha256, "example-key", &string);
    let query = v1_query(&pairs) + "&Signature=" + &signature.replace('+', "%2B");
    Request::get(query).authorization("")
}

fn v1_query(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}

fn form_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: HmacSHA1 and HmacSHA256 signatures");
    let mut duplicate = form(&[]);
    duplicate.query.push_str("&SecretId=AKIDother");
    let mut changed = form(&[]);
    changed.query.push_str("&Limit=1");
    let cases = [
        ("a parameter is changed after signing", changed),
        ("the signature method is unknown", form(&[("SignatureMethod", "MD5")])),
        ("the nonce is not positive", form(&[("Nonce", "0")])),
        ("a common parameter appears twice", duplicate),
        ("no service has the action", form(&[("Action", "DescribeNothing")])),
        ("a token is sent with a permanent key", form(&[("Token", "t")])),
    ];
    for (situation, request) in cases {
        snapshot.add(situation, &request.send());
    }
}

fn action_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: service, action, version, region");
    let unknown_service = Request::new("ec2", "DescribeInstances").send();
    let (message, _) = unknown_service.split_once("Available services: ").unwrap();
    // The list depends on the services in the repository.
    snapshot.add("the service is unknown", &format!("{message}Available services: <services>."));
    let cases = [
        ("the action is unknown", Request::new("cvm", "DescribeNothing")),
        ("the version is unknown", describe_instances().header("x-tc-version", "2018-01-01")),
        ("the region is unknown", describe_instances().header("x-tc-region", "mars-north")),
        ("X-TC-Region is absent", describe_instances().header("x-tc-region", "")),
    ];
    for (situation, request) in cases {
        snapshot.add(situation, &request.send());
    }
}

fn parameter_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: parameters");
    for body in [
        r#"{"Limit": 1"#,
        r#"["Limit"]"#,
        r#"{"Size": 1}"#,
        r#"{"limit": 1}"#,
        r#"{"Limit": "1"}"#,
        r#"{"Limit": 1.5}"#,
        r#"{"Filters": {}}"#,
        r#"{"Filters": [null]}"#,
        r#"{"Filters": [{"Name": true}]}"#,
    ] {
        snapshot.add(
            &format!("DescribeInstances with {body}"),
            &describe_instances().body(body).send(),
        );
    }
    let other_actions = [
        ("cvm", "StopInstances", json!({})),
        ("cvm", "RunInstances", json!({"DryRun": "yes"})),
        ("cvm", "RunInstances", json!({"InstanceChargePrepaid": {}})),
        ("cvm", "RunInstances", json!({"InstanceChargePrepaid": 1})),
        ("cbs", "CreateDisks", json!({"DiskSize": -1})),
    ];
    for (service, action, parameters) in other_actions {
        let message = Request::json(service, action, &parameters).send();
        snapshot.add(&format!("{action} with {parameters}"), &message);
    }
    for query in
        ["Limit=1&Limit=2", "Filters=1&Filters.0.Name=zone", "Filters.a.Name=zone", "Limit=%zz"]
    {
        snapshot
            .add(&format!("DescribeInstances with the query {query}"), &Request::get(query).send());
    }
    let deep = Request::get(format!("Filters{}=1", ".0".repeat(30)));
    snapshot.add("DescribeInstances with a query name of 31 parts", &deep.send());
}

fn multipart_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: multipart/form-data");
    let name = "Content-Disposition: form-data; name=\"Limit\"\r\n";
    let part = format!("--B\r\n{name}\r\n1\r\n");
    let cases: [(&str, Vec<u8>); 8] = [
        ("the body does not begin with the boundary", b"x".to_vec()),
        ("the body does not end with the boundary", format!("--B\r\n{name}\r\n1").into()),
        ("text follows a boundary", b"--Bx".to_vec()),
        ("a part has no headers", b"--B\r\nx\r\n--B--".to_vec()),
        ("the headers of a part are not UTF-8", b"--B\r\n\xff\r\n\r\nx\r\n--B--".to_vec()),
        ("a part has no name", b"--B\r\nX: y\r\n\r\nx\r\n--B--".to_vec()),
        (
            "a JSON part is not JSON",
            format!("--B\r\n{name}Content-Type: application/json\r\n\r\n{{\r\n--B--").into(),
        ),
        ("a part appears twice", format!("{part}{part}--B--").into()),
    ];
    let multipart = "multipart/form-data; boundary=B";
    for (situation, body) in cases {
        let request = describe_instances().header("content-type", multipart).body(body);
        snapshot.add(situation, &request.send());
    }
    let without_boundary = describe_instances().header("content-type", "multipart/form-data");
    snapshot.add("the content type has no boundary", &without_boundary.send());
}

fn resource_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: filters, ids, pagination");
    let filter = |name: &str| json!([{"Name": name, "Values": ["x"]}]);
    let cases = [
        ("cvm", "DescribeKeyPairs", json!({"Filters": filter("color")})),
        ("vpc", "DescribeRoutes", json!({"Filters": filter("color")})),
        (
            "cvm",
            "DescribeInstances",
            json!({"Filters": [{"Name": "zone", "Values": ["1", "2", "3", "4", "5", "6"]}]}),
        ),
        (
            "cvm",
            "DescribeInstances",
            json!({"Filters": filter("zone"), "InstanceIds": ["ins-00000000"]}),
        ),
        ("vpc", "DescribeVpcs", json!({"Filters": filter("vpc-name"), "VpcIds": ["vpc-00000000"]})),
        ("cvm", "DescribeInstances", json!({"InstanceIds": ["i-1"]})),
        ("cvm", "DescribeImages", json!({"ImageIds": ["image-1"]})),
        ("cvm", "DescribeKeyPairs", json!({"KeyIds": ["key-1"]})),
        ("vpc", "DescribeVpcs", json!({"VpcIds": ["vpc-00000000"]})),
        ("cvm", "DescribeInstances", json!({"Limit": 101})),
        ("cvm", "DescribeInstances", json!({"Limit": 0})),
        ("cvm", "DescribeInstances", json!({"Offset": -1})),
        ("vpc", "DescribeVpcs", json!({"Limit": "many"})),
        ("vpc", "DescribeSubnets", json!({"NextToken": "2"})),
    ];
    for (service, action, parameters) in cases {
        let message = Request::json(service, action, &parameters).send();
        snapshot.add(&format!("{action} with {parameters}"), &message);
    }
    let ids = json!({"InstanceIds": vec!["ins-00000000"; 101]});
    let many_ids = Request::json("cvm", "DescribeInstances", &ids);
    snapshot.add("DescribeInstances with 101 ids", &many_ids.send());
}

/// A server whose account the calls of a section change. Its time does not pass by itself.
struct Account(LocalServer);

impl Account {
    fn new() -> Self {
        Self(start(NOW))
    }

    /// Calls an action that succeeds.
    fn call(&self, service: &'static str, action: &str, parameters: &Value) -> Value {
        let response = Request::json(service, action, parameters).response(&self.0);
        assert!(response.get("Error").is_none(), "{action} {parameters}: {response}");
        response
    }

    /// Adds the error of each call.
    fn add_errors(
        &self,
        snapshot: &mut Snapshot,
        service: &'static str,
        cases: &[(&str, &str, Value)],
    ) {
        for (situation, action, parameters) in cases {
            let message = Request::json(service, action, parameters).send_to(&self.0);
            snapshot.add(&format!("{action}: {situation}"), &message);
        }
    }

    /// Lets every operation complete.
    fn settle(&self) {
        self.0.advance(Duration::from_secs(60));
    }

    fn instance(&self, name: &str) -> Value {
        let filter = json!({"Filters": [{"Name": "instance-name", "Values": [name]}]});
        self.call("cvm", "DescribeInstances", &filter)["InstanceSet"][0].clone()
    }

    fn launch(&self, others: &Value) -> Value {
        let launch = json!({
            "Placement": {"Zone": "ap-guangzhou-6"},
            "ImageId": self.instance("web-01")["ImageId"],
            "InstanceType": "S5.MEDIUM4",
        });
        merged(launch, others)
    }

    fn run(&self, others: &Value) -> Value {
        let launched = self.call("cvm", "RunInstances", &self.launch(others));
        self.settle();
        launched["InstanceIdSet"][0].clone()
    }
}

fn merged(mut parameters: Value, others: &Value) -> Value {
    let others = others.as_object().unwrap().clone();
    parameters.as_object_mut().unwrap().extend(others);
    parameters
}

fn instance_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: instances");
    let account = Account::new();
    let web = account.instance("web-01");
    let network = &web["VirtualPrivateCloud"];
    let vpcs = account.call("vpc", "DescribeVpcs", &json!({}));
    let other_vpc = &vpcs["VpcSet"][1]["VpcId"];
    let in_network = |others: Value| {
        let network = json!({"VpcId": network["VpcId"], "SubnetId": network["SubnetId"]});
        json!({"VirtualPrivateCloud": merged(network, &others)})
    };
    let tag = json!({"Key": "k", "Value": "v"});
    let launches = [
        ("a dry run", json!({"DryRun": true})),
        ("a long client token", json!({"ClientToken": "x".repeat(65)})),
        ("a zone of another region", json!({"Placement": {"Zone": "ap-shanghai-4"}})),
        ("too many instances", json!({"InstanceCount": 501})),
        ("a minimum above the count", json!({"MinCount": 2})),
        ("an unknown charge type", json!({"InstanceChargeType": "FREE"})),
        ("an unknown image", json!({"ImageId": "img-00000000"})),
        ("a malformed instance type", json!({"InstanceType": "large"})),
        ("an unknown instance type", json!({"InstanceType": "S9.HUGE"})),
        ("a long name", json!({"InstanceName": "x".repeat(129)})),
        (
            "a tag twice",
            json!({"TagSpecification":
            [{"ResourceType": "instance", "Tags": [tag, tag]}]}),
        ),
        ("too many disks", json!({"DataDisks": vec![json!({"DiskSize": 10}); 21]})),
        (
            "an unknown VPC",
            json!({"VirtualPrivateCloud":
            {"VpcId": "vpc-00000000", "SubnetId": network["SubnetId"]}}),
        ),
        ("a subnet of another VPC", in_network(json!({"VpcId": other_vpc}))),
        (
            "a subnet of another zone",
            merged(in_network(json!({})), &json!({"Placement": {"Zone": "ap-guangzhou-7"}})),
        ),
        ("a full subnet", merged(in_network(json!({})), &json!({"InstanceCount": 500}))),
        (
            "an address outside of the subnet",
            in_network(json!({"PrivateIpAddresses": ["10.9.9.9"]})),
        ),
        ("an address in use", in_network(json!({"PrivateIpAddresses": web["PrivateIpAddresses"]}))),
        (
            "two addresses for one instance",
            in_network(json!({"PrivateIpAddresses": ["10.1.0.100", "10.1.0.101"]})),
        ),
    ];
    let launches =
        launches.map(|(situation, others)| (situation, "RunInstances", account.launch(&others)));
    account.add_errors(snapshot, "cvm", &launches);

    let prepaid = json!({"InstanceChargeType": "PREPAID", "InstanceChargePrepaid": {"Period": 1}});
    let prepaid = account.run(&prepaid);
    let web = &web["InstanceId"];
    let ids = json!({"InstanceIds": [web]});
    let both = json!({"ForceStop": true, "StopType": "SOFT"});
    let batch = account.instance("batch-01")["InstanceId"].clone();
    let cases = [
        ("a running instance", "StartInstances", ids.clone()),
        ("a stopped instance", "StopInstances", json!({"InstanceIds": [batch]})),
        ("two ways to stop", "StopInstances", merged(ids.clone(), &both)),
        ("an unknown instance", "StopInstances", json!({"InstanceIds": ["ins-00000000"]})),
        (
            "a protected instance",
            "TerminateInstances",
            json!({"InstanceIds": [account.instance("db-01")["InstanceId"]]}),
        ),
        ("two charge types", "TerminateInstances", json!({"InstanceIds": [prepaid, web]})),
        (
            "an unknown security group",
            "ModifyInstancesAttribute",
            merged(ids.clone(), &json!({"SecurityGroups": ["sg-00000000"]})),
        ),
    ];
    account.add_errors(snapshot, "cvm", &cases);
    account.call("cvm", "RebootInstances", &ids);
    let cases = [
        ("a rebooting instance", "TerminateInstances", ids.clone()),
        (
            "a rebooting instance",
            "ModifyInstancesAttribute",
            merged(ids, &json!({"InstanceName": "x"})),
        ),
    ];
    account.add_errors(snapshot, "cvm", &cases);
}

fn disk_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: disks and snapshots");
    let account = Account::new();
    let disk = json!({"Placement": {"Zone": "ap-guangzhou-6"}, "DiskType": "CLOUD_BSSD",
        "DiskChargeType": "POSTPAID_BY_HOUR", "DiskSize": 20});
    let create = |count: u64| {
        let parameters = merged(disk.clone(), &json!({"DiskCount": count}));
        account.call("cbs", "CreateDisks", &parameters)["DiskIdSet"].clone()
    };
    let (web, db) = (account.instance("web-01"), account.instance("db-01"));
    let (web_id, db_id) = (&web["InstanceId"], &db["InstanceId"]);
    let other_zone = account.instance("web-02")["InstanceId"].clone();
    let (system, data) = (&web["SystemDisk"]["DiskId"], &db["DataDisks"][0]["DiskId"]);
    let free = create(1)[0].clone();
    let attach =
        |instance: &Value, disk: &Value| json!({"InstanceId": instance, "DiskIds": [disk]});
    let snapshots = account.call("cbs", "DescribeSnapshots", &json!({}))["SnapshotSet"].clone();
    let of_image = snapshots.as_array().unwrap().iter().find(|it| it["ImageCount"] == 1).unwrap();
    let of_image = &of_image["SnapshotId"];
    account.call("cbs", "AttachDisks", &json!({"InstanceId": web_id, "DiskIds": create(20)}));
    let cases = [
        ("an unknown type", "CreateDisks", merged(disk.clone(), &json!({"DiskType": "FLOPPY"}))),
        ("a wrong size", "CreateDisks", merged(disk.clone(), &json!({"DiskSize": 15}))),
        ("too many disks", "CreateDisks", merged(disk.clone(), &json!({"DiskCount": 51}))),
        (
            "less than the snapshot",
            "CreateDisks",
            merged(disk.clone(), &json!({"SnapshotId": of_image})),
        ),
        ("a disk that is attached", "AttachDisks", attach(db_id, data)),
        ("a system disk", "AttachDisks", attach(db_id, system)),
        ("another zone", "AttachDisks", attach(&other_zone, &free)),
        ("too many disks", "AttachDisks", attach(web_id, &free)),
        ("a disk that is not attached", "DetachDisks", json!({"DiskIds": [free]})),
        ("another instance", "DetachDisks", attach(web_id, data)),
        ("a disk that is attached", "TerminateDisks", json!({"DiskIds": [data]})),
        ("a smaller size", "ResizeDisk", json!({"DiskId": free, "DiskSize": 10})),
        ("a system disk", "ResizeDisk", json!({"DiskId": system, "DiskSize": 100})),
        ("the snapshot of an image", "DeleteSnapshots", json!({"SnapshotIds": [of_image]})),
        ("another disk", "ApplySnapshot", json!({"SnapshotId": of_image, "DiskId": free})),
        ("a running instance", "ApplySnapshot", json!({"SnapshotId": of_image, "DiskId": system})),
    ];
    account.add_errors(snapshot, "cbs", &cases);
    let new = account.call("cbs", "CreateSnapshot", &json!({"DiskId": free}))["SnapshotId"].clone();
    account.call("cvm", "RebootInstances", &json!({"InstanceIds": [db_id]}));
    let cases = [
        ("a second snapshot", "CreateSnapshot", json!({"DiskId": free})),
        ("a snapshot in creation", "ResizeDisk", json!({"DiskId": free, "DiskSize": 30})),
        ("a snapshot in creation", "DeleteSnapshots", json!({"SnapshotIds": [new]})),
        ("a rebooting instance", "DetachDisks", json!({"DiskIds": [data]})),
    ];
    account.add_errors(snapshot, "cbs", &cases);
    account.settle();
    account.call("cbs", "ResizeDisk", &json!({"DiskId": free, "DiskSize": 30}));
    let cases = [
        ("a growing disk", "AttachDisks", attach(db_id, &free)),
        ("a growing disk", "DetachDisks", json!({"DiskIds": [free]})),
        ("a growing disk", "TerminateDisks", json!({"DiskIds": [free]})),
        ("a growing disk", "ResizeDisk", json!({"DiskId": free, "DiskSize": 40})),
        ("a growing disk", "CreateSnapshot", json!({"DiskId": free})),
    ];
    account.add_errors(snapshot, "cbs", &cases);
}

fn network_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: VPCs, subnets, NAT gateways");
    let account = Account::new();
    let new_vpc = |block: &str| json!({"VpcName": "v", "CidrBlock": block});
    let vpc = account.call("vpc", "CreateVpc", &new_vpc("10.8.0.0/16"))["Vpc"]["VpcId"].clone();
    let new_subnet = |block: &str| json!({"VpcId": vpc, "SubnetName": "s", "Zone": "ap-guangzhou-6", "CidrBlock": block});
    for number in 0..100 {
        account.call("vpc", "CreateSubnet", &new_subnet(&format!("10.8.{number}.0/24")));
    }
    for _ in 0..17 {
        account.call("vpc", "CreateVpc", &new_vpc("10.9.0.0/16"));
    }
    let web = account.instance("web-01")["VirtualPrivateCloud"].clone();
    let elsewhere = json!({"Zone": "ap-shanghai-4"});
    let new_nat = |others: Value| merged(json!({"NatGatewayName": "n", "VpcId": vpc}), &others);
    let cases = [
        ("a malformed range", "CreateVpc", new_vpc("10.0.0.1/16")),
        ("a public range", "CreateVpc", new_vpc("11.0.0.0/16")),
        (
            "a long name",
            "CreateVpc",
            merged(new_vpc("10.0.0.0/16"), &json!({"VpcName": "x".repeat(61)})),
        ),
        ("too many VPCs", "CreateVpc", new_vpc("10.0.0.0/16")),
        ("a VPC with a subnet", "DeleteVpc", json!({"VpcId": vpc})),
        ("a small range", "CreateSubnet", new_subnet("10.8.0.0/29")),
        ("a range outside of the VPC", "CreateSubnet", new_subnet("10.9.0.0/24")),
        ("a range that overlaps", "CreateSubnet", new_subnet("10.8.0.0/20")),
        (
            "a zone of another region",
            "CreateSubnet",
            merged(new_subnet("10.8.200.0/24"), &elsewhere),
        ),
        ("too many subnets", "CreateSubnet", new_subnet("10.8.200.0/24")),
        ("a subnet with an instance", "DeleteSubnet", json!({"SubnetId": web["SubnetId"]})),
        ("no addresses", "CreateNatGateway", new_nat(json!({}))),
        ("too many addresses", "CreateNatGateway", new_nat(json!({"AddressCount": 11}))),
        ("an unknown task", "DescribeVpcTaskResult", json!({"TaskId": "x"})),
    ];
    account.add_errors(snapshot, "vpc", &cases);
    // A region without zones here.
    let mut there = Request::json("vpc", "CreateVpc", &new_vpc("10.8.0.0/16"));
    there = there.header("x-tc-region", "ap-beijing");
    let vpc_there = there.response(&account.0)["Vpc"]["VpcId"].clone();
    let there = merged(new_subnet("10.8.0.0/24"), &json!({"VpcId": vpc_there}));
    let there = Request::json("vpc", "CreateSubnet", &there).header("x-tc-region", "ap-beijing");
    snapshot.add("CreateSubnet: a region without zones", &there.send_to(&account.0));

    let protected = json!({"AddressCount": 1, "DeletionProtectionEnabled": true});
    let created = account.call("vpc", "CreateNatGateway", &new_nat(protected));
    let nat = json!({"NatGatewayId": created["NatGatewaySet"][0]["NatGatewayId"]});
    let one = new_nat(json!({"AddressCount": 1}));
    let created = account.call("vpc", "CreateNatGateway", &one);
    let pending = json!({"NatGatewayId": created["NatGatewaySet"][0]["NatGatewayId"]});
    account.call("vpc", "CreateNatGateway", &one);
    let address = account.call("vpc", "AllocateAddresses", &json!({}))["AddressSet"][0].clone();
    let address = account.call("vpc", "DescribeAddresses", &json!({"AddressIds": [address]}));
    let ip = &address["AddressSet"][0]["AddressIp"];
    let default = account.call("vpc", "DescribeVpcs", &json!({}))["VpcSet"][1]["VpcId"].clone();
    let with_ip = json!({"VpcId": default, "PublicIpAddresses": [ip]});
    let cases = [
        ("a protected gateway", "DeleteNatGateway", nat),
        ("a pending gateway", "DeleteNatGateway", pending),
        ("too many gateways", "CreateNatGateway", one),
        ("an address in creation", "CreateNatGateway", new_nat(with_ip)),
    ];
    account.add_errors(snapshot, "vpc", &cases);
}

fn security_group_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: security groups");
    let account = Account::new();
    let new = json!({"GroupName": "g", "GroupDescription": "d"});
    let create = || {
        let group = account.call("vpc", "CreateSecurityGroup", &new);
        group["SecurityGroup"]["SecurityGroupId"].clone()
    };
    let group = create();
    for _ in 0..46 {
        create();
    }
    let groups =
        account.call("vpc", "DescribeSecurityGroups", &json!({}))["SecurityGroupSet"].clone();
    let set = |set: Value| json!({"SecurityGroupId": group, "SecurityGroupPolicySet": set});
    let policy = json!({"Protocol": "TCP", "Port": "80", "Action": "ACCEPT"});
    let with = |others: Value| set(json!({"Ingress": [merged(policy.clone(), &others)]}));
    let ports = (1..=101).map(|port| merged(policy.clone(), &json!({"Port": port.to_string()})));
    let ports: Vec<_> = ports.collect();
    let second = merged(policy.clone(), &json!({"PolicyIndex": 0}));
    let action = "CreateSecurityGroupPolicies";
    let cases = [
        ("too many groups", "CreateSecurityGroup", new.clone()),
        (
            "the default group",
            "DeleteSecurityGroup",
            json!({"SecurityGroupId": groups[0]["SecurityGroupId"]}),
        ),
        (
            "a group of an instance",
            "DeleteSecurityGroup",
            json!({"SecurityGroupId": groups[1]["SecurityGroupId"]}),
        ),
        ("no policies", action, set(json!({}))),
        ("two directions", action, set(json!({"Ingress": [policy], "Egress": [policy]}))),
        ("a policy twice", action, set(json!({"Ingress": [policy, policy]}))),
        ("an unknown action", action, with(json!({"Action": "ALLOW"}))),
        ("an unknown protocol", action, with(json!({"Protocol": "HTTP"}))),
        ("a malformed port", action, with(json!({"Port": "http"}))),
        ("a port without TCP or UDP", action, with(json!({"Protocol": "ICMP"}))),
        ("an index after the end", action, with(json!({"PolicyIndex": 1}))),
        ("two indexes", action, set(json!({"Ingress": [policy, second]}))),
        ("an old version", action, set(json!({"Version": "7", "Ingress": [policy]}))),
        ("too many policies", action, set(json!({"Ingress": ports}))),
    ];
    account.add_errors(snapshot, "vpc", &cases);
}

fn address_errors(snapshot: &mut Snapshot) {
    snapshot.section("API errors: addresses");
    let account = Account::new();
    let free = account.call("vpc", "AllocateAddresses", &json!({}))["AddressSet"][0].clone();
    account.settle();
    let instance = account.run(&json!({}));
    let web = account.instance("web-01")["InstanceId"].clone();
    let filter =
        |name: &str, value: &Value| json!({"Filters": [{"Name": name, "Values": [value]}]});
    let bound = account.call("vpc", "DescribeAddresses", &filter("instance-id", &web));
    let bound = bound["AddressSet"][0]["AddressId"].clone();
    let interfaces = filter("network-interface-name", &json!("spare"));
    let interfaces = account.call("vpc", "DescribeNetworkInterfaces", &interfaces);
    let interface = &interfaces["NetworkInterfaceSet"][0]["NetworkInterfaceId"];
    let associate = |others: Value| merged(json!({"AddressId": free}), &others);
    let action = "AssociateAddress";
    let cases = [
        ("too many addresses", "AllocateAddresses", json!({"AddressCount": 21})),
        ("more than the quota", "AllocateAddresses", json!({"AddressCount": 16})),
        ("a negative bandwidth", "AllocateAddresses", json!({"InternetMaxBandwidthOut": -1})),
        ("no target", action, json!({"AddressId": free})),
        (
            "two targets",
            action,
            associate(json!({"InstanceId": instance, "NetworkInterfaceId": interface})),
        ),
        (
            "an address of another interface",
            action,
            associate(json!({"NetworkInterfaceId": interface, "PrivateIpAddress": "10.9.9.9"})),
        ),
        ("an instance with an address", action, associate(json!({"InstanceId": web}))),
        ("a bound address", action, json!({"AddressId": bound, "InstanceId": instance})),
        ("a bound address", "ReleaseAddresses", json!({"AddressIds": [bound]})),
        ("an unbound address", "DisassociateAddress", json!({"AddressId": free})),
        ("an unknown task", "DescribeTaskResult", json!({"TaskId": 99})),
    ];
    account.add_errors(snapshot, "vpc", &cases);
    account.call("cvm", "RebootInstances", &json!({"InstanceIds": [instance]}));
    let rebooting = [("a rebooting instance", action, associate(json!({"InstanceId": instance})))];
    account.add_errors(snapshot, "vpc", &rebooting);
}
