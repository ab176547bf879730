//! A received HTTP request.

use bytes::Bytes;
use http::header::CONTENT_TYPE;

/// The largest body, in bytes.
pub(crate) const MAX_BODY: usize = 10 * 1024 * 1024;

/// A request with its body.
pub(crate) type Request = http::Request<Body>;

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Complete(Bytes),
    /// Larger than [`MAX_BODY`].
    TooLarge,
}

/// Returns the query exactly as received, because the signature covers these bytes.
pub(crate) fn query(request: &Request) -> &str {
    request.uri().query().unwrap_or_default()
}

/// Returns whether the body is declared as an HTML form.
pub(crate) fn is_form(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type
        .is_some_and(|it| media_type(it).eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// Returns a content type without its parameters.
pub(crate) fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}
