//! Keeps the secrets of a call out of errors and logs.

use std::sync::Arc;

use http::HeaderMap;
use zeroize::Zeroizing;

use super::request_secrets;
use crate::credentials::Credential;
use crate::error::Error;
use crate::profile::HttpProfile;
use crate::protocol::decode::EnvelopeFields;
use crate::protocol::encode::EncodedRequest;
use crate::protocol::query;
use crate::redact;
use crate::transport::proxy;

/// How many bytes of a body are logged.
const MAX_LOGGED_BODY: usize = 16 * 1024;

/// Hides what a response or an error page may echo: key, token and signature, headers and
/// parameters with secret names, and the password of a proxy.
#[derive(Clone)]
pub(super) struct Redactor {
    known: Vec<Zeroizing<String>>,
    /// Searched for secrets only when a text is redacted.
    encoded: Arc<EncodedRequest>,
    http_profile: HttpProfile,
}

impl Redactor {
    pub(super) fn new(
        credential: Option<&Credential>,
        signature: &str,
        headers: &HeaderMap,
        encoded: Arc<EncodedRequest>,
        http_profile: HttpProfile,
    ) -> Self {
        let mut known: Vec<Zeroizing<String>> = Vec::with_capacity(6);
        if let Some(credential) = credential {
            known.push(credential.secret_key().to_owned().into());
            known.extend(credential.token().map(|token| token.to_owned().into()));
            // A form contains it escaped.
            known.push(query::decoded(signature).into());
        }
        let secret = headers.iter().filter(|(name, _)| redact::is_secret(name.as_str()));
        known.extend(secret.map(|(_, value)| {
            Zeroizing::new(String::from_utf8_lossy(value.as_bytes()).into_owned())
        }));
        Self { known, encoded, http_profile }
    }

    pub(super) fn redact(&self, error: Error) -> Error {
        self.with_secrets(|secrets| error.redacted(secrets))
    }

    fn redact_text(&self, text: &str) -> String {
        self.with_secrets(|secrets| redact::redact_secrets(text, secrets))
    }

    /// Returns a request id on one line. An id in the form of a UUID is not compared with the
    /// parameters.
    pub(super) fn redact_id(&self, id: &str) -> String {
        let is_uuid = id.len() == 36
            && id.split('-').map(str::len).eq([8, 4, 4, 4, 12])
            && id.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
        if is_uuid && !self.known.iter().any(|secret| secret.as_str() == id) {
            return id.to_owned();
        }
        redact::one_line(self.redact_text(id))
    }

    /// Redacts what an envelope says beside the value, each field on one line.
    pub(super) fn redact_envelope(&self, envelope: &mut EnvelopeFields) {
        if let Some(id) = &mut envelope.request_id {
            *id = self.redact_id(id);
        }
        if let Some(warning) = &mut envelope.deprecated_warning {
            *warning = redact::one_line(self.redact_text(warning));
        }
    }

    /// Logs a request at the level `TRACE`: JSON and parameters without their secrets, of files
    /// only the size.
    pub(super) fn log_request(&self, encoded: &EncodedRequest) {
        if !tracing::enabled!(tracing::Level::TRACE) {
            return;
        }
        match encoded {
            EncodedRequest::Complete(parts) if parts.content_type == "application/json" => {
                self.log("request body", &parts.body);
            }
            EncodedRequest::Complete(parts) if !parts.query.is_empty() => {
                let query = parts.query.split('&').map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    redacted_pair(name, value)
                });
                self.log("request query", query.collect::<Vec<_>>().join("&").as_bytes());
            }
            EncodedRequest::Complete(parts) => {
                let content_type = parts.content_type.split(';').next().unwrap_or_default();
                tracing::trace!(content_type, bytes = parts.body.len(), "request body");
            }
            EncodedRequest::V1 { parameters, .. } => {
                let form = parameters.iter().map(|(name, value)| redacted_pair(name, value));
                self.log("request form", form.collect::<Vec<_>>().join("&").as_bytes());
            }
        }
    }

    /// Logs the body of a response at the level `TRACE`.
    pub(super) fn log_response(&self, body: &[u8]) {
        if tracing::enabled!(tracing::Level::TRACE) {
            self.log("response body", body);
        }
    }

    fn log(&self, what: &'static str, body: &[u8]) {
        tracing::trace!(body = self.excerpt(body), "{what}");
    }

    /// The beginning of a body on one line. It is cut after its secrets are hidden, because half
    /// a secret would not be found.
    fn excerpt(&self, body: &[u8]) -> String {
        let (text, _) =
            self.with_secrets(|secrets| redact::redact_prefix(body, MAX_LOGGED_BODY, secrets));
        // In this order: in an invalid document, what is hidden by its name may be half a secret.
        redact::one_line(redact::redact_json(&text))
    }

    fn with_secrets<T>(&self, work: impl FnOnce(&[&str]) -> T) -> T {
        let (request, proxy) =
            (request_secrets::find(&self.encoded), proxy::secrets(&self.http_profile));
        let all: Vec<_> = self.known.iter().chain(&request).chain(&proxy).collect();
        work(&all.iter().map(|secret| secret.as_str()).collect::<Vec<_>>())
    }
}

/// A flat parameter, such as `LoginSettings.Password`.
fn redacted_pair(name: &str, value: &str) -> String {
    let value = if name.split('.').any(redact::is_secret) { redact::PLACEHOLDER } else { value };
    format!("{name}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_cut_after_its_secrets_are_hidden() {
        let credential = Credential::with_token("AKID1", "key-12345678", "token-12345678").unwrap();
        let encoded = EncodedRequest::V1 {
            method: http::Method::GET,
            sign_method: crate::profile::SignMethod::HmacSha256,
            parameters: Vec::new(),
        };
        let headers = HeaderMap::new();
        let profile = HttpProfile::default();
        let redactor = Redactor::new(Some(&credential), "", &headers, encoded.into(), profile);
        for before in (MAX_LOGGED_BODY - 20)..=MAX_LOGGED_BODY {
            let body = format!("{}token-12345678 and key-12345678", "ä".repeat(before / 2));
            let shown = redactor.excerpt(body.as_bytes());
            assert!(shown.len() <= MAX_LOGGED_BODY && shown.len() + 20 > before, "{}", shown.len());
            assert!(!shown.contains("tok") && !shown.contains("key"), "{before}");
        }
    }
}
