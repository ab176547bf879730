//! Credential files that are rewritten during calls, or that block when they are opened.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use tencentcloud_common::credentials::{
    ProfileFileProvider, ProvideCredential, ProviderConfig, TccliProvider, WebIdentityProvider,
};
use tencentcloud_common::runtime::{Environment, Sleep, SleepFuture};
use tencentcloud_common::{CommonClient, ErrorKind};
use tencentcloud_tests::in_memory_transport::{self, InMemoryTransport, ok, respond};

const INI: &str = "[default]\nsecret_id = AKIDfile\nsecret_key = file-key\n";
const TCCLI: &str = r#"{"secretId": "AKIDfile", "secretKey": "file-key"}"#;
const ROLE: &str = "qcs::cam::uin/100000000001:roleName/deploy";
const ASSUMED: &str = r#"{"Response": {"Credentials": {"Token": "t", "TmpSecretId": "AKIDfile",
    "TmpSecretKey": "file-key"}, "ExpiredTime": 32503680000, "RequestId": "r-1"}}"#;

/// A provider, and the file that it reads.
struct Case {
    path: PathBuf,
    content: &'static str,
    provider: Box<dyn ProvideCredential>,
}

fn cases(home: &Path, config: &dyn Fn(PathBuf, &'static str) -> ProviderConfig) -> [Case; 3] {
    let path = home.join("credentials");
    let profile = ProfileFileProvider::new().path(&path).config(config(path.clone(), INI));
    let profile = Case { path, content: INI, provider: Box::new(profile) };

    let path = home.join("default.credential");
    let tccli = TccliProvider::new().directory(home).config(config(path.clone(), TCCLI));
    let tccli = Case { path, content: TCCLI, provider: Box::new(tccli) };

    let path = home.join("token");
    let identity = WebIdentityProvider::builder("my-provider", ROLE)
        .token_file(&path)
        .config(config(path.clone(), "my-token\n"))
        .build()
        .unwrap();
    [profile, tccli, Case { path, content: "my-token\n", provider: Box::new(identity) }]
}

/// A sleep during which another program finishes writing the file.
struct WritingSleep(Mutex<Option<(PathBuf, &'static str)>>);

impl Sleep for WritingSleep {
    fn sleep(&self, _: Duration) -> SleepFuture {
        if let Some((path, content)) = self.0.lock().unwrap().take() {
            std::fs::write(path, content).unwrap();
        }
        Box::pin(std::future::ready(()))
    }
}

fn without_network() -> ProviderConfig {
    ProviderConfig::new()
        .environment(Environment::from_fn(|_| None))
        .transport(InMemoryTransport::new(|_, _| respond(ASSUMED)))
}

fn client(network: &InMemoryTransport, provider: Box<dyn ProvideCredential>) -> CommonClient {
    in_memory_transport::builder(network).credential(provider).build().unwrap()
}

#[tokio::test]
async fn a_file_that_is_rewritten_in_place_does_not_fail_calls() {
    let home = tempfile::tempdir().unwrap();
    let cases = cases(home.path(), &|path, content| {
        without_network().sleep(WritingSleep(Mutex::new(Some((path, content)))))
    });
    for Case { path, content, provider } in cases {
        // The other program has truncated the file and written the first half.
        let half = if path.ends_with("token") { "" } else { &content[..content.len() / 2] };
        std::fs::write(&path, half).unwrap();
        let network = InMemoryTransport::new(|_, _| ok());
        let client = client(&network, provider);
        client.call_json("DescribeZones", serde_json::json!({})).await.unwrap();
        let sent = network.sent();
        let authorization = sent[0].headers()["authorization"].to_str().unwrap();
        assert!(authorization.contains("Credential=AKIDfile/"), "{authorization}");
    }
}

#[cfg(target_os = "linux")]
mod hanging {
    use std::process::Command;
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    /// How long the test waits for an event that must happen.
    const TIMEOUT: Duration = Duration::from_secs(60);

    /// Opening a named pipe without a writer blocks, like opening a file on a network drive that is
    /// not reachable.
    #[test]
    fn a_file_that_blocks_respects_timeouts_and_does_not_block_the_shutdown_of_a_runtime() {
        let home = tempfile::tempdir().unwrap();
        for case in cases(home.path(), &|_, _| without_network()) {
            let made = Command::new("mkfifo").arg(&case.path).status().unwrap();
            assert!(made.success());
            let (sender, outcome) = mpsc::channel();
            thread::spawn(move || {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let client = client(&InMemoryTransport::new(|_, _| ok()), case.provider);
                let call = client
                    .call_json("DescribeZones", serde_json::json!({}))
                    .timeout(Duration::from_millis(50));
                let result = runtime.block_on(call.into_future());
                // Dropping a runtime waits for its blocking tasks.
                drop(runtime);
                sender.send(result).unwrap();
            });
            let result = outcome.recv_timeout(TIMEOUT);
            // Unblocks the thread, whatever the outcome.
            drop(std::fs::OpenOptions::new().read(true).write(true).open(&case.path));
            let error = result.expect("the call or its runtime hangs").unwrap_err();
            assert_eq!((error.kind(), error.maybe_sent()), (ErrorKind::Timeout, false));
        }
    }
}
