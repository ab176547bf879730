//! The command line, taken apart into words and options.

use std::ffi::OsString;

/// Options that stand alone, each with its other names, and those that a value follows.
pub(crate) struct Known {
    pub(crate) flags: &'static [&'static [&'static str]],
    pub(crate) with_value: &'static [&'static str],
}

/// Words and options in the order in which they were given.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) words: Vec<String>,
    flags: Vec<String>,
    values: Vec<(String, String)>,
}

impl Given {
    /// Takes a command line apart.
    pub(crate) fn new(
        given: impl Iterator<Item = OsString>,
        known: &Known,
    ) -> Result<Self, String> {
        let mut given = given.map(|word| {
            word.into_string().map_err(|word| format!("{} is not UTF-8", word.display()))
        });
        let mut this = Self::default();
        while let Some(word) = given.next() {
            let word = word?;
            // A lone `-` stands for standard input, and no JSON begins with `-` and a letter.
            if !word.starts_with("--") && !is_short(&word) {
                this.words.push(word);
                continue;
            }
            // The value is not shown with what is wrong: it may be a password.
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word.as_str(), None),
            };
            if let Some(flag) = known.flags.iter().find(|names| names.contains(&name)) {
                if value.is_some() {
                    return Err(format!("{name} takes no value"));
                }
                this.flags.extend(flag.first().map(|&flag| flag.to_owned()));
            } else if known.with_value.contains(&name) {
                let value = match value {
                    Some(value) => value.to_owned(),
                    None => given.next().ok_or_else(|| format!("{name} needs a value"))??,
                };
                if value.is_empty() {
                    return Err(format!("{name} has an empty value: leave it out instead"));
                }
                this.values.push((name.to_owned(), value));
            } else {
                return Err(format!("there is no option {name}"));
            }
        }
        Ok(this)
    }

    /// Whether a flag was given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
            || self.values.iter().any(|(option, _)| option == name)
    }

    /// The value of an option that can be given once.
    pub(crate) fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, String> {
        let mut all = self.all(name);
        let first = all.next();
        match all.next() {
            None => Ok(first),
            Some(_) => Err(format!("{name} is given twice")),
        }
    }

    /// The values of an option that can be repeated.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values
            .iter()
            .filter(move |(option, _)| option == name)
            .map(|(_, value)| value.as_str())
    }

    /// Refuses the first pair of options that do not go together, with the reason.
    pub(crate) fn refuse(&self, pairs: &[(&str, &str, &str)]) -> Result<(), String> {
        match pairs.iter().find(|(one, other, _)| self.has(one) && self.has(other)) {
            None => Ok(()),
            Some((one, other, reason)) => {
                Err(format!("{one} and {other} do not go together: {reason}"))
            }
        }
    }
}

/// Whether a word looks like `-h`. A negative number does not.
fn is_short(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}
