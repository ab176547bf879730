//! Times as text, in the formats of the services.

use std::time::Duration;

const SECONDS_PER_DAY: u64 = 86_400;

/// How far the time zone of China is ahead of UTC, in seconds.
const CHINA_OFFSET: u64 = 8 * 3600;

/// Formats a time in UTC, as cvm does: `2024-01-31T08:00:00Z`.
pub(crate) fn iso(time: Duration) -> String {
    let (date, clock) = parts(time.as_secs());
    format!("{date}T{clock}Z")
}

/// Formats a time in the time zone of China, as cbs and vpc do: `2024-01-31 16:00:00`.
pub(crate) fn local(time: Duration) -> String {
    let (date, clock) = parts(time.as_secs().saturating_add(CHINA_OFFSET));
    format!("{date} {clock}")
}

/// Returns the date and the time of day.
fn parts(seconds: u64) -> (String, String) {
    // The last day of the year 9999, which is the last one with four digits for the year.
    let days = (seconds / SECONDS_PER_DAY).min(2_932_896);
    let clock = seconds % SECONDS_PER_DAY;
    let (year, month, day) = civil_date(days);
    let (hours, minutes) = (clock / 3600, clock / 60 % 60);
    (format!("{year:04}-{month:02}-{day:02}"), format!("{hours:02}:{minutes:02}:{:02}", clock % 60))
}

/// Returns year, month and day of a number of days since 1970-01-01. The calculation counts years
/// from March, so that the leap day is the last day of a year.
fn civil_date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468; // since 0000-03-01
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_formats_of_the_services() {
        let at = Duration::from_secs;
        assert_eq!(iso(at(0)), "1970-01-01T00:00:00Z");
        assert_eq!(iso(at(951_782_400)), "2000-02-29T00:00:00Z");
        assert_eq!(iso(at(1_700_000_000)), "2023-11-14T22:13:20Z");
        assert_eq!(local(at(1_700_000_000)), "2023-11-15 06:13:20");
        assert_eq!(iso(at(253_402_300_799)), "9999-12-31T23:59:59Z");
        assert_eq!(&iso(at(u64::MAX))[..10], "9999-12-31");
    }
}
