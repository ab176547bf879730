//! The message literals that cannot be triggered, each with the reason.

use super::completeness::Exemption;

const fn exempt(file: &'static str, part: &'static str, reason: &'static str) -> Exemption {
    Exemption { file, part, reason }
}

const LOG: &str = "only in the log, as the reason why a call is not retried";
const DEAD: &str = "not reachable: the code before it excludes the case";

#[rustfmt::skip]
pub(super) const EXEMPTIONS: &[Exemption] = &[
    exempt("blocking.rs", "no thread could be started", "needs a system without free threads"),
    exempt("blocking.rs", "the thread of the blocking calls has ended", "the worker outlives every call and every `Events`"),
    exempt("call/headers.rs", "the trace id", "a generated id fits into a header"),
    exempt("call/signed_request.rs", "a call without a credential cannot be signed", DEAD),
    exempt("call/signed_request.rs", "the content type", "all content types fit into a header"),
    exempt("call.rs", "the response was not decoded", DEAD),
    exempt("credentials/config.rs", "cannot set up TLS", "needs a machine on which no TLS works"),
    exempt("credentials/internal/sts_client.rs", "cannot serialize the parameters", DEAD),
    exempt("policy/retry.rs", "the error is not retryable", LOG),
    exempt("policy/retry.rs", "the retry classifier forbids a retry", LOG),
    exempt("policy/retry.rs", "the retry classifier requests a retry", LOG),
    exempt("policy/retry.rs", "the maximum number of attempts", LOG),
    exempt("policy/retry.rs", "the retry budget is exhausted", LOG),
    exempt("policy/retry.rs", "longer than `max_retry_after`", LOG),
    exempt("policy/retry.rs", "exceeds the remaining time", LOG),
    exempt("protocol/encode/dry_run.rs", "the parameters of a dry run cannot be read", "the text is known to be an object"),
    exempt("protocol/encode/multipart.rs", "Content-Disposition", "a part of the request"),
    exempt("protocol/model/read.rs", "the name of a member", "a name in JSON is always a string"),
    exempt("protocol/query.rs", "a list or an object", "the text is known to be one of them"),
    exempt("runtime/worker.rs", "which would wait for itself", "replaced by the text in blocking.rs"),
    exempt("runtime/worker.rs", "the worker thread has ended", "replaced by the text in blocking.rs"),
    exempt("sign/tc3.rs", "Credential={secret_id}", "the header Authorization"),
    exempt("transport/tls.rs", "not supported on Android", "needs Android"),
    exempt("transport/tls.rs", "the root certificates of this machine", "needs a machine without root certificates"),
];
