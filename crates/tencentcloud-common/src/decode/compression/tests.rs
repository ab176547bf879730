use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use http::HeaderValue;

use super::*;

const LIMIT: usize = 1 << 20;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn decode(codings: &[&'static str], body: Vec<u8>, limit: usize) -> Result<Bytes, Error> {
    let mut headers = HeaderMap::new();
    for coding in codings {
        headers.append(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    decompress(&headers, body.into(), limit)
}

/// A text that is longer than every buffer inside.
pub(super) fn long_text() -> Vec<u8> {
    (0..40_000_u32).flat_map(|n| format!("{n},").into_bytes()).collect()
}

#[test]
fn every_coding_is_undone() {
    for text in [b"{\"Response\":{}}".to_vec(), long_text()] {
        let cases: [(&[&str], Vec<u8>); 12] = [
            (&[], text.clone()),
            (&["identity"], text.clone()),
            (&[""], text.clone()),
            (&["gzip"], gzip(&text)),
            (&["X-GZIP"], gzip(&text)),
            (&["deflate"], zlib(&text)),
            (&["Deflate"], raw_deflate(&text)),
            (&["deflate, gzip"], gzip(&zlib(&text))),
            (&["gzip ,identity,deflate"], zlib(&gzip(&text))),
            (&["gzip", "deflate"], zlib(&gzip(&text))),
            (&["gzip,gzip,gzip,gzip"], gzip(&gzip(&gzip(&gzip(&text))))),
            // Two members, one after the other.
            (&["gzip"], [gzip(&text[..10]), gzip(&text[10..])].concat()),
        ];
        for (codings, body) in cases {
            let decoded = decode(codings, body, LIMIT).unwrap();
            assert!(decoded == text, "{codings:?}: {} bytes", decoded.len());
        }
    }
    assert!(decode(&["gzip"], Vec::new(), LIMIT).unwrap().is_empty());
    assert!(decode(&["gzip"], gzip(b""), LIMIT).unwrap().is_empty());
}

#[test]
fn what_cannot_be_undone_is_an_error_that_says_why() {
    let text = long_text();
    let cut = |mut body: Vec<u8>, by: usize| {
        body.truncate(body.len() - by);
        body
    };
    let mut wrong_sum = gzip(&text);
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 1;
    let cases: [(&[&str], Vec<u8>, &str); 12] = [
        (&["br"], text.clone(), "compressed by \"br\""),
        (&["gzip, zstd"], text.clone(), "compressed by \"zstd\""),
        (&["gzip;q=1"], text.clone(), "compressed by \"gzip;q=1\""),
        (&["gzip,gzip,gzip", "gzip,gzip"], gzip(&text), "compressed 5 times over"),
        (&["gzip"], text.clone(), "no valid gzip"),
        (&["gzip"], wrong_sum, "no valid gzip"),
        (&["gzip"], cut(gzip(&text), 1), "no valid gzip"),
        (&["gzip"], cut(gzip(&text), 100), "no valid gzip"),
        (&["deflate"], cut(zlib(&text), 1), "no valid deflate"),
        (&["deflate"], cut(zlib(&text), 100), "no valid deflate"),
        (&["deflate"], cut(raw_deflate(&text), 100), "no valid deflate"),
        (&["deflate"], b"\xFF\xFF\xFF".to_vec(), "no valid deflate"),
    ];
    for (codings, body, message) in cases {
        let error = decode(codings, body, LIMIT).unwrap_err();
        assert!(error.message().contains(message), "{codings:?}: {error}");
        assert_eq!(error.kind(), ErrorKind::Response);
        assert!(error.maybe_sent());
    }
}

#[test]
fn a_small_body_that_becomes_large_is_refused() {
    let zeros = vec![0; 10 << 20];
    for (coding, body) in
        [("gzip", gzip(&zeros)), ("deflate", zlib(&zeros)), ("deflate", raw_deflate(&zeros))]
    {
        assert!(body.len() < 20_000);
        let error = decode(&[coding], body.clone(), 100_000).unwrap_err();
        let expected = "the answer has more than 100000 bytes when it is decompressed";
        assert!(error.message().starts_with(expected), "{error}");
        assert!(error.message().contains("`max_response_size`"));
        // The limit is the last size that is allowed.
        assert!(decode(&[coding], body.clone(), zeros.len() - 1).is_err());
        assert_eq!(decode(&[coding], body, zeros.len()).unwrap().len(), zeros.len());
    }
    // One that becomes large on the way to something small.
    let bomb = gzip(&gzip(&zeros));
    assert!(decode(&["gzip, gzip"], bomb, 1_000).is_err());
}
