//! What the areas share: fake surroundings, a transport without a network, and servers that write
//! fixed bytes.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use tencentcloud_common::client::{Client, ClientBuilder};
use tencentcloud_common::credentials::{CredentialFuture, ProvideCredential, ProviderConfig};
use tencentcloud_common::runtime::{Clock, Environment, Random, Sleep, SleepFuture, SystemClock};
use tencentcloud_common::transport::{
    BodyChunks, ChunkFuture, HttpTransport, Response, ResponseBody, SendFuture, TransportError,
    TransportErrorKind,
};
use tencentcloud_common::{ClientProfile, CommonClient, Credential, HttpProfile, RetryPolicy};

/// In every secret that the tests use, and in no message.
pub(super) const MARK: &str = "PLANTED";
pub(super) const SECRET_ID: &str = "AKIDexample";
pub(super) const KEY: &str = "PLANTED-key-1234";
pub(super) const TOKEN: &str = "PLANTED-token-1234";
pub(super) const PASSWORD: &str = "PLANTED-password-1234";

/// A moment at which the fake clock stands.
pub(super) const NOW: u64 = 1_700_000_000;

pub(super) const ROLE_ARN: &str = "qcs::cam::uin/100000000001:roleName/my-role";

#[allow(clippy::disallowed_methods, reason = "the variable is for the test itself")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

pub(super) fn credential() -> Credential {
    Credential::with_token(SECRET_ID, KEY, TOKEN).unwrap()
}

/// What a panic says that a test provokes.
pub(super) const ON_PURPOSE: &str = "on purpose";

/// Keeps panics out of the output that the crate or a test provokes and catches.
pub(super) fn hide_expected_panics() {
    let show = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_ours = info.location().is_some_and(|it| it.file().contains("error_messages"));
        if is_ours && info.payload().downcast_ref() != Some(&ON_PURPOSE) {
            show(info);
        }
    }));
}

/// Runs a future in a runtime with timer and I/O.
pub(super) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Runs a future in a runtime whose time passes at once when nothing else is to be done.
pub(super) fn block_on_paused<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap().block_on(work)
}

/// Runs a future outside of any runtime; it must not wait.
pub(super) fn without_runtime<T>(work: impl Future<Output = T>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// A clock that stands still, sleeps that end at once, and bytes that are not random.
#[derive(Clone, Copy)]
pub(super) struct Fixed(Instant, u64);

impl Fixed {
    pub(super) fn new() -> Self {
        Self::at(NOW)
    }

    pub(super) fn at(seconds: u64) -> Self {
        Self(SystemClock.instant(), seconds)
    }
}

impl Clock for Fixed {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.1)
    }

    fn instant(&self) -> Instant {
        self.0
    }
}

impl Sleep for Fixed {
    fn sleep(&self, _: Duration) -> SleepFuture {
        Box::pin(std::future::ready(()))
    }
}

impl Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// A sleep that never ends.
pub(super) struct Endless;

impl Sleep for Endless {
    fn sleep(&self, _: Duration) -> SleepFuture {
        Box::pin(std::future::pending())
    }
}

/// A provider that never answers.
#[derive(Debug)]
pub(super) struct Silent;

impl ProvideCredential for Silent {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(std::future::pending())
    }
}

/// An environment with these variables.
pub(super) fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables: Vec<(String, String)> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Environment::from_fn(move |name| {
        variables.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    })
}

/// What a transport does with a request.
#[derive(Clone)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    chunks: VecDeque<Chunk>,
    failure: Option<TransportErrorKind>,
    silent: bool,
}

#[derive(Clone)]
enum Chunk {
    Bytes(Bytes),
    Failure(TransportErrorKind),
    Silence,
}

impl Reply {
    pub(super) fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = if content_type.is_empty() {
            Vec::new()
        } else {
            vec![("content-type", content_type.to_owned())]
        };
        let chunks = VecDeque::from([Chunk::Bytes(body.into())]);
        Self { status, headers, chunks, failure: None, silent: false }
    }

    pub(super) fn json(body: impl Into<Bytes>) -> Self {
        Self::new(200, "application/json", body)
    }

    /// A response to any call.
    pub(super) fn ok() -> Self {
        Self::json(r#"{"Response": {"RequestId": "r-1"}}"#)
    }

    pub(super) fn api_error(code: &str) -> Self {
        Self::json(format!(
            r#"{{"Response": {{"Error": {{"Code": "{code}", "Message": "Not today."}}, "RequestId": "r-1"}}}}"#
        ))
    }

    pub(super) fn events(body: impl Into<Bytes>) -> Self {
        Self::new(200, "text/event-stream", body)
    }

    pub(super) fn failure(kind: TransportErrorKind) -> Self {
        Self { failure: Some(kind), ..Self::ok() }
    }

    /// No response at all.
    pub(super) fn silence() -> Self {
        Self { silent: true, ..Self::ok() }
    }

    pub(super) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn then_failure(mut self, kind: TransportErrorKind) -> Self {
        self.chunks.push_back(Chunk::Failure(kind));
        self
    }

    pub(super) fn then_silence(mut self) -> Self {
        self.chunks.push_back(Chunk::Silence);
        self
    }

    fn response(self) -> Result<Response, TransportError> {
        if let Some(kind) = self.failure {
            return Err(TransportError::new(kind, "the cable is cut"));
        }
        let mut response = Response::new(ResponseBody::new(Chunks(self.chunks)));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap();
        for (name, value) in self.headers {
            let value = HeaderValue::from_str(&value).unwrap();
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
        Ok(response)
    }
}

struct Chunks(VecDeque<Chunk>);

impl BodyChunks for Chunks {
    fn chunk(&mut self) -> ChunkFuture<'_> {
        let chunk = self.0.pop_front();
        Box::pin(async move {
            match chunk {
                None => Ok(None),
                Some(Chunk::Bytes(bytes)) => Ok(Some(bytes)),
                Some(Chunk::Failure(kind)) => Err(TransportError::new(kind, "the cable is cut")),
                Some(Chunk::Silence) => std::future::pending().await,
            }
        })
    }
}

/// A transport that plays replies, the last one again and again.
#[derive(Clone)]
pub(super) struct Network(Arc<(Vec<Reply>, AtomicUsize)>);

impl Network {
    pub(super) fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self(Arc::new((replies.into_iter().collect(), AtomicUsize::new(0))))
    }
}

impl From<Reply> for Network {
    fn from(reply: Reply) -> Self {
        Self::new([reply])
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

impl HttpTransport for Network {
    fn send(&self, _: http::Request<Bytes>) -> SendFuture<'_> {
        let (replies, sent) = &*self.0;
        let at = sent.fetch_add(1, Ordering::SeqCst).min(replies.len() - 1);
        let reply = replies[at].clone();
        if reply.silent {
            return Box::pin(std::future::pending());
        }
        Box::pin(std::future::ready(reply.response()))
    }
}

/// A builder whose calls are sent once.
pub(super) fn builder<C: From<Client>>(network: impl Into<Network>) -> ClientBuilder<C> {
    ClientBuilder::new("cvm", "2017-03-12")
        .region("ap-shanghai")
        .credential(credential())
        .transport(network.into())
        .clock(Fixed::new())
        .sleep(Fixed::new())
        .random(Fixed::new())
        .profile(ClientProfile::builder().retryer(RetryPolicy::none()).build().unwrap())
}

pub(super) fn client(network: impl Into<Network>) -> CommonClient {
    builder(network).build().unwrap()
}

/// A profile whose calls are sent once.
pub(super) fn profile(http_profile: HttpProfile) -> ClientProfile {
    let builder = ClientProfile::builder().retryer(RetryPolicy::none());
    builder.http_profile(http_profile).build().unwrap()
}

/// The surroundings of a provider.
pub(super) fn config(network: impl Into<Network>, variables: &[(&str, &str)]) -> ProviderConfig {
    ProviderConfig::new()
        .transport(network.into())
        .environment(environment(variables))
        .clock(Fixed::new())
        .sleep(Fixed::new())
        .random(Fixed::new())
}

/// A server that reads the beginning of each request, writes these bytes, and closes.
pub(super) fn server(bytes: impl Into<Vec<u8>>) -> SocketAddr {
    let bytes = bytes.into();
    serve(move |mut stream| {
        let mut buffer = [0; 16 * 1024];
        let _ = stream.read(&mut buffer);
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        // A connection that is closed before all is read is reset, and loses the response.
        let _ = stream.read_to_end(&mut Vec::new());
    })
}

/// A server on loopback that does this with each connection.
pub(super) fn serve(work: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let work = Arc::new(work);
        while let Ok((stream, _)) = listener.accept() {
            let work = Arc::clone(&work);
            thread::spawn(move || work(stream));
        }
    });
    address
}
