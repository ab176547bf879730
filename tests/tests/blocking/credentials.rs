//! A credential cache that async and blocking calls share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tencentcloud_common::Credential;
use tencentcloud_common::credentials::{
    CachingProvider, CredentialFuture, ProvideCredential, ProviderError,
};

use crate::{builder, call, check, server};

/// A provider that waits on a timer of the calling runtime.
#[derive(Clone, Debug, Default)]
struct SlowProvider(Arc<AtomicUsize>);

impl SlowProvider {
    fn calls(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl ProvideCredential for SlowProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(async {
            let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
            Credential::new(format!("AKID{number}"), "secret-key-1234")
                .map_err(|error| ProviderError::new("slow", error))
        })
    }
}

#[test]
fn callers_on_many_threads_cause_one_request() {
    let (server, source) = (server(), SlowProvider::default());
    let provider = CachingProvider::new(source.clone());
    let client = builder(&server).credential(provider.clone()).build().unwrap();
    let other = builder(&server).credential(provider).build().unwrap();
    thread::scope(|scope| {
        for client in [&client, &other] {
            for _ in 0..8 {
                scope.spawn(|| check(client));
            }
        }
    });
    assert_eq!((source.calls(), server.requests().len()), (1, 16));
}

/// A blocking call occupies the only thread of the runtime that runs the refresh.
#[tokio::test]
async fn a_refresh_blocked_by_its_own_caller_is_repeated() {
    let (server, source) = (server(), SlowProvider::default());
    let provider = CachingProvider::new(source.clone());
    let client = builder(&server).credential(provider).build().unwrap();
    let awaited = tokio::spawn(call(&client).into_future());
    while source.calls() == 0 {
        tokio::task::yield_now().await;
    }
    check(&client);
    assert_eq!(source.calls(), 2);
    awaited.await.unwrap().unwrap();
    // Both calls have a credential now.
    check(&client);
    call(&client).await.unwrap();
    assert_eq!(source.calls(), 2);
    let signed_by = |request: &tencentcloud_tests::scripted_server::RecordedRequest, id: &str| {
        request.header("authorization").unwrap().contains(&format!("Credential={id}/"))
    };
    let received = server.requests();
    assert!(signed_by(&received[0], "AKID2") && signed_by(&received[3], "AKID2"), "{received:?}");
}
