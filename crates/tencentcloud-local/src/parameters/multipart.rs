//! The parts of a `multipart/form-data` body.

use crate::refusal::{Refusal, code};

/// One part.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) name: &'a str,
    /// Whether it says that it holds JSON.
    pub(super) is_json: bool,
    pub(super) content: &'a [u8],
}

/// Takes a body apart.
pub(super) fn parts<'a>(content_type: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, Refusal> {
    let boundary = parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty());
    let boundary = boundary.ok_or_else(|| refused("has no boundary in its Content-Type"))?;
    let delimiter = format!("\r\n--{boundary}");
    // The first one has no line before it.
    let open = delimiter.trim_start();
    let mut rest = body
        .strip_prefix(open.as_bytes())
        .ok_or_else(|| refused("does not begin with its boundary"))?;
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let begun = rest.strip_prefix(b"\r\n");
        let begun = begun.ok_or_else(|| refused("has text behind a boundary"))?;
        let (whole, after) = cut(begun, delimiter.as_bytes())
            .ok_or_else(|| refused("does not end with its boundary"))?;
        parts.push(part(whole)?);
        rest = after;
    }
    Ok(parts)
}

fn part(whole: &[u8]) -> Result<Part<'_>, Refusal> {
    let (head, content) =
        cut(whole, b"\r\n\r\n").ok_or_else(|| refused("has a part without head"))?;
    let head = std::str::from_utf8(head).map_err(|_| refused("has a head that is not UTF-8"))?;
    let (mut name, mut is_json) = (None, false);
    for line in head.split("\r\n") {
        let (header, value) = line.split_once(':').unwrap_or((line, ""));
        if header.eq_ignore_ascii_case("Content-Disposition") {
            name = parameter(value, "name");
        } else if header.eq_ignore_ascii_case("Content-Type") {
            is_json = value.trim().eq_ignore_ascii_case("application/json");
        }
    }
    let name = name.ok_or_else(|| refused("has a part without name"))?;
    Ok(Part { name, is_json, content })
}

/// The value of a parameter such as `; name="File"`.
fn parameter<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut parameters = text.split(';').skip(1).filter_map(|it| it.trim().split_once('='));
    parameters.find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, it)| it.trim_matches('"'))
}

/// What stands before and behind the first occurrence.
fn cut<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let position = bytes.windows(at.len()).position(|window| window == at)?;
    let (before, found) = bytes.split_at_checked(position)?;
    Some((before, found.strip_prefix(at)?))
}

fn refused(what: &str) -> Refusal {
    Refusal::new(code::INVALID_REQUEST, format!("The multipart body {what}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=B";

    #[test]
    fn parts_are_told_apart() {
        let body = b"--B\r\nContent-Disposition: form-data; name=\"Name\"\r\n\r\nx\r\n--x\r\n\
            --B\r\nContent-Disposition: form-data; name=\"File\"; filename=\"f\"\r\n\r\n\0\r\n\r\n\xff\r\n\
            --B\r\nContent-Disposition: form-data; name=\"Obj\"\r\ncontent-type: application/json\r\n\
            \r\n{}\r\n--B--\r\n";
        let part = |name, is_json, content| Part { name, is_json, content };
        let expected = [
            part("Name", false, &b"x\r\n--x"[..]),
            part("File", false, b"\0\r\n\r\n\xff"),
            part("Obj", true, b"{}"),
        ];
        assert_eq!(parts(TYPE, body).unwrap(), expected);
        assert_eq!(
            parts("multipart/form-data; charset=utf-8; boundary=\"B\"", body).unwrap(),
            expected
        );
        assert_eq!(parts(TYPE, b"--B--\r\n").unwrap(), []);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases: [(&str, &[u8], &str); 7] = [
            ("multipart/form-data", b"--B--", "no boundary"),
            ("multipart/form-data; boundary=", b"----", "no boundary"),
            (TYPE, b"", "does not begin"),
            (TYPE, b"--Bx", "text behind a boundary"),
            (TYPE, b"--B\r\nContent-Disposition: form-data; name=A\r\n\r\nx", "does not end"),
            (TYPE, b"--B\r\nx\r\n--B--", "a part without head"),
            (TYPE, b"--B\r\nX: y\r\n\r\nx\r\n--B--", "a part without name"),
        ];
        for (content_type, body, what) in cases {
            let refusal = parts(content_type, body).unwrap_err();
            assert!(refusal.message.contains(what), "{what}: {}", refusal.message);
        }
    }
}
