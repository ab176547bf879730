use std::fmt;

use http::StatusCode;

use super::Idempotency;
use crate::error::{Error, ErrorKind};

/// Whether a failed attempt may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Stop,
    Retry(RetryReason),
}

/// Why an attempt is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryReason {
    /// Nothing was sent, for no connection could be made.
    NotSent,
    /// The service refused because of too many requests.
    Throttled,
    /// The connection broke, the time was up, or the service had a trouble of its own; and the
    /// call is safe to repeat.
    Transient,
    /// The request was signed with a wrong time, which is corrected now.
    ClockSkew,
    /// The temporary credential was refused; another one is asked for.
    CredentialExpired,
    /// The [classifier](super::RetryPolicyBuilder::classifier) of the policy asks for it.
    Classified,
}

impl fmt::Display for RetryReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "nothing was sent",
            Self::Throttled => "throttled",
            Self::Transient => "a passing failure",
            Self::ClockSkew => "the clock was off",
            Self::CredentialExpired => "the credential expired",
            Self::Classified => "the retry classifier asks for it",
        })
    }
}

/// Decides by the error alone; how often each reason may lead to a retry is decided above.
pub(super) fn classify(error: &Error, idempotency: Idempotency) -> Verdict {
    use Verdict::{Retry, Stop};
    let if_idempotent =
        if idempotency.is_idempotent() { Retry(RetryReason::Transient) } else { Stop };
    match error.kind() {
        // The same argument is as wrong the next time, and a provider retries by itself.
        ErrorKind::InvalidInput | ErrorKind::Credential => Stop,
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

/// Whether the service refused the time of the signature, which is more than five minutes off.
pub(crate) fn is_clock_skew(error: &Error) -> bool {
    error.code() == Some("AuthFailure.SignatureExpire")
}

/// The part of a code before the first dot.
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
    fn codes() {
        let all = |reason| [Retry(reason); 3];
        let safe = [Retry(Transient), Retry(Transient), Stop];
        let never = [Stop; 3];
        let cases = [
            ("RequestLimitExceeded", all(Throttled)),
            ("RequestLimitExceeded.UinLimitExceeded", all(Throttled)),
            ("RequestLimitExceeded.GlobalRegionUinLimitExceeded", all(Throttled)),
            ("RequestLimitExceeded.IPLimitExceeded", all(Throttled)),
            ("RequestLimitExceeded.Tomorrow", all(Throttled)),
            ("RequestLimitExceededOfToday", never),
            ("LimitExceeded", never),
            ("InternalError", safe),
            ("InternalError.DbError", safe),
            ("InternalErrors", never),
            ("ServiceUnavailable", safe),
            ("ServiceUnavailable.Maintenance", safe),
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
        // The code decides, whatever status it comes with.
        for status in [200, 429, 500, 503].map(|it| StatusCode::from_u16(it).unwrap()) {
            for (code, expected) in cases {
                let error = ServiceError { code: code.to_owned(), message: String::new() };
                let error = Error::service(error).with_status(status);
                assert_eq!(verdicts(&error), expected, "{code} {status}");
            }
        }
    }

    #[test]
    fn failures_without_an_answer_of_the_api() {
        use ErrorKind::{Connect, Credential, InvalidInput, Response, Timeout, Transport};
        let all = |reason| [Retry(reason); 3];
        let safe = [Retry(Transient), Retry(Transient), Stop];
        let never = [Stop; 3];
        let cases = [
            (Connect, false, None, all(NotSent)),
            (Timeout, false, None, all(NotSent)),
            (Timeout, true, None, safe),
            (Transport, false, None, all(NotSent)),
            (Transport, true, None, safe),
            (Transport, true, Some(200), safe),
            (Transport, true, Some(429), all(Throttled)),
            (Connect, true, None, safe),
            (Response, true, Some(429), all(Throttled)),
            (Response, true, Some(500), safe),
            (Response, true, Some(502), safe),
            (Response, true, Some(503), safe),
            (Response, true, Some(504), safe),
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
