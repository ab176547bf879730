//! Brand names, which are one word although they contain capital letters.

use super::BOUNDARY;

/// Brands that are replaced everywhere. Longer spellings come first.
const ANYWHERE: &[(&str, &str)] = &[
    ("LoRaWAN", "Lorawan"),
    ("TBaaS", "Tbaas"),
    ("NBIoT", "Nbiot"),
    ("IPv4", "Ipv4"),
    ("IPv6", "Ipv6"),
    ("IPV4", "Ipv4"),
    ("IPV6", "Ipv6"),
    ("IpV4", "Ipv4"),
    ("IpV6", "Ipv6"),
    ("DDoS", "Ddos"),
    ("DDos", "Ddos"),
];

/// Brands that are replaced unless a capital letter precedes them. Longer spellings come first.
const AT_WORD_START: &[(&str, &str)] = &[
    ("PostgreSQL", "Postgresql"),
    ("PostgreSql", "Postgresql"),
    ("GooseFSx", "Goosefsx"),
    ("SAMLIdP", "SamlIdp"),
    ("MongoDB", "Mongodb"),
    ("TWeCall", "Twecall"),
    ("TWeTalk", "Twetalk"),
    ("XMagics", "Xmagics"),
    ("OAuth2", "Oauth2"),
    ("CKafka", "Ckafka"),
    ("WeChat", "Wechat"),
    ("GitHub", "Github"),
    ("QCloud", "Qcloud"),
    ("VCores", "Vcores"),
    ("TWeSee", "Twesee"),
    ("XMagic", "Xmagic"),
    ("OAuth", "Oauth"),
    ("MySQL", "Mysql"),
    ("MySql", "Mysql"),
    ("WeCom", "Wecom"),
    ("NoSQL", "Nosql"),
    ("VCore", "Vcore"),
    ("VHost", "Vhost"),
    ("VPort", "Vport"),
    ("HBase", "Hbase"),
    ("SaaS", "Saas"),
    ("PaaS", "Paas"),
    ("IaaS", "Iaas"),
    ("BaaS", "Baas"),
    ("FaaS", "Faas"),
    ("VoIP", "Voip"),
    ("LoRa", "Lora"),
    ("ETag", "Etag"),
    ("UKey", "Ukey"),
    ("TDid", "Tdid"),
    ("UUid", "Uuid"),
    ("IoT", "Iot"),
    ("IoV", "Iov"),
    ("IaC", "Iac"),
    ("QoS", "Qos"),
    ("GiB", "Gib"),
    ("MiB", "Mib"),
    ("KiB", "Kib"),
];

/// Replaces each brand with one capitalized word between word boundaries.
pub(super) fn mark(name: &str) -> String {
    let mut marked = String::with_capacity(name.len());
    let mut before = None;
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let at_word_start = !before.is_some_and(|letter: char| letter.is_ascii_uppercase());
        let starts = if at_word_start { AT_WORD_START } else { &[] };
        let brand = ANYWHERE.iter().chain(starts).find_map(|(spelling, word)| {
            let after = rest.strip_prefix(spelling)?;
            let is_whole = !after.starts_with(|next: char| next.is_ascii_lowercase());
            is_whole.then_some((*spelling, *word, after))
        });
        if let Some((spelling, word, after)) = brand {
            marked.push(BOUNDARY);
            marked.push_str(word);
            marked.push(BOUNDARY);
            before = spelling.chars().next_back();
            rest = after;
        } else {
            marked.push(first);
            before = Some(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    marked
}
