//! Texts on their way into a page: escaped, and marked with their language where it is not the
//! page's.

use std::fmt;

use dmn::model::Title;

use crate::language::Language;

/// Markup that is safe to stand in a page as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Markup(pub String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}

impl Markup {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The text of a title in a language, or in the other one where it has none.
pub(crate) fn pick(title: &Title, language: Language) -> &str {
    let (first, second) = match language {
        Language::Chinese => (&title.zh, &title.en),
        Language::English => (&title.en, &title.zh),
    };
    if first.trim().is_empty() { second.trim() } else { first.trim() }
}

/// The language that a text seems to be written in; `None` where a reader of either can read it.
pub(crate) fn language_of(text: &str) -> Option<Language> {
    let han = text.chars().filter(|c| is_han(*c)).count();
    let latin = text.chars().filter(char::is_ascii_alphabetic).count();
    let is_word = |word: &&str| word.chars().any(|c| c.is_ascii_lowercase());
    let words = text.split_whitespace().filter(is_word).take(3).count();
    let first = text.chars().find(|c| c.is_ascii_alphabetic() || is_han(*c));
    // One Chinese character says about as much as three letters.
    let english = words == 3 && (first.is_some_and(|c| !is_han(c)) || han * 3 < latin);
    match (han > 0, english) {
        (_, true) => Some(Language::English),
        (true, false) => Some(Language::Chinese),
        (false, false) => None,
    }
}

/// A text for a page in `language`, in a `span` with its own language where that is another.
pub(crate) fn mark(text: &str, language: Language) -> Markup {
    let mut html = String::with_capacity(text.len() + 16);
    match language_of(text) {
        Some(other) if other != language => {
            html.push_str("<span lang=\"");
            html.push_str(other.tag());
            html.push_str("\">");
            escape_into(&mut html, text);
            html.push_str("</span>");
        }
        _ if language == Language::English => mark_han(&mut html, text),
        _ => escape_into(&mut html, text),
    }
    Markup(html)
}

/// Marks the runs of Chinese within an English text.
fn mark_han(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(start) = rest.find(is_han) {
        let (before, from) = rest.split_at(start);
        escape_into(html, before);
        let length = from.find(|c: char| c.is_ascii_alphabetic() || c == ';').unwrap_or(from.len());
        let (run, after) = from.split_at(length);
        let kept = run.trim_end_matches([' ', '(', ')', ',', '.']);
        html.push_str("<span lang=\"zh-CN\">");
        escape_into(html, kept);
        html.push_str("</span>");
        escape_into(html, run.strip_prefix(kept).unwrap_or_default());
        rest = after;
    }
    escape_into(html, rest);
}

/// Whether a character is Chinese: an ideograph, or punctuation that only Chinese uses.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}'
        | '《' | '》' | '〈' | '〉' | '「' | '」' | '〔' | '〕' | '【' | '】')
}

/// Escapes a text for HTML, in content and in attributes.
pub(crate) fn escape_into(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

/// Escapes a text for HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape_into(&mut html, text);
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, language: Language, expected: &str) {
        assert_eq!(mark(text, language).0, expected);
    }

    #[test]
    fn marks_other_languages() {
        let (zh, en) = (Language::Chinese, Language::English);
        check("年薪", zh, "年薪");
        check("HSK 4", zh, "HSK 4");
        check("HSK 4 级", en, "<span lang=\"zh-CN\">HSK 4 级</span>");
        check("the least raise of pay", zh, "<span lang=\"en\">the least raise of pay</span>");
        check("外专发〔2017〕40号", en, "<span lang=\"zh-CN\">外专发〔2017〕40号</span>");
        check(
            "the permit (外国人来华工作许可) of a person",
            en,
            "the permit (<span lang=\"zh-CN\">外国人来华工作许可</span>) of a person",
        );
        check("a < b", en, "a &lt; b");
    }
}
