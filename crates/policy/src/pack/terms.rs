//! `terms.csv`: the words for places in instruments, as `points table`, in Chinese.
//!
//! Citations are written in English, in parts separated by commas: `points table, annual pay,
//! row 1`. A part is a term of this file, or a counted place as `row 1` or `arts. 6 and 7`.

use std::collections::BTreeMap;
use std::sync::Arc;

use dmn::model::Title;

use super::csv_file;
use super::problem::{ProblemCode, Report};

const COLUMNS: [&str; 2] = ["en", "zh"];

/// The words for places in instruments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms {
    chinese: BTreeMap<String, String>,
}

/// Kinds of counted place: singular and plural in English, before and after in Chinese.
const COUNTED: [(&str, &str, &str, &str); 9] = [
    ("row", "rows", "第", "行"),
    ("item", "items", "第", "项"),
    ("art.", "arts.", "第", "条"),
    ("measure", "measures", "第", "项措施"),
    ("annex", "annexes", "附件", ""),
    ("note", "notes", "说明", ""),
    ("chapter", "chapters", "第", "章"),
    ("table", "tables", "表", ""),
    ("p.", "pp.", "第", "页"),
];

impl Terms {
    /// Reads a file of terms; those of several packs are one list.
    pub fn read(&mut self, file: &Arc<str>, report: &mut Report<'_>) {
        for row in csv_file::read(file, &COLUMNS, report) {
            let [en, zh] = [0, 1].map(|column| row.field(column));
            if en.is_empty() || zh.is_empty() || en.contains(',') {
                let message = "a term needs both languages, and no comma in English".to_owned();
                report.error(file, row.span, ProblemCode::Format, message, None);
            }
            if let Some(other) = self.chinese.insert(en.to_owned(), zh.to_owned())
                && other != zh
            {
                let message = format!("the term `{en}` is `{other}` elsewhere");
                report.error(file, row.span, ProblemCode::Duplicate, message, None);
            }
        }
    }

    /// A place in both languages; a part without Chinese stands as it is written.
    pub fn words(&self, place: &str) -> Title {
        let parts: Vec<String> =
            parts(place).map(|part| self.part(part).unwrap_or_else(|| part.to_owned())).collect();
        Title { zh: parts.join("，"), en: place.to_owned() }
    }

    /// The first part of a place that has no Chinese.
    pub fn missing<'p>(&self, place: &'p str) -> Option<&'p str> {
        parts(place).find(|part| self.part(part).is_none())
    }

    fn part(&self, part: &str) -> Option<String> {
        // A number such as `(1)` is the same in every language.
        let plain = || (!part.contains(char::is_alphabetic)).then(|| part.to_owned());
        self.chinese.get(part).cloned().or_else(|| counted(part)).or_else(plain)
    }
}

fn parts(place: &str) -> impl Iterator<Item = &str> {
    place.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// A counted place in Chinese, as `第6条、第7条` for `arts. 6 and 7`.
fn counted(part: &str) -> Option<String> {
    let (word, numbers) = part.split_once(' ')?;
    let (_, _, before, after) =
        COUNTED.iter().find(|(one, several, ..)| word == *one || word == *several)?;
    let one = |number: &str| {
        let plain =
            number.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '(' | ')'));
        (plain && number.starts_with(|c: char| c.is_ascii_digit()))
            .then(|| format!("{before}{number}{after}"))
    };
    if let Some((from, to)) = numbers.split_once(" to ") {
        return Some(format!("{}至{}", one(from)?, one(to)?));
    }
    let all: Option<Vec<String>> = numbers.split(" and ").map(one).collect();
    Some(all?.join("、"))
}

/// A row's place within the place of its section: what both say is said once.
pub(crate) fn within(section: &str, row: &str) -> String {
    let (outer, inner): (Vec<&str>, Vec<&str>) = (parts(section).collect(), parts(row).collect());
    // The longest end of the section's place that the row's place begins with.
    let shared = (0..=outer.len().min(inner.len()))
        .rev()
        .find(|length| outer.iter().skip(outer.len() - length).eq(inner.iter().take(*length)))
        .unwrap_or(0);
    let all: Vec<&str> = outer.into_iter().chain(inner.into_iter().skip(shared)).collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        let chinese = [("points table", "积分表"), ("annual pay", "年薪")];
        let owned = chinese.map(|(en, zh)| (en.to_owned(), zh.to_owned()));
        Terms { chinese: owned.into_iter().collect() }
    }

    #[test]
    fn places_have_words_in_both_languages() {
        for (place, zh) in [
            ("points table, annual pay, row 1", "积分表，年薪，第1行"),
            ("arts. 6 and 7", "第6条、第7条"),
            ("arts. 41 to 43", "第41条至第43条"),
            ("annex 2", "附件2"),
            ("art. 5, (1)", "第5条，(1)"),
            ("", ""),
        ] {
            let words = terms().words(place);
            assert_eq!((words.zh.as_str(), words.en.as_str()), (zh, place));
            assert_eq!(terms().missing(place), None);
        }
        assert_eq!(terms().missing("points table, anual pay"), Some("anual pay"));
        assert_eq!(terms().missing("row one"), Some("row one"));
    }

    #[test]
    fn what_section_and_row_both_say_is_said_once() {
        for (section, row, expected) in [
            ("points table, annual pay", "row 1", "points table, annual pay, row 1"),
            ("standard, A, pay", "A, pay", "standard, A, pay"),
            ("standard, A, posts", "A, posts, item 1", "standard, A, posts, item 1"),
            ("standard", "standard", "standard"),
            ("", "row 1", "row 1"),
        ] {
            assert_eq!(within(section, row), expected);
        }
    }
}
