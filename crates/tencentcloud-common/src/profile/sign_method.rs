use std::fmt;

use crate::error::Error;

/// The signature method of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignMethod {
    /// `TC3-HMAC-SHA256`, the default: see
    /// [Signature v3](https://cloud.tencent.com/document/api/213/30654).
    #[doc(alias = "TC3-HMAC-SHA256")]
    #[default]
    Tc3HmacSha256,
    /// `HmacSHA1` over sorted parameters, for old gateways: see [Signature
    /// v1](https://cloud.tencent.com/document/api/213/30655). The size limit of a request is 1 MB.
    HmacSha1,
    /// `HmacSHA256` over sorted parameters. The size limit of a request is 1 MB.
    HmacSha256,
}

impl SignMethod {
    /// Returns the name in the official SDKs: `TC3-HMAC-SHA256`, `HmacSHA1` or `HmacSHA256`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tc3HmacSha256 => "TC3-HMAC-SHA256",
            Self::HmacSha1 => "HmacSHA1",
            Self::HmacSha256 => "HmacSHA256",
        }
    }
}

impl fmt::Display for SignMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for SignMethod {
    type Err = Error;

    /// Parses the names of the official SDKs. The case must match.
    fn from_str(text: &str) -> Result<Self, Error> {
        [Self::Tc3HmacSha256, Self::HmacSha1, Self::HmacSha256]
            .into_iter()
            .find(|method| method.as_str() == text)
            .ok_or_else(|| {
                Error::invalid_input(format!(
                    "invalid signature method {text:?}: expected \"TC3-HMAC-SHA256\", \"HmacSHA1\" or \
                     \"HmacSHA256\""
                ))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_official_names_are_parsed() {
        for method in [SignMethod::Tc3HmacSha256, SignMethod::HmacSha1, SignMethod::HmacSha256] {
            assert_eq!(method.to_string().parse::<SignMethod>().unwrap(), method);
        }
        for name in ["", "HMACSHA1", "TC3-HMAC-SM3", "TC3"] {
            let error = name.parse::<SignMethod>().unwrap_err().to_string();
            assert!(error.contains("expected \"TC3-HMAC-SHA256\", \"HmacSHA1\""), "{error}");
        }
    }
}
