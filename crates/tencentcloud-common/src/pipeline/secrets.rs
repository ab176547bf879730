//! Keeps what the other side knows out of errors and logs.

use crate::credential::Credential;
use crate::encode::Prepared as Wire;
use crate::form;
use crate::redact;

/// Bodies are shown up to this many bytes.
const LIMIT: usize = 16 * 1024;

/// What the other side may echo, in an error page that shows the request, say: key, token and
/// signature, also in the spelling of a form.
#[derive(Clone)]
pub(super) struct Secrets(Vec<zeroize::Zeroizing<String>>);

impl Secrets {
    pub(super) fn of(credential: Option<&Credential>, signature: &str) -> Self {
        let Some(credential) = credential else { return Self(Vec::new()) };
        let mut all = Vec::with_capacity(6);
        for secret in [credential.secret_key(), credential.token().unwrap_or_default(), signature] {
            let in_form = form::escaped(secret);
            if in_form != secret {
                all.push(in_form.into());
            }
            all.push(secret.to_owned().into());
        }
        Self(all)
    }

    pub(super) fn hide(&self, error: crate::error::Error) -> crate::error::Error {
        error.without(&self.texts())
    }

    /// A body with its secrets hidden; `None` when it holds none.
    pub(super) fn hide_in(&self, body: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(body);
        let hidden = redact::texts(&text, &self.texts());
        (hidden != text).then_some(hidden)
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
        let text = String::from_utf8_lossy(body.get(..LIMIT).unwrap_or(body));
        let text = redact::texts(&redact::json_text(&text), &self.texts());
        tracing::trace!(body = text, "{what}");
    }

    fn texts(&self) -> Vec<&str> {
        self.0.iter().map(|secret| secret.as_str()).collect()
    }
}

/// A flat parameter, such as `LoginSettings.Password`.
fn shown(name: &str, value: &str) -> String {
    let value = if name.split('.').any(redact::is_secret) { redact::PLACEHOLDER } else { value };
    format!("{name}={value}")
}
