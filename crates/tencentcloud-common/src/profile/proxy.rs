use std::fmt;

use zeroize::Zeroizing;

use super::Protocol;
use super::endpoint::{check_host, split_port};
use crate::error::Error;
use crate::redact::Hidden;

/// Which proxy requests go through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proxy {
    /// The one that the environment names; the default.
    ///
    /// For https: `https_proxy`, `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY`; for http: `http_proxy`,
    /// `HTTP_PROXY`, `all_proxy`, `ALL_PROXY`. The first that is set and not empty counts.
    /// `HTTP_PROXY` is passed over when `REQUEST_METHOD` is set: in a CGI program it is a header
    /// that anybody can send.
    ///
    /// Hosts in `no_proxy` or `NO_PROXY` are reached directly: names with all names below them
    /// (`example.com`, `.example.com` and `*.example.com` are alike), addresses, networks
    /// (`10.0.0.0/8`), each with or without a port, separated by commas; `*` stands for all. No
    /// host is excluded by itself, this machine neither: `NO_PROXY=localhost,127.0.0.1,::1` does.
    #[default]
    FromEnvironment,
    /// None, whatever the environment says.
    None,
    /// This one, for all hosts; `NO_PROXY` does not count.
    Url(ProxyUrl),
}

/// The address of a proxy, with the name and password it asks for.
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
    protocol: Protocol,
    host: String,
    port: u16,
    login: Option<Login>,
}

#[derive(Clone, PartialEq, Eq)]
struct Login {
    user: String,
    password: Zeroizing<String>,
}

impl ProxyUrl {
    /// Reads `http://host:port`, `https://host:port` (TLS to the proxy itself) or `host:port`,
    /// each with `user:password@` before the host. Characters of the name and password that mean
    /// something in a URL are written as `%40`. Default ports: 80 and 443.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for what is no such URL, and for other
    /// kinds of proxies. The message never shows name and password.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // Nothing before the last `@` is shown: wherever the mistake is, a password stands there.
        let public: String =
            text.rsplit_once('@').map_or(text, |(_, after)| after).chars().take(100).collect();
        let refuse = |reason: &str| {
            Error::invalid_input(format!(
                "the proxy {public:?} cannot be used: {reason}; give a URL like \
                 http://user:password@proxy.example.com:3128"
            ))
        };
        let (protocol, rest) = match text.split_once("://") {
            None => (Protocol::Http, text),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Protocol::Http, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Protocol::Https, rest),
            Some(_) => return Err(refuse("its scheme is neither http nor https")),
        };
        let (login, address) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((login, address)) => (Some(login), address),
        };
        let authority = match address.split_once('/') {
            None => address,
            Some((authority, "")) => authority,
            Some(_) => return Err(refuse("it has a path")),
        };
        let (host, port) = split_port(authority).map_err(refuse)?;
        check_host(host).map_err(refuse)?;
        let login = login.map(Login::parse).transpose().map_err(refuse)?;
        let port = port.unwrap_or(protocol.default_port());
        Ok(Self { protocol, host: host.to_ascii_lowercase(), port, login })
    }

    /// How the proxy itself is spoken to.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The host of the proxy; an IPv6 address stands in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port of the proxy.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name that is sent to the proxy.
    pub fn user(&self) -> Option<&str> {
        self.login.as_ref().map(|login| login.user.as_str())
    }

    pub(crate) fn password(&self) -> Option<&str> {
        self.login.as_ref().map(|login| login.password.as_str())
    }
}

/// The address, without name and password.
impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.protocol.as_str(), self.host, self.port)
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { protocol, host, port, login } = self;
        f.debug_struct("ProxyUrl")
            .field("protocol", protocol)
            .field("host", host)
            .field("port", port)
            .field("login", &login.as_ref().map(|_| Hidden))
            .finish()
    }
}

impl Login {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        let user = decode(user)?;
        if user.contains(':') {
            return Err("its user name holds a colon, which a proxy cannot be told");
        }
        Ok(Self { user: user.to_string(), password: decode(password)? })
    }
}

/// Undoes `%40`.
fn decode(text: &str) -> Result<Zeroizing<String>, &'static str> {
    let wrong = "in its user name or password a '%' is not followed by two hexadecimal digits";
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).ok_or(wrong)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong);
        }
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    if bytes.iter().any(u8::is_ascii_control) {
        return Err("its user name or password holds a control character");
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| "its user name or password is no UTF-8")?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read() {
        let cases = [
            ("http://proxy.example.com:3128", "http://proxy.example.com:3128", None, None),
            ("HTTPS://Proxy.Example.com/", "https://proxy.example.com:443", None, None),
            ("proxy:8080", "http://proxy:8080", None, None),
            ("http://me:p%40ss%3A%2f@[::1]:3128", "http://[::1]:3128", Some("me"), Some("p@ss:/")),
            ("http://me@10.0.0.1", "http://10.0.0.1:80", Some("me"), Some("")),
            // A raw `@` or `/` in a password is a common mistake with only one meaning.
            ("http://me:p@s/s@proxy:1", "http://proxy:1", Some("me"), Some("p@s/s")),
        ];
        for (text, shown, user, password) in cases {
            let proxy = ProxyUrl::parse(text).unwrap();
            assert_eq!(proxy.to_string(), shown);
            assert_eq!((proxy.user(), proxy.password()), (user, password), "{text}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_refused_without_its_password() {
        let cases = [
            ("socks5://me:pw-1234@proxy:1080", "neither http nor https"),
            ("http://me:pw-1234@", "the host is empty"),
            ("http://me:pw-1234@proxy:99999", "port is no number"),
            ("http://me:pw-1234@proxy:1/path", "it has a path"),
            ("http://me:pw-1234%zz@proxy:1", "two hexadecimal digits"),
            ("http://me:pw-1234%4@proxy:1", "two hexadecimal digits"),
            ("http://me:pw-1234%0d%0a@proxy:1", "control character"),
            ("http://me:pw-1234%ff@proxy:1", "no UTF-8"),
            ("http://m%3ae:pw-1234@proxy:1", "holds a colon"),
            ("pw-1234@pro xy", "not made of letters"),
        ];
        for (text, expected) in cases {
            let error = ProxyUrl::parse(text).unwrap_err();
            assert!(error.to_string().contains(expected), "{text}: {error}");
            assert!(!format!("{error} {error:?}").contains("pw-1234"), "{error:?}");
        }
    }
}
