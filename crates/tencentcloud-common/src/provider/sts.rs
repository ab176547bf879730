//! One call of STS: written, signed or not, sent up to three times, and read.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq};
use zeroize::Zeroizing;

use super::exchange::{ATTEMPTS, Wiped, exchange, pause};
use super::temporary::TemporaryKey;
use super::{ProvideCredential, ProviderConfig, is_same, refuses_credential};
use crate::credential::Credential;
use crate::decode::{self, Answer};
use crate::encode::json::CONTENT_TYPE;
use crate::error::{Error, ErrorKind};
use crate::profile::{Endpoint, Language, Protocol};
use crate::redact;
use crate::region::Region;
use crate::retry;
use crate::sign::tc3;
use crate::skew::{ClockSkew, Offset};
use crate::table;

const HOST: &str = "sts.tencentcloudapi.com";
const SERVICE: &str = "sts";
const VERSION: &str = "2018-08-13";
const SDK: &str = concat!("SDK_RUST_", env!("CARGO_PKG_VERSION"));

/// How long one attempt may take, and the whole call.
const ATTEMPT: Duration = Duration::from_secs(10);
const CALL: Duration = Duration::from_secs(30);

/// STS, as seen from one provider.
#[derive(Clone)]
pub(super) struct Sts {
    /// `None` for the usual one.
    pub(super) endpoint: Option<Endpoint>,
    pub(super) region: Region,
    pub(super) config: ProviderConfig,
    skew: Arc<ClockSkew>,
}

/// What is sent.
pub(super) struct StsCall<'a> {
    pub(super) action: &'static str,
    pub(super) parameters: &'a [(&'static str, Parameter<'a>)],
    /// Who signs; nobody for an action that carries its own proof.
    pub(super) source: Option<&'a dyn ProvideCredential>,
    /// Texts among the parameters that must not be shown when they are echoed.
    pub(super) secrets: &'a [&'a str],
}

/// The value of a parameter.
#[derive(Clone, Copy)]
pub(super) enum Parameter<'a> {
    Text(&'a str),
    Seconds(Duration),
    Tags(&'a [(String, String)]),
}

impl Sts {
    pub(super) fn new(config: ProviderConfig) -> Self {
        Self { endpoint: None, region: Region::AP_GUANGZHOU, config, skew: Arc::default() }
    }

    /// Calls STS for a temporary credential.
    pub(super) async fn credential(&self, call: &StsCall<'_>) -> Result<Credential, Error> {
        let mut attempts = 0;
        let work = self.attempt_all(call, &mut attempts);
        let outcome = match tokio::time::timeout(CALL, work).await {
            Ok(outcome) => outcome,
            Err(elapsed) => {
                let sent = attempts > 0;
                let what = if sent { "answer" } else { "credential to sign with" };
                let error = Error::new(ErrorKind::Timeout, format!("no {what} within {CALL:?}"));
                Err(error.with_source(elapsed).with_sent(sent))
            }
        };
        outcome.map_err(|error| error.with_call(call.action.into(), None, attempts))
    }

    async fn attempt_all(
        &self,
        call: &StsCall<'_>,
        attempts: &mut u32,
    ) -> Result<Credential, Error> {
        let transport = self.config.api_transport()?;
        let endpoint = match &self.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => Endpoint::parse(HOST, Protocol::Https)?,
        };
        let body = Bytes::from_owner(body(call.parameters)?);
        let mut credential = match call.source {
            None => None,
            Some(source) => Some(source.provide_credential().await.map_err(|error| {
                Error::new(ErrorKind::Credential, format!("no credential to sign with: {error}"))
                    .with_source(error)
            })?),
        };
        let mut corrected = false;
        loop {
            let (timestamp, offset) = self.skew.timestamp(self.config.clock.now())?;
            let signer = credential.as_ref();
            let request = self.request(call.action, &endpoint, signer, body.clone(), timestamp)?;
            let signature = signature(&request);
            let mut secrets = vec![signature.as_str()];
            secrets.extend(call.secrets);
            if let Some(credential) = &credential {
                secrets.push(credential.secret_key());
                secrets.extend(credential.token());
            }
            *attempts += 1;
            let outcome = exchange(&*transport, request, ATTEMPT).await;
            let date = outcome.as_ref().ok().and_then(|answer| retry::date(&answer.headers));
            let error = match outcome.and_then(|answer| read(&answer, &secrets)) {
                Ok(credential) => return Ok(by_our_clock(credential, offset)),
                Err(error) => error.without(&secrets),
            };
            if let Some(date) = date.filter(|_| !corrected && retry::is_clock_skew(&error)) {
                corrected = self.skew.learn(date, self.config.clock.now(), offset);
                if corrected && *attempts < ATTEMPTS {
                    continue;
                }
            }
            if error.is_retryable() && *attempts < ATTEMPTS {
                pause(&self.config, *attempts).await;
                continue;
            }
            if let (Some(source), Some(refused), Some(code)) =
                (call.source, &credential, error.code())
                && refuses_credential(code)
            {
                source.refused(refused);
                // A cache has dropped it, and may have a better one now.
                if *attempts < ATTEMPTS
                    && let Ok(next) = source.provide_credential().await
                    && !is_same(&next, refused)
                {
                    credential = Some(next);
                    continue;
                }
            }
            return Err(error);
        }
    }

    /// The request as it is sent, signed at this time in seconds since 1970.
    fn request(
        &self,
        action: &'static str,
        endpoint: &Endpoint,
        credential: Option<&Credential>,
        body: Bytes,
        timestamp: u64,
    ) -> Result<http::Request<Bytes>, Error> {
        let authorization = match credential {
            None => Zeroizing::new("SKIP".to_owned()),
            Some(credential) => {
                let signed = tc3::Request {
                    method: "POST",
                    query: "",
                    content_type: CONTENT_TYPE,
                    host: endpoint.authority(),
                    payload: tc3::Payload::Bytes(&body),
                    timestamp,
                    service: SERVICE,
                };
                Zeroizing::new(tc3::authorization(&signed, credential)?)
            }
        };
        let mut request = http::Request::post(endpoint.to_string())
            .body(body)
            .map_err(|error| Error::invalid_input("the endpoint is no URL").with_source(error))?;
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert("x-tc-action", HeaderValue::from_static(action));
        headers.insert("x-tc-version", HeaderValue::from_static(VERSION));
        headers.insert("x-tc-timestamp", HeaderValue::from(timestamp));
        headers.insert("x-tc-requestclient", HeaderValue::from_static(SDK));
        let language = HeaderValue::from_static(Language::default().as_str());
        headers.insert("x-tc-language", language);
        if !self.region.is_empty() {
            headers.insert("x-tc-region", value("the region", self.region.as_str())?);
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        headers.insert(header::HOST, value("the host", endpoint.authority())?);
        if let Some(token) = credential.and_then(Credential::token) {
            headers.insert("x-tc-token", secret("the token", token)?);
        }
        headers.insert(header::AUTHORIZATION, secret("the signature", &authorization)?);
        *request.headers_mut() = headers;
        Ok(request)
    }
}

impl fmt::Debug for Sts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sts")
            .field("endpoint", &self.endpoint.as_ref().map(Endpoint::authority))
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

fn value(what: &str, text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|error| {
        Error::invalid_input(format!("{what} cannot be sent in a header")).with_source(error)
    })
}

/// A header that the transport keeps out of its own logs.
fn secret(what: &str, text: &str) -> Result<HeaderValue, Error> {
    let mut value = value(what, text)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The signature alone, which an error page that shows the request may echo.
fn signature(request: &http::Request<Bytes>) -> String {
    let authorization = request.headers().get(header::AUTHORIZATION);
    let signature = authorization.and_then(|value| value.to_str().ok()?.rsplit('=').next());
    signature.unwrap_or_default().to_owned()
}

/// Writes the parameters into a buffer that is wiped, for one may be an identity token.
fn body(parameters: &[(&'static str, Parameter<'_>)]) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Long enough not to grow, which would leave copies behind: a text is escaped to six times
    // its length at most.
    let length: usize = parameters
        .iter()
        .map(|(name, value)| match value {
            Parameter::Text(text) => name.len() + 6 * text.len() + 6,
            _ => 1024,
        })
        .sum();
    let mut body = Zeroizing::new(Vec::with_capacity(length + 2));
    serde_json::to_writer(&mut *body, &Parameters(parameters)).map_err(|error| {
        Error::invalid_input("the parameters cannot be written as JSON").with_source(error)
    })?;
    Ok(body)
}

struct Parameters<'a>(&'a [(&'static str, Parameter<'a>)]);

impl Serialize for Parameters<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Parameter<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Seconds(duration) => serializer.serialize_u64(duration.as_secs()),
            Self::Tags(tags) => {
                let mut list = serializer.serialize_seq(Some(tags.len()))?;
                for tag in *tags {
                    list.serialize_element(&Tag(tag))?;
                }
                list.end()
            }
        }
    }
}

struct Tag<'a>(&'a (String, String));

impl Serialize for Tag<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("Key", &self.0.0)?;
        map.serialize_entry("Value", &self.0.1)?;
        map.end()
    }
}

/// What STS answers.
#[derive(Default)]
struct Found {
    credentials: Option<TemporaryKey>,
    expired_time: Option<u64>,
}
table!(Found { "Credentials": credentials, "ExpiredTime": expired_time });

/// The end of a credential by a clock that is off, for that is what it is compared with.
fn by_our_clock(credential: Credential, offset: Offset) -> Credential {
    match credential.expires_at() {
        Some(end) => credential.expiring_at(offset.undo(end)),
        None => credential,
    }
}

fn read(answer: &Wiped, secrets: &[&str]) -> Result<Credential, Error> {
    let mut found = Found::default();
    if answer.status != StatusCode::OK {
        // Hidden before an excerpt is made, which could cut a secret and so make it unknowable.
        let text = redact::texts(&String::from_utf8_lossy(&answer.body), secrets);
        let (status, headers) = (answer.status, answer.headers.clone());
        return Err(
            match decode::model(&Answer { status, headers, body: text.into() }, &mut found) {
                Err(error) => error,
                Ok(_) => unusable(answer, "the answer does not fit the API"),
            },
        );
    }
    decode::model(answer, &mut found).map_err(|error| {
        if error.kind() != ErrorKind::Response {
            return error;
        }
        // The text of a success that cannot be read may hold a key: it is not shown.
        unusable(answer, "the answer does not fit the API")
            .with_request_id(error.request_id().map(str::to_owned))
    })?;
    let Some(mut key) = found.credentials.take() else {
        return Err(unusable(answer, "the answer has no Credentials"));
    };
    key.expired_time = found.expired_time;
    key.credential()
        .map_err(|what| unusable(answer, format!("the answer {what}")).with_source(what))
}

fn unusable(answer: &Wiped, what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Response, what.into()).with_status(answer.status).with_sent(true)
}

#[cfg(test)]
mod tests;
