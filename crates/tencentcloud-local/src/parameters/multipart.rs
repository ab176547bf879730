//! Parsing of a `multipart/form-data` body.

use crate::api_error::{ApiError, MultipartError};

/// One part.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) name: &'a str,
    /// Whether its content type is JSON.
    pub(super) is_json: bool,
    pub(super) content: &'a [u8],
}

/// Splits a body into its parts.
pub(super) fn parts<'a>(content_type: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, ApiError> {
    parse(content_type, body).map_err(ApiError::Multipart)
}

fn parse<'a>(content_type: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, MultipartError> {
    let boundary = parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty());
    let boundary = boundary.ok_or(MultipartError::NoBoundary)?;
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter has no line break before it.
    let first_delimiter = delimiter.trim_start().as_bytes();
    let mut rest = body.strip_prefix(first_delimiter).ok_or(MultipartError::Start)?;
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let start = rest.strip_prefix(b"\r\n").ok_or(MultipartError::TextAfterBoundary)?;
        let (part, after) = split(start, delimiter.as_bytes()).ok_or(MultipartError::End)?;
        parts.push(parse_part(part)?);
        rest = after;
    }
    Ok(parts)
}

fn parse_part(part: &[u8]) -> Result<Part<'_>, MultipartError> {
    let (head, content) = split(part, b"\r\n\r\n").ok_or(MultipartError::PartWithoutHeaders)?;
    let head = std::str::from_utf8(head).map_err(|_| MultipartError::PartHeadersNotUtf8)?;
    let (mut name, mut is_json) = (None, false);
    for line in head.split("\r\n") {
        let (header, value) = line.split_once(':').unwrap_or((line, ""));
        if header.eq_ignore_ascii_case("Content-Disposition") {
            name = parameter(value, "name");
        } else if header.eq_ignore_ascii_case("Content-Type") {
            is_json = value.trim().eq_ignore_ascii_case("application/json");
        }
    }
    let name = name.ok_or(MultipartError::PartWithoutName)?;
    Ok(Part { name, is_json, content })
}

/// Returns the value of a header parameter such as `; name="File"`.
fn parameter<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let mut parameters = header.split(';').skip(1).filter_map(|it| it.trim().split_once('='));
    parameters.find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, it)| it.trim_matches('"'))
}

/// Splits bytes at the first occurrence of a delimiter.
fn split<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let position = bytes.windows(delimiter.len()).position(|window| window == delimiter)?;
    let (before, rest) = bytes.split_at_checked(position)?;
    Some((before, rest.strip_prefix(delimiter)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=B";

    #[test]
    fn parts_are_split() {
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
    fn errors_name_the_problem() {
        let cases: [(&str, &[u8], &str); 7] = [
            ("multipart/form-data", b"--B--", "no boundary"),
            ("multipart/form-data; boundary=", b"----", "no boundary"),
            (TYPE, b"", "does not begin"),
            (TYPE, b"--Bx", "text after a boundary"),
            (TYPE, b"--B\r\nContent-Disposition: form-data; name=A\r\n\r\nx", "does not end"),
            (TYPE, b"--B\r\nx\r\n--B--", "a part without headers"),
            (TYPE, b"--B\r\nX: y\r\n\r\nx\r\n--B--", "a part without a name"),
        ];
        for (content_type, body, problem) in cases {
            let error = parts(content_type, body).unwrap_err().to_string();
            assert!(error.contains(problem), "{problem}: {error}");
        }
    }
}
