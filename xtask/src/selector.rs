//! How a service, or one version of it, is named on the command line.

use std::collections::BTreeMap;

use crate::error::Error;

/// `SERVICE` or `SERVICE@VERSION`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) service: String,
    /// Written like `2017-03-12`; all versions if there is none.
    pub(crate) version: Option<String>,
}

impl Selector {
    /// Reads the arguments of a command. A version may also be written like `v20170312`.
    pub(crate) fn parse_all(arguments: &[String]) -> Result<Vec<Self>, Error> {
        arguments.iter().map(|argument| Self::parse(argument)).collect()
    }

    fn parse(argument: &str) -> Result<Self, Error> {
        let wrong = || Error::Selector(argument.to_owned());
        let (service, version) = match argument.split_once('@') {
            Some((service, version)) => (service, Some(dashed(version).ok_or_else(wrong)?)),
            None => (argument, None),
        };
        if service.is_empty() || !service.chars().all(|letter| letter.is_ascii_alphanumeric()) {
            return Err(wrong());
        }
        Ok(Self { service: service.to_owned(), version })
    }

    /// The versions that it names among those of the services in `known`.
    pub(crate) fn versions<'a>(
        &self,
        known: &'a BTreeMap<String, Vec<String>>,
        place: &'static str,
    ) -> Result<Vec<&'a String>, Error> {
        let Some(versions) = known.get(&self.service) else {
            let names = known.keys().map(String::as_str);
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

/// A version such as `2017-03-12`, from that or from `20170312` or `v20170312`.
pub(crate) fn dashed(version: &str) -> Option<String> {
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
