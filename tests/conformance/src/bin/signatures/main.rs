//! Makes random requests of every form and prints them, one JSON object a line, for another SDK to
//! make again and compare.
//!
//! Usage: `signatures COUNT`, for so many requests of each form. They are the same at each run.

mod capture;
mod case;
mod forms;
mod random;

use std::process::ExitCode;

use tencentcloud_common::Error;

use crate::forms::FORMS;
use crate::random::Random;

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
    for (form, make) in FORMS {
        for _ in 0..count {
            let mut line = make(&mut random)?;
            if let Some(line) = line.as_object_mut() {
                line.insert("form".to_owned(), (*form).into());
            }
            println!("{line}");
        }
    }
    Ok(())
}
