//! A server on loopback that plays a script, byte for byte, also one that no honest server would.
//!
//! ```
//! use tencentcloud_tests::scripted::{ScriptedServer, json, reset};
//!
//! let server = ScriptedServer::start(vec![
//!     reset(),
//!     json(r#"{"Response": {"RequestId": "r-1"}}"#),
//! ])?;
//! assert!(server.endpoint().starts_with("http://127.0.0.1:"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod refusing;

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

pub use refusing::Refusing;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is done with one request: read it, write these bytes, then close the connection.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Written as they are.
    pub bytes: Vec<u8>,
    /// Keep the connection open and silent for this long before it is closed.
    pub then_silent: Duration,
    /// Leave the body of the request in the connection: closing it then resets it.
    pub reset: bool,
    /// Write one byte at a time.
    pub dribble: Option<Dribble>,
    /// Play the next step on this connection when another request arrives on it.
    pub keep_open: bool,
}

/// How slowly an answer is written.
#[derive(Clone, Copy, Debug)]
pub struct Dribble {
    /// The head is written at once.
    pub body_only: bool,
    /// The pause before each byte.
    pub pause: Duration,
}

impl Step {
    /// Leaves out the last bytes of the answer.
    #[must_use]
    pub fn truncated(mut self, by: usize) -> Self {
        self.bytes.truncate(self.bytes.len().saturating_sub(by));
        self
    }

    /// Resets the connection after the answer instead of closing it.
    #[must_use]
    pub fn then_reset(mut self) -> Self {
        self.reset = true;
        self
    }

    /// Writes the answer from its head on, one byte at a time.
    #[must_use]
    pub fn slow_head(mut self, pause: Duration) -> Self {
        self.dribble = Some(Dribble { body_only: false, pause });
        self
    }

    /// Writes the head of the answer at once, and its body one byte at a time.
    #[must_use]
    pub fn slow_body(mut self, pause: Duration) -> Self {
        self.dribble = Some(Dribble { body_only: true, pause });
        self
    }

    /// How many bytes are written at once.
    fn at_once(&self) -> usize {
        match self.dribble {
            None => self.bytes.len(),
            Some(Dribble { body_only: false, .. }) => 0,
            Some(Dribble { body_only: true, .. }) => {
                self.bytes.windows(4).position(|end| end == b"\r\n\r\n").map_or(0, |at| at + 4)
            }
        }
    }

    /// Offers the connection for the next request.
    #[must_use]
    pub fn kept_open(mut self) -> Self {
        const CLOSE: &[u8] = b"Connection: close\r\n";
        if let Some(at) = self.bytes.windows(CLOSE.len()).position(|line| line == CLOSE) {
            self.bytes.drain(at..at + CLOSE.len());
        }
        self.keep_open = true;
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Some(at) = self.bytes.windows(2).position(|end| end == b"\r\n") {
            self.bytes.splice(at..at, format!("\r\n{name}: {value}").into_bytes());
        }
        self
    }
}

/// A request as it arrived, or as much of it as was read.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// The request line.
    pub line: String,
    /// Names in lower case, values as sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Whether it was read to its end.
    pub complete: bool,
    /// The number of its connection, from 0.
    pub connection: usize,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The member of a JSON body that is a string, in the spelling of the SDK.
    pub fn text(&self, member: &str) -> Option<String> {
        let body = String::from_utf8_lossy(&self.body);
        let (_, rest) = body.split_once(&format!("\"{member}\":\""))?;
        Some(rest.split('"').next().unwrap_or_default().to_owned())
    }
}

/// What has arrived, and a bell that rings when more does.
#[derive(Debug, Default)]
struct Log {
    received: Mutex<Vec<Received>>,
    more: Condvar,
}

impl Log {
    fn lock(&self) -> MutexGuard<'_, Vec<Received>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, received: Received) {
        self.lock().push(received);
        self.more.notify_all();
    }
}

/// Plays one [`Step`] a request, in order, and one connection after the other; refuses to listen on
/// after the last.
#[derive(Debug)]
pub struct ScriptedServer {
    address: SocketAddr,
    log: Arc<Log>,
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
        let log = Arc::new(Log::default());
        let shared = Arc::clone(&log);
        thread::spawn(move || serve(&listener, &script, &shared));
        Ok(Self { address, log })
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
        self.log.lock().clone()
    }

    /// What has arrived once so many requests have, or when it is clear that they never will: for
    /// calls that end before the server has read what they sent.
    pub fn received_at_least(&self, count: usize) -> Vec<Received> {
        let log = self.log.lock();
        let waited = self.log.more.wait_timeout_while(log, PATIENCE, |log| log.len() < count);
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
            // A client that went away is what some tests are about.
            let played = play(&mut stream, step, log, connection).unwrap_or(Played::Answered);
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
    /// The connection ended without another request.
    Nothing,
    Answered,
}

fn play(stream: &mut TcpStream, step: &Step, log: &Log, connection: usize) -> io::Result<Played> {
    let mut received = Received { connection, ..Received::default() };
    let outcome = read(stream, step.reset, &mut received);
    if received.line.is_empty() {
        return Ok(Played::Nothing);
    }
    log.push(received);
    outcome?;
    let (at_once, slow) = step.bytes.split_at(step.at_once());
    stream.write_all(at_once)?;
    for byte in slow {
        if hung_up_within(stream, step.dribble.map_or(Duration::ZERO, |slow| slow.pause))? {
            return Ok(Played::Answered);
        }
        stream.write_all(&[*byte])?;
    }
    stream.flush()?;
    if !step.then_silent.is_zero() {
        hung_up_within(stream, step.then_silent)?;
    }
    Ok(Played::Answered)
}

/// Waits; returns early, and true, when the client hangs up.
fn hung_up_within(stream: &TcpStream, pause: Duration) -> io::Result<bool> {
    if pause.is_zero() {
        return Ok(false);
    }
    stream.set_read_timeout(Some(pause))?;
    let hung_up = match stream.peek(&mut [0]) {
        Ok(0) => true,
        // What arrives is the rest of the request, or the next one.
        Ok(_) => {
            thread::sleep(pause);
            false
        }
        Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
    };
    stream.set_read_timeout(None)?;
    Ok(hung_up)
}

/// Reads a request; byte by byte, so that nothing behind it is taken from the connection.
fn read(stream: &mut TcpStream, leave_body: bool, received: &mut Received) -> io::Result<()> {
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
        // Looked at and not taken: what was not read resets the connection when it is closed.
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

/// Reads one request; an error when the client hangs up before its end.
pub(crate) fn receive(stream: &mut TcpStream) -> io::Result<Received> {
    let mut received = Received::default();
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

/// An answer with this status line, content type and body.
pub fn answer(status: &str, content_type: &str, body: &str) -> Step {
    answer_bytes(status, content_type, body.as_bytes())
}

/// As [`answer`], of bytes that need not be text.
pub fn answer_bytes(status: &str, content_type: &str, body: &[u8]) -> Step {
    let length = body.len();
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    Step { bytes, ..Step::default() }
}

/// A success of the API with this body.
pub fn json(body: &str) -> Step {
    answer("200 OK", "application/json", body)
}

/// An error of the API with this code.
pub fn error(code: &str) -> Step {
    json(&format!(
        r#"{{"Response": {{"Error": {{"Code": "{code}", "Message": "no"}}, "RequestId": "r-e"}}}}"#
    ))
}

/// A success of the API in these chunks.
pub fn chunked(chunks: &[&str]) -> Step {
    let mut bytes = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
        Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        .to_vec();
    for chunk in chunks.iter().chain(&[""]) {
        bytes.extend_from_slice(format!("{:x}\r\n{chunk}\r\n", chunk.len()).as_bytes());
    }
    Step { bytes, ..Step::default() }
}

/// Reads the request and closes the connection.
pub fn close() -> Step {
    Step::default()
}

/// Resets the connection in the middle of the request.
pub fn reset() -> Step {
    Step::default().then_reset()
}

/// Reads the request and never answers.
pub fn silence() -> Step {
    Step { then_silent: PATIENCE, ..Step::default() }
}
