//! Finds the secrets among the parameters of a request, which a response may echo.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::protocol::encode::{EncodedRequest, HttpParts};
use crate::protocol::query;
use crate::redact::is_secret;

/// The values of parameters with secret names.
type Secrets = Vec<Zeroizing<String>>;

/// Returns the values of all secret parameters, except those of an octet stream, which are headers.
pub(super) fn find(encoded: &EncodedRequest) -> Secrets {
    let mut found = Vec::new();
    match encoded {
        EncodedRequest::V1 { parameters, .. } => {
            for (name, value) in parameters {
                pair(name, value, &mut found);
            }
        }
        EncodedRequest::Complete(HttpParts { query, .. }) if !query.is_empty() => {
            for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
                pair(&query::decoded(name), &query::decoded(value), &mut found);
            }
        }
        EncodedRequest::Complete(parts) => match parts.content_type.split_once("boundary=") {
            Some((_, boundary)) => multipart(&parts.body, boundary, &mut found),
            None => document(&parts.body, false, &mut found),
        },
    }
    found
}

/// A flat parameter, such as `LoginSettings.Password`.
fn pair(name: &str, value: &str, found: &mut Secrets) {
    let secret = name.split('.').any(is_secret);
    if secret {
        found.push(value.to_owned().into());
    }
    document(value.as_bytes(), secret, found);
}

/// A JSON document, when it is one.
fn document(text: &[u8], secret: bool, found: &mut Secrets) {
    let begins = matches!(text.trim_ascii_start().first(), Some(b'{' | b'['));
    // As in responses, the document is read as text: that compiles one JSON parser instead of two.
    if begins
        && let Ok(text) = std::str::from_utf8(text)
        && let Ok(document) = serde_json::from_str(text)
    {
        value(document, secret, found);
    }
}

fn value(json: Value, secret: bool, found: &mut Secrets) {
    match json {
        Value::Object(members) => {
            for (name, member) in members {
                value(member, secret || is_secret(&name), found);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                value(element, secret, found);
            }
        }
        Value::String(text) => {
            // Some parameters are texts that hold JSON again.
            document(text.as_bytes(), secret, found);
            if secret {
                found.push(text.into());
            }
        }
        Value::Number(number) if secret => found.push(number.to_string().into()),
        _ => {}
    }
}

/// The texts among the parts of a multipart body.
fn multipart(body: &[u8], boundary: &str, found: &mut Secrets) {
    let body = String::from_utf8_lossy(body);
    for part in body.split(&format!("--{boundary}")) {
        let Some((head, text)) = part.split_once("\r\n\r\n") else { continue };
        let name = head.split_once("; name=\"").and_then(|(_, rest)| rest.split_once('"'));
        if let Some((name, rest)) = name
            && (!rest.starts_with("; filename=") || is_secret(name))
        {
            pair(name, text.strip_suffix("\r\n").unwrap_or(text), found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::SignMethod;
    use crate::protocol::encode::{Multipart, Parameters, WireFormat};

    const PARAMETERS: &str = r#"{
        "Name": "shown-name", "Password": "secret-1", "Empty": {}, "ClientToken": "shown-token",
        "Login": {"Password": "secret-2", "User": "shown-user"},
        "Rules": [{"Token": ["secret-3", 12345678]}],
        "Event": "{\"Login\": {\"SecretKey\": \"secret ö&5\"}}"
    }"#;

    fn found(parameters: Parameters, method: http::Method, sign_method: SignMethod) -> Vec<String> {
        let encoded = parameters
            .encode(&WireFormat { method, sign_method }, &|bytes| bytes.fill(7))
            .ok()
            .unwrap();
        let mut found: Vec<_> = find(&encoded).iter().map(|secret| secret.to_string()).collect();
        found.sort();
        found
    }

    #[test]
    fn secrets_are_found_in_every_form() {
        let json = || Parameters::Json(PARAMETERS.into());
        for (method, sign_method) in [
            (http::Method::POST, SignMethod::Tc3HmacSha256),
            (http::Method::GET, SignMethod::Tc3HmacSha256),
            (http::Method::POST, SignMethod::HmacSha1),
            (http::Method::GET, SignMethod::HmacSha256),
        ] {
            assert_eq!(
                found(json(), method, sign_method),
                ["12345678", "secret ö&5", "secret-1", "secret-2", "secret-3"]
            );
        }
        let parts = Multipart::new()
            .text("Name", "shown-name")
            .text("Password", "secret-1\r\n\r\nmore")
            .json("Login", &serde_json::json!({"Password": "secret-2"}))
            .json("Tokens", &["secret-3"])
            .file("File", "a.txt", b"shown \xff".as_slice())
            .file("PrivateKey", "key", "secret-4");
        let found =
            found(Parameters::Multipart(parts), http::Method::POST, SignMethod::Tc3HmacSha256);
        assert_eq!(
            found,
            ["[\"secret-3\"]", "secret-1\r\n\r\nmore", "secret-2", "secret-3", "secret-4"]
        );
    }
}
