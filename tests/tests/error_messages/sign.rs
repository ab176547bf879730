//! Signatures without a client.

use serde_json::json;
use tencentcloud_common::profile::{Endpoint, Protocol};
use tencentcloud_common::sign::presign::Presign;
use tencentcloud_common::sign::tc3::{self, Payload, SigningKey};
use tencentcloud_common::sign::v1;

use super::fixtures::{KEY, NOW, SECRET_ID, credential};
use super::messages::Messages;
use super::request::Unwritable;

pub(super) fn add(messages: &mut Messages) {
    messages.heading("TC3-HMAC-SHA256");
    let request = |timestamp| {
        tc3::Request::new("cvm", "cvm.tencentcloudapi.com", timestamp, Payload::Bytes(b"{}"))
    };
    messages.add(
        "A timestamp after the year 9999",
        tc3::authorization(&request(u64::MAX), &credential()),
    );
    let key = SigningKey::derive(KEY, "2023-11-13", "vpc");
    messages.add(
        "A signing key of another day and service",
        tc3::authorization_with_key(&request(NOW), SECRET_ID, &key),
    );

    messages.heading("HmacSHA1 and HmacSHA256");
    let request =
        v1::Request::new("cvm.tencentcloudapi.com", "DescribeZones", "2017-03-12", NOW, 7);
    let parameters = [("Action", "RunInstances")];
    messages.add(
        "A parameter with the name of a common parameter",
        v1::form(&request.parameters(&parameters), &credential()),
    );
    let parameters = [("Filters.0_Name", "zone"), ("Filters.0.Name", "vpc-id")];
    messages.add(
        "Two parameters with the same name after `_` is replaced by `.`",
        v1::form(&request.parameters(&parameters), &credential()),
    );

    messages.heading("Presigned URLs");
    let endpoint = Endpoint::parse("cvm.tencentcloudapi.com", Protocol::Https).unwrap();
    let presign = |action, version| Presign::new(&endpoint, action, version);
    let zones = || presign("DescribeZones", "2017-03-12");
    let url = |presign: Presign<'_>| presign.url(&credential(), NOW, 7);
    messages.add("An action with a space", url(presign("Describe Zones", "2017-03-12")));
    messages.add("A version that is not a date", url(presign("DescribeZones", "latest")));
    messages.add("An invalid region", url(zones().region("Shanghai!")));
    messages.add("A nonce of zero", zones().url(&credential(), NOW, 0));
    messages.add("Parameters that are a list", url(zones().parameters(&json!([1]))));
    messages.add("Parameters that cannot be serialized", url(zones().parameters(&Unwritable)));
    let long = json!({"Name": "n".repeat(40_000)});
    messages.add("Parameters that are too long for GET", url(zones().parameters(&long)));
}
