//! A server on loopback that plays a script, byte for byte.
//!
//! ```
//! use tencentcloud_tests::scripted::{ScriptedServer, json};
//!
//! let server = ScriptedServer::start(vec![json(r#"{"Response": {"RequestId": "r-1"}}"#)])?;
//! assert!(server.endpoint().starts_with("http://127.0.0.1:"));
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What is done with one request: write these bytes, then close the connection.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Written as they are.
    pub bytes: Vec<u8>,
    /// Keep the connection open and silent for this long before it is closed.
    pub then_silent: Duration,
}

/// A request as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// The request line.
    pub line: String,
    /// Names in lower case, values as sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Plays one [`Step`] a connection, in order; refuses to listen on after the last.
#[derive(Debug)]
pub struct ScriptedServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl ScriptedServer {
    /// Starts on a free port.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub fn start(script: Vec<Step>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        thread::spawn(move || {
            for step in script {
                let Ok((stream, _)) = listener.accept() else { return };
                // A client that went away is what some tests are about.
                let _ = play(stream, &step, &log);
            }
        });
        Ok(Self { address, received })
    }

    /// A URL for the profile.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Host and port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has arrived so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn play(mut stream: TcpStream, step: &Step, log: &Mutex<Vec<Received>>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut received = Received::default();
    reader.read_line(&mut received.line)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
        if name == "content-length" {
            length = value.parse().unwrap_or(0);
        }
        received.headers.push((name, value));
    }
    received.body = vec![0; length];
    reader.read_exact(&mut received.body)?;
    log.lock().unwrap_or_else(PoisonError::into_inner).push(received);
    stream.write_all(&step.bytes)?;
    stream.flush()?;
    if !step.then_silent.is_zero() {
        // Returns early when the client hangs up.
        stream.set_read_timeout(Some(step.then_silent))?;
        let _ = reader.read(&mut [0]);
    }
    Ok(())
}

/// An answer with this status line, content type and body.
pub fn answer(status: &str, content_type: &str, body: &str) -> Step {
    let length = body.len();
    let bytes = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    );
    Step { bytes: bytes.into_bytes(), ..Step::default() }
}

/// A success of the API with this body.
pub fn json(body: &str) -> Step {
    answer("200 OK", "application/json", body)
}
