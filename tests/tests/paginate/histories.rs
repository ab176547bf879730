//! Random lists, page sizes and changes, compared with a model of a paging service.

#![allow(clippy::cast_possible_truncation, reason = "the lists are short")]

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeInstancesRequest;
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, respond};
use tencentcloud_trap::v20210202::TrapClient;
use tencentcloud_trap::v20210202::models::{DescribeBothRequest, ListPagesRequest};

use crate::client;

/// A linear congruential generator: the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A service with a list of numbers that may change before each page.
struct Service {
    list: Vec<u64>,
    /// The largest page, whatever is asked for.
    cap: usize,
    has_total: bool,
    /// How likely the list changes before a page, in percent.
    changes: u64,
    numbers: Numbers,
    /// What was returned so far, in order.
    returned: Vec<u64>,
}

impl Service {
    fn respond(&mut self, parameters: &Value) -> Value {
        let number = |name: &str| parameters.get(name).and_then(Value::as_u64);
        if self.numbers.below(100) < self.changes {
            let at = self.numbers.below(self.list.len() as u64 + 1) as usize;
            if self.numbers.below(2) == 0 {
                let new = 1_000 + self.numbers.below(1_000);
                self.list.insert(at, new);
            } else if at < self.list.len() {
                self.list.remove(at);
            }
        }
        let wanted = ["Limit", "PageSize", "MaxResults"].iter().find_map(|name| number(name));
        let size = wanted.map_or(5, |size| size as usize).min(self.cap);
        let token = parameters.get("NextToken").and_then(Value::as_str);
        let start = match (token, number("Offset"), number("PageNumber")) {
            (Some(token), _, _) => token.parse().unwrap(),
            (None, Some(offset), _) => offset as usize,
            (None, None, Some(page)) => page as usize * size,
            (None, None, None) => 0,
        };
        let page: Vec<u64> = self.list.iter().skip(start).take(size).copied().collect();
        self.returned.extend(&page);
        let items: Vec<Value> = page
            .iter()
            .map(|it| json!({"InstanceId": it.to_string(), "Name": it.to_string()}))
            .collect();
        let total = if self.has_total { json!(self.list.len()) } else { Value::Null };
        let next = start + page.len();
        let token = if next < self.list.len() && !page.is_empty() {
            json!(next.to_string())
        } else {
            json!("")
        };
        json!({"Response": {
            "RequestId": "r-1", "TotalCount": total, "NextToken": token, "InstanceSet": items,
            "Items": items, "Data": {"Rows": items, "Total": total},
        }})
    }
}

fn network(service: &Arc<Mutex<Service>>) -> InMemoryTransport {
    let service = Arc::clone(service);
    InMemoryTransport::new(move |_, request| {
        let parameters = serde_json::from_slice(request.body()).unwrap();
        respond(&service.lock().unwrap().respond(&parameters).to_string())
    })
}

#[tokio::test]
async fn every_item_that_the_service_returns_arrives_once_and_in_order() {
    let mut numbers = Numbers(7);
    for round in 0..400 {
        let length = numbers.below(40);
        let size = 1 + numbers.below(12);
        let changes = if numbers.below(2) == 0 { 0 } else { 30 };
        let list: Vec<u64> = (0..length).collect();
        let service = Arc::new(Mutex::new(Service {
            list: list.clone(),
            cap: 1 + numbers.below(10) as usize,
            has_total: numbers.below(2) == 0,
            changes,
            numbers: Numbers(round),
            returned: Vec::new(),
        }));
        let network = network(&service);
        let is_offset = round % 3 == 0;
        let ids: Vec<String> = match round % 3 {
            0 => {
                let client = client(CvmClient::builder(), &network);
                let items = client.describe_instances(DescribeInstancesRequest::new()).items();
                let items = items.page_size(size).into_vec().await.unwrap();
                items.into_iter().filter_map(|it| it.instance_id).collect()
            }
            1 => {
                let client = client(TrapClient::builder(), &network);
                let request = DescribeBothRequest::new().max_results(size);
                let items = client.describe_both(request).items().into_vec().await.unwrap();
                items.into_iter().filter_map(|it| it.name).collect()
            }
            _ => {
                let client = client(TrapClient::builder(), &network);
                let cap = service.lock().unwrap().cap as u64;
                let items = client.list_pages(ListPagesRequest::new()).items();
                // A page number means the same on both sides only if the size is not cut.
                let items = items.page_size(size.min(cap)).into_vec().await.unwrap();
                items.into_iter().filter_map(|it| it.name).collect()
            }
        };
        let service = service.lock().unwrap();
        let returned: Vec<String> = service.returned.iter().map(u64::to_string).collect();
        assert_eq!(ids, returned, "round {round}");
        if changes == 0 {
            let list: Vec<String> = list.iter().map(u64::to_string).collect();
            assert_eq!(ids, list, "round {round}");
        }
        // One call per page, and at most one to find the end.
        let cap = (size as usize).min(service.cap);
        let calls = network.sent().len();
        if changes == 0 {
            let pages = (length as usize).div_ceil(cap);
            assert!(calls <= pages + 1, "round {round}: {calls} calls for {pages} pages");
            if is_offset && service.has_total {
                assert_eq!(calls, pages.max(1), "round {round}");
            }
        } else {
            assert!(calls < 1_000, "round {round}");
        }
    }
}
