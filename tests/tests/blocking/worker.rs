//! The worker thread that runs blocking calls.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread::{self, ThreadId};

use http::HeaderMap;
use tencentcloud_common::interceptor::{Attempt, Interceptor};
use tencentcloud_common::{CommonClient, ErrorKind};
use tencentcloud_tests::handler_server::HandlerServer;

use crate::{builder, call, check, client, server, wait_for};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Records the threads that run attempts.
#[derive(Debug, Default)]
struct ThreadRecorder(Mutex<HashSet<(ThreadId, Option<String>)>>);

impl Interceptor for ThreadRecorder {
    fn before_send(&self, _: &Attempt<'_>, _: &mut HeaderMap) -> Result<(), BoxError> {
        let thread = thread::current();
        self.0.lock().unwrap().insert((thread.id(), thread.name().map(str::to_owned)));
        Ok(())
    }
}

#[test]
fn threads_and_clones_share_one_worker() {
    let server = server();
    let threads = Arc::new(ThreadRecorder::default());
    let client = builder(&server).interceptor(Arc::clone(&threads)).build().unwrap();
    thread::scope(|scope| {
        for number in 0..16 {
            let client = client.in_region(format!("ap-{number}"));
            scope.spawn(move || {
                for _ in 0..5 {
                    check(&client);
                }
            });
        }
    });
    let names: Vec<_> = threads.0.lock().unwrap().iter().map(|(_, name)| name.clone()).collect();
    assert_eq!(names, [Some("tencentcloud-blocking".to_owned())]);
    let regions: HashSet<_> = server
        .requests()
        .iter()
        .map(|request| request.header("x-tc-region").unwrap().to_owned())
        .collect();
    assert_eq!((regions.len(), server.requests().len()), (16, 80));
}

#[test]
fn the_worker_ends_with_the_last_client() {
    let (closed, seen) = mpsc::channel();
    let server = HandlerServer::start(move |mut connection| {
        while connection.receive().is_ok() {
            connection.send_json(r#"{"Response": {"RequestId": "r-1", "TotalCount": 7}}"#)?;
        }
        closed.send(()).map_err(std::io::Error::other)
    })
    .unwrap();
    let first = client(&server);
    let second = first.in_region("ap-beijing");
    check(&first);
    drop(first);
    check(&second);
    assert_eq!((server.connections(), seen.try_recv()), (1, Err(mpsc::TryRecvError::Empty)));
    drop(second);
    wait_for(&seen);
}

/// Panics on the first attempt.
#[derive(Debug, Default)]
struct PanickingInterceptor(OnceLock<()>);

impl Interceptor for PanickingInterceptor {
    fn before_send(&self, _: &Attempt<'_>, _: &mut HeaderMap) -> Result<(), BoxError> {
        assert!(self.0.set(()).is_err(), "on purpose");
        Ok(())
    }
}

#[test]
fn a_panic_reaches_the_caller_and_later_calls_work() {
    let server = server();
    let client = builder(&server).interceptor(PanickingInterceptor::default()).build().unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| call(&client).send_blocking())).unwrap_err();
    assert!(panic.downcast_ref::<&str>().is_some_and(|text| *text == "on purpose"));
    for _ in 0..3 {
        check(&client);
    }
}

/// Makes a blocking call inside a blocking call.
#[derive(Debug, Default)]
struct NestedCall(OnceLock<CommonClient>);

impl Interceptor for NestedCall {
    fn before_send(&self, _: &Attempt<'_>, _: &mut HeaderMap) -> Result<(), BoxError> {
        let Some(client) = self.0.get() else { return Ok(()) };
        call(client).send_blocking()?;
        Ok(())
    }
}

#[test]
fn a_call_that_would_deadlock_is_an_error() {
    let server = server();
    let nested = Arc::new(NestedCall::default());
    let outer = builder(&server).interceptor(Arc::clone(&nested)).build().unwrap();
    nested.0.set(outer.clone()).unwrap();
    let error = call(&outer).send_blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().contains("would wait for itself"), "{error}");
    assert_eq!(server.requests().len(), 0);

    // Another client has another thread.
    let nested = NestedCall::default();
    nested.0.set(client(&server)).unwrap();
    check(&builder(&server).interceptor(nested).build().unwrap());
    assert_eq!(server.requests().len(), 2);
}
