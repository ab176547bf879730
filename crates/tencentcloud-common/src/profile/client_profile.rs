use super::HttpProfile;
use crate::error::Error;

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
    language: Language,
    request_client: Option<String>,
    check_required: bool,
}

impl Default for ClientProfile {
    fn default() -> Self {
        Self {
            http_profile: HttpProfile::default(),
            language: Language::default(),
            request_client: None,
            check_required: true,
        }
    }
}

impl ClientProfile {
    /// Starts from the defaults.
    pub fn builder() -> ClientProfileBuilder {
        ClientProfileBuilder::default()
    }

    /// How requests travel.
    pub fn http_profile(&self) -> &HttpProfile {
        &self.http_profile
    }

    /// The language of error messages.
    pub fn language(&self) -> Language {
        self.language
    }

    /// What the program calls itself behind the name of the SDK.
    pub fn request_client(&self) -> Option<&str> {
        self.request_client.as_deref()
    }

    /// Whether a request without a required member is refused before it is sent.
    pub fn check_required(&self) -> bool {
        self.check_required
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
    pub fn http_profile(mut self, http_profile: HttpProfile) -> Self {
        self.profile.http_profile = http_profile;
        self
    }

    /// Sets the language of error messages. Default: [`Language::ZhCn`].
    pub fn language(mut self, language: Language) -> Self {
        self.profile.language = language;
        self
    }

    /// Sets what the program calls itself: sent in `X-TC-RequestClient` behind the name of the
    /// SDK. At most 128 letters, digits and `-_,;.`
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

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when `request_client` is empty, too long
    /// or holds other characters.
    pub fn build(self) -> Result<ClientProfile, Error> {
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
