//! A connection through a proxy, by `CONNECT`.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

use super::connect_error::ConnectError;
use super::connector::Stream;
use super::proxy::{authorization, login_refused};
use crate::profile::ProxyUrl;

/// What every answer begins with.
const VERSION: &[u8] = b"HTTP/1.";

/// The longest head of an answer that is read.
const LONGEST: usize = 16 * 1024;

/// Asks the proxy at the other end of `stream` to connect to `target`, a host and port.
pub(super) async fn tunnel(
    mut stream: Stream,
    proxy: &ProxyUrl,
    target: &str,
) -> Result<Stream, ConnectError> {
    let failed = |error| ConnectError::Proxy { proxy: proxy.to_string(), source: Arc::new(error) };
    let mut head = Zeroizing::new(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n"));
    if let Some(login) = authorization(proxy) {
        head.push_str("Proxy-Authorization: ");
        head.push_str(login.to_str().unwrap_or_default());
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.map_err(failed)?;
    stream.flush().await.map_err(failed)?;
    let mut answer = read_head(&mut stream).await.map_err(failed)?;
    // The answer proper is still to come.
    while status(&answer).is_some_and(|status| (100..200).contains(&status)) {
        answer = read_head(&mut stream).await.map_err(failed)?;
    }
    match status(&answer) {
        Some(200..=299) => Ok(stream),
        Some(407) => Err(login_refused(proxy, challenges(&answer))),
        Some(status) => Err(ConnectError::ProxyRefused {
            proxy: proxy.to_string(),
            host: target.to_owned(),
            status,
        }),
        None => Err(ConnectError::NoProxy(proxy.to_string())),
    }
}

/// Reads to the empty line, and nothing behind it: that is the target's. What cannot become an
/// answer is given back at once: who speaks something else may wait for us, and never end.
async fn read_head(stream: &mut Stream) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        if head.len() == LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its answer has no end"));
        }
        head.push(stream.read_u8().await?);
        if !head.starts_with(VERSION) && !VERSION.starts_with(&head) {
            break;
        }
    }
    Ok(head)
}

/// The values of `Proxy-Authenticate`.
fn challenges(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n').filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at_checked(colon)?;
        name.eq_ignore_ascii_case(b"Proxy-Authenticate").then(|| value.get(1..)).flatten()
    })
}

/// The status in `HTTP/1.1 200 Connection established`.
fn status(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\n').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split_ascii_whitespace();
    let version = words.next()?;
    let status = words.next().filter(|digits| digits.len() == 3)?;
    version.starts_with("HTTP/1.").then(|| status.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the proxy was asked, and what came of its answer. The proxy stays on the line.
    async fn ask(url: &str, answer: &[u8]) -> (String, Result<Stream, ConnectError>) {
        let (ours, mut theirs) = tokio::io::duplex(64 * 1024);
        theirs.write_all(answer).await.unwrap();
        let proxy = ProxyUrl::parse(url).unwrap();
        let stream = tunnel(Box::new(ours), &proxy, "cvm.tencentcloudapi.com:443").await;
        let mut asked = vec![0; 1024];
        let length = theirs.read(&mut asked).await.unwrap();
        asked.truncate(length);
        (String::from_utf8(asked).unwrap(), stream)
    }

    #[tokio::test]
    async fn what_follows_the_head_is_the_targets() {
        let answer = b"HTTP/1.1 100 Continue\r\n\r\n\
                       HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\nearly";
        let (asked, stream) = ask("http://me:pw-1234@proxy:1", answer).await;
        assert_eq!(
            asked,
            "CONNECT cvm.tencentcloudapi.com:443 HTTP/1.1\r\nHost: cvm.tencentcloudapi.com:443\r\n\
             Proxy-Authorization: Basic bWU6cHctMTIzNA==\r\n\r\n"
        );
        let mut early = [0; 5];
        stream.ok().unwrap().read_exact(&mut early).await.unwrap();
        assert_eq!(&early, b"early");
    }

    #[tokio::test]
    async fn a_refusal_says_why_and_never_the_password() {
        let endless = [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; LONGEST]].concat();
        let cases: [(&[u8], &str); 7] = [
            (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "asks for another user name"),
            (
                b"HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nX: Basic\r\n\
                  proxy-authenticate:NTLM\r\n\r\n",
                "asks for a login by Negotiate, NTLM, and only Basic",
            ),
            // Whoever it is waits for us: no more will come.
            (b"SSH-2.0-OpenSSH_9.9\r\n", "something else than HTTP"),
            (b"\x15\x03\x01\x00\x02\x02\x46", "something else than HTTP"),
            (b"HTTP/1.1 403 Forbidden\r\n\r\n", "it answered with status 403"),
            (b"HTTP/1.1 2000 OK\r\n\r\n", "something else than HTTP"),
            (&endless, "the proxy http://proxy:1 failed"),
        ];
        for (answer, expected) in cases {
            let (_, stream) = ask("http://me:pw-1234@proxy:1", answer).await;
            let error = stream.err().unwrap();
            assert!(error.to_string().contains(expected), "{error}");
            assert!(!format!("{error:?}").contains("pw-1234"), "{error:?}");
        }
    }
}
