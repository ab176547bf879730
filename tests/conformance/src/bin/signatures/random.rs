//! Random texts and JSON, which are the same in every run.

/// `SplitMix64` generator with a fixed seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub(crate) fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    pub(crate) fn pick(&mut self, from: &[&'static str]) -> &'static str {
        let index = self.below(from.len() as u64);
        from.iter().zip(0..).find(|(_, at)| *at == index).map_or("", |(text, _)| text)
    }

    pub(crate) fn word(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..length)
            .filter_map(|_| {
                let index = usize::try_from(self.below(LETTERS.len() as u64)).ok()?;
                LETTERS.get(index).map(|letter| char::from(*letter))
            })
            .collect()
    }

    /// Returns no bytes, a few, many, or more than a buffer.
    pub(crate) fn bytes(&mut self) -> Vec<u8> {
        match self.below(5) {
            0 => Vec::new(),
            1 => b"{}\r\n--x".to_vec(),
            2 => "未命名 é 😀".into(),
            3 => (0..self.below(2_000)).map(|_| self.next().to_le_bytes()[0]).collect(),
            _ => self.word(20_000).into_bytes(),
        }
    }

    /// Returns a text with characters that are special in a URL, in JSON or in a header.
    pub(crate) fn text(&mut self) -> String {
        const SPECIAL: [&str; 40] = [
            " ",
            "  ",
            "+",
            "&",
            "=",
            "%",
            "%41",
            "/",
            "?",
            "#",
            "~",
            "*",
            "-",
            "_",
            ".",
            "!",
            "'",
            "(",
            ")",
            "\"",
            "\\",
            "\\u0041",
            "\n",
            "\r\n",
            "\t",
            "\u{1}",
            "\u{7f}",
            "\u{80}",
            "é",
            "未命名",
            "😀",
            "\u{2028}",
            "\u{feff}",
            "--",
            ":",
            ";",
            ",",
            "[",
            "{}",
            "null",
        ];
        (0..self.below(12))
            .map(|_| if self.one_in(3) { self.word(4) } else { self.pick(&SPECIAL).to_owned() })
            .collect()
    }

    /// Returns a unique name of a member.
    pub(crate) fn name(&mut self, index: u64) -> String {
        let tail = self.pick(&["", "Id", "_under_score", "Name", "-dash", "未"]);
        format!("P{index}{tail}")
    }

    /// Returns an object of strings, numbers, booleans, nulls, lists and objects.
    pub(crate) fn object(&mut self, depth: u64) -> Json {
        let members = self.below(5);
        Json::Object((0..members).map(|at| (self.name(at), self.json(depth))).collect())
    }

    pub(crate) fn list(&mut self, depth: u64) -> Json {
        let length = self.below(4);
        Json::List((0..length).map(|_| self.json(depth)).collect())
    }

    fn json(&mut self, depth: u64) -> Json {
        match self.below(if depth == 0 { 6 } else { 9 }) {
            0 => Json::Plain("null"),
            1 => Json::Plain(self.pick(&["true", "false"])),
            2 => Json::Number(self.below(1_000).to_string()),
            3 => Json::Number(
                self.pick(&[
                    "0",
                    "-1",
                    "18446744073709551615",
                    "-9223372036854775808",
                    "123456789012345678901234567890",
                    "0.5",
                    "-2.25",
                    "1e+20",
                    "1.5e-07",
                ])
                .to_owned(),
            ),
            4 | 5 => Json::Text(self.text()),
            6 => self.list(depth - 1),
            _ => self.object(depth - 1),
        }
    }
}

/// JSON document that can be encoded like Python does, so that the bytes can be compared.
pub(crate) enum Json {
    Plain(&'static str),
    /// Number as `repr` of Python prints it.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Encodes the document like `json.dumps` of Python.
    pub(crate) fn python(&self) -> String {
        self.encode([", ", ": "], quoted)
    }

    /// Encodes the document without spaces and in UTF-8.
    pub(crate) fn compact(&self) -> String {
        self.encode([",", ":"], |text| serde_json::Value::from(text).to_string())
    }

    fn encode(&self, separators: [&str; 2], quote: fn(&str) -> String) -> String {
        let [comma, colon] = separators;
        match self {
            Self::Plain(text) => (*text).to_owned(),
            Self::Number(number) => number.clone(),
            Self::Text(text) => quote(text),
            Self::List(items) => {
                let items: Vec<_> =
                    items.iter().map(|item| item.encode(separators, quote)).collect();
                format!("[{}]", items.join(comma))
            }
            Self::Object(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| {
                        format!("{}{colon}{}", quote(name), value.encode(separators, quote))
                    })
                    .collect();
                format!("{{{}}}", members.join(comma))
            }
        }
    }
}

/// Escapes everything except printable ASCII, and characters beyond `U+FFFF` as surrogate pairs.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            ' '..='~' => quoted.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    quoted.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    quoted.push('"');
    quoted
}
