//! The errors that the service answers with.

use std::fmt::Display;

/// An answer that says no: the code is the real service's, the message is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// The codes that more than one place needs.
pub(crate) mod code {
    pub(crate) const INVALID_AUTHORIZATION: &str = "AuthFailure.InvalidAuthorization";
    pub(crate) const SIGNATURE_FAILURE: &str = "AuthFailure.SignatureFailure";
    pub(crate) const INVALID_PARAMETER: &str = "InvalidParameter";
    pub(crate) const INVALID_PARAMETER_VALUE: &str = "InvalidParameterValue";
    pub(crate) const INVALID_REQUEST: &str = "InvalidRequest";
    pub(crate) const LIMIT_EXCEEDED: &str = "InvalidParameterValue.LimitExceeded";
    pub(crate) const RANGE: &str = "InvalidParameterValue.Range";
    pub(crate) const TOO_LARGE: &str = "RequestSizeLimitExceeded";
}

impl Refusal {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The header or parameter is not there.
    pub(crate) fn missing(what: impl Display) -> Self {
        Self::new("MissingParameter", format!("The request lacks the parameter `{what}`."))
    }

    /// The value is of the wrong kind.
    pub(crate) fn wrong_type(path: impl Display, expected: &str, found: &str) -> Self {
        let message = format!("The parameter `{path}` must be {expected}, but is {found}.");
        Self::new(code::INVALID_PARAMETER, message)
    }
}
