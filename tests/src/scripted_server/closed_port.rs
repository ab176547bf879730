use std::io;
use std::net::{TcpListener, TcpStream};

/// A port that refuses connections. No other program can use it until this is dropped.
#[derive(Debug)]
pub struct ClosedPort {
    /// A connection from this port, which keeps the port reserved.
    held: TcpStream,
}

impl ClosedPort {
    /// Reserves a free port.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        Ok(Self { held: TcpStream::connect(listener.local_addr()?)? })
    }

    /// Returns the URL for the profile.
    ///
    /// # Errors
    ///
    /// Fails if the port is no longer reserved.
    pub fn endpoint(&self) -> io::Result<String> {
        Ok(format!("http://{}", self.held.local_addr()?))
    }
}
