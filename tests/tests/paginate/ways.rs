//! Which requests each way to page sends.

use serde_json::json;
use tencentcloud_common::ErrorKind;
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{
    DescribeInstancesRequest, DescribeResourcePoolPacksRequest, DescribeTaskInfoRequest,
};
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, ok, respond};
use tencentcloud_trap::v20210202::TrapClient;
use tencentcloud_trap::v20210202::models::{
    DescribeBothRequest, DescribeTextsRequest, GetTokensRequest, ListPagesRequest,
};
use tencentcloud_vpc::v20170312::VpcClient;
use tencentcloud_vpc::v20170312::models::{DescribeSubnetsRequest, DescribeVpcsRequest};

use crate::{client, instances, sent};

/// Returns a transport that responds with these bodies in turn.
fn bodies(bodies: &[&str]) -> InMemoryTransport {
    let bodies: Vec<String> = bodies.iter().map(|&body| body.to_owned()).collect();
    InMemoryTransport::new(move |number, _| {
        respond(&format!(r#"{{"Response": {{"RequestId": "r-{number}", {}}}}}"#, bodies[number]))
    })
}

#[tokio::test]
async fn an_offset_grows_by_the_items_received_until_the_total() {
    let page = |ids: std::ops::Range<usize>| {
        format!(r#""TotalCount": 7, "InstanceSet": {}"#, instances(ids))
    };
    // Fewer items than the page size are not the end.
    let network = bodies(&[&page(0..3), &page(3..5), &page(5..7)]);
    let client = client(CvmClient::builder(), &network);
    let request = DescribeInstancesRequest::new().limit(3);
    let items = client.describe_instances(request).items().into_vec().await.unwrap();
    let ids: Vec<_> = items.iter().filter_map(|it| it.instance_id.as_deref()).collect();
    assert_eq!(ids, ["ins-0", "ins-1", "ins-2", "ins-3", "ins-4", "ins-5", "ins-6"]);
    let expected =
        [json!({"Limit": 3}), json!({"Limit": 3, "Offset": 3}), json!({"Limit": 3, "Offset": 5})];
    assert_eq!(sent(&network), expected);
}

#[tokio::test]
async fn reading_begins_at_the_offset_of_the_request() {
    let network = bodies(&[&format!(r#""TotalCount": 7, "InstanceSet": {}"#, instances(5..7))]);
    let client = client(CvmClient::builder(), &network);
    let request = DescribeInstancesRequest::new().offset(5);
    let items = client.describe_instances(request).items().page_size(50).into_vec().await.unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(sent(&network), [json!({"Offset": 5, "Limit": 50})]);
}

#[tokio::test]
async fn an_empty_page_ends_a_list_without_a_total() {
    let network = bodies(&[
        &format!(r#""InstanceSet": {}"#, instances(0..20)),
        &format!(r#""TotalCount": 0, "InstanceSet": {}"#, instances(20..40)),
        r#""InstanceSet": []"#,
    ]);
    let client = client(CvmClient::builder(), &network);
    let mut pages = client.describe_instances(DescribeInstancesRequest::new()).pages();
    let mut lengths = Vec::new();
    while let Some(page) = pages.next().await {
        lengths.push(page.unwrap().instance_set.len());
    }
    // The empty page is not returned.
    assert_eq!(lengths, [20, 20]);
    assert_eq!(sent(&network), [json!({}), json!({"Offset": 20}), json!({"Offset": 40})]);
}

#[tokio::test]
async fn the_first_page_is_returned_even_if_it_is_empty() {
    let network = bodies(&[r#""TotalCount": 0, "InstanceSet": []"#]);
    let client = client(CvmClient::builder(), &network);
    let mut pages = client.describe_instances(DescribeInstancesRequest::new()).pages();
    assert_eq!(pages.next().await.unwrap().unwrap().total_count, Some(0));
    assert!(pages.next().await.is_none());
    assert_eq!(network.sent().len(), 1);
}

#[tokio::test]
async fn numbers_are_sent_in_the_type_of_the_member() {
    let network = bodies(&[
        r#""TotalCount": 3, "VpcSet": [{"VpcId": "vpc-0"}, {"VpcId": "vpc-1"}]"#,
        r#""TotalCount": 3, "VpcSet": [{"VpcId": "vpc-2"}]"#,
    ]);
    let client = client(VpcClient::builder(), &network);
    let items = client.describe_vpcs(DescribeVpcsRequest::new()).items().page_size(2);
    assert_eq!(items.into_vec().await.unwrap().len(), 3);
    assert_eq!(sent(&network), [json!({"Limit": "2"}), json!({"Limit": "2", "Offset": "2"})]);
}

#[tokio::test]
async fn members_that_are_required_are_set() {
    let network = bodies(&[r#""TotalCount": 0, "RepairTaskInfoSet": []"#]);
    let client = client(CvmClient::builder(), &network);
    let items = client.describe_task_info(DescribeTaskInfoRequest::new()).items();
    assert_eq!(items.into_vec().await.unwrap().len(), 0);
    assert_eq!(sent(&network), [json!({"Offset": 0, "Limit": 20})]);

    let network = bodies(&[r#""Names": ["a"]"#, r#""Names": []"#]);
    let client = crate::client(TrapClient::builder(), &network);
    let names = client.describe_texts(DescribeTextsRequest::new()).items().into_vec().await;
    assert_eq!(names.unwrap(), ["a"]);
    let expected = [json!({"Offset": "0", "Limit": "20"}), json!({"Offset": "1", "Limit": "20"})];
    assert_eq!(sent(&network), expected);
}

#[tokio::test]
async fn a_token_is_followed_until_it_is_empty() {
    let network = bodies(&[
        r#""NextToken": "t-1", "DedicatedResourcePackSet": [{}]"#,
        // A page may be empty.
        r#""NextToken": "t-2", "DedicatedResourcePackSet": []"#,
        r#""NextToken": "", "DedicatedResourcePackSet": [{}, {}]"#,
    ]);
    let client = client(CvmClient::builder(), &network);
    let call = client.describe_resource_pool_packs(DescribeResourcePoolPacksRequest::new());
    assert_eq!(call.items().page_size(10).into_vec().await.unwrap().len(), 3);
    let expected = [
        json!({"MaxResults": 10}),
        json!({"MaxResults": 10, "NextToken": "t-1"}),
        json!({"MaxResults": 10, "NextToken": "t-2"}),
    ];
    assert_eq!(sent(&network), expected);
}

#[tokio::test]
async fn a_token_that_was_used_before_ends_the_list() {
    let network = bodies(&[
        r#""NextCursor": "a", "Numbers": [1]"#,
        r#""NextCursor": "b", "Numbers": [2]"#,
        r#""NextCursor": "a", "Numbers": [3]"#,
    ]);
    let client = client(TrapClient::builder(), &network);
    let call = client.get_tokens(GetTokensRequest::new().cursor("start"));
    assert_eq!(call.items().into_vec().await.unwrap(), [1, 2, 3]);
    let expected = [json!({"Cursor": "start"}), json!({"Cursor": "a"}), json!({"Cursor": "b"})];
    assert_eq!(sent(&network), expected);
}

#[tokio::test]
async fn page_numbers_begin_where_the_specification_says() {
    let network = bodies(&[
        r#""Data": {"Total": 3, "Rows": [{"Name": "a"}, {"Name": "b"}]}"#,
        r#""Data": {"Total": 3, "Rows": [{"Name": "c"}]}"#,
    ]);
    let client = client(TrapClient::builder(), &network);
    let items = client.list_pages(ListPagesRequest::new()).items().page_size(2);
    let names: Vec<_> = items.into_vec().await.unwrap();
    assert_eq!(names.iter().filter_map(|it| it.name.as_deref()).collect::<String>(), "abc");
    let expected =
        [json!({"PageNumber": 0, "PageSize": 2}), json!({"PageNumber": 1, "PageSize": 2})];
    assert_eq!(sent(&network), expected);
}

#[tokio::test]
async fn the_pages_before_the_first_one_count() {
    // Two pages of two were skipped, so this is the last of five items.
    let network = bodies(&[r#""Data": {"Total": 5, "Rows": [{"Name": "e"}]}"#]);
    let client = client(TrapClient::builder(), &network);
    let request = ListPagesRequest::new().page_number(2).page_size(2);
    assert_eq!(client.list_pages(request).items().into_vec().await.unwrap().len(), 1);
    assert_eq!(network.sent().len(), 1);

    // The page size of the service is unknown, so only an empty page is the end.
    let network = bodies(&[
        r#""Data": {"Total": 5, "Rows": [{"Name": "e"}]}"#,
        r#""Data": {"Total": 5, "Rows": null}"#,
    ]);
    let client = crate::client(TrapClient::builder(), &network);
    let request = ListPagesRequest::new().page_number(2);
    assert_eq!(client.list_pages(request).items().into_vec().await.unwrap().len(), 1);
    assert_eq!(sent(&network), [json!({"PageNumber": 2}), json!({"PageNumber": 3})]);
}

#[tokio::test]
async fn the_request_chooses_between_offset_and_token() {
    let first = r#""TotalCount": 2, "NextToken": "t", "SubnetSet": [{"SubnetId": "subnet-0"}]"#;
    let second = r#""TotalCount": 2, "SubnetSet": [{"SubnetId": "subnet-1"}]"#;
    for (request, expected) in [
        (DescribeSubnetsRequest::new().limit("1"), json!({"Limit": "1", "Offset": "1"})),
        (DescribeSubnetsRequest::new().max_results(1), json!({"MaxResults": 1, "NextToken": "t"})),
    ] {
        let network = bodies(&[first, second]);
        let client = client(VpcClient::builder(), &network);
        assert_eq!(client.describe_subnets(request).items().into_vec().await.unwrap().len(), 2);
        assert_eq!(sent(&network)[1], expected);
    }
    let network = bodies(&[r#""Items": [{}], "NextToken": null"#]);
    let client = client(TrapClient::builder(), &network);
    let request = DescribeBothRequest::new().next_token("t");
    let items = client.describe_both(request).items().page_size(9).into_vec().await.unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(sent(&network), [json!({"MaxResults": 9, "NextToken": "t"})]);
}

#[tokio::test]
async fn a_page_size_that_cannot_be_used_is_refused() {
    let network = InMemoryTransport::new(|_, _| ok());
    let client = client(TrapClient::builder(), &network);
    let zero = client.list_pages(ListPagesRequest::new()).items().page_size(0).into_vec().await;
    let none = client.get_tokens(GetTokensRequest::new()).items().page_size(5).into_vec().await;
    let text = DescribeTextsRequest::new().offset("many");
    let offset = client.describe_texts(text).items().into_vec().await.map(drop);
    for (outcome, expected) in [
        (zero.map(drop), "the page size is zero"),
        (none.map(drop), "the action has no page size"),
        (offset, "`Offset` of the request is \"many\""),
    ] {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert!(network.sent().is_empty());
}
