//! Dates of the API.

use tencentcloud_common::Error;
use tencentcloud_common::date_time::{
    CHINA_STANDARD_TIME, format_date, format_datetime, parse_date, parse_datetime,
    parse_datetime_iso, parse_local_datetime,
};
use tencentcloud_common::time::{Date, Month, PrimitiveDateTime};

use super::messages::Messages;

pub(super) fn add(messages: &mut Messages) {
    messages.heading("Parsing");
    messages.add(
        "A datetime without a space",
        parse_datetime("2018-08-2715:05:10", CHINA_STANDARD_TIME),
    );
    messages.add("A datetime_iso with slashes", parse_datetime_iso("2018/07/16 16:20"));
    messages.add("A date that is a timestamp", parse_date("1517401800"));
    messages.add("A day that does not exist", parse_date("2018-02-29"));
    messages.add("A datetime_iso without a time zone", parse_datetime_iso("2021-01-29 14:58:58"));
    messages.add(
        "A local datetime with a time zone",
        parse_local_datetime("2018-06-13T00:00:00+08:00"),
    );
    messages.add("A date, as the error of the SDK", parse_date("soon").map_err(Error::from));

    messages.heading("Formatting");
    let before = Date::from_calendar_date(-44, Month::March, 15).unwrap();
    messages.add("A date before the year 0", format_date(before));
    let last = PrimitiveDateTime::MAX.assume_utc();
    messages.add("A year of five digits", format_datetime(last, CHINA_STANDARD_TIME));
}
