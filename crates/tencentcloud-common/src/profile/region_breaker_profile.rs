use std::time::Duration;

use super::{Endpoint, Protocol};
use crate::error::Error;

/// When calls move to another region, and when they come back: the settings of a
/// [`Breaker`](crate::policy::breaker::Breaker), which describes how it works.
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
    /// Starts from the defaults.
    pub fn builder() -> RegionBreakerProfileBuilder {
        RegionBreakerProfileBuilder::default()
    }

    /// What follows the name of the service in the host that calls move to.
    pub fn backup_endpoint(&self) -> &str {
        &self.backup_endpoint
    }

    /// How many failures it takes at least.
    pub fn max_fail_num(&self) -> u32 {
        self.max_fail_num
    }

    /// Which share of the calls must have failed, from 0 to 1.
    pub fn max_fail_percent(&self) -> f64 {
        self.max_fail_percent
    }

    /// How long failures are counted before counting starts anew.
    pub fn window_interval(&self) -> Duration {
        self.window_interval
    }

    /// How long calls stay away before the first region is tried again.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How many probes of the first region must then succeed to close the breaker, and how many are
    /// under way at a time.
    pub fn max_requests(&self) -> u32 {
        self.max_requests
    }

    /// Where the requests of `service` go instead.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the name of the service does not fit
    /// into a host name.
    pub fn endpoint_of(&self, service: &str, protocol: Protocol) -> Result<Endpoint, Error> {
        Endpoint::parse(&format!("{service}.{}", self.backup_endpoint), protocol)
    }
}

/// Builds a [`RegionBreakerProfile`].
#[derive(Clone, Debug, Default)]
#[must_use = "call `build` to get the profile"]
pub struct RegionBreakerProfileBuilder {
    profile: RegionBreakerProfile,
}

impl RegionBreakerProfileBuilder {
    /// Sets what follows the name of the service in the host that calls move to, such as
    /// `ap-shanghai.tencentcloudapi.com`; the region that it names should be another than that of
    /// the client. Default: `ap-guangzhou.tencentcloudapi.com`.
    #[doc(alias("BackupEndpoint", "BackupEndPoint"))]
    pub fn backup_endpoint(mut self, backup_endpoint: impl Into<String>) -> Self {
        self.profile.backup_endpoint = backup_endpoint.into();
        self
    }

    /// Sets how many calls must have failed at least. Default: 5.
    pub fn max_fail_num(mut self, max_fail_num: u32) -> Self {
        self.profile.max_fail_num = max_fail_num;
        self
    }

    /// Sets which share of the calls must have failed, from 0 to 1. Default: 0.75.
    pub fn max_fail_percent(mut self, max_fail_percent: f64) -> Self {
        self.profile.max_fail_percent = max_fail_percent;
        self
    }

    /// Sets how long failures are counted before counting starts anew. Default: 5 minutes.
    pub fn window_interval(mut self, window_interval: Duration) -> Self {
        self.profile.window_interval = window_interval;
        self
    }

    /// Sets how long calls stay away before the first region is tried again. Default: 60 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.profile.timeout = timeout;
        self
    }

    /// Sets how many calls must succeed in the first region, when it is tried again, to close the
    /// breaker. At most so many are sent there at a time until then; the others still go to the
    /// backup. Default: 5.
    pub fn max_requests(mut self, max_requests: u32) -> Self {
        self.profile.max_requests = max_requests;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the backup endpoint is not the part
    /// of a host that follows the name of a service, the percentage is not from 0 to 1, or another
    /// setting is zero.
    pub fn build(self) -> Result<RegionBreakerProfile, Error> {
        let mut profile = self.profile;
        profile.backup_endpoint.make_ascii_lowercase();
        if let Err(reason) = check_backup(&profile.backup_endpoint) {
            let shown: String = profile.backup_endpoint.chars().take(100).collect();
            return Err(Error::invalid_input(format!(
                "{shown:?} is no backup_endpoint: {reason}; give what follows the name of the \
                 service in a host, as in \"ap-guangzhou.tencentcloudapi.com\""
            )));
        }
        if !(0.0..=1.0).contains(&profile.max_fail_percent) {
            return Err(Error::invalid_input(format!(
                "max_fail_percent must be from 0 to 1, as 0.75 for three calls of four, not {}",
                profile.max_fail_percent
            )));
        }
        for (name, zero, hint) in [
            ("max_fail_num", profile.max_fail_num == 0, "the breaker would open without a failure"),
            ("max_requests", profile.max_requests == 0, "the first region would never be tried"),
            ("window_interval", profile.window_interval.is_zero(), "no failure would be counted"),
            ("timeout", profile.timeout.is_zero(), "calls would never move"),
        ] {
            if zero {
                return Err(Error::invalid_input(format!("{name} is zero: {hint}; give more")));
            }
        }
        Ok(profile)
    }
}

fn check_backup(domain: &str) -> Result<(), &'static str> {
    if domain.contains(['/', ':', '@']) {
        return Err("it holds a protocol, port, path or user");
    }
    // A name as long as that of any service, so that no service makes the host too long.
    let service = "s".repeat(32);
    if Endpoint::parse(&format!("{service}.{domain}"), Protocol::Https).is_err() {
        return Err("it is no host");
    }
    if !domain.contains('.') {
        return Err("it has no domain");
    }
    let root = ["tencentcloudapi.com", "tencentcloudapi.com.cn", "tencentcloudapi.cn"]
        .into_iter()
        .find_map(|root| domain.strip_suffix(root));
    // Under another root than Tencent's, the names mean what its owner likes.
    let Some(before) = root else { return Ok(()) };
    let is_region =
        |label: &str| label.contains('-') || ["internal", "intl", "ai"].contains(&label);
    match before.split('.').next() {
        Some("") | None => Ok(()),
        Some(first) if !before.ends_with('.') || is_region(first) => Ok(()),
        Some(_) => Err("it begins with the name of a service or of no region"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_official_sdks() {
        let profile = RegionBreakerProfile::builder().build().unwrap();
        assert_eq!(profile.backup_endpoint(), "ap-guangzhou.tencentcloudapi.com");
        assert_eq!((profile.max_fail_num(), profile.max_requests()), (5, 5));
        assert!((profile.max_fail_percent() - 0.75).abs() < f64::EPSILON);
        assert_eq!(profile.window_interval(), Duration::from_secs(300));
        assert_eq!(profile.timeout(), Duration::from_secs(60));
    }

    #[test]
    fn backup_endpoints() {
        let fine = [
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
        for text in fine {
            let profile = RegionBreakerProfile::builder().backup_endpoint(text).build().unwrap();
            let endpoint = profile.endpoint_of("vpc", Protocol::Http).unwrap();
            let expected = format!("http://vpc.{}/", text.to_ascii_lowercase());
            assert_eq!(endpoint.to_string(), expected);
        }
        let wrong = [
            ("", "it is no host"),
            ("ap-guangzhou", "it has no domain"),
            ("cvm.tencentcloudapi.com", "begins with the name of a service"),
            ("cvm.ap-guangzhou.tencentcloudapi.com", "begins with the name of a service"),
            ("CVM.TencentCloudAPI.com", "begins with the name of a service"),
            ("shanghai.tencentcloudapi.com", "begins with the name of a service"),
            ("https://ap-guangzhou.tencentcloudapi.com", "protocol, port, path"),
            ("ap-guangzhou.tencentcloudapi.com:443", "protocol, port, path"),
            ("ap-guangzhou.tencentcloudapi.com/", "protocol, port, path"),
            (".tencentcloudapi.com", "it is no host"),
            ("ap guangzhou.tencentcloudapi.com", "it is no host"),
            ("ap-guangzhou.tencentcloudapi.com\r\nX: y", "protocol, port, path"),
            ("ap-guangzhou.tencentcloudapi.com\n", "it is no host"),
            ("ap-guangzhou..com", "it is no host"),
        ];
        for (text, expected) in wrong {
            let built = RegionBreakerProfile::builder().backup_endpoint(text).build();
            let error = built.unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
            assert!(error.to_string().contains(expected), "{text}: {error}");
            assert!(error.to_string().contains("backup_endpoint"), "{error}");
        }
    }

    #[test]
    fn numbers_are_checked() {
        let builder = RegionBreakerProfile::builder;
        let wrong = [
            (builder().max_fail_percent(75.0), "not 75"),
            (builder().max_fail_percent(-0.1), "not -0.1"),
            (builder().max_fail_percent(f64::NAN), "not NaN"),
            (builder().max_fail_num(0), "max_fail_num is zero"),
            (builder().max_requests(0), "max_requests is zero"),
            (builder().window_interval(Duration::ZERO), "window_interval is zero"),
            (builder().timeout(Duration::ZERO), "timeout is zero"),
        ];
        for (builder, expected) in wrong {
            let error = builder.build().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        for percent in [0.0, 1.0] {
            builder().max_fail_percent(percent).build().unwrap();
        }
        builder().timeout(Duration::MAX).window_interval(Duration::MAX).build().unwrap();
    }

    #[test]
    fn a_service_that_is_no_name_is_refused() {
        let error =
            RegionBreakerProfile::default().endpoint_of("c vm", Protocol::Https).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
    }
}
