#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use serde_json::json;

use super::*;
use crate::test_util::assert_api_error;

fn spec() -> Spec {
    let text = json!({
        "service": "example", "version": "2020-01-01",
        "actions": {"Go": {"input": "GoRequest", "output": "GoResponse"}},
        "objects": {
            "GoRequest": {"members": [
                {"name": "Name", "type": "string", "member": "string", "required": true},
                {"name": "Limit", "type": "int", "member": "uint64"},
                {"name": "Offset", "type": "int", "member": "int64"},
                {"name": "Rate", "type": "float", "member": "float"},
                {"name": "Force", "type": "bool", "member": "bool"},
                {"name": "Day", "type": "string", "member": "date"},
                {"name": "Filters", "type": "list", "member": "Filter"},
                {"name": "First", "type": "object", "member": "Filter"},
                {"name": "Numbers", "type": "list", "member": "int64"}
            ]},
            "GoResponse": {"members": []},
            "Filter": {"members": [
                {"name": "Name", "type": "string", "member": "string", "required": true},
                {"name": "Values", "type": "list", "member": "string"}
            ]}
        }
    });
    Spec::parse(&text.to_string()).unwrap()
}

#[track_caller]
fn assert_rejected(result: Result<Parameters, ApiError>, code: &str, text: &str) {
    assert_api_error(&result.unwrap_err(), code, text);
}

#[test]
fn a_query_and_json_give_the_same_parameters() {
    let spec = spec();
    let query = "Name=a+b%26%2B%E6%9C%AA&Limit=5&Offset=-1&Rate=1.5&Force=True&Day=2024-01-01\
                 &Filters.1.Name=two&Filters.0.Values.0=x&Filters.0.Name=one&Filters.0.Values.1=\
                 &First.Name=f&Numbers.0=7&Numbers.10=9&Numbers.9=8";
    let json = json!({
        "Name": "a b&+未", "Limit": 5, "Offset": -1, "Rate": 1.5, "Force": true,
        "Day": "2024-01-01",
        "Filters": [{"Name": "one", "Values": ["x", ""]}, {"Name": "two"}],
        "First": {"Name": "f"}, "Numbers": [7, 8, 9]
    });
    let from_query = from_query(&spec, "GoRequest", query).unwrap();
    let from_json = from_json(&spec, "GoRequest", json.to_string().as_bytes()).unwrap();
    assert_eq!(from_query, from_json);
    assert_eq!(Value::Object(from_query), json);
}

#[test]
fn null_means_absent() {
    let parameters = from_json(&spec(), "GoRequest", br#"{"Name": "x", "Limit": null}"#).unwrap();
    assert_eq!(Value::Object(parameters), json!({"Name": "x"}));
    assert_rejected(
        from_json(&spec(), "GoRequest", br#"{"Name": null}"#),
        "MissingParameter",
        "`Name`",
    );
}

#[test]
fn errors_contain_the_path_of_the_parameter() {
    let cases = [
        (
            r#"{"Name": "x", "Filters": [{"Name": "a", "Foo": 1}]}"#,
            "UnknownParameter",
            "`Filters.0.Foo`",
        ),
        (r#"{"Name": "x", "limit": 1}"#, "UnknownParameter", "Did you mean `Limit`?"),
        (
            r#"{"Name": "x", "Filters": [{"Name": "a"}, {}]}"#,
            "MissingParameter",
            "`Filters.1.Name`",
        ),
        (r#"{"Limit": 1}"#, "MissingParameter", "`Name`"),
        (r#"{"Name": 1}"#, "InvalidParameter", "`Name` must be a string, got an integer"),
        (r#"{"Name": "x", "Limit": -1}"#, "InvalidParameter", "`Limit`"),
        (r#"{"Name": "x", "Limit": "1"}"#, "InvalidParameter", "got a string"),
        (r#"{"Name": "x", "Offset": 1.0}"#, "InvalidParameter", "a number with a fraction"),
        (r#"{"Name": "x", "Offset": 9223372036854775808}"#, "InvalidParameter", "`Offset`"),
        (r#"{"Name": "x", "Force": 1}"#, "InvalidParameter", "true or false"),
        (r#"{"Name": "x", "Filters": {}}"#, "InvalidParameter", "a list, got an object"),
        (r#"{"Name": "x", "First": []}"#, "InvalidParameter", "an object, got a list"),
        (r#"{"Name": "x", "Numbers": [1, null]}"#, "InvalidParameter", "`Numbers.1`"),
        (r#"["Name"]"#, "InvalidParameter", "must be a JSON object, got a list"),
        (r#"{"Name": "x""#, "InvalidParameter", "not JSON"),
        ("", "InvalidParameter", "not JSON"),
    ];
    for (body, code, text) in cases {
        assert_rejected(from_json(&spec(), "GoRequest", body.as_bytes()), code, text);
    }
}

#[test]
fn a_query_is_validated_like_json() {
    let cases = [
        ("Name=x&Filters.0.Name=a&Filters.0.Foo=1", "UnknownParameter", "`Filters.0.Foo`"),
        ("Name=x&Limit=many", "InvalidParameter", "`Limit`"),
        ("Name=x&Limit=-1", "InvalidParameter", "`Limit`"),
        ("Name=x&Rate=NaN", "InvalidParameter", "`Rate`"),
        ("Name=x&Filters=1", "InvalidParameter", "`Filters` must be a list"),
        ("Name=x&Filters.x.Name=a", "InvalidParameter", "`x`"),
        ("Name=x&First.0=a", "UnknownParameter", "`First.0`"),
        ("Name.0=x", "InvalidParameter", "`Name` must be a string, got an object"),
        ("Name=x&Name=y", "InvalidParameter", "`Name`"),
        ("Name=x&Filters.0=y&Filters.0.Name=z", "InvalidParameter", "either a value or a list"),
        ("Name=%E6%9C", "InvalidParameter", "percent-encoded"),
        ("Name=%G0", "InvalidParameter", "percent-encoded"),
        ("Name=%", "InvalidParameter", "percent-encoded"),
        ("Limit=1", "MissingParameter", "`Name`"),
    ];
    for (query, code, text) in cases {
        assert_rejected(from_query(&spec(), "GoRequest", query), code, text);
    }
}

#[test]
fn deep_input_is_rejected_without_recursion() {
    let deep = format!("{{\"Name\": {}", "[".repeat(100_000));
    assert_rejected(
        from_json(&spec(), "GoRequest", deep.as_bytes()),
        "InvalidParameter",
        "not JSON",
    );
    let name = format!("Filters{}=1", ".0".repeat(10_000));
    assert_rejected(
        from_query(&spec(), "GoRequest", &name),
        "UnknownParameter",
        "more than 24 parts",
    );
}
