//! The STS settings that all ways of assuming a role share.

use std::borrow::Cow;
use std::time::{Duration, UNIX_EPOCH};

use crate::credentials::ProviderConfig;
use crate::credentials::internal::sts_client::StsClient;
use crate::error::Error;
use crate::profile::{Endpoint, Protocol};

/// The default lifetime of the credential of a role.
const DEFAULT_DURATION: Duration = Duration::from_secs(7200);
const MAX_DURATION: Duration = Duration::from_secs(43200);

/// The session of an assumed role: its name, its duration and the STS client.
pub(in crate::credentials) struct RoleSession {
    pub(in crate::credentials) name: Option<String>,
    pub(in crate::credentials) duration: Duration,
    /// The STS endpoint as the caller wrote it; [`validate`](Self::validate) parses it.
    pub(in crate::credentials) endpoint: Option<String>,
    pub(in crate::credentials) sts: StsClient,
}

impl RoleSession {
    pub(in crate::credentials) fn new() -> Self {
        let sts = StsClient::new(ProviderConfig::new());
        Self { name: None, duration: DEFAULT_DURATION, endpoint: None, sts }
    }

    /// Rejects settings that STS would reject.
    pub(in crate::credentials) fn validate(mut self) -> Result<Self, Error> {
        let whole_seconds = self.duration.subsec_nanos() == 0;
        if !whole_seconds || self.duration.is_zero() || self.duration > MAX_DURATION {
            return Err(Error::invalid_input(format!(
                "the session duration must be a whole number of seconds from 1 to {}, got {:?}",
                MAX_DURATION.as_secs(),
                self.duration
            )));
        }
        if let Some(name) = &self.name {
            check_text("session name", name, "+=,.@_-")?;
        }
        self.sts.region.check()?;
        if let Some(endpoint) = self.endpoint.take() {
            self.sts.endpoint = Some(Endpoint::parse(&endpoint, Protocol::Https)?);
        }
        Ok(self)
    }

    /// Returns the session name. By default it contains the time in microseconds.
    pub(in crate::credentials) fn name(&self) -> Cow<'_, str> {
        if let Some(name) = &self.name {
            return name.into();
        }
        let since = self.sts.config.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        format!("tencentcloud-rust-sdk-{}", since.as_micros()).into()
    }
}

/// Rejects a text that is not the ARN of a role.
pub(in crate::credentials) fn check_role_arn(role_arn: &str) -> Result<(), Error> {
    if role_arn.starts_with("qcs::") && role_arn.chars().all(|c| !c.is_whitespace()) {
        return Ok(());
    }
    let shown: String = role_arn.chars().take(120).collect();
    Err(Error::invalid_input(format!(
        "invalid role ARN {shown:?}: copy it from the console, such as \
         qcs::cam::uin/100000000001:roleName/my-role"
    )))
}

/// Rejects a text that does not consist of 2 to 128 letters, digits and `others`.
pub(in crate::credentials) fn check_text(
    what: &str,
    text: &str,
    others: &str,
) -> Result<(), Error> {
    let fits = (2..=128).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c));
    if fits {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "the {what} must consist of 2 to 128 letters, digits or characters of \"{others}\""
    )))
}
