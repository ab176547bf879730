//! Control and direction characters that a server sends do not appear in errors and logs.
//!
//! The only test of its program, because it sets the global subscriber, at the highest level.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::error::Error as _;

use http::StatusCode;
use serde_json::json;
use tencentcloud_common::logging::{Level, Logging};
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::{Client, ClientBuilder, ClientProfile, CommonClient, Error};
use tencentcloud_cvm::v20170312::models::DescribeInstancesRequest;
use tencentcloud_tests::captured_log::CapturedLog;
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, MockResponse, credential};
use tracing_subscriber::layer::SubscriberExt as _;

/// One character of each kind.
const CONTROL_CHARACTERS: [char; 20] = [
    '\u{202a}',
    '\u{202b}',
    '\u{202c}',
    '\u{202d}',
    '\u{202e}',
    '\u{2066}',
    '\u{2067}',
    '\u{2068}',
    '\u{2069}',
    '\u{200e}',
    '\u{200f}',
    '\u{61c}',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{2028}',
    '\u{2029}',
    '\u{e0041}',
    '\u{206e}',
    '\u{fff9}',
];

fn text_with_control_characters() -> String {
    format!("seen{}gnp", CONTROL_CHARACTERS.iter().map(|c| format!("{c}-")).collect::<String>())
}

fn assert_clean(what: &str, text: &str) {
    let found =
        text.chars().find(|c| CONTROL_CHARACTERS.contains(c) || (c.is_control() && *c != '\n'));
    assert_eq!(found, None, "{what}: {}", text.escape_debug());
}

fn assert_error_is_clean(error: &Error) {
    assert_clean("display", &error.to_string());
    assert!(!error.to_string().contains('\n'));
    let mut cause = error.source();
    while let Some(source) = cause {
        assert_clean("source", &source.to_string());
        cause = source.source();
    }
}

#[tokio::test]
async fn control_characters_of_a_server_are_removed() {
    let (logging, logs) = (Logging::new(), [CapturedLog::default(), CapturedLog::default()]);
    logging.set_stream_logger(logs[0].clone(), Level::TRACE);
    let writer = logs[1].clone();
    let all = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry().with(all).with(logging.layer());
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let text = text_with_control_characters();
    let (json, escaped) = (text.replace('\u{7f}', "\\u007f"), "\\u202e\\u001b[31m\\u0000\\u0085");
    let http = |status: StatusCode, body: String| MockResponse::Http(status, &[], body);
    let mut answers = Vec::new();
    for text in [json.as_str(), escaped] {
        let members = [
            format!(
                "\"Error\": {{\"Code\": \"A.{text}\", \"Message\": \"{text}\"}}, \"RequestId\": \"{text}\""
            ),
            format!("\"Error\": {{\"Code\": \"A\", \"Message\": {{\"{text}\": \"{text}\"}}}}"),
            format!("\"DeprecatedWarning\": \"{text}\", \"RequestId\": \"{text}\""),
            format!("\"TotalCount\": \"{text}\""),
            format!("\"{text}\": \"{text}\", \"TotalCount\": {{\"{text}\": 1}}"),
        ];
        answers.extend(
            members.map(|members| http(StatusCode::OK, format!("{{\"Response\": {{{members}}}}}"))),
        );
        answers.push(http(StatusCode::OK, format!("{{\"Response\": \"{text}\"}}")));
    }
    answers.push(http(StatusCode::OK, text.clone()));
    answers.push(http(StatusCode::BAD_GATEWAY, format!("<h1>\u{1b}]0;{text}")));
    let network = InMemoryTransport::new({
        let answers = answers.clone();
        move |number, _| answers[number / 3].clone()
    });
    let client: Client = ClientBuilder::new("cvm", "2017-03-12")
        .credential(credential().unwrap())
        .profile(ClientProfile::builder().retryer(RetryPolicy::none()).build().unwrap())
        .transport(network)
        .build()
        .unwrap();
    let common = CommonClient::from(client.clone());
    let mut errors = 0;
    for _ in &answers {
        let typed = client.call(DescribeInstancesRequest::new()).with_metadata().await;
        let warning = typed.as_ref().ok().and_then(|(_, metadata)| metadata.deprecated_warning());
        assert_clean("warning", warning.unwrap_or_default());
        let dynamic = common.call_json("DescribeInstances", json!({})).await;
        let raw = common.call("DescribeInstances", json!({})).await;
        for error in [typed.err(), dynamic.err(), raw.err()].into_iter().flatten() {
            assert_error_is_clean(&error);
            errors += 1;
        }
    }
    assert!(errors > 20, "{errors}");
    for log in logs {
        let log = log.take();
        assert!(log.contains("seen") && log.contains("gnp") && log.contains("the action is"));
        assert_clean("log", &log);
    }
}
