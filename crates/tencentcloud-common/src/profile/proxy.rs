use std::fmt;

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::endpoint::{check_host, split_port};
use crate::error::Error;
use crate::redact::Redacted;

/// The proxy that requests go through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proxy {
    /// The proxy of the environment; the default.
    ///
    /// The variables for https are `https_proxy`, `HTTPS_PROXY`, `all_proxy` and `ALL_PROXY`. The
    /// variables for http are `http_proxy`, `HTTP_PROXY`, `all_proxy` and `ALL_PROXY`. The first one
    /// that is set and not empty is used. `HTTP_PROXY` is ignored if `REQUEST_METHOD` is set, because
    /// in a CGI program it comes from a header that anyone can send.
    ///
    /// Hosts in `no_proxy` or `NO_PROXY` are reached directly. Commas or spaces separate the
    /// entries. An entry is an address, a network (`10.0.0.0/8`), `*` for all hosts, or a name with
    /// all its subdomains (`example.com`, `.example.com` and `*.example.com` mean the same). The
    /// port of an entry is ignored: the entry applies to all ports.
    ///
    /// Loopback addresses (`localhost`, `127.0.0.0/8`, `::1`) are always reached directly.
    #[default]
    FromEnvironment,
    /// No proxy, even if the environment has one.
    None,
    /// This proxy for all hosts, including loopback addresses; `NO_PROXY` has no effect.
    Url(ProxyUrl),
}

/// The protocol of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyScheme {
    /// HTTP; https requests use a `CONNECT` tunnel. Default port: 80.
    Http,
    /// HTTP over TLS. Default port: 443.
    Https,
    /// SOCKS 5; host names are resolved on this machine. Default port: 1080.
    Socks5,
    /// SOCKS 5; the proxy resolves host names. Default port: 1080.
    Socks5h,
}

impl ProxyScheme {
    const ALL: [Self; 4] = [Self::Http, Self::Https, Self::Socks5, Self::Socks5h];

    /// Returns the scheme of a URL, such as `socks5h`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
            Self::Socks5h => "socks5h",
        }
    }

    /// Returns whether this is a SOCKS proxy.
    pub fn is_socks(self) -> bool {
        matches!(self, Self::Socks5 | Self::Socks5h)
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks5 | Self::Socks5h => 1080,
        }
    }
}

/// The URL of a proxy, with its user name and password.
///
/// ```
/// use tencentcloud_common::profile::ProxyUrl;
///
/// let proxy = ProxyUrl::parse("http://me:secret@proxy.example.com:3128")?;
/// assert_eq!((proxy.host(), proxy.port(), proxy.user()), ("proxy.example.com", 3128, Some("me")));
/// assert!(!format!("{proxy} {proxy:?}").contains("secret"));
/// # Ok::<(), tencentcloud_common::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl {
    scheme: ProxyScheme,
    host: String,
    port: u16,
    credentials: Option<Credentials>,
}

#[derive(Clone, PartialEq, Eq)]
struct Credentials {
    user: String,
    password: Zeroizing<String>,
}

impl ProxyUrl {
    /// Parses `SCHEME://HOST:PORT` or `HOST:PORT`, where the scheme is `http` (the default),
    /// `https`, `socks5` or `socks5h`. `USER:PASSWORD@` may precede the host; percent-encode special
    /// characters in it, such as `%40` for `@`. Each [scheme](ProxyScheme) has a default port.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for any other text. The message contains
    /// neither the user name nor the password.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // The text before the last `@` contains the password.
        let public: String =
            text.rsplit_once('@').map_or(text, |(_, after)| after).chars().take(100).collect();
        let invalid = |reason: &str| {
            Error::invalid_input(format!(
                "invalid proxy {public:?}: {reason}; expected a URL such as \
                 http://user:password@proxy.example.com:3128"
            ))
        };
        let (scheme, rest) = match text.split_once("://") {
            None => (ProxyScheme::Http, text),
            Some((name, rest)) => {
                let mut all = ProxyScheme::ALL.into_iter();
                let scheme = all
                    .find(|scheme| name.eq_ignore_ascii_case(scheme.as_str()))
                    .ok_or_else(|| invalid("its scheme is not http, https, socks5 or socks5h"))?;
                (scheme, rest)
            }
        };
        let (credentials, address) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((credentials, address)) => (Some(credentials), address),
        };
        let authority = match address.split_once('/') {
            None => address,
            Some((authority, "")) => authority,
            Some(_) => return Err(invalid("it has a path")),
        };
        let (host, port) = split_port(authority).map_err(invalid)?;
        check_host(host).map_err(invalid)?;
        let credentials = credentials.map(Credentials::parse).transpose().map_err(invalid)?;
        let port = port.unwrap_or(scheme.default_port());
        Ok(Self { scheme, host: host.to_ascii_lowercase(), port, credentials })
    }

    /// Returns the protocol of the proxy.
    pub fn scheme(&self) -> ProxyScheme {
        self.scheme
    }

    /// Returns the host of the proxy; an IPv6 address is in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port of the proxy.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the user name that is sent to the proxy.
    pub fn user(&self) -> Option<&str> {
        self.credentials.as_ref().map(|credentials| credentials.user.as_str())
    }

    pub(crate) fn password(&self) -> Option<&str> {
        self.credentials.as_ref().map(|credentials| credentials.password.as_str())
    }
}

/// Formats the URL without user name and password.
impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme.as_str(), self.host, self.port)
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, host, port, credentials } = self;
        f.debug_struct("ProxyUrl")
            .field("scheme", scheme)
            .field("host", host)
            .field("port", port)
            .field("credentials", &credentials.as_ref().map(|_| Redacted))
            .finish()
    }
}

impl Credentials {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        let user = decode(user)?;
        if user.contains(':') {
            return Err(
                "its user name contains a colon, which Basic authentication does not allow",
            );
        }
        Ok(Self { user: user.to_string(), password: decode(password)? })
    }
}

/// Decodes percent-encoding. Unlike `percent_decode_str`, rejects an incomplete escape, because it is
/// a sign of a password that is not encoded.
fn decode(text: &str) -> Result<Zeroizing<String>, &'static str> {
    let is_escape = |rest: &str| {
        rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.split('%').skip(1).all(is_escape) {
        return Err("in its user name or password, '%' is not followed by two hexadecimal digits");
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend(percent_decode_str(text));
    if bytes.iter().any(u8::is_ascii_control) {
        return Err("its user name or password contains a control character");
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| "its user name or password is not UTF-8")?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_parsed() {
        let cases = [
            ("http://proxy.example.com:3128", "http://proxy.example.com:3128", None, None),
            ("HTTPS://Proxy.Example.com/", "https://proxy.example.com:443", None, None),
            ("proxy:8080", "http://proxy:8080", None, None),
            ("socks5://10.0.0.1", "socks5://10.0.0.1:1080", None, None),
            ("SOCKS5H://me:pw@proxy:9", "socks5h://proxy:9", Some("me"), Some("pw")),
            ("http://me:p%40ss%3A%2f@[::1]:3128", "http://[::1]:3128", Some("me"), Some("p@ss:/")),
            ("http://me@10.0.0.1", "http://10.0.0.1:80", Some("me"), Some("")),
            // A raw `@` or `/` in a password is accepted, because it is common and unambiguous.
            ("http://me:p@s/s@proxy:1", "http://proxy:1", Some("me"), Some("p@s/s")),
        ];
        for (text, shown, user, password) in cases {
            let proxy = ProxyUrl::parse(text).unwrap();
            assert_eq!(proxy.to_string(), shown);
            assert_eq!((proxy.user(), proxy.password()), (user, password), "{text}");
        }
    }

    #[test]
    fn an_invalid_proxy_is_rejected_without_its_password() {
        let cases = [
            ("socks4://me:pw-1234@proxy:1080", "its scheme is not http, https, socks5 or socks5h"),
            ("ftp://me:pw-1234@proxy", "its scheme is not"),
            ("http://me:pw-1234@", "the host is empty"),
            ("http://me:pw-1234@proxy:99999", "port is not a number"),
            ("http://me:pw-1234@proxy:1/path", "it has a path"),
            ("http://me:pw-1234%zz@proxy:1", "two hexadecimal digits"),
            ("http://me:pw-1234%4@proxy:1", "two hexadecimal digits"),
            ("http://me:pw-1234%0d%0a@proxy:1", "control character"),
            ("http://me:pw-1234%ff@proxy:1", "not UTF-8"),
            ("http://m%3ae:pw-1234@proxy:1", "contains a colon"),
            ("pw-1234@pro xy", "other than letters"),
        ];
        for (text, expected) in cases {
            let error = ProxyUrl::parse(text).unwrap_err();
            assert!(error.to_string().contains(expected), "{text}: {error}");
            assert!(!format!("{error} {error:?}").contains("pw-1234"), "{error:?}");
        }
    }
}
