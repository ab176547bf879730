/// What a text contains that says that the first page is 0, without spaces.
const ZERO: [&str; 9] = [
    "从0",
    "0开始",
    "默认0",
    "默认为0",
    "默认值0",
    "默认值为0",
    "默认值：0",
    "默认：0",
    "起始值为0",
];
/// What a text contains that says that the first page is 1, without spaces.
const ONE: [&str; 14] = [
    "从1",
    "1开始",
    "默认1",
    "默认为1",
    "默认值1",
    "默认值为1",
    "默认值：1",
    "默认：1",
    "最小1",
    "最小为1",
    "大于等于1",
    "起始值为1",
    "1表示第一页",
    "[1,",
];

/// Returns the number of the first page that the text about a page number states. A text that
/// states both or neither, like most texts, is not guessed at: pages would be missed or repeated.
pub(super) fn first_page(text: &str) -> Option<u8> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    // `默认10` is not a 1.
    let states = |patterns: &[&str]| {
        patterns.iter().any(|pattern| {
            text.match_indices(pattern).any(|(at, _)| {
                let rest = text.get(at + pattern.len()..).unwrap_or_default();
                !pattern.ends_with(|last: char| last.is_ascii_digit())
                    || !rest.starts_with(|next: char| next.is_ascii_digit())
            })
        })
    };
    match (states(&ZERO), states(&ONE)) {
        (true, false) => Some(0),
        (false, true) => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_that_is_stated_counts() {
        for (text, expected) in [
            ("<p>页码，从 0 开始</p>", Some(0)),
            (
                "当前页数，默认为0， 注意：PageNumber和PageSize 其中一个不填均默认返回10条数据。",
                Some(0),
            ),
            ("取得第几页，默认值：1。", Some(1)),
            ("页数，取值范围为[1, 1000]。", Some(1)),
            ("数据页数，大于等于1。默认1", Some(1)),
            ("页数，默认10", None),
            ("分页页码", None),
            ("从0开始，不传时默认为1", None),
        ] {
            assert_eq!(first_page(text), expected, "{text}");
        }
    }
}
