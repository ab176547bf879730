//! Which proxy a request goes through.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri};
use zeroize::Zeroizing;

use super::connect_error::ConnectError;
use super::no_proxy::NoProxy;
use crate::environment::Environment;
use crate::profile::{HttpProfile, Protocol, Proxy, ProxyUrl};

/// The proxies of a transport.
#[derive(Debug)]
pub(super) struct Proxies {
    https: Choice,
    http: Choice,
    direct: NoProxy,
}

/// A proxy, or none, or what is wrong with it: told when it would be used, for a program that only
/// speaks https does not care about `HTTP_PROXY`.
type Choice = Result<Option<ProxyUrl>, String>;

impl Proxies {
    pub(super) fn new(profile: &HttpProfile) -> Self {
        match profile.proxy() {
            Proxy::FromEnvironment => Self::from_environment(profile.environment()),
            Proxy::None => Self { https: Ok(None), http: Ok(None), direct: NoProxy::default() },
            Proxy::Url(url) => {
                let choice = Ok(Some(url.clone()));
                Self { https: choice.clone(), http: choice, direct: NoProxy::default() }
            }
        }
    }

    fn from_environment(environment: &Environment) -> Self {
        let get = |name: &str| environment.get(name).map(Zeroizing::new);
        // A CGI program gets the header `Proxy` of a request in `HTTP_PROXY`. Windows does not
        // tell the spellings apart: there `http_proxy` is that variable again.
        let header = get("REQUEST_METHOD").and_then(|_| get("HTTP_PROXY"));
        let first = |names: [&str; 4]| {
            for name in names {
                let forged = name.eq_ignore_ascii_case("HTTP_PROXY");
                let value = get(name).filter(|value| !(forged && header.as_ref() == Some(value)));
                if let Some(text) = value {
                    return ProxyUrl::parse(&text)
                        .map(Some)
                        .map_err(|error| format!("the variable {name}: {}", error.message()));
                }
            }
            Ok(None)
        };
        let no_proxy = environment.get("no_proxy").or_else(|| environment.get("NO_PROXY"));
        Self {
            https: first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            http: first(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
            direct: NoProxy::parse(&no_proxy.unwrap_or_default()),
        }
    }

    /// The proxy for a URI; `None` when its host is reached directly.
    pub(super) fn of(&self, uri: &Uri) -> Result<Option<&ProxyUrl>, ConnectError> {
        let protocol = if is_https(uri) { Protocol::Https } else { Protocol::Http };
        let port = uri.port_u16().unwrap_or(protocol.default_port());
        if self.direct.contains(uri.host().unwrap_or_default(), port) {
            return Ok(None);
        }
        let choice = if protocol == Protocol::Https { &self.https } else { &self.http };
        match choice {
            Ok(proxy) => Ok(proxy.as_ref()),
            Err(reason) => Err(ConnectError::Setting(reason.clone())),
        }
    }
}

pub(super) fn is_https(uri: &Uri) -> bool {
    uri.scheme() == Some(&http::uri::Scheme::HTTPS)
}

/// The value of `Proxy-Authorization`.
pub(super) fn authorization(proxy: &ProxyUrl) -> Option<HeaderValue> {
    let basic = Zeroizing::new(format!("Basic {}", *login(proxy)?));
    let mut value = HeaderValue::from_str(&basic).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Name and password, as they are sent.
fn login(proxy: &ProxyUrl) -> Option<Zeroizing<String>> {
    let (user, password) = (proxy.user()?, proxy.password().unwrap_or_default());
    let login = Zeroizing::new(format!("{user}:{password}"));
    Some(Zeroizing::new(STANDARD.encode(login.as_bytes())))
}

/// Why a proxy with these challenges, values of `Proxy-Authenticate`, cannot be used.
pub(super) fn login_refused<'a>(
    proxy: &ProxyUrl,
    challenges: impl Iterator<Item = &'a [u8]>,
) -> ConnectError {
    let mut schemes: Vec<String> = Vec::new();
    // A value may hold several challenges: what stands behind a comma and is no parameter.
    for part in challenges.flat_map(|value| value.split(|byte| *byte == b',')) {
        let word = part.trim_ascii().split(|byte| *byte == b' ').next().unwrap_or_default();
        if let Ok(word) = std::str::from_utf8(word)
            && (1..=20).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && schemes.len() < 5
        {
            schemes.push(word.to_owned());
        }
    }
    let proxy = proxy.to_string();
    if schemes.is_empty() || schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case("Basic")) {
        return ConnectError::ProxyLogin(proxy);
    }
    ConnectError::ProxyScheme { proxy, schemes: schemes.join(", ") }
}

/// What the proxies of a profile are told and must not be shown: a proxy that is asked for plain
/// HTTP answers with pages of its own.
pub(crate) fn secrets(profile: &HttpProfile) -> Vec<Zeroizing<String>> {
    let Proxies { https, http, .. } = Proxies::new(profile);
    let proxies = [https, http].into_iter().filter_map(|choice| choice.ok().flatten());
    let secrets = proxies.flat_map(|proxy| {
        let password = proxy.password().map(|password| Zeroizing::new(password.to_owned()));
        [password, login(&proxy)]
    });
    secrets.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables = &'static [(&'static str, &'static str)];

    fn chosen(variables: Variables, uri: &'static str) -> Result<String, String> {
        let environment = Environment::from_fn(move |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        });
        let proxies = Proxies::from_environment(&environment);
        match proxies.of(&Uri::from_static(uri)) {
            Ok(proxy) => Ok(proxy.map_or("direct".to_owned(), ToString::to_string)),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn the_environment_chooses_by_scheme_and_spelling() {
        const HTTPS: &str = "https://cvm.tencentcloudapi.com/";
        const HTTP: &str = "http://127.0.0.1:8080/";
        let cases: [(Variables, &'static str, &str); 14] = [
            (&[], HTTPS, "direct"),
            (&[("https_proxy", "http://a:1"), ("HTTPS_PROXY", "http://b:1")], HTTPS, "http://a:1"),
            (&[("https_proxy", ""), ("HTTPS_PROXY", "http://b:1")], HTTPS, "http://b:1"),
            (&[("HTTP_PROXY", "http://a:1")], HTTPS, "direct"),
            (&[("HTTP_PROXY", "http://a:1")], HTTP, "http://a:1"),
            (&[("HTTP_PROXY", "http://a:1"), ("REQUEST_METHOD", "GET")], HTTP, "direct"),
            (&[("http_proxy", "http://a:1"), ("REQUEST_METHOD", "GET")], HTTP, "http://a:1"),
            (
                &[("HTTP_PROXY", "x:1"), ("http_proxy", "a:1"), ("REQUEST_METHOD", "GET")],
                HTTP,
                "http://a:1",
            ),
            // As Windows has it, where the header is found by both names.
            (
                &[("HTTP_PROXY", "x:1"), ("http_proxy", "x:1"), ("REQUEST_METHOD", "GET")],
                HTTP,
                "direct",
            ),
            (
                &[("HTTP_PROXY", "x:1"), ("ALL_PROXY", "a:1"), ("REQUEST_METHOD", "GET")],
                HTTP,
                "http://a:1",
            ),
            (&[("ALL_PROXY", "a:1")], HTTPS, "http://a:1"),
            (&[("ALL_PROXY", "socks5://a:1"), ("HTTPS_PROXY", "b:1")], HTTPS, "http://b:1"),
            (&[("HTTP_PROXY", "a:1"), ("NO_PROXY", "127.0.0.1:8080")], HTTP, "direct"),
            (&[("HTTP_PROXY", "a:1"), ("no_proxy", "x"), ("NO_PROXY", "*")], HTTP, "http://a:1"),
        ];
        for (variables, uri, expected) in cases {
            assert_eq!(chosen(variables, uri).as_deref(), Ok(expected), "{variables:?} {uri}");
        }
    }

    #[test]
    fn a_wrong_variable_is_named_without_its_password() {
        let error = chosen(&[("ALL_PROXY", "socks5://me:pw-1234@a:1")], "https://x.com/");
        let error = error.unwrap_err();
        assert!(error.contains("ALL_PROXY") && error.contains("neither http nor https"), "{error}");
        assert!(!error.contains("pw-1234"), "{error}");
    }

    #[test]
    fn name_and_password_are_sent_as_basic() {
        let proxy = ProxyUrl::parse("http://Aladdin:open%20sesame@proxy:1").unwrap();
        let value = authorization(&proxy).unwrap();
        assert_eq!(value, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert!(!format!("{value:?}").contains("QWxh"));
        assert!(authorization(&ProxyUrl::parse("proxy:1").unwrap()).is_none());
    }

    #[test]
    fn a_login_that_cannot_be_made_is_told_by_its_schemes() {
        let proxy = ProxyUrl::parse("http://me:pw-1234@proxy:1").unwrap();
        let cases: [(&[&str], &str); 6] = [
            (&[], "asks for another user name"),
            (&["basic realm=\"x\""], "asks for another user name"),
            (&["Negotiate", "NTLM", "Basic realm=\"x\""], "asks for another user name"),
            (&["Digest realm=\"x\", nonce=\"y\", Basic realm=\"z\""], "another user name"),
            (&["Negotiate", "NTLM"], "a login by Negotiate, NTLM, and only Basic can be done"),
            (&["Digest realm=\"x\", nonce=\"y\""], "a login by Digest, and only Basic"),
        ];
        for (challenges, expected) in cases {
            let error = login_refused(&proxy, challenges.iter().map(|text| text.as_bytes()));
            assert!(error.to_string().contains(expected), "{challenges:?}: {error}");
        }
    }
}
