//! A server on loopback whose connections are each served by a function, piece by piece.
//!
//! ```
//! use tencentcloud_tests::live::LiveServer;
//!
//! let server = LiveServer::start(|mut connection| {
//!     let request = connection.receive()?;
//!     assert!(request.line.starts_with("POST / "));
//!     connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
//! })?;
//! assert_eq!(server.connections(), 0);
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::scripted::{Received, receive};

/// Serves every connection in a thread of its own.
#[derive(Debug)]
pub struct LiveServer {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl LiveServer {
    /// Starts on a free port; a connection is closed when `serve` returns.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub fn start(
        serve: impl Fn(Connection) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (connections, received) = (Arc::<AtomicUsize>::default(), Arc::default());
        let (serve, count, log) =
            (Arc::new(serve), Arc::clone(&connections), Arc::clone(&received));
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                let (serve, log) = (Arc::clone(&serve), Arc::clone(&log));
                thread::spawn(move || -> io::Result<()> {
                    // What is sent in pieces arrives in pieces.
                    stream.set_nodelay(true)?;
                    serve(Connection { number, stream, log })
                });
            }
        });
        Ok(Self { address, connections, received })
    }

    /// A URL for the profile.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// What has arrived so far, on all connections.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A connection that a client made.
#[derive(Debug)]
pub struct Connection {
    /// Which one it is, counted from 1.
    pub number: usize,
    stream: TcpStream,
    log: Arc<Mutex<Vec<Received>>>,
}

impl Connection {
    /// Waits for the next request.
    ///
    /// # Errors
    ///
    /// When the client hangs up instead.
    pub fn receive(&mut self) -> io::Result<Received> {
        let received = receive(&mut self.stream)?;
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(received.clone());
        Ok(received)
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    ///
    /// When the client has hung up.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Sends a body, or a piece of one, as one chunk of `Transfer-Encoding: chunked`; nothing is
    /// the last one.
    ///
    /// # Errors
    ///
    /// When the client has hung up.
    pub fn send_chunk(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        let bytes = bytes.as_ref();
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        self.send(chunk)
    }

    /// Sends a success of the API, and keeps the connection.
    ///
    /// # Errors
    ///
    /// When the client has hung up.
    pub fn send_json(&mut self, body: &str) -> io::Result<()> {
        let length = body.len();
        self.send(format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             \r\n{body}"
        ))
    }

    /// Waits until the client closes the connection, whatever it sends before.
    pub fn wait_for_close(&mut self) {
        let mut buffer = [0; 512];
        while self.stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
    }
}
