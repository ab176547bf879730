//! Decides by its name whether a member, parameter or header contains a secret.
//!
//! The words are those of the API specifications and of other SDKs. The rule errs on the side of
//! redacting. The tests list the names in the specifications that are redacted.

/// Words of secrets that make every longer name a secret, too, unless it has a harmless suffix.
const SECRET_WORDS: [&str; 14] = [
    "password",
    "passwd",
    "secretkey",
    "privatekey",
    "presharekey",
    "presharedkey",
    "accesskey",
    "sessionkey",
    "sslvpnkey",
    "signature",
    "userdata",
    "credential",
    "cookie",
    "token",
];

/// Words that longer, harmless names begin with, such as `ApiKeySet` or `PwdNeedReset`.
const SECRET_SUFFIXES: [&str; 23] = [
    "authcode",
    "authorization",
    "authorizationcode",
    "authorizedurl",
    "keypass",
    "kubeconfig",
    "passphrase",
    "pincode",
    "plaintext",
    "psk",
    "pwd",
    "registercode",
    "registercodevalue",
    "secret",
    "secretbinary",
    "secrets",
    "secretstring",
    "secretvalue",
    "tocken",
    "usersig",
    "verificationcode",
    "verifycode",
    "vncurl",
];

/// Like [`SECRET_SUFFIXES`]. Most names that end with `Key` are harmless, such as `TagKey`.
const KEY_SUFFIXES: [&str; 33] = [
    "aeskey",
    "apikey",
    "apikeys",
    "appkey",
    "applicationkey",
    "appskey",
    "authbackkey",
    "authkey",
    "callbackkey",
    "certificatekey",
    "certkey",
    "clientkey",
    "connectorkey",
    "decryptionkey",
    "decryptkey",
    "encryptedkey",
    "encryptkey",
    "forwardkey",
    "keycontent",
    "keymaterial",
    "licensekey",
    "merchantkey",
    "notifykey",
    "nwkkey",
    "nwkskey",
    "openkey",
    "plainkey",
    "playkey",
    "privatemapkey",
    "providerkey",
    "signkey",
    "streamkey",
    "webhookkey",
];

/// Secrets only as a whole, because longer names with the same suffix are harmless, such as
/// `DatabasePrimaryKey`. Some are texts that contain a key.
const SECRET_NAMES: [&str; 15] = [
    "amekey",
    "coskey",
    "customergatewayconfiguration",
    "datakey",
    "dk",
    "keyparamvalue",
    "metadatapass",
    "newkey",
    "pem",
    "primarykey",
    "productkey",
    "secondarykey",
    "sk",
    "sslclientconfigsset",
    "sslvpnclientconfiguration",
];

/// Suffixes of names that describe a secret, such as `AccessKeyId` or `PasswordLength`.
const HARMLESS_SUFFIXES: [&str; 14] = [
    "id",
    "ids",
    "idlist",
    "name",
    "names",
    "type",
    "types",
    "count",
    "time",
    "timeout",
    "status",
    "length",
    "policy",
    "algorithm",
];

/// Tokens for pagination and idempotency.
const HARMLESS_TOKENS: [&str; 9] = [
    "clienttoken",
    "nexttoken",
    "pagetoken",
    "nextpagetoken",
    "paginationtoken",
    "scrolltoken",
    "continuetoken",
    "creationtoken",
    "idempotencytoken",
];

/// Words in the names of numbers and settings of language models, such as `TotalTokens`.
const MODEL_WORDS: [&str; 17] = [
    "inputtoken",
    "outputtoken",
    "totaltoken",
    "prompttoken",
    "completiontoken",
    "maxtoken",
    "mintoken",
    "firsttoken",
    "cachedtoken",
    "cachetoken",
    "reasoningtoken",
    "thoughttoken",
    "contexttoken",
    "tokenlength",
    "tokenlimit",
    "tokenusage",
    "tokenizer",
];

/// Whether a member, parameter or header with this name contains a secret. The name may have an
/// index, such as `Keys[0]`.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.split('[').next().unwrap_or_default();
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let ends_with = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
    let contains = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let is_one_of = |names: &[&str]| names.contains(&name.as_str());
    if ends_with(&SECRET_SUFFIXES) || ends_with(&KEY_SUFFIXES) || is_one_of(&SECRET_NAMES) {
        return true;
    }
    contains(&SECRET_WORDS)
        && !ends_with(&HARMLESS_SUFFIXES)
        && !is_one_of(&HARMLESS_TOKENS)
        && !contains(&MODEL_WORDS)
}

#[cfg(test)]
mod tests;
