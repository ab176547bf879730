use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, header};

/// Returns the delay in `Retry-After`, which is a number of seconds or an HTTP date; `None` if the
/// header is missing or invalid, zero for a date in the past.
///
/// A date is compared with the `Date` of the response if there is one, because the local clock may
/// be wrong.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = text(headers, &header::RETRY_AFTER)?;
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // A number that overflows is a very long delay.
        return Some(text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    Some(until.duration_since(date(headers).unwrap_or(now)).unwrap_or_default())
}

/// Returns the time of the server in `Date`, to the second.
pub(crate) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, &header::DATE)?).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use std::time::UNIX_EPOCH;

    const NOW: u64 = 1_700_000_000; // Tue, 14 Nov 2023 22:13:20 GMT

    fn headers(pairs: &[(&HeaderName, &[u8])]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| ((*name).clone(), HeaderValue::from_bytes(value).unwrap()))
            .collect()
    }

    #[test]
    fn seconds_and_dates_are_parsed() {
        let now = UNIX_EPOCH + Duration::from_secs(NOW);
        let cases: [(&[u8], Option<u64>); 20] = [
            (b"0", Some(0)),
            (b"7", Some(7)),
            (b" 120 ", Some(120)),
            (b"0007", Some(7)),
            (b"Tue, 14 Nov 2023 22:13:50 GMT", Some(30)),
            (b"Tuesday, 14-Nov-23 22:13:50 GMT", Some(30)),
            (b"Tue Nov 14 22:13:50 2023", Some(30)),
            (b"Tue, 14 Nov 2023 22:13:20 GMT", Some(0)),
            (b"Tue, 14 Nov 2023 22:13:00 GMT", Some(0)),
            (b"Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            (b"", None),
            (b"-1", None),
            (b"+1", None),
            (b"1.5", None),
            (b"soon", None),
            (b"7s", None),
            (b"2023-11-14T22:13:50Z", None),
            (b"Tue, 31 Feb 2023 22:13:50 GMT", None),
            (b"Tue, 14 Nov 2023 22:13:50 CST", None),
            (b"\xff\xfe", None),
        ];
        for (value, expected) in cases {
            let shown = String::from_utf8_lossy(value);
            let headers = headers(&[(&header::RETRY_AFTER, value)]);
            assert_eq!(retry_after(&headers, now), expected.map(Duration::from_secs), "{shown}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
        let endless = headers(&[(&header::RETRY_AFTER, b"99999999999999999999999")]);
        assert_eq!(retry_after(&endless, now), Some(Duration::MAX));
    }

    #[test]
    fn date_is_compared_with_the_clock_of_the_server() {
        let ours = UNIX_EPOCH + Duration::from_secs(NOW - 3600);
        let headers = headers(&[
            (&header::RETRY_AFTER, b"Tue, 14 Nov 2023 22:13:50 GMT"),
            (&header::DATE, b"Tue, 14 Nov 2023 22:13:20 GMT"),
        ]);
        assert_eq!(retry_after(&headers, ours), Some(Duration::from_secs(30)));
        assert_eq!(date(&headers), Some(UNIX_EPOCH + Duration::from_secs(NOW)));
    }

    #[test]
    fn invalid_date_is_none() {
        for value in [b"".as_slice(), b"1700000000", b"yesterday", b"\xff"] {
            assert_eq!(date(&headers(&[(&header::DATE, value)])), None);
        }
    }
}
