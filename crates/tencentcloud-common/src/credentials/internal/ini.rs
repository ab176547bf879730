//! The format of profile files: `[section]`, `name = value`, and comments behind `#` or `;`.

use zeroize::Zeroizing;

/// What a comment begins with; a value may hold them.
const COMMENT: [char; 2] = ['#', ';'];

/// A parsed file. Names of settings are in lower case, as other readers of the format have them.
#[derive(Default)]
pub(in crate::credentials) struct Ini {
    sections: Vec<(String, Section)>,
}

/// The settings of one section.
#[derive(Default)]
pub(in crate::credentials) struct Section(Vec<(String, Zeroizing<String>)>);

/// A line that cannot be taken. Its text is not shown: it may be a key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub(in crate::credentials) struct IniError {
    line: usize,
    what: &'static str,
}

impl Ini {
    pub(in crate::credentials) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|(own, _)| own == name).map(|(_, section)| section)
    }

    pub(in crate::credentials) fn names(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|(name, _)| name.as_str())
    }
}

impl Section {
    /// The value of a setting; `None` when it is not there or empty.
    pub(in crate::credentials) fn get(&self, name: &str) -> Option<&Zeroizing<String>> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value).filter(|v| !v.is_empty())
    }
}

/// Reads a file; both kinds of line ends are taken.
///
/// What stands twice is refused, as by the official SDK for Python: merging would mix parts of two
/// keys, such as a new key with an old token.
pub(in crate::credentials) fn parse(text: &str) -> Result<Ini, IniError> {
    let mut ini = Ini::default();
    for (index, line) in text.lines().enumerate() {
        let refuse = |what| IniError { line: index + 1, what };
        let line = line.trim();
        if line.is_empty() || line.starts_with(COMMENT) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let (name, rest) = rest.split_once(']').ok_or_else(|| refuse("a `]` is missing"))?;
            let (name, rest) = (name.trim(), rest.trim_start());
            if name.is_empty() {
                return Err(refuse("the name of the section is empty"));
            }
            if !rest.is_empty() && !rest.starts_with(COMMENT) {
                return Err(refuse("something follows the `]` of the section"));
            }
            if ini.section(name).is_some() {
                return Err(refuse("the section stands twice: remove one of them"));
            }
            ini.sections.push((name.to_owned(), Section::default()));
            continue;
        }
        let (name, value) = line
            .split_once('=')
            .ok_or_else(|| refuse("neither `[section]` nor `name = value` nor a comment"))?;
        let name = name.trim().to_ascii_lowercase();
        if name.is_empty() {
            return Err(refuse("no name stands before `=`"));
        }
        let Some((_, Section(settings))) = ini.sections.last_mut() else {
            return Err(refuse("a setting stands before the first `[section]`"));
        };
        if settings.iter().any(|(own, _)| *own == name) {
            return Err(refuse("the setting stands twice in its section: remove one of them"));
        }
        settings.push((name, Zeroizing::new(value.trim().to_owned())));
    }
    Ok(ini)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_line_ends_and_spaces_are_read() {
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
    fn errors_say_the_line_and_not_its_text() {
        let cases = [
            ("\n[default", "line 2: a `]` is missing"),
            ("[ ]", "line 1: the name of the section is empty"),
            ("[a]\r\n\r\nAKIDleaked", "line 3: neither `[section]` nor `name = value`"),
            ("[a] AKIDleaked", "line 1: something follows the `]`"),
            ("[a]\ntoken = leaked\n[b]\n[ a ]\n", "line 4: the section stands twice"),
            ("[a]\ntoken = leaked\nTOKEN =", "line 3: the setting stands twice"),
            ("[a]\n= AKIDleaked", "line 2: no name stands before `=`"),
            ("# c\nsecret_id = AKIDleaked", "line 2: a setting stands before the first"),
        ];
        for (text, expected) in cases {
            let error = parse(text).err().unwrap().to_string();
            assert!(error.starts_with(expected) && !error.contains("leaked"), "{error}");
        }
    }
}
