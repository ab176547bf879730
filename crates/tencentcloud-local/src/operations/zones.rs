//! Zones in parameters.

use crate::account::{Account, TableId};
use crate::api_error::ApiError;
use crate::call::Call;

const ZONES: TableId = ("cvm", "ZoneInfo");

/// Checks that a zone exists in the region of the call.
pub(super) fn check(
    account: &Account,
    call: &Call<'_>,
    code: &'static str,
    parameter: &str,
    zone: &str,
) -> Result<(), ApiError> {
    if account.find(ZONES, call.region, "Zone", zone).is_some() {
        return Ok(());
    }
    let zones: Vec<_> = account.rows(ZONES, call.region).map(|row| row.text("Zone")).collect();
    let expected = if zones.is_empty() {
        "a zone of the region, which has none in this account".to_owned()
    } else {
        format!("a zone of the region: {}", zones.join(", "))
    };
    Err(ApiError::invalid(code, parameter, zone, expected))
}
