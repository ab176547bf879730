//! Test doubles for the tests of the providers.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Request, StatusCode};
use tokio::sync::Semaphore;

use super::{CredentialFuture, ProvideCredential, ProviderConfig, ProviderError};
use crate::credentials::Credential;
use crate::runtime::{Clock, Environment, Random, Sleep, SleepFuture, SystemClock};
use crate::transport::{
    HttpTransport, Response, ResponseBody, SendFuture, TransportError, TransportErrorKind,
};

/// The time at which the tests start, in seconds since 1970.
pub(super) const START: u64 = 1_700_000_000;

pub(super) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(START + seconds)
}

/// A clock that only advances when a test says so.
#[derive(Clone)]
pub(super) struct ManualClock {
    base: Instant,
    passed: Arc<Mutex<Duration>>,
    /// How far the system clock was set back.
    back: Arc<Mutex<Duration>>,
}

impl ManualClock {
    pub(super) fn new() -> Self {
        Self { base: SystemClock.instant(), passed: Arc::default(), back: Arc::default() }
    }

    pub(super) fn advance(&self, seconds: u64) {
        *self.passed.lock().unwrap() += Duration::from_secs(seconds);
    }

    /// Sets the system clock back; the monotonic clock does not change.
    pub(super) fn set_wall_clock_back(&self, seconds: u64) {
        *self.back.lock().unwrap() += Duration::from_secs(seconds);
    }

    /// Undoes [`set_wall_clock_back`](Self::set_wall_clock_back).
    pub(super) fn restore_wall_clock(&self) {
        *self.back.lock().unwrap() = Duration::ZERO;
    }

    /// Resets the clock to the start.
    pub(super) fn reset(&self) {
        *self.passed.lock().unwrap() = Duration::ZERO;
    }

    fn passed(&self) -> Duration {
        *self.passed.lock().unwrap()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        at(0) + self.passed() - *self.back.lock().unwrap()
    }

    fn instant(&self) -> Instant {
        self.base + self.passed()
    }
}

/// A sleep that does not wait and records the durations.
#[derive(Clone, Default)]
pub(super) struct NoSleep(pub(super) Arc<Mutex<Vec<Duration>>>);

impl Sleep for NoSleep {
    fn sleep(&self, time: Duration) -> SleepFuture {
        self.0.lock().unwrap().push(time);
        Box::pin(std::future::ready(()))
    }
}

/// A source of randomness that repeats one byte.
pub(super) struct ConstantRandom(pub(super) u8);

impl Random for ConstantRandom {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// A request that was sent.
pub(super) struct RecordedRequest {
    pub(super) url: String,
    pub(super) headers: http::HeaderMap,
    pub(super) body: String,
}

impl RecordedRequest {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

type ResponseFn =
    dyn Fn(&RecordedRequest) -> Result<(StatusCode, String), TransportErrorKind> + Send + Sync;

/// A transport that returns the responses of a function and records the requests.
#[derive(Clone)]
pub(super) struct FakeTransport {
    respond: Arc<ResponseFn>,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl FakeTransport {
    pub(super) fn new(
        respond: impl Fn(&RecordedRequest) -> Result<(StatusCode, String), TransportErrorKind>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self { respond: Arc::new(respond), requests: Arc::default() }
    }

    /// Returns each of these responses once, in order, and then fails to connect.
    pub(super) fn script(responses: &[(u16, &str)]) -> Self {
        let responses: VecDeque<_> = responses
            .iter()
            .map(|(status, body)| (StatusCode::from_u16(*status).unwrap(), (*body).to_owned()))
            .collect();
        let responses = Mutex::new(responses);
        Self::new(move |_| responses.lock().unwrap().pop_front().ok_or(TransportErrorKind::Connect))
    }

    /// Fails to connect on every request.
    pub(super) fn unreachable() -> Self {
        Self::script(&[])
    }

    pub(super) fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub(super) fn urls(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|request| request.url.clone()).collect()
    }

    /// Removes and returns the last request.
    pub(super) fn take_last(&self) -> RecordedRequest {
        self.requests.lock().unwrap().pop().unwrap()
    }
}

impl std::fmt::Debug for FakeTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FakeTransport")
    }
}

impl HttpTransport for FakeTransport {
    fn send(&self, request: Request<Bytes>) -> SendFuture<'_> {
        let (parts, body) = request.into_parts();
        let request = RecordedRequest {
            url: parts.uri.to_string(),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        };
        let response = (self.respond)(&request);
        self.requests.lock().unwrap().push(request);
        Box::pin(std::future::ready(match response {
            Ok((status, body)) => {
                let mut response = Response::new(ResponseBody::from(body));
                *response.status_mut() = status;
                // The clock of the service does not advance.
                let date = httpdate::fmt_http_date(at(0)).parse().unwrap();
                response.headers_mut().insert(http::header::DATE, date);
                Ok(response)
            }
            Err(kind) => Err(TransportError::new(kind, "fake transport error")),
        }))
    }
}

/// A configuration without network, environment variables or delays.
pub(super) fn config(transport: &FakeTransport, clock: &ManualClock) -> ProviderConfig {
    ProviderConfig::new()
        .transport(transport.clone())
        .clock(clock.clone())
        .sleep(NoSleep::default())
        .random(ConstantRandom(0))
        .environment(Environment::from_fn(|_| None))
}

pub(super) fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables: Vec<(String, String)> =
        variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Environment::from_fn(move |wanted| {
        variables.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    })
}

/// A response of STS; the key contains `name` and expires `expires_at` seconds after the start.
pub(super) fn sts_response(name: &str, expires_at: u64) -> String {
    format!(
        r#"{{"Response":{{"Credentials":{{"Token":"token-{name}","TmpSecretId":"AKID{name}",
        "TmpSecretKey":"key-{name}"}},"ExpiredTime":{},"Expiration":"2023-11-15T00:13:20Z",
        "RequestId":"request-1"}}}}"#,
        START + expires_at
    )
}

pub(super) fn sts_error(code: &str, message: &str) -> String {
    format!(
        r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"{message}"}},"RequestId":"r-1"}}}}"#
    )
}

/// A response of the metadata service for a role, as in [`sts_response`].
pub(super) fn metadata_response(name: &str, expires_at: u64) -> String {
    format!(
        r#"{{"TmpSecretId":"AKID{name}","TmpSecretKey":"key-{name}","ExpiredTime":{},
        "Expiration":"2023-11-15T00:13:20Z","Token":"token-{name}","Code":"Success"}}"#,
        START + expires_at
    )
}

/// A provider that returns a new credential on each call, valid for `lifetime` seconds. Tests
/// control when and whether it succeeds.
#[derive(Clone)]
pub(super) struct FakeSource(pub(super) Arc<FakeSourceState>);

pub(super) struct FakeSourceState {
    pub(super) clock: ManualClock,
    pub(super) lifetime: Option<u64>,
    pub(super) calls: AtomicUsize,
    /// Each permit lets one call continue.
    pub(super) gate: Semaphore,
    pub(super) is_failing: Mutex<bool>,
    pub(super) invalidated: Mutex<Vec<String>>,
}

impl FakeSource {
    pub(super) fn new(clock: &ManualClock, lifetime: Option<u64>) -> Self {
        Self(Arc::new(FakeSourceState {
            clock: clock.clone(),
            lifetime,
            calls: AtomicUsize::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            is_failing: Mutex::new(false),
            invalidated: Mutex::default(),
        }))
    }

    /// Creates a source whose calls wait for a permit of the gate.
    pub(super) fn gated(clock: &ManualClock, lifetime: u64) -> Self {
        let source = Self::new(clock, Some(lifetime));
        source.0.gate.forget_permits(Semaphore::MAX_PERMITS);
        source
    }

    pub(super) fn fail(&self, is_failing: bool) {
        *self.0.is_failing.lock().unwrap() = is_failing;
    }

    pub(super) fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }
}

impl std::fmt::Debug for FakeSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FakeSource")
    }
}

impl ProvideCredential for FakeSource {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        let generation = self.0.calls.fetch_add(1, Ordering::SeqCst) + 1;
        Box::pin(async move {
            self.0.gate.acquire().await.unwrap().forget();
            if *self.0.is_failing.lock().unwrap() {
                return Err(ProviderError::new("source", format!("failure {generation}")));
            }
            let credential =
                Credential::with_token(format!("id{generation}"), "secret-key", "secret-token")
                    .unwrap();
            Ok(match self.0.lifetime {
                Some(lifetime) => {
                    credential.expiring_at(self.0.clock.now() + Duration::from_secs(lifetime))
                }
                None => credential,
            })
        })
    }

    fn invalidate(&self, credential: &Credential) {
        self.0.invalidated.lock().unwrap().push(credential.secret_id().to_owned());
    }
}

/// Runs the other tasks of this runtime until they wait.
pub(super) async fn run_pending_tasks() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// Spawns an HTTP server on loopback that runs until the process exits.
pub(super) fn spawn_server(respond: impl Fn(&str) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n > 0) {
                head.push(byte[0]);
            }
            let (status, body) = respond(&String::from_utf8(head).unwrap());
            let head = format!(
                "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            _ = stream.write_all((head + &body).as_bytes());
        }
    });
    format!("http://{address}")
}

/// The output of all log events while its guard exists.
#[derive(Clone, Default)]
pub(super) struct CapturedLog(Arc<Mutex<Vec<u8>>>);

impl CapturedLog {
    pub(super) fn start(&self) -> tracing::subscriber::DefaultGuard {
        // With a single dispatcher in the process, `tracing` disables an event for all threads if
        // the first thread that reaches it has no subscriber. A second dispatcher prevents that.
        static SECOND: OnceLock<tracing::Dispatch> = OnceLock::new();
        SECOND.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::registry()));
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || log.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for CapturedLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
