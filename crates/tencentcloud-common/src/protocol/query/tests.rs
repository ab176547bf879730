use super::*;
use crate::ErrorKind;

fn flat(json: &str) -> Vec<(String, String)> {
    flatten(json.as_bytes()).unwrap()
}

fn query(json: &str) -> String {
    to_query(&flat(json))
}

#[test]
fn lists_and_objects_become_dotted_names_in_document_order() {
    let json = r#"{"Z": 1, "Filters": [{"Name": "zone", "Values": ["a", "b"]}, {"Name": "x"}],
                   "A": {"B": {"C": true, "D": false}}}"#;
    assert_eq!(
        query(json),
        "Z=1&Filters.0.Name=zone&Filters.0.Values.0=a&Filters.0.Values.1=b&Filters.1.Name=x\
         &A.B.C=true&A.B.D=false"
    );
}

#[test]
fn empty_values_are_left_out_and_count_as_an_index() {
    assert_eq!(
        query(r#"{"A": null, "B": [], "C": {}, "D": [null, "x", [], {"E": null}], "F": ""}"#),
        "D.1=x&F="
    );
    assert_eq!(query("{}"), "");
    assert_eq!(query(" {\n} "), "");
}

#[test]
fn numbers_keep_their_digits() {
    let numbers = [
        "0",
        "-1",
        "18446744073709551615",
        "123456789012345678901234567890",
        "-9223372036854775809",
        "1.50",
        "1e20",
        "1E+20",
        "0.1000000000000000055511151231257827",
    ];
    for number in numbers {
        let pairs = flat(&format!("{{\"N\": {number}, \"L\":[{number}]}}"));
        assert_eq!(pairs, [("N".into(), number.into()), ("L.0".into(), number.into())]);
    }
}

#[test]
fn escapes_in_strings_and_names_are_decoded() {
    let pairs = flat(r#"{"\u672a": "a\n\"b\" \u547d \ud83d\ude00 & = /", "a.b_c": "null"}"#);
    assert_eq!(
        pairs,
        [("未".into(), "a\n\"b\" 命 😀 & = /".to_owned()), ("a.b_c".into(), "null".into())]
    );
}

/// The expected text is the output of Python's `urllib.parse.quote_plus`.
#[test]
fn percent_encoding_equals_that_of_the_python_sdk() {
    let ascii: String = (0_u8..128).map(char::from).collect();
    assert_eq!(
        to_query(&[(&ascii, "未 é😀")]),
        "%00%01%02%03%04%05%06%07%08%09%0A%0B%0C%0D%0E%0F%10%11%12%13%14%15%16%17%18%19%1A%1B%1C\
         %1D%1E%1F+%21%22%23%24%25%26%27%28%29%2A%2B%2C-.%2F0123456789%3A%3B%3C%3D%3E%3F%40ABCDEFG\
         HIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60abcdefghijklmnopqrstuvwxyz%7B%7C%7D~%7F\
         =%E6%9C%AA+%C3%A9%F0%9F%98%80"
    );
}

#[test]
fn a_query_is_allocated_once() {
    let ascii: String = (0_u8..128).map(char::from).collect();
    let none: &[(&str, &str)] = &[];
    for pairs in [none, &[("", "")], &[("A", "未 é😀"), (&ascii, ""), ("b", &ascii)]] {
        let query = to_query(pairs);
        assert_eq!(query.len(), query_length(pairs), "{query}");
        // A buffer that had grown would have spare capacity.
        assert_eq!(query.capacity(), query.len(), "{query}");
    }
}

#[test]
fn malformed_documents_are_rejected_with_the_parameter_name() {
    let cases = [
        ("[1]", "are not a JSON object"),
        ("", "are not a JSON object"),
        ("{\"A\": [", "the parameters cannot be encoded as a query"),
        ("{\"A\": 1} x", "the parameters cannot be encoded as a query"),
        ("{\"A\": [1, {\"B\": \"\\ud800\"}]}", "the parameter A.1.B cannot be encoded as a query"),
    ];
    for (json, expected) in cases {
        let error = flatten(json.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert!(flatten(b"{\"A\": \"\xff\"}").unwrap_err().to_string().contains("UTF-8"));
}

#[test]
fn a_document_that_is_nested_too_deep_is_rejected_without_a_stack_overflow() {
    let nested = |depth: usize| format!("{{\"A\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(flat(&nested(127)).len(), 1);
    let error = flatten(nested(128).as_bytes()).unwrap_err().to_string();
    assert!(error.contains("more than 128 levels deep"), "{error}");
    assert!(flatten(nested(1_000_000).as_bytes()).is_err());
    // Brackets in a string do not count.
    let text = format!("{{\"A\": \"\\\\\\\"{}\\\\\"}}", "[{".repeat(200));
    assert_eq!(flat(&text).len(), 1);
}

#[test]
fn decoding_reverses_encoding() {
    for text in ["", "plain", "a b+c%d&e=f", "ö😀/\\\"", "100%"] {
        assert_eq!(decoded(&encoded(text)), text);
    }
    assert_eq!(decoded("%zz%4"), "%zz%4");
}
