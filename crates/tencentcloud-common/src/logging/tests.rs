use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tracing::field::Empty;
use tracing::subscriber::with_default;
use tracing_subscriber::filter::filter_fn;

use super::*;

/// A clock with a fixed time.
struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(1_700_000_000_123)
    }
}

/// A writer that keeps its output.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A layer that keeps the messages of all events.
#[derive(Clone, Default)]
struct EventMessages(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for EventMessages {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        let mut text = String::new();
        event.record(&mut |_: &tracing::field::Field, value: &dyn fmt::Debug| {
            text.push_str(&format!("{value:?}"));
        });
        self.0.lock().unwrap().push(text);
    }
}

fn logging() -> Logging {
    Logging::with_clock(FixedClock)
}

/// Runs `body` with the logging as the subscriber of this thread.
fn with_logging(logging: &Logging, body: impl FnOnce()) {
    with_default(tracing_subscriber::registry().with(logging.layer()), body);
}

#[test]
fn line_contains_time_level_spans_and_event() {
    let (logging, log) = (logging(), Log::default());
    logging.set_stream_logger(log.clone(), Level::DEBUG);
    with_logging(&logging, || {
        let span = tracing::info_span!(
            "tencentcloud.call",
            service = "cvm",
            action = "RunInstances",
            attempts = Empty,
            trace_id = Empty,
        );
        let _entered = span.enter();
        span.record("trace_id", "t-1");
        tracing::debug!(endpoint = %"http://host", bytes = 12, ok = true, "sending it");
        span.record("attempts", 1);
        let inner = tracing::info_span!("inner");
        inner.in_scope(|| tracing::warn!(text = "two words", none = "", quoted = "a\"b"));
        span.record("attempts", 2);
        tracing::error!("done");
    });
    let call = "tencentcloud.call{service=cvm action=RunInstances trace_id=t-1";
    let expected = format!(
        "2023-11-14T22:13:20.123Z DEBUG {call}}}: sending it endpoint=http://host bytes=12 ok=true\n\
         2023-11-14T22:13:20.123Z  WARN {call} attempts=1}}: inner{{}}: text=\"two words\" none=\"\" \
         quoted=\"a\\\"b\"\n\
         2023-11-14T22:13:20.123Z ERROR {call} attempts=2}}: done\n"
    );
    assert_eq!(log.text(), expected);
}

#[test]
fn changes_take_effect_at_once_for_the_same_callsite() {
    let (logging, log) = (logging(), Log::default());
    with_logging(&logging, || {
        let events = || {
            tracing::trace!("t");
            tracing::debug!("d");
            tracing::info!("i");
            tracing::warn!("w");
        };
        let check = |expected: &[&str]| {
            events();
            let text = log.take();
            let messages: Vec<_> =
                text.lines().map(|line| line.rsplit(' ').next().unwrap()).collect();
            assert_eq!(messages, expected);
        };
        check(&[]);
        logging.set_stream_logger(log.clone(), Level::INFO);
        check(&["i", "w"]);
        logging.set_default_logger();
        logging.clone().set_stream_logger(log.clone(), LevelFilter::TRACE);
        check(&["t", "d", "i", "w"]);
        logging.set_default_logger();
        logging.set_stream_logger(log.clone(), Level::WARN);
        check(&["w"]);
        logging.set_stream_logger(log.clone(), LevelFilter::OFF);
        check(&["w"]);
        logging.set_default_logger();
        logging.set_stream_logger(log.clone(), Level::DEBUG);
        check(&["d", "i", "w"]);
        logging.set_default_logger();
        check(&[]);
    });
}

#[test]
fn error_event_includes_the_span_of_its_call() {
    let (logging, log) = (logging(), Log::default());
    logging.set_stream_logger(log.clone(), Level::ERROR);
    with_logging(&logging, || {
        tracing::info_span!("call", action = "A").in_scope(|| {
            tracing::info!("no");
            tracing::debug_span!("finer").in_scope(|| tracing::error!("yes"));
        });
    });
    assert_eq!(log.text(), "2023-11-14T22:13:20.123Z ERROR call{action=A}: yes\n");
}

#[test]
fn other_layers_are_not_affected() {
    let (logging, log) = (logging(), Log::default());
    let (all, filtered) = (EventMessages::default(), EventMessages::default());
    let only_info = filter_fn(|metadata| *metadata.level() <= Level::INFO);
    let subscriber = tracing_subscriber::registry()
        .with(all.clone())
        .with(logging.layer())
        .with(filtered.clone().with_filter(only_info));
    with_default(subscriber, || {
        let events = || {
            tracing::info!(target: "app", "app info");
            tracing::trace!(target: "app", "app trace");
            tracing::info!("sdk info");
            tracing::trace!("sdk trace");
            // The SDK checks this before it formats a body.
            assert!(tracing::enabled!(Level::TRACE));
            tracing::info!(target: "tencentcloud_cvm", "crate info");
        };
        events();
        logging.set_stream_logger(log.clone(), Level::DEBUG);
        events();
        logging.set_default_logger();
        events();
    });
    let round = ["app info", "app trace", "sdk info", "sdk trace", "crate info"];
    assert_eq!(*all.0.lock().unwrap(), [round; 3].concat());
    let round = ["app info", "sdk info", "crate info"];
    assert_eq!(*filtered.0.lock().unwrap(), [round; 3].concat());
    let text = log.text();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.contains("sdk info") && text.contains("crate info"), "{text}");
}

#[test]
fn spans_of_the_program_are_not_logged() {
    let (logging, log) = (logging(), Log::default());
    logging.set_stream_logger(log.clone(), Level::TRACE);
    with_logging(&logging, || {
        tracing::info_span!(target: "app", "order", customer = "Jane").in_scope(|| {
            tracing::info_span!("call").in_scope(|| tracing::info!("hi"));
        });
    });
    assert_eq!(log.text(), "2023-11-14T22:13:20.123Z  INFO call{}: hi\n");
}

#[test]
fn stream_and_file_have_their_own_levels() {
    let (logging, log) = (logging(), Log::default());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sdk.log");
    logging.set_file_logger(path.as_path(), Level::INFO).unwrap();
    logging.set_stream_logger(log.clone(), Level::TRACE);
    with_logging(&logging, || {
        tracing::trace!("one");
        tracing::info!("two");
        logging.set_default_logger();
        tracing::info!("three");
    });
    assert_eq!(log.text().lines().count(), 2);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, "2023-11-14T22:13:20.123Z  INFO two\n");
}

#[test]
fn file_is_rotated_at_its_maximum_size() {
    let logging = logging();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sdk.log");
    let line = "2023-11-14T22:13:20.123Z  INFO n=1\n".len() as u64;
    let file = FileLogger::new(&path).max_size(2 * line).max_files(2);
    logging.set_file_logger(file, Level::INFO).unwrap();
    with_logging(&logging, || (1..=5).for_each(|n| tracing::info!(n)));
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    assert!(read(&path).ends_with("n=5\n") && read(&path).lines().count() == 1);
    let old = read(&directory.path().join("sdk.log.1"));
    assert!(old.contains("n=3\n") && old.ends_with("n=4\n") && old.lines().count() == 2, "{old}");
    assert!(logging.take_error().is_none());
}

/// As in the SDK for Python, which adds a handler.
#[test]
fn second_stream_or_file_is_added_and_the_same_file_is_replaced() {
    let (logging, logs) = (logging(), [Log::default(), Log::default()]);
    let directory = tempfile::tempdir().unwrap();
    let [one, two] = ["one.log", "two.log"].map(|name| directory.path().join(name));
    let lines = |path: &std::path::Path| std::fs::read_to_string(path).unwrap().lines().count();
    logging.set_stream_logger(logs[0].clone(), Level::DEBUG);
    logging.set_stream_logger(logs[1].clone(), Level::WARN);
    logging.set_file_logger(&*one, Level::DEBUG).unwrap();
    logging.set_file_logger(&*two, Level::WARN).unwrap();
    with_logging(&logging, || {
        let events = || {
            tracing::debug!("d");
            tracing::warn!("w");
        };
        events();
        let written = logs.each_ref().map(|log| log.text().lines().count());
        assert_eq!((written, lines(&one), lines(&two)), ([2, 1], 2, 1));
        // Another path of the same file.
        let again = directory.path().join(".").join("one.log");
        logging.set_file_logger(&*again, Level::WARN).unwrap();
        events();
        let written = logs.each_ref().map(|log| log.text().lines().count());
        assert_eq!((written, lines(&one), lines(&two)), ([4, 2], 3, 2));
        logging.set_default_logger();
        events();
        assert_eq!((lines(&one), lines(&two)), (3, 2));
    });
}

#[test]
fn secrets_are_redacted_by_field_name() {
    let (logging, log) = (logging(), Log::default());
    logging.set_stream_logger(log.clone(), Level::TRACE);
    with_logging(&logging, || {
        let span = tracing::info_span!("call", secret_key = "hidden-1", token = Empty);
        let _entered = span.enter();
        span.record("token", "hidden-2");
        let body = r#"{"Password": "hidden-3", "Id": "shown-1"}"#;
        tracing::info!(authorization = %"hidden-4", password = ?"hidden-5", body, "shown-2");
        tracing::info!(body = %body, "got {}", r#"{"TmpSecretKey": "hidden-6"}"#);
    });
    let text = log.text();
    for shown in ["shown-1", "shown-2", "secret_key=*** token=***", "authorization=***"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(!text.contains("hidden"), "{text}");
}

#[test]
fn text_cannot_start_a_new_line() {
    let (logging, log) = (logging(), Log::default());
    logging.set_stream_logger(log.clone(), Level::INFO);
    with_logging(&logging, || {
        let forged = "a\n2023-11-14T22:13:20.123Z ERROR forged\u{1b}[2J\u{202e}";
        tracing::info!(text = forged, display = %forged, "{forged}");
    });
    let text = log.text();
    assert_eq!(text.matches("forged").count(), 3);
    assert_eq!(text.matches(|c: char| c.is_control()).count(), 1, "{text}");
    assert!(!text.contains('\u{202e}'), "the text direction is not changed: {text}");
}

/// A writer whose disk is full.
struct FullDisk;

impl Write for FullDisk {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn write_errors_are_kept_and_do_not_affect_other_loggers() {
    let logging = logging();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sdk.log");
    logging.set_stream_logger(FullDisk, Level::INFO);
    logging.set_file_logger(&*path, Level::INFO).unwrap();
    with_logging(&logging, || {
        tracing::info!("one");
        tracing::info!("two");
    });
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
    assert_eq!(logging.take_error().unwrap().kind(), io::ErrorKind::StorageFull);
    assert!(logging.take_error().is_none());
}

/// A writer that panics on the first write.
struct PanicOnce(bool, Log);

impl Write for PanicOnce {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(!std::mem::take(&mut self.0), "boom");
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn writer_is_used_again_after_a_panic() {
    let (logging, log) = (logging(), Log::default());
    logging.set_stream_logger(PanicOnce(true, log.clone()), Level::INFO);
    let write = || logging.write(Level::INFO, "line\n");
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(write)).unwrap_err();
    write();
    assert_eq!(log.text(), "line\n");
}

#[test]
fn writer_may_change_the_loggers_and_log() {
    /// A writer that logs and adds a logger while it writes.
    struct Reentrant(Logging, Log);

    impl Write for Reentrant {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(Level::ERROR, "from within\n");
            self.0.set_stream_logger(self.1.clone(), Level::INFO);
            self.1.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let (logging, log) = (logging(), Log::default());
    logging.set_stream_logger(Reentrant(logging.clone(), log.clone()), Level::INFO);
    logging.write(Level::INFO, "one\n");
    logging.write(Level::INFO, "two\n");
    assert_eq!(log.text(), "one\ntwo\ntwo\n", "the added stream also writes the second line");
}

#[test]
fn invalid_options_change_nothing() {
    let (logging, log) = (logging(), Log::default());
    logging.set_stream_logger(log.clone(), Level::INFO);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("missing").join("sdk.log");
    let cases = [
        (FileLogger::new("x").max_size(0), "`max_size` of the log file must be at least 1"),
        (FileLogger::new("x").max_files(0), "`max_files` of the log file must be at least 1"),
        (FileLogger::new(&path), &format!("cannot open the log file {}", path.display())),
    ];
    for (file, message) in cases {
        let error = logging.set_file_logger(file, Level::TRACE).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
    let expected = "Logging { streams: [LevelFilter::INFO], files: [], .. }";
    assert_eq!(format!("{logging:?}"), expected);
}

#[test]
fn lines_of_concurrent_threads_are_complete() {
    let (logging, log) = (logging(), Log::default());
    logging.set_stream_logger(log.clone(), Level::INFO);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..200).for_each(|_| logging.write(Level::INFO, "0123456789\n")));
        }
    });
    let text = log.text();
    assert_eq!(text.lines().count(), 1600);
    assert!(text.lines().all(|line| line == "0123456789"));
}
