//! The envelope of a response: an error of the API comes first, whatever else is wrong, and typed
//! and dynamic calls agree.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use serde_json::json;
use tencentcloud_common::retry::RetryPolicy;
use tencentcloud_common::{Error, ErrorKind};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_tests::in_memory::{InMemory, answer, builder, credential};
use tencentcloud_tests::injected::Naps;

/// The outcomes of a typed, a dynamic and a raw call with the same response; and how often each was
/// attempted.
async fn outcomes(body: &str, retry: RetryPolicy) -> [Result<Option<String>, Error>; 3] {
    let body = body.to_owned();
    let network = InMemory::new(move |_, _| answer(&body));
    let typed = CvmClient::builder()
        .credential(credential().unwrap())
        .transport(network.clone())
        .sleep(Naps::default())
        .build()
        .unwrap();
    let dynamic = builder(&network).sleep(Naps::default()).build().unwrap();
    let typed = typed.describe_zones(DescribeZonesRequest::new()).retry(retry.clone());
    let value = dynamic.call_json("DescribeZones", json!({})).retry(retry.clone());
    let raw = dynamic.call("DescribeZones", json!({})).retry(retry);
    let id = |metadata: tencentcloud_common::Metadata| metadata.request_id().map(str::to_owned);
    [
        typed.with_metadata().await.map(|(_, metadata)| id(metadata)),
        value.with_metadata().await.map(|(_, metadata)| id(metadata)),
        raw.with_metadata().await.map(|(_, metadata)| id(metadata)),
    ]
}

#[tokio::test]
async fn an_error_of_the_api_is_reported_and_retried_whatever_stands_beside_it() {
    const ERROR: &str = r#""Error": {"Code": "RequestLimitExceeded", "Message": "slow down"}"#;
    let beside = [
        r#""ZoneSet": 5"#,
        r#""TotalCount": "n/a""#,
        r#""TotalCount": {}"#,
        r#""ZoneSet": [{"Zone": []}]"#,
        r#""ZoneSet": "none", "Error": null"#,
        r#""Unknown": {"a": [1, 2, {"b": null}]}"#,
    ];
    let mut bodies = Vec::new();
    for beside in beside {
        for members in [
            format!(r#"{ERROR}, {beside}, "RequestId": "r-1""#),
            format!(r#""RequestId": "r-1", {beside}, {ERROR}"#),
        ] {
            bodies.push(format!(r#"{{"Response": {{{members}}}}}"#));
            bodies.push(format!(r#"{{"More": [1], "Response": {{{members}}}, "Other": {{}}}}"#));
            // Cut off, and followed by something else.
            bodies.push(format!(r#"{{"Response": {{{members}, "Cut": "of"#));
            bodies.push(format!(r#"{{"Response": {{{members}}}}} and more"#));
        }
    }
    for body in bodies {
        for error in outcomes(&body, RetryPolicy::default()).await.map(Result::unwrap_err) {
            assert_eq!(error.kind(), ErrorKind::Service, "{body}: {error}");
            assert_eq!(error.code(), Some("RequestLimitExceeded"), "{body}");
            assert_eq!((error.message(), error.attempts()), ("slow down", 3), "{body}: {error}");
            assert!(error.is_throttled(), "{body}");
            assert_eq!(error.request_id(), Some("r-1"), "{body}");
        }
    }
}

#[tokio::test]
async fn a_message_of_any_type_and_a_code_that_is_a_number_are_shown() {
    let cases = [
        (r#"{"Code": "A.B", "Message": {"why": 1}}"#, "A.B", r#"{"why": 1}"#),
        (r#"{"Code": "A.B", "Message": ["x"]}"#, "A.B", r#"["x"]"#),
        (r#"{"Code": "A.B", "Message": null}"#, "A.B", ""),
        (r#"{"Code": "A.B"}"#, "A.B", ""),
        (r#"{"Message": "m", "Code": 4000}"#, "4000", "m"),
    ];
    for (error, code, message) in cases {
        let body = format!(r#"{{"Response": {{"Error": {error}, "RequestId": "r"}}}}"#);
        for error in outcomes(&body, RetryPolicy::none()).await.map(Result::unwrap_err) {
            assert_eq!((error.code(), error.message()), (Some(code), message), "{body}");
        }
    }
}

#[tokio::test]
async fn of_members_with_the_same_name_the_last_one_counts() {
    let error = |code: &str| format!(r#""Error": {{"Code": "{code}", "Message": "m"}}"#);
    let codes = [
        (format!(r#"{{"Response": {{{}, {}}}}}"#, error("A"), error("B")), "B"),
        (format!(r#"{{"Response": {{{}, "Error": null}}}}"#, error("A")), "A"),
        (format!(r#"{{"Response": {{}}, "Response": {{{}}}}}"#, error("A")), "A"),
    ];
    for (body, code) in codes {
        for error in outcomes(&body, RetryPolicy::none()).await.map(Result::unwrap_err) {
            assert_eq!(error.code(), Some(code), "{body}");
        }
    }
    let body = r#"{"Response": {"TotalCount": 1, "RequestId": "r-1", "RequestId": "r-2"}}"#;
    for id in outcomes(body, RetryPolicy::none()).await.map(Result::unwrap) {
        assert_eq!(id.as_deref(), Some("r-2"));
    }
}

/// A generator of numbers whose sequence is always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

#[tokio::test]
async fn typed_and_dynamic_calls_agree_about_random_envelopes() {
    const VALUES: [&str; 11] = [
        "null",
        "5",
        "\"n/a\"",
        "{}",
        "[]",
        "[{}]",
        "true",
        "{\"Code\": \"A.B\"}",
        "\"\"",
        "{\"Code\": \"\", \"Message\": \"m\"}",
        "{\"Code\": \"A.C\", \"Message\": 5}",
    ];
    const NAMES: [&str; 6] =
        ["Error", "Error", "RequestId", "TotalCount", "ZoneSet", "DeprecatedWarning"];
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let mut seen = [0, 0, 0];
    for _ in 0..3000 {
        let members: Vec<_> = (0..numbers.below(5))
            .map(|_| format!("\"{}\": {}", numbers.pick(&NAMES), numbers.pick(&VALUES)))
            .collect();
        let mut body = format!("{{\"Response\": {{{}}}}}", members.join(", "));
        // Cut off, mangled, or whole.
        match numbers.below(8) {
            0 => body.truncate(numbers.below(body.len())),
            1 => {
                let at = numbers.below(body.len());
                body.replace_range(at..=at, numbers.pick(&["}", "\"", ",", "0", " "]));
            }
            _ => {}
        }
        let [typed, dynamic, raw] = outcomes(&body, RetryPolicy::none()).await;
        let code = |outcome: &Result<Option<String>, Error>| {
            let error = outcome.as_ref().err()?;
            error.code().map(|code| (code.to_owned(), error.message().to_owned()))
        };
        // Whether there is an error of the API, and which, is the same for all.
        assert_eq!(code(&typed), code(&dynamic), "{body}: {typed:?} {dynamic:?}");
        assert_eq!(code(&dynamic), code(&raw), "{body}: {dynamic:?} {raw:?}");
        match (&typed, &dynamic) {
            (Err(error), _) if error.code().is_some() => seen[0] += 1,
            (Ok(one), Ok(other)) => {
                assert_eq!(one, other, "{body}");
                seen[1] += 1;
            }
            // A typed response may not fit where a dynamic one does, not the reverse.
            (Err(_), _) => seen[2] += 1,
            (Ok(_), Err(error)) => panic!("{body}: {error}"),
        }
    }
    assert!(seen.iter().all(|count| *count > 200), "{seen:?}");
}

#[tokio::test]
async fn a_document_in_place_of_events_that_is_none_of_the_api_is_told_from_a_call_without_events()
{
    const HEADERS: &[(&str, &str)] = &[("content-type", "text/event-stream")];
    let network = InMemory::new(|_, _| {
        let body = "{\"error\": \"busy\"}\n".to_owned();
        tencentcloud_tests::in_memory::Answer::Http(http::StatusCode::OK, HEADERS, body)
    });
    let client = builder(&network).build().unwrap();
    let mut events = client.call_sse("ChatCompletions", json!({})).await.unwrap();
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.message().contains("neither events nor a response of the API"), "{error}");
    assert!(!error.message().contains("does not read"), "{error}");
    assert!(error.message().contains("busy"), "{error}");
}

#[tokio::test]
async fn characters_that_control_how_a_text_is_shown_are_in_no_error() {
    let hostile: String = ('\u{202a}'..='\u{202e}')
        .chain('\u{2066}'..='\u{2069}')
        .chain(['\u{200e}', '\u{200f}', '\u{61c}', '\u{1b}', '\u{9b}', '\u{7}', '\r', '\n'])
        .collect();
    let text = serde_json::to_string(&format!("a{hostile}b")).unwrap();
    let bodies = [
        format!(
            r#"{{"Response": {{"Error": {{"Code": {text}, "Message": {text}}}, "RequestId": {text}}}}}"#
        ),
        format!(r#"{{"Response": {{"TotalCount": {text}, "RequestId": {text}}}}}"#),
        format!("<html>a{hostile}b</html>"),
        format!("{{\"Response\": \"a{hostile}b\"}}"),
    ];
    for body in bodies {
        for outcome in outcomes(&body, RetryPolicy::none()).await {
            let Err(error) = outcome else { continue };
            let mut shown = error.to_string();
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                shown.push_str(&error.to_string());
                cause = error.source();
            }
            let found = shown.chars().find(|c| hostile.contains(*c));
            assert_eq!(found, None, "{}", shown.escape_unicode());
            assert!(shown.contains("a b") || !body.starts_with("{\"Response\": {\"Err"), "{shown}");
        }
    }
}
