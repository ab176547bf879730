//! Splits the command line into positional arguments and options.

use std::ffi::OsString;

/// The supported options.
pub(crate) struct OptionNames {
    /// Options without a value; each item is an option and its aliases.
    pub(crate) flags: &'static [&'static [&'static str]],
    /// Options with a value.
    pub(crate) with_value: &'static [&'static str],
}

/// The positional arguments and the options, in order.
#[derive(Default)]
pub(crate) struct CommandLine {
    pub(crate) positional: Vec<String>,
    flags: Vec<String>,
    values: Vec<(String, String)>,
}

impl CommandLine {
    /// Parses a command line.
    pub(crate) fn parse(
        args: impl Iterator<Item = OsString>,
        known: &OptionNames,
    ) -> Result<Self, String> {
        let mut args = args
            .map(|arg| arg.into_string().map_err(|arg| format!("{} is not UTF-8", arg.display())));
        let mut this = Self::default();
        while let Some(arg) = args.next() {
            let arg = arg?;
            // `-` alone is standard input, and JSON cannot begin with `-` and a letter.
            if !arg.starts_with("--") && !is_short_option(&arg) {
                this.positional.push(arg);
                continue;
            }
            // Errors do not contain the value, because it may be a password.
            let (name, value) = match arg.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (arg.as_str(), None),
            };
            if let Some(flag) = known.flags.iter().find(|names| names.contains(&name)) {
                if value.is_some() {
                    return Err(format!("{name} takes no value"));
                }
                this.flags.extend(flag.first().map(|&flag| flag.to_owned()));
            } else if known.with_value.contains(&name) {
                let value = match value {
                    Some(value) => value.to_owned(),
                    None => args.next().ok_or_else(|| format!("{name} requires a value"))??,
                };
                if value.is_empty() {
                    return Err(format!(
                        "{name} has an empty value: set a value or remove the option"
                    ));
                }
                this.values.push((name.to_owned(), value));
            } else {
                return Err(format!("unknown option {name}"));
            }
        }
        Ok(this)
    }

    /// Returns whether an option is set.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
            || self.values.iter().any(|(option, _)| option == name)
    }

    /// Returns the value of an option that must not be repeated.
    pub(crate) fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, String> {
        let mut all = self.all(name);
        let first = all.next();
        match all.next() {
            None => Ok(first),
            Some(_) => Err(format!("duplicate option {name}")),
        }
    }

    /// Returns the values of an option that can be repeated.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values
            .iter()
            .filter(move |(option, _)| option == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns an error if two options conflict. Each item has two options and the reason.
    pub(crate) fn check_conflicts(&self, conflicts: &[(&str, &str, &str)]) -> Result<(), String> {
        match conflicts.iter().find(|(one, other, _)| self.has(one) && self.has(other)) {
            None => Ok(()),
            Some((one, other, reason)) => {
                Err(format!("{one} cannot be used with {other}: {reason}"))
            }
        }
    }
}

/// Returns whether an argument is a short option such as `-h`, and not a negative number.
fn is_short_option(arg: &str) -> bool {
    arg.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}
