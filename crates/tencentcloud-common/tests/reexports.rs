//! The types of other crates in the signatures of this one can be named through it.
#![allow(missing_docs, reason = "a test")]

use tencentcloud_common::interceptor::{Attempt, Interceptor};
use tencentcloud_common::serde_json::{Value, json};
use tencentcloud_common::{CommonClient, Credential, bytes, http};

#[derive(Debug)]
struct Marked;

impl Interceptor for Marked {
    fn before_send(
        &self,
        _: &Attempt<'_>,
        headers: &mut http::HeaderMap,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        headers.insert("X-My-Mark", http::HeaderValue::from_static("1"));
        Ok(())
    }
}

#[test]
fn calls_and_interceptors_need_no_other_crate() -> Result<(), tencentcloud_common::Error> {
    let client = CommonClient::builder("cvm", "2017-03-12")
        .credential(Credential::new("AKIDexample", "my-secret-key")?)
        .interceptor(Marked)
        .build()?;
    let parameters: Value = json!({"Limit": 1});
    let body = bytes::Bytes::from_static(b"raw");
    let call = client.call_octet_stream("UploadLog", parameters, body);
    assert!(format!("{call:?}").contains("UploadLog"));
    Ok(())
}
