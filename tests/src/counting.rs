//! A server on loopback that gives one answer to every request, and counts connections.
//!
//! ```
//! use tencentcloud_tests::counting::CountingServer;
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

use crate::scripted::Received;

/// What [`CountingServer::start`] answers.
pub const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
                          Content-Length: 34\r\n\r\n{\"Response\": {\"RequestId\": \"r-1\"}}";

/// Keeps connections until the client closes them, or the test does.
#[derive(Debug)]
pub struct CountingServer {
    address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// One an accepted connection; `None` when the client has closed it.
    connections: Mutex<Vec<Option<TcpStream>>>,
    received: Mutex<Vec<Received>>,
    refusing: AtomicBool,
    handshakes: AtomicUsize,
}

impl CountingServer {
    /// Answers a success of the API, without TLS.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub fn start() -> io::Result<Self> {
        Self::answering(None, ANSWER)
    }

    /// Answers a success of the API, over TLS.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub fn with_tls(tls: Arc<ServerConfig>) -> io::Result<Self> {
        Self::answering(Some(tls), ANSWER)
    }

    /// Answers these bytes.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub fn answering(tls: Option<Arc<ServerConfig>>, answer: &'static str) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let Ok(clone) = stream.try_clone() else { return };
                let number = {
                    let mut connections = lock(&shared.connections);
                    connections.push(Some(clone));
                    connections.len() - 1
                };
                if shared.refusing.load(Ordering::SeqCst) {
                    let _ = stream.shutdown(Shutdown::Both);
                }
                let (shared, tls) = (Arc::clone(&shared), tls.clone());
                thread::spawn(move || {
                    // A client that goes away is what some tests are about.
                    let _ = match tls.map(ServerConnection::new) {
                        None => serve(stream, answer, &shared.received),
                        Some(Ok(tls)) => shake_hands(tls, stream).and_then(|stream| {
                            shared.handshakes.fetch_add(1, Ordering::SeqCst);
                            serve(stream, answer, &shared.received)
                        }),
                        Some(Err(error)) => Err(io::Error::other(error)),
                    };
                    if let Some(connection) = lock(&shared.connections).get_mut(number) {
                        *connection = None;
                    }
                });
            }
        });
        Ok(Self { address, seen })
    }

    /// Host and port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were accepted so far.
    pub fn accepted(&self) -> usize {
        lock(&self.seen.connections).len()
    }

    /// How many connections are open now.
    pub fn open(&self) -> usize {
        lock(&self.seen.connections).iter().flatten().count()
    }

    /// How many TLS handshakes are complete.
    pub fn handshakes(&self) -> usize {
        self.seen.handshakes.load(Ordering::SeqCst)
    }

    /// What has arrived so far.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.seen.received).clone()
    }

    /// Closes all connections that are open now.
    pub fn close_all(&self) {
        for connection in lock(&self.seen.connections).iter().flatten() {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// Whether connections are closed as soon as they are accepted.
    pub fn refuse(&self, refuse: bool) {
        self.seen.refusing.store(refuse, Ordering::SeqCst);
    }
}

fn shake_hands(
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
    answer: &str,
    received: &Mutex<Vec<Received>>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let Some(request) = read(&mut reader)? else { return Ok(()) };
        lock(received).push(request);
        reader.get_mut().write_all(answer.as_bytes())?;
        reader.get_mut().flush()?;
    }
}

/// Reads a request; `None` when the client has nothing more to say.
pub(crate) fn read(reader: &mut impl BufRead) -> io::Result<Option<Received>> {
    let mut received = Received::default();
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
