use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::runtime::SleepFuture;

/// A sleep that does not wait but runs an action, which gets the number of the sleep.
struct SleepAction<F>(AtomicUsize, F);

impl<F: Fn(usize) + Send + Sync> Sleep for SleepAction<F> {
    fn sleep(&self, time: Duration) -> SleepFuture {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        assert_eq!(Some(&time), RETRY_DELAYS.get(number % RETRY_DELAYS.len()));
        (self.1)(number);
        Box::pin(std::future::ready(()))
    }
}

fn on_sleep<F: Fn(usize) + Send + Sync>(work: F) -> SleepAction<F> {
    SleepAction(AtomicUsize::new(0), work)
}

impl<F> SleepAction<F> {
    fn delays(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn parse(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "not a number".to_owned())
}

#[tokio::test]
async fn file_that_is_being_rewritten_is_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("number");
    let reader = FileReader::default();
    // The file is complete after the first, second or third delay, and cut before that.
    for delays in 1..=RETRY_DELAYS.len() {
        for before in [&b""[..], b"\xc3"] {
            std::fs::write(&path, before).unwrap();
            let other = on_sleep(|number| {
                let done = number + 1 == delays;
                std::fs::write(&path, if done { &b"7"[..] } else { b"\xc3" }).unwrap();
            });
            assert_eq!(reader.read(&path, &other, parse).await, Ok(Some(7)));
            assert_eq!(other.delays(), delays);
        }
    }
    // A file that existed before may be replaced, too.
    std::fs::remove_file(&path).unwrap();
    let other = on_sleep(|_| std::fs::write(&path, "8").unwrap());
    assert_eq!(reader.read(&path, &other, parse).await, Ok(Some(8)));
}

#[tokio::test]
async fn file_that_stays_invalid_is_retried_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("number");
    let reader = FileReader::default();
    let no_change = on_sleep(|_| ());
    let shown = path.display().to_string();
    // A file that never existed is not retried.
    assert_eq!(reader.read(&path, &no_change, parse).await, Ok(None));
    assert_eq!(no_change.delays(), 0);
    for (content, reason) in [("x", "not a number"), ("y", "not a number"), ("", "not a number")] {
        std::fs::write(&path, content).unwrap();
        for _ in 0..3 {
            let error = reader.read(&path, &no_change, parse).await.unwrap_err();
            assert_eq!(error, format!("{shown}: {reason}"));
            // Reading another file in between changes nothing.
            let absent = reader.read(&directory.path().join("absent"), &no_change, parse).await;
            assert_eq!(absent, Ok(None));
        }
    }
    assert_eq!(no_change.delays(), 9, "three times for each content");
    std::fs::write(&path, "7").unwrap();
    assert_eq!(reader.read(&path, &no_change, parse).await, Ok(Some(7)));
    // After a success the same invalid content is retried again.
    std::fs::write(&path, "").unwrap();
    reader.read(&path, &no_change, parse).await.unwrap_err();
    assert_eq!(no_change.delays(), 12);
    std::fs::write(&path, "7").unwrap();
    assert_eq!(reader.read(&path, &no_change, parse).await, Ok(Some(7)));
    std::fs::remove_file(&path).unwrap();
    for _ in 0..3 {
        assert_eq!(reader.read(&path, &no_change, parse).await, Ok(None));
    }
    assert_eq!(no_change.delays(), 15, "a deleted file is retried once");
    assert!(
        reader
            .read(directory.path(), &no_change, parse)
            .await
            .unwrap_err()
            .starts_with(&directory.path().display().to_string())
    );
    assert_eq!(no_change.delays(), 15, "a directory is not retried");
}

/// Without a runtime there is no timer; reading needs nothing else.
#[test]
fn file_is_read_without_a_runtime() {
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

/// A pipe without a writer simulates a network drive that hangs.
#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn hanging_read_times_out_and_threads_are_limited() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let reader = FileReader::default();
    for _ in 0..2 * MAX_CONCURRENT_READS {
        let error = reader.read(&path, &on_sleep(|_| ()), parse).await.unwrap_err();
        assert!(error.contains("the file could not be read within 5s"), "{error}");
    }
    assert_eq!(reader.reads.available_permits(), 0);
    // The drive works again: all reads end and the next read starts. A thread may open the pipe
    // only now, because the paused time of the test advances faster than threads start.
    while reader.reads.available_permits() < MAX_CONCURRENT_READS {
        drop(std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap());
        thread::yield_now();
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "7").unwrap();
    tokio::time::resume();
    assert_eq!(reader.read(&path, &on_sleep(|_| ()), parse).await, Ok(Some(7)));
}
