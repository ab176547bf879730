//! Reading a body to its end, as long as it is not too large.

use ::bytes::Bytes;
use http::{HeaderMap, header};

use super::ResponseBody;
use crate::decode::{find_request_id, header_request_id};
use crate::error::{Error, ErrorKind, chain};

#[cfg(test)]
mod tests;

/// How much room is made at once for a body, whatever length it claims to have.
const MOST_ROOM: usize = 1 << 20;

/// Reads a body to its end; refuses one of more than `limit` bytes, before it is read when the
/// headers say its length.
pub(crate) async fn read_to_end(
    body: &mut ResponseBody,
    headers: &HeaderMap,
    limit: usize,
) -> Result<Bytes, Error> {
    let length = content_length(headers);
    if length.is_some_and(|length| length > limit as u64) {
        return Err(too_large(length, limit, headers, &[]));
    }
    // A body of one piece is not copied.
    let mut read = Bytes::new();
    let mut rest = Vec::new();
    loop {
        let so_far = if rest.is_empty() { &read[..] } else { &rest[..] };
        let chunk = match body.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(error) => {
                let text = chain(&error);
                let message = format!("the answer broke off after {} bytes: {text}", so_far.len());
                return Err(
                    unread(ErrorKind::Transport, message, headers, so_far).with_source(error)
                );
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
            rest.reserve(length.min(MOST_ROOM));
            rest.extend_from_slice(&read);
        }
        rest.extend_from_slice(&chunk);
    }
    Ok(if rest.is_empty() { read } else { rest.into() })
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(length: Option<u64>, limit: usize, headers: &HeaderMap, read: &[u8]) -> Error {
    let size = match length {
        Some(length) => format!("{length} bytes, more than the {limit} that are allowed"),
        None => format!("more than the {limit} bytes that are allowed"),
    };
    let message =
        format!("the answer has {size}: ask for less at once, or raise `max_response_size`");
    unread(ErrorKind::Response, message, headers, read)
}

fn unread(kind: ErrorKind, message: String, headers: &HeaderMap, read: &[u8]) -> Error {
    Error::new(kind, message)
        .with_request_id(find_request_id(read).or_else(|| header_request_id(headers)))
        .with_sent(true)
}
