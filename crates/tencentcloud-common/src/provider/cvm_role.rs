use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use super::document::position;
use super::exchange::{ATTEMPTS, Wiped, exchange, pause};
use super::temporary::TemporaryKey;
use super::{CachingProvider, CredentialFuture, ProvideCredential, ProviderConfig, ProviderError};
use crate::credential::Credential;
use crate::error::{Error, ErrorKind};
use crate::model::json::{self, Leniency, ReadError};
use crate::profile::{Endpoint, Protocol};
use crate::table;

const NAME: &str = "cvm role";
const ENDPOINT: &str = "http://metadata.tencentyun.com";
const PATH: &str = "latest/meta-data/cam/security-credentials/";

/// How long one request to the metadata service may take, connecting included.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Takes the credential of the role that is bound to the CVM instance from its
/// [metadata service](https://cloud.tencent.com/document/product/213/4934).
///
/// Each request is made up to three times: connecting may take 1 s, the whole 3 s. So outside of
/// the cloud the provider fails within seconds. The credential is cached: see
/// [`CachingProvider`]. Clones share the cache.
///
/// ```
/// use tencentcloud_common::provider::CvmRoleProvider;
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
    /// Asks the metadata service which role is bound.
    pub fn new() -> Self {
        Self::with_config(ProviderConfig::new())
    }

    /// As [`new`](Self::new), through another transport or clock.
    pub fn with_config(config: ProviderConfig) -> Self {
        Metadata { endpoint: None, role: None, config }.cached()
    }

    /// Starts a provider with other settings.
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

    fn refused(&self, credential: &Credential) {
        self.0.refused(credential);
    }
}

/// Builds a [`CvmRoleProvider`].
#[derive(Debug)]
#[must_use = "call `build` to get the provider"]
pub struct CvmRoleProviderBuilder {
    endpoint: Option<String>,
    role: Option<String>,
    config: ProviderConfig,
}

impl CvmRoleProviderBuilder {
    /// Sets the name of the role. Default: the metadata service is asked for it.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into());
        self
    }

    /// Sets the metadata service, as [`Endpoint::parse`] reads it. Default:
    /// `http://metadata.tencentyun.com`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets transport, clock and waiting. Default: [`ProviderConfig::new`].
    pub fn config(mut self, config: ProviderConfig) -> Self {
        self.config = config;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) when the role is no name of one, or the endpoint
    /// is none.
    pub fn build(self) -> Result<CvmRoleProvider, Error> {
        let Self { endpoint, role, config } = self;
        if let Some(role) = role.as_deref().filter(|role| !is_role(role)) {
            let shown: String = role.chars().take(100).collect();
            return Err(Error::invalid_input(format!(
                "{shown:?} is no name of a role: use letters, digits and '+=,.@_-'"
            )));
        }
        let endpoint = endpoint.map(|text| Endpoint::parse(&text, Protocol::Http)).transpose()?;
        Ok(Metadata { endpoint, role, config }.cached())
    }
}

/// Whether CAM allows the name, all of whose characters a path can hold as they are.
fn is_role(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && !name.bytes().all(|b| b == b'.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b))
}

/// The metadata service, asked anew each time.
struct Metadata {
    /// `None` for the usual one.
    endpoint: Option<Endpoint>,
    role: Option<String>,
    config: ProviderConfig,
}

impl Metadata {
    fn cached(self) -> CvmRoleProvider {
        let config = self.config.clone();
        CvmRoleProvider(CachingProvider::builder(self).config(config).name(NAME).build())
    }

    async fn fetch(&self) -> Result<Credential, Trouble> {
        let role = match &self.role {
            Some(role) => role.clone(),
            None => self.bound_role().await?,
        };
        let answer = self.get(&role).await?;
        if answer.status == StatusCode::NOT_FOUND {
            let what = format!("the role {role} is not bound to this instance");
            return Err(failed(&answer, what).into());
        }
        let answer = expect_ok(answer)?;
        let credential = credential(&answer.body);
        Ok(credential.map_err(|error| error.with_status(answer.status).with_sent(true))?)
    }

    async fn bound_role(&self) -> Result<String, Trouble> {
        let answer = self.get("").await?;
        let none = "no role is bound to this instance: bind one in the console, or use another \
                    provider";
        if answer.status == StatusCode::NOT_FOUND {
            return Err(Trouble::Absent(failed(&answer, none)));
        }
        let answer = expect_ok(answer)?;
        let text = String::from_utf8_lossy(&answer.body);
        let role = text.lines().map(str::trim).find(|line| !line.is_empty());
        match role {
            None => Err(Trouble::Absent(failed(&answer, none))),
            Some(role) if is_role(role) => Ok(role.to_owned()),
            Some(_) => Err(failed(
                &answer,
                "the metadata service answered no name of a role: something else may answer in \
                 its place",
            )
            .into()),
        }
    }

    /// Asks for what lies behind `PATH`, up to three times.
    async fn get(&self, name: &str) -> Result<Wiped, Trouble> {
        let transport = self.config.metadata_transport()?;
        let endpoint = match &self.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => Endpoint::parse(ENDPOINT, Protocol::Http)?,
        };
        let mut attempts = 0;
        loop {
            attempts += 1;
            let request = request(&endpoint, name)?;
            let outcome = exchange(&*transport, request, TIMEOUT).await;
            let again = match &outcome {
                Ok(answer) => {
                    answer.status.is_server_error()
                        || answer.status == StatusCode::TOO_MANY_REQUESTS
                }
                Err(error) => error.is_retryable(),
            };
            if !again || attempts >= ATTEMPTS {
                return outcome.map_err(|error| unanswered(&endpoint, attempts, error));
            }
            pause(&self.config, attempts).await;
        }
    }
}

/// Why there is no credential.
enum Trouble {
    /// There is no metadata service, or no role for it to tell of.
    Absent(Error),
    Failed(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// No answer came, or none that could be read.
fn unanswered(endpoint: &Endpoint, attempts: u32, error: Error) -> Trouble {
    let absent = error.is_connect() || error.is_timeout();
    let what = if absent { "cannot be reached" } else { "could not be asked" };
    let times = match attempts {
        1 => "once".to_owned(),
        attempts => format!("{attempts} times"),
    };
    let hint = if absent { ", as outside of the cloud" } else { "" };
    let authority = endpoint.authority();
    let message =
        format!("the metadata service {what} at {authority} (tried {times}){hint}: {error}");
    let error = Error::new(error.kind(), message).with_source(error);
    if absent { Trouble::Absent(error) } else { Trouble::Failed(error) }
}

fn request(endpoint: &Endpoint, name: &str) -> Result<http::Request<Bytes>, Error> {
    let unusable =
        |error: http::Error| Error::invalid_input("the endpoint is no URL").with_source(error);
    let host =
        HeaderValue::from_str(endpoint.authority()).map_err(|error| unusable(error.into()))?;
    let base = endpoint.to_string();
    http::Request::get(format!("{}/{PATH}{name}", base.trim_end_matches('/')))
        .header(header::HOST, host)
        .body(Bytes::new())
        .map_err(unusable)
}

fn expect_ok(answer: Wiped) -> Result<Wiped, Error> {
    if answer.status == StatusCode::OK {
        return Ok(answer);
    }
    Err(failed(&answer, format!("the metadata service answered HTTP {}", answer.status)))
}

/// The body is not shown: it may hold a credential.
fn failed(answer: &Wiped, what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Response, what.into()).with_status(answer.status).with_sent(true)
}

impl ProvideCredential for Metadata {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(async {
            self.fetch().await.map_err(|trouble| match trouble {
                Trouble::Absent(error) => ProviderError::not_configured(NAME, error),
                Trouble::Failed(error) => ProviderError::new(NAME, error),
            })
        })
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metadata")
            .field("endpoint", &self.endpoint.as_ref().map(Endpoint::authority))
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// What the document of a role says beside the key.
#[derive(Default)]
struct Document {
    code: Option<String>,
}
table!(Document { "Code": code });

fn credential(body: &[u8]) -> Result<Credential, Error> {
    let unusable = |error: ReadError| {
        let what = format!("the metadata service answered no credential: {}", position(&error));
        Error::new(ErrorKind::Response, what)
    };
    let (mut key, mut document) = (TemporaryKey::default(), Document::default());
    json::from_slice(body, &mut key, Leniency::Lenient).map_err(unusable)?;
    json::from_slice(body, &mut document, Leniency::Lenient).map_err(unusable)?;
    if document.code.as_deref() != Some("Success") {
        let code: String = document.code.as_deref().unwrap_or("").chars().take(60).collect();
        let what = format!("the metadata service answered the code {code:?}, not \"Success\"");
        return Err(Error::new(ErrorKind::Response, what));
    }
    key.credential().map_err(|what| {
        let message = format!("the answer of the metadata service {what}");
        Error::new(ErrorKind::Response, message).with_source(what)
    })
}

#[cfg(test)]
mod tests;
