//! What of the other side's texts must not be shown: which members hold secrets, and how these and
//! control characters are kept out of `Debug`, errors and logs.

mod echo;
mod one_line;

use std::borrow::Cow;
use std::fmt;

pub(crate) use echo::{beginning, texts};
#[cfg(feature = "logging")]
pub(crate) use one_line::changes_display;
pub(crate) use one_line::{OneLine, one_line};

/// Shown in place of a secret.
pub(crate) const PLACEHOLDER: &str = "***";

/// Prints [`PLACEHOLDER`].
pub(crate) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PLACEHOLDER)
    }
}

/// Whether a member or header of this name holds a secret, by the words that the specifications
/// and other SDKs use. Better one value too many hidden than a secret shown.
pub(crate) fn is_secret(name: &str) -> bool {
    const SECRET: [&str; 14] = [
        "password",
        "passwd",
        "secretkey",
        "privatekey",
        "presharekey",
        "presharedkey",
        "accesskey",
        "sessionkey",
        "sslvpnkey",
        "authorization",
        "signature",
        "userdata",
        "credential",
        "cookie",
    ];
    // Words that stand in longer, harmless names as well, such as `ApiKeyId` or `PwdNeedReset`.
    const SECRET_AT_END: [&str; 20] = [
        "secret",
        "secretstring",
        "secretbinary",
        "secretvalue",
        "plaintext",
        "passphrase",
        "pwd",
        "psk",
        "apikey",
        "appkey",
        "authkey",
        "signkey",
        "encryptkey",
        "certkey",
        "certificatekey",
        "kubeconfig",
        "pincode",
        "authcode",
        "verifycode",
        "verificationcode",
    ];
    // Tokens that only mark a place in a listing or make a request repeatable.
    const HARMLESS: [&str; 5] =
        ["clienttoken", "nexttoken", "pagetoken", "nextpagetoken", "idempotencytoken"];
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    SECRET.iter().any(|word| name.contains(word))
        || SECRET_AT_END.iter().any(|word| name.ends_with(word))
        || (name.contains("token") && !HARMLESS.contains(&name.as_str()))
}

/// The text of a JSON document, also a broken or truncated one, with the values of secret members
/// replaced by [`PLACEHOLDER`].
pub(crate) fn json_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, string, after)) = next_string(rest) {
        shown.push_str(before);
        shown.push_str(&embedded(string));
        rest = after;
        let Some(value) = after.trim_start().strip_prefix(':') else { continue };
        if !is_secret(&name(string)) {
            continue;
        }
        let value = value.trim_start();
        if value.starts_with("null") {
            continue;
        }
        shown.push_str(": \"");
        shown.push_str(PLACEHOLDER);
        shown.push('"');
        rest = after_value(value);
    }
    shown.push_str(rest);
    shown
}

/// The beginning of a body that cannot be read, without its secrets; `None` for an empty one.
pub(crate) fn excerpt(body: &[u8], secrets: &[&str]) -> Option<String> {
    const LOOKED_AT: usize = 4096;
    const SHOWN: usize = 300;
    let (text, is_whole) = beginning(body.trim_ascii_start(), LOOKED_AT, secrets);
    // Hidden before it is cut, so that no secret is cut out of its context.
    let text = json_text(&text);
    let text = text.trim();
    let mut excerpt: String = text.chars().take(SHOWN).collect();
    if excerpt.is_empty() {
        return None;
    }
    if excerpt.len() < text.len() || !is_whole {
        excerpt.push('…');
    }
    Some(excerpt)
}

/// The name that a string in quotes says.
fn name(string: &str) -> Cow<'_, str> {
    match serde_json::from_str(string) {
        Ok(name) if string.contains('\\') => Cow::Owned(name),
        _ => string.into(),
    }
}

/// A string in quotes, which can hold a JSON document again: its secrets are hidden, too.
fn embedded(string: &str) -> Cow<'_, str> {
    if !string.contains("\\\"") {
        return string.into();
    }
    // Where the text was cut there is no closing quote, and half an escape at most.
    let start = string.trim_end_matches('\\');
    let inner: Option<String> = [string.to_owned(), format!("{string}\""), format!("{start}\"")]
        .iter()
        .find_map(|string| serde_json::from_str(string).ok());
    // What is no string shows that there are quotes, and nothing that could be read as names.
    let Some(inner) = inner else { return Cow::Owned(format!("\"{PLACEHOLDER}\"")) };
    let hidden = json_text(&inner);
    if hidden == inner {
        return string.into();
    }
    serde_json::to_string(&hidden).map_or(Cow::Borrowed(PLACEHOLDER), Cow::Owned)
}

/// Splits the text before, at and after the next string; a string without an end is the rest.
fn next_string(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('"')?;
    let (before, from) = text.split_at_checked(start)?;
    let mut escaped = false;
    let end = from
        .char_indices()
        .skip(1)
        .find_map(|(at, c)| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes.then_some(at + 1)
        })
        .unwrap_or(from.len());
    let (string, after) = from.split_at_checked(end)?;
    Some((before, string, after))
}

/// What follows a value, of whatever kind; nothing when it has no end.
fn after_value(value: &str) -> &str {
    let mut depth = 0_usize;
    let mut rest = value;
    loop {
        let Some(c) = rest.chars().next() else { return rest };
        if c == '"' {
            rest = next_string(rest).map_or("", |(_, _, after)| after);
            if depth == 0 {
                return rest;
            }
            continue;
        }
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' | ',' if depth == 0 => return rest,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        if depth == 0 && matches!(c, '}' | ']') {
            return rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known() {
        for name in [
            "Password",
            "SecretKey",
            "TmpSecretKey",
            "Token",
            "X-TC-Token",
            "PrivateKey",
            "PreShareKey",
            "UserData",
            "ClientSecret",
            "Authorization",
            "WebIdentityToken",
            // Of vpc, ssm, kms, tke, iotexplorer, tcb, waf and others.
            "SecretString",
            "SecretBinary",
            "Plaintext",
            "Kubeconfig",
            "DevicePsk",
            "DbPwd",
            "ApiKey",
            "LoraAppKey",
            "CertificateKey",
            "Passphrase",
            "SslVpnKey",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "ClientToken",
            "NextToken",
            "InstanceId",
            "KeyIds",
            "SecretId",
            "PublicKey",
            "ApiKeyId",
            "PwdNeedReset",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn values_of_secrets_leave_no_trace() {
        let cases = [
            (r#"{"Password":"a\"b","Id":1}"#, r#"{"Password": "***","Id":1}"#),
            (r#"{"Token" : {"a":"x,}","b":[1,2]} , "Id":1}"#, r#"{"Token": "***" , "Id":1}"#),
            (r#"{"SecretKey":["x","y"],"Id":1}"#, r#"{"SecretKey": "***","Id":1}"#),
            (r#"{"SecretKey":12,"Id":1}"#, r#"{"SecretKey": "***","Id":1}"#),
            (r#"{"Token":null,"Name":"Password"}"#, r#"{"Token":null,"Name":"Password"}"#),
            // A document in a string, also a truncated one, and an escaped name.
            (
                r#"{"Data":"{\"Password\":\"a\",\"Id\":1}"}"#,
                r#"{"Data":"{\"Password\": \"***\",\"Id\":1}"}"#,
            ),
            (r#"{"Data":"{\"Password\":\"a"#, r#"{"Data":"{\"Password\": \"***\"""#),
            (r#"{"Data":"{\"Password\":\"a\"#, r#"{"Data":"{\"Password\": \"***\"""#),
            (r#"{"Data":"say \"hi\""}"#, r#"{"Data":"say \"hi\""}"#),
            (r#"{"Pass\u0077ord":"a"}"#, r#"{"Pass\u0077ord": "***"}"#),
            // Truncated in the middle of the secret, of a list, and before the value.
            (r#"{"Password":"abc"#, r#"{"Password": "***""#),
            (r#"{"Password":["abc"#, r#"{"Password": "***""#),
            (r#"{"Password":"#, r#"{"Password": "***""#),
            ("<html>no json</html>", "<html>no json</html>"),
            ("\"", "\""),
        ];
        for (text, shown) in cases {
            assert_eq!(json_text(text), shown);
        }
    }
}
