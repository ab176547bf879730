use std::fmt;

use http::StatusCode;

use super::Idempotency;
use crate::error::{Error, ErrorKind};

/// Whether a failed attempt can be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Stop,
    Retry(RetryReason),
}

/// The reason for a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryReason {
    /// Nothing was sent, because no connection could be opened.
    NotSent,
    /// The service throttled the call.
    Throttled,
    /// The connection broke, the attempt timed out or the service failed internally, and the call
    /// is idempotent.
    Transient,
    /// The service rejected the time of the signature, and the clock offset was corrected.
    ClockSkew,
    /// The service rejected the temporary credential, and the provider is asked for another one.
    CredentialExpired,
    /// The [classifier](super::RetryPolicyBuilder::classifier) of the policy requested the retry.
    Classified,
}

impl fmt::Display for RetryReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "nothing was sent",
            Self::Throttled => "throttled",
            Self::Transient => "transient failure",
            Self::ClockSkew => "clock skew",
            Self::CredentialExpired => "expired credential",
            Self::Classified => "requested by the retry classifier",
        })
    }
}

/// Classifies an error. The caller decides how often each reason leads to a retry.
pub(super) fn classify(error: &Error, idempotency: Idempotency) -> Verdict {
    use Verdict::{Retry, Stop};
    let if_idempotent =
        if idempotency.is_idempotent() { Retry(RetryReason::Transient) } else { Stop };
    match error.kind() {
        // Invalid input stays invalid, and a provider has its own retries. A wait is no attempt.
        ErrorKind::InvalidInput | ErrorKind::Credential | ErrorKind::WaitFailed => Stop,
        ErrorKind::Service => match error.code().map(class) {
            _ if error.is_throttled() => Retry(RetryReason::Throttled),
            _ if is_clock_skew(error) => Retry(RetryReason::ClockSkew),
            _ if error.code() == Some("AuthFailure.TokenFailure") => {
                Retry(RetryReason::CredentialExpired)
            }
            Some("InternalError" | "ServiceUnavailable") => if_idempotent,
            _ => Stop,
        },
        _ if error.http_status() == Some(StatusCode::TOO_MANY_REQUESTS) => {
            Retry(RetryReason::Throttled)
        }
        ErrorKind::Connect if !error.is_retryable() => Stop,
        ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport => {
            if error.maybe_sent() {
                if_idempotent
            } else {
                Retry(RetryReason::NotSent)
            }
        }
        ErrorKind::Response => match error.http_status().map(|status| status.as_u16()) {
            Some(500 | 502 | 503 | 504) => if_idempotent,
            _ => Stop,
        },
    }
}

/// Whether the service rejected the time of the signature, which is more than five minutes off.
pub(crate) fn is_clock_skew(error: &Error) -> bool {
    error.code() == Some("AuthFailure.SignatureExpire")
}

/// Returns the part of a code before the first dot.
fn class(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ServiceError;
    use RetryReason::{ClockSkew, CredentialExpired, NotSent, Throttled, Transient};
    use Verdict::{Retry, Stop};

    fn verdicts(error: &Error) -> [Verdict; 3] {
        [Idempotency::ReadOnly, Idempotency::ClientToken, Idempotency::NotIdempotent]
            .map(|idempotency| classify(error, idempotency))
    }

    #[test]
    fn verdict_for_each_code() {
        let all = |reason| [Retry(reason); 3];
        let idempotent = [Retry(Transient), Retry(Transient), Stop];
        let never = [Stop; 3];
        let cases = [
            ("RequestLimitExceeded", all(Throttled)),
            ("RequestLimitExceeded.UinLimitExceeded", all(Throttled)),
            ("RequestLimitExceeded.GlobalRegionUinLimitExceeded", all(Throttled)),
            ("RequestLimitExceeded.IPLimitExceeded", all(Throttled)),
            ("RequestLimitExceeded.Tomorrow", all(Throttled)),
            ("RequestLimitExceededOfToday", never),
            ("LimitExceeded", never),
            ("InternalError", idempotent),
            ("InternalError.DbError", idempotent),
            ("InternalErrors", never),
            ("ServiceUnavailable", idempotent),
            ("ServiceUnavailable.Maintenance", idempotent),
            ("FailedOperation", never),
            ("FailedOperation.InternalError", never),
            ("ResourceUnavailable", never),
            ("ResourceInUse", never),
            ("InvalidParameter.InternalError", never),
            ("DryRunOperation", never),
            ("AuthFailure.SignatureExpire", all(ClockSkew)),
            ("AuthFailure.SignatureExpired", never),
            ("AuthFailure.SignatureFailure", never),
            ("AuthFailure.TokenFailure", all(CredentialExpired)),
            ("AuthFailure.SecretIdNotFound", never),
            ("AuthFailure", never),
            ("", never),
        ];
        // The code decides, whatever the HTTP status is.
        for status in [200, 429, 500, 503].map(|it| StatusCode::from_u16(it).unwrap()) {
            for (code, expected) in cases {
                let error = ServiceError { code: code.to_owned(), message: String::new() };
                let error = Error::service(error).with_status(status);
                assert_eq!(verdicts(&error), expected, "{code} {status}");
            }
        }
    }

    #[test]
    fn verdict_for_each_failure_without_an_api_response() {
        use ErrorKind::{Connect, Credential, InvalidInput, Response, Timeout, Transport};
        let all = |reason| [Retry(reason); 3];
        let idempotent = [Retry(Transient), Retry(Transient), Stop];
        let never = [Stop; 3];
        let cases = [
            (Connect, false, None, all(NotSent)),
            (Timeout, false, None, all(NotSent)),
            (Timeout, true, None, idempotent),
            (Transport, false, None, all(NotSent)),
            (Transport, true, None, idempotent),
            (Transport, true, Some(200), idempotent),
            (Transport, true, Some(429), all(Throttled)),
            (Connect, true, None, idempotent),
            (Response, true, Some(429), all(Throttled)),
            (Response, true, Some(500), idempotent),
            (Response, true, Some(502), idempotent),
            (Response, true, Some(503), idempotent),
            (Response, true, Some(504), idempotent),
            (Response, true, Some(501), never),
            (Response, true, Some(404), never),
            (Response, true, Some(200), never),
            (Response, true, None, never),
            (InvalidInput, false, None, never),
            (Credential, false, None, never),
            (Credential, false, Some(503), never),
        ];
        for (kind, sent, status, expected) in cases {
            let mut error = Error::new(kind, "").with_sent(sent);
            if let Some(status) = status {
                error = error.with_status(StatusCode::from_u16(status).unwrap());
            }
            assert_eq!(verdicts(&error), expected, "{kind:?} {sent} {status:?}");
        }
    }
}
