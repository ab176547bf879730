use std::fmt;

/// Displays an external text on one line, without control characters.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.split(is_separator).filter(|part| !part.is_empty()).enumerate()
        {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(part)?;
        }
        Ok(())
    }
}

/// Converts a text as [`OneLine`] does; usually it is unchanged.
pub(crate) fn one_line(text: String) -> String {
    if text.contains(|c| c != ' ' && is_separator(c)) { OneLine(&text).to_string() } else { text }
}

/// Whether a character is replaced by a space: whitespace, or a character that is not displayed.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || changes_display(c)
}

/// Whether a character is invisible and controls a terminal or the display of other characters.
pub(crate) fn changes_display(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            // Marks, embeddings, overrides and isolates of the text direction.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Deprecated shaping, annotations and invisible tags.
            | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_and_text_direction_controls_become_a_space() {
        let cases = [
            ("", ""),
            ("plain 你好, שלום", "plain 你好, שלום"),
            ("a\r\n\t b\u{0}", "a b"),
            ("\u{1b}[31mred\u{9b}", "[31mred"),
            ("a\u{2028}b\u{2029}c\u{85}d", "a b c d"),
            ("\u{202e}cod.exe\u{202c}", "cod.exe"),
            ("a\u{2066}b\u{2069}\u{200f}\u{61c}c", "a b c"),
        ];
        for (text, expected) in cases {
            assert_eq!(OneLine(text).to_string(), expected, "{text:?}");
            assert_eq!(one_line(text.to_owned()), expected, "{text:?}");
        }
        for code in ["202a", "202b", "202c", "202d", "202e", "2066", "2067", "2068", "2069", "200e"]
        {
            let c = char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
            assert_eq!(OneLine(&format!("a{c}b")).to_string(), "a b", "U+{code}");
        }
    }
}
