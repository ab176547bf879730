//! A server that echoes every request in all kinds of malformed responses.

use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use tencentcloud_tests::scripted_server::{RecordedRequest, json as ok, respond};

use super::known_secrets::{RESPONSE_KEY, RESPONSE_TOKEN, SECRET_KEY, SPELLINGS, Spell, json, url};

/// The responses of the server.
#[derive(Clone, Copy)]
pub struct Mode {
    pub response: ResponseKind,
    /// Whether STS and the metadata service respond in this way and the API succeeds, or the reverse.
    pub to_providers: bool,
    pub spell: Spell,
    /// The number of bytes before the echo, which moves the position at which excerpts are cut.
    pub padding: usize,
}

/// A kind of response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ResponseKind {
    Good,
    /// Errors of the API.
    Failure,
    CodeAndId,
    Throttled,
    Refused,
    /// Pages instead of JSON.
    Page,
    Redirect,
    /// Documents that do not match the API.
    Cut,
    WrongType,
    WrongSecret,
    NoResponse,
    /// Broken in transfer.
    Short,
    NotZipped,
    Warning,
    /// Event streams.
    Events,
    FailedEvent,
    CutEvent,
}

pub const RESPONSE_KINDS: [ResponseKind; 17] = {
    use ResponseKind::*;
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

/// A server that responds to every request as its [`Mode`] says.
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
        let mode = Mode {
            response: ResponseKind::Good,
            to_providers: false,
            spell: SPELLINGS[0],
            padding: 0,
        };
        let shared = Arc::new(Shared { mode: mode.into(), received: Mutex::default() });
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let shared = Arc::clone(&own);
                // Clients can close the connection early.
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

/// Returns everything in the request, decoded.
fn decoded_parts(request: &RecordedRequest) -> Vec<String> {
    let mut seen: Vec<_> = request.headers.iter().map(|(_, value)| value.clone()).collect();
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let query = request.line.split(['?', ' ']).nth(2).unwrap_or_default();
    // In a body that is not a form, `&` is not a separator.
    let is_form = request.header("content-type") == Some("application/x-www-form-urlencoded");
    for form in [query, if is_form { &body } else { "" }] {
        seen.extend(form.split('&').filter_map(|pair| Some(form_decoded(pair.split_once('=')?.1))));
    }
    if let Ok(document) = serde_json::from_str(&body) {
        leaves(&document, &mut seen);
    }
    // The signatures without their header too.
    let signatures: Vec<_> =
        seen.iter().filter_map(|it| Some(it.split_once("Signature=")?.1.to_owned())).collect();
    seen.extend(signatures);
    seen.push(body);
    // The service knows the secret key. A call without a signature has none.
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

fn form_decoded(text: &str) -> String {
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

/// Returns members with secrets that only their names identify.
fn members() -> String {
    let inside = format!(r#"{{"SecretKey": "{RESPONSE_KEY}", "Id": 1}}"#);
    format!(
        r#""SecretKey": "{RESPONSE_KEY}", "Token": "{RESPONSE_TOKEN}", "Keys": [{inside}],
        "Data": "{}", "TotalCount": 1"#,
        json(&inside)
    )
}

fn bytes(request: &RecordedRequest, mode: Mode) -> Vec<u8> {
    let action = request.header("x-tc-action").unwrap_or_default();
    let metadata = request.line.contains("/latest/");
    let to_provider = metadata || action.starts_with("AssumeRole");
    if to_provider && (!mode.to_providers || mode.response == ResponseKind::Good) {
        return credential(request, metadata);
    }
    if !to_provider && mode.to_providers {
        return ok(&format!(r#"{{"Response": {{{}, "RequestId": "r-1"}}}}"#, members())).bytes;
    }
    let echo = decoded_parts(request)
        .iter()
        .map(|text| (mode.spell)(text))
        .collect::<Vec<_>>()
        .join(" | ");
    let echo = format!("{}{echo}", "x".repeat(mode.padding));
    response_bytes(&echo, mode.response)
}

fn response_bytes(echo: &str, kind: ResponseKind) -> Vec<u8> {
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
        ResponseKind::Good => ok(&format!(r#"{{"Response": {{{members}, "RequestId": "r-1"}}}}"#)).bytes,
        ResponseKind::Failure => ok(&failure("InvalidParameter")).bytes,
        ResponseKind::CodeAndId => {
            let error = format!(r#""Error": {{"Code": "{in_json}", "Message": ""}}"#);
            ok(&format!(r#"{{"Response": {{{error}, "RequestId": "{in_json}"}}}}"#)).bytes
        }
        ResponseKind::Throttled => ok(&failure("RequestLimitExceeded")).bytes,
        ResponseKind::Refused => ok(&failure("AuthFailure.TokenFailure")).bytes,
        ResponseKind::Page => respond("502 Bad Gateway", "text/html", &format!("<p>{echo}")).bytes,
        ResponseKind::Redirect => {
            let to = format!("text/html\r\nLocation: http://x/?{}", url(echo));
            respond("302 Found", &to, echo).bytes
        }
        ResponseKind::Cut => ok(&format!(r#"{{"Response": {{{members}, "A": "{in_json}"#)).bytes,
        ResponseKind::WrongType => ok(&format!(r#"{{"Response": "{in_json}"}}"#)).bytes,
        ResponseKind::WrongSecret => ok(&format!(
            r#"{{"Response": {{"KeyPair": {{"PrivateKey": ["{RESPONSE_KEY}"]}}, "Credentials": "{RESPONSE_KEY}",
            "TotalCount": "{in_json}", "Token": ["{RESPONSE_TOKEN}"], "SecretKey": {{"a": 1}}}}}}"#
        ))
        .bytes,
        ResponseKind::NoResponse => ok(&format!(r#"{{{members}, "A": "{in_json}"}}"#)).bytes,
        ResponseKind::Short => {
            let body = format!("<p>{echo}");
            let head = "HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\nContent-Length: 99999999";
            format!("{head}\r\nX-TC-RequestId: {one}\r\n\r\n{body}").into_bytes()
        }
        ResponseKind::NotZipped => {
            respond("200 OK", "application/json\r\nContent-Encoding: gzip", echo).bytes
        }
        ResponseKind::Warning => ok(&format!(
            r#"{{"Response": {{{members}, "DeprecatedWarning": "{in_json}", "RequestId": "{in_json}"}}}}"#
        ))
        .bytes,
        ResponseKind::Events => {
            let [one, two] = [format!("{{{members}}}").replace('\n', " "), in_json];
            event(&format!("data: {one}\n\ndata: {{\"Token\": \"{two}\"}}\n\n: {two}\n\n"))
        }
        ResponseKind::FailedEvent => {
            event(&format!("data: {{}}\n\ndata: {}\n\n", failure("A.B").replace('\n', " ")))
        }
        ResponseKind::CutEvent => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999999";
            format!("{head}\r\nX-TC-RequestId: {one}\r\n\r\ndata: {in_json}").into_bytes()
        }
    }
}

/// Returns the response of STS or the metadata service.
fn credential(request: &RecordedRequest, metadata: bool) -> Vec<u8> {
    if metadata && request.line.contains("/security-credentials/ ") {
        return respond("200 OK", "text/plain", "my-role").bytes;
    }
    let keys = format!(
        r#""TmpSecretId": "AKIDanswered", "TmpSecretKey": "{SECRET_KEY_JSON}", "Token": "{}""#,
        json(super::known_secrets::TOKEN),
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
