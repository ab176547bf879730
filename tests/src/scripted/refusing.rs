use std::io;
use std::net::{TcpListener, TcpStream};

/// A port at which nobody listens, and nobody can begin to while this is kept.
#[derive(Debug)]
pub struct Refusing {
    /// A connection of this port to somewhere else, which keeps it taken.
    held: TcpStream,
}

impl Refusing {
    /// Takes a free port.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        Ok(Self { held: TcpStream::connect(listener.local_addr()?)? })
    }

    /// A URL for the profile.
    ///
    /// # Errors
    ///
    /// When the port was lost.
    pub fn endpoint(&self) -> io::Result<String> {
        Ok(format!("http://{}", self.held.local_addr()?))
    }
}
