//! The format of profile files: `[section]`, `name = value`, and comments after `#` or `;`.

use zeroize::Zeroizing;

/// The first character of a comment. A value may contain it.
const COMMENT: [char; 2] = ['#', ';'];

/// A parsed file. The names of settings are lower case, because they are case-insensitive.
#[derive(Default)]
pub(in crate::credentials) struct Ini {
    sections: Vec<(String, Section)>,
}

/// The settings of one section.
#[derive(Default)]
pub(in crate::credentials) struct Section(Vec<(String, Zeroizing<String>)>);

/// An invalid line. The message never contains the text of a setting, because it may be a key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub(in crate::credentials) struct IniError {
    line: usize,
    reason: String,
}

impl Ini {
    pub(in crate::credentials) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|(key, _)| key == name).map(|(_, section)| section)
    }

    pub(in crate::credentials) fn names(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|(name, _)| name.as_str())
    }
}

impl Section {
    /// Returns the value of a setting; `None` if it is missing or empty.
    pub(in crate::credentials) fn get(&self, name: &str) -> Option<&Zeroizing<String>> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value).filter(|v| !v.is_empty())
    }
}

/// Parses a file with LF or CRLF line ends.
///
/// Duplicate sections and settings are errors, as in the official SDK for Python: merging them
/// could combine parts of two keys, such as a new key with an old token.
pub(in crate::credentials) fn parse(text: &str) -> Result<Ini, IniError> {
    let mut ini = Ini::default();
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        let error = |reason: &str| IniError { line: line_number, reason: reason.to_owned() };
        let line = line.trim();
        if line.is_empty() || line.starts_with(COMMENT) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let (name, rest) = rest
                .split_once(']')
                .ok_or_else(|| error("`]` is missing after the section name"))?;
            let (name, rest) = (name.trim(), rest.trim_start());
            if name.is_empty() {
                return Err(error("the section name is empty"));
            }
            if !rest.is_empty() && !rest.starts_with(COMMENT) {
                return Err(error("unexpected text after `]`"));
            }
            if ini.section(name).is_some() {
                return Err(error(&format!("duplicate section [{name}]: remove one of them")));
            }
            ini.sections.push((name.to_owned(), Section::default()));
            continue;
        }
        let (name, value) = line
            .split_once('=')
            .ok_or_else(|| error("expected `[section]`, `name = value` or a comment"))?;
        let name = name.trim().to_ascii_lowercase();
        if name.is_empty() {
            return Err(error("the name before `=` is missing"));
        }
        let Some((section, Section(settings))) = ini.sections.last_mut() else {
            return Err(error("expected `[section]` before the first setting"));
        };
        if settings.iter().any(|(key, _)| *key == name) {
            return Err(error(&format!("duplicate setting in [{section}]: remove one of them")));
        }
        settings.push((name, Zeroizing::new(value.trim().to_owned())));
    }
    Ok(ini)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_line_ends_and_spaces_are_parsed() {
        let text = "# first\r\n; second\r\n\r\n[default] ; third\r\n Secret_ID=id \r\nsecret_key \
                    =\tk=e#y;\r\ntoken =\r\n  [ other ]# fourth\nsecret_id = o\n";
        let ini = parse(text).unwrap();
        let get = |section, name| {
            ini.section(section).and_then(|it: &Section| it.get(name)).map(|it| it.as_str())
        };
        assert_eq!(get("default", "secret_id"), Some("id"));
        assert_eq!(get("default", "secret_key"), Some("k=e#y;"));
        assert_eq!(get("default", "token"), None);
        assert_eq!(get("other", "secret_id"), Some("o"));
        assert_eq!(get("other", "secret_key"), None);
        assert_eq!(ini.names().collect::<Vec<_>>(), ["default", "other"]);
        assert!(parse("").unwrap().names().next().is_none());
    }

    #[test]
    fn errors_contain_the_line_number_but_no_values() {
        let cases = [
            ("\n[default", "line 2: `]` is missing"),
            ("[ ]", "line 1: the section name is empty"),
            ("[a]\r\n\r\nAKIDleaked", "line 3: expected `[section]`, `name = value` or a comment"),
            ("[a] AKIDleaked", "line 1: unexpected text after `]`"),
            (
                "[a]\ntoken = leaked\n[b]\n[ a ]\n",
                "line 4: duplicate section [a]: remove one of them",
            ),
            (
                "[a]\ntoken = leaked\nTOKEN =",
                "line 3: duplicate setting in [a]: remove one of them",
            ),
            ("[a]\n= AKIDleaked", "line 2: the name before `=` is missing"),
            (
                "# c\nsecret_id = AKIDleaked",
                "line 2: expected `[section]` before the first setting",
            ),
        ];
        for (text, expected) in cases {
            let error = parse(text).err().unwrap().to_string();
            assert!(error.starts_with(expected) && !error.contains("leaked"), "{error}");
        }
    }
}
