//! The format of profile files: `[section]`, `name = value`, and comments behind `#` or `;`.

use zeroize::Zeroizing;

/// A parsed file. Names of settings are in lower case, as other readers of the format have them.
#[derive(Default)]
pub(super) struct Ini {
    sections: Vec<(String, Section)>,
}

/// The settings of one section; of several with the same name, the last wins.
#[derive(Default)]
pub(super) struct Section(Vec<(String, Zeroizing<String>)>);

/// A line that is none of the three forms. Its text is not shown: it may be a key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub(super) struct IniError {
    line: usize,
    what: &'static str,
}

impl Ini {
    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|(own, _)| own == name).map(|(_, section)| section)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|(name, _)| name.as_str())
    }

    /// Where the section of this name is, made if there is none yet.
    fn place(&mut self, name: &str) -> usize {
        self.sections.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
            self.sections.push((name.to_owned(), Section::default()));
            self.sections.len() - 1
        })
    }
}

impl Section {
    /// The value of a setting; `None` when it is not there or empty.
    pub(super) fn get(&self, name: &str) -> Option<&Zeroizing<String>> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value).filter(|v| !v.is_empty())
    }

    fn set(&mut self, name: String, value: Zeroizing<String>) {
        match self.0.iter_mut().find(|(own, _)| *own == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }
}

/// Reads a file; both kinds of line ends are taken.
pub(super) fn parse(text: &str) -> Result<Ini, IniError> {
    let mut ini = Ini::default();
    let mut place = None;
    for (index, line) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate() {
        let refuse = |what| IniError { line: index + 1, what };
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let name = rest.strip_suffix(']').ok_or_else(|| refuse("a `]` is missing"))?.trim();
            if name.is_empty() {
                return Err(refuse("the name of the section is empty"));
            }
            place = Some(ini.place(name));
            continue;
        }
        let (name, value) = line
            .split_once('=')
            .ok_or_else(|| refuse("neither `[section]` nor `name = value` nor a comment"))?;
        let name = name.trim().to_ascii_lowercase();
        if name.is_empty() {
            return Err(refuse("no name stands before `=`"));
        }
        let section = place
            .and_then(|place: usize| ini.sections.get_mut(place))
            .ok_or_else(|| refuse("a setting stands before the first `[section]`"))?;
        section.1.set(name, Zeroizing::new(value.trim().to_owned()));
    }
    Ok(ini)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_line_ends_spaces_and_repeated_sections_are_read() {
        let text = "\u{feff}# first\r\n; second\r\n\r\n[default]\r\n Secret_ID=id \r\nsecret_key \
                    =\tk=e#y;\r\ntoken =\r\n[other]\nsecret_id = o\n[default]\nsecret_id = new\n";
        let ini = parse(text).unwrap();
        let get = |section, name| {
            ini.section(section).and_then(|it: &Section| it.get(name)).map(|it| it.as_str())
        };
        assert_eq!(get("default", "secret_id"), Some("new"));
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
            ("[a]\n= AKIDleaked", "line 2: no name stands before `=`"),
            ("# c\nsecret_id = AKIDleaked", "line 2: a setting stands before the first"),
        ];
        for (text, expected) in cases {
            let error = parse(text).err().unwrap().to_string();
            assert!(error.starts_with(expected) && !error.contains("leaked"), "{error}");
        }
    }
}
