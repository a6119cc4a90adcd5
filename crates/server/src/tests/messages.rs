//! Every text that a page shows stands in the Fluent files of both languages, and none is idle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use regex::Regex;

use crate::language::Language;
use crate::messages::{FILES, text};

/// The keys of a language, each with the arguments that it takes.
fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys = BTreeMap::new();
    for (name, source) in FILES.iter().find(|(known, _)| *known == language).unwrap().1 {
        let resource = fluent_syntax::parser::parse(*source)
            .unwrap_or_else(|(_, errors)| panic!("{name}: {errors:?}"));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut arguments = BTreeSet::new();
            collect(message.value.as_ref().unwrap(), &mut arguments);
            let old = keys.insert(message.id.name.to_owned(), arguments);
            assert!(old.is_none(), "{name}: `{}` stands twice", message.id.name);
        }
    }
    keys
}

fn collect(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let (selector, variants) = match expression {
            Expression::Inline(inline) => (inline, &[][..]),
            Expression::Select { selector, variants } => (selector, variants.as_slice()),
        };
        if let InlineExpression::VariableReference { id } = selector {
            arguments.insert(id.name.to_owned());
        }
        variants.iter().for_each(|variant| collect(&variant.value, arguments));
    }
}

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().unwrap() != "tests" {
                    open.push(path);
                }
            } else if path.to_str().unwrap().ends_with(ending) {
                let text = std::fs::read_to_string(&path).unwrap();
                // Tests beside the code are no use of a text.
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
                found.push((path, code));
            }
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_keys_and_arguments() {
    assert_eq!(keys(Language::Chinese), keys(Language::English));
}

#[test]
fn every_text_that_is_asked_for_exists_and_none_is_idle() {
    let known = keys(Language::Chinese);
    let mut sources = files("src", ".rs");
    sources.extend(files("templates", ".html"));
    let call = Regex::new(r#"\b(?:t|t1|t2|tn|other)\(\s*"([a-z0-9-]+)""#).unwrap();
    let literal = Regex::new(r#""([a-z0-9]+(?:-[a-z0-9]+)*)""#).unwrap();
    let mut used = BTreeSet::new();
    for (path, source) in &sources {
        for found in call.captures_iter(source) {
            assert!(known.contains_key(&found[1]), "{}: no text `{}`", path.display(), &found[1]);
        }
        used.extend(literal.captures_iter(source).map(|found| found[1].to_owned()));
    }
    // What the form of the profile shows by the schema.
    let (values, hints) = crate::profile::texts();
    used.extend(values.into_iter().chain(hints));
    let idle: Vec<&String> = known.keys().filter(|key| !used.contains(*key)).collect();
    assert!(idle.is_empty(), "texts that nothing shows: {idle:?}");
}

#[test]
fn arguments_are_named_as_the_texts_name_them() {
    let known = keys(Language::English);
    let mut sources = files("src", ".rs");
    sources.extend(files("templates", ".html"));
    let one = Regex::new(r#"\bt1\(\s*"([a-z0-9-]+)",\s*"([a-z]+)""#).unwrap();
    let two = Regex::new(r#"\bt2\(\s*"([a-z0-9-]+)",\s*\("([a-z]+)",[^;]*?\("([a-z]+)","#).unwrap();
    let none = Regex::new(r#"\b(?:t|other)\(\s*"([a-z0-9-]+)"\s*\)"#).unwrap();
    let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<BTreeSet<_>>();
    for (path, source) in &sources {
        let path = path.display();
        for found in one.captures_iter(source) {
            assert_eq!(known[&found[1]], names(&[&found[2]]), "{path}: {}", &found[1]);
        }
        for found in two.captures_iter(source) {
            assert_eq!(known[&found[1]], names(&[&found[2], &found[3]]), "{path}: {}", &found[1]);
        }
        for found in none.captures_iter(source) {
            assert_eq!(known[&found[1]], names(&[]), "{path}: {}", &found[1]);
        }
    }
}

#[test]
fn templates_hold_no_words_of_their_own() {
    let code = Regex::new(r"(?s)\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}").unwrap();
    let spoken =
        Regex::new(r#"(?:aria-label|alt|title|placeholder|content|summary|label)="([^"]*)""#)
            .unwrap();
    let tag = Regex::new(r"(?s)<[^>]*>").unwrap();
    let technical = Regex::new(r"^(?:width=device-width, initial-scale=1|)$").unwrap();
    let templates = files("templates", ".html");
    assert!(templates.len() > 10);
    for (path, template) in templates {
        let plain = code.replace_all(&template, "");
        for found in spoken.captures_iter(&plain) {
            assert!(technical.is_match(&found[1]), "{}: `{}`", path.display(), &found[1]);
        }
        let words = tag.replace_all(&plain, "");
        let word = words.split_whitespace().find(|word| word.chars().any(char::is_alphabetic));
        assert_eq!(word, None, "{}: words in the template", path.display());
    }
}

#[test]
fn no_page_has_inline_style_or_script() {
    let inline = Regex::new(r#"<style|\sstyle=|\son[a-z]+=|<script>|javascript:"#).unwrap();
    let mut sources = files("templates", ".html");
    sources.extend(files("src", ".rs"));
    for (path, source) in sources {
        let found = inline.find(&source).map(|found| found.as_str());
        assert_eq!(found, None, "{}", path.display());
    }
}

#[test]
fn texts_are_formatted() {
    assert_eq!(text(Language::English, "home-start", None), "Start the self-assessment");
    assert_eq!(text(Language::Chinese, "home-start", None), "开始自评");
    assert_eq!(text(Language::English, "no-such-text", None), "no-such-text");
}
