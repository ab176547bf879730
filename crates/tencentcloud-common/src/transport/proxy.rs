//! Which proxy a request goes through.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::profile::{HttpProfile, Proxy, ProxyUrl};
use crate::runtime::Environment;

/// Hosts that no proxy of the environment can reach: they are this machine.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1,::ffff:127.0.0.0/104";

/// The proxies of a transport.
#[derive(Debug)]
pub(super) struct Proxies {
    https: Choice,
    http: Choice,
    /// The hosts that are reached directly, as reqwest reads them.
    no_proxy: String,
    /// Decides about a host as reqwest does, which cannot be asked.
    matcher: Matcher,
}

/// A proxy, none, or why the environment names an unusable one. That is reported when it would be
/// used, because a program that speaks only https does not care about `HTTP_PROXY`.
type Choice = Result<Option<ProxyUrl>, String>;

/// No proxy.
impl Default for Proxies {
    fn default() -> Self {
        Self::from_parts(Ok(None), Ok(None), String::new())
    }
}

impl Proxies {
    pub(super) fn new(profile: &HttpProfile) -> Self {
        match profile.proxy() {
            Proxy::FromEnvironment => Self::from_environment(profile.environment()),
            Proxy::None => Self::default(),
            Proxy::Url(url) => {
                Self::from_parts(Ok(Some(url.clone())), Ok(Some(url.clone())), String::new())
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
        let list = environment.get("no_proxy").or_else(|| environment.get("NO_PROXY"));
        let list = list.unwrap_or_default();
        let entries = list.split([',', ' ', '\t', '\r', '\n']).map(normal_entry);
        let no_proxy: Vec<_> = std::iter::once(LOOPBACK.to_owned()).chain(entries).collect();
        Self::from_parts(
            first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            first(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
            no_proxy.join(","),
        )
    }

    fn from_parts(https: Choice, http: Choice, no_proxy: String) -> Self {
        // Only its list of exceptions is asked: any proxy will do.
        let matcher = Matcher::builder().all("http://proxy").no(no_proxy.as_str()).build();
        Self { https, http, no_proxy, matcher }
    }

    /// Returns the proxy for a URI; `None` when its host is reached directly.
    pub(super) fn of(&self, uri: &Uri) -> Result<Option<&ProxyUrl>, &str> {
        let choice = if is_https(uri) { &self.https } else { &self.http };
        match choice {
            Ok(None) => Ok(None),
            _ if self.matcher.intercept(uri).is_none() => Ok(None),
            Ok(proxy) => Ok(proxy.as_ref()),
            Err(reason) => Err(reason),
        }
    }

    /// Returns the same proxies in the form of reqwest.
    pub(super) fn for_reqwest(&self) -> reqwest::Result<Vec<reqwest::Proxy>> {
        let mut proxies = Vec::new();
        if let Ok(Some(url)) = &self.https {
            proxies.push(with_login(url, |url| reqwest::Proxy::https(url))?);
        }
        if let Ok(Some(url)) = &self.http {
            proxies.push(with_login(url, |url| reqwest::Proxy::http(url))?);
        }
        let no_proxy =
            |proxy: reqwest::Proxy| proxy.no_proxy(reqwest::NoProxy::from_string(&self.no_proxy));
        Ok(proxies.into_iter().map(no_proxy).collect())
    }
}

/// reqwest takes the login of SOCKS from the URL, and that of HTTP in either way.
fn with_login(
    proxy: &ProxyUrl,
    make: impl Fn(&str) -> reqwest::Result<reqwest::Proxy>,
) -> reqwest::Result<reqwest::Proxy> {
    let Some(user) = proxy.user() else { return make(&proxy.to_string()) };
    let password = proxy.password().unwrap_or_default();
    if !proxy.scheme().is_socks() {
        return Ok(make(&proxy.to_string())?.basic_auth(user, password));
    }
    let (scheme, host, port) = (proxy.scheme().as_str(), proxy.host(), proxy.port());
    let (user, password) = (escaped(user), escaped(password));
    let url = Zeroizing::new(format!("{scheme}://{}:{}@{host}:{port}", *user, *password));
    make(&url)
}

/// Percent-encodes everything that could have a meaning in a URL.
fn escaped(text: &str) -> Zeroizing<String> {
    Zeroizing::new(utf8_percent_encode(text, NON_ALPHANUMERIC).to_string())
}

/// Rewrites an entry of `NO_PROXY` to one that reqwest understands, which knows no ports, brackets
/// and asterisks before a name.
fn normal_entry(entry: &str) -> String {
    // For reqwest an asterisk stands for names only.
    if entry == "*" {
        return "*,0.0.0.0/0,::/0".to_owned();
    }
    let entry = entry.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(entry);
    let host = match entry.rsplit_once(':') {
        Some((host, port))
            if port.parse::<u16>().is_ok() && (!host.contains(':') || host.ends_with(']')) =>
        {
            host
        }
        _ => entry,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    host.replace(['[', ']'], "")
}

pub(super) fn is_https(uri: &Uri) -> bool {
    uri.scheme() == Some(&http::uri::Scheme::HTTPS)
}

pub(super) fn wrong_login(proxy: &ProxyUrl) -> String {
    format!("the proxy {proxy} asks for another user name or password: set it in the proxy URL")
}

/// Says why a proxy with these challenges, values of `Proxy-Authenticate`, cannot be used.
pub(super) fn login_refused<'a>(
    proxy: &ProxyUrl,
    challenges: impl Iterator<Item = &'a [u8]>,
) -> String {
    let mut schemes: Vec<String> = Vec::new();
    // A value may contain several challenges, separated by commas like their parameters.
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
    if schemes.is_empty() || schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case("Basic")) {
        return wrong_login(proxy);
    }
    let schemes = schemes.join(", ");
    format!("the proxy {proxy} asks for a login by {schemes}, and only Basic is supported")
}

/// Returns the passwords of the proxies of a profile in every form that they are sent in. A proxy
/// that gets a plain HTTP request may show them in its error pages.
pub(crate) fn secrets(profile: &HttpProfile) -> Vec<Zeroizing<String>> {
    let Proxies { https, http, .. } = Proxies::new(profile);
    let proxies = [https, http].into_iter().filter_map(|choice| choice.ok().flatten());
    let secrets = proxies.flat_map(|proxy| {
        let password = proxy.password().map(|password| Zeroizing::new(password.to_owned()));
        [password, basic_login(&proxy)]
    });
    secrets.flatten().collect()
}

/// User name and password as the scheme Basic sends them.
fn basic_login(proxy: &ProxyUrl) -> Option<Zeroizing<String>> {
    let (user, password) = (proxy.user()?, proxy.password().unwrap_or_default());
    let login = Zeroizing::new(format!("{user}:{password}"));
    Some(Zeroizing::new(STANDARD.encode(login.as_bytes())))
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
            Err(reason) => Err(reason.to_owned()),
        }
    }

    #[test]
    fn the_environment_chooses_by_scheme_and_spelling() {
        const HTTPS: &str = "https://cvm.tencentcloudapi.com/";
        const HTTP: &str = "http://cvm.example.com:8080/";
        let cases: [(Variables, &'static str, &str); 15] = [
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
            (&[("ALL_PROXY", "socks5h://a")], HTTPS, "socks5h://a:1080"),
            (&[("HTTP_PROXY", "a:1"), ("NO_PROXY", "cvm.example.com:8080")], HTTP, "direct"),
            (&[("HTTP_PROXY", "a:1"), ("no_proxy", "x"), ("NO_PROXY", "*")], HTTP, "http://a:1"),
        ];
        for (variables, uri, expected) in cases {
            assert_eq!(chosen(variables, uri).as_deref(), Ok(expected), "{variables:?} {uri}");
        }
    }

    #[test]
    fn a_wrong_variable_is_named_without_its_password() {
        let error = chosen(&[("ALL_PROXY", "ftp://me:pw-1234@a:1")], "https://x.com/");
        let error = error.unwrap_err();
        assert!(error.contains("ALL_PROXY") && error.contains("its scheme is not http"), "{error}");
        assert!(!error.contains("pw-1234"), "{error}");
    }

    #[test]
    fn hosts_are_excluded_in_every_spelling() {
        // The variable, the hosts that are reached directly, and those that are not.
        let cases: [(&str, &[&str], &[&str]); 17] = [
            ("", &["localhost", "127.0.0.1", "127.9.9.9", "[::1]"], &["cvm.tencentcloudapi.com"]),
            (" , ,", &["a.localhost"], &["cvm.tencentcloudapi.com", "10.0.0.1"]),
            ("*", &["cvm.tencentcloudapi.com", "10.0.0.1", "[fd00::1]"], &[]),
            (
                "tencentcloudapi.com",
                &["tencentcloudapi.com", "cvm.tencentcloudapi.com", "a.b.TencentCloudAPI.com"],
                // The official Python SDK looks for the host in the text, and so excludes these.
                &["nottencentcloudapi.com", "cloudapi.com", "com", "tencentcloudapi.com.cn"],
            ),
            (
                "cvm.tencentcloudapi.com,x",
                &["cvm.tencentcloudapi.com", "a.x"],
                &["vpc.tencentcloudapi.com", "tencentcloudapi.com"],
            ),
            (".Example.COM.", &["example.com", "a.example.com"], &["example.org", "aexample.com"]),
            ("*.example.com", &["example.com", "a.b.example.com"], &["anexample.com"]),
            // The port is ignored.
            ("example.com:8080", &["example.com:8080", "example.com:80"], &["example.org"]),
            ("10.0.0.1", &["10.0.0.1", "10.0.0.1:9"], &["10.0.0.10", "1.10.0.0.1.example"]),
            ("10.0.0.1:8080", &["10.0.0.1:8080", "10.0.0.1:1"], &["10.0.0.2"]),
            ("10.0.0.0/8,192.168.1.0/24", &["10.255.1.2", "192.168.1.9"], &["11.0.0.1"]),
            ("0.0.0.0/0", &["8.8.8.8"], &["[fd00::1]", "example.com"]),
            ("fd00::1,[fd01::]/16", &["[fd00::1]", "[fd01:ff::2]"], &["[fd00::2]", "[fe80::1]"]),
            ("[fd00::1]:8080", &["[fd00::1]:8080", "[fd00::1]:9"], &["[fd00::2]"]),
            ("[fd00::1]", &["[fd00::1]"], &["[fd00::2]"]),
            ("10.0.0.0/33,example.com:port,*:x,.", &[], &["10.0.0.1", "example.com"]),
            ("a.com b.com,\tc.com\r\n", &["a.com", "b.com", "c.com"], &["d.com"]),
        ];
        for (list, direct, proxied) in cases {
            let environment = Environment::from_fn(move |name| match name {
                "ALL_PROXY" => Some("http://a:1".to_owned()),
                "NO_PROXY" => Some(list.to_owned()),
                _ => None,
            });
            let proxies = Proxies::from_environment(&environment);
            for (hosts, expected) in [(direct, true), (proxied, false)] {
                for host in hosts {
                    for scheme in ["http", "https"] {
                        let uri = format!("{scheme}://{host}/").parse().unwrap();
                        let proxy = proxies.of(&uri).unwrap();
                        assert_eq!(proxy.is_none(), expected, "{list:?} {uri}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_proxy_of_the_profile_is_used_for_this_machine_too() {
        let profile = HttpProfile::builder().proxy("http://a:1").build().unwrap();
        let proxies = Proxies::new(&profile);
        assert!(proxies.of(&Uri::from_static("http://127.0.0.1:8080/")).unwrap().is_some());
    }

    #[test]
    fn a_login_that_cannot_be_made_is_told_by_its_schemes() {
        let proxy = ProxyUrl::parse("http://me:pw-1234@proxy:1").unwrap();
        let cases: [(&[&str], &str); 6] = [
            (&[], "asks for another user name"),
            (&["basic realm=\"x\""], "asks for another user name"),
            (&["Negotiate", "NTLM", "Basic realm=\"x\""], "asks for another user name"),
            (&["Digest realm=\"x\", nonce=\"y\", Basic realm=\"z\""], "another user name"),
            (&["Negotiate", "NTLM"], "a login by Negotiate, NTLM, and only Basic is supported"),
            (&["Digest realm=\"x\", nonce=\"y\""], "a login by Digest, and only Basic"),
        ];
        for (challenges, expected) in cases {
            let error = login_refused(&proxy, challenges.iter().map(|text| text.as_bytes()));
            assert!(error.contains(expected), "{challenges:?}: {error}");
        }
    }
}
