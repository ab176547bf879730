//! The way of a call: encode → credential and endpoint → sign → send → decode.

use std::borrow::Cow;
use std::error::Error as _;
use std::pin::Pin;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use tokio::time::error::Elapsed;
use tracing::{Instrument, Span, field::Empty};

use crate::call::CallOptions;
use crate::client::{Client, Shared};
use crate::credential::Credential;
use crate::decode::Answer;
use crate::encode::{Encoded, Form, Prepared, Way};
use crate::error::{Error, ErrorKind};
use crate::profile::Endpoint;
use crate::random;
use crate::redact;
use crate::region::Region;
use crate::sign::tc3;
use crate::transport::{Response, TransportError, TransportErrorKind};

/// What the SDK calls itself in `X-TC-RequestClient`.
const SDK: &str = concat!("SDK_RUST_", env!("CARGO_PKG_VERSION"));

const TRACE_ID: &str = "x-tc-traceid";

/// A call, ready to go.
pub(crate) struct Outgoing {
    pub(crate) action: Cow<'static, str>,
    pub(crate) signed: bool,
    pub(crate) encoded: Result<Form, Error>,
    pub(crate) options: CallOptions,
}

/// Reads an answer, or says why it is a failure.
type Decode<'a> = &'a mut (dyn FnMut(&Answer) -> Result<(), Error> + Send);

/// Makes a call. Boxed, so that it is compiled once and not per action.
pub(crate) fn execute<'a>(
    client: &'a Client,
    outgoing: Outgoing,
    decode: Decode<'a>,
) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>> {
    let action = outgoing.action.clone();
    let region = outgoing.options.region.as_ref().unwrap_or(client.region());
    let span = tracing::info_span!(
        "tencentcloud.call",
        service = client.service(),
        action = action.as_ref(),
        region = region.as_str(),
        trace_id = Empty,
        attempts = Empty,
        status = Empty,
        request_id = Empty,
    );
    let call = async move {
        let mut progress = Progress { trace_id: None, attempts: 0 };
        let limit = outgoing.options.timeout;
        let work = run(client, outgoing, decode, &mut progress);
        let outcome = match limit {
            None => work.await,
            Some(limit) => within(limit, "the call", work).await,
        };
        Span::current().record("attempts", progress.attempts);
        outcome.map_err(|error| {
            // What was cut off by a time limit may have been sent; what could not connect was not.
            let cut_off = error.is_timeout()
                && error.source().is_some_and(<dyn std::error::Error>::is::<Elapsed>);
            let sent = error.maybe_sent() || (cut_off && progress.attempts > 0);
            let error =
                error.with_sent(sent).with_call(action, progress.trace_id, progress.attempts);
            tracing::debug!(%error, "call failed");
            error
        })
    };
    Box::pin(call.instrument(span))
}

/// How far a call has come; kept outside of it, for it can be cut off by a time limit.
struct Progress {
    trace_id: Option<String>,
    attempts: u32,
}

/// Checks and prepares what all attempts share, then attempts the call.
async fn run(
    client: &Client,
    outgoing: Outgoing,
    decode: Decode<'_>,
    progress: &mut Progress,
) -> Result<(), Error> {
    let Outgoing { action, signed, encoded, mut options } = outgoing;
    let form = encoded?;
    options.check()?;
    let shared = client.shared();
    let way = Way { method: http::Method::POST, v1: None };
    let prepared = form.prepare(&way, &|bytes| shared.random.fill(bytes))?;
    let Prepared::Whole(encoded) = prepared else {
        return Err(Error::invalid_input("the profile cannot choose HmacSHA1 or HmacSHA256"));
    };
    let region = options.region.as_ref().unwrap_or(client.region());
    let headers = shared_headers(shared, &action, region, options.headers)?;
    let trace_id = headers.get(TRACE_ID).and_then(|id| id.to_str().ok()).map(str::to_owned);
    if let Some(id) = &trace_id {
        Span::current().record("trace_id", id);
    }
    progress.trace_id = trace_id;
    if tokio::runtime::Handle::try_current().is_err() {
        return Err(Error::invalid_input(
            "the call is awaited outside of a Tokio runtime, which timeouts need: use \
             #[tokio::main] or Runtime::block_on",
        ));
    }
    let endpoint = match &shared.endpoint {
        Some(endpoint) => Cow::Borrowed(endpoint),
        None => Cow::Owned(shared.profile.http_profile().endpoint_of(&shared.service)?),
    };
    let attempt = Attempt { shared, encoded: &encoded, endpoint: &endpoint, headers: &headers };
    attempt.make(signed, decode, progress).await
}

/// The headers that are the same on all attempts.
fn shared_headers(
    shared: &Shared,
    action: &str,
    region: &Region,
    given: HeaderMap,
) -> Result<HeaderMap, Error> {
    region.check()?;
    let mut headers = HeaderMap::with_capacity(16);
    let name = |what: &str, text: &str, fits: fn(u8) -> bool| {
        let shown: String = text.chars().take(60).collect();
        let value = HeaderValue::from_str(text).ok();
        value.filter(|_| !text.is_empty() && text.bytes().all(fits)).ok_or_else(|| {
            Error::invalid_input(format!("{shown:?} is no name of {what} of the API"))
        })
    };
    name("a service", &shared.service, |b| b.is_ascii_alphanumeric() || b == b'-')?;
    headers.insert("x-tc-action", name("an action", action, |b| b.is_ascii_alphanumeric())?);
    let version = name("a version", &shared.version, |b| b.is_ascii_digit() || b == b'-')?;
    headers.insert("x-tc-version", version);
    if !region.is_empty() {
        headers.insert("x-tc-region", header_value("the region", region.as_str())?);
    }
    let language = HeaderValue::from_static(shared.profile.language().as_str());
    headers.insert("x-tc-language", language);
    let client = match shared.profile.request_client() {
        None => HeaderValue::from_static(SDK),
        Some(name) => header_value("request_client", &format!("{SDK}; {name}"))?,
    };
    headers.insert("x-tc-requestclient", client);
    headers.extend(given);
    if !headers.contains_key(TRACE_ID) {
        let id = random::uuid(&*shared.random);
        headers.insert(TRACE_ID, header_value("the trace id", &id)?);
    }
    Ok(headers)
}

fn header_value(what: &str, text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|error| {
        Error::invalid_input(format!("{what} cannot be sent in a header")).with_source(error)
    })
}

/// What one attempt needs.
struct Attempt<'a> {
    shared: &'a Shared,
    encoded: &'a Encoded,
    endpoint: &'a Endpoint,
    headers: &'a HeaderMap,
}

impl Attempt<'_> {
    /// Signs, sends and decodes once.
    async fn make(
        &self,
        signed: bool,
        decode: Decode<'_>,
        progress: &mut Progress,
    ) -> Result<(), Error> {
        let credential = if signed { Some(self.credential().await?) } else { None };
        let request = self.request(credential.as_ref())?;
        let authorization = request.headers().get(header::AUTHORIZATION).cloned();
        let secrets = Secrets::of(credential.as_ref(), authorization.as_ref());
        progress.attempts += 1;
        tracing::debug!(endpoint = %self.endpoint, bytes = self.encoded.body.len(), "sending");
        log_body("request body", &self.encoded.body, &secrets);
        let limit = self.shared.profile.http_profile().req_timeout();
        let outcome = within(limit, "the attempt", self.exchange(request, &secrets)).await;
        outcome.and_then(|answer| decode(&answer)).map_err(|error| error.without(&secrets.0))
    }

    async fn credential(&self) -> Result<Credential, Error> {
        self.shared.credentials.provide_credential().await.map_err(|error| {
            Error::new(ErrorKind::Credential, format!("no credential: {error}")).with_source(error)
        })
    }

    /// The request as it is sent, signed now.
    fn request(&self, credential: Option<&Credential>) -> Result<http::Request<Bytes>, Error> {
        let Self { shared, encoded, endpoint, headers } = *self;
        let method = shared.profile.http_profile().req_method().as_str();
        let timestamp = shared
            .clock
            .now()
            .duration_since(UNIX_EPOCH)
            .map_err(|error| {
                Error::invalid_input("the clock is before 1970: set it").with_source(error)
            })?
            .as_secs();
        let authorization = match credential {
            None => "SKIP".to_owned(),
            Some(credential) => {
                let signed = tc3::Request {
                    method,
                    query: "",
                    content_type: &encoded.content_type,
                    host: endpoint.authority(),
                    payload: tc3::Payload::Bytes(&encoded.body),
                    timestamp,
                    service: &shared.service,
                };
                tc3::authorization(&signed, credential)?
            }
        };
        let mut request = http::Request::builder()
            .method(method)
            .uri(endpoint.to_string())
            .body(encoded.body.clone())
            .map_err(|error| Error::invalid_input("the endpoint is no URL").with_source(error))?;
        let all = request.headers_mut();
        *all = headers.clone();
        all.insert(header::CONTENT_TYPE, header_value("the form", &encoded.content_type)?);
        all.insert(header::HOST, header_value("the host", endpoint.authority())?);
        all.insert("x-tc-timestamp", HeaderValue::from(timestamp));
        if let Some(token) = credential.and_then(Credential::token) {
            all.insert("x-tc-token", secret_value("the token", token)?);
        }
        all.insert(header::AUTHORIZATION, secret_value("the signature", &authorization)?);
        Ok(request)
    }

    /// Sends the request and reads the answer to its end.
    async fn exchange(
        &self,
        request: http::Request<Bytes>,
        secrets: &Secrets<'_>,
    ) -> Result<Answer, Error> {
        let response = self.shared.transport.send(request).await.map_err(not_sent)?;
        let (parts, mut body) = Response::into_parts(response);
        Span::current().record("status", parts.status.as_u16());
        if let Some(id) = parts.headers.get("x-tc-requestid").and_then(|id| id.to_str().ok()) {
            Span::current().record("request_id", id);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = body
            .chunk()
            .await
            .map_err(|error| broken_off(error, &bytes).with_status(parts.status))?
        {
            bytes.extend_from_slice(&chunk);
        }
        tracing::debug!(status = parts.status.as_u16(), bytes = bytes.len(), "answered");
        log_body("answer body", &bytes, secrets);
        Ok(Answer { status: parts.status, headers: parts.headers, body: bytes.into() })
    }
}

/// A header that the transport keeps out of its own logs.
fn secret_value(what: &str, text: &str) -> Result<HeaderValue, Error> {
    let mut value = header_value(what, text)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Runs `work` for at most `limit`.
async fn within<T>(
    limit: Duration,
    what: &str,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|elapsed| {
        let message = format!("{what} took longer than {limit:?}");
        Err(Error::new(ErrorKind::Timeout, message).with_source(elapsed))
    })
}

fn not_sent(error: TransportError) -> Error {
    let (kind, maybe_sent) = match error.kind() {
        TransportErrorKind::Connect => (ErrorKind::Connect, false),
        TransportErrorKind::ConnectTimeout => (ErrorKind::Timeout, false),
        TransportErrorKind::Unusable => (ErrorKind::InvalidInput, false),
        TransportErrorKind::NotSent => (ErrorKind::Transport, false),
        TransportErrorKind::Broken => (ErrorKind::Transport, true),
    };
    Error::new(kind, chain(&error)).with_source(error).with_sent(maybe_sent)
}

fn broken_off(error: TransportError, body: &[u8]) -> Error {
    let message = format!("the answer broke off after {} bytes: {}", body.len(), chain(&error));
    Error::new(ErrorKind::Transport, message)
        .with_source(error)
        .with_sent(true)
        .with_request_id(crate::decode::find_request_id(body))
}

/// An error and its causes on one line: the last one says what really happened.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let part = error.to_string();
        if !text.ends_with(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        cause = error.source();
    }
    text
}

/// What the other side knows and may echo, in an error page that shows the request, say: key,
/// token and signature.
struct Secrets<'a>([&'a str; 3]);

impl<'a> Secrets<'a> {
    fn of(credential: Option<&'a Credential>, authorization: Option<&'a HeaderValue>) -> Self {
        let Some(credential) = credential else { return Self([""; 3]) };
        let signature = authorization
            .and_then(|header| header.to_str().ok()?.rsplit('=').next())
            .unwrap_or_default();
        Self([credential.secret_key(), credential.token().unwrap_or_default(), signature])
    }
}

/// Logs a body at the finest level, without secrets.
fn log_body(what: &'static str, body: &[u8], secrets: &Secrets<'_>) {
    if tracing::enabled!(tracing::Level::TRACE) {
        const LIMIT: usize = 16 * 1024;
        let text = String::from_utf8_lossy(body.get(..LIMIT).unwrap_or(body));
        let text = redact::texts(&redact::json_text(&text), &secrets.0);
        tracing::trace!(body = text, "{what}");
    }
}
