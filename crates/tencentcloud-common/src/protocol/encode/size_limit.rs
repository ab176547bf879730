//! Size limits of requests. They are checked before sending, because the service reports them late
//! and without the size.

use http::Method;

use super::HttpParts;
use crate::error::Error;
use crate::protocol::query::{MAX_QUERY, Pair, query_length};

const KIB: usize = 1024;

/// The maximum size of a body signed with TC3, in bytes.
pub(super) const MAX_POST_TC3: usize = 10 * KIB * KIB;

/// The maximum size of a body signed with `HmacSHA1` or `HmacSHA256`, in bytes.
pub(super) const MAX_POST_V1: usize = KIB * KIB;

/// Rejects what the API would reject with `RequestSizeLimitExceeded`.
pub(super) fn check(encoded: &HttpParts, max_post: usize) -> Result<(), Error> {
    if encoded.method == Method::GET {
        check_size(&Method::GET, encoded.query.len(), max_post)
    } else {
        check_size(&encoded.method, encoded.body.len(), max_post)
    }
}

/// Like [`check`], for parameters that are yet to be signed with `HmacSHA1` or `HmacSHA256`.
/// Parameters that are too large even without a signature fail before a credential is fetched.
pub(super) fn check_unsigned(method: &Method, parameters: &[Pair]) -> Result<(), Error> {
    check_size(method, query_length(parameters), MAX_POST_V1)
}

fn check_size(method: &Method, size: usize, max_post: usize) -> Result<(), Error> {
    let (part, limit, advice) = if *method == Method::GET {
        ("query", MAX_QUERY, "set `req_method` to POST")
    } else if max_post == MAX_POST_V1 {
        let advice = "set `sign_method` to TC3-HMAC-SHA256, which allows 10 MB";
        ("body", max_post, advice)
    } else {
        ("body", max_post, "split the request")
    };
    if size <= limit {
        return Ok(());
    }
    Err(Error::invalid_input(format!(
        "the {part} has {size} bytes, more than the limit of {limit}: {advice}"
    )))
}
