//! Supplements of a specification: facts that the upstream package does not contain.
//!
//! They come from other sources, and each kind has a file `<version>.<kind>.toml` next to the
//! specification.

pub mod error_codes;
pub mod supplement;
pub mod values;

pub use error_codes::ErrorCodes;
pub use supplement::Supplement;
pub use values::Values;

use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Location};

/// Supplements of the specification of one service version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supplements {
    /// Error codes: `<version>.errors.toml`.
    pub errors: Option<ErrorCodes>,
    /// Known values of members: `<version>.values.toml`.
    pub values: Option<Values>,
    /// Other facts: `<version>.supplement.toml`.
    pub supplement: Option<Supplement>,
}

/// Returns an error unless a text is one line without spaces around it.
pub(crate) fn check_text(text: &str, location: &Location) -> Result<(), Error> {
    if text.is_empty() || text.trim() != text || text.contains(char::is_control) {
        return Err(location.clone().error(ErrorKind::InvalidText(text.to_owned())));
    }
    Ok(())
}

/// Parses the text of a supplement.
fn parse<T: DeserializeOwned>(text: &str, location: &Location) -> Result<T, Error> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map(|before| format!("line {}: ", before.matches('\n').count() + 1));
        let message: Vec<&str> = error.message().split_whitespace().collect();
        let reason = format!("{}{}", line.unwrap_or_default(), message.join(" "));
        location.clone().error(ErrorKind::MalformedSupplement(reason))
    })
}
