//! The secrets in all requests and responses, and the spellings in which they are echoed.

/// The marker at both ends of every secret, so that every long part of a secret contains it.
pub const MARKER: &str = "MARKED";

pub const SECRET_KEY: &str = "MARKED-key/+\"\\=<&>%41'key-MARKED";
pub const TOKEN: &str = "MARKED-token/+\"\\=<&>%41'token-MARKED";
pub const IDENTITY: &str = "MARKED.identity/+=.identity-MARKED";
pub const PROXY_PASSWORD: &str = "MARKED-proxy/+\"\\=<&> ö'proxy-MARKED";
/// The value of a parameter and of a header, which must be ASCII.
pub const PASSWORD: &str = "MARKED-password/+\"\\=<&> %41'password-MARKED";
pub const PASSWORD_INSIDE: &str = "MARKED-inside/+\"\\=<&> ö😀'inside-MARKED";
pub const EXTERNAL_ID: &str = "MARKED:external/id-MARKED";
/// The secret key in responses of STS, the metadata service and the API.
pub const RESPONSE_KEY: &str = "MARKED-answered/+key-MARKED";
/// The token in responses of STS, the metadata service and the API.
pub const RESPONSE_TOKEN: &str = "MARKED-answered/+token-MARKED";

/// A spelling of a text.
pub type Spell = fn(&str) -> String;

/// Unchanged, and escaped for JSON, URLs and HTML, once and twice.
pub const SPELLINGS: [Spell; 9] = [
    str::to_owned,
    json,
    |text| json(text).replace('/', "\\/"),
    |text| json(text).replace('<', "\\u003c").replace('&', "\\u0026").replace('ö', "\\u00f6"),
    url,
    |text| url(text).to_ascii_lowercase().replace("marked", MARKER).replace('+', "%20"),
    html,
    |text| json(&json(text)),
    |text| html(&json(text)),
];

pub fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

pub fn url(text: &str) -> String {
    let pair = tencentcloud_common::protocol::query::to_query(&[("", text)]);
    pair[1..].to_owned()
}

fn html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}
