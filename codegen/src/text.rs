//! Putting text together.

use std::fmt::{Arguments, Write as _};

/// Appends formatted text: `push(&mut text, format_args!("{name}\n"))`.
pub(crate) fn push(text: &mut String, arguments: Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = text.write_fmt(arguments);
}
