//! The response to a request: the envelope `{"Response": {…, "RequestId": …}}`.

use serde_json::{Map, Value, json};
use tencentcloud_common::runtime::Random;

use crate::api_error::ApiError;

/// A response, before it is written as HTTP.
#[derive(Clone, Debug)]
pub(crate) struct ApiResponse {
    pub(crate) request_id: String,
    /// The service that was called; empty if the request fails before the service is known.
    pub(crate) service: String,
    pub(crate) result: Result<Content, ApiError>,
}

/// The content of a successful response.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// The members of `Response`, without `RequestId`.
    Members(Map<String, Value>),
    /// The text of a stream of server-sent events.
    Events(String),
}

impl ApiResponse {
    /// Returns the content type and the body.
    pub(crate) fn body(&self) -> (&'static str, String) {
        let members = match &self.result {
            Ok(Content::Events(events)) => return ("text/event-stream", events.clone()),
            Ok(Content::Members(members)) => members.clone(),
            Err(error) => {
                let error = json!({"Code": error.code(), "Message": error.to_string()});
                Map::from_iter([("Error".to_owned(), error)])
            }
        };
        ("application/json", self.envelope(members).to_string())
    }

    fn envelope(&self, mut response: Map<String, Value>) -> Value {
        response.insert("RequestId".to_owned(), Value::from(self.request_id.as_str()));
        json!({ "Response": response })
    }
}

/// Returns a new request id: a version 4 UUID.
pub(crate) fn new_request_id(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let bits = u128::from_be_bytes(bytes);
    let bits = bits & !(0xf << 76) | 4 << 76;
    let bits = bits & !(0b11 << 62) | 0b10 << 62;
    let part = |shift: u32, mask: u128| bits >> shift & mask;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        part(96, 0xffff_ffff),
        part(80, 0xffff),
        part(64, 0xffff),
        part(48, 0xffff),
        part(0, 0xffff_ffff_ffff),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    struct ConstantRandom(u8);

    impl Random for ConstantRandom {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn request_ids_have_uuid_version_and_variant() {
        assert_eq!(new_request_id(&ConstantRandom(0)), "00000000-0000-4000-8000-000000000000");
        assert_eq!(new_request_id(&ConstantRandom(0xff)), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
