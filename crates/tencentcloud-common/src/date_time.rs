//! Parses the dates in responses, and formats dates for requests.
//!
//! The API sends dates as text, and models keep the text as it is, so that an odd date never fails a
//! call. The documentation of a member names the type of the date:
//!
//! | type of the API | text | parse | format |
//! |---|---|---|---|
//! | `datetime` | `2018-01-31 20:30:00`, without a time zone | [`parse_datetime`] | [`format_datetime`] |
//! | `datetime_iso` | `2018-01-31T12:30:00Z`, `2018-01-31T20:30:00.123+08:00` | [`parse_datetime_iso`] | [`format_datetime_iso`] |
//! | `date` | `2018-01-31`, sometimes with a time | [`parse_date`] | [`format_date`] |
//!
//! An empty text, `-` and `0000-00-00 00:00:00` mean that there is no date, for example because a
//! resource does not expire. They are `Ok(None)`. Any other text that is not a date is a
//! [`DateTimeError`], which `?` converts to an [`Error`](crate::Error).
//!
//! # Time zones
//!
//! A `datetime` has no time zone, and the specification does not say which one it is in. Most
//! services use China Standard Time, so the caller passes the offset, usually
//! [`CHINA_STANDARD_TIME`]:
//!
//! ```
//! use tencentcloud_common::date_time::{self, CHINA_STANDARD_TIME};
//!
//! let expires = date_time::parse_datetime("2018-01-31 20:30:00", CHINA_STANDARD_TIME)?;
//! let created = date_time::parse_datetime_iso("2018-01-31T12:00:00Z")?;
//! let (Some(expires), Some(created)) = (expires, created) else { return Ok(()) };
//! assert_eq!((expires - created).whole_minutes(), 30);
//!
//! assert_eq!(date_time::format_datetime(created, CHINA_STANDARD_TIME)?, "2018-01-31 20:00:00");
//! assert_eq!(date_time::format_datetime_iso(expires)?, "2018-01-31T12:30:00Z");
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```
//!
//! The types are those of the crate [`time`], which is re-exported as
//! [`tencentcloud_common::time`](crate::time).

use std::fmt::Display;

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// China Standard Time, which is UTC+8 all year: the time zone of most dates without one.
pub const CHINA_STANDARD_TIME: UtcOffset = match UtcOffset::from_hms(8, 0, 0) {
    Ok(offset) => offset,
    // Unreachable, as a test checks: a constant cannot return an error.
    Err(_) => UtcOffset::UTC,
};

/// The error of a text that is not a date, or of a date that the API cannot represent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DateTimeError(String);

impl DateTimeError {
    fn new(text: &str, problem: &str) -> Self {
        const MAX_SHOWN: usize = 40;
        let mut shown: String = text.chars().take(MAX_SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        Self(format!("invalid date {shown:?}: {problem}"))
    }

    fn out_of_range(value: impl Display) -> Self {
        Self(format!("cannot format {value}: the API has only years from 0000 to 9999"))
    }
}

/// Parses a `datetime` such as `2018-01-31 20:30:00`; `None` if the text means that there is no
/// date. The text has no time zone: `offset` is the one that the service uses, usually
/// [`CHINA_STANDARD_TIME`].
///
/// It also parses the dates in members of type string, which may be in ISO 8601 format. If the text
/// has its own time zone, `offset` is not used.
///
/// ```
/// use tencentcloud_common::date_time::{CHINA_STANDARD_TIME, parse_datetime};
///
/// let date = parse_datetime("2018-01-31 20:30:00", CHINA_STANDARD_TIME)?;
/// assert_eq!(date.map(|date| date.unix_timestamp()), Some(1_517_401_800));
/// assert_eq!(parse_datetime("0000-00-00 00:00:00", CHINA_STANDARD_TIME)?, None);
/// # Ok::<(), tencentcloud_common::Error>(())
/// ```
///
/// # Errors
///
/// When the text is not a date and time, or the date does not exist.
pub fn parse_datetime(
    text: &str,
    offset: UtcOffset,
) -> Result<Option<OffsetDateTime>, DateTimeError> {
    let Some((local, own_offset)) = date_and_time(text, DATETIME)? else { return Ok(None) };
    Ok(Some(local.assume_offset(own_offset.unwrap_or(offset))))
}

/// Parses a `datetime` such as `2018-01-31 20:30:00` and adds no time zone; `None` if the text means
/// that there is no date. Use it if the time zone of the service is not known.
///
/// # Errors
///
/// When the text is not a date and time or has a time zone, or the date does not exist.
pub fn parse_local_datetime(text: &str) -> Result<Option<PrimitiveDateTime>, DateTimeError> {
    match date_and_time(text, DATETIME)? {
        Some((_, Some(_))) => {
            Err(DateTimeError::new(text, "it has a time zone: use `parse_datetime_iso`"))
        }
        Some((local, None)) => Ok(Some(local)),
        None => Ok(None),
    }
}

/// Parses a `datetime_iso` such as `2018-01-31T12:30:00Z` or `2018-01-31T20:30:00.123+08:00`; `None`
/// if the text means that there is no date. The result has the offset of the text.
///
/// ```
/// use tencentcloud_common::date_time::{CHINA_STANDARD_TIME, parse_datetime_iso};
///
/// let date = parse_datetime_iso("2018-01-31T20:30:00+08:00")?;
/// assert_eq!(date.map(|date| date.unix_timestamp()), Some(1_517_401_800));
/// assert_eq!(date.map(|date| date.offset()), Some(CHINA_STANDARD_TIME));
/// # Ok::<(), tencentcloud_common::Error>(())
/// ```
///
/// # Errors
///
/// When the text is not a date and time, or the date does not exist. A few services send a text
/// without a time zone: use [`parse_datetime`] for them.
pub fn parse_datetime_iso(text: &str) -> Result<Option<OffsetDateTime>, DateTimeError> {
    match date_and_time(text, DATETIME_ISO)? {
        Some((local, Some(offset))) => Ok(Some(local.assume_offset(offset))),
        Some((_, None)) => Err(DateTimeError::new(
            text,
            "it has no time zone: use `parse_datetime` with the time zone of the service",
        )),
        None => Ok(None),
    }
}

/// Parses a `date` such as `2018-01-31`; `None` if the text means that there is no date. A time
/// after the date is ignored: the result is the day as the service wrote it.
///
/// # Errors
///
/// When the text is not a date, or the date does not exist.
pub fn parse_date(text: &str) -> Result<Option<Date>, DateTimeError> {
    Ok(Parsed::new(text, DATE)?.map(|parsed| parsed.date))
}

/// Formats a `datetime` for a request, such as `2018-01-31 20:30:00`. The text has no time zone:
/// `offset` is the one that the service uses, usually [`CHINA_STANDARD_TIME`]. Fractions of a second
/// are dropped.
///
/// # Errors
///
/// When the year at `offset` is not in the range 0000 to 9999.
pub fn format_datetime(date: OffsetDateTime, offset: UtcOffset) -> Result<String, DateTimeError> {
    let (date, time) = at_offset(date, offset)?;
    Ok(format!("{date} {time}"))
}

/// Formats a `datetime_iso` for a request, in UTC, such as `2018-01-31T12:30:00Z`. Fractions of a
/// second are dropped.
///
/// # Errors
///
/// When the year in UTC is not in the range 0000 to 9999.
pub fn format_datetime_iso(date: OffsetDateTime) -> Result<String, DateTimeError> {
    let (date, time) = at_offset(date, UtcOffset::UTC)?;
    Ok(format!("{date}T{time}Z"))
}

/// Formats a `date` for a request, such as `2018-01-31`.
///
/// # Errors
///
/// When the year is not in the range 0000 to 9999.
pub fn format_date(date: Date) -> Result<String, DateTimeError> {
    let (year, month, day) = date.to_calendar_date();
    if !YEARS.contains(&year) {
        return Err(DateTimeError::out_of_range(date));
    }
    Ok(format!("{year:04}-{:02}-{day:02}", u8::from(month)))
}

/// The years that four digits can represent.
const YEARS: std::ops::RangeInclusive<i32> = 0..=9999;

/// Returns the text of the date and that of the time at `offset`.
fn at_offset(date: OffsetDateTime, offset: UtcOffset) -> Result<(String, String), DateTimeError> {
    let local = date
        .checked_to_offset(offset)
        .filter(|local| YEARS.contains(&local.year()))
        .ok_or_else(|| DateTimeError::out_of_range(date))?;
    let (hour, minute, second) = local.to_hms();
    Ok((format_date(local.date())?, format!("{hour:02}:{minute:02}:{second:02}")))
}

/// What each type of date looks like, for errors.
const DATETIME: &str = "expected a date and time such as 2018-01-31 20:30:00";
const DATETIME_ISO: &str = "expected a date and time such as 2018-01-31T12:30:00Z";
const DATE: &str = "expected a date such as 2018-01-31";

/// Parses a date with a time, and an offset if the text has one.
fn date_and_time(
    text: &str,
    expected: &str,
) -> Result<Option<(PrimitiveDateTime, Option<UtcOffset>)>, DateTimeError> {
    match Parsed::new(text, expected)? {
        Some(Parsed { date, time: Some(time), offset }) => {
            Ok(Some((PrimitiveDateTime::new(date, time), offset)))
        }
        Some(Parsed { time: None, .. }) => Err(DateTimeError::new(text, expected)),
        None => Ok(None),
    }
}

/// A date of the API, of any type.
struct Parsed {
    date: Date,
    time: Option<Time>,
    offset: Option<UtcOffset>,
}

impl Parsed {
    /// Parses a date; `None` if the text means that there is no date.
    fn new(text: &str, expected: &str) -> Result<Option<Self>, DateTimeError> {
        if matches!(text, "" | "-") {
            return Ok(None);
        }
        let digits = Digits::read(text).ok_or_else(|| DateTimeError::new(text, expected))?;
        if digits.is_zero() {
            return Ok(None);
        }
        let parsed = digits.check();
        parsed
            .map(Some)
            .ok_or_else(|| DateTimeError::new(text, "there is no such date, time or time zone"))
    }
}

/// The numbers of a text that looks like a date; they may be out of range.
#[derive(Default)]
struct Digits {
    year: u32,
    month: u32,
    day: u32,
    /// Hours, minutes, seconds and nanoseconds.
    time: Option<[u32; 4]>,
    /// Whether it is negative, its hours and its minutes.
    offset: Option<(bool, u32, u32)>,
}

impl Digits {
    /// Reads `YYYY-MM-DD`, with or without a time after `T` or a space. A time is `hh:mm:ss`, with
    /// or without a fraction, and with or without a time zone, which is `Z`, `+hh:mm` or `-hh:mm`.
    fn read(text: &str) -> Option<Self> {
        let mut text = Reader(text.as_bytes());
        let mut digits = Self { year: text.number(4)?, ..Self::default() };
        digits.month = text.number_after(b'-')?;
        digits.day = text.number_after(b'-')?;
        if text.0.is_empty() {
            return Some(digits);
        }
        let hour = text.number_after(b'T').or_else(|| text.number_after(b' '))?;
        let (minute, second) = (text.number_after(b':')?, text.number_after(b':')?);
        let nanosecond = if text.skip(b'.').is_some() { text.fraction()? } else { 0 };
        digits.time = Some([hour, minute, second, nanosecond]);
        if text.skip(b'Z').is_some() {
            digits.offset = Some((false, 0, 0));
        } else if let Some(hours) = text.number_after(b'+') {
            digits.offset = Some((false, hours, text.number_after(b':')?));
        } else if let Some(hours) = text.number_after(b'-') {
            digits.offset = Some((true, hours, text.number_after(b':')?));
        }
        text.0.is_empty().then_some(digits)
    }

    /// Whether all numbers but the time zone are zero, which means that there is no date.
    fn is_zero(&self) -> bool {
        let Self { year, month, day, time, offset: _ } = *self;
        [year, month, day] == [0; 3] && time.is_none_or(|time| time == [0; 4])
    }

    /// Checks that the date, the time and the time zone exist.
    fn check(&self) -> Option<Parsed> {
        let byte = |number| u8::try_from(number).ok();
        let month = Month::try_from(byte(self.month)?).ok()?;
        let year = i32::try_from(self.year).ok()?;
        let date = Date::from_calendar_date(year, month, byte(self.day)?).ok()?;
        let time = match self.time {
            None => None,
            Some([hour, minute, second, nanosecond]) => {
                let (hour, minute, second) = (byte(hour)?, byte(minute)?, byte(second)?);
                Some(Time::from_hms_nano(hour, minute, second, nanosecond).ok()?)
            }
        };
        let offset = match self.offset {
            None => None,
            Some((is_negative, hours, minutes)) => {
                let signed = |number| {
                    let number = i8::try_from(number).ok()?;
                    Some(if is_negative { -number } else { number })
                };
                Some(UtcOffset::from_hms(signed(hours)?, signed(minutes)?, 0).ok()?)
            }
        };
        Some(Parsed { date, time, offset })
    }
}

/// The rest of a text. A method that returns `None` has not read anything.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn skip(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        (*first == byte).then(|| self.0 = rest)
    }

    /// Reads a number of exactly `count` digits.
    fn number(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let number = decimal(digits)?;
        self.0 = rest;
        Some(number)
    }

    /// Reads a number of two digits after `byte`.
    fn number_after(&mut self, byte: u8) -> Option<u32> {
        let before = self.0;
        let number = self.skip(byte).and_then(|()| self.number(2));
        if number.is_none() {
            self.0 = before;
        }
        number
    }

    /// Reads the digits after the decimal point of a second, at most nine, as nanoseconds.
    fn fraction(&mut self) -> Option<u32> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let missing = 9_u32.checked_sub(u32::try_from(count).ok()?)?;
        if count == 0 {
            return None;
        }
        Some(self.number(count)? * 10_u32.pow(missing))
    }
}

/// Returns the value of at most nine digits.
fn decimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
    })
}
