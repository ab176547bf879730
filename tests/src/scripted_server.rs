//! A server on loopback that sends scripted bytes, including malformed responses.
//!
//! ```
//! use tencentcloud_tests::scripted_server::{ScriptedServer, json, reset};
//!
//! let server = ScriptedServer::start(vec![
//!     reset(),
//!     json(r#"{"Response": {"RequestId": "r-1"}}"#),
//! ])?;
//! assert!(server.endpoint().starts_with("http://127.0.0.1:"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod closed_port;

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

pub use closed_port::ClosedPort;

/// Maximum time that a test waits for an expected event.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How the server handles one request: it reads the request, writes these bytes, and closes the
/// connection.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// The bytes to write.
    pub bytes: Vec<u8>,
    /// How long the connection stays open and silent before it is closed.
    pub then_silent: Duration,
    /// Leave the body of the request unread, so that closing the connection sends a reset.
    pub reset: bool,
    /// Write one byte at a time.
    pub slow_write: Option<SlowWrite>,
    /// Play the next step on the same connection if another request arrives on it.
    pub keep_open: bool,
}

/// How to write a response slowly.
#[derive(Clone, Copy, Debug)]
pub struct SlowWrite {
    /// Whether the head is written without delay.
    pub body_only: bool,
    /// The delay before each byte.
    pub delay: Duration,
}

impl Step {
    /// Removes the last bytes of the response.
    #[must_use]
    pub fn truncated(mut self, by: usize) -> Self {
        self.bytes.truncate(self.bytes.len().saturating_sub(by));
        self
    }

    /// Resets the connection after the response instead of closing it normally.
    #[must_use]
    pub fn then_reset(mut self) -> Self {
        self.reset = true;
        self
    }

    /// Writes the whole response one byte at a time.
    #[must_use]
    pub fn slow_head(mut self, delay: Duration) -> Self {
        self.slow_write = Some(SlowWrite { body_only: false, delay });
        self
    }

    /// Writes the head of the response at once, and its body one byte at a time.
    #[must_use]
    pub fn slow_body(mut self, delay: Duration) -> Self {
        self.slow_write = Some(SlowWrite { body_only: true, delay });
        self
    }

    /// Returns how many bytes are written without delay.
    fn at_once(&self) -> usize {
        match self.slow_write {
            None => self.bytes.len(),
            Some(SlowWrite { body_only: false, .. }) => 0,
            Some(SlowWrite { body_only: true, .. }) => {
                self.bytes.windows(4).position(|end| end == b"\r\n\r\n").map_or(0, |at| at + 4)
            }
        }
    }

    /// Keeps the connection open for the next request.
    #[must_use]
    pub fn kept_open(mut self) -> Self {
        const CLOSE: &[u8] = b"Connection: close\r\n";
        if let Some(at) = self.bytes.windows(CLOSE.len()).position(|line| line == CLOSE) {
            self.bytes.drain(at..at + CLOSE.len());
        }
        self.keep_open = true;
        self
    }

    /// Adds a header to the response.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Some(at) = self.bytes.windows(2).position(|end| end == b"\r\n") {
            self.bytes.splice(at..at, format!("\r\n{name}: {value}").into_bytes());
        }
        self
    }
}

/// A request, or the part of it that was read.
#[derive(Clone, Debug, Default)]
pub struct RecordedRequest {
    /// The request line.
    pub line: String,
    /// The headers: names in lower case, values as sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Whether the whole request was read.
    pub complete: bool,
    /// The number of its connection, from 0.
    pub connection: usize,
}

impl RecordedRequest {
    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns a string member of the JSON body, which must not have spaces between tokens.
    pub fn text(&self, member: &str) -> Option<String> {
        let body = String::from_utf8_lossy(&self.body);
        let (_, rest) = body.split_once(&format!("\"{member}\":\""))?;
        Some(rest.split('"').next().unwrap_or_default().to_owned())
    }
}

/// The recorded requests, and a signal for new ones.
#[derive(Debug, Default)]
struct Log {
    requests: Mutex<Vec<RecordedRequest>>,
    added: Condvar,
}

impl Log {
    fn lock(&self) -> MutexGuard<'_, Vec<RecordedRequest>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, received: RecordedRequest) {
        self.lock().push(received);
        self.added.notify_all();
    }
}

/// A server that plays one [`Step`] for each request, in order, one connection at a time. After the
/// last step it stops listening.
#[derive(Debug)]
pub struct ScriptedServer {
    address: SocketAddr,
    log: Arc<Log>,
}

impl ScriptedServer {
    /// Starts the server on a free port.
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub fn start(script: Vec<Step>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let log = Arc::new(Log::default());
        let shared = Arc::clone(&log);
        thread::spawn(move || serve(&listener, &script, &shared));
        Ok(Self { address, log })
    }

    /// Returns the URL for the profile.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.log.lock().clone()
    }

    /// Waits for this number of requests or a timeout, and returns the requests so far. Needed if a
    /// call can end before the server has read its request.
    pub fn wait_for_requests(&self, count: usize) -> Vec<RecordedRequest> {
        let log = self.log.lock();
        let waited = self.log.added.wait_timeout_while(log, TIMEOUT, |log| log.len() < count);
        let (log, _) = waited.unwrap_or_else(PoisonError::into_inner);
        log.clone()
    }
}

fn serve(listener: &TcpListener, script: &[Step], log: &Log) {
    let mut steps = script.iter().peekable();
    let mut connection = 0;
    while steps.peek().is_some() {
        let Ok((mut stream, _)) = listener.accept() else { return };
        while let Some(step) = steps.peek() {
            // Some tests close the connection on purpose.
            let played = play(&mut stream, step, log, connection).unwrap_or(Played::Step);
            if played == Played::Nothing {
                break;
            }
            let keep_open = step.keep_open;
            steps.next();
            if !keep_open {
                break;
            }
        }
        connection += 1;
    }
}

#[derive(PartialEq)]
enum Played {
    /// The client closed the connection without another request.
    Nothing,
    Step,
}

fn play(stream: &mut TcpStream, step: &Step, log: &Log, connection: usize) -> io::Result<Played> {
    let mut received = RecordedRequest { connection, ..RecordedRequest::default() };
    let outcome = read(stream, step.reset, &mut received);
    if received.line.is_empty() {
        return Ok(Played::Nothing);
    }
    log.push(received);
    outcome?;
    let (at_once, slow) = step.bytes.split_at(step.at_once());
    stream.write_all(at_once)?;
    for byte in slow {
        if is_closed_within(stream, step.slow_write.map_or(Duration::ZERO, |slow| slow.delay))? {
            return Ok(Played::Step);
        }
        stream.write_all(&[*byte])?;
    }
    stream.flush()?;
    if !step.then_silent.is_zero() {
        is_closed_within(stream, step.then_silent)?;
    }
    Ok(Played::Step)
}

/// Waits for `delay`. Returns true early if the client closes the connection.
fn is_closed_within(stream: &TcpStream, delay: Duration) -> io::Result<bool> {
    if delay.is_zero() {
        return Ok(false);
    }
    stream.set_read_timeout(Some(delay))?;
    let is_closed = match stream.peek(&mut [0]) {
        Ok(0) => true,
        // The rest of the request, or the next request, has arrived.
        Ok(_) => {
            thread::sleep(delay);
            false
        }
        Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
    };
    stream.set_read_timeout(None)?;
    Ok(is_closed)
}

/// Reads a request byte by byte, so that bytes after it stay in the connection.
fn read(
    stream: &mut TcpStream,
    leave_body: bool,
    received: &mut RecordedRequest,
) -> io::Result<()> {
    received.line = read_line(stream)?;
    let mut length = 0;
    while let Some((name, value)) = read_line(stream)?.trim_end().split_once(':') {
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
        if name == "content-length" {
            length = value.parse().unwrap_or(0);
        }
        received.headers.push((name, value));
    }
    received.body = vec![0; length];
    if leave_body {
        // The body is peeked but not read: closing a connection with unread bytes resets it.
        loop {
            match stream.peek(&mut received.body)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                arrived if arrived < length => thread::yield_now(),
                _ => break,
            }
        }
    } else {
        stream.read_exact(&mut received.body)?;
    }
    received.complete = true;
    Ok(())
}

/// Reads one request. Fails if the client closes the connection before its end.
pub(crate) fn read_request(stream: &mut TcpStream) -> io::Result<RecordedRequest> {
    let mut received = RecordedRequest::default();
    read(stream, false, &mut received)?;
    if received.line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(received)
}

fn read_line(stream: &mut TcpStream) -> io::Result<String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while stream.read(&mut byte)? == 1 {
        line.extend_from_slice(&byte);
        if byte == *b"\n" {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// Returns a response with this status line, content type and body.
pub fn respond(status: &str, content_type: &str, body: &str) -> Step {
    respond_bytes(status, content_type, body.as_bytes())
}

/// Returns a response like [`respond`], with bytes as its body.
pub fn respond_bytes(status: &str, content_type: &str, body: &[u8]) -> Step {
    let length = body.len();
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    Step { bytes, ..Step::default() }
}

/// Returns a JSON response with this body.
pub fn json(body: &str) -> Step {
    respond("200 OK", "application/json", body)
}

/// Returns an API error with this code.
pub fn api_error(code: &str) -> Step {
    json(&format!(
        r#"{{"Response": {{"Error": {{"Code": "{code}", "Message": "no"}}, "RequestId": "r-e"}}}}"#
    ))
}

/// Returns a JSON response in these chunks.
pub fn chunked(chunks: &[&str]) -> Step {
    let mut bytes = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
        Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        .to_vec();
    for chunk in chunks.iter().chain(&[""]) {
        bytes.extend_from_slice(format!("{:x}\r\n{chunk}\r\n", chunk.len()).as_bytes());
    }
    Step { bytes, ..Step::default() }
}

/// Returns a step that reads the request and closes the connection.
pub fn close() -> Step {
    Step::default()
}

/// Returns a step that resets the connection in the middle of the request.
pub fn reset() -> Step {
    Step::default().then_reset()
}

/// Returns a step that reads the request and never responds.
pub fn silence() -> Step {
    Step { then_silent: TIMEOUT, ..Step::default() }
}
