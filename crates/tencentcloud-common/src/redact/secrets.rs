//! Finds known secrets in a text, however they are escaped.

use super::PLACEHOLDER;

/// How many times a text may be escaped: by a caller that sends JSON within JSON, by the server
/// that echoes it, and by the document that contains the echo.
const MAX_ESCAPE_DEPTH: u8 = 4;

/// The minimum length of a secret. Replacing shorter texts would damage ordinary words.
const MIN_SECRET_LENGTH: usize = 8;

/// The minimum length of the part of a secret at the end of a truncated text.
const MIN_TRUNCATED_LENGTH: usize = 4;

/// Replaces every occurrence of a secret by [`PLACEHOLDER`], including occurrences with JSON, URL
/// or HTML escapes, and one that is truncated at the end of the text.
pub(crate) fn redact_secrets(text: &str, secrets: &[&str]) -> String {
    redact_within(text, secrets, Limits { max_length: usize::MAX, unsearched: 0 }).0
}

/// How many bytes of a body are searched. The result is far shorter, unless the body consists of
/// secrets.
const WINDOW: usize = 64 * 1024;

/// The end of a truncated window, which is not searched, because a secret may continue after it.
const UNSEARCHED_TAIL: usize = 16 * 1024;

/// Returns about `limit` bytes from the start of a body, redacted as by [`redact_secrets`], and
/// whether that is the whole body. The cost depends on `limit`, not on the length of the body.
pub(crate) fn redact_prefix(body: &[u8], limit: usize, secrets: &[&str]) -> (String, bool) {
    let (window, unsearched) = match body.get(..WINDOW) {
        Some(window) if window.len() < body.len() => (window, UNSEARCHED_TAIL),
        _ => (body, 0),
    };
    let (text, is_whole) = redact_within(
        &String::from_utf8_lossy(window),
        secrets,
        Limits { max_length: limit, unsearched },
    );
    (text, is_whole && unsearched == 0)
}

#[derive(Clone, Copy)]
struct Limits {
    /// The maximum length of the result, in bytes.
    max_length: usize,
    /// How many bytes at the end are not searched.
    unsearched: usize,
}

/// Returns the redacted text, and whether it is complete.
fn redact_within(text: &str, secrets: &[&str], limits: Limits) -> (String, bool) {
    let mut secrets: Vec<&[u8]> = secrets
        .iter()
        .map(|secret| secret.as_bytes())
        .filter(|secret| secret.len() >= MIN_SECRET_LENGTH)
        .collect();
    // Longest first, because one secret can start with another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let mut redacted = String::with_capacity(text.len().min(limits.max_length));
    let mut rest = text;
    let can_start = |byte: &u8| {
        is_escape(*byte) || *byte == b'+' || secrets.iter().any(|it| it.first() == Some(byte))
    };
    let mut starts = [false; 256];
    for (byte, is_start) in (0..=u8::MAX).zip(&mut starts) {
        *is_start = can_start(&byte);
    }
    while !rest.is_empty() {
        // Skips to the next byte that can start a secret or an escape. It is the start of a
        // character, because a secret is valid UTF-8.
        let next = rest.bytes().position(|byte| starts.get(usize::from(byte)) == Some(&true));
        let plain = next.unwrap_or(rest.len());
        let room = limits.max_length.saturating_sub(redacted.len());
        if plain > room {
            let end = (0..=room).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(0);
            redacted.push_str(rest.get(..end).unwrap_or_default());
            return (redacted, false);
        }
        let Some((before, from)) = rest.split_at_checked(plain) else { break };
        redacted.push_str(before);
        rest = from;
        let Some(c) = rest.chars().next() else { break };
        if rest.len() < limits.unsearched {
            return (redacted, false);
        }
        // An occurrence ends at a character boundary, because a secret is valid UTF-8.
        let secret =
            occurrence(rest.as_bytes(), &secrets).and_then(|end| rest.split_at_checked(end));
        let character = rest.split_at_checked(c.len_utf8());
        let next = secret.map(|(_, after)| (PLACEHOLDER, after)).or(character);
        let Some((piece, after)) = next.filter(|(piece, _)| plain + piece.len() <= room) else {
            return (redacted, false);
        };
        redacted.push_str(piece);
        rest = after;
    }
    (redacted, true)
}

/// Whether an escape can start with this byte.
fn is_escape(byte: u8) -> bool {
    matches!(byte, b'%' | b'\\' | b'&')
}

/// Returns the length of the occurrence of a secret at the start of `text`.
fn occurrence(text: &[u8], secrets: &[&[u8]]) -> Option<usize> {
    let depths =
        if text.first().is_some_and(|byte| is_escape(*byte)) { MAX_ESCAPE_DEPTH } else { 0 };
    let units: Vec<_> = (0..=depths).filter_map(|depth| Some(unit(text, depth)?.0)).collect();
    let can_start = |secret: &[u8]| {
        units.iter().any(|unit| {
            let mut buffer = [0; 4];
            let bytes = unit.bytes(&mut buffer);
            secret.starts_with(bytes) || (bytes == b"+" && secret.starts_with(b" "))
        })
    };
    let mut candidates = secrets.iter().filter(|secret| can_start(secret));
    candidates.find_map(|secret| {
        (0..=MAX_ESCAPE_DEPTH).find_map(|depth| occurrence_at_depth(text, secret, depth))
    })
}

/// Like [`occurrence`], for one secret with every byte escaped up to `depth` times.
fn occurrence_at_depth(text: &[u8], secret: &[u8], depth: u8) -> Option<usize> {
    let (mut at, mut left) = (0, secret);
    // In an escaped form body, a space is a plus.
    let is_form = depth > 0;
    while !left.is_empty() {
        let rest = text.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return (secret.len() - left.len() >= MIN_TRUNCATED_LENGTH).then_some(at);
        }
        // A byte that is not an escape is compared as it is.
        let depth = if rest.first().is_some_and(|byte| is_escape(*byte)) { depth } else { 0 };
        let (matched, length) = (0..=depth)
            .rev()
            .find_map(|depth| {
                let (unit, length) = unit(rest, depth)?;
                let mut buffer = [0; 4];
                let bytes = unit.bytes(&mut buffer);
                let space = is_form && bytes == b"+" && left.first() == Some(&b' ');
                (space || left.starts_with(bytes)).then_some((bytes.len(), length))
            })
            .or_else(|| truncated_escape(rest, secret.len() - left.len()))?;
        left = left.get(matched..).unwrap_or_default();
        at += length;
    }
    Some(at)
}

/// Returns the rest of a text that ends within an escape, which belongs to the secret, too.
fn truncated_escape(rest: &[u8], found: usize) -> Option<(usize, usize)> {
    let escape = rest.first().is_some_and(|byte| is_escape(*byte)) && rest.len() < 12;
    let cut = escape && !rest.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b'<');
    (cut && found >= MIN_TRUNCATED_LENGTH).then_some((0, rest.len()))
}

/// The value of one byte or escape.
#[derive(Clone, Copy)]
enum Unit {
    Byte(u8),
    Char(char),
}

impl Unit {
    fn bytes(self, buffer: &mut [u8; 4]) -> &[u8] {
        match self {
            Self::Byte(byte) => {
                buffer[0] = byte;
                buffer.get(..1).unwrap_or_default()
            }
            Self::Char(c) => c.encode_utf8(buffer).as_bytes(),
        }
    }
}

/// Returns the first unit of a text that is escaped `depth` times, and its length in bytes.
fn unit(text: &[u8], depth: u8) -> Option<(Unit, usize)> {
    let byte = *text.first()?;
    let below = match depth.checked_sub(1) {
        Some(below) if is_escape(byte) => below,
        _ => return Some((Unit::Byte(byte), 1)),
    };
    let (first, length) = unit(text, below)?;
    let mut rest = EscapeParser { text, at: length, depth: below };
    let escaped = match first {
        Unit::Byte(b'%') => rest.hex(2).and_then(|code| u8::try_from(code).ok()).map(Unit::Byte),
        Unit::Byte(b'\\') => rest.json(),
        Unit::Byte(b'&') => rest.html(),
        _ => None,
    };
    Some(escaped.map_or((first, length), |unit| (unit, rest.at)))
}

/// A parser for the text after the first character of an escape.
struct EscapeParser<'a> {
    text: &'a [u8],
    at: usize,
    depth: u8,
}

impl EscapeParser<'_> {
    fn byte(&mut self) -> Option<u8> {
        match unit(self.text.get(self.at..)?, self.depth)? {
            (Unit::Byte(byte), length) => {
                self.at += length;
                Some(byte)
            }
            (Unit::Char(c), length) => {
                self.at += length;
                u8::try_from(c).ok().filter(u8::is_ascii)
            }
        }
    }

    fn hex(&mut self, digits: u8) -> Option<u32> {
        (0..digits).try_fold(0, |code, _| Some(code * 16 + char::from(self.byte()?).to_digit(16)?))
    }

    /// Parses `\"`, `\n`, `\u00e9` and surrogate pairs.
    fn json(&mut self) -> Option<Unit> {
        Some(match self.byte()? {
            b'u' => {
                let code = self.hex(4)?;
                if let Some(c) = char::from_u32(code) {
                    return Some(Unit::Char(c));
                }
                let second =
                    (self.byte()? == b'\\' && self.byte()? == b'u').then(|| self.hex(4))??;
                let pair = [u16::try_from(code).ok()?, u16::try_from(second).ok()?];
                Unit::Char(char::decode_utf16(pair).next()?.ok()?)
            }
            b'n' => Unit::Byte(b'\n'),
            b'r' => Unit::Byte(b'\r'),
            b't' => Unit::Byte(b'\t'),
            b'b' => Unit::Byte(8),
            b'f' => Unit::Byte(12),
            same @ (b'"' | b'\'' | b'\\' | b'/') => Unit::Byte(same),
            _ => return None,
        })
    }

    /// Parses `&amp;`, `&#38;` and `&#x26;`.
    fn html(&mut self) -> Option<Unit> {
        let mut name = String::new();
        loop {
            match self.byte()? {
                b';' => break,
                // Any other byte ends the escape at once. Otherwise a sequence of `&` would be
                // scanned again for each `&`.
                byte @ (b'#' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z') if name.len() < 8 => {
                    name.push(char::from(byte));
                }
                _ => return None,
            }
        }
        let code = match name.strip_prefix('#') {
            Some(number) => match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            },
            None => match name.as_str() {
                "amp" => 0x26,
                "lt" => 0x3c,
                "gt" => 0x3e,
                "quot" => 0x22,
                "apos" => 0x27,
                _ => return None,
            },
        };
        char::from_u32(code).map(Unit::Char)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "se/cr+et=\"\\ <ö&'%41😀";

    #[test]
    fn every_escaping_is_redacted() {
        let json = serde_json::to_string(SECRET).unwrap();
        let json = json.trim_matches('"');
        let url = crate::protocol::query::encoded(SECRET);
        let html = SECRET.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        let spellings = [
            SECRET.to_owned(),
            json.to_owned(),
            json.replace('/', "\\/"),
            json.replace('<', "\\u003c").replace('ö', "\\u00F6").replace('😀', "\\ud83d\\ude00"),
            url.clone(),
            url.to_ascii_lowercase().replace('+', "%20"),
            // Like `encodeURI`, which does not escape reserved characters.
            url.replace("%2F", "/").replace("%3D", "=").replace("%26", "&"),
            html.clone(),
            html.replace('\'', "&#39;").replace('ö', "&#xF6;"),
            // Twice: JSON within JSON, a page that contains JSON, a URL within a URL.
            serde_json::to_string(json).unwrap().trim_matches('"').to_owned(),
            json.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;"),
            crate::protocol::query::encoded(&url),
        ];
        for spelling in spellings {
            let text = format!("a {spelling} b \"{spelling}\"");
            assert_eq!(
                redact_secrets(&text, &["other-secret", SECRET]),
                "a *** b \"***\"",
                "{spelling}"
            );
        }
    }

    #[test]
    fn secret_truncated_at_the_end_is_redacted() {
        let cases = [
            ("key secr", "key ***"),
            ("key sec", "key sec"),
            ("key secret/ke", "key ***"),
            ("key secret%2", "key ***"),
            ("key secret\\", "key ***"),
            ("key secret&#x2", "key ***"),
            ("key secret", "key ***"),
            ("key secret? no", "key secret? no"),
            ("key secret%2 no", "key secret%2 no"),
        ];
        for (text, redacted) in cases {
            assert_eq!(redact_secrets(text, &["secret/key"]), redacted, "{text}");
        }
    }

    #[test]
    fn prefix_of_a_body_is_cut_between_secrets() {
        let secrets = [SECRET, "another-secret-1"];
        let json = serde_json::to_string(SECRET).unwrap();
        let twice = crate::protocol::query::encoded(&crate::protocol::query::encoded(SECRET));
        for secret in [SECRET, &json, &twice, "another-secret-1"] {
            for before in 0..70 {
                let body = format!("{}{secret} and {secret}; ", "x".repeat(before)).repeat(3);
                let (redacted, _) = redact_prefix(body.as_bytes(), 60, &secrets);
                assert!(redacted.len() <= 60, "{redacted}");
                let secret = redacted.replace(['x', '*', ' ', 'a', 'n', 'd', ';', '"'], "");
                assert_eq!(secret, "", "{redacted}");
            }
        }
        // Even if the window ends within a secret, no part of a secret is returned.
        for (index, secret) in [SECRET, &json, &twice].into_iter().enumerate() {
            let body = format!("{}{}", "-".repeat(index), secret.repeat(2 * WINDOW / secret.len()));
            let (redacted, is_whole) = redact_prefix(body.as_bytes(), WINDOW, &secrets);
            assert!(redacted.len() > 1000 && !is_whole);
            assert_eq!(redacted.trim_matches(['-', '*', '"']), "");
        }
        assert_eq!(redact_prefix(b"short \xff", 60, &secrets), ("short \u{fffd}".to_owned(), true));
        let (redacted, is_whole) = redact_prefix(&[b'y'; 100], 60, &secrets);
        assert_eq!((redacted.len(), is_whole), (60, false));
    }

    #[test]
    fn longest_secret_is_redacted_and_words_are_kept() {
        let secrets = ["secret-1", "secret-1-and-more", "short", ""];
        assert_eq!(
            redact_secrets("secret-1-and-more, secret-1; short", &secrets),
            "***, ***; short"
        );
        for text in ["100% \\o/ &co; a+b", "%", "\\u12", "&#;", "ö😀", ""] {
            assert_eq!(redact_secrets(text, &secrets), text);
        }
    }

    #[test]
    fn text_like_nested_escapes_takes_linear_time() {
        // Each of these took minutes when every escape was parsed within every other escape.
        let secrets = ["secret-1-and-more", "&ampersand-1", "\\backslash-1", "%percent-1"];
        for piece in ["&", "&&&&a", "&#", "\\", "\\u", "%", "%&\\", "&amp", "\\u005c", "&#x26;"] {
            let text = piece.repeat(20_000 / piece.len());
            let redacted = redact_secrets(&format!("{text} secret-1-and-more"), &secrets);
            assert!(redacted.ends_with(" ***"), "{piece}");
            assert!(redacted.starts_with(&text), "{piece}");
        }
    }
}
