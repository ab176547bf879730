//! A server that shows whatever it is sent, in every way that is wrong.

use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use tencentcloud_tests::scripted_server::{RecordedRequest, json as ok, respond};

use super::planted::{ANSWERED_KEY, ANSWERED_TOKEN, SECRET_KEY, SPELLINGS, Spell, json, url};

/// How requests are answered.
#[derive(Clone, Copy)]
pub struct Mode {
    pub answer: Answer,
    /// The API answers so, and always well otherwise; or STS and the metadata service do.
    pub to_providers: bool,
    pub spell: Spell,
    /// Before the echo, so that it is cut at some place.
    pub padding: usize,
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    Good,
    /// Errors of the API.
    Failure,
    CodeAndId,
    Throttled,
    Refused,
    /// Pages.
    Page,
    Redirect,
    /// Documents that do not fit.
    Cut,
    WrongType,
    WrongSecret,
    NoResponse,
    /// Broken on the way.
    Short,
    NotZipped,
    Warning,
    /// Streams.
    Events,
    FailedEvent,
    CutEvent,
}

pub const ANSWERS: [Answer; 17] = {
    use Answer::*;
    [
        Good,
        Failure,
        CodeAndId,
        Throttled,
        Refused,
        Page,
        Redirect,
        Cut,
        WrongType,
        WrongSecret,
        NoResponse,
        Short,
        NotZipped,
        Warning,
        Events,
        FailedEvent,
        CutEvent,
    ]
};

/// Answers every request as [`Mode`] says.
pub struct EchoServer {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    mode: Mutex<Mode>,
    received: Mutex<Vec<RecordedRequest>>,
}

impl EchoServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mode =
            Mode { answer: Answer::Good, to_providers: false, spell: SPELLINGS[0], padding: 0 };
        let shared = Arc::new(Shared { mode: mode.into(), received: Mutex::default() });
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let shared = Arc::clone(&own);
                // A client that goes away is no harm.
                thread::spawn(move || _ = serve(stream, &shared));
            }
        });
        Self { address, shared }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn set(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap() = mode;
    }

    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.received.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let request = read(&mut reader)?;
    let mode = *shared.mode.lock().unwrap();
    let bytes = bytes(&request, mode);
    shared.received.lock().unwrap().push(request);
    stream.write_all(&bytes)
}

fn read(reader: &mut impl std::io::BufRead) -> std::io::Result<RecordedRequest> {
    let mut request = RecordedRequest::default();
    reader.read_line(&mut request.line)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = request.header("content-length").and_then(|length| length.parse().ok());
    request.body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut request.body)?;
    Ok(request)
}

/// Everything that the request holds, as whoever answers sees it: decoded.
fn seen(request: &RecordedRequest) -> Vec<String> {
    let mut seen: Vec<_> = request.headers.iter().map(|(_, value)| value.clone()).collect();
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let query = request.line.split(['?', ' ']).nth(2).unwrap_or_default();
    // In another body, an `&` is what it is.
    let is_form = request.header("content-type") == Some("application/x-www-form-urlencoded");
    for form in [query, if is_form { &body } else { "" }] {
        seen.extend(form.split('&').filter_map(|pair| Some(unescaped(pair.split_once('=')?.1))));
    }
    if let Ok(document) = serde_json::from_str(&body) {
        leaves(&document, &mut seen);
    }
    // Signatures alone, too.
    let signatures: Vec<_> =
        seen.iter().filter_map(|it| Some(it.split_once("Signature=")?.1.to_owned())).collect();
    seen.extend(signatures);
    seen.push(body);
    // The service knows the key; a call without a signature has none.
    if !seen.iter().any(|text| text == "SKIP") {
        seen.push(SECRET_KEY.to_owned());
    }
    seen
}

fn leaves(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(text.clone()),
        serde_json::Value::Array(all) => all.iter().for_each(|value| leaves(value, found)),
        serde_json::Value::Object(all) => all.values().for_each(|value| leaves(value, found)),
        _ => {}
    }
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap_or(b'?')
            }
            byte => byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Secrets that only their names give away.
fn members() -> String {
    let inside = format!(r#"{{"SecretKey": "{ANSWERED_KEY}", "Id": 1}}"#);
    format!(
        r#""SecretKey": "{ANSWERED_KEY}", "Token": "{ANSWERED_TOKEN}", "Keys": [{inside}],
        "Data": "{}", "TotalCount": 1"#,
        json(&inside)
    )
}

fn bytes(request: &RecordedRequest, mode: Mode) -> Vec<u8> {
    let action = request.header("x-tc-action").unwrap_or_default();
    let metadata = request.line.contains("/latest/");
    let to_provider = metadata || action.starts_with("AssumeRole");
    if to_provider && (!mode.to_providers || mode.answer == Answer::Good) {
        return credential(request, metadata);
    }
    if !to_provider && mode.to_providers {
        return ok(&format!(r#"{{"Response": {{{}, "RequestId": "r-1"}}}}"#, members())).bytes;
    }
    let echo = seen(request).iter().map(|text| (mode.spell)(text)).collect::<Vec<_>>().join(" | ");
    let echo = format!("{}{echo}", "x".repeat(mode.padding));
    answered(&echo, mode.answer)
}

fn answered(echo: &str, kind: Answer) -> Vec<u8> {
    let members = members();
    let in_json = json(echo);
    let in_header = |c: char| if (' '..='~').contains(&c) { c.into() } else { url(&c.to_string()) };
    let one: String = echo.chars().map(in_header).collect();
    let failure = |code: &str| {
        format!(
            r#"{{"Response": {{"Error": {{"Code": "{code}", "Message": "{in_json}"}}, {members}}}}}"#
        )
    };
    let event = |data: &str| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
        format!("{head}X-TC-RequestId: {one}\r\nConnection: close\r\n\r\n{data}").into_bytes()
    };
    match kind {
        Answer::Good => ok(&format!(r#"{{"Response": {{{members}, "RequestId": "r-1"}}}}"#)).bytes,
        Answer::Failure => ok(&failure("InvalidParameter")).bytes,
        Answer::CodeAndId => {
            let error = format!(r#""Error": {{"Code": "{in_json}", "Message": ""}}"#);
            ok(&format!(r#"{{"Response": {{{error}, "RequestId": "{in_json}"}}}}"#)).bytes
        }
        Answer::Throttled => ok(&failure("RequestLimitExceeded")).bytes,
        Answer::Refused => ok(&failure("AuthFailure.TokenFailure")).bytes,
        Answer::Page => respond("502 Bad Gateway", "text/html", &format!("<p>{echo}")).bytes,
        Answer::Redirect => {
            let to = format!("text/html\r\nLocation: http://x/?{}", url(echo));
            respond("302 Found", &to, echo).bytes
        }
        Answer::Cut => ok(&format!(r#"{{"Response": {{{members}, "A": "{in_json}"#)).bytes,
        Answer::WrongType => ok(&format!(r#"{{"Response": "{in_json}"}}"#)).bytes,
        Answer::WrongSecret => ok(&format!(
            r#"{{"Response": {{"KeyPair": {{"PrivateKey": ["{ANSWERED_KEY}"]}}, "Credentials": "{ANSWERED_KEY}",
            "TotalCount": "{in_json}", "Token": ["{ANSWERED_TOKEN}"], "SecretKey": {{"a": 1}}}}}}"#
        ))
        .bytes,
        Answer::NoResponse => ok(&format!(r#"{{{members}, "A": "{in_json}"}}"#)).bytes,
        Answer::Short => {
            let body = format!("<p>{echo}");
            let head = "HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\nContent-Length: 99999999";
            format!("{head}\r\nX-TC-RequestId: {one}\r\n\r\n{body}").into_bytes()
        }
        Answer::NotZipped => {
            respond("200 OK", "application/json\r\nContent-Encoding: gzip", echo).bytes
        }
        Answer::Warning => ok(&format!(
            r#"{{"Response": {{{members}, "DeprecatedWarning": "{in_json}", "RequestId": "{in_json}"}}}}"#
        ))
        .bytes,
        Answer::Events => {
            let [one, two] = [format!("{{{members}}}").replace('\n', " "), in_json];
            event(&format!("data: {one}\n\ndata: {{\"Token\": \"{two}\"}}\n\n: {two}\n\n"))
        }
        Answer::FailedEvent => {
            event(&format!("data: {{}}\n\ndata: {}\n\n", failure("A.B").replace('\n', " ")))
        }
        Answer::CutEvent => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999999";
            format!("{head}\r\nX-TC-RequestId: {one}\r\n\r\ndata: {in_json}").into_bytes()
        }
    }
}

/// What STS and the metadata service answer.
fn credential(request: &RecordedRequest, metadata: bool) -> Vec<u8> {
    if metadata && request.line.contains("/security-credentials/ ") {
        return respond("200 OK", "text/plain", "my-role").bytes;
    }
    let keys = format!(
        r#""TmpSecretId": "AKIDanswered", "TmpSecretKey": "{SECRET_KEY_JSON}", "Token": "{}""#,
        json(super::planted::TOKEN),
        SECRET_KEY_JSON = json(SECRET_KEY),
    );
    let end = 4_000_000_000_u64;
    ok(&if metadata {
        format!(r#"{{{keys}, "ExpiredTime": {end}, "Code": "Success"}}"#)
    } else {
        let keys = format!(r#""Credentials": {{{keys}}}, "ExpiredTime": {end}"#);
        format!(r#"{{"Response": {{{keys}, "RequestId": "r-sts"}}}}"#)
    })
    .bytes
}
