//! A transport that keeps what it is given.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use tencentcloud_common::profile::{Language, ReqMethod, SignMethod};
use tencentcloud_common::runtime::{Clock, Random};
use tencentcloud_common::transport::{HttpTransport, Response, ResponseBody, SendFuture};
use tencentcloud_common::{
    Call, Client, ClientBuilder, ClientProfile, CommonClient, Error, HttpProfile,
};

use crate::case::{Case, Given, Sent, VERSION};

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

struct Bytes16([u8; 16]);

impl Random for Bytes16 {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, given) in bytes.iter_mut().zip(self.0) {
            *byte = given;
        }
    }
}

/// Makes a call with a client of the case, set up as the caller says, and hands out what the
/// client sent.
pub(crate) fn sent<F: Future<Output = Result<(), Error>>>(
    case: &Case,
    given: &Given<'_>,
    call: impl FnOnce(CommonClient) -> F,
) -> Result<Sent, Error> {
    let capture = Capture::default();
    let client: Client = ClientBuilder::new(case.service, VERSION)
        .credential(case.credential()?)
        .region(if case.on_call { "ap-elsewhere" } else { case.region })
        .profile(profile(case, given)?)
        .transport(capture.clone())
        .clock(Fixed(UNIX_EPOCH + Duration::from_secs(case.timestamp)))
        .random(Bytes16(case.random_bytes))
        .build()?;
    run(call(client.into()))?;
    let request = capture.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(request) = request else { return Ok(Sent::default()) };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let uri = request.uri();
    Ok(Sent {
        method: request.method().to_string(),
        authority: uri.authority().map(ToString::to_string).unwrap_or_default(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: request.body().to_vec(),
    })
}

/// Sets on the call what the case wants there.
pub(crate) fn with_options<R>(case: &Case, given: &Given<'_>, call: Call<R>) -> Call<R> {
    let call = if case.on_call {
        call.endpoint(case.host).region(case.region).language(language(case.language))
    } else {
        call
    };
    if given.skip_sign { call.skip_sign() } else { call }
}

fn profile(case: &Case, given: &Given<'_>) -> Result<ClientProfile, Error> {
    let http = HttpProfile::builder()
        .endpoint(if case.on_call { "elsewhere.example.com" } else { case.host })
        .req_method(if given.method == "GET" { ReqMethod::Get } else { ReqMethod::Post });
    let http = if case.gateway.is_empty() { http } else { http.apigw_endpoint(case.gateway) };
    let other = if case.language == "en-US" { "zh-CN" } else { "en-US" };
    let profile = ClientProfile::builder()
        .http_profile(http.build()?)
        .sign_method(match given.sign_method {
            "HmacSHA1" => SignMethod::HmacSha1,
            "HmacSHA256" => SignMethod::HmacSha256,
            _ => SignMethod::Tc3HmacSha256,
        })
        .unsigned_payload(given.unsigned)
        .language(language(if case.on_call { other } else { case.language }));
    match case.program {
        "" => profile.build(),
        program => profile.request_client(program).build(),
    }
}

fn language(text: &str) -> Language {
    if text == "en-US" { Language::EnUs } else { Language::ZhCn }
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
