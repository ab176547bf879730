//! The results of calls: metadata, raw bytes, and responses with a member named `Error`.

use serde_json::json;
use tencentcloud_common::{Client, ErrorKind, action, table};

use crate::{RecordingTransport, SUCCESS, client, credential, header};

#[tokio::test]
async fn metadata_describe_the_call() {
    let body = r#"{"Response": {"RequestId": "r-1", "TotalCount": 7, "DeprecatedWarning": "old"}}"#;
    let mut recorder = RecordingTransport::new(body);
    recorder.headers.push(("x-tc-requestid", "of-the-header"));
    recorder.headers.push(("x-custom", "1"));
    let call = client(&recorder).call_json("DescribeZones", json!({}));
    let (value, metadata) = call.with_metadata().await.unwrap();
    assert_eq!(value["TotalCount"], 7);
    assert_eq!(metadata.request_id(), Some("r-1"));
    assert_eq!(metadata.http_status().as_u16(), 200);
    assert_eq!(metadata.headers()["x-custom"], "1");
    assert_eq!(metadata.attempts(), 1);
    assert_eq!(metadata.endpoint().to_string(), "https://cvm.tencentcloudapi.com/");
    assert_eq!(metadata.deprecated_warning(), Some("old"));
    assert_eq!(metadata.body().unwrap(), body);
    assert_eq!(header(&recorder.only(), "x-tc-traceid"), Some(metadata.trace_id()));
    let shown = format!("{metadata:?}");
    assert!(shown.contains("r-1") && !shown.contains("TotalCount"), "{shown}");

    // Without an id in the body, the id in the header is used.
    let mut recorder = RecordingTransport::new(r#"{"Response": {}}"#);
    recorder.headers.push(("x-tc-requestid", "of-the-header"));
    let call = client(&recorder).call_json("DescribeZones", json!({}));
    let (_, metadata) = call.with_metadata().await.unwrap();
    assert_eq!(metadata.request_id(), Some("of-the-header"));
    assert_eq!(metadata.deprecated_warning(), None);
}

#[tokio::test]
async fn a_raw_call_returns_the_bytes_unchanged() {
    for body in [SUCCESS.as_bytes(), b"a,b\n1,2\n", b"\xff\x00\xfe", b"", b"[1]"] {
        let mut recorder = RecordingTransport::new(body);
        recorder.headers.push(("x-tc-requestid", "of-the-header"));
        let call = client(&recorder).call("DownloadReport", json!({}));
        let (bytes, metadata) = call.with_metadata().await.unwrap();
        assert_eq!(bytes, body);
        let id = if body == SUCCESS.as_bytes() { "r-1" } else { "of-the-header" };
        assert_eq!(metadata.request_id(), Some(id));
    }
    let failure = r#"{"Response":{"Error":{"Code":"A.B","Message":"no"},"RequestId":"r-1"}}"#;
    let error = client(&RecordingTransport::new(failure)).call("A", json!({})).await.unwrap_err();
    assert_eq!((error.code(), error.request_id()), (Some("A.B"), Some("r-1")));

    let mut page = RecordingTransport::new("<h1>gone</h1>");
    page.status = http::StatusCode::NOT_FOUND;
    let error = client(&page).call("A", json!({})).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.message().contains("<h1>gone</h1>"), "{error}");
}

/// The marker type of a client for lkeap.
struct LkeapClient;

/// A request of lkeap.
#[derive(Clone, Default)]
struct GetSplitDocumentResultRequest {
    task_id: Option<String>,
}
table!(GetSplitDocumentResultRequest { "TaskId": task_id });

/// A response with a member named `Error`.
#[derive(Clone, Default)]
struct GetSplitDocumentResultResponse {
    status: Option<String>,
    error: Option<TaskError>,
    request_id: String,
}
table!(GetSplitDocumentResultResponse {
    "Status": status,
    "Error": error,
    "RequestId": request_id,
});

/// The error of a task, which is not the error of the call.
#[derive(Clone, Default)]
struct TaskError {
    code: Option<String>,
    message: Option<String>,
}
table!(TaskError { "Code": code, "Message": message });

action!(LkeapClient: GetSplitDocumentResultRequest => GetSplitDocumentResultResponse, "GetSplitDocumentResult");

/// Responses with a failed task. The responses in [`CALL_FAILED`] are failures of the call.
const TASK_FAILED: [&str; 2] = [
    r#"{"Response":{"Status":"Failed","Error":{"Code":"Bad.Page","Message":"p1"},"RequestId":"r-1"}}"#,
    r#"{"Response":{"RequestId":"r-1","Error":{"Message":"p1","Code":"Bad.Page"},"Status":"Failed"}}"#,
];
const CALL_FAILED: [&str; 2] = [
    r#"{"Response":{"Error":{"Code":"AuthFailure","Message":"no"},"RequestId":"r-2"}}"#,
    r#"{"Response":{"RequestId":"r-2","Status":null,"Error":{"Code":"AuthFailure","Message":"no"}}}"#,
];

#[tokio::test]
async fn an_error_member_is_not_a_failure_in_two_actions() {
    for action in ["GetReconstructDocumentResult", "getSplitDocumentResult"] {
        for body in TASK_FAILED {
            let value =
                client(&RecordingTransport::new(body)).call_json(action, json!({})).await.unwrap();
            assert_eq!(value["Error"]["Code"], "Bad.Page");
            let bytes =
                client(&RecordingTransport::new(body)).call(action, json!({})).await.unwrap();
            assert_eq!(bytes, body);
        }
        for body in CALL_FAILED {
            let error = client(&RecordingTransport::new(body))
                .call_json(action, json!({}))
                .await
                .unwrap_err();
            assert_eq!((error.code(), error.request_id()), (Some("AuthFailure"), Some("r-2")));
            let error =
                client(&RecordingTransport::new(body)).call(action, json!({})).await.unwrap_err();
            assert_eq!(error.code(), Some("AuthFailure"));
        }
    }
    // In every other action it is a failure.
    for body in TASK_FAILED {
        let error = client(&RecordingTransport::new(body)).call_json("GetResult", json!({})).await;
        assert_eq!(error.unwrap_err().code(), Some("Bad.Page"));
    }
}

#[tokio::test]
async fn a_model_with_an_error_member_reads_it() {
    let client = |body: &'static str| -> Client {
        tencentcloud_common::ClientBuilder::new("lkeap", "2024-05-22")
            .credential(credential())
            .transport(RecordingTransport::new(body))
            .build()
            .unwrap()
    };
    let request = || GetSplitDocumentResultRequest { task_id: Some("t".to_owned()) };
    for body in TASK_FAILED {
        let response = client(body).call(request()).await.unwrap();
        let error = response.error.unwrap();
        assert_eq!(error.code.as_deref(), Some("Bad.Page"));
        assert_eq!(error.message.as_deref(), Some("p1"));
        assert_eq!(response.status.as_deref(), Some("Failed"));
        assert_eq!(response.request_id, "r-1");
    }
    for body in CALL_FAILED {
        let error = client(body).call(request()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!((error.code(), error.message()), (Some("AuthFailure"), "no"));
        assert_eq!(error.request_id(), Some("r-2"));
    }
    let success = r#"{"Response":{"Status":"Done","Error":null,"RequestId":"r-3"}}"#;
    let response = client(success).call(request()).await.unwrap();
    assert!(response.error.is_none());
}
