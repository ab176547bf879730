use super::*;
use crate::ErrorKind;

fn flat(json: &str) -> Vec<(String, String)> {
    flatten(json.as_bytes()).unwrap()
}

fn query(json: &str) -> String {
    to_query(&flat(json))
}

#[test]
fn lists_and_objects_become_dotted_names_in_the_order_of_the_document() {
    let json = r#"{"Z": 1, "Filters": [{"Name": "zone", "Values": ["a", "b"]}, {"Name": "x"}],
                   "A": {"B": {"C": true, "D": false}}}"#;
    assert_eq!(
        query(json),
        "Z=1&Filters.0.Name=zone&Filters.0.Values.0=a&Filters.0.Values.1=b&Filters.1.Name=x\
         &A.B.C=true&A.B.D=false"
    );
}

#[test]
fn what_has_no_value_vanishes_and_keeps_its_index() {
    assert_eq!(
        query(r#"{"A": null, "B": [], "C": {}, "D": [null, "x", [], {"E": null}], "F": ""}"#),
        "D.1=x&F="
    );
    assert_eq!(query("{}"), "");
    assert_eq!(query(" {\n} "), "");
}

#[test]
fn numbers_stay_as_they_are_written() {
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
fn strings_are_taken_out_of_their_escapes_and_names_too() {
    let pairs = flat(r#"{"\u672a": "a\n\"b\" \u547d \ud83d\ude00 & = /", "a.b_c": "null"}"#);
    assert_eq!(
        pairs,
        [("未".into(), "a\n\"b\" 命 😀 & = /".to_owned()), ("a.b_c".into(), "null".into())]
    );
}

/// As Python's `urllib.parse.quote_plus` says of all characters of ASCII.
#[test]
fn escapes_are_those_of_the_python_sdk() {
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
fn a_query_is_written_into_the_room_that_it_needs() {
    let ascii: String = (0_u8..128).map(char::from).collect();
    let none: &[(&str, &str)] = &[];
    for pairs in [none, &[("", "")], &[("A", "未 é😀"), (&ascii, ""), ("b", &ascii)]] {
        let query = to_query(pairs);
        assert_eq!(query.len(), query_length(pairs), "{query}");
        // Had it been grown, there would be room to spare, and a copy left behind.
        assert_eq!(query.capacity(), query.len(), "{query}");
    }
}

#[test]
fn broken_documents_are_refused_with_the_place() {
    let cases = [
        ("[1]", "are not a JSON object"),
        ("", "are not a JSON object"),
        ("{\"A\": [", "the parameters cannot be written into a query"),
        ("{\"A\": 1} x", "the parameters cannot be written into a query"),
        ("{\"A\": [1, {\"B\": \"\\ud800\"}]}", "A.1.B cannot be written into a query"),
    ];
    for (json, expected) in cases {
        let error = flatten(json.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert!(flatten(b"{\"A\": \"\xff\"}").unwrap_err().to_string().contains("UTF-8"));
}

#[test]
fn a_document_that_is_too_deep_is_refused_and_does_not_end_the_stack() {
    let nested = |depth: usize| format!("{{\"A\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(flat(&nested(127)).len(), 1);
    let error = flatten(nested(128).as_bytes()).unwrap_err().to_string();
    assert!(error.contains("more than 128 deep"), "{error}");
    assert!(flatten(nested(1_000_000).as_bytes()).is_err());
    // What stands in a string nests nothing.
    let text = format!("{{\"A\": \"\\\\\\\"{}\\\\\"}}", "[{".repeat(200));
    assert_eq!(flat(&text).len(), 1);
}

#[test]
fn what_was_escaped_is_read_back() {
    for text in ["", "plain", "a b+c%d&e=f", "ö😀/\\\"", "100%"] {
        assert_eq!(decoded(&encoded(text)), text);
    }
    assert_eq!(decoded("%zz%4"), "%zz%4");
}
