//! Known values of members: extracts them for new services, and reports those that a file lacks.

use std::collections::BTreeSet;

use tencentcloud_codegen::Spec;
use tencentcloud_codegen::supplements::values::{self, Entry, KIND, Literal, Values};

use crate::error::Error;
use crate::specs::supplement_name;
use crate::upstream::UpstreamFile;

/// Extracts the known values of a specification that has none. Returns the file to write, unless
/// there is one or the documents list no values.
pub(crate) fn add(spec: &mut Spec, file: &UpstreamFile) -> Result<Option<(String, String)>, Error> {
    if spec.supplements.values.is_some() {
        return Ok(None);
    }
    let found = file.known_values()?;
    if found.0.is_empty() {
        return Ok(None);
    }
    let name = supplement_name(&file.service, &file.version, KIND);
    let text = values::write(&file.service, &file.version, &found);
    spec.supplements.values = Some(found);
    Ok(Some((name, text)))
}

/// Compares the known values of a version, if it has any, with those in upstream's documents.
/// Returns the name of the file, the message about it, and its text if it does not exist.
///
/// An existing file is edited by hand, so it stays as it is. An empty one is for a service that
/// should have no known values.
pub(crate) fn sync(
    known: Option<&Values>,
    file: &UpstreamFile,
) -> Result<(String, Option<String>, Option<String>), Error> {
    let (service, version) = (&file.service, &file.version);
    let name = supplement_name(service, version, KIND);
    let found = file.known_values()?;
    if let Some(known) = known {
        return Ok((name, missing(known, &found), None));
    }
    if found.0.is_empty() {
        return Ok((name, None, None));
    }
    let text = values::write(service, version, &found);
    Ok((name, Some(format!("new: {}", describe(&found))), Some(text)))
}

/// Counts the sets and values.
pub(crate) fn describe(values: &Values) -> String {
    let count = values.0.values().map(|set| set.values.len()).sum::<usize>();
    format!("{} sets with {count} known values", values.0.len())
}

/// Lists the values in upstream's documents that the sets of the same members lack.
fn missing(known: &Values, found: &Values) -> Option<String> {
    let mut lines = Vec::new();
    for (name, set) in &known.0 {
        let own: BTreeSet<String> = set.values.iter().map(literal).collect();
        let same = found
            .0
            .values()
            .filter(|found| found.members.iter().any(|member| set.members.contains(member)));
        let upstream: BTreeSet<String> =
            same.flat_map(|it| it.values.iter().map(literal)).collect();
        let new = upstream.difference(&own).filter(|value| !set.ignored.contains(*value));
        let new: Vec<&str> = new.map(String::as_str).collect();
        if !new.is_empty() {
            lines.push(format!("`{name}` lacks `{}`", new.join("`, `")));
        }
    }
    if lines.is_empty() {
        return None;
    }
    Some(format!("unchanged, but upstream's documents list more values: {}", lines.join("; ")))
}

/// Returns the value of an entry.
fn literal((key, entry): (&String, &Entry)) -> String {
    match &entry.value {
        Some(Literal::Text(text)) => text.clone(),
        Some(Literal::Integer(number)) => number.to_string(),
        None => key.clone(),
    }
}
