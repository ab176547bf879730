//! What is asked of STS whichever way a role is assumed.

use std::borrow::Cow;
use std::time::{Duration, UNIX_EPOCH};

use crate::credentials::ProviderConfig;
use crate::credentials::internal::sts_client::StsClient;
use crate::error::Error;
use crate::profile::{Endpoint, Protocol};

/// How long a credential of a role lives unless the caller says otherwise.
const DURATION: Duration = Duration::from_secs(7200);
const MAX_DURATION: Duration = Duration::from_secs(43200);

/// A session of a role: its name, how long it lasts, and the STS that begins it.
pub(in crate::credentials) struct RoleSession {
    pub(in crate::credentials) name: Option<String>,
    pub(in crate::credentials) duration: Duration,
    /// Where STS is, as the caller wrote it; it counts once it is [checked](Self::checked).
    pub(in crate::credentials) endpoint: Option<String>,
    pub(in crate::credentials) sts: StsClient,
}

impl RoleSession {
    pub(in crate::credentials) fn new() -> Self {
        let sts = StsClient::new(ProviderConfig::new());
        Self { name: None, duration: DURATION, endpoint: None, sts }
    }

    /// Refuses what STS would refuse.
    pub(in crate::credentials) fn checked(mut self) -> Result<Self, Error> {
        let whole = self.duration.subsec_nanos() == 0;
        if !whole || self.duration.is_zero() || self.duration > MAX_DURATION {
            return Err(Error::invalid_input(format!(
                "the duration {:?} is not within 1 to {} whole seconds",
                self.duration,
                MAX_DURATION.as_secs()
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

    /// The name, or one by the time in microseconds.
    pub(in crate::credentials) fn name(&self) -> Cow<'_, str> {
        if let Some(name) = &self.name {
            return name.into();
        }
        let since = self.sts.config.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        format!("tencentcloud-rust-sdk-{}", since.as_micros()).into()
    }
}

/// Refuses what cannot be the name of a role.
pub(in crate::credentials) fn check_role_arn(role_arn: &str) -> Result<(), Error> {
    if role_arn.starts_with("qcs::") && role_arn.chars().all(|c| !c.is_whitespace()) {
        return Ok(());
    }
    let shown: String = role_arn.chars().take(120).collect();
    Err(Error::invalid_input(format!(
        "{shown:?} is no ARN of a role: copy it from the console, as \
         qcs::cam::uin/100000000001:roleName/my-role"
    )))
}

/// Refuses a text that is not made of 2 to 128 letters, digits and `others`.
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
    Err(Error::invalid_input(format!("the {what} must be 2 to 128 letters, digits and {others:?}")))
}
