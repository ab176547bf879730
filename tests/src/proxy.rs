//! A proxy on loopback.
//!
//! ```
//! use tencentcloud_tests::proxy::ProxyServer;
//!
//! let proxy = ProxyServer::start(None, "127.0.0.1:9".parse().unwrap())?;
//! assert_eq!(proxy.received().len(), 0);
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::counting::{ANSWER, lock, read};
use crate::scripted::Received;

/// Connects to one place, whatever it is asked for, and answers plain requests by itself.
#[derive(Debug)]
pub struct ProxyServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl ProxyServer {
    /// Starts on a free port; with `login`, the value of `Proxy-Authorization` it wants.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub fn start(login: Option<&'static str>, target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let log = Arc::clone(&log);
                thread::spawn(move || serve(stream, login, target, &log));
            }
        });
        Ok(Self { address, received })
    }

    /// Host and port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it was asked so far.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.received).clone()
    }
}

fn serve(
    mut stream: TcpStream,
    login: Option<&str>,
    target: SocketAddr,
    log: &Mutex<Vec<Received>>,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = read(&mut reader)? {
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
            let (back, forth) = (target.try_clone()?, stream.try_clone()?);
            thread::spawn(move || pass(back, forth));
            pass(stream, target);
            return Ok(());
        } else {
            stream.write_all(ANSWER.as_bytes())?;
        }
    }
    Ok(())
}

/// Passes on all bytes, and then that there are no more.
pub(crate) fn pass(mut from: TcpStream, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}
