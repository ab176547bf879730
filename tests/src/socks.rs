//! A SOCKS 5 proxy on loopback.
//!
//! ```
//! use tencentcloud_tests::socks::SocksServer;
//!
//! let proxy = SocksServer::start(None, "127.0.0.1:9".parse().unwrap())?;
//! assert!(proxy.targets().is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::counting_server::lock;
use crate::proxy::forward;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const NO_ACCEPTABLE_METHOD: u8 = 0xFF;

/// A proxy that connects to one address, regardless of the requested target.
#[derive(Debug)]
pub struct SocksServer {
    address: SocketAddr,
    targets: Arc<Mutex<Vec<String>>>,
}

impl SocksServer {
    /// Starts the proxy on a free port. `login` is the required user name and password.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub fn start(
        login: Option<(&'static str, &'static str)>,
        target: SocketAddr,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let targets = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&targets);
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let log = Arc::clone(&log);
                thread::spawn(move || serve(stream, login, target, &log));
            }
        });
        Ok(Self { address, targets })
    }

    /// Returns the address that the proxy listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requested targets as `HOST:PORT`. HOST is a name if the client lets the proxy
    /// resolve it.
    pub fn targets(&self) -> Vec<String> {
        lock(&self.targets).clone()
    }
}

fn bytes<const N: usize>(stream: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Reads a string with a length prefix of one byte.
fn text(stream: &mut TcpStream) -> io::Result<String> {
    let [length] = bytes(stream)?;
    let mut text = vec![0; length.into()];
    stream.read_exact(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn serve(
    mut stream: TcpStream,
    login: Option<(&str, &str)>,
    target: SocketAddr,
    log: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let [_, methods] = bytes(&mut stream)?;
    let mut offered = vec![0; methods.into()];
    stream.read_exact(&mut offered)?;
    let required = if login.is_some() { USER_AND_PASSWORD } else { NO_LOGIN };
    if !offered.contains(&required) {
        return stream.write_all(&[VERSION, NO_ACCEPTABLE_METHOD]);
    }
    stream.write_all(&[VERSION, required])?;
    if let Some((user, password)) = login {
        let [_] = bytes(&mut stream)?;
        let is_valid = text(&mut stream)? == user;
        let is_valid = text(&mut stream)? == password && is_valid;
        stream.write_all(&[1, u8::from(!is_valid)])?;
        if !is_valid {
            return Ok(());
        }
    }
    let [_, _, _, kind] = bytes(&mut stream)?;
    let host = match kind {
        1 => IpAddr::from(Ipv4Addr::from(bytes::<4>(&mut stream)?)).to_string(),
        4 => IpAddr::from(Ipv6Addr::from(bytes::<16>(&mut stream)?)).to_string(),
        _ => text(&mut stream)?,
    };
    let port = u16::from_be_bytes(bytes(&mut stream)?);
    lock(log).push(format!("{host}:{port}"));
    let Ok(connected) = TcpStream::connect(target) else {
        // Host unreachable.
        return stream.write_all(&[VERSION, 4, 0, 1, 0, 0, 0, 0, 0, 0]);
    };
    stream.write_all(&[VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    let (from_target, to_client) = (connected.try_clone()?, stream.try_clone()?);
    thread::spawn(move || forward(from_target, to_client));
    forward(stream, connected);
    Ok(())
}
