use super::{HttpProfile, RegionBreakerProfile, SignMethod};
use crate::error::Error;
use crate::policy::rate_limit::RateLimit;
use crate::policy::retry::RetryPolicy;

/// The language of the messages in errors of the API.
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
    /// The value of `X-TC-Language`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::EnUs => "en-US",
        }
    }
}

impl std::str::FromStr for Language {
    type Err = Error;

    /// Reads `zh-CN` or `en-US`.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "zh-CN" => Ok(Self::ZhCn),
            "en-US" => Ok(Self::EnUs),
            _ => Err(Error::invalid_input(format!(
                "{text:?} is no language of the API: use \"zh-CN\" or \"en-US\""
            ))),
        }
    }
}

/// How a client behaves.
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
    /// Starts from the defaults.
    #[doc(alias = "NewClientProfile")]
    pub fn builder() -> ClientProfileBuilder {
        ClientProfileBuilder::default()
    }

    /// How requests travel. Default: [`HttpProfile::default`].
    pub fn http_profile(&self) -> &HttpProfile {
        &self.http_profile
    }

    /// How requests are signed. Default: [`SignMethod::Tc3HmacSha256`].
    pub fn sign_method(&self) -> SignMethod {
        self.sign_method
    }

    /// Whether the body is left out of the signature. Default: `false`.
    pub fn unsigned_payload(&self) -> bool {
        self.unsigned_payload
    }

    /// The language of error messages. Default: [`Language::ZhCn`].
    pub fn language(&self) -> Language {
        self.language
    }

    /// What the program calls itself behind the name of the SDK. Default: `None`.
    pub fn request_client(&self) -> Option<&str> {
        self.request_client.as_deref()
    }

    /// Whether a request without a required member is refused before it is sent. Default: `true`.
    pub fn check_required(&self) -> bool {
        self.check_required
    }

    /// Whether, when and how often failed attempts are repeated.
    pub fn retryer(&self) -> &RetryPolicy {
        &self.retryer
    }

    /// Whether the [breaker](crate::policy::breaker) is switched off. Default: `true`.
    pub fn disable_region_breaker(&self) -> bool {
        self.disable_region_breaker
    }

    /// The settings of the breaker, when it is switched on.
    pub fn region_breaker(&self) -> Option<&RegionBreakerProfile> {
        (!self.disable_region_breaker).then_some(&self.region_breaker_profile)
    }

    /// The limit of calls a second, when there is one.
    pub fn rate_limit(&self) -> Option<&RateLimit> {
        self.rate_limit.as_ref()
    }
}

/// Builds a [`ClientProfile`].
#[derive(Clone, Debug, Default)]
#[must_use = "call `build` to get the profile"]
pub struct ClientProfileBuilder {
    profile: ClientProfile,
}

impl ClientProfileBuilder {
    /// Sets how requests travel. Default: [`HttpProfile::default`].
    #[doc(alias = "httpProfile")]
    pub fn http_profile(mut self, http_profile: HttpProfile) -> Self {
        self.profile.http_profile = http_profile;
        self
    }

    /// Sets how requests are signed. Default: [`SignMethod::Tc3HmacSha256`].
    #[doc(alias("signMethod", "WithSignatureMethod"))]
    pub fn sign_method(mut self, sign_method: SignMethod) -> Self {
        self.profile.sign_method = sign_method;
        self
    }

    /// Sets whether the body is left out of the signature (`UNSIGNED-PAYLOAD`), which saves
    /// hashing large bodies and leaves them to TLS to protect. Only for
    /// [`SignMethod::Tc3HmacSha256`]. Default: `false`.
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

    /// Sets what the program calls itself: sent in `X-TC-RequestClient` behind the name of the
    /// SDK. At most 128 letters, digits and `-_,;.`
    #[doc(alias("WithRequestClient", "user_agent"))]
    pub fn request_client(mut self, request_client: impl Into<String>) -> Self {
        self.profile.request_client = Some(request_client.into());
        self
    }

    /// Sets whether a request without a member that the specification requires is refused before
    /// it is sent. Default: `true`. Switch it off when a specification is wrong.
    pub fn check_required(mut self, check_required: bool) -> Self {
        self.profile.check_required = check_required;
        self
    }

    /// Sets whether, when and how often failed attempts are repeated. Default:
    /// [`RetryPolicy::standard`]; the official SDKs do not repeat, as [`RetryPolicy::none`] does.
    #[doc(alias = "retry_policy")]
    pub fn retryer(mut self, retryer: RetryPolicy) -> Self {
        self.profile.retryer = retryer;
        self
    }

    /// Switches the [breaker](crate::policy::breaker) off (`true`) or on. Default: `true`.
    #[doc(alias = "DisableRegionBreaker")]
    pub fn disable_region_breaker(mut self, disable_region_breaker: bool) -> Self {
        self.profile.disable_region_breaker = disable_region_breaker;
        self
    }

    /// Sets when the [breaker](crate::policy::breaker) opens and where it sends requests then; it must be
    /// switched on, too. Default: [`RegionBreakerProfile::default`].
    #[doc(alias = "regionBreakerProfile")]
    pub fn region_breaker_profile(mut self, profile: RegionBreakerProfile) -> Self {
        self.profile.region_breaker_profile = profile;
        self
    }

    /// Limits the calls a second, for each region and action, before the service refuses them.
    /// Default: no limit.
    pub fn rate_limit(mut self, rate_limit: RateLimit) -> Self {
        self.profile.rate_limit = Some(rate_limit);
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when `request_client` is empty, too long
    /// or holds other characters, or `unsigned_payload` is set with a `sign_method` that always
    /// signs the parameters.
    pub fn build(self) -> Result<ClientProfile, Error> {
        let sign_method = self.profile.sign_method;
        if self.profile.unsigned_payload && sign_method != SignMethod::Tc3HmacSha256 {
            return Err(Error::invalid_input(format!(
                "unsigned_payload needs the sign_method {}, not {sign_method}",
                SignMethod::Tc3HmacSha256
            )));
        }
        if let Some(name) = &self.profile.request_client {
            let fits = (1..=128).contains(&name.len())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_,;.".contains(&b));
            if !fits {
                return Err(Error::invalid_input(format!(
                    "request_client must be 1 to 128 letters, digits and '-_,;.', not {:?}",
                    name.chars().take(140).collect::<String>()
                )));
            }
        }
        Ok(self.profile)
    }
}
