//! The errors in responses: the codes are those of the real service, the messages are not.

/// An error response: [`code`](Self::code) is the `Code`, the text is the `Message`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    // Transfer
    #[error("The HTTP method {method} is not supported: use GET or POST.")]
    UnsupportedMethod { method: String },
    #[error("The body is larger than {max} bytes.")]
    BodyTooLarge { max: usize },
    #[error("The body is larger than {max} bytes, the limit for a signature in the body.")]
    FormTooLarge { max: usize },
    #[error("The query is longer than {max} bytes: use POST.")]
    QueryTooLong { max: usize },
    #[error("The header `{name}` appears more than once.")]
    DuplicateHeader { name: String },
    #[error("The header `{name}` is not UTF-8.")]
    HeaderNotUtf8 { name: String },
    #[error(
        "The content type `{content_type}` is not supported for POST: use `application/json`, \
         `multipart/form-data` or `application/octet-stream`."
    )]
    UnsupportedContentType { content_type: String },
    #[error("The multipart body {0}.")]
    Multipart(MultipartError),

    // Authentication
    #[error("The `Authorization` header {0}.")]
    AuthorizationHeader(AuthorizationHeaderError),
    #[error(
        "The request has neither an `Authorization` header (TC3-HMAC-SHA256) nor a `Signature` \
         parameter (HmacSHA1 or HmacSHA256)."
    )]
    Unsigned,
    #[error("The action `{action}` requires a signature, but the `Authorization` header is SKIP.")]
    SignatureRequired { action: String },
    #[error("The secret id `{secret_id}` does not exist.")]
    UnknownSecretId { secret_id: String },
    #[error(
        "The timestamp {timestamp} and the server time {now} are more than {tolerance} seconds \
         apart."
    )]
    SignatureExpired { timestamp: u64, now: u64, tolerance: u64 },
    #[error("The timestamp {timestamp} is not valid: {problem}.")]
    TimestampWithoutDate { timestamp: u64, problem: String },
    #[error("The credential scope is for {date}, but the timestamp is on {expected}.")]
    ScopeDateMismatch { date: String, expected: String },
    #[error("The host `{host}` does not belong to the service `{service}`.")]
    HostMismatch { host: String, service: String },
    #[error("The signed header `{name}` is missing from the request.")]
    SignedHeaderMissing { name: String },
    #[error(
        "The signature does not match the request and the secret key of `{secret_id}`. The \
         canonical request, as received: {canonical_request}."
    )]
    SignatureMismatch { secret_id: String, canonical_request: String },
    #[error(
        "The signature does not match the request and the secret key of `{secret_id}`. The \
         canonical request is not shown because it contains the token."
    )]
    SignatureMismatchWithToken { secret_id: String },
    #[error("The signature does not match the form and the secret key of `{secret_id}`.")]
    FormSignatureMismatch { secret_id: String },
    #[error("The signature method `{method}` is not supported: use HmacSHA1 or HmacSHA256.")]
    UnsupportedSignatureMethod { method: String },
    #[error("`{name}` is sent, but the secret id has no token.")]
    UnexpectedToken { name: String },
    #[error("`{name}` is missing, but the secret id has a token.")]
    MissingToken { name: String },
    #[error("`{name}` does not match the token of the secret id.")]
    TokenMismatch { name: String },
    #[error("`{name}` must be a number of seconds since 1970, got `{value}`.")]
    InvalidTimestamp { name: String, value: String },
    #[error("`Nonce` must be a positive integer, got `{value}`.")]
    InvalidNonce { value: String },

    // Action and region
    #[error("The service `{service}` is not supported. Available services: {available}.")]
    UnknownService { service: String, available: String },
    #[error("The service `{service}` has no action `{action}`.")]
    UnknownAction { service: String, action: String },
    #[error("No service has an action `{action}` in version `{version}`.")]
    UnknownActionOfForm { action: String, version: String },
    #[error("The service `{service}` has no version `{version}`.")]
    UnknownVersion { service: String, version: String },
    #[error("The action `{action}` is no longer available.")]
    ActionOffline { action: String },
    #[error("The region `{region}` does not exist.")]
    UnknownRegion { region: String },

    // Parameters
    #[error("The request is missing the required parameter `{name}`.")]
    MissingParameter { name: String },
    #[error("The parameter `{path}` is not recognized.")]
    UnknownParameter { path: String },
    #[error("The parameter `{path}` is not recognized. Did you mean `{suggestion}`?")]
    MisspelledParameter { path: String, suggestion: String },
    #[error("A parameter name has more than {max} parts.")]
    ParameterNameTooDeep { max: usize },
    #[error("The parameter `{path}` must be {expected}, got {actual}.")]
    WrongType { path: String, expected: &'static str, actual: &'static str },
    #[error("The parameter `{name}` appears more than once.")]
    DuplicateParameter { name: String },
    #[error(
        "The parameter `{name}` conflicts with another parameter: a name is either a value or a \
         list."
    )]
    ConflictingParameter { name: String },
    #[error("A list index must be a number, as in `Filters.0`, got `{index}`.")]
    InvalidListIndex { index: String },
    #[error("`{text}` is not percent-encoded UTF-8.")]
    NotPercentEncoded { text: String },
    #[error("The body is not JSON: {problem}.")]
    BodyNotJson { problem: String },
    #[error("The body must be a JSON object, got {actual}.")]
    BodyNotObject { actual: &'static str },
    #[error("The part `{name}` is not JSON: {problem}.")]
    PartNotJson { name: String, problem: String },
    #[error("The part `{name}` appears more than once.")]
    DuplicatePart { name: String },

    // Resources
    #[error("The filter `{name}` does not exist. Available filters: {available}.")]
    UnknownFilter { code: &'static str, name: String, available: String },
    #[error("A request can have at most {filters} filters with at most {values} values each.")]
    TooManyFilters { filters: usize, values: usize },
    #[error("`{ids}` and `Filters` cannot be used together.")]
    IdsAndFilters { code: &'static str, ids: String },
    #[error("`{parameter}` contains more than {max} ids.")]
    TooManyIds { parameter: String, max: usize },
    #[error("`{id}` in `{parameter}` is not of the form {prefix}xxxxxxxx.")]
    MalformedId { code: &'static str, parameter: String, id: String, prefix: &'static str },
    #[error("`{id}` in `{parameter}` does not exist.")]
    UnknownId { code: &'static str, parameter: String, id: String },

    // Operations
    #[error("The request passed all checks. Nothing was done, because `DryRun` is true.")]
    DryRun,
    #[error("`{parameter}` is `{value}`, but must be {expected}.")]
    InvalidValue { code: &'static str, parameter: String, value: String, expected: String },
    #[error("`{first}` and `{second}` cannot be used together.")]
    Exclusive { code: &'static str, first: &'static str, second: &'static str },
    #[error("`{id}` is in the state {state}, but the action needs {expected}.")]
    WrongState { code: &'static str, id: String, state: String, expected: &'static str },
    #[error("`{id}` is in use by `{user}`.")]
    InUse { code: &'static str, id: String, user: String },
    #[error("`{id}` {problem}.")]
    Refused { code: &'static str, id: String, problem: &'static str },
    #[error("{what} cannot be more than {limit}.")]
    LimitReached { code: &'static str, what: &'static str, limit: usize },

    // Pagination
    #[error("`{parameter}` is {size}, but a page has at most {max} items.")]
    PageTooLarge { parameter: &'static str, size: usize, max: usize },
    #[error("`{parameter}` is {value}, which is out of range.")]
    OutOfRange { parameter: &'static str, value: i128 },
    #[error("`{parameter}` must be a decimal number, got `{value}`.")]
    NotANumber { parameter: &'static str, value: String },
    #[error("`NextToken` is `{token}`, which is not a token from a response.")]
    InvalidNextToken { token: String },
}

/// What is wrong with the `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AuthorizationHeaderError {
    #[error("appears more than once")]
    Duplicate,
    #[error("is not UTF-8")]
    NotUtf8,
    #[error("must begin with TC3-HMAC-SHA256")]
    UnknownAlgorithm,
    #[error("contains a field other than Credential, SignedHeaders and Signature")]
    UnknownField,
    #[error("contains {0} more than once")]
    DuplicateField(&'static str),
    #[error("has no {0}")]
    MissingField(&'static str),
    #[error("must have a Credential of the form ID/DATE/SERVICE/tc3_request")]
    CredentialScope,
    #[error("must have a Credential that ends in /tc3_request")]
    CredentialTerminator,
    #[error("must have SignedHeaders in lower case, separated by `;`")]
    SignedHeadersCase,
    #[error("must have SignedHeaders in alphabetical order, without duplicates")]
    SignedHeadersOrder,
    #[error("must include {0} in SignedHeaders")]
    UnsignedHeader(&'static str),
}

/// What is wrong with a `multipart/form-data` body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MultipartError {
    #[error("has no boundary in its Content-Type")]
    NoBoundary,
    #[error("does not begin with its boundary")]
    Start,
    #[error("does not end with its boundary")]
    End,
    #[error("has text after a boundary on the same line")]
    TextAfterBoundary,
    #[error("has a part without headers")]
    PartWithoutHeaders,
    #[error("has a part with headers that are not UTF-8")]
    PartHeadersNotUtf8,
    #[error("has a part without a name")]
    PartWithoutName,
}

impl ApiError {
    /// Returns the `Code` of the error, as the real service writes it.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::UnsupportedMethod { .. } => "UnsupportedProtocol",
            Self::BodyTooLarge { .. } | Self::FormTooLarge { .. } | Self::QueryTooLong { .. } => {
                "RequestSizeLimitExceeded"
            }
            Self::DuplicateHeader { .. }
            | Self::HeaderNotUtf8 { .. }
            | Self::UnsupportedContentType { .. }
            | Self::Multipart(_) => "InvalidRequest",

            Self::AuthorizationHeader(_) | Self::Unsigned | Self::SignatureRequired { .. } => {
                "AuthFailure.InvalidAuthorization"
            }
            Self::UnknownSecretId { .. } => "AuthFailure.SecretIdNotFound",
            Self::SignatureExpired { .. } => "AuthFailure.SignatureExpire",
            Self::TimestampWithoutDate { .. }
            | Self::ScopeDateMismatch { .. }
            | Self::HostMismatch { .. }
            | Self::SignedHeaderMissing { .. }
            | Self::SignatureMismatch { .. }
            | Self::SignatureMismatchWithToken { .. }
            | Self::FormSignatureMismatch { .. }
            | Self::UnsupportedSignatureMethod { .. } => "AuthFailure.SignatureFailure",
            Self::UnexpectedToken { .. }
            | Self::MissingToken { .. }
            | Self::TokenMismatch { .. } => "AuthFailure.TokenFailure",

            Self::UnknownService { .. } => "NoSuchProduct",
            Self::UnknownAction { .. } | Self::UnknownActionOfForm { .. } => "InvalidAction",
            Self::UnknownVersion { .. } => "NoSuchVersion",
            Self::ActionOffline { .. } => "ActionOffline",
            Self::UnknownRegion { .. } => "UnsupportedRegion",

            Self::MissingParameter { .. } => "MissingParameter",
            Self::UnknownParameter { .. }
            | Self::MisspelledParameter { .. }
            | Self::ParameterNameTooDeep { .. } => "UnknownParameter",
            Self::InvalidTimestamp { .. }
            | Self::InvalidNonce { .. }
            | Self::WrongType { .. }
            | Self::DuplicateParameter { .. }
            | Self::ConflictingParameter { .. }
            | Self::InvalidListIndex { .. }
            | Self::NotPercentEncoded { .. }
            | Self::BodyNotJson { .. }
            | Self::BodyNotObject { .. }
            | Self::PartNotJson { .. }
            | Self::DuplicatePart { .. } => "InvalidParameter",

            Self::UnknownFilter { code, .. }
            | Self::IdsAndFilters { code, .. }
            | Self::MalformedId { code, .. }
            | Self::UnknownId { code, .. }
            | Self::InvalidValue { code, .. }
            | Self::Exclusive { code, .. }
            | Self::WrongState { code, .. }
            | Self::InUse { code, .. }
            | Self::Refused { code, .. }
            | Self::LimitReached { code, .. } => code,
            Self::DryRun => "DryRunOperation",
            Self::TooManyFilters { .. } => "InvalidFilterValue.LimitExceeded",
            Self::TooManyIds { .. } | Self::PageTooLarge { .. } => {
                "InvalidParameterValue.LimitExceeded"
            }
            Self::OutOfRange { .. } => "InvalidParameterValue.Range",
            Self::NotANumber { .. } | Self::InvalidNextToken { .. } => "InvalidParameterValue",
        }
    }

    /// Returns the error for a header or parameter that is absent.
    pub(crate) fn missing(name: impl Into<String>) -> Self {
        Self::MissingParameter { name: name.into() }
    }

    /// Returns the error for an id that does not exist.
    pub(crate) fn unknown_id(code: &'static str, parameter: &str, id: &str) -> Self {
        Self::UnknownId { code, parameter: parameter.to_owned(), id: id.to_owned() }
    }

    /// Returns the error for a value that is not one of those that the parameter can have.
    pub(crate) fn invalid(
        code: &'static str,
        parameter: &str,
        value: &(impl ToString + ?Sized),
        expected: impl Into<String>,
    ) -> Self {
        Self::InvalidValue {
            code,
            parameter: parameter.to_owned(),
            value: value.to_string(),
            expected: expected.into(),
        }
    }
}
