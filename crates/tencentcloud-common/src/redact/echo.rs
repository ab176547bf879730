//! Finding a secret that the other side shows, in whatever spelling.

use super::PLACEHOLDER;

/// How often a text can be escaped: by the caller, who sends JSON within JSON, by who shows it,
/// and by the document that holds the page.
const DEPTHS: u8 = 4;

/// A shorter text is no secret, and hiding it would mangle words.
const SHORTEST: usize = 8;

/// How much of a secret must stand at the end of a text that was cut there.
const SHORTEST_START: usize = 4;

/// The text with every occurrence of a secret replaced by [`PLACEHOLDER`], also where it is
/// escaped as in JSON, in a URL or in HTML, and where the text ends in the middle of it.
pub(crate) fn texts(text: &str, secrets: &[&str]) -> String {
    hidden(text, secrets, Limits { shown: usize::MAX, unknown: 0 }).0
}

/// How much of a body is looked at for its beginning. What is shown of it is far shorter, unless
/// it consists of secrets.
const WINDOW: usize = 64 * 1024;

/// The end of a window that was cut, in which no secret is looked for: it may go on behind the cut.
const UNKNOWN: usize = 16 * 1024;

/// The first bytes of a body, about `limit` of them, with secrets hidden as [`texts`] does; and
/// whether they are all of it. The work depends on `limit`, not on the length of the body.
pub(crate) fn beginning(body: &[u8], limit: usize, secrets: &[&str]) -> (String, bool) {
    let (window, unknown) = match body.get(..WINDOW) {
        Some(window) if window.len() < body.len() => (window, UNKNOWN),
        _ => (body, 0),
    };
    let (text, is_whole) =
        hidden(&String::from_utf8_lossy(window), secrets, Limits { shown: limit, unknown });
    (text, is_whole && unknown == 0)
}

#[derive(Clone, Copy)]
struct Limits {
    /// How many bytes are shown.
    shown: usize,
    /// How many bytes at the end are not looked at.
    unknown: usize,
}

/// The text without its secrets, and whether that is all of it.
fn hidden(text: &str, secrets: &[&str], limits: Limits) -> (String, bool) {
    let mut secrets: Vec<&[u8]> = secrets
        .iter()
        .map(|secret| secret.as_bytes())
        .filter(|secret| secret.len() >= SHORTEST)
        .collect();
    // One secret can begin with another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let mut shown = String::with_capacity(text.len().min(limits.shown));
    let mut rest = text;
    let begins = |byte: &u8| {
        is_escape(*byte) || *byte == b'+' || secrets.iter().any(|it| it.first() == Some(byte))
    };
    let mut beginnings = [false; 256];
    for (byte, is_beginning) in (0..=u8::MAX).zip(&mut beginnings) {
        *is_beginning = begins(&byte);
    }
    while !rest.is_empty() {
        // Almost everywhere neither a secret begins nor an escape; where one does, so does a
        // character.
        let next = rest.bytes().position(|byte| beginnings.get(usize::from(byte)) == Some(&true));
        let plain = next.unwrap_or(rest.len());
        let room = limits.shown.saturating_sub(shown.len());
        if plain > room {
            let end = (0..=room).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(0);
            shown.push_str(rest.get(..end).unwrap_or_default());
            return (shown, false);
        }
        let Some((before, from)) = rest.split_at_checked(plain) else { break };
        shown.push_str(before);
        rest = from;
        let Some(c) = rest.chars().next() else { break };
        if rest.len() < limits.unknown {
            return (shown, false);
        }
        // An occurrence ends where a character does, for a secret is a text.
        let secret =
            occurrence(rest.as_bytes(), &secrets).and_then(|end| rest.split_at_checked(end));
        let character = rest.split_at_checked(c.len_utf8());
        let next = secret.map(|(_, after)| (PLACEHOLDER, after)).or(character);
        let Some((piece, after)) = next.filter(|(piece, _)| plain + piece.len() <= room) else {
            return (shown, false);
        };
        shown.push_str(piece);
        rest = after;
    }
    (shown, true)
}

/// Whether an escape can begin with this byte.
fn is_escape(byte: u8) -> bool {
    matches!(byte, b'%' | b'\\' | b'&')
}

/// How many bytes at the beginning of `text` spell one of the secrets.
fn occurrence(text: &[u8], secrets: &[&[u8]]) -> Option<usize> {
    let depths = if text.first().is_some_and(|byte| is_escape(*byte)) { DEPTHS } else { 0 };
    let units: Vec<_> = (0..=depths).filter_map(|depth| Some(unit(text, depth)?.0)).collect();
    let begins = |secret: &[u8]| {
        units.iter().any(|unit| {
            let mut buffer = [0; 4];
            let bytes = unit.bytes(&mut buffer);
            secret.starts_with(bytes) || (bytes == b"+" && secret.starts_with(b" "))
        })
    };
    let mut candidates = secrets.iter().filter(|secret| begins(secret));
    candidates.find_map(|secret| (0..=DEPTHS).find_map(|depth| spelled(text, secret, depth)))
}

/// As [`occurrence`], with every byte escaped up to `depth` times.
fn spelled(text: &[u8], secret: &[u8], depth: u8) -> Option<usize> {
    let (mut at, mut left) = (0, secret);
    // In a form that is escaped, a space is a plus.
    let form = depth > 0;
    while !left.is_empty() {
        let rest = text.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return (secret.len() - left.len() >= SHORTEST_START).then_some(at);
        }
        // What is not escaped although it could be is taken as it is.
        let depth = if rest.first().is_some_and(|byte| is_escape(*byte)) { depth } else { 0 };
        let (taken, length) = (0..=depth)
            .rev()
            .find_map(|depth| {
                let (unit, length) = unit(rest, depth)?;
                let mut buffer = [0; 4];
                let bytes = unit.bytes(&mut buffer);
                let space = form && bytes == b"+" && left.first() == Some(&b' ');
                (space || left.starts_with(bytes)).then_some((bytes.len(), length))
            })
            .or_else(|| cut_escape(rest, secret.len() - left.len()))?;
        left = left.get(taken..).unwrap_or_default();
        at += length;
    }
    Some(at)
}

/// The text may end within an escape: the rest of it is a part of the secret, too.
fn cut_escape(rest: &[u8], found: usize) -> Option<(usize, usize)> {
    let escape = rest.first().is_some_and(|byte| is_escape(*byte)) && rest.len() < 12;
    let cut = escape && !rest.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b'<');
    (cut && found >= SHORTEST_START).then_some((0, rest.len()))
}

/// What one character or its escape stands for.
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

/// The first unit of a text that is escaped `depth` times, and how many bytes it takes.
fn unit(text: &[u8], depth: u8) -> Option<(Unit, usize)> {
    let byte = *text.first()?;
    let below = match depth.checked_sub(1) {
        Some(below) if is_escape(byte) => below,
        _ => return Some((Unit::Byte(byte), 1)),
    };
    let (first, length) = unit(text, below)?;
    let mut rest = Rest { text, at: length, depth: below };
    let escaped = match first {
        Unit::Byte(b'%') => rest.hex(2).and_then(|code| u8::try_from(code).ok()).map(Unit::Byte),
        Unit::Byte(b'\\') => rest.json(),
        Unit::Byte(b'&') => rest.html(),
        _ => None,
    };
    Some(escaped.map_or((first, length), |unit| (unit, rest.at)))
}

/// What follows the first character of an escape.
struct Rest<'a> {
    text: &'a [u8],
    at: usize,
    depth: u8,
}

impl Rest<'_> {
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

    /// `\"`, `\n`, `\u00e9`, and two of the latter for a character that needs them.
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

    /// `&amp;`, `&#38;`, `&#x26;`.
    fn html(&mut self) -> Option<Unit> {
        let mut name = String::new();
        loop {
            match self.byte()? {
                b';' => break,
                // Anything else ends it at once: what follows would be looked at again and again,
                // where `&` follows upon `&`.
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
    fn every_spelling_is_hidden() {
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
            // As `encodeURI` does, which leaves out what may stand in a URL.
            url.replace("%2F", "/").replace("%3D", "=").replace("%26", "&"),
            html.clone(),
            html.replace('\'', "&#39;").replace('ö', "&#xF6;"),
            // Twice: JSON within JSON, a page that shows JSON, a URL within a URL.
            serde_json::to_string(json).unwrap().trim_matches('"').to_owned(),
            json.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;"),
            crate::protocol::query::encoded(&url),
        ];
        for spelling in spellings {
            let text = format!("a {spelling} b \"{spelling}\"");
            assert_eq!(texts(&text, &["other-secret", SECRET]), "a *** b \"***\"", "{spelling}");
        }
    }

    #[test]
    fn a_secret_that_is_cut_at_the_end_is_hidden() {
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
        for (text, shown) in cases {
            assert_eq!(texts(text, &["secret/key"]), shown, "{text}");
        }
    }

    #[test]
    fn the_beginning_of_a_body_is_cut_between_secrets_and_takes_no_more_work_than_it_shows() {
        let secrets = [SECRET, "another-secret-1"];
        let json = serde_json::to_string(SECRET).unwrap();
        let twice = crate::protocol::query::encoded(&crate::protocol::query::encoded(SECRET));
        for secret in [SECRET, &json, &twice, "another-secret-1"] {
            for before in 0..70 {
                let body = format!("{}{secret} and {secret}; ", "x".repeat(before)).repeat(3);
                let (shown, _) = beginning(body.as_bytes(), 60, &secrets);
                assert!(shown.len() <= 60, "{shown}");
                let secret = shown.replace(['x', '*', ' ', 'a', 'n', 'd', ';', '"'], "");
                assert_eq!(secret, "", "{shown}");
            }
        }
        // Of more secrets than are looked at, none is shown in part.
        for (index, secret) in [SECRET, &json, &twice].into_iter().enumerate() {
            let body = format!("{}{}", "-".repeat(index), secret.repeat(2 * WINDOW / secret.len()));
            let (shown, is_whole) = beginning(body.as_bytes(), WINDOW, &secrets);
            assert!(shown.len() > 1000 && !is_whole);
            assert_eq!(shown.trim_matches(['-', '*', '"']), "");
        }
        assert_eq!(beginning(b"short \xff", 60, &secrets), ("short \u{fffd}".to_owned(), true));
        let (shown, is_whole) = beginning(&[b'y'; 100], 60, &secrets);
        assert_eq!((shown.len(), is_whole), (60, false));
    }

    #[test]
    fn the_longest_secret_is_hidden_whole_and_words_stay() {
        let secrets = ["secret-1", "secret-1-and-more", "short", ""];
        assert_eq!(texts("secret-1-and-more, secret-1; short", &secrets), "***, ***; short");
        for text in ["100% \\o/ &co; a+b", "%", "\\u12", "&#;", "ö😀", ""] {
            assert_eq!(texts(text, &secrets), text);
        }
    }

    #[test]
    fn a_text_that_looks_like_nested_escapes_is_looked_through_in_passing() {
        // Each of these took minutes when every escape was looked for within every other.
        let secrets = ["secret-1-and-more", "&ampersand-1", "\\backslash-1", "%percent-1"];
        for piece in ["&", "&&&&a", "&#", "\\", "\\u", "%", "%&\\", "&amp", "\\u005c", "&#x26;"] {
            let text = piece.repeat(20_000 / piece.len());
            let shown = texts(&format!("{text} secret-1-and-more"), &secrets);
            assert!(shown.ends_with(" ***"), "{piece}");
            assert!(shown.starts_with(&text), "{piece}");
        }
    }
}
