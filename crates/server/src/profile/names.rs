//! What parts and values of the profile are called. The names of countries, currencies and
//! languages, of values, and what is said of a field stand in the Fluent files, by their codes.

use policy::person::schema::Shape;

use crate::messages;
use crate::ui::Ui;

/// The name of a value of a property; the value itself where it has none.
pub(super) fn of_value(ui: &Ui, shape: &Shape, property: &str, value: &str) -> String {
    let kind = shape.definition.as_deref().unwrap_or(property);
    messages::find(ui.language, &key(kind, value)).unwrap_or_else(|| value.to_owned())
}

/// What is said of a part of the profile; a partner's parts are as one's own.
pub(super) fn hint(ui: &Ui, path: &str) -> Option<String> {
    messages::find(ui.language, &hint_key(path))
}

/// The codes of a kind that have names, in the order of the language's file.
pub(super) fn codes(ui: &Ui, kind: &str) -> Vec<&'static str> {
    let prefix = key(kind, "");
    messages::keys(ui.language).filter_map(|key| key.strip_prefix(&*prefix)).collect()
}

/// Codes in the order of the language's file; those without a name come last.
pub(super) fn in_order<'c>(ui: &Ui, kind: &str, all: &'c [std::sync::Arc<str>]) -> Vec<&'c str> {
    let named = codes(ui, kind);
    let mut all: Vec<&str> = all.iter().map(|code| &**code).collect();
    all.sort_by_cached_key(|code| {
        let place = named.iter().position(|named| named.eq_ignore_ascii_case(code));
        place.unwrap_or(usize::MAX)
    });
    all
}

fn key(kind: &str, value: &str) -> String {
    format!("profile-{kind}-{value}").to_lowercase().replace('_', "-")
}

fn hint_key(path: &str) -> String {
    let path = path.strip_prefix("family.partner.").unwrap_or(path);
    let mut key = String::from("profile-hint-");
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            '.' | '_' => key.push('-'),
            c if !inside => key.push(c),
            _ => {}
        }
    }
    key
}

#[cfg(test)]
pub(crate) mod tests {
    use policy::person::schema::{Kind, Object, Shape};

    use super::*;
    use crate::language::Language;
    use crate::profile::SECTIONS;
    use crate::tests::LIBRARY;

    /// The keys of all texts that the schema's form may show: those of values, which must be
    /// there, and those of hints, which may be.
    pub(crate) fn texts() -> (Vec<String>, Vec<String>) {
        let (mut values, mut hints) = (Vec::new(), Vec::new());
        collect(LIBRARY.profile_schema().unwrap(), "", &mut values, &mut hints);
        values.extend(codes_of("language"));
        (values, hints)
    }

    fn codes_of(kind: &str) -> Vec<String> {
        let prefix = key(kind, "");
        let keys = messages::keys(Language::English);
        keys.filter(|key| key.starts_with(&prefix)).map(str::to_owned).collect()
    }

    fn collect(object: &Object, path: &str, values: &mut Vec<String>, hints: &mut Vec<String>) {
        for (name, shape) in object.visible() {
            let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            hints.push(hint_key(&path));
            shape_texts(name, shape, &path, values, hints);
        }
    }

    fn shape_texts(
        name: &str,
        shape: &Shape,
        path: &str,
        values: &mut Vec<String>,
        hints: &mut Vec<String>,
    ) {
        match &shape.kind {
            Kind::Object(object) => collect(object, path, values, hints),
            Kind::List { item, .. } => shape_texts(name, item, path, values, hints),
            Kind::Text { allowed, .. } => {
                let kind = shape.definition.as_deref().unwrap_or(name);
                values.extend(allowed.iter().map(|value| key(kind, value)));
            }
            _ => {}
        }
    }

    #[test]
    fn every_value_of_the_schema_has_a_name_in_both_languages() {
        let (values, hints) = texts();
        assert!(values.len() > 500 && hints.len() > 80, "{} {}", values.len(), hints.len());
        for language in [Language::Chinese, Language::English] {
            for key in &values {
                assert!(messages::find(language, key).is_some(), "{language:?}: no text `{key}`");
            }
        }
    }

    #[test]
    fn every_property_of_the_schema_belongs_to_one_section() {
        let schema = LIBRARY.profile_schema().unwrap();
        let mut paths = Vec::new();
        for (name, shape) in schema.visible() {
            match &shape.kind {
                Kind::Object(object) if **name == *"family" => {
                    paths.extend(
                        object.properties.iter().map(|(inner, _)| format!("{name}.{inner}")),
                    );
                }
                _ => paths.push(name.to_string()),
            }
        }
        for path in paths {
            let count = SECTIONS.iter().filter(|section| section.has(&path)).count();
            assert_eq!(count, 1, "{path}");
        }
        assert!(
            SECTIONS.iter().all(|section| section.read(schema, &Default::default()).len()
                == section.properties.len())
        );
    }
}
