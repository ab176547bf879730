//! Finds the values that the document of a member lists.
//!
//! Documents are Chinese texts with remains of HTML and Markdown, written by many people. The
//! search is conservative: a missing value costs a user a literal, but a wrong one would be a
//! constant that the API rejects.

use std::collections::BTreeSet;

/// Tags that begin a new line. Other tags are dropped.
const LINE_TAGS: [&str; 12] =
    ["br", "div", "dx-alert", "li", "ol", "p", "table", "td", "th", "tr", "ul", "h3"];

/// Tags that are dropped without a new line.
const INLINE_TAGS: [&str; 11] =
    ["a", "b", "code", "em", "font", "i", "pre", "span", "strong", "tbody", "thead"];

/// Entities that occur in documents.
const ENTITIES: [(&str, char); 7] = [
    ("&quot;", '"'),
    ("&#39;", '\''),
    ("&#42;", '*'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&amp;", '&'),
    ("&nbsp;", ' '),
];

/// Words before a value that is an example.
const EXAMPLE_WORDS: [&str; 7] = ["例如", "形如", "比如", "示例", "示例值", "格式", "如"];

/// Words after a value that introduce its meaning.
const MEANING_WORDS: [&str; 3] = ["表示", "代表", "指的是"];

/// Words in a document that lists values without meanings.
const LIST_WORDS: [&str; 8] =
    ["取值", "可选值", "枚举", "可选类型", "包括", "限于", "分为", "升序"];

const QUOTES: [char; 7] = ['`', '\'', '"', '“', '”', '‘', '’'];

/// Returns the values that a document lists: none, or at least two.
///
/// `names` are those of actions, objects and members, which documents mention like values.
pub(super) fn listed_values(document: &str, names: &BTreeSet<&str>) -> BTreeSet<String> {
    let text = plain(document);
    let mut explained = BTreeSet::new();
    let mut quoted = BTreeSet::new();
    for line in text.lines() {
        for found in candidates(line) {
            let is_name = found.value.contains(|it: char| it.is_ascii_lowercase())
                && names.contains(found.value.as_str());
            if found.value.len() < 2 || is_name || is_identifier_example(&found.value) {
                continue;
            }
            let is_bool = ["true", "false"].iter().any(|it| found.value.eq_ignore_ascii_case(it));
            if is_bool && !found.is_explained {
                continue;
            }
            let list = if found.is_explained { &mut explained } else { &mut quoted };
            list.insert(found.value);
        }
    }
    if explained.len() >= 2 {
        return explained;
    }
    if quoted.len() >= 2 && LIST_WORDS.iter().any(|word| text.contains(word)) {
        return quoted;
    }
    BTreeSet::new()
}

/// Value that a line seems to list.
struct Candidate {
    value: String,
    /// Whether a meaning follows. Otherwise, the value is quoted.
    is_explained: bool,
}

fn candidates(line: &str) -> Vec<Candidate> {
    let line = line.trim();
    let item = line.strip_prefix(['-', '*', '•', '·']).filter(|rest| !rest.starts_with('-'));
    let line = item.unwrap_or(line).trim_start();
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(rest) = line.get(start..) {
        let Some(offset) = rest.find(|it: char| it.is_ascii_alphanumeric() || it == '_') else {
            break;
        };
        let (before, from_word) = line.split_at(start + offset);
        let end = from_word.find(|it: char| !is_word(it)).unwrap_or(from_word.len());
        let (word, after) = from_word.split_at(end);
        start += offset + end;
        // In `CREATING-创建中`, the hyphen is not part of the value.
        let value = word.trim_end_matches('-');
        let dashes = word.get(value.len()..).unwrap_or_default();
        let is_first = item.is_some() && before.trim_matches(QUOTES).is_empty();
        found.extend(candidate(before, value, dashes, after, is_first));
    }
    found
}

/// Classifies a word, given the text around it in its line.
fn candidate(
    before: &str,
    value: &str,
    dashes: &str,
    after: &str,
    is_first: bool,
) -> Option<Candidate> {
    if !value.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    let after_quote = after.trim_start().strip_prefix(QUOTES);
    let quote = before.trim_end().chars().next_back().filter(|it| QUOTES.contains(it));
    let is_quoted = dashes.is_empty() && quote.is_some() && after_quote.is_some();
    let (context, rest) = match (is_quoted, after_quote) {
        (true, Some(rest)) => (before.trim_end().trim_end_matches(QUOTES), rest),
        _ => (before, after),
    };
    // Part of a longer expression, such as a path or an address.
    if context.ends_with(['.', '/', '-', '_', '#', '@', '$', '%', '\\', '&', '<', '=']) {
        return None;
    }
    // A part of a sentence, such as `常规BGP-后付费`, or of the meaning of another value.
    let is_inside = context.ends_with(is_han) && !context.ends_with("其中") && !is_quoted;
    let key = context.trim_end().strip_suffix([':', '：']).map(str::trim_end);
    if is_inside || key.is_some_and(|key| key.ends_with(|it: char| it.is_ascii_alphanumeric())) {
        return None;
    }
    let context = context.trim_end_matches([' ', ':', '：', '"', '“', '`', '为', '是']);
    if EXAMPLE_WORDS.iter().any(|word| context.ends_with(word)) {
        return None;
    }
    let is_explained = is_explained(value, dashes, rest, is_quoted, is_first);
    (is_explained || is_quoted).then(|| Candidate { value: value.to_owned(), is_explained })
}

/// Returns whether the text after a value states its meaning.
fn is_explained(value: &str, dashes: &str, rest: &str, is_quoted: bool, is_first: bool) -> bool {
    let trimmed = rest.trim_start();
    let starts_with_han = |text: &str| text.trim_start().starts_with(is_han);
    if !dashes.is_empty() {
        return starts_with_han(rest);
    }
    if MEANING_WORDS.iter().any(|word| trimmed.starts_with(word)) {
        return true;
    }
    let mut letters = trimmed.chars();
    match letters.next() {
        Some('：') => true,
        // Neither a time nor an address.
        Some(':') => letters.next().is_none_or(|next| !next.is_ascii() || next == ' '),
        Some('(' | '（') => letters.next().is_some_and(is_han),
        Some('-' | '－' | '—') => starts_with_han(trimmed.trim_start_matches(['-', '－', '—'])),
        Some(letter) if is_han(letter) => {
            let is_separated = rest.starts_with(' ');
            is_first && (is_quoted || (is_separated && is_upper(value)))
        }
        Some(_) => false,
        None => is_first && (is_quoted || is_upper(value)),
    }
}

/// Returns whether a value looks like the id of a resource, such as `ins-11112222`.
fn is_identifier_example(value: &str) -> bool {
    let is_lower = !value.contains(|it: char| it.is_ascii_uppercase());
    is_lower
        && value.rsplit_once('-').is_some_and(|(_, end)| {
            end.contains(|it: char| it.is_ascii_digit()) || end.bytes().all(|it| it == b'x')
        })
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '-'
}

fn is_upper(value: &str) -> bool {
    !value.contains(|it: char| it.is_ascii_lowercase())
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// Returns the text of a document without markup, links and JSON.
fn plain(document: &str) -> String {
    let mut text = String::with_capacity(document.len());
    let mut rest = document;
    while let Some(first) = rest.chars().next() {
        let skipped = match first {
            '<' => tag(rest, &mut text),
            '[' => link(rest, &mut text),
            '{' => braces(rest),
            'h' => address(rest),
            _ => None,
        };
        rest = skipped.unwrap_or_else(|| {
            text.push(first);
            rest.get(first.len_utf8()..).unwrap_or_default()
        });
    }
    for (entity, letter) in ENTITIES {
        text = text.replace(entity, &letter.to_string());
    }
    text
}

/// Skips a tag, and returns the text after it.
fn tag<'a>(rest: &'a str, text: &mut String) -> Option<&'a str> {
    let (inner, after) = rest.strip_prefix('<')?.split_once('>')?;
    let name = inner.trim_start_matches('/');
    let end = name.find([' ', '/', '\n']).unwrap_or(name.len());
    let name = name.get(..end)?.to_ascii_lowercase();
    if LINE_TAGS.contains(&name.as_str()) {
        text.push_str(if inner.eq_ignore_ascii_case("li") { "\n- " } else { "\n" });
    } else if name == "code" {
        text.push('`');
    } else if !INLINE_TAGS.contains(&name.as_str()) {
        return None;
    }
    Some(after)
}

/// Skips a Markdown link except for its text, and returns the text after it.
fn link<'a>(rest: &'a str, text: &mut String) -> Option<&'a str> {
    let (name, after) = rest.strip_prefix('[')?.split_once("](")?;
    let (_, after) = after.split_once(')')?;
    if name.contains(['[', ']', '\n']) {
        return None;
    }
    text.push_str(name);
    Some(after)
}

/// Skips JSON or a pattern in braces, and returns the text after it.
fn braces(rest: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (index, letter) in rest.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return rest.get(index + 1..);
        }
    }
    None
}

/// Skips an address, and returns the text after it.
fn address(rest: &str) -> Option<&str> {
    let is_address = rest.starts_with("http://") || rest.starts_with("https://");
    let end = rest.find(|it: char| !it.is_ascii_graphic()).unwrap_or(rest.len());
    rest.get(end..).filter(|_| is_address)
}
