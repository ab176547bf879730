//! Parameters as a query, which TC3 covers as it covers a body.

use super::Encoded;
use crate::error::Error;
use crate::form::{flatten, to_query};

pub(super) fn encode(json: &[u8]) -> Result<Encoded, Error> {
    Ok(Encoded::get(to_query(&flatten(json)?)))
}
