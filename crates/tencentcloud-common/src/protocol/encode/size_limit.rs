//! How large a request may be; checked here, for the service answers late and in few words.

use http::Method;

use super::HttpParts;
use crate::error::Error;
use crate::protocol::query::{MAX_QUERY, Pair, query_length};

const KIB: usize = 1024;

/// The largest body that is signed by TC3, in bytes.
pub(super) const POST_TC3: usize = 10 * KIB * KIB;

/// The largest body that is signed by `HmacSHA1` or `HmacSHA256`, in bytes.
pub(super) const POST_V1: usize = KIB * KIB;

/// Refuses what the API would refuse with `RequestSizeLimitExceeded`.
pub(super) fn check(encoded: &HttpParts, post: usize) -> Result<(), Error> {
    if encoded.method == Method::GET {
        check_size(&Method::GET, encoded.query.len(), post)
    } else {
        check_size(&encoded.method, encoded.body.len(), post)
    }
}

/// As [`check`], of parameters that are signed by `HmacSHA1` or `HmacSHA256` and are not yet: no
/// credential has to be fetched for what is too large without its signature.
pub(super) fn check_unsigned(method: &Method, parameters: &[Pair]) -> Result<(), Error> {
    check_size(method, query_length(parameters), POST_V1)
}

fn check_size(method: &Method, size: usize, post: usize) -> Result<(), Error> {
    let (what, limit, advice) = if *method == Method::GET {
        ("query", MAX_QUERY, "set the request method of the profile to POST")
    } else if post == POST_V1 {
        let advice = "set the sign method of the profile to TC3-HMAC-SHA256, which allows 10 MB";
        ("body", post, advice)
    } else {
        ("body", post, "split the request")
    };
    if size <= limit {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "the {what} has {size} bytes and the API takes {limit}: {advice}"
    )))
}
