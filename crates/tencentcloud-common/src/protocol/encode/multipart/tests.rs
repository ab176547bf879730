use std::cell::Cell;

use serde_json::json;

use super::*;
use crate::protocol::model::Binary;
use crate::{ErrorKind, table};

/// Random bytes that produce the boundary `0123456789abcdef0123456789abcdef`.
fn fixed(bytes: &mut [u8]) {
    let digits = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_u128.to_be_bytes();
    bytes.copy_from_slice(&digits);
}

const BOUNDARY: &str = "0123456789abcdef0123456789abcdef";

fn text_of(multipart: Multipart) -> String {
    String::from_utf8(multipart.encode(&fixed).unwrap().body.to_vec()).unwrap()
}

#[test]
fn the_body_equals_that_of_the_python_sdk() {
    let multipart = Multipart::new()
        .text("Name", "x")
        .file("File", "File", b"\x00\x01bin".as_slice())
        .json("Obj", &json!({"a": [1]}));
    let encoded = multipart.encode(&fixed).unwrap();
    assert_eq!(encoded.content_type, format!("multipart/form-data; boundary={BOUNDARY}"));
    assert_eq!(encoded.method, http::Method::POST);
    let expected = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"Name\"\r\n\r\nx\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"File\"; filename=\"File\"\r\n\r\n\
         \x00\x01bin\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"Obj\"\r\n\
         Content-Type: application/json\r\n\r\n{{\"a\":[1]}}\r\n\
         --{BOUNDARY}--\r\n"
    );
    assert_eq!(encoded.body, expected);
}

#[test]
fn without_a_part_the_body_is_empty() {
    assert_eq!(text_of(Multipart::new()), "");
    let empty = text_of(Multipart::new().text("A", ""));
    assert!(empty.contains("name=\"A\"\r\n\r\n\r\n--"), "{empty}");
}

#[test]
fn names_cannot_inject_headers() {
    let body = text_of(Multipart::new().file("a\"b", "x\"\r\nEvil: 1\r\n\r\n未.pdf", "v"));
    let (header, _) = body.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        header,
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"a%22b\"; \
             filename=\"x%22%0D%0AEvil: 1%0D%0A%0D%0A未.pdf\""
        )
    );
    let error = Multipart::new().text("", "x").encode(&fixed).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("has no name"), "{error}");
}

#[test]
fn a_boundary_that_a_part_contains_is_replaced() {
    let tries = Cell::new(0_u8);
    let counting = |bytes: &mut [u8]| {
        tries.set(tries.get() + 1);
        bytes.fill(tries.get());
    };
    let (one, two) = ("01".repeat(16), "02".repeat(16));
    let multipart = || Multipart::new().text("A", format!("..{one}..")).file("B", "B", two.clone());
    let encoded = multipart().encode(&counting).unwrap();
    assert_eq!(encoded.content_type, format!("multipart/form-data; boundary={}", "03".repeat(16)));
    // A broken random source leads to an error and not to an endless loop.
    let error = multipart().encode(&|bytes| bytes.fill(1)).err().unwrap();
    assert!(error.to_string().contains("check the `Random` of the client"), "{error}");
}

#[test]
fn a_value_that_cannot_be_serialized_is_reported_when_the_body_is_encoded() {
    let bad = std::collections::BTreeMap::from([((1, 2), 3)]);
    let multipart = Multipart::new().json("Obj", &bad).text("A", "x");
    let error = multipart.encode(&fixed).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("the part Obj cannot be serialized"), "{error}");
}

#[test]
fn debug_shows_names_and_sizes() {
    let multipart = Multipart::new().text("Password", "hunter2").file("F", "f.txt", "secret!");
    assert_eq!(format!("{multipart:?}"), "Multipart([Password (7 bytes), F (file, 7 bytes)])");
}

/// A nested object.
#[derive(Clone, Default)]
struct Inner {
    ratio: Option<f64>,
    file: Option<Binary>,
}
table!(Inner { "Ratio": ratio, "File": file });

/// A request that can contain a file.
#[derive(Clone, Default)]
struct Upload {
    name: Option<String>,
    size: Option<u64>,
    dry: Option<bool>,
    ratio: Option<f64>,
    file: Option<Binary>,
    labels: Option<Vec<String>>,
    inner: Option<Inner>,
    unset: Option<i64>,
}
table!(Upload {
    "Name": name,
    "Size": size,
    "Dry": dry,
    "Ratio": ratio,
    "File": file,
    "Labels": labels,
    "Inner": inner,
    "Unset": unset,
});

#[test]
fn a_typed_request_with_a_file_is_multipart() {
    let upload = Upload {
        name: Some("未".to_owned()),
        size: Some(u64::MAX),
        dry: Some(true),
        ratio: Some(0.5),
        file: Some(Binary::from(b"\xff\x00".to_vec())),
        labels: Some(vec!["a".to_owned()]),
        inner: Some(Inner { ratio: Some(2.0), file: None }),
        unset: None,
    };
    let by_hand = Multipart::new()
        .text("Name", "未")
        .text("Size", "18446744073709551615")
        .text("Dry", "true")
        .text("Ratio", "0.5")
        .file("File", "File", b"\xff\x00".as_slice())
        .json("Labels", &json!(["a"]))
        .json("Inner", &json!({"Ratio": 2.0}));
    let sent = Multipart::from_model(&upload).unwrap().unwrap().encode(&fixed).unwrap();
    assert_eq!(sent.body, by_hand.encode(&fixed).unwrap().body);
}

#[test]
fn a_typed_request_without_a_file_is_not_multipart() {
    let upload = Upload { name: Some("x".to_owned()), ..Upload::default() };
    assert!(Multipart::from_model(&upload).unwrap().is_none());
}

#[test]
fn a_member_that_cannot_be_serialized_is_an_error_with_its_path() {
    let file = Some(Binary::from(vec![1]));
    let upload = |ratio, inner: Inner| Upload {
        file: file.clone(),
        ratio,
        inner: Some(inner),
        ..Upload::default()
    };
    let cases = [
        (upload(Some(f64::NAN), Inner::default()), "Ratio: the float is not finite"),
        (
            upload(None, Inner { ratio: Some(f64::INFINITY), file: None }),
            "Inner.Ratio: the float is not finite",
        ),
        (
            upload(None, Inner { ratio: None, file: file.clone() }),
            "Inner.File: raw bytes cannot be serialized as JSON",
        ),
    ];
    for (upload, expected) in cases {
        let error = Multipart::from_model(&upload).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
    }
}
