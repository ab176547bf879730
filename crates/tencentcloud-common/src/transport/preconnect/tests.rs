//! What is handed out, with connections in memory and a keeper that gets no turn to run.

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::*;
use crate::HttpProfile;
use crate::transport::proxy::Proxies;
use crate::transport::tls;

const URL: &str = "http://127.0.0.1:9/";

/// Spare connections to nowhere yet.
fn spares(max_age: Duration) -> Arc<Spares> {
    let profile = HttpProfile::builder().no_proxy().build().unwrap();
    let proxies = Arc::new(Proxies::new(&profile));
    let dialer = Dialer::new(tls::config(&profile).unwrap(), proxies, profile.connect_timeout());
    let spares = Spares::new(3, max_age, Arc::new(dialer));
    spares.warm(&Uri::from_static(URL));
    spares
}

/// Adds one, and returns its other end.
fn add(spares: &Spares) -> DuplexStream {
    let (ours, theirs) = tokio::io::duplex(64);
    let key = spares.key(&Uri::from_static(URL)).unwrap();
    spares.add(&key, Opened::new(Box::new(ours), false));
    theirs
}

fn take(spares: &Arc<Spares>) -> Option<Opened> {
    spares.take(&Uri::from_static(URL))
}

#[tokio::test]
async fn what_is_closed_or_talks_unasked_is_passed_over() {
    let spares = spares(Duration::from_secs(30));
    drop(add(&spares));
    let mut talking = add(&spares);
    talking.write_all(b"HTTP/1.1 408 Request Timeout\r\n\r\n").await.unwrap();
    let mut well = add(&spares);
    let taken = take(&spares);
    assert!(taken.is_some());
    assert!(take(&spares).is_none());
    drop(taken);
    assert_eq!(well.read(&mut [0]).await.unwrap(), 0, "it was this one");
}

#[tokio::test]
async fn the_oldest_is_taken_first_and_what_is_too_old_never() {
    let young = spares(Duration::from_secs(30));
    let mut ends = [add(&young), add(&young)];
    drop(take(&young));
    assert_eq!(ends[0].read(&mut [0]).await.unwrap(), 0);

    let old = spares(Duration::ZERO);
    let _end = add(&old);
    assert!(take(&old).is_none());
}

#[tokio::test]
async fn other_hosts_and_schemes_have_their_own() {
    let spares = spares(Duration::from_secs(30));
    let _end = add(&spares);
    for other in ["https://127.0.0.1:9/", "http://127.0.0.1:10/", "http://localhost:9/"] {
        assert!(spares.take(&Uri::from_static(other)).is_none(), "{other}");
    }
    assert!(take(&spares).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_not_used_is_left_unless_it_was_asked_for() {
    // Nobody listens there.
    const OTHER: &str = "http://127.0.0.1:7/";
    let spares = spares(Duration::from_secs(30));
    let known = |url| {
        let key = spares.key(&Uri::from_static(url)).unwrap();
        spares.hosts().contains_key(&key)
    };
    // The keeper looks at least each 30 s, which it rests at most after a failure.
    let short = UNUSED.saturating_sub(Duration::from_secs(60));
    assert!(spares.take(&Uri::from_static(OTHER)).is_none());
    tokio::time::sleep(short).await;
    assert!(known(OTHER));
    assert!(spares.take(&Uri::from_static(OTHER)).is_none());
    tokio::time::sleep(short).await;
    assert!(known(OTHER), "it was used again");
    tokio::time::sleep(short / 2).await;
    assert!(!known(OTHER));
    assert!(known(URL), "it was asked for");
    assert!(spares.take(&Uri::from_static(OTHER)).is_none());
    assert!(known(OTHER), "it is kept anew when it is used anew");
}
