//! Suggests existing names for a name that is unknown.

/// Maximum number of suggestions.
const MAX_SUGGESTIONS: usize = 5;

/// Returns the names that are similar to `name`, the most similar first.
///
/// Letter case does not count. A name that differs only in letter case is the only suggestion.
pub(crate) fn suggestions<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let name = name.to_lowercase();
    let mut similar: Vec<(usize, &str)> = names
        .map(|other| (edit_distance(&name, &other.to_lowercase()), other))
        .filter(|(distance, other)| is_similar(&name, &other.to_lowercase(), *distance))
        .collect();
    similar.sort_unstable();
    similar.dedup();
    if let Some(&(0, same)) = similar.first() {
        return vec![same.to_owned()];
    }
    similar.into_iter().take(MAX_SUGGESTIONS).map(|(_, other)| other.to_owned()).collect()
}

/// Returns whether one name contains the other or at most two letters differ.
fn is_similar(name: &str, other: &str, distance: usize) -> bool {
    let contains = name.len() >= 3 && (other.contains(name) || name.contains(other));
    let max_distance = if name.len() <= 3 { 1 } else { 2 };
    contains || distance <= max_distance
}

/// Returns the Levenshtein distance of two words.
fn edit_distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (done, letter) in one.chars().enumerate() {
        let mut next = vec![done + 1];
        let above = row.iter().zip(row.iter().skip(1));
        for (same, (diagonal, up)) in other.chars().map(|it| it == letter).zip(above) {
            let left = next.last().copied().unwrap_or_default();
            let changed = diagonal + usize::from(!same);
            next.push(changed.min(up + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
