//! Keeps what the other side knows out of errors and logs.

use std::sync::Arc;

use http::HeaderMap;
use zeroize::Zeroizing;

use super::sent;
use crate::credential::Credential;
use crate::decode::Notes;
use crate::encode::Prepared as Wire;
use crate::error::Error;
use crate::form;
use crate::profile::HttpProfile;
use crate::redact;
use crate::transport::proxy;

/// Bodies are shown up to this many bytes.
const LIMIT: usize = 16 * 1024;

/// What the other side may echo, in an error page that shows the request, say: key, token and
/// signature, headers and parameters whose names say that they are secret, and the password of a
/// proxy.
#[derive(Clone)]
pub(super) struct Secrets {
    known: Vec<Zeroizing<String>>,
    /// Looked through only when there is something to hide.
    wire: Arc<Wire>,
    http_profile: HttpProfile,
}

impl Secrets {
    pub(super) fn of(
        credential: Option<&Credential>,
        signature: &str,
        headers: &HeaderMap,
        wire: Arc<Wire>,
        http_profile: HttpProfile,
    ) -> Self {
        let mut known: Vec<Zeroizing<String>> = Vec::with_capacity(6);
        if let Some(credential) = credential {
            known.push(credential.secret_key().to_owned().into());
            known.extend(credential.token().map(|token| token.to_owned().into()));
            // It stands in a form as it is escaped there.
            known.push(form::unescaped(signature).into());
        }
        let secret = headers.iter().filter(|(name, _)| redact::is_secret(name.as_str()));
        known.extend(secret.map(|(_, value)| {
            Zeroizing::new(String::from_utf8_lossy(value.as_bytes()).into_owned())
        }));
        Self { known, wire, http_profile }
    }

    pub(super) fn hide(&self, error: Error) -> Error {
        self.with_all(|secrets| error.without(secrets))
    }

    fn hide_text(&self, text: &str) -> String {
        self.with_all(|secrets| redact::texts(text, secrets))
    }

    /// A request id on one line; what has the form of one is none of the parameters.
    pub(super) fn hide_in_id(&self, id: &str) -> String {
        let is_uuid = id.len() == 36
            && id.split('-').map(str::len).eq([8, 4, 4, 4, 12])
            && id.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
        if is_uuid && !self.known.iter().any(|secret| secret.as_str() == id) {
            return id.to_owned();
        }
        redact::one_line(self.hide_text(id))
    }

    /// What stands beside the value of an answer, with its secrets hidden, and each on one line.
    pub(super) fn hide_in_notes(&self, notes: &mut Notes) {
        if let Some(id) = &mut notes.request_id {
            *id = self.hide_in_id(id);
        }
        if let Some(warning) = &mut notes.deprecated_warning {
            *warning = redact::one_line(self.hide_text(warning));
        }
    }

    /// Logs what is sent at the finest level: JSON, and parameters one by one; of files their
    /// size only.
    pub(super) fn log_request(&self, wire: &Wire) {
        if !tracing::enabled!(tracing::Level::TRACE) {
            return;
        }
        match wire {
            Wire::Whole(encoded) if encoded.content_type == "application/json" => {
                self.log("request body", &encoded.body);
            }
            Wire::Whole(encoded) if !encoded.query.is_empty() => {
                let query = encoded.query.split('&').map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    shown(name, value)
                });
                self.log("request query", query.collect::<Vec<_>>().join("&").as_bytes());
            }
            Wire::Whole(encoded) => {
                let form = encoded.content_type.split(';').next().unwrap_or_default();
                tracing::trace!(form, bytes = encoded.body.len(), "request body");
            }
            Wire::V1 { parameters, .. } => {
                let form = parameters.iter().map(|(name, value)| shown(name, value));
                self.log("request form", form.collect::<Vec<_>>().join("&").as_bytes());
            }
        }
    }

    /// Logs what came back at the finest level.
    pub(super) fn log_answer(&self, body: &[u8]) {
        if tracing::enabled!(tracing::Level::TRACE) {
            self.log("answer body", body);
        }
    }

    fn log(&self, what: &'static str, body: &[u8]) {
        tracing::trace!(body = self.shown(body), "{what}");
    }

    /// The beginning of a body on one line. Cut after its secrets are hidden: half a secret is not
    /// found.
    fn shown(&self, body: &[u8]) -> String {
        let (text, _) = self.with_all(|secrets| redact::beginning(body, LIMIT, secrets));
        // In this order: in a broken document, what is hidden by its name may be half a secret.
        redact::one_line(redact::json_text(&text))
    }

    fn with_all<T>(&self, work: impl FnOnce(&[&str]) -> T) -> T {
        let (sent, proxy) = (sent::secrets(&self.wire), proxy::secrets(&self.http_profile));
        let all: Vec<_> = self.known.iter().chain(&sent).chain(&proxy).collect();
        work(&all.iter().map(|secret| secret.as_str()).collect::<Vec<_>>())
    }
}

/// A flat parameter, such as `LoginSettings.Password`.
fn shown(name: &str, value: &str) -> String {
    let value = if name.split('.').any(redact::is_secret) { redact::PLACEHOLDER } else { value };
    format!("{name}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_cut_after_its_secrets_are_hidden() {
        let credential = Credential::with_token("AKID1", "key-12345678", "token-12345678").unwrap();
        let wire = Wire::V1 {
            method: http::Method::GET,
            algorithm: crate::sign::v1::Algorithm::HmacSha256,
            parameters: Vec::new(),
        };
        let headers = HeaderMap::new();
        let profile = HttpProfile::default();
        let secrets = Secrets::of(Some(&credential), "", &headers, wire.into(), profile);
        for before in (LIMIT - 20)..=LIMIT {
            let body = format!("{}token-12345678 and key-12345678", "ä".repeat(before / 2));
            let shown = secrets.shown(body.as_bytes());
            assert!(shown.len() <= LIMIT && shown.len() + 20 > before, "{}", shown.len());
            assert!(!shown.contains("tok") && !shown.contains("key"), "{before}");
        }
    }
}
