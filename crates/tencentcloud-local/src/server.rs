//! The server: a thread that accepts connections until the server is dropped.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use tencentcloud_common::Credential;
use tencentcloud_common::runtime::{Clock, SystemClock};
use tokio::runtime::{Builder as RuntimeBuilder, Runtime};
use tokio::sync::oneshot;

use crate::account::Settings;
use crate::catalog::Catalog;
use crate::clock::AccountClock;
use crate::gateway::Gateway;
use crate::http_service::{HttpService, RequestObserver};
use crate::request_log::{RecordedRequest, RequestLog};

/// The default secret id.
const SECRET_ID: &str = "AKIDlocalexample";

/// The default secret key.
const SECRET_KEY: &str = "local-example-key";

/// How long to wait after a connection could not be accepted.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(20);

/// A running server on `127.0.0.1`. It stops when it is dropped.
///
/// The server runs on its own thread, so both async and blocking code can use it.
///
/// ```
/// use tencentcloud_local::LocalServer;
///
/// let server = LocalServer::start()?;
/// assert!(server.endpoint().starts_with("http://127.0.0.1:"));
///
/// let credential = server.credential();
/// assert_eq!(credential.secret_id(), server.secret_id());
/// # Ok::<(), tencentcloud_local::StartError>(())
/// ```
pub struct LocalServer {
    endpoint: String,
    address: SocketAddr,
    credential: Credential,
    service: Arc<HttpService>,
    /// Stops the thread when it is dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl LocalServer {
    /// Starts a server on a free port, with an example credential.
    ///
    /// # Errors
    ///
    /// Fails if no port is free, or if the operating system cannot start a thread.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// Returns a builder, which can change the settings that [`start`](Self::start) uses.
    ///
    /// ```
    /// use tencentcloud_common::Credential;
    /// use tencentcloud_local::LocalServer;
    ///
    /// let credential = Credential::with_token("AKIDtest", "key", "token")?;
    /// let server = LocalServer::builder().credential(credential).clock_offset(-3600).start()?;
    /// assert_eq!(server.secret_id(), "AKIDtest");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn builder() -> LocalServerBuilder {
        LocalServerBuilder::default()
    }

    /// Returns the URL to send requests to, such as `http://127.0.0.1:49152`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the secret id that the server accepts.
    pub fn secret_id(&self) -> &str {
        self.credential.secret_id()
    }

    /// Returns the secret key of the [secret id](Self::secret_id).
    pub fn secret_key(&self) -> &str {
        self.credential.secret_key()
    }

    /// Returns the credential that the server accepts, for use in a client.
    pub fn credential(&self) -> Credential {
        self.credential.clone()
    }

    /// Returns the recorded requests, oldest first. The server keeps the last 1,000 requests.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.service.log.all()
    }

    /// Returns the recorded requests like [`requests`](Self::requests), and clears them.
    pub fn take_requests(&self) -> Vec<RecordedRequest> {
        self.service.log.take()
    }

    /// Moves the time of the account forward, so that operations make progress. The clock for
    /// signatures does not move.
    pub fn advance(&self, duration: Duration) {
        self.service.gateway.clock().advance(duration);
    }

    fn spawn(
        builder: LocalServerBuilder,
        listener: TcpListener,
        address: SocketAddr,
    ) -> Result<Self, StartError> {
        let LocalServerBuilder {
            credential,
            other_credentials,
            clock,
            clock_offset,
            has_manual_time,
            settings,
            observer,
            ..
        } = builder;
        let clock: Arc<dyn Clock> = Arc::new(OffsetClock { clock, offset: clock_offset });
        let account_clock = if has_manual_time {
            AccountClock::manual()
        } else {
            AccountClock::following(Arc::clone(&clock))
        };
        let credential = match credential {
            Some(credential) => credential,
            None => example_credential()?,
        };
        let credentials = std::iter::once(credential.clone()).chain(other_credentials).collect();
        let catalog =
            Catalog::built_in().map_err(|problem| StartError::Specification { problem })?;
        let service = Arc::new(HttpService {
            gateway: Gateway::new(Arc::new(catalog), credentials, account_clock, settings),
            clock,
            log: RequestLog::default(),
            observer,
        });
        let runtime = RuntimeBuilder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(StartError::Thread)?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("tencentcloud-local".to_owned());
        let thread_service = Arc::clone(&service);
        let thread = thread.spawn(move || run(&runtime, listener, thread_service, stopped));
        Ok(Self {
            endpoint: format!("http://{address}"),
            address,
            credential,
            service,
            stop: Some(stop),
            thread: Some(thread.map_err(StartError::Thread)?),
        })
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped too.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for LocalServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalServer")
            .field("endpoint", &self.endpoint)
            .field("secret_id", &self.secret_id())
            .finish_non_exhaustive()
    }
}

/// Builder for a [`LocalServer`]. Created by [`LocalServer::builder`].
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
///
/// use tencentcloud_common::Credential;
/// use tencentcloud_common::runtime::Clock;
/// use tencentcloud_local::LocalServer;
///
/// /// A clock that does not move, so that signatures with a known timestamp stay valid.
/// struct FixedClock;
///
/// impl Clock for FixedClock {
///     fn now(&self) -> SystemTime {
///         UNIX_EPOCH + Duration::from_secs(1_700_000_000)
///     }
/// }
///
/// let server = LocalServer::builder()
///     .port(0)
///     .credential(Credential::new("AKIDfirst", "first-key")?)
///     .also_accept(Credential::with_token("AKIDsecond", "second-key", "second-token")?)
///     .clock(FixedClock)
///     .on_request(|request| println!("{}: {:?}", request.action(), request.error_code()))
///     .start()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct LocalServerBuilder {
    port: u16,
    credential: Option<Credential>,
    other_credentials: Vec<Credential>,
    clock: Arc<dyn Clock>,
    clock_offset: i64,
    has_manual_time: bool,
    settings: Settings,
    observer: Option<RequestObserver>,
}

impl Default for LocalServerBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            credential: None,
            other_credentials: Vec::new(),
            clock: Arc::new(SystemClock),
            clock_offset: 0,
            has_manual_time: false,
            settings: Settings::default(),
            observer: None,
        }
    }
}

impl LocalServerBuilder {
    /// Sets the port to listen on. Default: 0, which selects a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the credential to accept. If it has a token, requests must have the same token.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Adds another credential to accept, such as the one that a client has after a refresh.
    pub fn also_accept(mut self, credential: Credential) -> Self {
        self.other_credentials.push(credential);
        self
    }

    /// Sets the clock for checking timestamps, for the header `Date`, and for the account unless it
    /// has a [manual time](Self::manual_time). Default: the system clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets an offset in seconds that is added to the clock. Default: 0. Requests whose timestamp
    /// differs from this time by more than 300 seconds fail with `AuthFailure.SignatureExpire`.
    pub fn clock_offset(mut self, seconds: i64) -> Self {
        self.clock_offset = seconds;
        self
    }

    /// Sets the seed of the ids of new resources. Default: 0. With the same seed, the same calls
    /// create resources with the same ids.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Sets how long an operation such as `StartInstances` takes. Default: 2 seconds. Creating a
    /// snapshot and rolling back a disk take twice as long. With zero, each operation is complete
    /// when its response arrives.
    pub fn operation_time(mut self, duration: Duration) -> Self {
        self.settings.operation_time = duration;
        self
    }

    /// Stops the time of the account: operations make progress only in [`LocalServer::advance`].
    /// The clock for signatures still runs.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use tencentcloud_local::LocalServer;
    ///
    /// let server = LocalServer::builder().manual_time().start()?;
    /// // An instance that is created here is PENDING …
    /// server.advance(Duration::from_secs(2));
    /// // … and is RUNNING here.
    /// # Ok::<(), tencentcloud_local::StartError>(())
    /// ```
    pub fn manual_time(mut self) -> Self {
        self.has_manual_time = true;
        self
    }

    /// Sets a callback for each request, called before its response is sent.
    pub fn on_request(
        mut self,
        observer: impl Fn(&RecordedRequest) + Send + Sync + 'static,
    ) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// Fails if the port is in use, or if the operating system cannot start a thread.
    pub fn start(self) -> Result<LocalServer, StartError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let (listener, address) =
            listen(address).map_err(|source| StartError::Listen { address, source })?;
        LocalServer::spawn(self, listener, address)
    }
}

impl fmt::Debug for LocalServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalServerBuilder")
            .field("port", &self.port)
            .field("credential", &self.credential)
            .field("other_credentials", &self.other_credentials)
            .field("clock_offset", &self.clock_offset)
            .field("has_manual_time", &self.has_manual_time)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// A clock with an offset.
struct OffsetClock {
    clock: Arc<dyn Clock>,
    /// In seconds.
    offset: i64,
}

impl Clock for OffsetClock {
    fn now(&self) -> SystemTime {
        let now = self.clock.now();
        let offset = Duration::from_secs(self.offset.unsigned_abs());
        let time = if self.offset < 0 { now.checked_sub(offset) } else { now.checked_add(offset) };
        time.unwrap_or(now)
    }
}

/// Error when starting a [`LocalServer`].
///
/// ```
/// use tencentcloud_local::{LocalServer, StartError};
///
/// let first = LocalServer::start()?;
/// let second = LocalServer::builder().port(first.address().port()).start();
/// assert!(matches!(second, Err(StartError::Listen { .. })));
/// # Ok::<(), StartError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The port is in use or requires a privilege.
    #[error("cannot listen on {address}: {source}; choose another port, or 0 for a free port")]
    Listen {
        /// The requested address.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The operating system cannot create the thread or its event queue.
    #[error("cannot start the server thread: {0}")]
    Thread(#[source] io::Error),
    /// The example credential is not valid.
    #[error("cannot create the example credential: {0}; set a credential on the builder")]
    Credential(#[source] tencentcloud_common::Error),
    /// A built-in specification is not valid.
    #[error("invalid built-in specification: {problem}; run `cargo xtask generate`")]
    Specification {
        /// What is wrong with it.
        problem: String,
    },
}

fn example_credential() -> Result<Credential, StartError> {
    let credential = Credential::new(SECRET_ID, SECRET_KEY);
    credential.map_err(StartError::Credential)
}

fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves connections until the server is dropped, which closes all connections.
fn run(
    runtime: &Runtime,
    listener: TcpListener,
    service: Arc<HttpService>,
    stopped: oneshot::Receiver<()>,
) {
    runtime.block_on(async {
        let accepting = tokio::spawn(accept(listener, service));
        // The sender never sends; this returns when it is dropped.
        let _ = stopped.await;
        accepting.abort();
    });
}

async fn accept(listener: TcpListener, service: Arc<HttpService>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(Arc::clone(&service).serve(stream));
            }
            // The connection is already closed, or there are too many open files.
            Err(_) => tokio::time::sleep(ACCEPT_RETRY_DELAY).await,
        }
    }
}
