//! Arguments that select a service or one of its versions.

use crate::error::Error;
use crate::specs::Versions;

/// `SERVICE` or `SERVICE@VERSION`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) service: String,
    /// Version such as `2017-03-12`, or `None` for all versions.
    pub(crate) version: Option<String>,
}

impl Selector {
    /// Parses the arguments of a command. Also accepts versions such as `v20170312`.
    pub(crate) fn parse_all(args: &[String]) -> Result<Vec<Self>, Error> {
        args.iter().map(|arg| Self::parse(arg)).collect()
    }

    fn parse(arg: &str) -> Result<Self, Error> {
        let invalid = || Error::InvalidSelector(arg.to_owned());
        let (service, version) = match arg.split_once('@') {
            Some((service, version)) => {
                (service, Some(normalize_version(version).ok_or_else(invalid)?))
            }
            None => (arg, None),
        };
        if service.is_empty() || !service.chars().all(|letter| letter.is_ascii_alphanumeric()) {
            return Err(invalid());
        }
        Ok(Self { service: service.to_owned(), version })
    }

    /// Returns the selected versions among `available`. An error names `place` as where they were
    /// not found.
    pub(crate) fn versions<'a>(
        &self,
        available: &'a Versions,
        place: &'static str,
    ) -> Result<Vec<&'a String>, Error> {
        let Some(versions) = available.get(&self.service) else {
            let names = available.keys().map(String::as_str);
            return Err(Error::unknown_service(&self.service, place, names));
        };
        let Some(version) = &self.version else { return Ok(versions.iter().collect()) };
        let found = versions.iter().find(|it| *it == version);
        found.map(|version| vec![version]).ok_or_else(|| Error::UnknownVersion {
            service: self.service.clone(),
            version: version.clone(),
            place,
            versions: versions.clone(),
        })
    }
}

/// Converts `2017-03-12`, `20170312` or `v20170312` to `2017-03-12`.
pub(crate) fn normalize_version(version: &str) -> Option<String> {
    let digits: String = match version.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] if (year.len(), month.len(), day.len()) == (4, 2, 2) => {
            [year, month, day].concat()
        }
        [digits] => digits.strip_prefix('v').unwrap_or(digits).to_owned(),
        _ => return None,
    };
    if digits.len() != 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = digits.split_at(4);
    let (month, day) = rest.split_at(2);
    Some(format!("{year}-{month}-{day}"))
}
