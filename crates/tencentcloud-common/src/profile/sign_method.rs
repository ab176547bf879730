use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// How requests are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignMethod {
    /// [TC3-HMAC-SHA256](https://cloud.tencent.com/document/api/213/30654); the default, and the
    /// only one for files and raw bytes.
    #[default]
    Tc3HmacSha256,
    /// HmacSHA1, of the [older signature](https://cloud.tencent.com/document/api/213/15693).
    HmacSha1,
    /// HmacSHA256, of the older signature.
    HmacSha256,
}

impl SignMethod {
    /// The name that the official SDKs give it, such as `TC3-HMAC-SHA256`.
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

impl FromStr for SignMethod {
    type Err = Error;

    /// Reads `TC3-HMAC-SHA256`, `HmacSHA1` or `HmacSHA256`.
    fn from_str(text: &str) -> Result<Self, Error> {
        [Self::Tc3HmacSha256, Self::HmacSha1, Self::HmacSha256]
            .into_iter()
            .find(|method| method.as_str() == text)
            .ok_or_else(|| {
                Error::invalid_input(format!(
                    "{text:?} is no sign method: use \"TC3-HMAC-SHA256\", \"HmacSHA1\" or \
                     \"HmacSHA256\""
                ))
            })
    }
}
