//! An STS client for the providers that assume a role.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq};
use zeroize::Zeroizing;

use super::exchange::{ZeroizingResponse, exchange};
use super::temporary_key::TemporaryKey;
use crate::credentials::{
    Credential, ProvideCredential, ProviderConfig, is_same, rejects_credential,
};
use crate::error::{Error, ErrorKind};
use crate::policy::clock_skew::{ClockSkew, Offset};
use crate::policy::retry::{
    self, AttemptError, Failure, Idempotency, Operation, RetryBudget, RetryPolicy, RetryReason,
    RetryState,
};
use crate::profile::{Endpoint, Language, Protocol, Region};
use crate::protocol::decode::{self, BufferedResponse};
use crate::protocol::encode::json::CONTENT_TYPE;
use crate::protocol::headers::{
    ACTION, LANGUAGE, REGION, REQUEST_CLIENT, SDK, TIMESTAMP, TOKEN, UNSIGNED, VERSION,
    secret_value, value,
};
use crate::sign::tc3;
use crate::transport::HttpTransport;
use crate::{redact, table};

const HOST: &str = "sts.tencentcloudapi.com";
const SERVICE: &str = "sts";
const API_VERSION: &str = "2018-08-13";

/// The time limits of one attempt and of the whole call, with all attempts.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// An STS client. Each provider has its own.
#[derive(Clone)]
pub(in crate::credentials) struct StsClient {
    /// `None` for `sts.tencentcloudapi.com`.
    pub(in crate::credentials) endpoint: Option<Endpoint>,
    pub(in crate::credentials) region: Region,
    pub(in crate::credentials) config: ProviderConfig,
    retry_budget: RetryBudget,
    clock_skew: Arc<ClockSkew>,
}

/// A call to STS.
pub(in crate::credentials) struct StsCall<'a> {
    pub(in crate::credentials) action: &'static str,
    pub(in crate::credentials) parameters: &'a [(&'static str, Parameter<'a>)],
    /// Provides the credential to sign with; `None` for an action that is not signed.
    pub(in crate::credentials) source: Option<&'a dyn ProvideCredential>,
    /// The secrets among the parameters, which a response may echo.
    pub(in crate::credentials) secrets: &'a [&'a str],
}

/// The value of a parameter.
#[derive(Clone, Copy)]
pub(in crate::credentials) enum Parameter<'a> {
    Text(&'a str),
    Seconds(Duration),
    Tags(&'a [(String, String)]),
}

impl StsClient {
    pub(in crate::credentials) fn new(config: ProviderConfig) -> Self {
        Self {
            endpoint: None,
            region: Region::AP_GUANGZHOU,
            config,
            retry_budget: RetryBudget::default(),
            clock_skew: Arc::default(),
        }
    }

    /// Requests a temporary credential.
    pub(in crate::credentials) async fn credential(
        &self,
        call: &StsCall<'_>,
    ) -> Result<Credential, Error> {
        let mut attempts = 0;
        let run = self.run(call, &mut attempts);
        let result = match tokio::time::timeout(CALL_TIMEOUT, run).await {
            Ok(result) => result,
            Err(elapsed) => {
                let sent = attempts > 0;
                let what = if sent { "response" } else { "signing credential" };
                let message = format!("no {what} within {CALL_TIMEOUT:?}");
                let error = Error::new(ErrorKind::Timeout, message);
                Err(error.with_source(elapsed).with_sent(sent))
            }
        };
        result.map_err(|error| error.with_call(call.action.into(), None, attempts))
    }

    async fn run(&self, call: &StsCall<'_>, attempts: &mut u32) -> Result<Credential, Error> {
        let deadline = self.config.clock.instant().checked_add(CALL_TIMEOUT);
        let endpoint = match &self.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => Endpoint::parse(HOST, Protocol::Https)?,
        };
        let mut operation = StsAttempts {
            client: self,
            call,
            transport: self.config.sts_transport()?,
            endpoint,
            body: Bytes::from_owner(body(call.parameters)?),
            deadline,
            attempts,
            credential: None,
            clock_offset: Offset::default(),
            rejected: None,
        };
        let random = &*self.config.random;
        retry::retry(&mut operation, &RetryPolicy::standard(), &self.retry_budget, random).await
    }

    /// Builds and signs the request; `timestamp` is in seconds since 1970.
    fn request(
        &self,
        action: &'static str,
        endpoint: &Endpoint,
        credential: Option<&Credential>,
        body: Bytes,
        timestamp: u64,
    ) -> Result<http::Request<Bytes>, Error> {
        let authorization = match credential {
            None => Zeroizing::new(UNSIGNED.to_owned()),
            Some(credential) => {
                let to_sign = tc3::Request {
                    method: "POST",
                    query: "",
                    content_type: CONTENT_TYPE,
                    host: endpoint.authority(),
                    payload: tc3::Payload::Bytes(&body),
                    timestamp,
                    service: SERVICE,
                };
                Zeroizing::new(tc3::authorization(&to_sign, credential)?)
            }
        };
        let mut request =
            http::Request::post(endpoint.to_string()).body(body).map_err(|error| {
                Error::invalid_input("the endpoint is not a valid URL").with_source(error)
            })?;
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(ACTION, HeaderValue::from_static(action));
        headers.insert(VERSION, HeaderValue::from_static(API_VERSION));
        headers.insert(TIMESTAMP, HeaderValue::from(timestamp));
        headers.insert(REQUEST_CLIENT, HeaderValue::from_static(SDK));
        headers.insert(LANGUAGE, HeaderValue::from_static(Language::default().as_str()));
        if !self.region.is_empty() {
            headers.insert(REGION, value("the region", self.region.as_str())?);
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        headers.insert(header::HOST, value("the host", endpoint.authority())?);
        if let Some(token) = credential.and_then(Credential::token) {
            headers.insert(TOKEN, secret_value("the token", token)?);
        }
        headers.insert(header::AUTHORIZATION, secret_value("the signature", &authorization)?);
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// The retryable operation of one call.
struct StsAttempts<'a> {
    client: &'a StsClient,
    call: &'a StsCall<'a>,
    transport: Arc<dyn HttpTransport>,
    endpoint: Endpoint,
    body: Bytes,
    deadline: Option<Instant>,
    /// How many attempts were passed to the transport.
    attempts: &'a mut u32,
    /// The credential and the clock offset of the last attempt.
    credential: Option<Credential>,
    clock_offset: Offset,
    /// The error of the last attempt, if the service rejected its credential.
    rejected: Option<Error>,
}

impl StsAttempts<'_> {
    /// Gets the credential to sign with.
    ///
    /// # Errors
    ///
    /// If the source fails, or returns the credential that the service has just rejected.
    async fn credential(&mut self) -> Result<(), Error> {
        let Some(source) = self.call.source else { return Ok(()) };
        if self.credential.is_some() && self.rejected.is_none() {
            return Ok(());
        }
        let provided = source.provide_credential().await;
        match (provided, self.rejected.take()) {
            (Err(_), Some(rejected)) => return Err(rejected),
            (Err(error), None) => {
                let message = format!("no signing credential: {error}");
                return Err(Error::new(ErrorKind::Credential, message).with_source(error));
            }
            (Ok(next), Some(rejected))
                if self.credential.as_ref().is_some_and(|last| is_same(&next, last)) =>
            {
                return Err(rejected);
            }
            (Ok(next), _) => self.credential = Some(next),
        }
        Ok(())
    }
}

impl Operation for StsAttempts<'_> {
    type Output = Credential;

    async fn attempt(&mut self, retries: &mut RetryState) -> Result<Credential, AttemptError> {
        self.credential().await.map_err(AttemptError::Final)?;
        let Self { client, call, endpoint, .. } = self;
        let (timestamp, offset) = client.clock_skew.timestamp(client.config.clock.now())?;
        self.clock_offset = offset;
        let credential = self.credential.as_ref();
        let body = self.body.clone();
        let request = client.request(call.action, endpoint, credential, body, timestamp)?;
        let signature = signature(&request);
        let mut secrets = vec![signature.as_str()];
        secrets.extend(call.secrets);
        if let Some(credential) = credential {
            secrets.push(credential.secret_key());
            secrets.extend(credential.token());
        }
        *self.attempts += 1;
        retries.record_sent();
        let response = exchange(&*self.transport, request, ATTEMPT_TIMEOUT).await?;
        match parse_response(&response, &secrets) {
            Ok(credential) => Ok(in_local_time(credential, offset)),
            Err(error) => {
                Err(error.redacted(&secrets).with_headers(response.headers.clone()).into())
            }
        }
    }

    fn failure<'a>(&'a mut self, error: &'a Error) -> Failure<'a> {
        let StsClient { config, clock_skew, .. } = self.client;
        let now = config.clock.now();
        let headers = error.headers();
        let clock_corrected = clock_skew.learn_from(error, now, self.clock_offset);
        if let (Some(source), Some(credential)) = (self.call.source, &self.credential)
            && error.code().is_some_and(rejects_credential)
        {
            source.invalidate(credential);
        }
        Failure {
            error,
            action: self.call.action,
            // A repeated call returns another credential and changes nothing else.
            idempotency: Idempotency::ReadOnly,
            retry_after: headers
                .and_then(|headers| retry::retry_after(headers, clock_skew.offset().apply(now))),
            clock_corrected,
            time_left: self.deadline.map(|at| at.saturating_duration_since(config.clock.instant())),
        }
    }

    async fn wait(
        &mut self,
        error: Error,
        delay: Duration,
        reason: RetryReason,
    ) -> Result<(), Error> {
        tracing::debug!(action = self.call.action, ?delay, ?reason, %error, "retrying");
        if reason == RetryReason::CredentialExpired {
            self.rejected = Some(error);
        }
        self.client.config.sleep.sleep(delay).await;
        Ok(())
    }
}

impl fmt::Debug for StsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StsClient")
            .field("endpoint", &self.endpoint.as_ref().map(Endpoint::authority))
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// Returns the signature of a request, which an error page may echo.
fn signature(request: &http::Request<Bytes>) -> String {
    let authorization = request.headers().get(header::AUTHORIZATION);
    let signature = authorization.and_then(|value| value.to_str().ok()?.rsplit('=').next());
    signature.unwrap_or_default().to_owned()
}

/// Serializes the parameters into a zeroizing buffer, because one may be an identity token.
fn body(parameters: &[(&'static str, Parameter<'_>)]) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Large enough not to grow, because a buffer that grows would leave copies behind. Escaping
    // makes a text at most six times as long.
    let length: usize = parameters
        .iter()
        .map(|(name, value)| match value {
            Parameter::Text(text) => name.len() + 6 * text.len() + 6,
            _ => 1024,
        })
        .sum();
    let mut body = Zeroizing::new(Vec::with_capacity(length + 2));
    serde_json::to_writer(&mut *body, &Parameters(parameters)).map_err(|error| {
        Error::invalid_input("cannot serialize the parameters as JSON").with_source(error)
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

/// The fields of a response that are used here.
#[derive(Default)]
struct AssumedRole {
    credentials: Option<TemporaryKey>,
    expired_time: Option<u64>,
}
table!(AssumedRole { "Credentials": credentials, "ExpiredTime": expired_time });

/// Converts the expiry of a credential to the time of the local clock that it is compared with.
fn in_local_time(credential: Credential, offset: Offset) -> Credential {
    match credential.expires_at() {
        Some(expires_at) => credential.expiring_at(offset.to_local_time(expires_at)),
        None => credential,
    }
}

/// Parses the credential in a response.
fn parse_response(response: &ZeroizingResponse, secrets: &[&str]) -> Result<Credential, Error> {
    let mut role = AssumedRole::default();
    let BufferedResponse { status, headers, body } = &**response;
    if *status != StatusCode::OK {
        // Redacted before the excerpt is cut, because a secret that is cut is not found.
        let body = redact::redact_secrets(&String::from_utf8_lossy(body), secrets).into();
        let response = BufferedResponse { status: *status, headers: headers.clone(), body };
        return Err(match decode::model(&response, &mut role) {
            Err(error) => error,
            Ok(_) => response_error(&response, "the response does not match the API"),
        });
    }
    decode::model(response, &mut role).map_err(|error| {
        if error.kind() != ErrorKind::Response {
            return error;
        }
        // An invalid success response may contain a key: its text is not shown.
        let what = if response.body.is_empty() {
            "the response is empty"
        } else {
            "the response does not match the API"
        };
        response_error(response, what).with_request_id(error.request_id().map(str::to_owned))
    })?;
    let Some(mut key) = role.credentials.take() else {
        return Err(response_error(response, "the response has no Credentials"));
    };
    key.expired_time = role.expired_time;
    key.credential()
        .map_err(|what| response_error(response, format!("the response {what}")).with_source(what))
}

fn response_error(response: &BufferedResponse, what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Response, what.into()).with_status(response.status).with_sent(true)
}

#[cfg(test)]
mod tests;
