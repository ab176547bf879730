//! `Content-Encoding`: answers that a server or a proxy compressed.

mod incremental;

pub(crate) use incremental::Decompressor;

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use http::{HeaderMap, header};

use crate::error::{Error, ErrorKind, Source};

#[cfg(test)]
mod tests;

/// How many codings one answer may have. More is no use to anybody but an attacker.
const MOST_CODINGS: usize = 4;

#[derive(Clone, Copy)]
enum Coding {
    Gzip,
    Deflate,
}

/// The body as it was before it was compressed; refused when it has more than `limit` bytes then.
pub(crate) fn decompress(headers: &HeaderMap, body: Bytes, limit: usize) -> Result<Bytes, Error> {
    let codings = codings(headers)?;
    let mut body = body;
    // They are named in the order in which they were applied.
    for coding in codings.iter().rev() {
        // Nothing is not compressed, whatever the headers say.
        if body.is_empty() {
            break;
        }
        let decoded = match coding {
            Coding::Gzip => gunzip(&body, limit)?,
            Coding::Deflate => inflate(&body, limit)?,
        };
        body = decoded.into();
    }
    Ok(body)
}

fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, Error> {
    let mut codings = Vec::new();
    for value in headers.get_all(header::CONTENT_ENCODING) {
        for name in value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            match name.to_ascii_lowercase().as_slice() {
                b"" | b"identity" => {}
                b"gzip" | b"x-gzip" => codings.push(Coding::Gzip),
                b"deflate" => codings.push(Coding::Deflate),
                _ => {
                    let name: String = String::from_utf8_lossy(name).chars().take(60).collect();
                    return Err(refused(format!(
                        "the answer is compressed by {name:?}, but the SDK reads gzip and deflate \
                         only: do not ask for others in the header Accept-Encoding"
                    )));
                }
            }
        }
    }
    if codings.len() > MOST_CODINGS {
        return Err(refused(format!("the answer is compressed {} times over", codings.len())));
    }
    Ok(codings)
}

fn gunzip(body: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let mut decoded = Vec::new();
    // One more byte than allowed tells that there are too many.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(body)
        .take(most)
        .read_to_end(&mut decoded)
        .map_err(|error| broken("gzip", error))?;
    if decoded.len() > limit { Err(too_large(limit)) } else { Ok(decoded) }
}

/// Reads `deflate`, which means a zlib stream, and to some servers one without header and sum.
fn inflate(body: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    const STEP: usize = 32 * 1024;
    let mut inflater = Decompress::new(is_zlib(body));
    let mut decoded = Vec::new();
    let mut rest = body;
    loop {
        if decoded.len() == decoded.capacity() {
            decoded.reserve(STEP);
        }
        let (consumed, produced) = (inflater.total_in(), decoded.len());
        let status = inflater
            .decompress_vec(rest, &mut decoded, FlushDecompress::None)
            .map_err(|error| broken("deflate", error))?;
        if decoded.len() > limit {
            return Err(too_large(limit));
        }
        let consumed = usize::try_from(inflater.total_in() - consumed).unwrap_or(usize::MAX);
        rest = rest.get(consumed..).unwrap_or_default();
        match status {
            Status::StreamEnd => return Ok(decoded),
            Status::Ok | Status::BufError if consumed == 0 && decoded.len() == produced => {
                return Err(broken("deflate", "it is truncated"));
            }
            Status::Ok | Status::BufError => {}
        }
    }
}

/// Whether a stream begins with the header of zlib: method 8, and a sum that fits.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [method, flags, ..]
        if method & 0x0F == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}

fn too_large(limit: usize) -> Error {
    refused(format!(
        "the answer has more than {limit} bytes when it is decompressed: ask for less at once, or \
         raise `max_response_size`"
    ))
}

fn broken(coding: &str, source: impl Into<Source>) -> Error {
    let source = source.into();
    refused(format!("the answer is no valid {coding}: {source}")).with_source(source)
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::Response, message).with_sent(true)
}
