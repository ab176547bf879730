use std::fmt;

/// A text of the other side on one line, without the characters that control how it is shown.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.split(is_unfit).filter(|part| !part.is_empty()).enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(part)?;
        }
        Ok(())
    }
}

/// As [`OneLine`], of a text that mostly is one already.
pub(crate) fn one_line(text: String) -> String {
    if text.contains(|c| c != ' ' && is_unfit(c)) { OneLine(&text).to_string() } else { text }
}

/// Whether a character separates words, or is not shown and changes how others are.
fn is_unfit(c: char) -> bool {
    c.is_whitespace() || changes_display(c)
}

/// Whether a character is not shown, and controls a terminal or changes how others are shown.
pub(crate) fn changes_display(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            // Marks, embeddings, overrides and isolates of the direction of text.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Shaping that is out of use, annotations, and invisible tags.
            | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_controls_a_terminal_or_the_direction_of_text_is_a_space() {
        let cases = [
            ("", ""),
            ("plain 你好, שלום", "plain 你好, שלום"),
            ("a\r\n\t b\u{0}", "a b"),
            ("\u{1b}[31mred\u{9b}", "[31mred"),
            ("a\u{2028}b\u{2029}c\u{85}d", "a b c d"),
            ("\u{202e}cod.exe\u{202c}", "cod.exe"),
            ("a\u{2066}b\u{2069}\u{200f}\u{61c}c", "a b c"),
        ];
        for (text, shown) in cases {
            assert_eq!(OneLine(text).to_string(), shown, "{text:?}");
            assert_eq!(one_line(text.to_owned()), shown, "{text:?}");
        }
        for code in ["202a", "202b", "202c", "202d", "202e", "2066", "2067", "2068", "2069", "200e"]
        {
            let c = char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
            assert_eq!(OneLine(&format!("a{c}b")).to_string(), "a b", "U+{code}");
        }
    }
}
