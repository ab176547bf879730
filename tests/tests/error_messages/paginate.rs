//! Pages of list actions.

use serde_json::{Value, json};
use tencentcloud_common::{Error, Paging};
use tencentcloud_trap::v20210202::TrapClient;
use tencentcloud_trap::v20210202::models::{DescribeTextsRequest, GetTokensRequest};

use super::fixtures::{Reply, block_on, builder, client};
use super::messages::Messages;

/// Reads the first page of a dynamic call that gets this response.
async fn read(response: Value) -> Result<(), Error> {
    let client = client(Reply::json(json!({"Response": response}).to_string()));
    let mut pages =
        client.call_json("DescribeRules", json!({})).pages(Paging::by_offset("Offset", "Limit"));
    pages.next().await.transpose().map(drop)
}

pub(super) fn add(messages: &mut Messages) {
    block_on(async {
        let trap: TrapClient = builder(Reply::ok()).build().unwrap();
        let text = DescribeTextsRequest::new().offset("many").limit("10");
        let outcome = trap.describe_texts(text).items().into_vec().await;
        messages.add("The offset of the first page is not a number", outcome);
        let call = trap.get_tokens(GetTokensRequest::new());
        messages.add("A page size of zero", call.items().page_size(0).into_vec().await);
        let call = trap.get_tokens(GetTokensRequest::new());
        let outcome = call.items().page_size(50).into_vec().await;
        messages.add("A page size for an action without one", outcome);
        let outcome = read(json!({"Ingress": [{}], "Egress": [{}], "RequestId": "r-1"})).await;
        messages.add("A response with two lists", outcome);
        let outcome = read(json!({"TotalCount": 3, "RequestId": "r-1"})).await;
        messages.add("A response with a total and no list", outcome);
        let call = client(Reply::ok()).call_octet_stream("UploadLog", json!({}), "bytes");
        let outcome = call.items(Paging::by_offset("Offset", "Limit")).into_vec().await;
        messages.add("Pages of a call without JSON parameters", outcome);
    });
}
