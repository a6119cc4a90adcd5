//! The texts of the command line, from the Fluent files in `messages/`.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::arguments::Lang;

const CHINESE: [&str; 8] = [
    include_str!("../messages/zh-CN/assess.ftl"),
    include_str!("../messages/zh-CN/batch.ftl"),
    include_str!("../messages/zh-CN/case.ftl"),
    include_str!("../messages/zh-CN/coverage.ftl"),
    include_str!("../messages/zh-CN/failure.ftl"),
    include_str!("../messages/zh-CN/rounds.ftl"),
    include_str!("../messages/zh-CN/mutate.ftl"),
    include_str!("../messages/zh-CN/store.ftl"),
];
const ENGLISH: [&str; 8] = [
    include_str!("../messages/en/assess.ftl"),
    include_str!("../messages/en/batch.ftl"),
    include_str!("../messages/en/case.ftl"),
    include_str!("../messages/en/coverage.ftl"),
    include_str!("../messages/en/failure.ftl"),
    include_str!("../messages/en/rounds.ftl"),
    include_str!("../messages/en/mutate.ftl"),
    include_str!("../messages/en/store.ftl"),
];

/// The texts of one language.
pub struct Messages {
    bundle: FluentBundle<FluentResource>,
    lang: Lang,
}

impl Messages {
    /// The texts of a language.
    pub fn new(lang: Lang) -> Messages {
        let (tag, sources) = match lang {
            Lang::Zh => ("zh-CN", CHINESE),
            Lang::En => ("en", ENGLISH),
        };
        let identifier: LanguageIdentifier = tag.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        bundle.set_use_isolating(false);
        for source in sources {
            // A faulty entry is left out; the tests let none pass.
            let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(r, _)| r);
            bundle.add_resource_overriding(resource);
        }
        Messages { bundle, lang }
    }

    /// The text `key`. A key that does not exist stands for itself.
    pub fn text(&self, key: &str) -> String {
        self.format(key, &[])
    }

    /// The text `key` with arguments.
    pub fn format(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        let mut given = FluentArgs::new();
        for (name, value) in arguments {
            given.set(*name, *value);
        }
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else { return key.to_owned() };
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(&given), &mut errors).into_owned()
    }

    /// The text of a title in the language.
    pub fn pick<'t>(&self, title: &'t dmn::model::Title) -> &'t str {
        match self.lang {
            Lang::Zh => &title.zh,
            Lang::En => &title.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn keys(sources: [&str; 8]) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for source in sources {
            let resource = fluent_syntax::parser::parse(source).expect("the messages parse");
            for entry in &resource.body {
                if let fluent_syntax::ast::Entry::Message(message) = entry {
                    assert!(keys.insert(message.id.name.to_owned()), "{}", message.id.name);
                }
            }
        }
        keys
    }

    fn sources(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let read = |path: PathBuf| match path.is_dir() {
            true => sources(&path),
            false => vec![std::fs::read_to_string(path).unwrap()],
        };
        entries.flat_map(read).collect()
    }

    #[test]
    fn every_message_exists_in_both_languages_and_is_used() {
        let (zh, en) = (keys(super::CHINESE), keys(super::ENGLISH));
        assert_eq!(zh, en);
        let sources = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
        for key in &en {
            let quoted = format!("\"{key}\"");
            assert!(sources.iter().any(|source| source.contains(&quoted)), "{key} is not used");
        }
    }
}
