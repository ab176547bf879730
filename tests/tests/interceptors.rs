//! Interceptors: what they observe of a call with several attempts, and what they can change.
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

/// Records its calls under its name.
#[derive(Clone, Debug)]
struct RecordingInterceptor(&'static str, Arc<Mutex<Vec<String>>>);

impl RecordingInterceptor {
    fn note(&self, what: &str) {
        self.1.lock().unwrap().push(format!("{} {what}", self.0));
    }
}

impl Interceptor for RecordingInterceptor {
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
async fn attempts_are_observed_in_order() {
    let notes = Arc::default();
    let scribes: [Arc<dyn Interceptor>; 2] = [
        Arc::new(RecordingInterceptor("a", Arc::clone(&notes))),
        Arc::new(RecordingInterceptor("b", Arc::clone(&notes))),
    ];
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
    // The header of the last interceptor is sent.
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

type ChangeHeaders = fn(&mut HeaderMap);

#[derive(Debug)]
struct HeaderChange(ChangeHeaders);

impl Interceptor for HeaderChange {
    fn before_send(&self, attempt: &Attempt<'_>, headers: &mut HeaderMap) -> Result<(), Failure> {
        // The first attempt is unchanged.
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
async fn changing_a_required_header_fails_the_call_before_it_is_sent() {
    let cases: [(ChangeHeaders, &str); 10] = [
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
        // Removed and duplicate headers are errors too.
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
        let (server, client) =
            client(vec![close(), success()], vec![Arc::new(HeaderChange(meddle))]);
        let error = client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.message().contains(name), "{name}: {error}");
        assert!(error.maybe_sent(), "the first attempt was sent");
        assert_eq!((error.attempts(), server.requests().len()), (1, 1), "{error}");
    }
}

#[derive(Debug)]
struct FailingInterceptor;

impl Interceptor for FailingInterceptor {
    fn before_send(&self, _: &Attempt<'_>, _: &mut HeaderMap) -> Result<(), Failure> {
        Err("not today".into())
    }

    fn on_retry(&self, _: &Attempt<'_>, _: &Error, _: Duration) {
        panic!("what an interceptor refuses is not tried again");
    }
}

#[tokio::test]
async fn an_interceptor_error_fails_the_call_before_it_is_sent() {
    let notes = Arc::default();
    let scribe = Arc::new(RecordingInterceptor("a", Arc::clone(&notes)));
    let (server, client) = client(vec![success()], vec![Arc::new(FailingInterceptor), scribe]);
    let error = client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().contains("not today"), "{error}");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "not today");
    assert!(!error.maybe_sent());
    assert_eq!((error.attempts(), server.requests().len()), (0, 0));
    assert!(notes.lock().unwrap().is_empty(), "those behind it are not asked");
}

/// Errors and metadata contain the trace id that was sent.
#[tokio::test]
async fn an_interceptor_cannot_change_the_trace_id() {
    let change: ChangeHeaders = |headers| set(headers, "x-tc-traceid", "another");
    let (server, client) = client(vec![close(), success()], vec![Arc::new(HeaderChange(change))]);
    let error = client.describe_zones(DescribeZonesRequest::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().contains("x-tc-traceid"), "{error}");
    assert_eq!(server.requests().len(), 1);
}
