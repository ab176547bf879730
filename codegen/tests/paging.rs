//! How the pages of an action are read follows from its members.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod support;

use support::{add_action, add_struct, disabled, empty, many, member, model, one, text};
use tencentcloud_codegen::model::{NotPaged, Paging, Token, Way};
use tencentcloud_codegen::spec::{self, Spec};

/// Returns how the only action of a specification is paged, with an object `Item` for its lists.
fn paging(
    action: &str,
    request: &[spec::Member],
    response: &[spec::Member],
) -> Result<Paging, NotPaged> {
    paging_in(&mut empty(), action, request, response)
}

fn paging_in(
    spec: &mut Spec,
    action: &str,
    request: &[spec::Member],
    response: &[spec::Member],
) -> Result<Paging, NotPaged> {
    let uses_item = response.iter().any(|member| member.element == "Item");
    if uses_item || spec.objects.contains_key("Wrapper") {
        add_struct(spec, "Item", &[text("Name")]);
    }
    add_action(spec, action, request, response);
    model(spec).actions[0].paging.clone()
}

fn number(name: &str) -> spec::Member {
    member(name, "int", "int64")
}

fn page_number(first_page: Option<u8>) -> spec::Member {
    spec::Member { first_page, ..number("PageNumber") }
}

fn offset() -> [spec::Member; 2] {
    [number("Offset"), number("Limit")]
}

#[test]
fn the_way_follows_from_the_request() {
    let list = [many("Items", "Item"), text("NextToken")];
    let way = |request: &[spec::Member]| paging("ListItems", request, &list).map(|it| it.way);
    let offset =
        |offset: &str, limit: &str| Way::Offset { offset: offset.into(), limit: limit.into() };
    assert_eq!(way(&[number("Offset"), number("Limit")]), Ok(offset("Offset", "Limit")));
    assert_eq!(way(&[text("OffSet"), text("Length")]), Ok(offset("OffSet", "Length")));
    let page = |first| Way::Page { number: "PageNumber".into(), size: "PageSize".into(), first };
    assert_eq!(way(&[page_number(Some(0)), number("PageSize")]), Ok(page(0)));
    assert_eq!(way(&[page_number(Some(1)), text("PageSize")]), Ok(page(1)));
    assert_eq!(way(&[page_number(None), number("PageSize")]), Err(NotPaged::UnknownFirstPage));
    let token = |size: Option<&str>| {
        let name = || "NextToken".to_owned();
        Token { token: name(), next: name(), size: size.map(str::to_owned) }
    };
    assert_eq!(way(&[text("NextToken")]), Ok(Way::Token(token(None))));
    let request = [text("NextToken"), number("MaxResults")];
    assert_eq!(way(&request), Ok(Way::Token(token(Some("MaxResults")))));
    for request in [&[][..], &[number("Offset")], &[number("Limit")], &[many("Offset", "string")]] {
        assert_eq!(way(request), Err(NotPaged::NoPosition));
    }

    let both = [number("Offset"), number("Limit"), number("MaxResults"), text("NextToken")];
    let both = paging("ListItems", &both, &list).unwrap();
    assert_eq!(both.way, offset("Offset", "Limit"));
    assert_eq!(both.or_token, Some(token(Some("MaxResults"))));
}

#[test]
fn only_actions_that_read_are_paged() {
    let list = [many("Items", "Item")];
    for action in ["DescribeItems", "ListItems", "GetItems", "QueryItems", "SearchItems"] {
        assert!(paging(action, &offset(), &list).is_ok(), "{action}");
    }
    assert_eq!(paging("DeleteItems", &offset(), &list), Err(NotPaged::NotARead));
}

#[test]
fn the_items_are_the_only_list_or_the_only_list_of_objects() {
    let path = |response: &[spec::Member]| {
        paging("ListItems", &offset(), response).map(|paging| paging.items.names.join("."))
    };
    assert_eq!(path(&[many("Names", "string")]), Ok("Names".into()));
    assert_eq!(path(&[many("Names", "string"), many("Items", "Item")]), Ok("Items".into()));
    let old = disabled(many("OldItems", "Item"));
    assert_eq!(path(&[old, many("Items", "Item")]), Ok("Items".into()));
    assert_eq!(path(&[number("TotalCount")]), Err(NotPaged::NoList));
    let two = [many("Ingress", "Item"), many("Egress", "Item")];
    let names = vec!["Ingress".to_owned(), "Egress".to_owned()];
    assert_eq!(path(&two), Err(NotPaged::SeveralLists(names)));
}

#[test]
fn a_list_in_the_only_object_is_found() {
    let mut spec = empty();
    add_struct(&mut spec, "Wrapper", &[many("Items", "Item"), number("Total")]);
    let paging = paging_in(&mut spec, "ListItems", &offset(), &[one("Data", "Wrapper")]).unwrap();
    assert_eq!(paging.items.names, ["Data", "Items"]);
    assert_eq!(paging.total, Some(vec!["Data".into(), "Total".into()]));
}

#[test]
fn the_total_may_have_several_names() {
    for name in ["TotalCount", "Total", "TotalNum", "TotalCnt", "TotalCounts", "TotalNumber"] {
        let response = [many("Items", "Item"), number(name)];
        let paging = paging("ListItems", &offset(), &response).unwrap();
        assert_eq!(paging.total, Some(vec![name.to_owned()]));
    }
    let text_total = [many("Items", "Item"), text("TotalCount")];
    assert_eq!(paging("ListItems", &offset(), &text_total).unwrap().total, None);
}
