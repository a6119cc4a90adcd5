//! What every page knows of itself: its language, its address, and how to speak.

use dmn::model::Title;
use feel::Number;
use feel::temporal::Date;
use fluent_bundle::FluentArgs;
use policy::assessment::{Confidence, Source};

use crate::assets::{ASSETS, Assets};
use crate::format;
use crate::language::Language;
use crate::messages;
use crate::text::{self, Markup};

/// The part of the site that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    /// The first page.
    Home,
    /// The self-assessment.
    Assess,
    /// The rules.
    Rules,
}

/// A page's knowledge of itself.
#[derive(Debug, Clone)]
pub(crate) struct Ui {
    /// The language of the page.
    pub language: Language,
    /// The part of the site.
    pub area: Area,
    /// The path of the page.
    pub path: String,
    /// The query of the page without the language.
    pub query: Vec<(String, String)>,
    /// Whether the page carries answers, so that the language switch must carry them too.
    pub carries_answers: bool,
}

impl Ui {
    pub fn new(language: Language, area: Area, path: &str) -> Ui {
        Ui { language, area, path: path.to_owned(), query: Vec::new(), carries_answers: false }
    }

    /// The files that a page needs.
    pub fn assets(&self) -> &'static Assets {
        &ASSETS
    }

    /// The text `key`.
    pub fn t(&self, key: &str) -> String {
        messages::text(self.language, key, None)
    }

    /// The text `key` in the other language.
    pub fn other(&self, key: &str) -> String {
        messages::text(self.language.other(), key, None)
    }

    /// The text `key` with one argument.
    pub fn t1(&self, key: &str, name: &str, value: impl ToString) -> String {
        let mut arguments = FluentArgs::with_capacity(1);
        arguments.set(name, messages::string_argument(value.to_string()));
        messages::text(self.language, key, Some(&arguments))
    }

    /// The text `key` with two arguments.
    pub fn t2(
        &self,
        key: &str,
        first: (&str, impl ToString),
        second: (&str, impl ToString),
    ) -> String {
        let mut arguments = FluentArgs::with_capacity(2);
        arguments.set(first.0, messages::string_argument(first.1.to_string()));
        arguments.set(second.0, messages::string_argument(second.1.to_string()));
        messages::text(self.language, key, Some(&arguments))
    }

    /// The text `key` with the number `count`.
    pub fn tn(&self, key: &str, count: usize) -> String {
        let mut arguments = FluentArgs::with_capacity(1);
        arguments.set("count", count);
        messages::text(self.language, key, Some(&arguments))
    }

    /// A title in the page's language.
    pub fn say(&self, title: &Title) -> Markup {
        text::mark(text::pick(title, self.language), self.language)
    }

    /// A title that stands at the head of a line.
    pub fn head(&self, title: &Title) -> Markup {
        text::mark(&capital(text::pick(title, self.language)), self.language)
    }

    /// A title as plain text.
    pub fn plain(&self, title: &Title) -> String {
        text::pick(title, self.language).to_owned()
    }

    /// A text of whatever language.
    pub fn mark(&self, text: &str) -> Markup {
        text::mark(text, self.language)
    }

    /// A day in words.
    pub fn day(&self, date: &Date) -> String {
        format::day(*date, self.language)
    }

    /// A number with its thousands grouped.
    pub fn number(&self, number: &Number) -> String {
        format::number(*number)
    }

    /// An address of this site that keeps the language.
    pub fn href(&self, path: impl AsRef<str>) -> String {
        let path = path.as_ref();
        let (before, fragment) = match path.split_once('#') {
            Some((before, fragment)) => (before, format!("#{fragment}")),
            None => (path, String::new()),
        };
        let joint = if before.contains('?') { '&' } else { '?' };
        format!("{before}{joint}lang={}{fragment}", self.language.code())
    }

    /// Whether the page is part of the self-assessment.
    pub fn in_assess(&self) -> bool {
        self.area == Area::Assess
    }

    /// Whether the page is part of the rules.
    pub fn in_rules(&self) -> bool {
        self.area == Area::Rules
    }

    /// The path of an instrument in the register.
    pub fn instrument_path(&self, source: &Source) -> String {
        format!("/rules/instruments#{}", anchor(&source.instrument))
    }

    /// The number of a source's instrument, where its title does not say it already.
    pub fn law_number<'s>(&self, source: &'s Source) -> Option<&'s str> {
        let number = source.number.as_deref()?;
        (!text::pick(&source.title, self.language).contains(number)).then_some(number)
    }

    /// A fault and what would be right, as sentences.
    pub fn sentences(&self, message: &Title, help: Option<&Title>) -> String {
        let mut text = capital(&self.plain(message));
        if let Some(help) = help {
            text.push_str(&self.t("fault-joint"));
            text.push_str(&capital(&self.plain(help)));
        }
        text
    }

    /// Texts as a list.
    pub fn list<'t>(&self, titles: impl IntoIterator<Item = &'t Title>) -> Markup {
        let texts: Vec<String> = titles.into_iter().map(|title| self.plain(title)).collect();
        self.mark(&texts.join(&self.t("list-joint")))
    }

    /// The address of this page in the other language.
    pub fn switch_href(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.query).append_pair("lang", self.language.other().code());
        format!("{}?{}", self.path, query.finish())
    }

    /// The class of a confidence that is shown as a flag; `None` for one that is not.
    pub fn flag(&self, confidence: &Confidence) -> Option<&'static str> {
        match confidence {
            Confidence::Statute | Confidence::Published => None,
            Confidence::Provisional => Some("provisional"),
            Confidence::Unverified => Some("unverified"),
            Confidence::Uncertain => Some("uncertain"),
        }
    }

    /// The name of a confidence.
    pub fn confidence(&self, confidence: &Confidence) -> String {
        self.t(match confidence {
            Confidence::Statute => "confidence-statute",
            Confidence::Published => "confidence-published",
            Confidence::Provisional => "confidence-provisional",
            Confidence::Unverified => "confidence-unverified",
            Confidence::Uncertain => "confidence-uncertain",
        })
    }

    /// What a confidence means.
    pub fn confidence_meaning(&self, confidence: &Confidence) -> String {
        self.t(match confidence {
            Confidence::Statute => "confidence-statute-meaning",
            Confidence::Published => "confidence-published-meaning",
            Confidence::Provisional => "confidence-provisional-meaning",
            Confidence::Unverified => "confidence-unverified-meaning",
            Confidence::Uncertain => "confidence-uncertain-meaning",
        })
    }
}

/// An identifier as a part of an address: letters, digits, `-`, `_` and `.` stay.
pub(crate) fn anchor(text: &str) -> String {
    let keep = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.chars().map(|c| if keep(c) { c } else { '-' }).collect()
}

/// A text that begins with a capital.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
