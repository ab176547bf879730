//! The program `call_any_api`, run as a person would run it, against the local endpoint.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::process::{Command, Output};

use tencentcloud_local::LocalServer;

fn run(server: &LocalServer, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "-p", "tencentcloud-common"])
        .args(["--example", "call_any_api", "--"])
        .args(arguments)
        .args(["--endpoint", server.endpoint()])
        .env("TENCENTCLOUD_SECRET_ID", server.secret_id())
        .env("TENCENTCLOUD_SECRET_KEY", server.secret_key())
        .env_remove("TENCENTCLOUD_TOKEN")
        .env_remove("TENCENTCLOUD_SESSION_TOKEN")
        .env_remove("TENCENTCLOUD_SECURITY_TOKEN")
        .output()
        .unwrap()
}

#[test]
fn answers_errors_and_wrong_usage_are_told_apart() {
    let server = LocalServer::start().unwrap();
    let call = ["cvm", "2017-03-12", "DescribeInstances"];
    let options = ["--region", "ap-guangzhou", "--header", "X-TC-TraceId: my-trace"];

    let good = run(&server, &[&call[..], &[r#"{"Limit": 2}"#], &options].concat());
    assert_eq!(good.status.code(), Some(0), "{}", String::from_utf8_lossy(&good.stderr));
    let response: serde_json::Value = serde_json::from_slice(&good.stdout).unwrap();
    assert_eq!(response["InstanceSet"].as_array().unwrap().len(), 2);
    assert_eq!(server.take_requests()[0].header("x-tc-traceid"), Some("my-trace"));

    let bad = run(&server, &[&call[..], &[r#"{"Limits": 2}"#], &options].concat());
    let told = String::from_utf8(bad.stderr).unwrap();
    assert_eq!((bad.status.code(), bad.stdout.len(), told.lines().count()), (Some(1), 0, 1));
    assert!(told.starts_with("DescribeInstances failed: UnknownParameter"), "{told}");

    for wrong in [&call[..2], &["cvm", "2017-03-12", "A", "{"], &["a", "b", "c", "--what", "x"]] {
        let output = run(&server, wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("usage: call_any_api"));
    }
}
