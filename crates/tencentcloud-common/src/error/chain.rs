use std::error::Error;

use super::Source;
use crate::redact;

/// An error and its causes on one line: the last one says what really happened.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let part = error.to_string();
        if !text.ends_with(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        cause = error.source();
    }
    text
}

/// A cause that does not show secrets: itself, or what it says without them.
pub(super) fn without(source: Source, secrets: &[&str]) -> Source {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&*source);
    while let Some(error) = cause {
        if [error.to_string(), format!("{error:?}")]
            .iter()
            .any(|text| redact::texts(text, secrets) != *text)
        {
            return redact::one_line(redact::texts(&chain(&*source), secrets)).into();
        }
        cause = error.source();
    }
    source
}
