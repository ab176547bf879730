//! Pages of calls of `CommonClient`.

use serde_json::json;
use tencentcloud_common::{CommonClient, ErrorKind, Paging};
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, respond};

use crate::{client, sent};

/// Returns a transport that responds with these members of `Response` in turn.
fn responses(responses: Vec<serde_json::Value>) -> InMemoryTransport {
    InMemoryTransport::new(move |number, _| {
        let mut response = responses[number].clone();
        response["RequestId"] = json!("r-1");
        respond(&json!({"Response": response}).to_string())
    })
}

fn common(network: &InMemoryTransport) -> CommonClient {
    client(CommonClient::builder("cvm", "2017-03-12"), network)
}

#[tokio::test]
async fn the_list_and_the_total_are_found() {
    let network = responses(vec![
        json!({"Zones": ["a", "b"], "InstanceSet": [{"Id": 1}, {"Id": 2}], "TotalCount": 3}),
        json!({"Zones": ["a", "b"], "InstanceSet": [{"Id": 3}], "TotalCount": 3}),
    ]);
    let call = common(&network).call_json("DescribeInstances", json!({"Ratio": 0.1, "Limit": 2}));
    let items = call.items(Paging::by_offset("Offset", "Limit")).into_vec().await.unwrap();
    assert_eq!(items, [json!({"Id": 1}), json!({"Id": 2}), json!({"Id": 3})]);
    let expected =
        [json!({"Ratio": 0.1, "Limit": 2}), json!({"Ratio": 0.1, "Limit": 2, "Offset": 2})];
    assert_eq!(sent(&network), expected);
}

#[tokio::test]
async fn a_list_in_the_only_object_is_found() {
    let network = responses(vec![
        json!({"Data": {"Rows": [1, 2], "Total": 3}}),
        json!({"Data": {"Rows": [3], "Total": 3}}),
    ]);
    let call = common(&network).call_json("ListRows", json!({}));
    let items = call.items(Paging::by_page("PageNumber", "PageSize")).page_size(2);
    assert_eq!(items.into_vec().await.unwrap(), [1, 2, 3]);
    let expected =
        [json!({"PageNumber": 1, "PageSize": 2}), json!({"PageNumber": 2, "PageSize": 2})];
    assert_eq!(sent(&network), expected);
}

#[tokio::test]
async fn numbers_stay_strings() {
    for (parameters, paging) in [
        (json!({"Offset": "0"}), Paging::by_offset("Offset", "Limit")),
        (json!({}), Paging::by_offset("Offset", "Limit").as_text()),
    ] {
        let network = responses(vec![json!({"VpcSet": [{}, {}]}), json!({"VpcSet": []})]);
        let call = common(&network).call_json("DescribeVpcs", parameters);
        assert_eq!(call.items(paging).into_vec().await.unwrap().len(), 2);
        assert_eq!(sent(&network)[1], json!({"Offset": "2"}));
    }
}

#[tokio::test]
async fn tokens_and_named_members_are_read() {
    let network = responses(vec![
        json!({"Context": "c-1", "Logs": {"Results": ["x"]}, "Columns": [1]}),
        json!({"Context": null, "Logs": {"Results": ["y"]}, "Columns": [1]}),
    ]);
    let paging = Paging::by_token("Context", "Context").size("Limit").items("Logs.Results");
    let call = common(&network).call_json("SearchLog", json!({}));
    assert_eq!(call.items(paging).page_size(1).into_vec().await.unwrap(), ["x", "y"]);
    assert_eq!(sent(&network)[1], json!({"Limit": 1, "Context": "c-1"}));
}

#[tokio::test]
async fn a_page_size_of_both_ways_does_not_choose_the_token() {
    let paging = Paging::by_offset("Offset", "Limit").or_by_token("Cursor", "NextCursor", "Limit");
    for (parameters, expected) in [
        (json!({"Limit": 1}), json!({"Limit": 1, "Offset": 1})),
        (json!({"Limit": 1, "Cursor": "a"}), json!({"Limit": 1, "Cursor": "b"})),
    ] {
        let page = json!({"Rows": [{}], "TotalCount": 2, "NextCursor": "b"});
        let network = responses(vec![page.clone(), page]);
        let items = common(&network).call_json("ListRows", parameters).items(paging);
        assert_eq!(items.into_vec().await.unwrap().len(), 2);
        assert_eq!(sent(&network)[1], expected);
    }
}

#[tokio::test]
async fn a_response_without_a_clear_list_is_an_error() {
    let two = json!({"Ingress": [{}], "Egress": [{}]});
    for (response, expected) in [
        (two, "the response has several lists (`Egress`, `Ingress`)"),
        (json!({"TotalCount": 5}), "the response has a total but no list"),
    ] {
        let network = responses(vec![response]);
        let mut pages = common(&network)
            .call_json("Describe", json!({}))
            .pages(Paging::by_offset("Offset", "Limit"));
        let error = pages.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response);
        assert!(error.to_string().contains(expected), "{error}");
        assert!(pages.next().await.is_none());
    }
    // Neither list nor total: there is nothing to read.
    let network = responses(vec![json!({})]);
    let call = common(&network).call_json("Describe", json!({}));
    assert!(call.items(Paging::by_offset("Offset", "Limit")).into_vec().await.unwrap().is_empty());
}

#[tokio::test]
async fn invalid_parameters_are_reported_once() {
    let network = responses(vec![json!({})]);
    let call = common(&network).call_json("Describe", json!([1]));
    let mut items = call.items(Paging::by_offset("Offset", "Limit"));
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(items.next().await.is_none());
    let call = common(&network).call_octet_stream("UploadLog", json!({}), "bytes");
    let error = call.pages(Paging::by_offset("Offset", "Limit")).next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("only a call with JSON parameters has pages"), "{error}");
    assert!(network.sent().is_empty());
}
