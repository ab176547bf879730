use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use crate::credentials::internal::exchange::{ZeroizingResponse, exchange};
use crate::credentials::internal::temporary_key::TemporaryKey;
use crate::credentials::{
    CachingProvider, Credential, CredentialFuture, ProvideCredential, ProviderConfig, ProviderError,
};
use crate::error::{Error, ErrorKind};
use crate::policy::retry::{
    self, AttemptError, Failure, Idempotency, Operation, RetryBudget, RetryPolicy, RetryReason,
    RetryState,
};
use crate::profile::{Endpoint, Protocol};
use crate::protocol::model::json::{self, Leniency, ReadError};
use crate::table;
use crate::transport::HttpTransport;

const NAME: &str = "cvm role";
const ENDPOINT: &str = "http://metadata.tencentyun.com";
const PATH: &str = "latest/meta-data/cam/security-credentials/";

/// The time limit of one request to the metadata service, including the connection.
const TIMEOUT: Duration = Duration::from_secs(3);

/// A provider that fetches the credential of the role bound to the CVM instance from the
/// [metadata service](https://cloud.tencent.com/document/product/213/4934).
///
/// Each request has up to three attempts. An attempt has 1 s to connect and 3 s in total, so
/// outside the cloud the provider fails within seconds. The credential is cached as in a
/// [`CachingProvider`]. Clones share the cache.
///
/// ```
/// use tencentcloud_common::credentials::CvmRoleProvider;
///
/// let bound_role = CvmRoleProvider::new();
/// let named_role = CvmRoleProvider::builder().role("deploy").build()?;
/// # Ok::<(), tencentcloud_common::Error>(())
/// ```
#[doc(alias(
    "CVMRoleCredential",
    "CvmRoleCredentialsProvider",
    "DefaultCvmRoleProvider",
    "NewCvmRoleProvider"
))]
#[derive(Clone, Debug)]
pub struct CvmRoleProvider(CachingProvider);

impl CvmRoleProvider {
    /// Creates a provider that asks the metadata service which role is bound.
    pub fn new() -> Self {
        Self::with_config(ProviderConfig::new())
    }

    /// Creates the same provider as [`new`](Self::new), with another transport or clock.
    pub fn with_config(config: ProviderConfig) -> Self {
        MetadataService::new(None, None, config).cached()
    }

    /// Creates a builder for a provider with other settings.
    pub fn builder() -> CvmRoleProviderBuilder {
        CvmRoleProviderBuilder { endpoint: None, role: None, config: ProviderConfig::new() }
    }
}

impl Default for CvmRoleProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredential for CvmRoleProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        self.0.provide_credential()
    }

    fn invalidate(&self, credential: &Credential) {
        self.0.invalidate(credential);
    }
}

/// A builder for a [`CvmRoleProvider`].
#[derive(Debug)]
#[must_use = "call `build` to get the provider"]
pub struct CvmRoleProviderBuilder {
    endpoint: Option<String>,
    role: Option<String>,
    config: ProviderConfig,
}

impl CvmRoleProviderBuilder {
    /// Sets the role name. Default: the role that the metadata service returns.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into());
        self
    }

    /// Sets the endpoint of the metadata service, in the format of [`Endpoint::parse`]. Default:
    /// `http://metadata.tencentyun.com`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the transport, clock and sleep. Default: [`ProviderConfig::new`].
    pub fn config(mut self, config: ProviderConfig) -> Self {
        self.config = config;
        self
    }

    /// Builds the provider.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if the role name or the endpoint is invalid.
    pub fn build(self) -> Result<CvmRoleProvider, Error> {
        let Self { endpoint, role, config } = self;
        if let Some(role) = role.as_deref().filter(|role| !is_role(role)) {
            let shown: String = role.chars().take(100).collect();
            return Err(Error::invalid_input(format!(
                "invalid role name {shown:?}: use 1 to 128 letters, digits or characters of \
                 \"+=,.@_-\""
            )));
        }
        let endpoint = endpoint.map(|text| Endpoint::parse(&text, Protocol::Http)).transpose()?;
        Ok(MetadataService::new(endpoint, role, config).cached())
    }
}

/// Whether CAM allows the role name. Such a name needs no escaping in a URL path.
fn is_role(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && !name.bytes().all(|b| b == b'.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b))
}

/// Fetches the credential on each call, without a cache.
struct MetadataService {
    /// `None` for [`ENDPOINT`].
    endpoint: Option<Endpoint>,
    role: Option<String>,
    config: ProviderConfig,
    retry_budget: RetryBudget,
}

impl MetadataService {
    fn new(endpoint: Option<Endpoint>, role: Option<String>, config: ProviderConfig) -> Self {
        Self { endpoint, role, config, retry_budget: RetryBudget::default() }
    }

    fn cached(self) -> CvmRoleProvider {
        let config = self.config.clone();
        CvmRoleProvider(CachingProvider::builder(self).config(config).name(NAME).build())
    }

    async fn fetch(&self) -> Result<Credential, FetchError> {
        let role = match &self.role {
            Some(role) => role.clone(),
            None => self.bound_role().await?,
        };
        let response = self.get(&role).await?;
        if response.status == StatusCode::NOT_FOUND {
            let what = format!("the role {role} is not bound to this instance");
            return Err(response_error(&response, what).into());
        }
        let response = expect_ok(response)?;
        let credential = credential(&response.body);
        Ok(credential.map_err(|error| error.with_status(response.status).with_sent(true))?)
    }

    async fn bound_role(&self) -> Result<String, FetchError> {
        let response = self.get("").await?;
        let none = "no role is bound to this instance: bind one in the console, or use another \
                    provider";
        if response.status == StatusCode::NOT_FOUND {
            return Err(FetchError::NotConfigured(response_error(&response, none)));
        }
        let response = expect_ok(response)?;
        let text = String::from_utf8_lossy(&response.body);
        let role = text.lines().map(str::trim).find(|line| !line.is_empty());
        match role {
            None => Err(FetchError::NotConfigured(response_error(&response, none))),
            Some(role) if is_role(role) => Ok(role.to_owned()),
            Some(_) => Err(response_error(
                &response,
                "the metadata service did not return a role name: check whether another server \
                 responds in its place",
            )
            .into()),
        }
    }

    /// Gets the document `name` below [`PATH`].
    async fn get(&self, name: &str) -> Result<ZeroizingResponse, FetchError> {
        let transport = self.config.metadata_transport()?;
        let endpoint = match &self.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => Endpoint::parse(ENDPOINT, Protocol::Http)?,
        };
        let config = &self.config;
        let mut attempts = GetAttempts { config, transport, endpoint: &endpoint, name, sent: 0 };
        let policy = RetryPolicy::standard();
        let budget = &self.retry_budget;
        let outcome = retry::retry(&mut attempts, &policy, budget, &*self.config.random).await;
        outcome.map_err(|error| match error.http_status() {
            Some(_) => FetchError::Failed(error),
            None => no_response(&endpoint, attempts.sent, error),
        })
    }
}

/// The retryable operation of getting one document.
struct GetAttempts<'a> {
    config: &'a ProviderConfig,
    transport: Arc<dyn HttpTransport>,
    endpoint: &'a Endpoint,
    name: &'a str,
    sent: u32,
}

impl Operation for GetAttempts<'_> {
    type Output = ZeroizingResponse;

    async fn attempt(
        &mut self,
        retries: &mut RetryState,
    ) -> Result<ZeroizingResponse, AttemptError> {
        let request = request(self.endpoint, self.name)?;
        self.sent += 1;
        retries.record_sent();
        let response = exchange(&*self.transport, request, TIMEOUT).await?;
        let status = response.status;
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            let headers = response.headers.clone();
            return Err(status_error(&response).with_headers(headers).into());
        }
        Ok(response)
    }

    fn failure<'a>(&'a mut self, error: &'a Error) -> Failure<'a> {
        let now = self.config.clock.now();
        Failure {
            error,
            action: "",
            idempotency: Idempotency::ReadOnly,
            retry_after: error.headers().and_then(|headers| retry::retry_after(headers, now)),
            clock_corrected: false,
            time_left: None,
        }
    }

    async fn wait(
        &mut self,
        error: Error,
        delay: Duration,
        reason: RetryReason,
    ) -> Result<(), Error> {
        tracing::debug!(?delay, ?reason, %error, "retrying the metadata service");
        self.config.sleep.sleep(delay).await;
        Ok(())
    }
}

/// The reason why there is no credential.
enum FetchError {
    /// There is no metadata service, or no role is bound.
    NotConfigured(Error),
    Failed(Error),
}

impl From<Error> for FetchError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Returns the error for a request without a response, or with one that cannot be read.
fn no_response(endpoint: &Endpoint, attempts: u32, error: Error) -> FetchError {
    if attempts == 0 {
        return FetchError::Failed(error);
    }
    let absent = error.is_connect() || error.is_timeout();
    let what = if absent { "cannot be reached" } else { "failed" };
    let times = match attempts {
        1 => "1 attempt".to_owned(),
        attempts => format!("{attempts} attempts"),
    };
    let hint = if absent { "; it is only available inside the cloud" } else { "" };
    let authority = endpoint.authority();
    let message = format!("the metadata service at {authority} {what} ({times}){hint}: {error}");
    let error = Error::new(error.kind(), message).with_source(error);
    if absent { FetchError::NotConfigured(error) } else { FetchError::Failed(error) }
}

fn request(endpoint: &Endpoint, name: &str) -> Result<http::Request<Bytes>, Error> {
    let unusable = |error: http::Error| {
        Error::invalid_input("the endpoint is not a valid URL").with_source(error)
    };
    let host =
        HeaderValue::from_str(endpoint.authority()).map_err(|error| unusable(error.into()))?;
    let base = endpoint.to_string();
    http::Request::get(format!("{}/{PATH}{name}", base.trim_end_matches('/')))
        .header(header::HOST, host)
        .body(Bytes::new())
        .map_err(unusable)
}

fn expect_ok(response: ZeroizingResponse) -> Result<ZeroizingResponse, Error> {
    if response.status == StatusCode::OK {
        return Ok(response);
    }
    Err(status_error(&response))
}

fn status_error(response: &ZeroizingResponse) -> Error {
    response_error(
        response,
        format!("the metadata service responded with HTTP {}", response.status),
    )
}

/// Returns an error without the body, because the body may contain a credential.
fn response_error(response: &ZeroizingResponse, what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Response, what.into()).with_status(response.status).with_sent(true)
}

impl ProvideCredential for MetadataService {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(async {
            self.fetch().await.map_err(|error| match error {
                FetchError::NotConfigured(error) => ProviderError::not_configured(NAME, error),
                FetchError::Failed(error) => ProviderError::new(NAME, error),
            })
        })
    }
}

impl fmt::Debug for MetadataService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetadataService")
            .field("endpoint", &self.endpoint.as_ref().map(Endpoint::authority))
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// The fields of a role document other than the key.
#[derive(Default)]
struct RoleDocument {
    code: Option<String>,
}
table!(RoleDocument { "Code": code });

fn credential(body: &[u8]) -> Result<Credential, Error> {
    let unusable = |error: ReadError| {
        let what =
            format!("the metadata service did not return a credential: {}", error.position());
        Error::new(ErrorKind::Response, what)
    };
    let (mut key, mut document) = (TemporaryKey::default(), RoleDocument::default());
    json::from_slice(body, &mut key, Leniency::Lenient).map_err(unusable)?;
    json::from_slice(body, &mut document, Leniency::Lenient).map_err(unusable)?;
    if document.code.as_deref() != Some("Success") {
        let code: String = document.code.as_deref().unwrap_or("").chars().take(60).collect();
        let what =
            format!("the metadata service returned the code {code:?} instead of \"Success\"");
        return Err(Error::new(ErrorKind::Response, what));
    }
    key.credential().map_err(|what| {
        let message = format!("the response of the metadata service {what}");
        Error::new(ErrorKind::Response, message).with_source(what)
    })
}

#[cfg(test)]
mod tests;
