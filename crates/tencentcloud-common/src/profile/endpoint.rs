use std::fmt;

use crate::error::Error;

/// How the connection is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// With TLS; the default.
    #[default]
    Https,
    /// In plain text, for an endpoint on this machine.
    Http,
}

impl Protocol {
    /// The name in a URL: `https` or `http`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }

    pub(crate) fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }
}

impl std::str::FromStr for Protocol {
    type Err = Error;

    /// Reads `https` or `http`, in any case; `://` may follow, as in the official SDKs.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text.strip_suffix("://").unwrap_or(text) {
            name if name.eq_ignore_ascii_case("https") => Ok(Self::Https),
            name if name.eq_ignore_ascii_case("http") => Ok(Self::Http),
            _ => Err(Error::invalid_input(format!(
                "{text:?} is no protocol of the API: use \"https\" or \"http\""
            ))),
        }
    }
}

/// Where requests are sent: protocol, host, port and, behind a reverse proxy, a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    protocol: Protocol,
    authority: String,
    path: String,
}

impl Endpoint {
    /// Reads a host (`cvm.tencentcloudapi.com`), a host with a port (`127.0.0.1:8080`,
    /// `[::1]:8080`), or a URL (`http://127.0.0.1:8080`, `https://proxy.example.com/tencent`).
    /// A URL says its own protocol; anything else uses the one given.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for what is none of these, with the reason.
    pub fn parse(text: &str, protocol: Protocol) -> Result<Self, Error> {
        if text.contains('@') {
            // Not shown: it may be a password.
            return Err(Error::invalid_input(
                "the endpoint holds a user name: credentials do not belong into an endpoint",
            ));
        }
        let refuse = |reason: &str| no_endpoint(text, reason);
        let (protocol, rest) = match text.split_once("://") {
            None => (protocol, text),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Protocol::Https, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Protocol::Http, rest),
            Some(_) => return Err(refuse("its scheme is neither https nor http")),
        };
        if rest.contains(['?', '#']) {
            return Err(refuse("it holds a query or a fragment"));
        }
        let (authority, path) = match rest.split_once('/') {
            None => (rest, ""),
            Some((authority, path)) => (authority, path),
        };
        let (host, port) = split_port(authority).map_err(refuse)?;
        check_host(host).map_err(refuse)?;
        let path = path.trim_end_matches('/');
        if !path.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)) {
            return Err(refuse("its path holds a character that a path cannot"));
        }
        let host = host.to_ascii_lowercase();
        Ok(Self {
            protocol,
            // A default port is left out, as HTTP stacks do: `Host` is signed exactly as sent.
            authority: match port {
                Some(port) if port != protocol.default_port() => format!("{host}:{port}"),
                _ => host,
            },
            path: if path.is_empty() { "/".to_owned() } else { format!("/{path}") },
        })
    }

    /// The endpoint of a name that was put together of others: none of them may bring a protocol,
    /// a port or a path along, which would lead elsewhere.
    pub(super) fn of_name(name: &str, protocol: Protocol) -> Result<Self, Error> {
        if name.starts_with('[') {
            return Err(no_endpoint(name, "it is an address and no name"));
        }
        check_host(name).map_err(|reason| no_endpoint(name, reason))?;
        Ok(Self { protocol, authority: name.to_ascii_lowercase(), path: "/".to_owned() })
    }

    /// The protocol.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Host and port as they stand in the `Host` header; the default port is left out.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host, without the port; an IPv6 address stands in brackets.
    pub fn host(&self) -> &str {
        split_port(&self.authority).map_or(self.authority.as_str(), |(host, _)| host)
    }

    /// The port, also where it is the default of the protocol.
    pub fn port(&self) -> u16 {
        let port = split_port(&self.authority).ok().and_then(|(_, port)| port);
        port.unwrap_or(self.protocol.default_port())
    }

    /// The path, which begins with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// As a URL, with the path.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.protocol.as_str(), self.authority, self.path)
    }
}

fn no_endpoint(text: &str, reason: &str) -> Error {
    // A query may hold a signature.
    let shown = text.split(['?', '#']).next().unwrap_or_default();
    let shown: String = shown.chars().take(100).collect();
    Error::invalid_input(format!(
        "{shown:?} is no endpoint: {reason}; give a host like cvm.tencentcloudapi.com or a URL \
         like http://127.0.0.1:8080"
    ))
}

pub(super) fn split_port(authority: &str) -> Result<(&str, Option<u16>), &'static str> {
    // The colons of an IPv6 address stand in brackets; that of a port follows them.
    let after_host =
        if authority.starts_with('[') { authority.find(']').unwrap_or(authority.len()) } else { 0 };
    let colon =
        authority.get(after_host..).and_then(|rest| rest.find(':')).map(|at| at + after_host);
    let Some((host, port)) = colon.and_then(|colon| authority.split_at_checked(colon)) else {
        return Ok((authority, None));
    };
    let digits = port.strip_prefix(':').unwrap_or(port);
    match digits.parse::<u16>() {
        Ok(number) if number > 0 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            Ok((host, Some(number)))
        }
        _ => Err("its port is no number from 1 to 65535"),
    }
}

pub(super) fn check_host(host: &str) -> Result<(), &'static str> {
    if let Some(inside) = host.strip_prefix('[') {
        let address = inside.strip_suffix(']').unwrap_or("");
        return match address.parse::<std::net::Ipv6Addr>() {
            Ok(_) => Ok(()),
            Err(_) => Err("what stands in brackets is no IPv6 address"),
        };
    }
    if host.is_empty() {
        return Err("the host is empty");
    }
    if host.len() > 253 {
        return Err("the host is longer than 253 characters");
    }
    let label_fits = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if host.split('.').all(label_fits) {
        Ok(())
    } else {
        Err("the host is not made of letters, digits, '-' and '.'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_urls_are_read() {
        let cases = [
            ("cvm.tencentcloudapi.com", "https://cvm.tencentcloudapi.com/"),
            ("CVM.tencentcloudapi.com:443", "https://cvm.tencentcloudapi.com/"),
            ("127.0.0.1:8080", "https://127.0.0.1:8080/"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
            ("HTTP://localhost:80", "http://localhost/"),
            (
                "cvm.ap-shanghai-fsi.tencentcloudapi.com",
                "https://cvm.ap-shanghai-fsi.tencentcloudapi.com/",
            ),
            ("cvm.tencentcloudapi.cn", "https://cvm.tencentcloudapi.cn/"),
            ("sts.tencentcloudapi.com.cn:443", "https://sts.tencentcloudapi.com.cn/"),
            ("es.ai.tencentcloudapi.com", "https://es.ai.tencentcloudapi.com/"),
            ("[::1]:9000", "https://[::1]:9000/"),
            ("http://[::1]", "http://[::1]/"),
            ("https://proxy.example.com/tc/v3/", "https://proxy.example.com/tc/v3"),
        ];
        for (text, expected) in cases {
            let endpoint = Endpoint::parse(text, Protocol::Https).unwrap();
            assert_eq!(endpoint.to_string(), expected);
        }
    }

    #[test]
    fn the_parts_are_told() {
        let cases = [
            ("cvm.tencentcloudapi.com", ("cvm.tencentcloudapi.com", 443, "/")),
            ("http://127.0.0.1/a/b/", ("127.0.0.1", 80, "/a/b")),
            ("http://[::1]:9000", ("[::1]", 9000, "/")),
            ("[::1]", ("[::1]", 443, "/")),
        ];
        for (text, parts) in cases {
            let endpoint = Endpoint::parse(text, Protocol::Https).unwrap();
            assert_eq!((endpoint.host(), endpoint.port(), endpoint.path()), parts);
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused_with_the_reason() {
        let cases = [
            ("", "the host is empty"),
            ("https://", "the host is empty"),
            ("cvm tencentcloudapi com", "not made of letters"),
            ("cvm..com", "not made of letters"),
            ("cvm.com\r\nX: y", "port is no number"),
            ("-cvm.com", "not made of letters"),
            ("host:0", "port is no number"),
            ("host:", "port is no number"),
            ("host:99999", "port is no number"),
            ("host:+80", "port is no number"),
            ("::1", "port is no number"),
            ("[::1", "no IPv6 address"),
            ("[zz]:80", "no IPv6 address"),
            ("ftp://host", "neither https nor http"),
            ("host?x=1", "query or a fragment"),
            ("host/a b", "its path holds"),
            ("host/é", "its path holds"),
        ];
        for (text, expected) in cases {
            let error = Endpoint::parse(text, Protocol::Https).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let error = Endpoint::parse("https://me:pw1@host", Protocol::Https).unwrap_err();
        assert!(!error.to_string().contains("pw1"), "{error}");
    }

    #[test]
    fn what_may_be_secret_is_not_shown() {
        for text in [
            "ftp://me:pw-1234@host",
            "https://me:pw-1234@host",
            "https://host?Signature=pw-1234",
            "https://me:pw-1234@host?x",
            "host/#pw-1234",
            "me:pw-1234@host:0",
        ] {
            let error = Endpoint::parse(text, Protocol::Https).unwrap_err().to_string();
            assert!(error.contains("endpoint") && !error.contains("pw-1234"), "{error}");
        }
    }
}
