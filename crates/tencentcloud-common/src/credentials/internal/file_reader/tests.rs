use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::runtime::SleepFuture;

/// Does not wait, but lets another program go on, which is given the number of the pause.
struct Meanwhile<F>(AtomicUsize, F);

impl<F: Fn(usize) + Send + Sync> Sleep for Meanwhile<F> {
    fn sleep(&self, time: Duration) -> SleepFuture {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        assert_eq!(Some(&time), PAUSES.get(number % PAUSES.len()));
        (self.1)(number);
        Box::pin(std::future::ready(()))
    }
}

fn meanwhile<F: Fn(usize) + Send + Sync>(work: F) -> Meanwhile<F> {
    Meanwhile(AtomicUsize::new(0), work)
}

impl<F> Meanwhile<F> {
    fn pauses(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn parse(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "no number".to_owned())
}

#[tokio::test]
async fn a_file_that_is_being_rewritten_is_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("number");
    let reader = FileReader::default();
    // Written after the first, second and third pause; cut in a letter before that.
    for pauses in 1..=PAUSES.len() {
        for before in [&b""[..], b"\xc3"] {
            std::fs::write(&path, before).unwrap();
            let other = meanwhile(|number| {
                let done = number + 1 == pauses;
                std::fs::write(&path, if done { &b"7"[..] } else { b"\xc3" }).unwrap();
            });
            assert_eq!(reader.read(&path, &other, parse).await, Ok(Some(7)));
            assert_eq!(other.pauses(), pauses);
        }
    }
    // One that was there may be put back, too.
    std::fs::remove_file(&path).unwrap();
    let other = meanwhile(|_| std::fs::write(&path, "8").unwrap());
    assert_eq!(reader.read(&path, &other, parse).await, Ok(Some(8)));
}

#[tokio::test]
async fn what_stays_unusable_is_waited_for_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("number");
    let reader = FileReader::default();
    let idle = meanwhile(|_| ());
    let shown = path.display().to_string();
    // Nothing says that there should be a file.
    assert_eq!(reader.read(&path, &idle, parse).await, Ok(None));
    assert_eq!(idle.pauses(), 0);
    for (content, reason) in [("x", "no number"), ("y", "no number"), ("", "no number")] {
        std::fs::write(&path, content).unwrap();
        for _ in 0..3 {
            let error = reader.read(&path, &idle, parse).await.unwrap_err();
            assert_eq!(error, format!("{shown}: {reason}"));
            // Another file that is looked at in between makes no difference.
            let absent = reader.read(&directory.path().join("absent"), &idle, parse).await;
            assert_eq!(absent, Ok(None));
        }
    }
    assert_eq!(idle.pauses(), 9, "three times for each content");
    std::fs::write(&path, "7").unwrap();
    assert_eq!(reader.read(&path, &idle, parse).await, Ok(Some(7)));
    // After a success the same content may be one that is being rewritten.
    std::fs::write(&path, "").unwrap();
    reader.read(&path, &idle, parse).await.unwrap_err();
    assert_eq!(idle.pauses(), 12);
    std::fs::write(&path, "7").unwrap();
    assert_eq!(reader.read(&path, &idle, parse).await, Ok(Some(7)));
    std::fs::remove_file(&path).unwrap();
    for _ in 0..3 {
        assert_eq!(reader.read(&path, &idle, parse).await, Ok(None));
    }
    assert_eq!(idle.pauses(), 15, "a file that is gone is missed once");
    assert!(
        reader
            .read(directory.path(), &idle, parse)
            .await
            .unwrap_err()
            .starts_with(&directory.path().display().to_string())
    );
    assert_eq!(idle.pauses(), 15, "a directory does not become a file");
}

/// Outside of a runtime there is no timer, and nothing else that is needed.
#[test]
fn a_file_is_read_without_a_runtime() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("number");
    std::fs::write(&path, "7").unwrap();
    let reader = FileReader::default();
    let mut read = std::pin::pin!(reader.read(&path, &crate::runtime::TokioSleep, parse));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let outcome = loop {
        if let std::task::Poll::Ready(outcome) = read.as_mut().poll(&mut context) {
            break outcome;
        }
        thread::yield_now();
    };
    assert_eq!(outcome, Ok(Some(7)));
    std::fs::write(&path, "").unwrap();
    let mut read = std::pin::pin!(reader.read(&path, &crate::runtime::TokioSleep, parse));
    while read.as_mut().poll(&mut context).is_pending() {
        thread::yield_now();
    }
}

/// A pipe nobody writes to stands for a network drive that hangs.
#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_read_that_hangs_is_given_up_and_costs_no_thread_for_each_call() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let reader = FileReader::default();
    for _ in 0..2 * MAX_READS {
        let error = reader.read(&path, &meanwhile(|_| ()), parse).await.unwrap_err();
        assert!(error.contains("it could not be read within 5s"), "{error}");
    }
    assert_eq!(reader.reads.available_permits(), 0);
    // The drive is back: all reads end, and the next one is made. A thread may have come to the
    // pipe only now, because the time of the test runs ahead.
    while reader.reads.available_permits() < MAX_READS {
        drop(std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap());
        thread::yield_now();
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "7").unwrap();
    tokio::time::resume();
    assert_eq!(reader.read(&path, &meanwhile(|_| ()), parse).await, Ok(Some(7)));
}
