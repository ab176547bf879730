//! A server on loopback that sends the same response to every request and counts connections.
//!
//! ```
//! use tencentcloud_tests::counting_server::CountingServer;
//!
//! let server = CountingServer::start()?;
//! assert_eq!((server.accepted(), server.open()), (0, 0));
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::scripted_server::RecordedRequest;

/// The response of [`CountingServer::start`].
pub const OK_RESPONSE: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
                          Content-Length: 34\r\n\r\n{\"Response\": {\"RequestId\": \"r-1\"}}";

/// A server that keeps connections open until the client or the test closes them.
#[derive(Debug)]
pub struct CountingServer {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The accepted connections; `None` for a closed connection.
    connections: Mutex<Vec<Option<TcpStream>>>,
    requests: Mutex<Vec<RecordedRequest>>,
    closes_new_connections: AtomicBool,
    handshakes: AtomicUsize,
}

impl CountingServer {
    /// Starts a server that responds with a successful API response, without TLS.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub fn start() -> io::Result<Self> {
        Self::responding_with(None, OK_RESPONSE)
    }

    /// Starts a server that responds with a successful API response, over TLS.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub fn with_tls(tls: Arc<ServerConfig>) -> io::Result<Self> {
        Self::responding_with(Some(tls), OK_RESPONSE)
    }

    /// Starts a server that responds with these bytes.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub fn responding_with(
        tls: Option<Arc<ServerConfig>>,
        response: &'static str,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let Ok(clone) = stream.try_clone() else { return };
                let number = {
                    let mut connections = lock(&shared.connections);
                    connections.push(Some(clone));
                    connections.len() - 1
                };
                if shared.closes_new_connections.load(Ordering::SeqCst) {
                    let _ = stream.shutdown(Shutdown::Both);
                }
                let (shared, tls) = (Arc::clone(&shared), tls.clone());
                thread::spawn(move || {
                    // Some tests close the connection on purpose.
                    let _ = match tls.map(ServerConnection::new) {
                        None => serve(stream, response, &shared.requests),
                        Some(Ok(tls)) => handshake(tls, stream).and_then(|stream| {
                            shared.handshakes.fetch_add(1, Ordering::SeqCst);
                            serve(stream, response, &shared.requests)
                        }),
                        Some(Err(error)) => Err(io::Error::other(error)),
                    };
                    if let Some(connection) = lock(&shared.connections).get_mut(number) {
                        *connection = None;
                    }
                });
            }
        });
        Ok(Self { address, state })
    }

    /// Returns the address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns how many connections were accepted.
    pub fn accepted(&self) -> usize {
        lock(&self.state.connections).len()
    }

    /// Returns how many connections are open.
    pub fn open(&self) -> usize {
        lock(&self.state.connections).iter().flatten().count()
    }

    /// Returns how many TLS handshakes have completed.
    pub fn handshakes(&self) -> usize {
        self.state.handshakes.load(Ordering::SeqCst)
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.state.requests).clone()
    }

    /// Closes all open connections.
    pub fn close_all(&self) {
        for connection in lock(&self.state.connections).iter().flatten() {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// Sets whether new connections are closed as soon as they are accepted.
    pub fn close_new_connections(&self, close: bool) {
        self.state.closes_new_connections.store(close, Ordering::SeqCst);
    }
}

fn handshake(
    mut tls: ServerConnection,
    mut stream: TcpStream,
) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
    while tls.is_handshaking() {
        tls.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(tls, stream))
}

fn serve(
    stream: impl Read + Write,
    response: &str,
    requests: &Mutex<Vec<RecordedRequest>>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let Some(request) = read_request(&mut reader)? else { return Ok(()) };
        lock(requests).push(request);
        reader.get_mut().write_all(response.as_bytes())?;
        reader.get_mut().flush()?;
    }
}

/// Reads a request. Returns `None` if the client has closed the connection.
pub(crate) fn read_request(reader: &mut impl BufRead) -> io::Result<Option<RecordedRequest>> {
    let mut received = RecordedRequest::default();
    if reader.read_line(&mut received.line)? == 0 {
        return Ok(None);
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        received.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = received.header("content-length").and_then(|length| length.parse().ok());
    received.body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut received.body)?;
    Ok(Some(received))
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
