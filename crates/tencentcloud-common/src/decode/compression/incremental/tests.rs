use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use http::{HeaderValue, header};

use super::super::tests::{gzip, long_text, raw_deflate, zlib};
use super::*;

fn decompressor(coding: &'static str) -> Decompressor {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    Decompressor::new(&headers).unwrap().unwrap()
}

/// All that can be had now.
fn pull(decompressor: &mut Decompressor) -> Result<Vec<u8>, Error> {
    let mut all = Vec::new();
    while let Some(piece) = decompressor.pull()? {
        assert!(!piece.is_empty() && piece.len() <= 4 * STEP, "{}", piece.len());
        all.extend_from_slice(&piece);
    }
    Ok(all)
}

/// Decodes a body that arrives in pieces of this size.
fn decode(coding: &'static str, body: &[u8], size: usize) -> Result<Vec<u8>, Error> {
    let mut decompressor = decompressor(coding);
    let mut all = Vec::new();
    for chunk in body.chunks(size) {
        decompressor.push(Bytes::copy_from_slice(chunk));
        all.extend(pull(&mut decompressor)?);
    }
    decompressor.finish()?;
    Ok(all)
}

#[test]
fn any_cutting_gives_the_whole() {
    for text in [b"data: a\n\n".to_vec(), long_text()] {
        let cases = [
            ("gzip", gzip(&text)),
            ("deflate", zlib(&text)),
            ("deflate", raw_deflate(&text)),
            ("deflate, gzip", gzip(&zlib(&text))),
            ("gzip, deflate", raw_deflate(&gzip(&text))),
            ("gzip", [gzip(&text[..5]), gzip(&text[5..])].concat()),
        ];
        for (coding, body) in cases {
            for size in [1, 2, 3, 7, 1000, body.len()] {
                let decoded = decode(coding, &body, size).unwrap();
                assert!(decoded == text, "{coding} by {size}: {} bytes", decoded.len());
            }
        }
    }
}

#[test]
fn what_is_flushed_is_there_at_once() {
    fn check<E: Write>(coding: &'static str, mut encoder: E, sent: impl Fn(&mut E) -> Vec<u8>) {
        let mut decompressor = decompressor(coding);
        for n in 0..200 {
            let event = format!("data: {n} {}\n\n", "x".repeat(n * 7));
            encoder.write_all(event.as_bytes()).unwrap();
            encoder.flush().unwrap();
            let mut all = Vec::new();
            // Byte by byte as well as at once.
            let sent = sent(&mut encoder);
            for chunk in sent.chunks(if n % 2 == 0 { 1 } else { sent.len() }) {
                decompressor.push(Bytes::copy_from_slice(chunk));
                all.extend(pull(&mut decompressor).unwrap());
            }
            assert_eq!(String::from_utf8(all).unwrap(), event, "{coding}");
        }
    }
    let level = Compression::default();
    check("gzip", GzEncoder::new(Vec::new(), level), |it| std::mem::take(it.get_mut()));
    check("deflate", ZlibEncoder::new(Vec::new(), level), |it| std::mem::take(it.get_mut()));
    check("deflate", DeflateEncoder::new(Vec::new(), level), |it| std::mem::take(it.get_mut()));
}

#[test]
fn a_bomb_is_held_small_and_given_out_in_steps() {
    let zeros = vec![0; 12 << 20];
    for (coding, body) in
        [("gzip", gzip(&zeros)), ("deflate", zlib(&zeros)), ("gzip, gzip", gzip(&gzip(&zeros)))]
    {
        let mut decompressor = decompressor(coding);
        decompressor.push(body.into());
        for _ in 0..10 {
            let piece = decompressor.pull().unwrap().unwrap();
            assert!((1..=4 * STEP).contains(&piece.len()), "{coding}: {}", piece.len());
        }
        let held: usize = decompressor.stages.iter().map(|stage| stage.input.len()).sum();
        assert!(held < 200_000, "{coding}: {held}");
    }
}

#[test]
fn what_is_broken_or_truncated_is_an_error() {
    let text = long_text();
    let cut = |body: &[u8], by: usize| body[..body.len() - by].to_vec();
    let mut wrong_sum = gzip(&text);
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 1;
    let cases = [
        ("gzip", b"data: a\n\n".to_vec(), "no valid gzip"),
        ("deflate", b"\xFF\xFF\xFF".to_vec(), "no valid deflate"),
        ("gzip", wrong_sum, "no valid gzip"),
        ("gzip", cut(&gzip(&text), 1), "no valid gzip"),
        ("gzip", cut(&gzip(&text), 100), "no valid gzip"),
        ("gzip", gzip(b"")[..5].to_vec(), "no valid gzip"),
        ("deflate", cut(&zlib(&text), 1), "no valid deflate"),
        ("deflate", cut(&zlib(&text), 100), "no valid deflate"),
        ("deflate", cut(&raw_deflate(&text), 1), "no valid deflate"),
        ("deflate", b"\x78".to_vec(), "no valid deflate"),
        ("deflate, gzip", gzip(&cut(&zlib(&text), 50)), "no valid deflate"),
    ];
    for (coding, body, message) in cases {
        for size in [1, 1000, body.len()] {
            let error = decode(coding, &body, size).unwrap_err();
            assert!(error.message().contains(message), "{coding} by {size}: {error}");
        }
    }
}

#[test]
fn nothing_is_nothing() {
    for coding in ["gzip", "deflate", "gzip, deflate"] {
        assert!(decode(coding, b"", 1).unwrap().is_empty(), "{coding}");
    }
    let plain = HeaderMap::new();
    assert!(Decompressor::new(&plain).unwrap().is_none());
}
