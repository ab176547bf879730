use super::{HttpProfile, RegionBreakerProfile, SignMethod};
use crate::error::Error;
use crate::policy::rate_limit::RateLimit;
use crate::policy::retry::RetryPolicy;

/// The language of the error messages of the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// Chinese; the default, as in the official SDKs.
    #[default]
    ZhCn,
    /// English.
    EnUs,
}

impl Language {
    /// Returns the value of the header `X-TC-Language`: `zh-CN` or `en-US`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::EnUs => "en-US",
        }
    }
}

impl std::str::FromStr for Language {
    type Err = Error;

    /// Parses `zh-CN` or `en-US`.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "zh-CN" => Ok(Self::ZhCn),
            "en-US" => Ok(Self::EnUs),
            _ => Err(Error::invalid_input(format!(
                "invalid language {text:?}: expected \"zh-CN\" or \"en-US\""
            ))),
        }
    }
}

/// The settings of a client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientProfile {
    http_profile: HttpProfile,
    sign_method: SignMethod,
    unsigned_payload: bool,
    language: Language,
    request_client: Option<String>,
    check_required: bool,
    retryer: RetryPolicy,
    disable_region_breaker: bool,
    region_breaker_profile: RegionBreakerProfile,
    rate_limit: Option<RateLimit>,
}

impl Default for ClientProfile {
    fn default() -> Self {
        Self {
            http_profile: HttpProfile::default(),
            sign_method: SignMethod::default(),
            unsigned_payload: false,
            language: Language::default(),
            request_client: None,
            check_required: true,
            retryer: RetryPolicy::default(),
            disable_region_breaker: true,
            region_breaker_profile: RegionBreakerProfile::default(),
            rate_limit: None,
        }
    }
}

impl ClientProfile {
    /// Creates a builder with the defaults.
    #[doc(alias = "NewClientProfile")]
    pub fn builder() -> ClientProfileBuilder {
        ClientProfileBuilder::default()
    }

    /// Returns the settings of the HTTP client. Default: [`HttpProfile::default`].
    pub fn http_profile(&self) -> &HttpProfile {
        &self.http_profile
    }

    /// Returns the signature method. Default: [`SignMethod::Tc3HmacSha256`].
    pub fn sign_method(&self) -> SignMethod {
        self.sign_method
    }

    /// Returns whether the signature leaves out the body. Default: `false`.
    pub fn unsigned_payload(&self) -> bool {
        self.unsigned_payload
    }

    /// Returns the language of error messages. Default: [`Language::ZhCn`].
    pub fn language(&self) -> Language {
        self.language
    }

    /// Returns the name of the program, which is sent after the name of the SDK. Default: `None`.
    pub fn request_client(&self) -> Option<&str> {
        self.request_client.as_deref()
    }

    /// Returns whether requests are checked for required members before they are sent. Default:
    /// `true`.
    pub fn check_required(&self) -> bool {
        self.check_required
    }

    /// Returns the retry policy. Default: [`RetryPolicy::standard`].
    pub fn retryer(&self) -> &RetryPolicy {
        &self.retryer
    }

    /// Returns whether the [breaker](crate::policy::breaker) is disabled. Default: `true`.
    pub fn disable_region_breaker(&self) -> bool {
        self.disable_region_breaker
    }

    /// Returns the settings of the breaker, if it is enabled.
    pub fn region_breaker(&self) -> Option<&RegionBreakerProfile> {
        (!self.disable_region_breaker).then_some(&self.region_breaker_profile)
    }

    /// Returns the limit of calls per second, if one is set.
    pub fn rate_limit(&self) -> Option<&RateLimit> {
        self.rate_limit.as_ref()
    }
}

/// A builder for a [`ClientProfile`].
#[derive(Clone, Debug, Default)]
#[must_use = "call `build` to get the profile"]
pub struct ClientProfileBuilder {
    profile: ClientProfile,
}

impl ClientProfileBuilder {
    /// Sets the settings of the HTTP client. Default: [`HttpProfile::default`].
    #[doc(alias = "httpProfile")]
    pub fn http_profile(mut self, http_profile: HttpProfile) -> Self {
        self.profile.http_profile = http_profile;
        self
    }

    /// Sets the signature method. Default: [`SignMethod::Tc3HmacSha256`].
    #[doc(alias("signMethod", "WithSignatureMethod"))]
    pub fn sign_method(mut self, sign_method: SignMethod) -> Self {
        self.profile.sign_method = sign_method;
        self
    }

    /// Sets whether the signature leaves out the body (`UNSIGNED-PAYLOAD`). This saves the time to
    /// hash large bodies, but then only TLS protects them. Requires [`SignMethod::Tc3HmacSha256`].
    /// Default: `false`.
    #[doc(alias = "unsignedPayload")]
    pub fn unsigned_payload(mut self, unsigned_payload: bool) -> Self {
        self.profile.unsigned_payload = unsigned_payload;
        self
    }

    /// Sets the language of error messages. Default: [`Language::ZhCn`].
    pub fn language(mut self, language: Language) -> Self {
        self.profile.language = language;
        self
    }

    /// Sets the name of the program. It is sent in the header `X-TC-RequestClient` after the name
    /// of the SDK. It may contain up to 128 letters, digits and `-_,;.` characters. Default: none.
    #[doc(alias("WithRequestClient", "user_agent"))]
    pub fn request_client(mut self, request_client: impl Into<String>) -> Self {
        self.profile.request_client = Some(request_client.into());
        self
    }

    /// Sets whether a request without a required member is rejected before it is sent.
    /// If the specification of one action is wrong, disable the check only for its calls, with
    /// [`Call::check_required`](crate::Call::check_required). Default: `true`.
    pub fn check_required(mut self, check_required: bool) -> Self {
        self.profile.check_required = check_required;
        self
    }

    /// Sets the retry policy. Default: [`RetryPolicy::standard`]. The default of the official SDKs
    /// is [`RetryPolicy::none`].
    #[doc(alias = "retry_policy")]
    pub fn retryer(mut self, retryer: RetryPolicy) -> Self {
        self.profile.retryer = retryer;
        self
    }

    /// Disables (`true`) or enables (`false`) the [breaker](crate::policy::breaker). Default: `true`.
    #[doc(alias("DisableRegionBreaker", "circuit_breaker"))]
    pub fn disable_region_breaker(mut self, disable_region_breaker: bool) -> Self {
        self.profile.disable_region_breaker = disable_region_breaker;
        self
    }

    /// Sets the settings of the [breaker](crate::policy::breaker), such as the backup endpoint.
    /// They have no effect unless [`disable_region_breaker(false)`](Self::disable_region_breaker)
    /// is set. Default: [`RegionBreakerProfile::default`].
    #[doc(alias = "regionBreakerProfile")]
    pub fn region_breaker_profile(mut self, profile: RegionBreakerProfile) -> Self {
        self.profile.region_breaker_profile = profile;
        self
    }

    /// Limits the calls per second, for each region and action, so that the service does not throttle
    /// them. Default: no limit.
    pub fn rate_limit(mut self, rate_limit: RateLimit) -> Self {
        self.profile.rate_limit = Some(rate_limit);
        self
    }

    /// Builds the profile.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when `request_client` is empty, too long or
    /// contains invalid characters, or `unsigned_payload` is set with a `sign_method` other than
    /// [`SignMethod::Tc3HmacSha256`].
    pub fn build(self) -> Result<ClientProfile, Error> {
        let sign_method = self.profile.sign_method;
        if self.profile.unsigned_payload && sign_method != SignMethod::Tc3HmacSha256 {
            return Err(Error::invalid_input(format!(
                "unsigned_payload requires the sign_method {}, got {sign_method}",
                SignMethod::Tc3HmacSha256
            )));
        }
        if let Some(name) = &self.profile.request_client {
            let is_valid = (1..=128).contains(&name.len())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_,;.".contains(&b));
            if !is_valid {
                return Err(Error::invalid_input(format!(
                    "request_client must be 1 to 128 letters, digits and '-_,;.', got {:?}",
                    name.chars().take(140).collect::<String>()
                )));
            }
        }
        Ok(self.profile)
    }
}
