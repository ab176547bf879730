//! Ranges of IPv4 addresses.

use std::fmt;
use std::net::Ipv4Addr;

/// A range of addresses, such as `10.0.0.0/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cidr {
    first: u32,
    /// The length of the prefix, from 0 to 32.
    pub(crate) prefix: u8,
}

impl Cidr {
    /// Parses a range. Returns `None` if it is malformed, or if it does not begin at its first
    /// address, as in `10.0.0.1/16`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u8 = prefix.parse().ok().filter(|prefix| digits && *prefix <= 32)?;
        let first = u32::from(address.parse::<Ipv4Addr>().ok()?);
        let cidr = Self { first, prefix };
        (first & cidr.host_mask() == 0).then_some(cidr)
    }

    fn host_mask(self) -> u32 {
        u32::MAX.checked_shr(self.prefix.into()).unwrap_or(0)
    }

    fn last(self) -> u32 {
        self.first | self.host_mask()
    }

    /// Returns whether every address of the other range is in this one.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.first <= other.first && other.last() <= self.last()
    }

    /// Returns whether the ranges have an address in common.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.first <= other.last() && other.first <= self.last()
    }

    /// Returns the parts of the range with a longer prefix, lowest first.
    pub(crate) fn split(self, prefix: u8) -> impl Iterator<Item = Self> {
        let size = u32::MAX.checked_shr(prefix.into()).unwrap_or(0).saturating_add(1);
        let count = self.host_mask() / size;
        let count = if prefix < self.prefix { 0 } else { count.saturating_add(1) };
        (0..count).map(move |part| Self { first: self.first + part * size, prefix })
    }

    /// Returns the number of addresses that resources can have. The service reserves the first
    /// two and the last.
    pub(crate) fn usable(self) -> u32 {
        self.host_mask().saturating_sub(2)
    }

    /// Returns the addresses that resources can have, lowest first.
    pub(crate) fn hosts(self) -> impl Iterator<Item = String> {
        let end = self.last();
        (self.first.saturating_add(2)..end).map(|address| Ipv4Addr::from(address).to_string())
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.first), self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        Cidr::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn malformed_ranges_are_rejected() {
        for text in
            ["", "10.0.0.0", "10.0.0.0/33", "10.0.0.1/24", "10.0.0/24", "10.0.0.0/+8", "x/8"]
        {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
        for text in ["0.0.0.0/0", "10.1.2.3/32", "10.0.0.0/16"] {
            assert_eq!(cidr(text).to_string(), text);
        }
    }

    #[test]
    fn ranges_contain_and_overlap() {
        assert!(cidr("10.0.0.0/16").contains(cidr("10.0.0.0/16")));
        assert!(cidr("10.0.0.0/16").contains(cidr("10.0.255.0/24")));
        assert!(!cidr("10.0.0.0/16").contains(cidr("10.1.0.0/24")));
        assert!(!cidr("10.0.0.0/16").contains(cidr("10.0.0.0/15")));
        assert!(cidr("10.0.0.0/24").overlaps(cidr("10.0.0.128/25")));
        assert!(cidr("10.0.0.128/25").overlaps(cidr("10.0.0.0/24")));
        assert!(!cidr("10.0.0.0/24").overlaps(cidr("10.0.1.0/24")));
    }

    #[test]
    fn ranges_are_split() {
        let parts: Vec<_> = cidr("10.0.0.0/16").split(18).map(|part| part.to_string()).collect();
        assert_eq!(parts, ["10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18", "10.0.192.0/18"]);
        assert_eq!(cidr("10.0.0.0/16").split(16).collect::<Vec<_>>(), [cidr("10.0.0.0/16")]);
        assert_eq!(cidr("10.0.0.0/16").split(8).count(), 0);
    }

    #[test]
    fn three_addresses_are_reserved() {
        assert_eq!(cidr("10.0.0.0/24").usable(), 253);
        let hosts: Vec<_> = cidr("10.0.0.0/29").hosts().collect();
        assert_eq!(hosts, ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"]);
        assert_eq!(cidr("10.0.0.0/29").usable(), 5);
        assert_eq!((cidr("10.0.0.1/32").usable(), cidr("10.0.0.1/32").hosts().count()), (0, 0));
    }
}
