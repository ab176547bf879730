use super::*;

const LIMIT: usize = 1 << 20;

/// Parses a stream that arrives in these chunks.
fn parse<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
    limit: usize,
) -> Result<Vec<Event>, TooLarge> {
    let mut parser = Parser::new(limit);
    let mut events = Vec::new();
    for chunk in chunks {
        let mut input = Bytes::copy_from_slice(chunk);
        while let Some(event) = parser.push(&mut input)? {
            events.push(event);
        }
        assert!(input.is_empty());
    }
    events.extend(parser.finish());
    Ok(events)
}

fn parse_all(stream: &[u8]) -> Vec<Event> {
    parse([stream], LIMIT).unwrap()
}

fn datas(stream: &str) -> Vec<String> {
    parse_all(stream.as_bytes()).into_iter().map(|event| event.data).collect()
}

fn event(name: &str, data: &str, id: &str, retry: Option<u64>) -> Event {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Event {
        event: text(name),
        data: data.to_owned(),
        id: text(id),
        retry: retry.map(Duration::from_millis),
    }
}

#[test]
fn lines_end_with_cr_lf_or_both() {
    for end in ["\n", "\r", "\r\n"] {
        let stream = ["data: a", "data: b", "", "event: x", "data: c", "", ""].join(end);
        let events = parse_all(stream.as_bytes());
        assert_eq!(events, [event("", "a\nb", "", None), event("x", "c", "", None)], "{end:?}");
    }
    assert_eq!(datas("data: a\r\ndata: b\n\rdata: c\r\r\n"), ["a\nb", "c"]);
}

#[test]
fn fields_are_parsed_as_specified() {
    let cases: [(&str, &[&str]); 17] = [
        ("data:a\n\n", &["a"]),
        ("data: a\n\n", &["a"]),
        ("data:  a \n\n", &[" a "]),
        ("data:a:b\n\n", &["a:b"]),
        ("data: a\ndata\ndata: b\n\n", &["a\n\nb"]),
        ("data\n\n", &[""]),
        ("data\ndata\n\n", &["\n"]),
        ("data:\n\ndata:\n\n", &["", ""]),
        (": comment\n:\ndata: a\n: in between\ndata: b\n\n", &["a\nb"]),
        ("\n\n\ndata: a\n\n\n\ndata: b\n\n", &["a", "b"]),
        ("event: ping\n\ndata: a\n\n", &["a"]),
        ("unknown: 1\nDATA: x\n data: y\nno colon\ndata: a\n\n", &["a"]),
        ("\u{FEFF}data: a\n\n", &["a"]),
        ("\u{FEFF}\u{FEFF}data: a\n\ndata: b\n\n", &["b"]),
        ("data: a\n\n\u{FEFF}data: b\n\n", &["a"]),
        ("\u{FEFF}", &[]),
        ("", &[]),
    ];
    for (stream, expected) in cases {
        assert_eq!(datas(stream), expected, "{stream:?}");
    }
}

#[test]
fn the_last_event_needs_no_blank_line() {
    for stream in ["data: a\n\ndata: b", "data: a\n\ndata: b\n", "data: a\n\ndata: b\r"] {
        assert_eq!(datas(stream), ["a", "b"], "{stream:?}");
    }
    assert_eq!(datas("data: a\n\nevent: x\n"), ["a"]);
    assert_eq!(datas("data: a\n\n: bye"), ["a"]);
}

#[test]
fn a_name_applies_to_one_event_and_an_id_until_the_next_one() {
    let stream = "id: 1\nevent: x\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\n\
                  id: 3\0\ndata: d\n\nid\ndata: e\n\n";
    let expected = [
        event("x", "a", "1", None),
        event("", "b", "1", None),
        event("", "c", "2", None),
        event("", "d", "2", None),
        event("", "e", "", None),
    ];
    assert_eq!(parse_all(stream.as_bytes()), expected);
    // An event without data is discarded, together with its name.
    assert_eq!(parse_all(b"event: x\n\ndata: a\n\n"), [event("", "a", "", None)]);
}

#[test]
fn retry_is_a_number_of_milliseconds() {
    let cases = [
        ("1500", Some(1500)),
        ("0", Some(0)),
        ("", None),
        ("1s", None),
        ("-1", None),
        ("+1", None),
        ("1.5", None),
        (" 1", None),
        ("\u{0661}", None),
        ("99999999999999999999999", None),
    ];
    for (value, expected) in cases {
        let stream = format!("retry: {value}\ndata: a\n\ndata: b\n\n");
        let events = parse_all(stream.as_bytes());
        assert_eq!(events, [event("", "a", "", expected), event("", "b", "", None)], "{value}");
    }
    // Without data it is reported with the next event.
    assert_eq!(parse_all(b"retry: 7\n\ndata: a\n\n"), [event("", "a", "", Some(7))]);
}

#[test]
fn characters_may_be_split_and_invalid_ones_are_replaced() {
    let stream = "data: 你好é😀\n\n".as_bytes();
    assert_eq!(parse(stream.chunks(1), LIMIT).unwrap(), [event("", "你好é😀", "", None)]);
    assert_eq!(parse_all(b"data: a\xFFb\xE4\xBD\n\n"), [event("", "a\u{FFFD}b\u{FFFD}", "", None)]);
}

#[test]
fn an_event_has_at_most_as_many_bytes_as_the_limit() {
    let long_line = b"data: 0123456789";
    assert_eq!(parse([&long_line[..]], 16).unwrap().len(), 1);
    assert_eq!(parse([&long_line[..]], 15), Err(TooLarge));
    assert_eq!(parse(long_line.chunks(3), 15), Err(TooLarge));
    assert_eq!(parse([&b": a comment without an end"[..]], 15), Err(TooLarge));
    // All data lines of an event count together; the next event starts from zero.
    let lines = "data: 0123\n".repeat(4);
    assert_eq!(parse([lines.as_bytes()], 24), Err(TooLarge));
    assert_eq!(parse([lines.as_bytes()], 25).unwrap().len(), 1);
    let events = "data: 0123\n\n".repeat(1000);
    assert_eq!(parse([events.as_bytes()], 15).unwrap().len(), 1000);
}

#[test]
fn events_before_one_that_is_too_large_are_delivered() {
    let mut parser = Parser::new(8);
    let mut input = Bytes::from_static(b"data: a\n\ndata: too large\n\n");
    assert_eq!(parser.push(&mut input), Ok(Some(event("", "a", "", None))));
    assert_eq!(parser.push(&mut input), Err(TooLarge));
}

/// Parses a complete stream in the simplest way, following the text of the specification.
fn reference_parser(stream: &[u8]) -> Vec<Event> {
    let text = String::from_utf8_lossy(stream);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (mut events, mut id, mut retry) = (Vec::new(), String::new(), None);
    let (mut name, mut data) = (String::new(), Vec::new());
    // The additional line ends complete the last line and the last event.
    for line in format!("{text}\n\n").lines() {
        if line.is_empty() {
            if !data.is_empty() {
                events.push(event(&name, &data.join("\n"), &id, retry.take()));
            }
            (name, data) = (String::new(), Vec::new());
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => data.push(value.to_owned()),
            "event" => value.clone_into(&mut name),
            "id" if !value.contains('\0') => value.clone_into(&mut id),
            "retry" if value.chars().all(|c| c.is_ascii_digit()) => {
                retry = value.parse().ok().or(retry);
            }
            _ => {}
        }
    }
    events
}

/// A pseudo-random generator with a fixed seed.
struct Xorshift(u64);

impl Xorshift {
    fn next_below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

#[test]
fn chunk_boundaries_do_not_change_the_events() {
    let pieces: Vec<&[u8]> =
        "data|data: |data:|event: |event|id: |id|retry: |retry:|:| |\r|\r|\n|\n\
                              |\r\n|\r\n|12|x|\0|é|\u{FEFF}"
            .split('|')
            .map(str::as_bytes)
            .chain([&b"\xFF"[..], &b"\xE4\xBD"[..]])
            .collect();
    let mut random = Xorshift(0x9E37_79B9_7F4A_7C15);
    let mut dispatched = 0;
    for round in 0..20_000 {
        let mut stream = Vec::new();
        for _ in 0..random.next_below(40) {
            stream.extend_from_slice(pieces[random.next_below(pieces.len())]);
        }
        let mut chunks = Vec::new();
        let mut rest = &stream[..];
        while !rest.is_empty() {
            // Chunks may be empty.
            let (chunk, after) = rest.split_at(random.next_below(rest.len().min(9) + 1));
            chunks.push(chunk);
            rest = after;
        }
        let expected = reference_parser(&stream);
        dispatched += expected.len();
        let shown = String::from_utf8_lossy(&stream);
        assert_eq!(parse_all(&stream), expected, "round {round}: {shown:?}");
        assert_eq!(parse(chunks, LIMIT).unwrap(), expected, "round {round}, chunks: {shown:?}");
        assert_eq!(parse(stream.chunks(1), LIMIT).unwrap(), expected, "round {round}, bytes");
    }
    assert!(dispatched > 5_000, "too few events: {dispatched}");
}
