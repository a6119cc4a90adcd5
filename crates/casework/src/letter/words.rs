//! The words of letters that no procedure brings: days, periods, documents, remedies.

use std::sync::LazyLock;

use clock::{Basis, Period};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::civil::Date;
use policy::Library;
use policy::assessment::Language;
use unic_langid::LanguageIdentifier;

use crate::procedure::{Remedy, RemedyKind, Text};

const CHINESE: &str = include_str!("../../messages/zh-CN/letters.ftl");
const ENGLISH: &str = include_str!("../../messages/en/letters.ftl");

type Bundle = FluentBundle<FluentResource>;

static WORDS: LazyLock<[Bundle; 2]> =
    LazyLock::new(|| [bundle(Language::Zh, CHINESE), bundle(Language::En, ENGLISH)]);

/// The tag of a language, as `zh-CN`.
pub(super) fn tag(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh-CN",
        Language::En => "en",
    }
}

/// A Fluent text of a language; faulty entries are left out.
pub(super) fn bundle(language: Language, text: &str) -> Bundle {
    let identifier: LanguageIdentifier = tag(language).parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(read, _)| read);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The message of this name, without space at its end; empty where there is none.
pub(super) fn format(bundle: &Bundle, key: &str, arguments: &FluentArgs<'_>) -> String {
    let pattern = bundle.get_message(key).and_then(|message| message.value());
    let mut errors = Vec::new();
    let text = pattern.map(|pattern| bundle.format_pattern(pattern, Some(arguments), &mut errors));
    text.map(|text| text.trim_end().to_owned()).unwrap_or_default()
}

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'w> {
    pub language: Language,
    pub library: &'w Library,
}

impl Words<'_> {
    pub(super) fn pick<'t>(&self, text: &'t Text) -> &'t str {
        match self.language {
            Language::Zh => &text.zh,
            Language::En => &text.en,
        }
    }

    pub(super) fn say(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        let mut all = FluentArgs::new();
        for (name, value) in arguments {
            all.set(*name, *value);
        }
        self.format(key, &all)
    }

    fn format(&self, key: &str, arguments: &FluentArgs<'_>) -> String {
        let [chinese, english] = &*WORDS;
        let bundle = match self.language {
            Language::Zh => chinese,
            Language::En => english,
        };
        format(bundle, key, arguments)
    }

    pub(super) fn day(&self, day: Date) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("year", day.year().to_string());
        arguments.set("month", FluentValue::from(day.month()));
        arguments.set("day", day.day().to_string());
        self.format("day", &arguments)
    }

    pub(super) fn period(&self, period: Period) -> String {
        let key = match period {
            Period::WorkingDays(_) => "working-days",
            Period::Days(_) => "days",
            Period::Months(_) => "months",
        };
        let mut arguments = FluentArgs::new();
        arguments.set("amount", FluentValue::from(period.amount()));
        self.format(key, &arguments)
    }

    /// A law and the place in it; an instrument that the packs do not have stands by its name.
    pub(super) fn basis(&self, basis: &Basis) -> String {
        let place = self.library.place_in_words(&basis.item);
        let instrument = self.library.instrument(&basis.instrument);
        let title = instrument.map(|instrument| &instrument.title);
        let (title, place) = match self.language {
            Language::Zh => (title.map(|title| &title.zh), &place.zh),
            Language::En => (title.map(|title| &title.en), &place.en),
        };
        let title = title.unwrap_or(&basis.instrument);
        self.say("basis", &[("instrument", title), ("place", place)])
    }

    pub(super) fn remedy(&self, remedy: &Remedy) -> String {
        let text = |text: &Option<Text>| text.as_ref().map(|text| self.pick(text).to_owned());
        let text = |of: &Option<Text>| text(of).unwrap_or_default();
        let basis = remedy.basis.as_ref().map(|basis| self.basis(basis)).unwrap_or_default();
        let within = remedy.within.map(|within| self.period(within)).unwrap_or_default();
        let key = match remedy.kind {
            RemedyKind::Open => "remedy-open",
            RemedyKind::None => "remedy-none",
            RemedyKind::Unsettled => "remedy-unsettled",
        };
        self.say(
            key,
            &[
                ("title", self.pick(&remedy.title)),
                ("to", &text(&remedy.to)),
                ("from", &text(&remedy.from)),
                ("how", &text(&remedy.how)),
                ("within", &within),
                ("basis", &basis),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_messages_and_none_is_faulty() {
        let keys = |text: &'static str| {
            let resource = FluentResource::try_new(text.to_owned()).unwrap();
            let messages = resource.entries().filter_map(|entry| match entry {
                fluent_syntax::ast::Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            });
            messages.collect::<Vec<String>>()
        };
        assert_eq!(keys(CHINESE), keys(ENGLISH));
    }
}
