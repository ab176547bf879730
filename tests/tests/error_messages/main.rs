//! Every error message of the run time, as its user reads it.
//!
//! The modules trigger each error through the public API. `snapshot.md` has the messages, to be read
//! from top to bottom. After a change of messages, run the test with `UPDATE_SNAPSHOTS=1`, and
//! review the difference of that file.
//!
//! A second test reads the source files of the crate, and requires that each of their message
//! literals is in the snapshot, or is exempted with a reason in `exemptions.rs`.
#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod completeness;
mod credential_files;
mod credentials;
mod dates;
mod exemptions;
mod fixtures;
mod literals;
mod logging;
mod messages;
mod network;
mod paginate;
mod policy;
mod profile;
mod request;
mod response;
mod runtime;
mod sign;
mod snapshot;
mod streams;
mod sts;
mod wait;

use std::sync::OnceLock;

use messages::Messages;

/// Adds the messages of an area.
type Add = fn(&mut Messages);

/// All areas, in the order of the snapshot.
const AREAS: [(&str, Add); 16] = [
    ("Profiles", profile::add),
    ("Policies: retries, rate limit, clock", policy::add),
    ("Credentials", credentials::add),
    ("Credential files", credential_files::add),
    ("Roles: CVM, STS, web identity", sts::add),
    ("Requests", request::add),
    ("Responses", response::add),
    ("Pages", paginate::add),
    ("Dates", dates::add),
    ("Event streams", streams::add),
    ("Waits", wait::add),
    ("Network", network::add),
    ("Certificates and transports", network::add_setup),
    ("Signatures", sign::add),
    ("Runtimes and blocking calls", runtime::add),
    ("Logging", logging::add),
];

/// The rendered snapshot, made once for both tests, and what is wrong with single entries.
fn actual() -> &'static (String, Vec<String>) {
    static ACTUAL: OnceLock<(String, Vec<String>)> = OnceLock::new();
    ACTUAL.get_or_init(|| {
        fixtures::hide_expected_panics();
        let messages = AREAS.map(|(title, add)| {
            let mut messages = Messages::new(title);
            add(&mut messages);
            messages
        });
        let problems = messages.iter().flat_map(|area| area.problems.clone()).collect();
        (snapshot::render(&messages), problems)
    })
}

#[test]
fn every_message_is_in_the_snapshot() {
    let (actual, problems) = actual();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    if fixtures::variable("UPDATE_SNAPSHOTS").as_deref() == Some("1") {
        snapshot::write(actual);
    } else if let Some(difference) = snapshot::first_difference(&snapshot::read(), actual) {
        panic!("{difference}");
    }
}

#[test]
fn every_message_literal_is_triggered() {
    let problems = completeness::problems(&actual().0);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
