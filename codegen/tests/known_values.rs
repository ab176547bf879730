//! Known values that are extracted from the documents of an upstream file. The documents here are
//! written like real ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use serde_json::json;
use tencentcloud_codegen::supplements::values::{self, Entry, Literal, ValueSet, Values};
use tencentcloud_codegen::{PackageKind, generate, upstream};

/// Member of a response: name, type, type of the value, document.
type Member<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Returns an upstream file with one action and these objects.
fn api(objects: &[(&str, &[Member<'_>])]) -> String {
    let member = |(name, kind, element, document): &Member<'_>| json!({"name": name, "type": kind, "member": element, "document": document});
    let id = ("RequestId", "string", "string", "d");
    let mut parts = serde_json::Map::new();
    let mut response = vec![member(&id)];
    for (object, members) in objects {
        let members: Vec<_> = members.iter().map(member).collect();
        parts
            .insert((*object).into(), json!({"document": "d", "usage": "out", "members": members}));
        response.push(member(&(object, "object", object, "d")));
    }
    parts.insert(
        "DescribeThingsRequest".into(),
        json!({"document": "d", "type": "object", "members": []}),
    );
    parts.insert(
        "DescribeThingsResponse".into(),
        json!({"document": "d", "type": "object", "members": response}),
    );
    let action = json!({"document": "d", "name": "n", "status": "online",
        "input": "DescribeThingsRequest", "output": "DescribeThingsResponse"});
    json!({"actions": {"DescribeThings": action}, "objects": parts, "version": "1.0",
        "metadata": {"apiVersion": "2020-01-01", "serviceShortName": "demo"}})
    .to_string()
}

fn extract(text: &str) -> Values {
    upstream::known_values("demo", "2020-01-01", text).unwrap()
}

/// Returns the values that one document lists.
fn listed(document: &str) -> Vec<String> {
    let other = ("Address", "string", "string", "另一个字段。");
    let text = api(&[("Thing", &[("Value", "string", "string", document), other])]);
    let values = extract(&text);
    let sets = values.0.into_values().next().map(|set| set.values);
    sets.unwrap_or_default().into_keys().collect()
}

#[test]
fn values_with_meanings_are_found() {
    for (document, expected) in [
        ("机器状态。取值范围：<br><li>ON：开机</li><li>OFF：关机</li>", &["OFF", "ON"][..]),
        (
            "<p>状态</p><p>枚举值：</p><ul><li>on： 开机</li><li>off： 关机</li></ul>",
            &["off", "on"],
        ),
        ("状态：\n- `ON`：开机\n- `OFF`：关机", &["OFF", "ON"]),
        ("返回值包括：\n* `DISK_A` 甲盘\n* `DISK_B` 乙盘", &["DISK_A", "DISK_B"]),
        ("状态，ON: 开机 OFF: 关机", &["OFF", "ON"]),
        ("状态：&#39;ON&#39;(开机),&#39;OFF&#39;（关机）", &["OFF", "ON"]),
        ("机器状态:\nBUILDING-创建中\nREADY-可用", &["BUILDING", "READY"]),
        ("方向：\n- IN - 入\n- NO-DIRECTION - 无", &["IN", "NO-DIRECTION"]),
        ("IN表示入方向，OUT 表示出方向", &["IN", "OUT"]),
        ("<code>A1</code>：甲，<code>B2</code>：乙", &["A1", "B2"]),
        ("单位：\n- HOUR\n- GB", &["GB", "HOUR"]),
        ("操作，其中ON代表开机，OFF代表关机。", &["OFF", "ON"]),
        ("PREPAID：即[包年](https://example.com/A:1)；HOURLY：按小时", &["HOURLY", "PREPAID"]),
    ] {
        assert_eq!(listed(document), expected, "{document}");
    }
}

#[test]
fn quoted_values_are_found_after_a_word_that_announces_them() {
    assert_eq!(listed("可选值：`TCP`、`UDP`。"), ["TCP", "UDP"]);
    assert_eq!(listed("状态，包括'NEW', 'OLD '"), ["NEW", "OLD"]);
    assert_eq!(listed("排序。升序：`ASC`，倒序：`DESC`"), ["ASC", "DESC"]);
    assert_eq!(listed("由`TCP`和`UDP`承载。"), Vec::<String>::new());
}

#[test]
fn other_words_are_not_values() {
    for document in [
        "",
        "只有一个取值：\n- ON：开机",
        // Names of the API.
        "通过`DescribeThings`：查询，取返回值中的`Address`：使用。",
        // Examples, ids, dates, addresses, JSON and patterns.
        "取值例如：`ON`，形如：`OFF`。",
        "可选值，`ins-11112222`，`ins-xxxxxxxx`。",
        "格式：YYYY-MM-DD hh:mm:ss，HH:MM",
        "见 https://example.com/FOO：甲，http://example.com/BAR：乙。",
        "标签，{\"Key\": \"甲\", \"Value\": \"乙\"}",
        "模式串{AB：甲,CD：乙}。",
        "取值范围：`ids.N`，`a/b`，`img-x`",
        // Parts of sentences and meanings.
        "常规BGP-后付费，普通VPN（内网）。",
        "A1：SSD表示一种盘",
        "当值为布尔类型时，取值为\"TRUE\"或\"FALSE\"。",
        "单字母：A：甲，B：乙",
        "数字：1：甲，2：乙",
        "文本<数值 FOO>：甲，[未闭合](链接 {",
    ] {
        assert_eq!(listed(document), Vec::<String>::new(), "{document}");
    }
}

#[test]
fn only_strings_have_values_and_members_of_one_name_share_a_set_if_it_is_equal() {
    let on_off = "取值：\n- ON：开机\n- OFF：关机";
    let three = "取值：\n- ON：开机\n- OFF：关机\n- GONE：已删除";
    let text = api(&[
        (
            "Disk",
            &[
                ("State", "string", "string", on_off),
                ("Kinds", "list", "string", on_off),
                ("Code", "int", "int64", on_off),
                ("CreatedTime", "string", "datetime", on_off),
                ("DiskIds", "list", "string", on_off),
            ],
        ),
        ("Host", &[("State", "string", "string", on_off), ("Mode", "string", "string", three)]),
        ("Image", &[("State", "string", "string", three), ("Mode", "string", "string", three)]),
    ]);
    let values = extract(&text);
    let sets: Vec<(&str, Vec<&str>)> = values
        .0
        .iter()
        .map(|(name, set)| (name.as_str(), set.members.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        sets,
        [
            ("disk_state", vec!["Disk.State", "Host.State"]),
            ("image_state", vec!["Image.State"]),
            ("kinds", vec!["Disk.Kinds"]),
            ("mode", vec!["Host.Mode", "Image.Mode"]),
        ]
    );
    assert!(values.0.values().all(|set| set.doc.is_none()));
}

#[test]
fn the_result_can_be_written_read_and_generated() {
    // Two values with the same constant.
    let document = "取值：\n- ON：开机\n- on：开机\n- Half-Open：半开";
    let text = api(&[("Disk", &[("Type", "string", "string", document)])]);
    let found = extract(&text);
    let entries = &found.0["type"].values;
    assert_eq!(entries["ON"], Entry::default());
    assert_eq!(entries["ON_2"].value, Some(Literal::Text("on".into())));

    let written = values::write("demo", "2020-01-01", &found);
    assert_eq!(values::read("demo", "2020-01-01", &written).unwrap(), found);
    let mut spec = upstream::read("demo", "2020-01-01", &text).unwrap();
    spec.supplements.values = Some(found);
    let files = generate(&[spec], &PackageKind::Internal).unwrap();
    let values = files.iter().find(|file| file.path.ends_with("/values.rs")).unwrap();
    assert!(values.contents.contains("pub const HALF_OPEN: &str = \"Half-Open\";"));
}

#[test]
fn every_kind_of_entry_survives_writing() {
    let entry =
        |value: Option<Literal>, doc: Option<&str>| Entry { value, doc: doc.map(str::to_owned) };
    let set = ValueSet {
        doc: Some("Say \"hi\".".into()),
        members: vec!["A.B".into()],
        values: [
            ("PLAIN".to_owned(), entry(None, None)),
            ("with space".to_owned(), entry(None, Some("Doc."))),
            ("NUMBER".to_owned(), entry(Some(Literal::Integer(-1)), None)),
            ("TEXT".to_owned(), entry(Some(Literal::Text("a\\b".into())), Some("Doc."))),
        ]
        .into(),
        ignored: ["X".to_owned(), "Y".to_owned()].into(),
    };
    let values = Values([("a".to_owned(), set)].into());
    let text = values::write("demo", "2020-01-01", &values);
    assert_eq!(values::read("demo", "2020-01-01", &text).unwrap(), values);
}

#[test]
fn an_invalid_file_is_an_error() {
    let error = upstream::known_values("demo", "2020-01-01", "{}").unwrap_err();
    assert!(error.to_string().starts_with("demo 2020-01-01: invalid specification"), "{error}");
}
