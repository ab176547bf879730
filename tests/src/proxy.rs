//! An HTTP proxy on loopback.
//!
//! ```
//! use tencentcloud_tests::proxy::ProxyServer;
//!
//! let proxy = ProxyServer::start(None, "127.0.0.1:9".parse().unwrap())?;
//! assert_eq!(proxy.requests().len(), 0);
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::counting_server::{OK_RESPONSE, lock, read_request};
use crate::scripted_server::RecordedRequest;

/// A proxy that connects to one address, regardless of the requested target, and responds to plain
/// HTTP requests itself.
#[derive(Debug)]
pub struct ProxyServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl ProxyServer {
    /// Starts the proxy on a free port. `login` is the required value of `Proxy-Authorization`.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub fn start(login: Option<&'static str>, target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&requests);
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let log = Arc::clone(&log);
                thread::spawn(move || serve(stream, login, target, &log));
            }
        });
        Ok(Self { address, requests })
    }

    /// Returns the address that the proxy listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.requests).clone()
    }
}

fn serve(
    mut stream: TcpStream,
    login: Option<&str>,
    target: SocketAddr,
    log: &Mutex<Vec<RecordedRequest>>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = read_request(&mut reader)? {
        let (allowed, connect) =
            (request.header("proxy-authorization") == login, request.line.starts_with("CONNECT "));
        lock(log).push(request);
        if !allowed {
            stream.write_all(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\
                  Proxy-Authenticate: Basic realm=\"test\"\r\n\r\n",
            )?;
        } else if connect {
            let target = TcpStream::connect(target)?;
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            let (from_target, to_client) = (target.try_clone()?, stream.try_clone()?);
            thread::spawn(move || forward(from_target, to_client));
            forward(stream, target);
            return Ok(());
        } else {
            stream.write_all(OK_RESPONSE.as_bytes())?;
        }
    }
    Ok(())
}

/// Forwards all bytes, and then the end of the stream.
pub(crate) fn forward(mut from: TcpStream, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}
