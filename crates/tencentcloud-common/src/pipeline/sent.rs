//! The secrets among the parameters of a call, which an answer may echo.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::encode::{Encoded, Prepared as Wire};
use crate::form;
use crate::redact::is_secret;

/// A secret parameter is known by its name.
type Secrets = Vec<Zeroizing<String>>;

/// The values of all secret parameters. Those of an octet stream are headers, and not looked for
/// here.
pub(super) fn secrets(wire: &Wire) -> Secrets {
    let mut found = Vec::new();
    match wire {
        Wire::V1 { parameters, .. } => {
            for (name, value) in parameters {
                pair(name, value, &mut found);
            }
        }
        Wire::Whole(Encoded { query, .. }) if !query.is_empty() => {
            for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
                pair(&form::unescaped(name), &form::unescaped(value), &mut found);
            }
        }
        Wire::Whole(encoded) => match encoded.content_type.split_once("boundary=") {
            Some((_, boundary)) => parts(&encoded.body, boundary, &mut found),
            None => document(&encoded.body, false, &mut found),
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
    if begins && let Ok(document) = serde_json::from_slice(text) {
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
fn parts(body: &[u8], boundary: &str, found: &mut Secrets) {
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
    use crate::encode::{Form, Multipart, Way};
    use crate::sign::v1::Algorithm;

    const PARAMETERS: &str = r#"{
        "Name": "shown-name", "Password": "secret-1", "Empty": {}, "ClientToken": "shown-token",
        "Login": {"Password": "secret-2", "User": "shown-user"},
        "Rules": [{"Token": ["secret-3", 12345678]}],
        "Event": "{\"Login\": {\"SecretKey\": \"secret ö&5\"}}"
    }"#;

    fn found(form: Form, method: http::Method, v1: Option<Algorithm>) -> Vec<String> {
        let wire = form.prepare(&Way { method, v1 }, &|bytes| bytes.fill(7)).ok().unwrap();
        let mut found: Vec<_> = secrets(&wire).iter().map(|secret| secret.to_string()).collect();
        found.sort();
        found
    }

    #[test]
    fn secrets_are_found_in_every_form() {
        let json = || Form::Json(PARAMETERS.into());
        for (method, v1) in [
            (http::Method::POST, None),
            (http::Method::GET, None),
            (http::Method::POST, Some(Algorithm::HmacSha1)),
            (http::Method::GET, Some(Algorithm::HmacSha256)),
        ] {
            assert_eq!(
                found(json(), method, v1),
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
        let found = found(Form::Multipart(parts), http::Method::POST, None);
        assert_eq!(
            found,
            ["[\"secret-3\"]", "secret-1\r\n\r\nmore", "secret-2", "secret-3", "secret-4"]
        );
    }
}
