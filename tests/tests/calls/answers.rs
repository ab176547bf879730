//! What a call gives back.

use serde_json::json;
use tencentcloud_common::{Client, ErrorKind, action, table};

use crate::{Recorder, SUCCESS, client, credential, header};

#[tokio::test]
async fn metadata_tell_how_the_call_went() {
    let body = r#"{"Response": {"RequestId": "r-1", "TotalCount": 7, "DeprecatedWarning": "old"}}"#;
    let mut recorder = Recorder::new(body);
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

    // Without an id in the body that of the header is the next best.
    let mut recorder = Recorder::new(r#"{"Response": {}}"#);
    recorder.headers.push(("x-tc-requestid", "of-the-header"));
    let call = client(&recorder).call_json("DescribeZones", json!({}));
    let (_, metadata) = call.with_metadata().await.unwrap();
    assert_eq!(metadata.request_id(), Some("of-the-header"));
    assert_eq!(metadata.deprecated_warning(), None);
}

#[tokio::test]
async fn a_raw_call_gives_the_bytes_whatever_they_are() {
    for body in [SUCCESS.as_bytes(), b"a,b\n1,2\n", b"\xff\x00\xfe", b"", b"[1]"] {
        let mut recorder = Recorder::new(body);
        recorder.headers.push(("x-tc-requestid", "of-the-header"));
        let call = client(&recorder).call("DownloadReport", json!({}));
        let (bytes, metadata) = call.with_metadata().await.unwrap();
        assert_eq!(bytes, body);
        let id = if body == SUCCESS.as_bytes() { "r-1" } else { "of-the-header" };
        assert_eq!(metadata.request_id(), Some(id));
    }
    let failure = r#"{"Response":{"Error":{"Code":"A.B","Message":"no"},"RequestId":"r-1"}}"#;
    let error = client(&Recorder::new(failure)).call("A", json!({})).await.unwrap_err();
    assert_eq!((error.code(), error.request_id()), (Some("A.B"), Some("r-1")));

    let mut page = Recorder::new("<h1>gone</h1>");
    page.status = http::StatusCode::NOT_FOUND;
    let error = client(&page).call("A", json!({})).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.message().contains("<h1>gone</h1>"), "{error}");
}

/// A client of lkeap.
struct LkeapClient;

/// A request.
#[derive(Clone, Default)]
struct GetSplitDocumentResultRequest {
    task_id: Option<String>,
}
table!(GetSplitDocumentResultRequest { "TaskId": task_id });

/// A response that has a member of its own named `Error`.
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

/// Why a task failed, which is not why a call failed.
#[derive(Clone, Default)]
struct TaskError {
    code: Option<String>,
    message: Option<String>,
}
table!(TaskError { "Code": code, "Message": message });

action!(LkeapClient: GetSplitDocumentResultRequest => GetSplitDocumentResultResponse, "GetSplitDocumentResult");

/// The answer to the task that failed, and answers that are failures of the call.
const TASK_FAILED: [&str; 2] = [
    r#"{"Response":{"Status":"Failed","Error":{"Code":"Bad.Page","Message":"p1"},"RequestId":"r-1"}}"#,
    r#"{"Response":{"RequestId":"r-1","Error":{"Message":"p1","Code":"Bad.Page"},"Status":"Failed"}}"#,
];
const CALL_FAILED: [&str; 2] = [
    r#"{"Response":{"Error":{"Code":"AuthFailure","Message":"no"},"RequestId":"r-2"}}"#,
    r#"{"Response":{"RequestId":"r-2","Status":null,"Error":{"Code":"AuthFailure","Message":"no"}}}"#,
];

#[tokio::test]
async fn a_member_error_of_their_own_is_no_failure_of_two_actions() {
    for action in ["GetReconstructDocumentResult", "getSplitDocumentResult"] {
        for body in TASK_FAILED {
            let value = client(&Recorder::new(body)).call_json(action, json!({})).await.unwrap();
            assert_eq!(value["Error"]["Code"], "Bad.Page");
            let bytes = client(&Recorder::new(body)).call(action, json!({})).await.unwrap();
            assert_eq!(bytes, body);
        }
        for body in CALL_FAILED {
            let error =
                client(&Recorder::new(body)).call_json(action, json!({})).await.unwrap_err();
            assert_eq!((error.code(), error.request_id()), (Some("AuthFailure"), Some("r-2")));
            let error = client(&Recorder::new(body)).call(action, json!({})).await.unwrap_err();
            assert_eq!(error.code(), Some("AuthFailure"));
        }
    }
    // Of every other action it is one.
    for body in TASK_FAILED {
        let error = client(&Recorder::new(body)).call_json("GetResult", json!({})).await;
        assert_eq!(error.unwrap_err().code(), Some("Bad.Page"));
    }
}

#[tokio::test]
async fn a_model_with_a_member_error_reads_it() {
    let client = |body: &'static str| -> Client {
        tencentcloud_common::ClientBuilder::new("lkeap", "2024-05-22")
            .credential(credential())
            .transport(Recorder::new(body))
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
