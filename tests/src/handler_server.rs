//! A server on loopback that calls a function for each connection.
//!
//! ```
//! use tencentcloud_tests::handler_server::HandlerServer;
//!
//! let server = HandlerServer::start(|mut connection| {
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

use crate::scripted_server::{RecordedRequest, read_request};

/// A server that handles each connection on its own thread.
#[derive(Debug)]
pub struct HandlerServer {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl HandlerServer {
    /// Starts the server on a free port. A connection is closed when `handle` returns.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub fn start(
        handle: impl Fn(Connection) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (connections, requests) = (Arc::<AtomicUsize>::default(), Arc::default());
        let (handle, count, log) =
            (Arc::new(handle), Arc::clone(&connections), Arc::clone(&requests));
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                let (handle, log) = (Arc::clone(&handle), Arc::clone(&log));
                thread::spawn(move || -> io::Result<()> {
                    // Each write must arrive separately.
                    stream.set_nodelay(true)?;
                    handle(Connection { number, stream, log })
                });
            }
        });
        Ok(Self { address, connections, requests })
    }

    /// Returns the URL for the profile.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the number of accepted connections.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Returns the requests so far, on all connections.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A connection of a client.
#[derive(Debug)]
pub struct Connection {
    /// The number of the connection, from 1.
    pub number: usize,
    stream: TcpStream,
    log: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl Connection {
    /// Waits for the next request.
    ///
    /// # Errors
    ///
    /// Fails if the client closes the connection.
    pub fn receive(&mut self) -> io::Result<RecordedRequest> {
        let received = read_request(&mut self.stream)?;
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(received.clone());
        Ok(received)
    }

    /// Sends bytes.
    ///
    /// # Errors
    ///
    /// Fails if the client has closed the connection.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Sends one chunk of `Transfer-Encoding: chunked`. An empty chunk ends the body.
    ///
    /// # Errors
    ///
    /// Fails if the client has closed the connection.
    pub fn send_chunk(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        let bytes = bytes.as_ref();
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        self.send(chunk)
    }

    /// Sends a JSON response and keeps the connection open.
    ///
    /// # Errors
    ///
    /// Fails if the client has closed the connection.
    pub fn send_json(&mut self, body: &str) -> io::Result<()> {
        let length = body.len();
        self.send(format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             \r\n{body}"
        ))
    }

    /// Waits until the client closes the connection, and ignores what it sends.
    pub fn wait_for_close(&mut self) {
        let mut buffer = [0; 512];
        while self.stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
    }
}
