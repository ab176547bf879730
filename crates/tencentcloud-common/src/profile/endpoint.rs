use std::fmt;

use crate::error::Error;

/// The protocol of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// HTTPS; the default.
    #[default]
    Https,
    /// Plain HTTP, for an endpoint on this machine.
    Http,
}

impl Protocol {
    /// Returns the scheme of a URL: `https` or `http`.
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

    /// Parses `https` or `http`, in any case; `://` may follow, as in the official SDKs.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text.strip_suffix("://").unwrap_or(text) {
            name if name.eq_ignore_ascii_case("https") => Ok(Self::Https),
            name if name.eq_ignore_ascii_case("http") => Ok(Self::Http),
            _ => Err(Error::invalid_input(format!(
                "invalid protocol {text:?}: expected \"https\" or \"http\""
            ))),
        }
    }
}

/// The address that requests are sent to: protocol, host, port and, for a reverse proxy, a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    protocol: Protocol,
    authority: String,
    path: String,
}

impl Endpoint {
    /// Parses a host (`cvm.tencentcloudapi.com`), a host with a port (`127.0.0.1:8080`,
    /// `[::1]:8080`), or a URL (`http://127.0.0.1:8080`, `https://proxy.example.com/tencent`).
    /// `protocol` applies unless the text is a URL.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), with the reason, for any other text.
    pub fn parse(text: &str, protocol: Protocol) -> Result<Self, Error> {
        if text.contains('@') {
            // The message does not contain the text, because it may be a password.
            return Err(Error::invalid_input(
                "the endpoint contains a user name: remove the part before '@'",
            ));
        }
        let invalid = |reason: &str| invalid_endpoint(text, reason);
        let (protocol, rest) = match text.split_once("://") {
            None => (protocol, text),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Protocol::Https, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Protocol::Http, rest),
            Some(_) => return Err(invalid("its scheme is neither https nor http")),
        };
        if rest.contains(['?', '#']) {
            return Err(invalid("it has a query or a fragment"));
        }
        let (authority, path) = match rest.split_once('/') {
            None => (rest, ""),
            Some((authority, path)) => (authority, path),
        };
        let (host, port) = split_port(authority).map_err(invalid)?;
        check_host(host).map_err(invalid)?;
        let path = path.trim_end_matches('/');
        if !path.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)) {
            return Err(invalid("its path contains an invalid character"));
        }
        let host = host.to_ascii_lowercase();
        Ok(Self {
            protocol,
            // HTTP libraries leave the default port out of `Host`, which is signed exactly as sent.
            authority: match port {
                Some(port) if port != protocol.default_port() => format!("{host}:{port}"),
                _ => host,
            },
            path: if path.is_empty() { "/".to_owned() } else { format!("/{path}") },
        })
    }

    /// Creates an endpoint from a host name that is built from other names. They must not contain a
    /// protocol, port or path, which would send requests to another host.
    pub(super) fn from_host_name(name: &str, protocol: Protocol) -> Result<Self, Error> {
        if name.starts_with('[') {
            return Err(invalid_endpoint(name, "it is an address, not a name"));
        }
        check_host(name).map_err(|reason| invalid_endpoint(name, reason))?;
        Ok(Self { protocol, authority: name.to_ascii_lowercase(), path: "/".to_owned() })
    }

    /// Returns the protocol.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Returns host and port as in the `Host` header, without the default port.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Returns the host, without the port. An IPv6 address is in brackets.
    pub fn host(&self) -> &str {
        split_port(&self.authority).map_or(self.authority.as_str(), |(host, _)| host)
    }

    /// Returns the port, which is the default of the protocol if none was set.
    pub fn port(&self) -> u16 {
        let port = split_port(&self.authority).ok().and_then(|(_, port)| port);
        port.unwrap_or(self.protocol.default_port())
    }

    /// Returns the path, which begins with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Formats the endpoint as a URL, with the path.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.protocol.as_str(), self.authority, self.path)
    }
}

fn invalid_endpoint(text: &str, reason: &str) -> Error {
    // A query may contain a signature.
    let shown = text.split(['?', '#']).next().unwrap_or_default();
    let shown: String = shown.chars().take(100).collect();
    Error::invalid_input(format!(
        "invalid endpoint {shown:?}: {reason}; expected a host such as cvm.tencentcloudapi.com or a \
         URL such as http://127.0.0.1:8080"
    ))
}

pub(super) fn split_port(authority: &str) -> Result<(&str, Option<u16>), &'static str> {
    // The colons of an IPv6 address are in brackets, and the colon of the port follows them.
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
        _ => Err("its port is not a number from 1 to 65535"),
    }
}

pub(super) fn check_host(host: &str) -> Result<(), &'static str> {
    if let Some(inside) = host.strip_prefix('[') {
        let address = inside.strip_suffix(']').unwrap_or("");
        return match address.parse::<std::net::Ipv6Addr>() {
            Ok(_) => Ok(()),
            Err(_) => Err("the text in brackets is not an IPv6 address"),
        };
    }
    if host.is_empty() {
        return Err("the host is empty");
    }
    if host.len() > 253 {
        return Err("the host is longer than 253 characters");
    }
    let is_valid_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if host.split('.').all(is_valid_label) {
        Ok(())
    } else {
        Err("the host contains characters other than letters, digits, '-' and '.'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_urls_are_parsed() {
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
    fn the_parts_of_an_endpoint_are_returned() {
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
    fn an_invalid_endpoint_is_rejected_with_the_reason() {
        let cases = [
            ("", "the host is empty"),
            ("https://", "the host is empty"),
            ("cvm tencentcloudapi com", "other than letters"),
            ("cvm..com", "other than letters"),
            ("cvm.com\r\nX: y", "port is not a number"),
            ("-cvm.com", "other than letters"),
            ("host:0", "port is not a number"),
            ("host:", "port is not a number"),
            ("host:99999", "port is not a number"),
            ("host:+80", "port is not a number"),
            ("::1", "port is not a number"),
            ("[::1", "not an IPv6 address"),
            ("[zz]:80", "not an IPv6 address"),
            ("ftp://host", "neither https nor http"),
            ("host?x=1", "query or a fragment"),
            ("host/a b", "its path contains"),
            ("host/é", "its path contains"),
        ];
        for (text, expected) in cases {
            let error = Endpoint::parse(text, Protocol::Https).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let error = Endpoint::parse("https://me:pw1@host", Protocol::Https).unwrap_err();
        assert!(!error.to_string().contains("pw1"), "{error}");
    }

    #[test]
    fn errors_contain_no_secrets() {
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
