//! The region of a call.
//!
//! ```
//! use tencentcloud_common::Region;
//!
//! assert_eq!(Region::AP_SHANGHAI, Region::from("ap-shanghai"));
//! ```

use std::borrow::Cow;
use std::fmt;

use crate::error::Error;
use crate::runtime::Environment;

/// The name of a region, such as `ap-shanghai`.
///
/// Any name is accepted, because the
/// [list of regions](https://cloud.tencent.com/document/api/213/15692) grows; the constants are a
/// convenience. An empty name sends no region, as global services such as `cam` require. A name
/// with invalid characters is rejected by the first call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Region(Cow<'static, str>);

macro_rules! regions {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        impl Region {
            $($(#[$doc])* pub const $constant: Self = Self(Cow::Borrowed($name));)*
        }
    };
}

regions! {
    /// Bangkok.
    AP_BANGKOK = "ap-bangkok";
    /// Beijing.
    AP_BEIJING = "ap-beijing";
    /// Chengdu.
    AP_CHENGDU = "ap-chengdu";
    /// Chongqing.
    AP_CHONGQING = "ap-chongqing";
    /// Guangzhou.
    AP_GUANGZHOU = "ap-guangzhou";
    /// Hong Kong.
    AP_HONGKONG = "ap-hongkong";
    /// Jakarta.
    AP_JAKARTA = "ap-jakarta";
    /// Mumbai.
    AP_MUMBAI = "ap-mumbai";
    /// Nanjing.
    AP_NANJING = "ap-nanjing";
    /// Seoul.
    AP_SEOUL = "ap-seoul";
    /// Shanghai.
    AP_SHANGHAI = "ap-shanghai";
    /// Shanghai, for the finance industry.
    AP_SHANGHAI_FSI = "ap-shanghai-fsi";
    /// Shenzhen, for the finance industry.
    AP_SHENZHEN_FSI = "ap-shenzhen-fsi";
    /// Singapore.
    AP_SINGAPORE = "ap-singapore";
    /// Tokyo.
    AP_TOKYO = "ap-tokyo";
    /// Frankfurt.
    EU_FRANKFURT = "eu-frankfurt";
    /// Virginia.
    NA_ASHBURN = "na-ashburn";
    /// Silicon Valley.
    NA_SILICONVALLEY = "na-siliconvalley";
    /// São Paulo.
    SA_SAOPAULO = "sa-saopaulo";
}

impl Region {
    /// Returns the region in the variable `TENCENTCLOUD_REGION`; `None` if it is unset or empty. No
    /// client reads the variable automatically.
    ///
    /// ```
    /// use tencentcloud_common::Region;
    /// use tencentcloud_common::runtime::Environment;
    ///
    /// let environment = Environment::from_fn(|name| {
    ///     (name == "TENCENTCLOUD_REGION").then(|| "ap-shanghai".into())
    /// });
    /// assert_eq!(Region::from_environment(&environment), Some(Region::AP_SHANGHAI));
    /// ```
    pub fn from_environment(environment: &Environment) -> Option<Self> {
        environment.get("TENCENTCLOUD_REGION").map(Self::from)
    }

    /// Returns the name, as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the name is empty, so that no region is sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks the characters and the length of the name.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let name = self.as_str();
        if name.len() <= 64
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            return Ok(());
        }
        let shown: String = name.chars().take(64).collect();
        Err(Error::invalid_input(format!(
            "invalid region {shown:?}: expected lower-case letters, digits and '-', such as \
             \"ap-shanghai\""
        )))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Region {
    fn from(name: &str) -> Self {
        Self(Cow::Owned(name.to_owned()))
    }
}

impl From<String> for Region {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl From<&Self> for Region {
    fn from(region: &Self) -> Self {
        region.clone()
    }
}
