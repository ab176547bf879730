use std::str::FromStr;
use std::time::Duration;

use super::{ClientProfile, ClientProfileBuilder, HttpProfile, HttpProfileBuilder};
use crate::error::Error;
use crate::runtime::Environment;

const CA_BUNDLE: &str = "TENCENTCLOUD_CA_BUNDLE";

impl HttpProfileBuilder {
    /// Creates a builder with the settings of the environment; see
    /// [`ClientProfile::from_environment`] for the variables. The proxy variables are read from the
    /// same environment.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), with the name of the variable, when a value
    /// is invalid.
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        let mut builder = Self::default().environment(environment.clone());
        if let Some(protocol) = read(environment, "TENCENTCLOUD_PROTOCOL")? {
            builder = builder.protocol(protocol);
        }
        let texts: [(&str, SetText); 3] = [
            ("TENCENTCLOUD_DOMAIN", Self::root_domain),
            ("TENCENTCLOUD_ENDPOINT", Self::endpoint),
            ("TENCENTCLOUD_PROXY", Self::proxy),
        ];
        for (name, set) in texts {
            if let Some(text) = environment.get(name) {
                // Built separately, so that the error names this variable.
                let single = set(Self::default(), text.clone());
                single.build().map_err(|error| in_variable(name, &error))?;
                builder = set(builder, text);
            }
        }
        if let Some(path) = environment.get(CA_BUNDLE) {
            builder = builder.certificate_file(path, CA_BUNDLE);
        }
        if let Some(req_method) = read(environment, "TENCENTCLOUD_REQ_METHOD")? {
            builder = builder.req_method(req_method);
        }
        if let Some(Seconds(time)) = read(environment, "TENCENTCLOUD_REQ_TIMEOUT")? {
            builder = builder.req_timeout(time);
        }
        if let Some(Seconds(time)) = read(environment, "TENCENTCLOUD_CONNECT_TIMEOUT")? {
            builder = builder.connect_timeout(time);
        }
        Ok(builder)
    }
}

impl HttpProfile {
    /// Creates a profile with the settings of the environment, and defaults for other settings; see
    /// [`ClientProfile::from_environment`] for the variables.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), with the name of the variable, when a value
    /// is invalid.
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        HttpProfileBuilder::from_environment(environment)?.build()
    }
}

impl ClientProfileBuilder {
    /// Creates a builder with the settings of the environment; see
    /// [`ClientProfile::from_environment`] for the variables. To override a setting of the
    /// [`HttpProfile`], create that profile with [`HttpProfileBuilder::from_environment`].
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), with the name of the variable, when a value
    /// is invalid.
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        let http_profile = HttpProfile::from_environment(environment)?;
        let mut builder = Self::default().http_profile(http_profile);
        if let Some(sign_method) = read(environment, "TENCENTCLOUD_SIGN_METHOD")? {
            builder = builder.sign_method(sign_method);
        }
        if let Some(language) = read(environment, "TENCENTCLOUD_LANGUAGE")? {
            builder = builder.language(language);
        }
        let name = "TENCENTCLOUD_REQUEST_CLIENT";
        if let Some(request_client) = environment.get(name) {
            builder = builder.request_client(request_client);
            builder.clone().build().map_err(|error| in_variable(name, &error))?;
        }
        Ok(builder)
    }
}

impl ClientProfile {
    /// Creates a profile with the settings of the environment, and defaults for other settings.
    ///
    /// | variable | setting | example |
    /// |---|---|---|
    /// | `TENCENTCLOUD_PROTOCOL` | `protocol` | `https` |
    /// | `TENCENTCLOUD_DOMAIN` | `root_domain` | `intl.tencentcloudapi.com` |
    /// | `TENCENTCLOUD_ENDPOINT` | `endpoint` | `cvm.ap-shanghai-fsi.tencentcloudapi.com` |
    /// | `TENCENTCLOUD_SIGN_METHOD` | `sign_method` | `TC3-HMAC-SHA256` |
    /// | `TENCENTCLOUD_LANGUAGE` | `language` | `en-US` |
    /// | `TENCENTCLOUD_REQ_METHOD` | `req_method` | `POST` |
    /// | `TENCENTCLOUD_REQ_TIMEOUT` | `req_timeout`, in seconds | `60` |
    /// | `TENCENTCLOUD_CONNECT_TIMEOUT` | `connect_timeout`, in seconds | `2.5` |
    /// | `TENCENTCLOUD_PROXY` | `proxy` | `http://user:password@proxy.example.com:3128` |
    /// | `TENCENTCLOUD_CA_BUNDLE` | `certification` | `/etc/ssl/company.pem` |
    /// | `TENCENTCLOUD_REQUEST_CLIENT` | `request_client` | `my-app_1.0` |
    ///
    /// An empty variable is treated as unset. No client reads these variables automatically.
    ///
    /// ```
    /// use tencentcloud_common::ClientProfile;
    /// use tencentcloud_common::runtime::Environment;
    ///
    /// let profile = ClientProfile::from_environment(&Environment::process())?;
    ///
    /// let invalid = Environment::from_fn(|name| {
    ///     (name == "TENCENTCLOUD_REQ_TIMEOUT").then(|| "1 min".into())
    /// });
    /// let error = ClientProfile::from_environment(&invalid).unwrap_err();
    /// assert!(error.to_string().starts_with("the variable TENCENTCLOUD_REQ_TIMEOUT"));
    /// # Ok::<(), tencentcloud_common::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), with the name of the variable, when a value
    /// is invalid.
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        ClientProfileBuilder::from_environment(environment)?.build()
    }
}

type SetText = fn(HttpProfileBuilder, String) -> HttpProfileBuilder;

/// Parses the value of a variable, if it is set.
fn read<T: FromStr<Err = Error>>(
    environment: &Environment,
    name: &str,
) -> Result<Option<T>, Error> {
    let text = environment.get(name);
    text.map(|text| text.trim().parse()).transpose().map_err(|error| in_variable(name, &error))
}

fn in_variable(name: &str, error: &Error) -> Error {
    Error::invalid_input(format!("the variable {name}: {}", error.message()))
}

/// A duration in seconds, such as `60` or `2.5`.
struct Seconds(Duration);

impl FromStr for Seconds {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let seconds = text.parse().ok().and_then(|it| Duration::try_from_secs_f64(it).ok());
        seconds.filter(|time| !time.is_zero()).map(Self).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Error::invalid_input(format!(
                "invalid duration {shown:?}: expected a number of seconds above zero, such as \"60\""
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Region;
    use crate::profile::{Language, Protocol, Proxy, ReqMethod, SignMethod};

    fn environment(variables: &'static [(&str, &str)]) -> Environment {
        Environment::from_fn(move |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn every_variable_sets_its_setting() {
        let profile = ClientProfile::from_environment(&environment(&[
            ("TENCENTCLOUD_PROTOCOL", "HTTP"),
            ("TENCENTCLOUD_DOMAIN", "intl.tencentcloudapi.com"),
            ("TENCENTCLOUD_SIGN_METHOD", "HmacSHA256"),
            ("TENCENTCLOUD_LANGUAGE", "en-US"),
            ("TENCENTCLOUD_REQ_METHOD", "get"),
            ("TENCENTCLOUD_REQ_TIMEOUT", "90"),
            ("TENCENTCLOUD_CONNECT_TIMEOUT", "2.5"),
            ("TENCENTCLOUD_PROXY", "http://me:pw@proxy:1"),
            ("TENCENTCLOUD_REQUEST_CLIENT", "my-app"),
        ]))
        .unwrap();
        let http = profile.http_profile();
        assert_eq!(http.protocol(), Protocol::Http);
        assert_eq!(
            http.endpoint_of("cvm", &Region::default()).unwrap().to_string(),
            "http://cvm.intl.tencentcloudapi.com/"
        );
        assert_eq!(profile.sign_method(), SignMethod::HmacSha256);
        assert_eq!(profile.language(), Language::EnUs);
        assert_eq!(http.req_method(), ReqMethod::Get);
        assert_eq!(http.req_timeout(), Duration::from_secs(90));
        assert_eq!(http.connect_timeout(), Duration::from_millis(2500));
        let Proxy::Url(proxy) = http.proxy() else { panic!("no proxy") };
        assert_eq!((proxy.to_string().as_str(), proxy.password()), ("http://proxy:1", Some("pw")));
        assert_eq!(profile.request_client(), Some("my-app"));
    }

    #[test]
    fn an_endpoint_uses_the_protocol_and_can_be_overridden() {
        let environment = environment(&[
            ("TENCENTCLOUD_PROTOCOL", "http://"),
            ("TENCENTCLOUD_ENDPOINT", "127.0.0.1:8080"),
            ("TENCENTCLOUD_LANGUAGE", ""),
        ]);
        let http = HttpProfile::from_environment(&environment).unwrap();
        assert_eq!(
            http.endpoint_of("cvm", &Region::default()).unwrap().to_string(),
            "http://127.0.0.1:8080/"
        );
        let http = HttpProfileBuilder::from_environment(&environment)
            .unwrap()
            .endpoint("https://example.com")
            .build()
            .unwrap();
        let profile = ClientProfileBuilder::from_environment(&environment)
            .unwrap()
            .http_profile(http)
            .build()
            .unwrap();
        let endpoint = profile.http_profile().endpoint_of("cvm", &Region::default()).unwrap();
        assert_eq!(endpoint.to_string(), "https://example.com/");
        assert_eq!(profile.language(), Language::ZhCn, "an empty variable is unset");
    }

    #[test]
    fn an_invalid_value_names_its_variable() {
        const INVALID: [(&str, &str); 14] = [
            ("TENCENTCLOUD_PROTOCOL", "ftp"),
            ("TENCENTCLOUD_DOMAIN", "a b"),
            ("TENCENTCLOUD_ENDPOINT", "ftp://x"),
            ("TENCENTCLOUD_SIGN_METHOD", "MD5"),
            ("TENCENTCLOUD_LANGUAGE", "en"),
            ("TENCENTCLOUD_REQ_METHOD", "PUT"),
            ("TENCENTCLOUD_REQ_TIMEOUT", "0"),
            ("TENCENTCLOUD_REQ_TIMEOUT", "-1"),
            ("TENCENTCLOUD_REQ_TIMEOUT", "NaN"),
            ("TENCENTCLOUD_REQ_TIMEOUT", "1e300"),
            ("TENCENTCLOUD_CONNECT_TIMEOUT", "ten"),
            ("TENCENTCLOUD_PROXY", "socks4://me:pw-1234@x"),
            ("TENCENTCLOUD_REQUEST_CLIENT", "my app"),
            ("TENCENTCLOUD_REQ_METHOD", " "),
        ];
        for (name, value) in INVALID {
            let environment =
                Environment::from_fn(move |variable| (variable == name).then(|| value.to_owned()));
            let error = ClientProfile::from_environment(&environment).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
            let text = format!("{error} {error:?}");
            assert!(text.starts_with(&format!("the variable {name}: ")), "{value}: {text}");
            assert!(!text.contains("pw-1234"), "{text}");
        }
    }
}
