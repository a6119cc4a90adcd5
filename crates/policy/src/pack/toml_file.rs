//! TOML files element by element, so that one fault does not hide the others.

use std::fmt;
use std::sync::Arc;

use dmn::model::Title;
use feel::temporal::Date;
use feel::{Number, Span};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::{Deserialize, de};
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::problem::{ProblemCode, Report};
use crate::nearest::suggestion;
use crate::scalar;

/// A TOML file of which the elements of arrays of tables are read one by one.
pub(crate) struct TomlFile<'f> {
    file: Arc<str>,
    root: Spanned<DeTable<'f>>,
    taken: Vec<&'static str>,
}

impl<'f> TomlFile<'f> {
    /// Reads `file`; faults of the notation go to `report`.
    pub(crate) fn read(file: &Arc<str>, report: &mut Report<'f>) -> Option<TomlFile<'f>> {
        let (root, errors) = DeTable::parse_recoverable(report.text(file));
        if errors.is_empty() {
            return Some(TomlFile { file: file.clone(), root, taken: Vec::new() });
        }
        for error in errors {
            let help = Some("texts and keys with signs stand in quotes; numbers and dates do not");
            fault(file, &error, help, report);
        }
        None
    }

    /// Takes the array of tables `key`, each element with its place; faulty ones are reported and
    /// left out.
    pub(crate) fn take_all<T: DeserializeOwned>(
        &mut self,
        key: &'static str,
        report: &mut Report<'f>,
    ) -> Vec<Element<T>> {
        self.taken.push(key);
        let Some(value) = self.root.get_mut().remove(key) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(array) = value.into_inner() else {
            let help = Some(format!("write each as a table of its own under `[[{key}]]`"));
            let message = format!("`{key}` is not a list of tables");
            report.error(&self.file, span, ProblemCode::Format, message, help);
            return Vec::new();
        };
        let mut elements = Vec::new();
        for element in array {
            let span = element.span();
            match T::deserialize(ValueDeserializer::from(element)) {
                Ok(value) => elements.push(Element { value, span: to_span(span) }),
                Err(error) => fault(&self.file, &error, None, report),
            }
        }
        elements
    }

    /// Reads what has not been taken.
    pub(crate) fn finish<T: DeserializeOwned>(self, report: &mut Report<'f>) -> Option<T> {
        let span = self.root.span();
        let value = Spanned::new(span, DeValue::Table(self.root.into_inner()));
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(value) => Some(value),
            Err(error) => {
                fault(&self.file, &error, None, report);
                None
            }
        }
    }

    /// Refuses what has not been taken.
    pub(crate) fn finish_empty(self, report: &mut Report<'f>) {
        for key in self.root.get_ref().keys() {
            let message = format!("unknown key `{}`", key.get_ref());
            let help = suggestion(key.get_ref(), self.taken.iter().copied());
            report.error(&self.file, key.span(), ProblemCode::Format, message, help);
        }
    }
}

/// An element of an array of tables and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Element<T> {
    pub value: T,
    pub span: Span,
}

fn fault(file: &Arc<str>, error: &toml::de::Error, help: Option<&str>, report: &mut Report<'_>) {
    let message = error.message().trim().replace('\n', ", ");
    let help = help.map(str::to_owned);
    report.error(file, error.span().unwrap_or(0..0), ProblemCode::Format, message, help);
    report.mark_incomplete();
}

fn to_span(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

/// A text of a pack file that names something, and where it stands.
#[derive(Debug, Clone, Default)]
pub struct Name {
    text: Arc<str>,
    span: Span,
}

impl Name {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text, shared.
    pub fn to_arc(&self) -> Arc<str> {
        self.text.clone()
    }

    /// Where it stands in its file.
    pub fn span(&self) -> Span {
        self.span
    }
}

impl std::ops::Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.text == other.text
    }
}

impl Eq for Name {}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        let text = Spanned::<String>::deserialize(deserializer)?;
        let span = to_span(text.span());
        if text.get_ref().trim().is_empty() {
            return Err(D::Error::custom("the text is empty"));
        }
        Ok(Name { text: text.into_inner().into(), span })
    }
}

/// Reading of titles: tables `{ zh = "…", en = "…" }`, both required.
pub(crate) mod title {
    use super::*;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Both {
        zh: String,
        en: String,
    }

    pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Title, D::Error> {
        let Both { zh, en } = Both::deserialize(deserializer)?;
        if zh.trim().is_empty() || en.trim().is_empty() {
            return Err(D::Error::custom("a text is empty: both `zh` and `en` are needed"));
        }
        Ok(Title { zh, en })
    }

    pub(crate) fn optional<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Title>, D::Error> {
        read(deserializer).map(Some)
    }
}

/// Reading of local dates.
pub(crate) mod day {
    use super::*;

    pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let datetime = toml::value::Datetime::deserialize(deserializer).map_err(|_| {
            D::Error::custom("a date is wanted here, as 2026-11-23, without quotes")
        })?;
        match datetime {
            toml::value::Datetime { date: Some(date), time: None, offset: None } => {
                scalar::date(&date.to_string())
                    .ok_or_else(|| D::Error::custom(format!("there is no day `{date}`")))
            }
            _ => Err(D::Error::custom("a date without a time of day is wanted, as 2026-11-23")),
        }
    }

    pub(crate) fn optional<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Date>, D::Error> {
        read(deserializer).map(Some)
    }
}

/// Reading of decimal numbers.
pub(crate) mod decimal {
    use super::*;

    struct Decimal;

    impl Visitor<'_> for Decimal {
        type Value = Number;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number")
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
            Ok(Number::from(value))
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
            // INVARIANT: the shortest text of a double gives back any decimal of at most 15
            // digits, so that nothing is lost on the way.
            let text = value.to_string();
            let digits = text.chars().filter(char::is_ascii_digit).count();
            if digits > 15 {
                return Err(E::custom("a fraction may have at most 15 digits"));
            }
            scalar::number(&text).ok_or_else(|| E::custom(format!("`{text}` is not a number")))
        }
    }

    pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        deserializer.deserialize_any(Decimal)
    }

    pub(crate) fn optional<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Number>, D::Error> {
        read(deserializer).map(Some)
    }
}
