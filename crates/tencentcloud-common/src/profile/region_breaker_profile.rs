use std::time::Duration;

use super::{Endpoint, Protocol};
use crate::error::Error;

/// The settings of the region breaker: when calls are routed to the backup endpoint, and when they
/// are routed to the primary endpoint again.
///
/// The module [`breaker`](crate::policy::breaker) describes how it works.
///
/// ```
/// use tencentcloud_common::profile::{Protocol, RegionBreakerProfile};
///
/// let profile = RegionBreakerProfile::builder()
///     .backup_endpoint("ap-shanghai-fsi.tencentcloudapi.com")
///     .build()?;
/// let endpoint = profile.endpoint_of("cvm", Protocol::Https)?;
/// assert_eq!(endpoint.authority(), "cvm.ap-shanghai-fsi.tencentcloudapi.com");
/// # Ok::<(), tencentcloud_common::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegionBreakerProfile {
    backup_endpoint: String,
    max_fail_num: u32,
    max_fail_percent: f64,
    window_interval: Duration,
    timeout: Duration,
    max_requests: u32,
}

impl Default for RegionBreakerProfile {
    fn default() -> Self {
        Self {
            backup_endpoint: "ap-guangzhou.tencentcloudapi.com".to_owned(),
            max_fail_num: 5,
            max_fail_percent: 0.75,
            window_interval: Duration::from_secs(5 * 60),
            timeout: Duration::from_secs(60),
            max_requests: 5,
        }
    }
}

impl RegionBreakerProfile {
    /// Creates a builder with the defaults.
    pub fn builder() -> RegionBreakerProfileBuilder {
        RegionBreakerProfileBuilder::default()
    }

    /// Returns the domain that follows the name of the service in the backup endpoint. Default:
    /// `ap-guangzhou.tencentcloudapi.com`.
    pub fn backup_endpoint(&self) -> &str {
        &self.backup_endpoint
    }

    /// Returns the number of failures that opens the breaker if their share is also high enough.
    /// Default: 5.
    pub fn max_fail_num(&self) -> u32 {
        self.max_fail_num
    }

    /// Returns the share of failed attempts, from 0 to 1, that opens the breaker if there are also
    /// enough failures. Default: 0.75.
    pub fn max_fail_percent(&self) -> f64 {
        self.max_fail_percent
    }

    /// Returns the interval after which the counters are reset. Default: 5 minutes.
    pub fn window_interval(&self) -> Duration {
        self.window_interval
    }

    /// Returns how long the breaker stays open before it probes the primary endpoint. Default: 60 s.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the number of successful probes that are required to close the breaker, which is
    /// also the maximum number of concurrent probes. Default: 5.
    pub fn max_requests(&self) -> u32 {
        self.max_requests
    }

    /// Returns the backup endpoint of a service.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the name of the service cannot be a part
    /// of a host name.
    pub fn endpoint_of(&self, service: &str, protocol: Protocol) -> Result<Endpoint, Error> {
        Endpoint::parse(&format!("{service}.{}", self.backup_endpoint), protocol)
    }
}

/// A builder for a [`RegionBreakerProfile`].
#[derive(Clone, Debug, Default)]
#[must_use = "call `build` to get the profile"]
pub struct RegionBreakerProfileBuilder {
    profile: RegionBreakerProfile,
}

impl RegionBreakerProfileBuilder {
    /// Sets the domain that follows the name of the service in the backup endpoint, such as
    /// `ap-shanghai.tencentcloudapi.com`. Its region should differ from the region of the client.
    /// Default: `ap-guangzhou.tencentcloudapi.com`.
    #[doc(alias("BackupEndpoint", "BackupEndPoint"))]
    pub fn backup_endpoint(mut self, backup_endpoint: impl Into<String>) -> Self {
        self.profile.backup_endpoint = backup_endpoint.into();
        self
    }

    /// Sets the number of failures that opens the breaker if their [share](Self::max_fail_percent)
    /// is also high enough. 5 consecutive failures always open it. Default: 5.
    pub fn max_fail_num(mut self, max_fail_num: u32) -> Self {
        self.profile.max_fail_num = max_fail_num;
        self
    }

    /// Sets the share of failed attempts, from 0 to 1, that opens the breaker if there are also
    /// [enough failures](Self::max_fail_num). Default: 0.75.
    pub fn max_fail_percent(mut self, max_fail_percent: f64) -> Self {
        self.profile.max_fail_percent = max_fail_percent;
        self
    }

    /// Sets the interval after which the counters are reset. Default: 5 minutes.
    pub fn window_interval(mut self, window_interval: Duration) -> Self {
        self.profile.window_interval = window_interval;
        self
    }

    /// Sets how long the breaker stays open before it probes the primary endpoint. Default: 60 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.profile.timeout = timeout;
        self
    }

    /// Sets the number of successful probes of the primary endpoint that are required to close the
    /// breaker. It is also the maximum number of concurrent probes; other calls use the backup
    /// endpoint in the meantime. Default: 5.
    pub fn max_requests(mut self, max_requests: u32) -> Self {
        self.profile.max_requests = max_requests;
        self
    }

    /// Builds the profile.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when `backup_endpoint` is not a domain that
    /// can follow the name of a service, `max_fail_percent` is not from 0 to 1, or another setting is
    /// zero.
    pub fn build(self) -> Result<RegionBreakerProfile, Error> {
        let mut profile = self.profile;
        profile.backup_endpoint.make_ascii_lowercase();
        if let Err(reason) = check_backup(&profile.backup_endpoint) {
            let shown: String = profile.backup_endpoint.chars().take(100).collect();
            return Err(Error::invalid_input(format!(
                "invalid backup_endpoint {shown:?}: {reason}; expected the domain that follows the \
                 name of the service, such as \"ap-guangzhou.tencentcloudapi.com\""
            )));
        }
        if !(0.0..=1.0).contains(&profile.max_fail_percent) {
            return Err(Error::invalid_input(format!(
                "max_fail_percent must be from 0 to 1, such as 0.75, got {}",
                profile.max_fail_percent
            )));
        }
        for (name, is_zero, reason) in [
            (
                "max_fail_num",
                profile.max_fail_num == 0,
                "or the breaker would open without a failure",
            ),
            (
                "max_requests",
                profile.max_requests == 0,
                "or the primary endpoint would never be probed",
            ),
            (
                "window_interval",
                profile.window_interval.is_zero(),
                "or no failure would be counted",
            ),
            ("timeout", profile.timeout.is_zero(), "or the backup endpoint would never be used"),
        ] {
            if is_zero {
                return Err(Error::invalid_input(format!("{name} must be above zero, {reason}")));
            }
        }
        Ok(profile)
    }
}

fn check_backup(domain: &str) -> Result<(), &'static str> {
    if domain.contains(['/', ':', '@']) {
        return Err("it contains a protocol, port, path or user name");
    }
    // At least as long as the name of any service, so that no host name becomes too long.
    let service = "s".repeat(32);
    if Endpoint::parse(&format!("{service}.{domain}"), Protocol::Https).is_err() {
        return Err("it is not a host name");
    }
    if !domain.contains('.') {
        return Err("it has no dot");
    }
    let root = ["tencentcloudapi.com", "tencentcloudapi.com.cn", "tencentcloudapi.cn"]
        .into_iter()
        .find_map(|root| domain.strip_suffix(root));
    // Under other root domains, names need not be regions or services.
    let Some(prefix) = root else { return Ok(()) };
    let is_region =
        |label: &str| label.contains('-') || ["internal", "intl", "ai"].contains(&label);
    match prefix.split('.').next() {
        Some("") | None => Ok(()),
        Some(first) if !prefix.ends_with('.') || is_region(first) => Ok(()),
        Some(_) => Err("it begins with the name of a service or an unknown region"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_equal_those_of_the_official_sdks() {
        let profile = RegionBreakerProfile::builder().build().unwrap();
        assert_eq!(profile.backup_endpoint(), "ap-guangzhou.tencentcloudapi.com");
        assert_eq!((profile.max_fail_num(), profile.max_requests()), (5, 5));
        assert!((profile.max_fail_percent() - 0.75).abs() < f64::EPSILON);
        assert_eq!(profile.window_interval(), Duration::from_secs(300));
        assert_eq!(profile.timeout(), Duration::from_secs(60));
    }

    #[test]
    fn backup_endpoints_are_validated() {
        let valid = [
            "tencentcloudapi.com",
            "ap-shanghai.tencentcloudapi.com",
            "AP-Shanghai.tencentcloudapi.com",
            "ap-shanghai-fsi.tencentcloudapi.com",
            "ap-beijing.internal.tencentcloudapi.com",
            "internal.tencentcloudapi.com",
            "intl.tencentcloudapi.com",
            "ai.tencentcloudapi.com",
            "ap-shanghai.tencentcloudapi.cn",
            "tencentcloudapi.com.cn",
            "api.cloud.example.com",
            "region1.private-cloud.example",
            "nottencentcloudapi.com",
        ];
        for text in valid {
            let profile = RegionBreakerProfile::builder().backup_endpoint(text).build().unwrap();
            let endpoint = profile.endpoint_of("vpc", Protocol::Http).unwrap();
            let expected = format!("http://vpc.{}/", text.to_ascii_lowercase());
            assert_eq!(endpoint.to_string(), expected);
        }
        let invalid = [
            ("", "it is not a host name"),
            ("ap-guangzhou", "it has no dot"),
            ("cvm.tencentcloudapi.com", "begins with the name of a service"),
            ("cvm.ap-guangzhou.tencentcloudapi.com", "begins with the name of a service"),
            ("CVM.TencentCloudAPI.com", "begins with the name of a service"),
            ("shanghai.tencentcloudapi.com", "begins with the name of a service"),
            ("https://ap-guangzhou.tencentcloudapi.com", "protocol, port, path"),
            ("ap-guangzhou.tencentcloudapi.com:443", "protocol, port, path"),
            ("ap-guangzhou.tencentcloudapi.com/", "protocol, port, path"),
            (".tencentcloudapi.com", "it is not a host name"),
            ("ap guangzhou.tencentcloudapi.com", "it is not a host name"),
            ("ap-guangzhou.tencentcloudapi.com\r\nX: y", "protocol, port, path"),
            ("ap-guangzhou.tencentcloudapi.com\n", "it is not a host name"),
            ("ap-guangzhou..com", "it is not a host name"),
        ];
        for (text, expected) in invalid {
            let built = RegionBreakerProfile::builder().backup_endpoint(text).build();
            let error = built.unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
            assert!(error.to_string().contains(expected), "{text}: {error}");
            assert!(error.to_string().contains("backup_endpoint"), "{error}");
        }
    }

    #[test]
    fn numbers_are_validated() {
        let builder = RegionBreakerProfile::builder;
        let invalid = [
            (builder().max_fail_percent(75.0), "got 75"),
            (builder().max_fail_percent(-0.1), "got -0.1"),
            (builder().max_fail_percent(f64::NAN), "got NaN"),
            (builder().max_fail_num(0), "max_fail_num must be above zero"),
            (builder().max_requests(0), "max_requests must be above zero"),
            (builder().window_interval(Duration::ZERO), "window_interval must be above zero"),
            (builder().timeout(Duration::ZERO), "timeout must be above zero"),
        ];
        for (builder, expected) in invalid {
            let error = builder.build().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        for percent in [0.0, 1.0] {
            builder().max_fail_percent(percent).build().unwrap();
        }
        builder().timeout(Duration::MAX).window_interval(Duration::MAX).build().unwrap();
    }

    #[test]
    fn an_invalid_service_name_is_rejected() {
        let error =
            RegionBreakerProfile::default().endpoint_of("c vm", Protocol::Https).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
    }
}
