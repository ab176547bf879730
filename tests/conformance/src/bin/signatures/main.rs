//! Creates random requests of every kind and prints them, one JSON object per line. Another SDK
//! creates the same requests and compares them.
//!
//! Usage: `signatures COUNT`, where COUNT is the number of requests per kind. Every run creates the
//! same requests.

mod capture;
mod case;
mod random;
mod request_kinds;

use std::process::ExitCode;

use tencentcloud_common::Error;

use crate::random::Random;
use crate::request_kinds::REQUEST_KINDS;

fn main() -> ExitCode {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok());
    let Some(count) = count else {
        eprintln!("usage: signatures COUNT");
        return ExitCode::from(2);
    };
    match print(count) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print(count: usize) -> Result<(), Error> {
    let mut random = Random::new();
    for (kind, create) in REQUEST_KINDS {
        for _ in 0..count {
            let mut line = create(&mut random)?;
            if let Some(line) = line.as_object_mut() {
                line.insert("kind".to_owned(), (*kind).into());
            }
            println!("{line}");
        }
    }
    Ok(())
}
