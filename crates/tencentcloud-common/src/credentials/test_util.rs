//! What the tests of the providers put in the place of the world.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
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

/// The time at which the tests begin.
pub(super) const START: u64 = 1_700_000_000;

pub(super) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(START + seconds)
}

/// A clock that is turned by hand.
#[derive(Clone)]
pub(super) struct HandClock {
    base: Instant,
    passed: Arc<Mutex<Duration>>,
    /// How far the wall clock was set back.
    back: Arc<Mutex<Duration>>,
}

impl HandClock {
    pub(super) fn new() -> Self {
        Self { base: SystemClock.instant(), passed: Arc::default(), back: Arc::default() }
    }

    pub(super) fn pass(&self, seconds: u64) {
        *self.passed.lock().unwrap() += Duration::from_secs(seconds);
    }

    /// Sets the wall clock back; time passes on all the same.
    pub(super) fn set_back(&self, seconds: u64) {
        *self.back.lock().unwrap() += Duration::from_secs(seconds);
    }

    /// Sets the wall clock right again.
    pub(super) fn set_right(&self) {
        *self.back.lock().unwrap() = Duration::ZERO;
    }

    /// Turns back to the start.
    pub(super) fn reset(&self) {
        *self.passed.lock().unwrap() = Duration::ZERO;
    }

    fn passed(&self) -> Duration {
        *self.passed.lock().unwrap()
    }
}

impl Clock for HandClock {
    fn now(&self) -> SystemTime {
        at(0) + self.passed() - *self.back.lock().unwrap()
    }

    fn instant(&self) -> Instant {
        self.base + self.passed()
    }
}

/// Does not wait, and remembers for how long it should have.
#[derive(Clone, Default)]
pub(super) struct NoSleep(pub(super) Arc<Mutex<Vec<Duration>>>);

impl Sleep for NoSleep {
    fn sleep(&self, time: Duration) -> SleepFuture {
        self.0.lock().unwrap().push(time);
        Box::pin(std::future::ready(()))
    }
}

/// The same byte again and again.
pub(super) struct Bytewise(pub(super) u8);

impl Random for Bytewise {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// A request as it was sent.
pub(super) struct Sent {
    pub(super) url: String,
    pub(super) headers: http::HeaderMap,
    pub(super) body: String,
}

impl Sent {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

type Answers = dyn Fn(&Sent) -> Result<(StatusCode, String), TransportErrorKind> + Send + Sync;

/// Answers what a function says, and remembers what was sent.
#[derive(Clone)]
pub(super) struct FakeTransport {
    answers: Arc<Answers>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl FakeTransport {
    pub(super) fn new(
        answers: impl Fn(&Sent) -> Result<(StatusCode, String), TransportErrorKind>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self { answers: Arc::new(answers), sent: Arc::default() }
    }

    /// Answers each of these once, in order, then refuses connections.
    pub(super) fn script(answers: &[(u16, &str)]) -> Self {
        let answers: VecDeque<_> = answers
            .iter()
            .map(|(status, body)| (StatusCode::from_u16(*status).unwrap(), (*body).to_owned()))
            .collect();
        let answers = Mutex::new(answers);
        Self::new(move |_| answers.lock().unwrap().pop_front().ok_or(TransportErrorKind::Connect))
    }

    pub(super) fn nowhere() -> Self {
        Self::script(&[])
    }

    pub(super) fn count(&self) -> usize {
        self.sent.lock().unwrap().len()
    }

    pub(super) fn urls(&self) -> Vec<String> {
        self.sent.lock().unwrap().iter().map(|sent| sent.url.clone()).collect()
    }

    pub(super) fn last(&self) -> Sent {
        self.sent.lock().unwrap().pop().unwrap()
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
        let sent = Sent {
            url: parts.uri.to_string(),
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        };
        let answer = (self.answers)(&sent);
        self.sent.lock().unwrap().push(sent);
        Box::pin(std::future::ready(match answer {
            Ok((status, body)) => {
                let mut response = Response::new(ResponseBody::from(body));
                *response.status_mut() = status;
                // The clock of the service stands still.
                let date = httpdate::fmt_http_date(at(0)).parse().unwrap();
                response.headers_mut().insert(http::header::DATE, date);
                Ok(response)
            }
            Err(kind) => Err(TransportError::new(kind, "the fake does so")),
        }))
    }
}

/// A configuration without a network, an environment or waiting.
pub(super) fn config(transport: &FakeTransport, clock: &HandClock) -> ProviderConfig {
    ProviderConfig::new()
        .transport(transport.clone())
        .clock(clock.clone())
        .sleep(NoSleep::default())
        .random(Bytewise(0))
        .environment(Environment::from_fn(|_| None))
}

pub(super) fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables: Vec<(String, String)> =
        variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Environment::from_fn(move |wanted| {
        variables.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    })
}

/// What STS answers; the key says who it is, and it lives until `end` seconds after the start.
pub(super) fn sts_answer(who: &str, end: u64) -> String {
    format!(
        r#"{{"Response":{{"Credentials":{{"Token":"token-{who}","TmpSecretId":"AKID{who}",
        "TmpSecretKey":"key-{who}"}},"ExpiredTime":{},"Expiration":"2023-11-15T00:13:20Z",
        "RequestId":"request-1"}}}}"#,
        START + end
    )
}

pub(super) fn sts_error(code: &str, message: &str) -> String {
    format!(
        r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"{message}"}},"RequestId":"r-1"}}}}"#
    )
}

/// What the metadata service answers for a role.
pub(super) fn metadata_answer(who: &str, end: u64) -> String {
    format!(
        r#"{{"TmpSecretId":"AKID{who}","TmpSecretKey":"key-{who}","ExpiredTime":{},
        "Expiration":"2023-11-15T00:13:20Z","Token":"token-{who}","Code":"Success"}}"#,
        START + end
    )
}

/// A source that answers generation after generation, each valid for `life` seconds, when it is
/// let.
#[derive(Clone)]
pub(super) struct Source(pub(super) Arc<SourceState>);

pub(super) struct SourceState {
    pub(super) clock: HandClock,
    pub(super) life: Option<u64>,
    pub(super) asked: AtomicUsize,
    /// One permit lets one request through.
    pub(super) gate: Semaphore,
    pub(super) fails: Mutex<bool>,
    pub(super) refused: Mutex<Vec<String>>,
}

impl Source {
    pub(super) fn new(clock: &HandClock, life: Option<u64>) -> Self {
        Self(Arc::new(SourceState {
            clock: clock.clone(),
            life,
            asked: AtomicUsize::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            fails: Mutex::new(false),
            refused: Mutex::default(),
        }))
    }

    /// A source that waits for its gate.
    pub(super) fn gated(clock: &HandClock, life: u64) -> Self {
        let source = Self::new(clock, Some(life));
        source.0.gate.forget_permits(Semaphore::MAX_PERMITS);
        source
    }

    pub(super) fn fail(&self, fails: bool) {
        *self.0.fails.lock().unwrap() = fails;
    }

    pub(super) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Source")
    }
}

impl ProvideCredential for Source {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        let generation = self.0.asked.fetch_add(1, Ordering::SeqCst) + 1;
        Box::pin(async move {
            self.0.gate.acquire().await.unwrap().forget();
            if *self.0.fails.lock().unwrap() {
                return Err(ProviderError::new("source", format!("failure {generation}")));
            }
            let credential =
                Credential::with_token(format!("id{generation}"), "secret-key", "secret-token")
                    .unwrap();
            Ok(match self.0.life {
                Some(life) => {
                    credential.expiring_at(self.0.clock.now() + Duration::from_secs(life))
                }
                None => credential,
            })
        })
    }

    fn invalidate(&self, credential: &Credential) {
        self.0.refused.lock().unwrap().push(credential.secret_id().to_owned());
    }
}

/// Lets the tasks of this runtime run until they wait.
pub(super) async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// A server on loopback that answers every request alike; it ends with the process.
pub(super) fn loopback(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> String {
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
            let (status, body) = answer(&String::from_utf8(head).unwrap());
            let head = format!(
                "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            _ = stream.write_all((head + &body).as_bytes());
        }
    });
    format!("http://{address}")
}

/// Everything that is logged while it is in force.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(super) fn start(&self) -> tracing::subscriber::DefaultGuard {
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

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
