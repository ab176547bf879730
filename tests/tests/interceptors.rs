//! What interceptors see of a call that is tried several times, and what they may change.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use tencentcloud_common::interceptor::{Attempt, Interceptor, Outcome};
use tencentcloud_common::{ClientProfile, Credential, Error, ErrorKind, HttpProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_tests::fakes::{ConstantRandom, RecordedSleeps};
use tencentcloud_tests::scripted_server::{ScriptedServer, Step, api_error, close, json as ok};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn client(
    script: Vec<Step>,
    interceptors: Vec<Arc<dyn Interceptor>>,
) -> (ScriptedServer, CvmClient) {
    let server = ScriptedServer::start(script).unwrap();
    let http = HttpProfile::builder().endpoint(server.endpoint()).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http).build().unwrap();
    let mut builder = CvmClient::builder()
        .credential(Credential::new("AKIDexample", "secret-key-1234").unwrap())
        .region("ap-shanghai")
        .profile(profile)
        .sleep(RecordedSleeps::default())
        .random(ConstantRandom(0xff));
    for interceptor in interceptors {
        builder = builder.interceptor(interceptor);
    }
    (server, builder.build().unwrap())
}

fn success() -> Step {
    ok(r#"{"Response": {"TotalCount": 1, "RequestId": "r-1"}}"#)
}

/// Writes down what it hears, under its name.
#[derive(Clone, Debug)]
struct Scribe(&'static str, Arc<Mutex<Vec<String>>>);

impl Scribe {
    fn note(&self, what: &str) {
        self.1.lock().unwrap().push(format!("{} {what}", self.0));
    }
}

impl Interceptor for Scribe {
    fn before_send(&self, attempt: &Attempt<'_>, headers: &mut HeaderMap) -> Result<(), Failure> {
        let Attempt { service, version, action, region, trace_id, number, .. } = attempt;
        assert_eq!((*service, *version, *action), ("cvm", "2017-03-12", "DescribeZones"));
        assert_eq!(
            (region.as_str(), headers["x-tc-traceid"].to_str()?),
            ("ap-shanghai", *trace_id)
        );
        assert!(!headers.contains_key("authorization") && !headers.contains_key("x-tc-token"));
        headers.insert("x-tc-canary", HeaderValue::from_str(&format!("{}-{number}", self.0))?);
        self.note(&format!("before {number}"));
        Ok(())
    }

    fn after_response(&self, attempt: &Attempt<'_>, outcome: &Outcome<'_>) {
        let what = match outcome.result {
            Ok(metadata) => format!("success {:?}", metadata.request_id().unwrap()),
            Err(error) => {
                assert_eq!(error.attempts(), attempt.number);
                format!("{:?} {:?}", error.kind(), error.code())
            }
        };
        self.note(&format!("after {}: {what}", attempt.number));
    }

    fn on_retry(&self, attempt: &Attempt<'_>, error: &Error, delay: Duration) {
        self.note(&format!("retry {}: {:?} in {delay:?}", attempt.number, error.kind()));
    }
}

#[tokio::test]
async fn each_attempt_is_seen_in_order() {
    let notes = Arc::default();
    let scribes: [Arc<dyn Interceptor>; 2] =
        [Arc::new(Scribe("a", Arc::clone(&notes))), Arc::new(Scribe("b", Arc::clone(&notes)))];
    let script =
        vec![close(), api_error("RequestLimitExceeded"), success(), api_error("FailedOperation")];
    let (server, client) = client(script, scribes.to_vec());
    client.describe_zones(DescribeZonesRequest::new()).await.unwrap();
    let take = || std::mem::take(&mut *notes.lock().unwrap());
    let of_both = |expected: &[&str]| -> Vec<String> {
        expected.iter().flat_map(|it| [format!("a {it}"), format!("b {it}")]).collect()
    };
    assert_eq!(
        take(),
        of_both(&[
            "before 1",
            "after 1: Transport None",
            "retry 1: Transport in 500ms",
            "before 2",
            "after 2: Service Some(\"RequestLimitExceeded\")",
            "retry 2: Service in 1s",
            "before 3",
            "after 3: success \"r-1\"",
        ])
    );
    client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
    assert_eq!(take(), of_both(&["before 1", "after 1: Service Some(\"FailedOperation\")"]));
    // The header of the last one wins, and is that of the attempt.
    let canaries: Vec<_> = server
        .requests()
        .iter()
        .map(|received| {
            let mut all = received.headers.iter().filter(|(name, _)| name == "x-tc-canary");
            let canary = all.next().unwrap().1.clone();
            assert!(all.next().is_none());
            canary
        })
        .collect();
    assert_eq!(canaries, ["b-1", "b-2", "b-3", "b-1"]);
}

type Meddle = fn(&mut HeaderMap);

#[derive(Debug)]
struct Meddling(Meddle);

impl Interceptor for Meddling {
    fn before_send(&self, attempt: &Attempt<'_>, headers: &mut HeaderMap) -> Result<(), Failure> {
        // The first attempt is left alone.
        if attempt.number > 1 {
            (self.0)(headers);
        }
        Ok(())
    }

    fn after_response(&self, attempt: &Attempt<'_>, _: &Outcome<'_>) {
        assert_eq!(attempt.number, 1, "what is not sent has no outcome");
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &'static str) {
    headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
}

#[tokio::test]
async fn a_header_that_the_sdk_must_set_ends_the_call_before_it_is_sent() {
    let cases: [(Meddle, &str); 10] = [
        (|headers| set(headers, "authorization", "SKIP"), "authorization"),
        (|headers| set(headers, "host", "example.com"), "host"),
        (|headers| set(headers, "x-tc-action", "StopInstances"), "x-tc-action"),
        (|headers| set(headers, "x-tc-timestamp", "1"), "x-tc-timestamp"),
        (|headers| set(headers, "content-type", "a/b"), "content-type"),
        (|headers| set(headers, "content-length", "2"), "content-length"),
        (
            |headers| {
                headers.append("x-tc-region", HeaderValue::from_static("ap-beijing"));
            },
            "x-tc-region",
        ),
        // Taken away, or there twice, is wrong as well.
        (|headers| drop(headers.remove("x-tc-action")), "x-tc-action"),
        (|headers| headers.clear(), "x-tc-"),
        (
            |headers| {
                let same = headers["x-tc-version"].clone();
                headers.append("x-tc-version", same);
            },
            "x-tc-version",
        ),
    ];
    for (meddle, name) in cases {
        let (server, client) = client(vec![close(), success()], vec![Arc::new(Meddling(meddle))]);
        let error = client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.message().contains(name), "{name}: {error}");
        assert!(error.maybe_sent(), "the first attempt was sent");
        assert_eq!((error.attempts(), server.requests().len()), (1, 1), "{error}");
    }
}

#[derive(Debug)]
struct Refusing;

impl Interceptor for Refusing {
    fn before_send(&self, _: &Attempt<'_>, _: &mut HeaderMap) -> Result<(), Failure> {
        Err("not today".into())
    }

    fn on_retry(&self, _: &Attempt<'_>, _: &Error, _: Duration) {
        panic!("what an interceptor refuses is not tried again");
    }
}

#[tokio::test]
async fn an_error_of_an_interceptor_ends_the_call_before_it_is_sent() {
    let notes = Arc::default();
    let scribe = Arc::new(Scribe("a", Arc::clone(&notes)));
    let (server, client) = client(vec![success()], vec![Arc::new(Refusing), scribe]);
    let error = client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().contains("not today"), "{error}");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "not today");
    assert!(!error.maybe_sent());
    assert_eq!((error.attempts(), server.requests().len()), (0, 0));
    assert!(notes.lock().unwrap().is_empty(), "those behind it are not asked");
}

/// The id in errors and metadata is the one that was sent.
#[tokio::test]
async fn the_trace_id_cannot_be_changed_for_one_attempt() {
    let change: Meddle = |headers| set(headers, "x-tc-traceid", "another");
    let (server, client) = client(vec![close(), success()], vec![Arc::new(Meddling(change))]);
    let error = client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().contains("x-tc-traceid"), "{error}");
    assert_eq!(server.requests().len(), 1);
}
