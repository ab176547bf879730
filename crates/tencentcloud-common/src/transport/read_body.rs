//! Reads the body of a response, up to a size limit.

use ::bytes::Bytes;
use http::{HeaderMap, header};

use super::{ResponseBody, TransportErrorKind};
use crate::error::{Error, ErrorKind, chain};
use crate::protocol::decode::find_request_id;
use crate::protocol::headers::request_id;

#[cfg(test)]
mod tests;

/// The maximum memory that is reserved because of a `Content-Length`, in bytes.
const MAX_RESERVED: usize = 1 << 20;

/// Reads a body to its end. Fails if it has more than `limit` bytes, before reading it if the headers
/// contain its length.
pub(crate) async fn read_to_end(
    body: &mut ResponseBody,
    headers: &HeaderMap,
    limit: usize,
) -> Result<Bytes, Error> {
    let length = content_length(headers);
    if length.is_some_and(|length| length > limit as u64) {
        return Err(too_large(length, limit, headers, &[]));
    }
    // A body of one chunk is not copied.
    let mut read = Bytes::new();
    let mut rest = Vec::new();
    loop {
        let so_far = if rest.is_empty() { &read[..] } else { &rest[..] };
        let chunk = match body.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(error) => {
                let text = chain(&error);
                let (kind, message) = match error.kind() {
                    TransportErrorKind::Decompress => (ErrorKind::Response, text),
                    TransportErrorKind::Timeout => (ErrorKind::Timeout, text),
                    _ => {
                        let bytes = so_far.len();
                        let message =
                            format!("the response was interrupted after {bytes} bytes: {text}");
                        (ErrorKind::Transport, message)
                    }
                };
                return Err(body_error(kind, message, headers, so_far).with_source(error));
            }
        };
        if so_far.len() + chunk.len() > limit {
            return Err(too_large(None, limit, headers, so_far));
        }
        if read.is_empty() && rest.is_empty() {
            read = chunk;
            continue;
        }
        if rest.is_empty() {
            let length = length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
            rest.reserve(length.min(MAX_RESERVED));
            rest.extend_from_slice(&read);
        }
        rest.extend_from_slice(&chunk);
    }
    Ok(if rest.is_empty() { read } else { rest.into() })
}

/// Checks that the transport has decoded the body. Transports decode gzip, the only encoding that the
/// SDK requests, and remove the header.
///
/// # Errors
///
/// [`Response`](ErrorKind::Response) when the body is still encoded.
pub(crate) fn check_encoding(headers: &HeaderMap) -> Result<(), Error> {
    for value in headers.get_all(header::CONTENT_ENCODING) {
        let name = value.as_bytes().trim_ascii();
        if !name.is_empty() && !name.eq_ignore_ascii_case(b"identity") {
            let name: String = String::from_utf8_lossy(name).chars().take(60).collect();
            let advice = if name.eq_ignore_ascii_case("gzip") {
                "the transport must decode gzip and remove the header"
            } else {
                "only gzip is supported: do not request another encoding with the header \
                 Accept-Encoding"
            };
            let message = format!("the response has the Content-Encoding {name:?}: {advice}");
            return Err(Error::new(ErrorKind::Response, message).with_sent(true));
        }
    }
    Ok(())
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(length: Option<u64>, limit: usize, headers: &HeaderMap, read: &[u8]) -> Error {
    let size = match length {
        Some(length) => format!("{length} bytes, more than the {limit}"),
        None => format!("more than the {limit} bytes"),
    };
    let message = format!(
        "the response has {size} of `max_response_size`: request less at once, or raise the limit"
    );
    body_error(ErrorKind::Response, message, headers, read)
}

fn body_error(kind: ErrorKind, message: String, headers: &HeaderMap, read: &[u8]) -> Error {
    Error::new(kind, message)
        .with_request_id(find_request_id(read).or_else(|| request_id(headers)))
        .with_sent(true)
}
