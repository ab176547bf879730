//! Makes calls that succeed and fail, and looks for secrets in everything that can be seen.
//!
//! Alone in its program: there is one subscriber for all of it, and all levels are logged.
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
mod planted;
mod providers;
mod server;

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use calls::{Caller, Shown, WAYS};
use planted::{MARK, PROXY_PASSWORD, SECRET_KEY, SPELLINGS, TOKEN, url};
use server::{ANSWERS, Answer, EchoServer, Mode};
use tencentcloud_common::logging::{Level, Logging};
use tencentcloud_common::profile::{Endpoint, Protocol, ProxyUrl};
use tencentcloud_common::sign::presign::Presign;
use tencentcloud_common::{Credential, HttpProfile};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Everything that can be seen: what is printed, and three logs.
struct Watch {
    shown: Shown,
    logs: [Log; 2],
    file: std::path::PathBuf,
    read: usize,
    found: Vec<String>,
    looked_at: usize,
}

impl Watch {
    /// Starts to log everything for the rest of the program.
    fn start(file: std::path::PathBuf) -> Self {
        let logs = [Log::default(), Log::default()];
        let (writer, logging) = (logs[0].clone(), Logging::new());
        logging.set_stream_logger(logs[1].clone(), Level::TRACE);
        logging.set_file_logger(file.as_path(), Level::DEBUG).unwrap();
        let all = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_span_events(FmtSpan::FULL)
            .with_writer(move || writer.clone());
        let subscriber = tracing_subscriber::registry().with(all).with(logging.layer());
        tracing::subscriber::set_global_default(subscriber).unwrap();
        let (shown, found) = (Shown::default(), Vec::new());
        Self { shown, logs, file, read: 0, found, looked_at: 0 }
    }

    /// Looks for secrets in everything since the last time; gives all of it.
    fn look(&mut self, what: &str, signatures: &[String]) -> String {
        let file = std::fs::read_to_string(&self.file).unwrap();
        let mut texts = self.shown.take();
        texts.extend(self.logs.iter().map(Log::take));
        texts.push(file[self.read..].to_owned());
        self.read = file.len();
        let signatures = Signatures::new(signatures);
        let all = texts.join("\n");
        // Most lines are there many times.
        let lines: HashSet<_> = all.lines().collect();
        self.looked_at += lines.len();
        for line in lines {
            let secret = line.contains(MARK) || signatures.are_in(line);
            if secret && self.found.len() < 40 {
                self.found.push(format!("{what}: {}", excerpt(line)));
            }
        }
        all
    }
}

/// The beginnings of signatures, to be looked for at every place of long texts.
struct Signatures<'a> {
    beginnings: HashSet<&'a [u8]>,
    /// Which first two bytes they have: few, so that most places are passed over.
    pairs: Vec<bool>,
}

impl<'a> Signatures<'a> {
    fn new(signatures: &'a [String]) -> Self {
        let beginnings: HashSet<_> = signatures.iter().map(|it| &it.as_bytes()[..16]).collect();
        let mut pairs = vec![false; 1 << 16];
        for beginning in &beginnings {
            pairs[pair(beginning[0], beginning[1])] = true;
        }
        Self { beginnings, pairs }
    }

    fn are_in(&self, line: &str) -> bool {
        let line = line.as_bytes();
        let mut at = 0;
        while at + 16 <= line.len() {
            if self.pairs[pair(line[at], line[at + 1])]
                && self.beginnings.contains(&line[at..at + 16])
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

/// The place of the first secret.
fn excerpt(line: &str) -> String {
    let at = line.find(MARK).unwrap_or(0);
    let start = (0..=at.saturating_sub(200)).rev().find(|at| line.is_char_boundary(*at));
    line[start.unwrap_or(0)..].chars().take(320).collect()
}

/// The signatures of all requests, as they were sent and as they were meant.
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

#[tokio::test]
async fn no_secret_is_logged_printed_or_put_into_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(directory.path().join("sdk.log"));
    let server = EchoServer::start();
    let endpoint = server.endpoint();
    let proxy = format!("http://me:{}@{}", url(PROXY_PASSWORD).replace('+', "%20"), server.address);
    let key = || Arc::new(Credential::with_token("AKIDexample", SECRET_KEY, TOKEN).unwrap());
    let mut calls = 0;
    let mode = |answer| Mode { answer, to_providers: false, spell: SPELLINGS[0], padding: 0 };

    // Every form and every answer, in every spelling.
    for way in WAYS {
        let caller = Caller::new(&watch.shown, way, &endpoint, &proxy, key(), None);
        let (from, mut number_of_calls) = (server.requests().len(), 0);
        for answer in ANSWERS {
            for (number, spell) in SPELLINGS.into_iter().enumerate() {
                server.set(Mode { spell, ..mode(answer) });
                // All forms of calls once, and then one in each spelling; of other ways only in
                // the first and the last.
                if number == 0 {
                    caller.all().await;
                } else if way == WAYS[0] || number == SPELLINGS.len() - 1 {
                    caller.dynamic().await;
                }
                number_of_calls += 1;
            }
        }
        let shown = watch.shown.clone();
        drop(caller);
        calls += number_of_calls;
        let all = signatures(&server, from);
        assert!(way.skip_sign || all.len() > 200, "{way:?}");
        shown.text("way", &format!("{way:?}"));
        let text = watch.look(&format!("{way:?}"), &all);
        for fact in ["DescribeThings", "ap-shanghai", "answered", "request_id", "***", "retrying"] {
            assert!(text.contains(fact), "{fact} is not shown");
        }
    }

    // Every place at which an excerpt, or what is looked at for one, ends in a secret.
    let caller = Caller::new(&watch.shown, WAYS[0], &endpoint, &proxy, key(), None);
    let from = server.requests().len();
    for cut in [300, 4096, 16 * 1024, 64 * 1024] {
        for padding in (cut - 260..cut).step_by(59) {
            for answer in [Answer::Page, Answer::Cut, Answer::WrongType] {
                for spell in [SPELLINGS[0], SPELLINGS[4], SPELLINGS[8]] {
                    server.set(Mode { spell, padding, ..mode(answer) });
                    caller.dynamic().await;
                    calls += 1;
                }
            }
        }
    }
    drop(caller);
    watch.look("cut", &signatures(&server, from));

    // Every provider, with good and with wrong answers to it.
    let from = server.requests().len();
    let transport = providers::transport();
    let (mut provided, mut refused) = (0, 0);
    for answer in ANSWERS {
        for (name, provider) in providers::all(directory.path(), &endpoint, &transport) {
            server.set(Mode { to_providers: true, ..mode(answer) });
            watch.shown.debug(name, &provider);
            for spell in [SPELLINGS[0], SPELLINGS[4], SPELLINGS[8]] {
                server.set(Mode { to_providers: true, spell, ..mode(answer) });
                match provider.provide_credential().await {
                    Ok(credential) => {
                        provided += 1;
                        watch.shown.debug(name, &credential);
                        provider.invalidate(&credential);
                    }
                    Err(error) => {
                        refused += 1;
                        watch.shown.error(name, &error);
                    }
                }
            }
            let caller =
                Caller::new(&watch.shown, WAYS[0], &endpoint, &proxy, provider, Some(&transport));
            caller.dynamic().await;
            server.set(mode(answer));
            caller.dynamic().await;
        }
        let text = watch.look(&format!("providers {answer:?}"), &[]);
        assert!(text.contains("no credential: "));
    }
    assert!(provided > 300 && refused > 300, "{provided} {refused}");
    watch.look("providers", &signatures(&server, from));

    // What is made by hand.
    let host = Endpoint::parse("cvm.tencentcloudapi.com", Protocol::Https).unwrap();
    let presign = || {
        let parameters = serde_json::json!({"Password": planted::PASSWORD});
        Presign::new(&host, "DescribeZones", "2017-03-12").parameters(&parameters)
    };
    watch.shown.debug("presign", &presign());
    watch.shown.debug("presigned", &presign().url(&key(), 1_700_000_000, 1).unwrap());
    watch.shown.debug("proxy", &ProxyUrl::parse(&proxy).unwrap());
    for wrong in [format!("ftp://me:{PROXY_PASSWORD}@x"), format!("http://me:%zz{MARK}@x")] {
        watch.shown.error("proxy", &HttpProfile::builder().proxy(wrong).build().unwrap_err());
    }
    watch.shown.error("credential", &Credential::new("a", format!("{SECRET_KEY} ")).unwrap_err());
    watch.look("by hand", &[]);

    assert!(calls > 300 && watch.looked_at > 100_000, "{calls} {}", watch.looked_at);
    assert!(watch.found.is_empty(), "{}", watch.found.join("\n"));
}
