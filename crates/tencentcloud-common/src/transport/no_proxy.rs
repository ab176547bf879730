//! `NO_PROXY`: which hosts are reached directly.
//!
//! There is no standard; these are the rules of curl and Go, which agree with each other.

use std::net::IpAddr;

/// The hosts that are reached without a proxy.
#[derive(Debug, Default)]
pub(super) struct NoProxy(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Debug)]
enum Hosts {
    All,
    /// This name and all below it.
    Domain(String),
    Network(IpAddr, u8),
}

impl NoProxy {
    /// Reads the variable. What cannot be understood matches nothing.
    pub(super) fn parse(text: &str) -> Self {
        Self(text.split([',', ' ', '\t', '\r', '\n']).filter_map(Entry::parse).collect())
    }

    /// Whether this host, an IPv6 address in brackets or not, is reached directly.
    pub(super) fn contains(&self, host: &str, port: u16) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        self.0.iter().any(|entry| {
            entry.port.is_none_or(|expected| expected == port)
                && entry.hosts.contain(&host, address)
        })
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        if let Some(network) = Hosts::network(text) {
            return Some(Self { hosts: network, port: None });
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (text, None),
        };
        let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let hosts = match Hosts::network(address.unwrap_or(host)) {
            Some(network) => network,
            None if host == "*" => Hosts::All,
            None => Hosts::domain(host)?,
        };
        Some(Self { hosts, port })
    }
}

impl Hosts {
    /// An address, or a network such as `10.0.0.0/8`.
    fn network(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address = address.trim_start_matches('[').trim_end_matches(']');
        let address: IpAddr = address.parse().ok()?;
        let all: u8 = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(all), |bits| bits.parse().ok().filter(|bits| *bits <= all))?;
        // The host is compared as the IPv4 address that it may be inside of an IPv6 one.
        match (address.to_canonical(), bits.checked_sub(96)) {
            (IpAddr::V4(inside), Some(bits)) if address.is_ipv6() => {
                Some(Self::Network(inside.into(), bits))
            }
            _ => Some(Self::Network(address, bits)),
        }
    }

    fn domain(text: &str) -> Option<Self> {
        let name = text.strip_prefix('*').unwrap_or(text);
        let name = name.strip_prefix('.').unwrap_or(name);
        let name = name.strip_suffix('.').unwrap_or(name);
        (!name.is_empty()).then(|| Self::Domain(name.to_ascii_lowercase()))
    }

    fn contain(&self, host: &str, address: Option<IpAddr>) -> bool {
        match self {
            Self::All => true,
            Self::Network(network, bits) => {
                address.is_some_and(|address| same_network(*network, address, *bits))
            }
            // By whole labels: `cloud.com` is not `notcloud.com`.
            Self::Domain(name) => {
                host.strip_suffix(name.as_str()).is_some_and(|rest| match rest.strip_suffix('.') {
                    Some(_) => address.is_none(),
                    None => rest.is_empty(),
                })
            }
        }
    }
}

fn same_network(network: IpAddr, address: IpAddr, bits: u8) -> bool {
    // A shift by all bits would overflow: then every address is in the network.
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let differing = network.to_bits() ^ address.to_bits();
            differing.checked_shr(32 - u32::from(bits)).unwrap_or(0) == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let differing = network.to_bits() ^ address.to_bits();
            differing.checked_shr(128 - u32::from(bits)).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_matched_by_whole_labels_networks_and_ports() {
        // The variable, the hosts that are reached directly, and those that are not.
        let cases: [(&str, &[&str], &[&str]); 19] = [
            ("", &[], &["cvm.tencentcloudapi.com"]),
            (" , ,", &[], &["cvm.tencentcloudapi.com"]),
            ("*", &["cvm.tencentcloudapi.com", "127.0.0.1", "[::1]"], &[]),
            (
                "tencentcloudapi.com",
                &["tencentcloudapi.com", "cvm.tencentcloudapi.com", "a.b.TencentCloudAPI.com."],
                // The official Python SDK looks for the host in the text, and so lets these by.
                &["nottencentcloudapi.com", "cloudapi.com", "com", "tencentcloudapi.com.cn"],
            ),
            (
                "cvm.tencentcloudapi.com,x",
                &["cvm.tencentcloudapi.com", "a.x"],
                &["vpc.tencentcloudapi.com", "tencentcloudapi.com"],
            ),
            (".Example.COM.", &["example.com", "a.example.com"], &["example.org", "aexample.com"]),
            ("*.example.com", &["example.com", "a.b.example.com"], &["anexample.com"]),
            (
                "example.com:8080",
                &["example.com:8080", "a.example.com:8080"],
                &["example.com", "example.com:80"],
            ),
            ("127.0.0.1", &["127.0.0.1", "127.0.0.1:9"], &["127.0.0.10", "1.127.0.0.1.example"]),
            ("127.0.0.1:8080", &["127.0.0.1:8080"], &["127.0.0.1:8081"]),
            (
                "10.0.0.0/8,192.168.1.0/24",
                &["10.255.1.2", "192.168.1.9"],
                &["11.0.0.1", "192.168.2.1"],
            ),
            ("0.0.0.0/0", &["8.8.8.8"], &["[::1]", "example.com"]),
            ("::1,[fd00::]/8", &["[::1]", "[fdff::2]"], &["[::2]", "[fe80::1]"]),
            ("[::1]:8080", &["[::1]:8080"], &["[::1]:9"]),
            ("10.0.0.1", &["[::ffff:10.0.0.1]"], &["[::ffff:10.0.0.2]", "[::10.0.0.1]"]),
            ("::ffff:10.0.0.1", &["10.0.0.1", "[::ffff:10.0.0.1]"], &["10.0.0.2"]),
            ("::ffff:10.0.0.0/104", &["10.9.9.9", "[::ffff:a00:1]"], &["11.0.0.1", "[::1]"]),
            ("10.0.0.0/33,example.com:port,*:x,.", &[], &["10.0.0.1", "example.com"]),
            ("a.com b.com,\tc.com\r\n", &["a.com", "b.com", "c.com"], &["d.com"]),
        ];
        for (text, direct, proxied) in cases {
            let rules = NoProxy::parse(text);
            for (hosts, expected) in [(direct, true), (proxied, false)] {
                for host in hosts {
                    let (name, port) = match host.rsplit_once(':') {
                        Some((name, port)) if !port.ends_with(']') => (name, port.parse().unwrap()),
                        _ => (*host, 443),
                    };
                    assert_eq!(rules.contains(name, port), expected, "{text:?} {host}");
                }
            }
        }
    }
}
