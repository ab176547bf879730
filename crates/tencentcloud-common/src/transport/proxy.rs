//! Selects the proxy of a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::profile::{HttpProfile, Proxy, ProxyUrl};
use crate::runtime::Environment;

/// The hosts of this machine, which a proxy of the environment cannot reach.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1,::ffff:127.0.0.0/104";

/// Selects the proxy for a URI.
#[derive(Debug)]
pub(super) struct ProxySelector {
    https: ProxyResult,
    http: ProxyResult,
    /// The hosts without a proxy, in the format of reqwest.
    no_proxy: String,
    /// Matches hosts like reqwest, which has no public function for it.
    matcher: Matcher,
}

/// A proxy, none, or the reason why the proxy of the environment is invalid. The reason is only
/// reported if the proxy is needed, because an invalid `HTTP_PROXY` does not affect https requests.
type ProxyResult = Result<Option<ProxyUrl>, String>;

/// Uses no proxy.
impl Default for ProxySelector {
    fn default() -> Self {
        Self::from_parts(Ok(None), Ok(None), String::new())
    }
}

impl ProxySelector {
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
        // In a CGI program, `HTTP_PROXY` contains the header `Proxy` of a request. On Windows, names
        // of variables are case-insensitive, so `http_proxy` is the same variable.
        let cgi_header = get("REQUEST_METHOD").and_then(|_| get("HTTP_PROXY"));
        let first = |names: [&str; 4]| {
            for name in names {
                let is_http_proxy = name.eq_ignore_ascii_case("HTTP_PROXY");
                let value = get(name)
                    .filter(|value| !(is_http_proxy && cgi_header.as_ref() == Some(value)));
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
        let entries = list.split([',', ' ', '\t', '\r', '\n']).map(normalized_entry);
        let no_proxy: Vec<_> = std::iter::once(LOOPBACK.to_owned()).chain(entries).collect();
        Self::from_parts(
            first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            first(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
            no_proxy.join(","),
        )
    }

    fn from_parts(https: ProxyResult, http: ProxyResult, no_proxy: String) -> Self {
        // Only the list of exceptions matters, so the proxy is a placeholder.
        let matcher = Matcher::builder().all("http://proxy").no(no_proxy.as_str()).build();
        Self { https, http, no_proxy, matcher }
    }

    /// Returns the proxy for a URI; `None` if requests go directly to the host.
    pub(super) fn for_uri(&self, uri: &Uri) -> Result<Option<&ProxyUrl>, &str> {
        let proxy = if is_https(uri) { &self.https } else { &self.http };
        match proxy {
            Ok(None) => Ok(None),
            _ if self.matcher.intercept(uri).is_none() => Ok(None),
            Ok(proxy) => Ok(proxy.as_ref()),
            Err(reason) => Err(reason),
        }
    }

    /// Converts into proxies of reqwest.
    pub(super) fn to_reqwest(&self) -> reqwest::Result<Vec<reqwest::Proxy>> {
        let mut proxies = Vec::new();
        if let Ok(Some(url)) = &self.https {
            proxies.push(reqwest_proxy(url, |url| reqwest::Proxy::https(url))?);
        }
        if let Ok(Some(url)) = &self.http {
            proxies.push(reqwest_proxy(url, |url| reqwest::Proxy::http(url))?);
        }
        let no_proxy =
            |proxy: reqwest::Proxy| proxy.no_proxy(reqwest::NoProxy::from_string(&self.no_proxy));
        Ok(proxies.into_iter().map(no_proxy).collect())
    }
}

/// Creates a proxy of reqwest. The credentials of a SOCKS proxy must be in the URL.
fn reqwest_proxy(
    proxy: &ProxyUrl,
    make: impl Fn(&str) -> reqwest::Result<reqwest::Proxy>,
) -> reqwest::Result<reqwest::Proxy> {
    let Some(user) = proxy.user() else { return make(&proxy.to_string()) };
    let password = proxy.password().unwrap_or_default();
    if !proxy.scheme().is_socks() {
        return Ok(make(&proxy.to_string())?.basic_auth(user, password));
    }
    let (scheme, host, port) = (proxy.scheme().as_str(), proxy.host(), proxy.port());
    let (user, password) = (percent_encoded(user), percent_encoded(password));
    let url = Zeroizing::new(format!("{scheme}://{}:{}@{host}:{port}", *user, *password));
    make(&url)
}

/// Percent-encodes all special characters.
fn percent_encoded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(utf8_percent_encode(text, NON_ALPHANUMERIC).to_string())
}

/// Normalizes an entry of `NO_PROXY` for reqwest, which does not support ports, brackets and
/// asterisks before a name.
fn normalized_entry(entry: &str) -> String {
    // In reqwest an asterisk does not match addresses.
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

pub(super) fn invalid_credentials(proxy: &ProxyUrl) -> String {
    format!(
        "the proxy {proxy} requires a user name and password, or rejected them: set them in the \
         proxy URL"
    )
}

/// Describes why authentication failed. `challenges` are the values of `Proxy-Authenticate`.
pub(super) fn authentication_error<'a>(
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
        return invalid_credentials(proxy);
    }
    let schemes = schemes.join(", ");
    format!("the proxy {proxy} requires {schemes} authentication, but only Basic is supported")
}

/// Returns the passwords of the proxies of a profile in every encoding in which they are sent. A
/// proxy may show them in its error pages for plain HTTP requests.
pub(crate) fn secrets(profile: &HttpProfile) -> Vec<Zeroizing<String>> {
    let ProxySelector { https, http, .. } = ProxySelector::new(profile);
    let proxies = [https, http].into_iter().filter_map(|proxy| proxy.ok().flatten());
    let secrets = proxies.flat_map(|proxy| {
        let password = proxy.password().map(|password| Zeroizing::new(password.to_owned()));
        [password, basic_credentials(&proxy)]
    });
    secrets.flatten().collect()
}

/// Returns user name and password in the encoding of Basic authentication.
fn basic_credentials(proxy: &ProxyUrl) -> Option<Zeroizing<String>> {
    let (user, password) = (proxy.user()?, proxy.password().unwrap_or_default());
    let credentials = Zeroizing::new(format!("{user}:{password}"));
    Some(Zeroizing::new(STANDARD.encode(credentials.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables = &'static [(&'static str, &'static str)];

    fn selected(variables: Variables, uri: &'static str) -> Result<String, String> {
        let environment = Environment::from_fn(move |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        });
        let proxies = ProxySelector::from_environment(&environment);
        match proxies.for_uri(&Uri::from_static(uri)) {
            Ok(proxy) => Ok(proxy.map_or("direct".to_owned(), ToString::to_string)),
            Err(reason) => Err(reason.to_owned()),
        }
    }

    #[test]
    fn the_environment_selects_by_scheme_and_variable() {
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
            // On Windows both names return the header.
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
            assert_eq!(selected(variables, uri).as_deref(), Ok(expected), "{variables:?} {uri}");
        }
    }

    #[test]
    fn the_error_of_an_invalid_variable_contains_its_name_and_no_password() {
        let error = selected(&[("ALL_PROXY", "ftp://me:pw-1234@a:1")], "https://x.com/");
        let error = error.unwrap_err();
        assert!(error.contains("ALL_PROXY") && error.contains("its scheme is not http"), "{error}");
        assert!(!error.contains("pw-1234"), "{error}");
    }

    #[test]
    fn no_proxy_entries_match_hosts_in_every_format() {
        // The variable, the hosts without a proxy, and those with the proxy.
        let cases: [(&str, &[&str], &[&str]); 17] = [
            ("", &["localhost", "127.0.0.1", "127.9.9.9", "[::1]"], &["cvm.tencentcloudapi.com"]),
            (" , ,", &["a.localhost"], &["cvm.tencentcloudapi.com", "10.0.0.1"]),
            ("*", &["cvm.tencentcloudapi.com", "10.0.0.1", "[fd00::1]"], &[]),
            (
                "tencentcloudapi.com",
                &["tencentcloudapi.com", "cvm.tencentcloudapi.com", "a.b.TencentCloudAPI.com"],
                // The official Python SDK matches substrings, and so excludes these.
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
            let proxies = ProxySelector::from_environment(&environment);
            for (hosts, expected) in [(direct, true), (proxied, false)] {
                for host in hosts {
                    for scheme in ["http", "https"] {
                        let uri = format!("{scheme}://{host}/").parse().unwrap();
                        let proxy = proxies.for_uri(&uri).unwrap();
                        assert_eq!(proxy.is_none(), expected, "{list:?} {uri}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_proxy_of_the_profile_is_used_for_loopback_addresses_too() {
        let profile = HttpProfile::builder().proxy("http://a:1").build().unwrap();
        let proxies = ProxySelector::new(&profile);
        assert!(proxies.for_uri(&Uri::from_static("http://127.0.0.1:8080/")).unwrap().is_some());
    }

    #[test]
    fn unsupported_authentication_schemes_are_named() {
        let proxy = ProxyUrl::parse("http://me:pw-1234@proxy:1").unwrap();
        let cases: [(&[&str], &str); 6] = [
            (&[], "requires a user name and password, or rejected them"),
            (&["basic realm=\"x\""], "requires a user name and password, or rejected them"),
            (
                &["Negotiate", "NTLM", "Basic realm=\"x\""],
                "requires a user name and password, or rejected them",
            ),
            (
                &["Digest realm=\"x\", nonce=\"y\", Basic realm=\"z\""],
                "requires a user name and password",
            ),
            (
                &["Negotiate", "NTLM"],
                "requires Negotiate, NTLM authentication, but only Basic is supported",
            ),
            (
                &["Digest realm=\"x\", nonce=\"y\""],
                "requires Digest authentication, but only Basic",
            ),
        ];
        for (challenges, expected) in cases {
            let error = authentication_error(&proxy, challenges.iter().map(|text| text.as_bytes()));
            assert!(error.contains(expected), "{challenges:?}: {error}");
        }
    }
}
