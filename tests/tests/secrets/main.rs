//! Searches for secrets in everything that a program can print or log of calls and their failures.
//!
//! The only test of its program, because it sets the global subscriber, at the highest level.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::enum_glob_use,
    unreachable_pub,
    reason = "a test may fail by panicking"
)]

mod calls;
mod echo_server;
mod known_secrets;
mod providers;

use std::collections::HashSet;
use std::sync::Arc;

use calls::{CONFIGS, Caller, Texts};
use echo_server::{EchoServer, Mode, RESPONSE_KINDS, ResponseKind};
use known_secrets::{MARKER, PROXY_PASSWORD, SECRET_KEY, SPELLINGS, TOKEN, url};
use tencentcloud_common::logging::{Level, Logging};
use tencentcloud_common::profile::{Endpoint, Protocol, ProxyUrl};
use tencentcloud_common::sign::presign::Presign;
use tencentcloud_common::{Credential, HttpProfile};
use tencentcloud_tests::captured_log::CapturedLog;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;

/// The searched texts: printed texts and three logs.
struct SecretSearch {
    texts: Texts,
    logs: [CapturedLog; 2],
    file: std::path::PathBuf,
    read: usize,
    found: Vec<String>,
    searched_lines: usize,
}

impl SecretSearch {
    /// Starts to log everything for the rest of the program.
    fn start(file: std::path::PathBuf) -> Self {
        let logs = [CapturedLog::default(), CapturedLog::default()];
        let (writer, logging) = (logs[0].clone(), Logging::new());
        logging.set_stream_logger(logs[1].clone(), Level::TRACE);
        logging.set_file_logger(file.as_path(), Level::DEBUG).unwrap();
        let all = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_span_events(FmtSpan::FULL)
            .with_writer(move || writer.clone());
        let subscriber = tracing_subscriber::registry().with(all).with(logging.layer());
        tracing::subscriber::set_global_default(subscriber).unwrap();
        let (texts, found) = (Texts::default(), Vec::new());
        Self { texts, logs, file, read: 0, found, searched_lines: 0 }
    }

    /// Searches the texts since the last search, and returns them.
    fn search(&mut self, what: &str, signatures: &[String]) -> String {
        let file = std::fs::read_to_string(&self.file).unwrap();
        let mut texts = self.texts.take();
        texts.extend(self.logs.iter().map(CapturedLog::take));
        texts.push(file[self.read..].to_owned());
        self.read = file.len();
        let signatures = Signatures::new(signatures);
        let all = texts.join("\n");
        // Most lines appear many times.
        let lines: HashSet<_> = all.lines().collect();
        self.searched_lines += lines.len();
        for line in lines {
            let secret = line.contains(MARKER) || signatures.occur_in(line);
            if secret && self.found.len() < 40 {
                self.found.push(format!("{what}: {}", excerpt(line)));
            }
        }
        all
    }
}

/// The prefixes of signatures, for a fast search in long texts.
struct Signatures<'a> {
    prefixes: HashSet<&'a [u8]>,
    /// The first two bytes of the prefixes, which exclude most positions.
    pairs: Vec<bool>,
}

impl<'a> Signatures<'a> {
    fn new(signatures: &'a [String]) -> Self {
        let prefixes: HashSet<_> = signatures.iter().map(|it| &it.as_bytes()[..16]).collect();
        let mut pairs = vec![false; 1 << 16];
        for prefix in &prefixes {
            pairs[pair(prefix[0], prefix[1])] = true;
        }
        Self { prefixes, pairs }
    }

    fn occur_in(&self, line: &str) -> bool {
        let line = line.as_bytes();
        let mut at = 0;
        while at + 16 <= line.len() {
            if self.pairs[pair(line[at], line[at + 1])]
                && self.prefixes.contains(&line[at..at + 16])
            {
                return true;
            }
            at += 1;
        }
        false
    }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// Returns the text around the first secret.
fn excerpt(line: &str) -> String {
    let at = line.find(MARKER).unwrap_or(0);
    let start = (0..=at.saturating_sub(200)).rev().find(|at| line.is_char_boundary(*at));
    line[start.unwrap_or(0)..].chars().take(320).collect()
}

/// Returns the signatures of all requests, encoded and decoded.
fn signatures(server: &EchoServer, from: usize) -> Vec<String> {
    let mut found = Vec::new();
    for request in &server.requests()[from..] {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let places = [request.header("authorization").unwrap_or_default(), &request.line, &body];
        for place in places {
            let Some((_, signature)) = place.split_once("Signature=") else { continue };
            let sent = signature.split([' ', '&']).next().unwrap();
            found.push(sent.to_owned());
            found.push(sent.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="));
        }
    }
    found
}

/// Adds the texts of values that a program creates itself.
fn add_constructed_values(texts: &Texts, proxy: &str, key: &Credential) {
    let host = Endpoint::parse("cvm.tencentcloudapi.com", Protocol::Https).unwrap();
    let presign = || {
        let parameters = serde_json::json!({"Password": known_secrets::PASSWORD});
        Presign::new(&host, "DescribeZones", "2017-03-12").parameters(&parameters)
    };
    texts.debug("presign", &presign());
    texts.debug("presigned", &presign().url(key, 1_700_000_000, 1).unwrap());
    texts.debug("proxy", &ProxyUrl::parse(proxy).unwrap());
    for wrong in [format!("ftp://me:{PROXY_PASSWORD}@x"), format!("http://me:%zz{MARKER}@x")] {
        texts.error("proxy", &HttpProfile::builder().proxy(wrong).build().unwrap_err());
    }
    texts.error("credential", &Credential::new("a", format!("{SECRET_KEY} ")).unwrap_err());
}

#[tokio::test]
async fn no_secret_is_logged_printed_or_put_into_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let mut secrets = SecretSearch::start(directory.path().join("sdk.log"));
    let server = EchoServer::start();
    let endpoint = server.endpoint();
    let proxy = format!("http://me:{}@{}", url(PROXY_PASSWORD).replace('+', "%20"), server.address);
    let key = || Arc::new(Credential::with_token("AKIDexample", SECRET_KEY, TOKEN).unwrap());
    let mut calls = 0;
    let mode = |response| Mode { response, to_providers: false, spell: SPELLINGS[0], padding: 0 };

    // Every encoding and every response, in every spelling.
    for config in CONFIGS {
        let caller = Caller::new(&secrets.texts, config, &endpoint, &proxy, key(), None);
        let (from, mut number_of_calls) = (server.requests().len(), 0);
        for response in RESPONSE_KINDS {
            for (number, spell) in SPELLINGS.into_iter().enumerate() {
                server.set(Mode { spell, ..mode(response) });
                // All calls once, and then one call in each spelling. The other configurations use
                // only the first and the last spelling.
                if number == 0 {
                    caller.all().await;
                } else if config == CONFIGS[0] || number == SPELLINGS.len() - 1 {
                    caller.dynamic().await;
                }
                number_of_calls += 1;
            }
        }
        let texts = secrets.texts.clone();
        drop(caller);
        calls += number_of_calls;
        let all = signatures(&server, from);
        assert!(config.skip_sign || all.len() > 200, "{config:?}");
        texts.text("config", &format!("{config:?}"));
        let text = secrets.search(&format!("{config:?}"), &all);
        for fact in
            ["DescribeThings", "ap-shanghai", "received response", "request_id", "***", "retrying"]
        {
            assert!(text.contains(fact), "{fact} is not shown");
        }
    }

    // Every position at which an excerpt can be cut within a secret.
    let caller = Caller::new(&secrets.texts, CONFIGS[0], &endpoint, &proxy, key(), None);
    let from = server.requests().len();
    for cut in [300, 4096, 16 * 1024, 64 * 1024] {
        for padding in (cut - 260..cut).step_by(59) {
            for response in [ResponseKind::Page, ResponseKind::Cut, ResponseKind::WrongType] {
                for spell in [SPELLINGS[0], SPELLINGS[4], SPELLINGS[8]] {
                    server.set(Mode { spell, padding, ..mode(response) });
                    caller.dynamic().await;
                    calls += 1;
                }
            }
        }
    }
    drop(caller);
    secrets.search("cut", &signatures(&server, from));

    // Every provider, with valid and malformed responses.
    let from = server.requests().len();
    let transport = providers::transport();
    let (mut provided, mut refused) = (0, 0);
    for response in RESPONSE_KINDS {
        for (name, provider) in providers::all(directory.path(), &endpoint, &transport) {
            server.set(Mode { to_providers: true, ..mode(response) });
            secrets.texts.debug(name, &provider);
            for spell in [SPELLINGS[0], SPELLINGS[4], SPELLINGS[8]] {
                server.set(Mode { to_providers: true, spell, ..mode(response) });
                match provider.provide_credential().await {
                    Ok(credential) => {
                        provided += 1;
                        secrets.texts.debug(name, &credential);
                        provider.invalidate(&credential);
                    }
                    Err(error) => {
                        refused += 1;
                        secrets.texts.error(name, &error);
                    }
                }
            }
            let caller = Caller::new(
                &secrets.texts,
                CONFIGS[0],
                &endpoint,
                &proxy,
                provider,
                Some(&transport),
            );
            caller.dynamic().await;
            server.set(mode(response));
            caller.dynamic().await;
        }
        let text = secrets.search(&format!("providers {response:?}"), &[]);
        assert!(text.contains("no credential: "));
    }
    assert!(provided > 300 && refused > 300, "{provided} {refused}");
    secrets.search("providers", &signatures(&server, from));

    add_constructed_values(&secrets.texts, &proxy, &key());
    secrets.search("by hand", &[]);

    assert!(calls > 300 && secrets.searched_lines > 100_000, "{calls} {}", secrets.searched_lines);
    assert!(secrets.found.is_empty(), "{}", secrets.found.join("\n"));
}
