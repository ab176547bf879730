//! Signs random requests and prints them, one JSON object a line, for another SDK to judge.
//!
//! Usage: `signatures COUNT`. The requests are the same at each run.

use std::process::ExitCode;

use serde_json::json;
use tencentcloud_common::sign::tc3::{Payload, Request, authorization};
use tencentcloud_common::{Credential, Error};

fn main() -> ExitCode {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok());
    let Some(count) = count else {
        eprintln!("usage: signatures COUNT");
        return ExitCode::from(2);
    };
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..count {
        match one(&mut random) {
            Ok(line) => println!("{line}"),
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// A request with odd hosts and ports, empty, large and non-ASCII bodies, and its signature.
fn one(random: &mut Random) -> Result<serde_json::Value, Error> {
    let host = random.pick(&[
        "cvm.tencentcloudapi.com",
        "vpc.ap-shanghai-fsi.tencentcloudapi.com",
        "127.0.0.1:8080",
        "localhost:65535",
        "[::1]:9000",
        "xn--fiqs8s.example:1",
    ]);
    let service = random.pick(&["cvm", "cbs", "vpc", "as", "sts", "ai3d"]);
    let get = random.below(4) == 0;
    let unsigned = random.below(8) == 0;
    let (method, content_type) = if get {
        ("GET", "application/x-www-form-urlencoded")
    } else {
        let form = "multipart/form-data; boundary=0123456789abcdef";
        ("POST", random.pick(&["application/json", "application/octet-stream", form]))
    };
    let query = if get { random.query() } else { String::new() };
    let body = if get { Vec::new() } else { random.body() };
    let timestamp = random.below(4_000_000_000);
    let (secret_id, secret_key) = (random.word(36), random.word(32));
    let payload = if unsigned { Payload::Unsigned } else { Payload::Bytes(&body) };
    let request =
        Request { method, query: &query, content_type, host, payload, timestamp, service };
    let credential = Credential::new(secret_id.as_str(), secret_key.as_str())?;
    let hex: String = body.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(json!({
        "method": method, "query": query, "content_type": content_type, "host": host,
        "body": hex, "timestamp": timestamp, "service": service, "unsigned": unsigned,
        "secret_id": secret_id, "secret_key": secret_key,
        "authorization": authorization(&request, &credential)?,
    }))
}

/// Splitmix64: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        let index = self.below(from.len() as u64);
        from.iter().zip(0..).find(|(_, at)| *at == index).map_or("", |(text, _)| text)
    }

    fn word(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..length)
            .filter_map(|_| {
                let index = usize::try_from(self.below(LETTERS.len() as u64)).ok()?;
                LETTERS.get(index).map(|letter| char::from(*letter))
            })
            .collect()
    }

    fn body(&mut self) -> Vec<u8> {
        match self.below(5) {
            0 => Vec::new(),
            1 => b"{}".to_vec(),
            2 => format!(r#"{{"Name":"未命名 é 😀 {}"}}"#, self.word(9)).into_bytes(),
            3 => (0..self.below(2_000)).map(|_| self.next().to_le_bytes()[0]).collect(),
            _ => self.word(100_000).into_bytes(),
        }
    }

    fn query(&mut self) -> String {
        match self.below(3) {
            0 => String::new(),
            1 => format!("Limit={}&Filters.0.Values.0=%E6%9C%AA+~%2A", self.below(100)),
            _ => format!("Token={}&A.0={}", self.word(50), self.word(5)),
        }
    }
}
