//! The frozen naming rule.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::collections::BTreeSet;

use heck::ToSnakeCase as _;
use tencentcloud_codegen::names::{Ident, client_name, snake, type_name};

/// Names for which the rule differed from the plain rule of `heck` when it was frozen.
const CHANGED: &str = include_str!("data/names_changed.tsv");

/// Names of cbs, cvm and vpc for which both rules agreed at that time. The committed specifications
/// are not used, because their next version may contain names of either kind.
const PLAIN: &str = include_str!("data/names_plain.txt");

#[test]
fn the_golden_list_holds() {
    let mut rows = 0;
    for row in CHANGED.lines() {
        let columns: Vec<&str> = row.split('\t').collect();
        let [_kind, name, heck, wanted, _count] = columns[..] else { panic!("{row}") };
        assert_eq!(name.to_snake_case(), heck, "the plain rule of heck has changed");
        assert_eq!(snake(name), wanted);
        rows += 1;
    }
    assert_eq!(rows, 1129);
}

#[test]
fn every_other_name_follows_the_plain_rule() {
    let changed: BTreeSet<&str> =
        CHANGED.lines().filter_map(|row| row.split('\t').nth(1)).collect();
    let mut names = 0;
    for name in PLAIN.lines() {
        assert!(!changed.contains(name), "{name} is in both lists");
        assert_eq!(snake(name), name.to_snake_case());
        names += 1;
    }
    assert_eq!(names, 2298);
}

#[test]
fn brands_are_one_word_only_at_word_boundaries() {
    assert_eq!(snake("IPList"), "ip_list");
    assert_eq!(snake("XForwardedFor"), "x_forwarded_for");
    assert_eq!(snake("CName"), "c_name");
    assert_eq!(snake("GPUIDs"), "gpuids");
    assert_eq!(snake("SAMLIdPId"), "saml_idp_id");
    assert_eq!(snake("File3DUrl"), "file_3d_url");
    assert_eq!(snake("Vpc2Demo"), "vpc2_demo");
    assert_eq!(snake("hadAutoFixVul"), "had_auto_fix_vul");
    assert_eq!(snake("MongoDBIPv6IDs"), "mongodb_ipv6_ids");
}

#[test]
fn keywords_are_escaped() {
    for (text, written) in [
        ("type", "r#type"),
        ("gen", "r#gen"),
        ("try", "r#try"),
        ("super", "super_"),
        ("self", "self_"),
        ("crate", "crate_"),
        ("union", "union"),
        ("name", "name"),
    ] {
        assert_eq!(Ident::new(text).to_string(), written);
    }
    assert_eq!(Ident::new("type").with_suffix("_2").to_string(), "type_2");
}

#[test]
fn types_keep_their_names() {
    assert_eq!(type_name("IPSECOptionsSpecification"), "IPSECOptionsSpecification");
    assert_eq!(type_name("GetWsTokenReq_Label"), "GetWsTokenReqLabel");
    assert_eq!(client_name("autoscaling"), "AutoscalingClient");
    assert_eq!(client_name("ai3d"), "Ai3dClient");
}
