//! A transport that keeps what it is given.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use tencentcloud_common::clock::Clock;
use tencentcloud_common::profile::Language;
use tencentcloud_common::random::Random;
use tencentcloud_common::transport::{HttpTransport, Response, ResponseBody, SendFuture};
use tencentcloud_common::{Client, ClientBuilder, ClientProfile, Error, HttpProfile};

use crate::case::{Case, Sent, VERSION};

#[derive(Clone, Debug, Default)]
struct Capture(Arc<Mutex<Option<http::Request<Bytes>>>>);

impl HttpTransport for Capture {
    fn send(&self, request: http::Request<Bytes>) -> SendFuture<'_> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        let answer: &str = r#"{"Response": {"RequestId": "r"}}"#;
        let mut response = Response::new(ResponseBody::from(answer));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Box::pin(std::future::ready(Ok(response)))
    }
}

struct Fixed(SystemTime);

impl Clock for Fixed {
    fn now(&self) -> SystemTime {
        self.0
    }
}

struct Given([u8; 16]);

impl Random for Given {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, given) in bytes.iter_mut().zip(self.0) {
            *byte = given;
        }
    }
}

/// Makes a call with a client of the case, and hands out what the client sent.
pub(crate) fn sent<F: Future<Output = Result<(), Error>>>(
    case: &Case,
    call: impl FnOnce(Client) -> F,
) -> Result<Sent, Error> {
    let language = if case.language == "en-US" { Language::EnUs } else { Language::ZhCn };
    let http = HttpProfile::builder().endpoint(case.host).build()?;
    let profile = ClientProfile::builder().http_profile(http).language(language).build()?;
    let capture = Capture::default();
    let client: Client = ClientBuilder::new(case.service, VERSION)
        .credential(case.credential()?)
        .region(case.region)
        .profile(profile)
        .transport(capture.clone())
        .clock(Fixed(UNIX_EPOCH + Duration::from_secs(case.timestamp)))
        .random(Given(case.random_bytes))
        .build()?;
    run(call(client))?;
    let request = capture.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(request) = request else { return Ok(Sent::default()) };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Ok(Sent {
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: request.body().to_vec(),
        whole: true,
    })
}

/// Nothing waits here; the runtime is what time limits need.
fn run(call: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    match tokio::runtime::Builder::new_current_thread().enable_time().build() {
        Ok(runtime) => runtime.block_on(call),
        Err(error) => {
            eprintln!("no runtime: {error}");
            std::process::exit(1)
        }
    }
}
