//! Makes calls that succeed and fail, and looks for secrets in everything that can be seen.
//!
//! Alone in its program: whether an event is logged is decided once for all threads, when its
//! place in the code is first passed, and a test beside it without a subscriber could decide "no".
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tencentcloud_common::{ClientProfile, Credential, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::ResetInstancesPasswordRequest;
use tencentcloud_tests::scripted::{ScriptedServer, answer, json as ok};
use tracing::instrument::WithSubscriber as _;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_is_logged_printed_or_put_into_an_error() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let body = r#"{"Response": {"RequestId": "r-1", "Token": "answered-token-1"}}"#;
    let failure = r#"{"Response": {"RequestId": "r-2", "Error": {"Code": "A", "Message": "secret-key-1234"}}}"#;
    let script = vec![ok(body), ok(failure), answer("500 Oops", "text/html", "secret-token-1234")];
    let server = ScriptedServer::start(script).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let credential =
        Credential::with_token("AKIDexample", "secret-key-1234", "secret-token-1234").unwrap();
    let client = CvmClient::with_profile(credential, "ap-shanghai", profile).unwrap();
    let request =
        || ResetInstancesPasswordRequest::new().instance_ids(["ins-1"]).password("my-password-1");
    let mut shown = format!("{client:?} {:?}", request());
    assert!(shown.contains("ins-1"));
    async {
        for _ in 0..3 {
            let call = client.reset_instances_password(request());
            shown.push_str(&format!("{call:?}"));
            if let Err(error) = call.await {
                shown.push_str(&format!("{error} {error:?}"));
            }
        }
    }
    .with_subscriber(subscriber)
    .await;
    let signature = server.received()[0].header("authorization").unwrap().to_owned();
    let signature = signature.rsplit('=').next().unwrap();
    shown.push_str(&String::from_utf8(log.0.lock().unwrap().clone()).unwrap());
    for fact in ["ResetInstancesPassword", "ap-shanghai", "sending", "request body", "r-1"] {
        assert!(shown.contains(fact), "{fact} is in the log: {shown}");
    }
    let secrets =
        ["secret-key-1234", "secret-token-1234", "my-password-1", "answered-token-1", signature];
    for secret in secrets {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}
