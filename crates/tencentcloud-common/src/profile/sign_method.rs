use std::fmt;

use crate::error::Error;

/// How requests are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignMethod {
    /// `TC3-HMAC-SHA256`, the default: see
    /// [Signature v3](https://cloud.tencent.com/document/api/213/30654).
    #[doc(alias = "TC3-HMAC-SHA256")]
    #[default]
    Tc3HmacSha256,
    /// `HmacSHA1` over sorted parameters, for old gateways: see
    /// [Signature v1](https://cloud.tencent.com/document/api/213/30655). At most 1 MB a request.
    HmacSha1,
    /// `HmacSHA256` over sorted parameters. At most 1 MB a request.
    HmacSha256,
}

impl SignMethod {
    /// The name in the official SDKs: `TC3-HMAC-SHA256`, `HmacSHA1` or `HmacSHA256`.
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

    /// Reads the names of the official SDKs, in exactly their spelling.
    fn from_str(text: &str) -> Result<Self, Error> {
        [Self::Tc3HmacSha256, Self::HmacSha1, Self::HmacSha256]
            .into_iter()
            .find(|method| method.as_str() == text)
            .ok_or_else(|| {
                Error::invalid_input(format!(
                    "{text:?} is no signature method of the API: use \"TC3-HMAC-SHA256\", \
                     \"HmacSHA1\" or \"HmacSHA256\""
                ))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_names_are_read_and_others_refused() {
        for method in [SignMethod::Tc3HmacSha256, SignMethod::HmacSha1, SignMethod::HmacSha256] {
            assert_eq!(method.to_string().parse::<SignMethod>().unwrap(), method);
        }
        for name in ["", "HMACSHA1", "TC3-HMAC-SM3", "TC3"] {
            let error = name.parse::<SignMethod>().unwrap_err().to_string();
            assert!(error.contains("use \"TC3-HMAC-SHA256\", \"HmacSHA1\""), "{error}");
        }
    }
}
