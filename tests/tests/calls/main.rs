//! The requests of calls in each encoding, and the metadata of their responses.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod encodings;
mod options;
mod responses;
mod size_limits;

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use tencentcloud_common::credentials::ProvideCredential;
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::profile::{ClientProfileBuilder, HttpProfileBuilder};
use tencentcloud_common::runtime::Clock;
use tencentcloud_common::sign::tc3::{Payload, Request, authorization};
use tencentcloud_common::transport::{HttpTransport, Response, ResponseBody, SendFuture};
use tencentcloud_common::{ClientProfile, CommonClient, Credential, HttpProfile};

const NOW: u64 = 1_700_000_000;

const SUCCESS: &str = r#"{"Response": {"RequestId": "r-1", "TotalCount": 7}}"#;

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(NOW)
    }
}

/// A transport that sends the same response to every request and records the requests.
#[derive(Clone, Debug)]
struct RecordingTransport {
    status: StatusCode,
    headers: Vec<(&'static str, &'static str)>,
    body: Bytes,
    sent: Arc<Mutex<Vec<http::Request<Bytes>>>>,
}

impl RecordingTransport {
    fn new(body: impl Into<Bytes>) -> Self {
        let (status, headers) = (StatusCode::OK, vec![("content-type", "application/json")]);
        Self { status, headers, body: body.into(), sent: Arc::default() }
    }

    fn sent(&self) -> Vec<http::Request<Bytes>> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    #[track_caller]
    fn only(&self) -> http::Request<Bytes> {
        let [request] = self.sent().try_into().unwrap();
        request
    }
}

impl HttpTransport for RecordingTransport {
    fn send(&self, request: http::Request<Bytes>) -> SendFuture<'_> {
        self.sent.lock().unwrap().push(request);
        let mut response = Response::new(ResponseBody::from(self.body.clone()));
        *response.status_mut() = self.status;
        for (name, value) in &self.headers {
            let value = HeaderValue::from_static(value);
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
        Box::pin(std::future::ready(Ok(response)))
    }
}

fn credential() -> Credential {
    Credential::with_token("AKIDexample", "secret-key-1234", "secret-token-1234").unwrap()
}

fn client_of(
    service: &'static str,
    recorder: &RecordingTransport,
    credential: impl ProvideCredential + 'static,
    http: HttpProfileBuilder,
    profile: ClientProfileBuilder,
) -> CommonClient {
    let profile = profile.http_profile(http.build().unwrap()).retryer(RetryPolicy::none());
    CommonClient::builder(service, "2017-03-12")
        .credential(credential)
        .region("ap-shanghai")
        .profile(profile.build().unwrap())
        .transport(recorder.clone())
        .clock(FixedClock)
        .build()
        .unwrap()
}

fn client(recorder: &RecordingTransport) -> CommonClient {
    let (http, profile) = (HttpProfile::builder(), ClientProfile::builder());
    client_of("cvm", recorder, credential(), http, profile)
}

fn header<'a>(request: &'a http::Request<Bytes>, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap())
}

/// Returns the expected `Authorization` of a request that is signed for `host`.
fn signed_for(request: &http::Request<Bytes>, service: &str, host: &str) -> String {
    let signed = Request::new(
        service,
        host,
        NOW,
        match header(request, "x-tc-content-sha256") {
            Some(_) => Payload::Unsigned,
            None => Payload::Bytes(request.body()),
        },
    )
    .method(request.method().as_str())
    .query(request.uri().query().unwrap_or_default())
    .content_type(header(request, "content-type").unwrap());
    authorization(&signed, &credential()).unwrap()
}
