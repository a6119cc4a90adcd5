//! The texts of the pages, from the Fluent files in `messages/`.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::language::Language;

/// The Fluent files of each language.
pub(crate) const FILES: [(Language, &[(&str, &str)]); 2] = [
    (
        Language::Chinese,
        &[
            ("api.ftl", include_str!("../messages/zh-CN/api.ftl")),
            ("assess.ftl", include_str!("../messages/zh-CN/assess.ftl")),
            ("common.ftl", include_str!("../messages/zh-CN/common.ftl")),
            ("everywhere.ftl", include_str!("../messages/zh-CN/everywhere.ftl")),
            ("names.ftl", include_str!("../messages/zh-CN/names.ftl")),
            ("profile.ftl", include_str!("../messages/zh-CN/profile.ftl")),
            ("result.ftl", include_str!("../messages/zh-CN/result.ftl")),
            ("rules.ftl", include_str!("../messages/zh-CN/rules.ftl")),
        ],
    ),
    (
        Language::English,
        &[
            ("api.ftl", include_str!("../messages/en/api.ftl")),
            ("assess.ftl", include_str!("../messages/en/assess.ftl")),
            ("common.ftl", include_str!("../messages/en/common.ftl")),
            ("everywhere.ftl", include_str!("../messages/en/everywhere.ftl")),
            ("names.ftl", include_str!("../messages/en/names.ftl")),
            ("profile.ftl", include_str!("../messages/en/profile.ftl")),
            ("result.ftl", include_str!("../messages/en/result.ftl")),
            ("rules.ftl", include_str!("../messages/en/rules.ftl")),
        ],
    ),
];

type Bundle = FluentBundle<FluentResource>;

static CHINESE: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Chinese));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English));

fn bundle(language: Language) -> Bundle {
    let identifier: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    bundle.set_use_isolating(false);
    for (file_language, files) in FILES {
        for (_, text) in files.iter().filter(|_| file_language == language) {
            // A faulty entry is left out; the tests of this module let none pass.
            let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(r, _)| r);
            bundle.add_resource_overriding(resource);
        }
    }
    bundle
}

/// The text `key` in a language. A key that does not exist stands for itself.
pub(crate) fn text(language: Language, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
    format(language, key, arguments).unwrap_or_else(|| key.to_owned())
}

/// The text `key` in a language, if it exists.
pub(crate) fn find(language: Language, key: &str) -> Option<String> {
    format(language, key, None)
}

fn format(language: Language, key: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
    let bundle = match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, arguments, &mut errors).into_owned())
}

/// The keys of a language in the order of its files.
pub(crate) fn keys(language: Language) -> impl Iterator<Item = &'static str> {
    let files = FILES.iter().filter(move |(known, _)| *known == language);
    let texts = files.flat_map(|(_, files)| files.iter().map(|(_, text)| *text));
    texts.flat_map(str::lines).filter_map(|line| Some(line.split_once(" =")?.0))
}

/// An argument that is a text.
pub(crate) fn string_argument<'a>(text: String) -> FluentValue<'a> {
    FluentValue::String(Cow::Owned(text))
}
