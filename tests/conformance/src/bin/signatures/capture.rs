//! Captures the request that a client sends.

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

use crate::case::{Args, Case, SentRequest, VERSION};

#[derive(Clone, Debug, Default)]
struct CapturingTransport(Arc<Mutex<Option<http::Request<Bytes>>>>);

impl HttpTransport for CapturingTransport {
    fn send(&self, request: http::Request<Bytes>) -> SendFuture<'_> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        let body: &str = r#"{"Response": {"RequestId": "r"}}"#;
        let mut response = Response::new(ResponseBody::from(body));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Box::pin(std::future::ready(Ok(response)))
    }
}

struct FixedClock(SystemTime);

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        self.0
    }
}

struct FixedRandom([u8; 16]);

impl Random for FixedRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, fixed) in bytes.iter_mut().zip(self.0) {
            *byte = fixed;
        }
    }
}

/// Makes a call with a client that has the settings of the case and the arguments. Returns the
/// request that the client sent.
pub(crate) fn capture<F: Future<Output = Result<(), Error>>>(
    case: &Case,
    args: &Args<'_>,
    call: impl FnOnce(CommonClient) -> F,
) -> Result<SentRequest, Error> {
    let transport = CapturingTransport::default();
    let client: Client = ClientBuilder::new(case.service, VERSION)
        .credential(case.credential()?)
        .region(if case.on_call { "ap-elsewhere" } else { case.region })
        .profile(profile(case, args)?)
        .transport(transport.clone())
        .clock(FixedClock(UNIX_EPOCH + Duration::from_secs(case.timestamp)))
        .random(FixedRandom(case.random_bytes))
        .build()?;
    run(call(client.into()))?;
    let request = transport.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(request) = request else { return Ok(SentRequest::default()) };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let uri = request.uri();
    Ok(SentRequest {
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

/// Sets the options of a call according to the case.
pub(crate) fn with_options<R>(case: &Case, args: &Args<'_>, call: Call<R>) -> Call<R> {
    let call = if case.on_call {
        call.endpoint(case.host).region(case.region).language(language(case.language))
    } else {
        call
    };
    if args.skip_sign { call.skip_sign() } else { call }
}

fn profile(case: &Case, args: &Args<'_>) -> Result<ClientProfile, Error> {
    let http = HttpProfile::builder()
        .endpoint(if case.on_call { "elsewhere.example.com" } else { case.host })
        .req_method(if args.method == "GET" { ReqMethod::Get } else { ReqMethod::Post });
    let http = if case.gateway.is_empty() { http } else { http.apigw_endpoint(case.gateway) };
    let other = if case.language == "en-US" { "zh-CN" } else { "en-US" };
    let profile = ClientProfile::builder()
        .http_profile(http.build()?)
        .sign_method(match args.sign_method {
            "HmacSHA1" => SignMethod::HmacSha1,
            "HmacSHA256" => SignMethod::HmacSha256,
            _ => SignMethod::Tc3HmacSha256,
        })
        .unsigned_payload(args.unsigned)
        .language(language(if case.on_call { other } else { case.language }));
    match case.program {
        "" => profile.build(),
        program => profile.request_client(program).build(),
    }
}

fn language(text: &str) -> Language {
    if text == "en-US" { Language::EnUs } else { Language::ZhCn }
}

/// Runs a call. The timeouts of the client need a runtime, although nothing waits.
fn run(call: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    match tokio::runtime::Builder::new_current_thread().enable_time().build() {
        Ok(runtime) => runtime.block_on(call),
        Err(error) => {
            eprintln!("error: cannot create a runtime: {error}");
            std::process::exit(1)
        }
    }
}
