//! The message literals that cannot be triggered, each with the reason.

use super::completeness::Exemption;

const fn exempt(file: &'static str, part: &'static str, reason: &'static str) -> Exemption {
    Exemption { file, part, reason }
}

const LOG: &str = "only in the log, as the reason why a call is not repeated";
const DEAD: &str = "not reachable: the code before it excludes the case";

#[rustfmt::skip]
pub(super) const EXEMPTIONS: &[Exemption] = &[
    exempt("blocking.rs", "no thread could be started", "needs a system without free threads"),
    exempt("blocking.rs", "the thread of the blocking calls has ended", "the worker outlives every call and every `Events`"),
    exempt("call/headers.rs", "the trace id", "a generated id fits into a header"),
    exempt("call/signed_request.rs", "a call without a credential cannot be signed", DEAD),
    exempt("call/signed_request.rs", "the content type", "all content types fit into a header"),
    exempt("call.rs", "the response was not decoded", DEAD),
    exempt("credentials/config.rs", "TLS cannot be set up", "needs a machine on which no TLS works"),
    exempt("credentials/sources/cvm_role.rs", "there is no response", DEAD),
    exempt("credentials/sources/cvm_role.rs", "is not ready", "only in the log: the last response says more"),
    exempt("policy/retry.rs", "trying again would not help", LOG),
    exempt("policy/retry.rs", "the retry classifier forbids it", LOG),
    exempt("policy/retry.rs", "the call is not safe to repeat", LOG),
    exempt("policy/retry.rs", "no attempts are left", LOG),
    exempt("policy/retry.rs", "too many retries failed lately", LOG),
    exempt("policy/retry.rs", "longer than allowed", LOG),
    exempt("policy/retry.rs", "would outlast the time", LOG),
    exempt("protocol/encode/multipart.rs", "Content-Disposition", "a part of the request"),
    exempt("protocol/model/read.rs", "the name of a member", "a name in JSON is always a string"),
    exempt("runtime/worker.rs", "waits for the worker thread", "replaced by the text in blocking.rs"),
    exempt("runtime/worker.rs", "the worker thread has ended", "replaced by the text in blocking.rs"),
    exempt("sign/tc3.rs", "Credential={secret_id}", "the header Authorization"),
    exempt("transport/tls.rs", "not available on Android", "needs Android"),
    exempt("transport/tls.rs", "the trusted root certificates", "needs a machine without root certificates"),
];
