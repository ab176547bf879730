//! Dates of the API: every spelling in its specifications, and round trips of random dates.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use tencentcloud_common::date_time::{
    CHINA_STANDARD_TIME, DateTimeError, format_date, format_datetime, format_datetime_iso,
    parse_date, parse_datetime, parse_datetime_iso, parse_local_datetime,
};
use tencentcloud_common::time::{
    Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset,
};
use tencentcloud_common::{Error, ErrorKind};

fn local(year: i32, month: u8, day: u8, hms: (u8, u8, u8), nano: u32) -> PrimitiveDateTime {
    let date = Date::from_calendar_date(year, Month::try_from(month).unwrap(), day).unwrap();
    PrimitiveDateTime::new(date, Time::from_hms_nano(hms.0, hms.1, hms.2, nano).unwrap())
}

fn offset(hours: i8, minutes: i8) -> UtcOffset {
    UtcOffset::from_hms(hours, minutes, 0).unwrap()
}

/// What a text is: nothing, a local time, or a time with an offset.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Is {
    NoDate,
    Local(PrimitiveDateTime),
    At(PrimitiveDateTime, UtcOffset),
    Wrong,
}

/// The spellings in the examples of the specifications; `9` stands for any digit there.
fn spellings() -> Vec<(&'static str, Is)> {
    vec![
        // datetime, and the eight of datetime_iso without a zone.
        ("2018-08-27 15:05:10", Is::Local(local(2018, 8, 27, (15, 5, 10), 0))),
        ("2021-01-29 14:58:58", Is::Local(local(2021, 1, 29, (14, 58, 58), 0))),
        ("2018-10-30T04:24:19", Is::Local(local(2018, 10, 30, (4, 24, 19), 0))),
        ("0000-00-00 00:00:00", Is::NoDate),
        ("0000-00-00", Is::NoDate),
        ("0000-00-00T00:00:00Z", Is::NoDate),
        ("0000-00-00T00:00:00.000+08:00", Is::NoDate),
        ("", Is::NoDate),
        ("-", Is::NoDate),
        // datetime_iso.
        (
            "2018-06-13T00:00:00+08:00",
            Is::At(local(2018, 6, 13, (0, 0, 0), 0), CHINA_STANDARD_TIME),
        ),
        ("2020-09-22T00:00:00+00:00", Is::At(local(2020, 9, 22, (0, 0, 0), 0), UtcOffset::UTC)),
        ("2026-03-01T00:00:00Z", Is::At(local(2026, 3, 1, (0, 0, 0), 0), UtcOffset::UTC)),
        (
            "2018-06-13T17:54:41.418298+08:00",
            Is::At(local(2018, 6, 13, (17, 54, 41), 418_298_000), CHINA_STANDARD_TIME),
        ),
        (
            "2018-06-13T17:54:41.5Z",
            Is::At(local(2018, 6, 13, (17, 54, 41), 500_000_000), offset(0, 0)),
        ),
        ("2018-06-13 17:54:41-05:30", Is::At(local(2018, 6, 13, (17, 54, 41), 0), offset(-5, -30))),
        ("2018-06-13T17:54:41.123456789", Is::Local(local(2018, 6, 13, (17, 54, 41), 123_456_789))),
        // Bounds.
        ("0000-01-01 00:00:00", Is::Local(local(0, 1, 1, (0, 0, 0), 0))),
        ("9999-12-31 23:59:59", Is::Local(local(9999, 12, 31, (23, 59, 59), 0))),
        ("2000-02-29 00:00:00", Is::Local(local(2000, 2, 29, (0, 0, 0), 0))),
        // Mistakes in the specifications.
        ("2018-08-2715:05:10", Is::Wrong),
        ("2018/07/16 16:20", Is::Wrong),
        ("2018-01-01 12 :16:09", Is::Wrong),
        // Made up.
        ("1900-02-29 00:00:00", Is::Wrong),
        ("2018-00-10 00:00:00", Is::Wrong),
        ("2018-13-10 00:00:00", Is::Wrong),
        ("0000-00-00 00:00:01", Is::Wrong),
        ("2018-01-32 00:00:00", Is::Wrong),
        ("2018-01-31 24:00:00", Is::Wrong),
        ("2018-01-31 23:60:00", Is::Wrong),
        ("2018-01-31 23:59:60", Is::Wrong),
        ("2018-01-31 23:59", Is::Wrong),
        ("2018-01-31T", Is::Wrong),
        ("2018-01-31T23", Is::Wrong),
        ("2018-01-31 23:59:59 ", Is::Wrong),
        (" 2018-01-31 23:59:59", Is::Wrong),
        ("2018-01-31  23:59:59", Is::Wrong),
        ("2018-01-31t23:59:59z", Is::Wrong),
        ("2018-01-31T23:59:59.Z", Is::Wrong),
        ("2018-01-31T23:59:59.1234567890Z", Is::Wrong),
        ("2018-01-31T23:59:59.9999999999999999999999Z", Is::Wrong),
        ("2018-01-31T23:59:59+0800", Is::Wrong),
        ("2018-01-31T23:59:59+08", Is::Wrong),
        ("2018-01-31T23:59:59+99:00", Is::Wrong),
        ("2018-01-31T23:59:59+08:60", Is::Wrong),
        ("2018-01-31T23:59:59Z+08:00", Is::Wrong),
        ("12018-01-31 23:59:59", Is::Wrong),
        ("+018-01-31 23:59:59", Is::Wrong),
        ("2018-1-31 23:59:59", Is::Wrong),
        ("２０１８-01-31 23:59:59", Is::Wrong),
        ("1517401800", Is::Wrong),
        ("--", Is::Wrong),
        ("2", Is::Wrong),
    ]
}

#[test]
fn every_spelling_of_the_specifications_is_parsed_or_refused() {
    for (text, is) in spellings() {
        let (expected, in_iso, in_local, date) = match is {
            Is::NoDate => (Ok(None), Ok(None), Ok(None), Ok(None)),
            Is::Local(at) => (
                Ok(Some(at.assume_offset(CHINA_STANDARD_TIME))),
                Err(()),
                Ok(Some(at)),
                Ok(Some(at.date())),
            ),
            Is::At(at, offset) => {
                let at_offset = Ok(Some(at.assume_offset(offset)));
                (at_offset, at_offset, Err(()), Ok(Some(at.date())))
            }
            Is::Wrong => (Err(()), Err(()), Err(()), Err(())),
        };
        let parsed = parse_datetime(text, CHINA_STANDARD_TIME).map_err(drop);
        assert_eq!(parsed, expected, "{text:?}");
        // Equal times can have different offsets.
        let offset_of =
            |at: Result<Option<OffsetDateTime>, ()>| at.map(|at| at.map(OffsetDateTime::offset));
        assert_eq!(offset_of(parsed), offset_of(expected), "{text:?}");
        assert_eq!(parse_datetime_iso(text).map_err(drop), in_iso, "{text:?}");
        assert_eq!(parse_local_datetime(text).map_err(drop), in_local, "{text:?}");
        assert_eq!(parse_date(text).map_err(drop), date, "{text:?}");
    }
}

#[test]
fn only_a_date_may_be_without_a_time() {
    let day = Date::from_calendar_date(2018, Month::January, 31).unwrap();
    assert_eq!(parse_date("2018-01-31"), Ok(Some(day)));
    assert_eq!(parse_date("2018-01-31 20:58:48"), Ok(Some(day)));
    // The day as it was written, although it is still the 30th in UTC.
    assert_eq!(parse_date("2018-01-31T01:00:00+08:00"), Ok(Some(day)));
    assert!(parse_datetime("2018-01-31", CHINA_STANDARD_TIME).is_err());
    assert!(parse_datetime_iso("2018-01-31").is_err());
    assert!(parse_local_datetime("2018-01-31").is_err());
    assert!(parse_date("2018-02-29").is_err());
    assert!(parse_date("2018-01-31 25:00:00").is_err());
}

#[test]
fn errors_say_what_is_expected() {
    let message = |error: DateTimeError| error.to_string();
    let cases = [
        (
            parse_datetime("2018-08-2715:05:10", CHINA_STANDARD_TIME).map_err(message).unwrap_err(),
            "invalid date \"2018-08-2715:05:10\": expected a date and time such as 2018-01-31 \
             20:30:00",
        ),
        (
            parse_datetime_iso("2018/07/16 16:20").map_err(message).unwrap_err(),
            "invalid date \"2018/07/16 16:20\": expected a date and time such as \
             2018-01-31T12:30:00Z",
        ),
        (
            parse_datetime_iso("2021-01-29 14:58:58").map_err(message).unwrap_err(),
            "invalid date \"2021-01-29 14:58:58\": it has no time zone: use `parse_datetime` with \
             the time zone of the service",
        ),
        (
            parse_local_datetime("2021-01-29T14:58:58Z").map_err(message).unwrap_err(),
            "invalid date \"2021-01-29T14:58:58Z\": it has a time zone: use `parse_datetime_iso`",
        ),
        (
            parse_date("2021-02-29").map_err(message).unwrap_err(),
            "invalid date \"2021-02-29\": there is no such date, time or time zone",
        ),
        (
            parse_date("\u{1b}[31m\n\u{202e}").map_err(message).unwrap_err(),
            "invalid date \"\\u{1b}[31m\\n\\u{202e}\": expected a date such as 2018-01-31",
        ),
        (
            parse_date(&"é".repeat(41)).map_err(message).unwrap_err(),
            &format!("invalid date \"{}…\": expected a date such as 2018-01-31", "é".repeat(40)),
        ),
    ];
    for (actual, expected) in cases {
        assert_eq!(actual, expected);
    }
    let error = Error::from(parse_date("soon").unwrap_err());
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("\"soon\"") && !error.maybe_sent());
    assert!(
        std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<DateTimeError>)
    );
}

#[test]
fn dates_are_formatted_at_an_offset_without_fractions() {
    let at = local(2018, 1, 31, (23, 30, 1), 999_999_999).assume_offset(offset(-3, -30));
    assert_eq!(format_datetime(at, CHINA_STANDARD_TIME).unwrap(), "2018-02-01 11:00:01");
    assert_eq!(format_datetime(at, at.offset()).unwrap(), "2018-01-31 23:30:01");
    assert_eq!(format_datetime_iso(at).unwrap(), "2018-02-01T03:00:01Z");
    assert_eq!(format_date(at.date()).unwrap(), "2018-01-31");
    assert_eq!(CHINA_STANDARD_TIME.as_hms(), (8, 0, 0));
}

#[test]
fn years_that_the_api_cannot_represent_are_refused() {
    let last = local(9999, 12, 31, (23, 59, 59), 0).assume_utc();
    assert_eq!(format_datetime_iso(last).unwrap(), "9999-12-31T23:59:59Z");
    // 10000-01-01 in China.
    assert!(format_datetime(last, CHINA_STANDARD_TIME).is_err());
    let first = local(0, 1, 1, (0, 0, 0), 0).assume_utc();
    assert_eq!(format_datetime_iso(first).unwrap(), "0000-01-01T00:00:00Z");
    assert!(format_datetime(first, offset(-1, 0)).is_err());
    let before = local(-44, 3, 15, (12, 0, 0), 0);
    let error = format_date(before.date()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot format -0044-03-15: the API has only years from 0000 to 9999"
    );
    assert!(format_datetime_iso(before.assume_utc()).is_err());
    assert!(format_datetime(before.assume_utc(), CHINA_STANDARD_TIME).is_err());
    for date in [PrimitiveDateTime::MIN, PrimitiveDateTime::MAX] {
        for hours in [-23, 0, 23] {
            let _ = format_datetime(date.assume_offset(offset(hours, 0)), offset(-hours, 0));
            let _ = format_datetime_iso(date.assume_offset(offset(hours, 0)));
        }
    }
}

/// A generator of numbers: the same in each run, so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    /// `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> i64 {
        i64::try_from(self.next() % limit).unwrap()
    }
}

/// Formats and parses a date in every way, from every offset.
fn assert_round_trip(at: PrimitiveDateTime, in_offset: UtcOffset) {
    let at = at.assume_offset(in_offset);
    let seconds = at.replace_nanosecond(0).unwrap();
    if let Ok(text) = format_datetime_iso(at) {
        assert_eq!(parse_datetime_iso(&text), Ok(Some(seconds)), "{text}");
        assert_eq!(parse_datetime(&text, CHINA_STANDARD_TIME), Ok(Some(seconds)), "{text}");
    }
    for offset in [UtcOffset::UTC, CHINA_STANDARD_TIME, in_offset] {
        let Ok(text) = format_datetime(at, offset) else { continue };
        assert_eq!(parse_datetime(&text, offset), Ok(Some(seconds)), "{text}");
        let local = parse_local_datetime(&text).unwrap().unwrap();
        assert_eq!(local.assume_offset(offset), seconds, "{text}");
        assert_eq!(parse_date(&text), Ok(Some(local.date())), "{text}");
    }
    let text = format_date(at.date()).unwrap();
    assert_eq!(parse_date(&text), Ok(Some(at.date())), "{text}");
    // At its own offset the date is always in range.
    assert!(format_datetime(at, in_offset).is_ok(), "{at}");
    // The text of a service: the offset and the fraction are kept.
    let (hours, minutes, _) = in_offset.as_hms();
    let sign = if in_offset.is_negative() { '-' } else { '+' };
    let text = format!(
        "{text}T{:02}:{:02}:{:02}.{:09}{sign}{:02}:{:02}",
        at.hour(),
        at.minute(),
        at.second(),
        at.nanosecond(),
        hours.abs(),
        minutes.abs()
    );
    let parsed = parse_datetime_iso(&text).unwrap().unwrap();
    assert_eq!((parsed, parsed.offset()), (at, in_offset), "{text}");
}

#[test]
fn random_dates_survive_a_round_trip() {
    let mut numbers = Numbers(1);
    let first = local(0, 1, 1, (0, 0, 0), 0);
    let seconds = (local(9999, 12, 31, (23, 59, 59), 0) - first).whole_seconds();
    for _ in 0..20_000 {
        let seconds = numbers.below(seconds.unsigned_abs() + 1);
        let nanoseconds = numbers.below(1_000_000_000);
        let at = first + Duration::seconds(seconds) + Duration::nanoseconds(nanoseconds);
        let sign = if numbers.below(2) == 0 { 1 } else { -1 };
        let hours = sign * i8::try_from(numbers.below(15)).unwrap();
        let minutes = sign * i8::try_from(numbers.below(4) * 15).unwrap();
        assert_round_trip(at, offset(hours, minutes));
    }
}

#[test]
fn first_and_last_days_and_leap_days_survive_a_round_trip() {
    for year in 0..=9999 {
        let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let days = [(1, 1), (2, if is_leap { 29 } else { 28 }), (3, 1), (12, 31)];
        for (month, day) in days {
            assert_round_trip(local(year, month, day, (0, 0, 0), 0), offset(8, 0));
            assert_round_trip(local(year, month, day, (23, 59, 59), 999_999_999), offset(-11, -30));
        }
        let leap_day = format!("{year:04}-02-29");
        assert_eq!(parse_date(&leap_day).is_ok(), is_leap, "{leap_day}");
    }
}
