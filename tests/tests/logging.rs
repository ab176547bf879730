//! A call in a program whose only subscriber is the logging of the SDK.
//!
//! The only test of its program, because it sets the global subscriber.
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

use tencentcloud_common::logging::{Level, Logging, LoggingError};
use tencentcloud_common::{ClientProfile, CommonClient, Credential, HttpProfile};
use tencentcloud_tests::scripted_server::{ScriptedServer, json};

/// Records what is written, and emits an event for each write.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        tracing::error!(target: "tencentcloud_common", "from within the writer");
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_call_is_logged_while_a_logger_is_set() {
    let (logging, log) = (Logging::new(), Log::default());
    logging.install().unwrap();
    let again = Logging::new().install().unwrap_err();
    assert!(matches!(again, LoggingError::SubscriberIsSet { .. }));
    assert!(again.to_string().contains("add `Logging::layer` to it"), "{again}");

    let body = r#"{"Response": {"RequestId": "r-1", "Token": "answered-token-1"}}"#;
    let server = ScriptedServer::start(vec![json(body); 4]).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let credential =
        Credential::with_token("AKIDexample", "secret-key-1234", "secret-token-1234").unwrap();
    let client =
        CommonClient::with_profile("cvm", "2017-03-12", credential, "ap-shanghai", profile)
            .unwrap();
    let call = async |number: u32| {
        let request = serde_json::json!({"Password": "my-password-1", "Number": number});
        client.call_json("DescribeZones", request).header("X-TC-TraceId", "t-1").await.unwrap();
        String::from_utf8(std::mem::take(&mut *log.0.lock().unwrap())).unwrap()
    };

    assert_eq!(call(1).await, "", "silent at first");

    logging.set_stream_logger(log.clone(), Level::DEBUG);
    let debug = call(2).await;
    assert!(debug.lines().count() >= 2, "{debug}");
    for line in debug.lines() {
        assert!(
            line.contains(" DEBUG tencentcloud.call{service=cvm action=DescribeZones"),
            "{line}"
        );
        assert!(line.contains(" region=ap-shanghai trace_id=t-1"), "{line}");
    }
    let answered = debug.lines().find(|line| line.contains(": received response")).unwrap();
    assert!(answered.contains("status=200"), "recorded before the event: {answered}");

    logging.set_default_logger();
    logging.set_stream_logger(log.clone(), Level::TRACE);
    let trace = call(3).await;
    assert!(trace.contains("Number") && trace.contains("r-1"), "{trace}");
    assert!(!trace.contains("from within the writer"), "{trace}");
    for secret in ["secret-key-1234", "secret-token-1234", "my-password-1", "answered-token-1"] {
        assert!(!trace.contains(secret), "{secret}: {trace}");
    }

    logging.set_default_logger();
    assert_eq!(call(4).await, "", "silent again");
}
