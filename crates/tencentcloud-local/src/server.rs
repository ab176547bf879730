//! The server: a thread that listens, from its start to its drop.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tencentcloud_common::Credential;
use tencentcloud_common::runtime::{Clock, SystemClock};
use tokio::runtime::{Builder as RuntimeBuilder, Runtime};
use tokio::sync::oneshot;

use crate::catalog::Catalog;
use crate::clock::Shifted;
use crate::error::StartError;
use crate::gateway::Gateway;
use crate::http::{Endpoint, Observer};
use crate::received::{Log, Received};
use crate::specs::SPECS;
use crate::untyped;

/// The secret id and key that an endpoint takes when it is given no credential.
const SECRET_ID: &str = "AKIDlocalexample";
const SECRET_KEY: &str = "local-example-key";

/// How long to wait after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// A running endpoint on `127.0.0.1`. It stops when it is dropped.
///
/// It has a thread of its own, so it can be used from async and from blocking code alike.
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
    shared: Arc<Endpoint>,
    /// Dropped to stop the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl LocalServer {
    /// Starts an endpoint on a free port, with a credential that it makes up.
    ///
    /// # Errors
    ///
    /// When the operating system gives no port or no thread.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// An endpoint that is not as [`start`](Self::start) makes it.
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
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The URL to send requests to, such as `http://127.0.0.1:49152`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The secret id that it knows.
    pub fn secret_id(&self) -> &str {
        self.credential.secret_id()
    }

    /// The key of the [secret id](Self::secret_id).
    pub fn secret_key(&self) -> &str {
        self.credential.secret_key()
    }

    /// The credential that it accepts, ready for a client.
    pub fn credential(&self) -> Credential {
        self.credential.clone()
    }

    /// What was received so far, oldest first. Of many requests only the last thousand are kept.
    pub fn requests(&self) -> Vec<Received> {
        self.shared.log.all()
    }

    /// As [`requests`](Self::requests), and forgets them.
    pub fn take_requests(&self) -> Vec<Received> {
        self.shared.log.take()
    }

    fn spawn(
        builder: Builder,
        listener: TcpListener,
        address: SocketAddr,
    ) -> Result<Self, StartError> {
        let Builder { credential, others, clock, clock_offset, observer, .. } = builder;
        let credential = match credential {
            Some(credential) => credential,
            None => example_credential()?,
        };
        let credentials = std::iter::once(credential.clone()).chain(others).collect();
        let shared = Arc::new(Endpoint {
            gateway: Gateway::new(Catalog::read(&[SPECS, &untyped::SPECS].concat())?, credentials),
            clock: Arc::new(Shifted { clock, seconds: clock_offset }),
            log: Log::default(),
            observer,
        });
        let runtime = RuntimeBuilder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(StartError::Thread)?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("tencentcloud-local".to_owned());
        let endpoint = Arc::clone(&shared);
        let thread = thread.spawn(move || run(&runtime, listener, endpoint, stopped));
        Ok(Self {
            endpoint: format!("http://{address}"),
            address,
            credential,
            shared,
            stop: Some(stop),
            thread: Some(thread.map_err(StartError::Thread)?),
        })
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped as well.
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

/// How an endpoint is to be. Made by [`LocalServer::builder`].
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
///
/// use tencentcloud_common::Credential;
/// use tencentcloud_common::runtime::Clock;
/// use tencentcloud_local::LocalServer;
///
/// /// Stands still, so that known signatures stay good.
/// struct In2023;
///
/// impl Clock for In2023 {
///     fn now(&self) -> SystemTime {
///         UNIX_EPOCH + Duration::from_secs(1_700_000_000)
///     }
/// }
///
/// let server = LocalServer::builder()
///     .port(0)
///     .credential(Credential::new("AKIDfirst", "its-key")?)
///     .also_accept(Credential::with_token("AKIDsecond", "its-key", "its-token")?)
///     .clock(In2023)
///     .observe(|request| println!("{}: {:?}", request.action(), request.error_code()))
///     .start()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Builder {
    port: u16,
    credential: Option<Credential>,
    others: Vec<Credential>,
    clock: Arc<dyn Clock>,
    clock_offset: i64,
    observer: Option<Observer>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            port: 0,
            credential: None,
            others: Vec::new(),
            clock: Arc::new(SystemClock),
            clock_offset: 0,
            observer: None,
        }
    }
}

impl Builder {
    /// The port to listen on; 0, the default, is any that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The credential to accept. With a token, requests must have the token.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// One more credential to accept, as after a refresh.
    pub fn also_accept(mut self, credential: Credential) -> Self {
        self.others.push(credential);
        self
    }

    /// The clock to judge timestamps by, and to write into `Date`.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// By how many seconds the clock is ahead, or behind when negative. A client whose clock is
    /// more than 300 seconds off is refused.
    pub fn clock_offset(mut self, seconds: i64) -> Self {
        self.clock_offset = seconds;
        self
    }

    /// Calls `observer` with each request, once it is answered.
    pub fn observe(mut self, observer: impl Fn(&Received) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Starts the endpoint.
    ///
    /// # Errors
    ///
    /// When the port is taken, or the operating system gives no thread.
    pub fn start(self) -> Result<LocalServer, StartError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let (listener, address) =
            listen(address).map_err(|source| StartError::Listen { address, source })?;
        LocalServer::spawn(self, listener, address)
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("port", &self.port)
            .field("credential", &self.credential)
            .field("others", &self.others)
            .field("clock_offset", &self.clock_offset)
            .finish_non_exhaustive()
    }
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

/// Serves until the server is dropped. Connections that are open then are closed.
fn run(
    runtime: &Runtime,
    listener: TcpListener,
    endpoint: Arc<Endpoint>,
    stopped: oneshot::Receiver<()>,
) {
    runtime.block_on(async {
        let accepting = tokio::spawn(accept(listener, endpoint));
        // The sender is never used, only dropped.
        let _ = stopped.await;
        accepting.abort();
    });
}

async fn accept(listener: TcpListener, endpoint: Arc<Endpoint>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(Arc::clone(&endpoint).serve(stream));
            }
            // The connection is gone already, or there are too many: some will close.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}
