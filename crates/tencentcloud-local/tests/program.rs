//! The command line program.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use tencentcloud_local::LocalServer;

/// Kills the program when it is dropped.
struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tencentcloud-local"))
}

#[test]
fn startup_text_contains_address_and_exports() {
    let child = program().args(["--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut running = KillOnDrop(child);
    let mut output = BufReader::new(running.0.stdout.take().unwrap());
    let lines: Vec<_> = output.by_ref().lines().map(Result::unwrap).take(5).collect();
    let url = lines[0].strip_prefix("Listening on http://").unwrap();
    let address = url.split(';').next().unwrap();
    TcpStream::connect(address).unwrap();
    for name in ["SECRET_ID", "SECRET_KEY", "REGION"] {
        let export = format!("export TENCENTCLOUD_{name}=");
        assert!(lines.iter().any(|line| line.starts_with(&export)), "{lines:?}");
    }
}

#[test]
fn help_exits_0_and_usage_errors_exit_2() {
    let help = program().arg("--help").output().unwrap();
    assert!(help.status.success());
    assert!(String::from_utf8(help.stdout).unwrap().contains("--port"));
    let wrong = program().arg("--prot=1").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("unknown option `--prot=1`"));
}

#[test]
fn a_port_in_use_exits_1() {
    let server = LocalServer::start().unwrap();
    let port = server.address().port().to_string();
    let taken = program().args(["--port", &port]).output().unwrap();
    assert_eq!(taken.status.code(), Some(1));
    assert!(String::from_utf8(taken.stderr).unwrap().contains("choose another port"));
}
