//! Prose of rule documents as HTML: Markdown without raw HTML, in the page's language where the
//! author wrote both.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::language::Language;
use crate::text::{Markup, language_of};

/// Renders prose.
pub(crate) fn render(prose: &str, language: Language) -> Markup {
    let prose = strip_citations(prose);
    let mut html = String::new();
    for block in choose(&prose, language) {
        match language_of(&block).filter(|own| *own != language) {
            Some(foreign) => {
                html.push_str("<div lang=\"");
                html.push_str(foreign.tag());
                html.push_str("\">");
                render_block(&block, foreign, &mut html);
                html.push_str("</div>");
            }
            None => render_block(&block, language, &mut html),
        }
    }
    Markup(html)
}

fn render_block(block: &str, language: Language, html: &mut String) {
    let joint = if language == Language::Chinese { "" } else { " " };
    let events = Parser::new_ext(block, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        // Headings of the page are those of its sections; deeper ones begin below them.
        Event::Start(Tag::Heading { .. }) => Event::Start(Tag::Heading {
            level: HeadingLevel::H4,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(HeadingLevel::H4)),
        Event::Start(Tag::Image { .. }) => Event::Start(Tag::Emphasis),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Emphasis),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let safe = ["https://", "http://", "#", "/"].iter().any(|s| dest_url.starts_with(s));
            let dest_url = if safe { dest_url } else { "#".into() };
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::SoftBreak => Event::Text(joint.into()),
        event => event,
    });
    html::push_html(html, events);
}

/// Takes out citations such as `[cn/waizhuanfa-2017-40, annex 3]`, which stand in the margin.
fn strip_citations(prose: &str) -> String {
    let mut kept = String::with_capacity(prose.len());
    let mut rest = prose;
    while let Some((before, after)) = rest.split_once('[') {
        let citation = after.split_once(']').filter(|(inside, _)| {
            let id = inside.split(',').next().unwrap_or_default();
            id.contains('/') && !id.contains(char::is_whitespace)
        });
        match citation {
            Some((_, after)) => {
                kept.push_str(before.trim_end_matches(' '));
                rest = after;
            }
            None => {
                kept.push_str(before);
                kept.push('[');
                rest = after;
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// The blocks of prose for a reader of one language: where the author wrote a text in both, that
/// language alone; what stands in one language only is kept.
fn choose(prose: &str, language: Language) -> Vec<String> {
    let mut blocks: Vec<(Option<Language>, String)> = Vec::new();
    for block in prose.split("\n\n").filter(|block| !block.trim().is_empty()) {
        let has = |wanted| block.lines().any(|line| line_language(line) == Some(wanted));
        match (has(Language::Chinese), has(Language::English)) {
            (true, true) => {
                let own = |line: &&str| line_language(line).is_none_or(|own| own == language);
                let kept: Vec<&str> = block.lines().filter(own).collect();
                blocks.push((None, kept.join("\n")));
            }
            (true, false) => blocks.push((Some(Language::Chinese), block.to_owned())),
            (false, true) => blocks.push((Some(Language::English), block.to_owned())),
            (false, false) => blocks.push((None, block.to_owned())),
        }
    }
    let count = |wanted| blocks.iter().filter(|(own, _)| *own == Some(wanted)).count();
    let translated = count(Language::Chinese) == count(Language::English);
    blocks.retain(|(own, _)| !translated || own.is_none_or(|own| own == language));
    blocks.into_iter().map(|(_, block)| block).collect()
}

/// The language of a line; `None` for one that readers of either want to see.
fn line_language(line: &str) -> Option<Language> {
    let own = language_of(line)?;
    let begins_chinese = line.trim_start().chars().next().and_then(|c| language_of(&c.to_string()));
    let mixed = own == Language::English && begins_chinese == Some(Language::Chinese);
    (!mixed).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prose: &str, language: Language, expected: &str) {
        assert_eq!(render(prose, language).0.trim(), expected);
    }

    #[test]
    fn keeps_the_language_of_the_page() {
        let prose = "上限20分。\nAt most 20 points. [cn/a-2017, item 1]";
        check(prose, Language::Chinese, "<p>上限20分。</p>");
        check(prose, Language::English, "<p>At most 20 points.</p>");
    }

    #[test]
    fn marks_prose_of_another_language() {
        check("只有中文。", Language::English, "<div lang=\"zh-CN\"><p>只有中文。</p>\n</div>");
        check(
            "一。\n\nThe first of all.\n\n二。",
            Language::Chinese,
            "<p>一。</p>\n<div lang=\"en\"><p>The first of all.</p>\n</div><p>二。</p>",
        );
    }

    #[test]
    fn lets_no_markup_through() {
        let html = render("a <script>alert(1)</script> b [x](javascript:1)", Language::English).0;
        assert!(!html.contains("<script") && !html.contains("javascript"), "{html}");
    }
}
