//! The fields of the pages that ask: how a fact is asked for, and how an entry is read.

use feel::temporal::Date;
use policy::pack::{Fact, FactType, Place, Places};
use policy::profile::FactFault;

use crate::answers::Answer;
use crate::form::Fields;
use crate::format;
use crate::text::Markup;
use crate::ui::{Ui, anchor};

/// The most values that are shown as a list of choices; more are a menu.
const MAX_CHOICES: usize = 14;

/// A field as it is shown.
#[derive(Debug)]
pub(crate) struct Field {
    /// The name of the control.
    pub name: String,
    /// The identifier of the control, or of the first of several.
    pub id: String,
    /// What is asked.
    pub question: Markup,
    /// What helps to answer.
    pub hint: Markup,
    /// The document that proves the answer.
    pub evidence: Markup,
    /// The control with what was entered.
    pub kind: FieldKind,
    /// What is wrong with what was entered.
    pub error: Option<String>,
    /// Whether its choices are few and short, so that they stand side by side.
    pub short: bool,
}

/// A control.
#[derive(Debug)]
pub(crate) enum FieldKind {
    /// A number, with its unit.
    Number(String, Markup),
    /// A text.
    Text(String),
    /// A menu.
    Select(Vec<Group>),
    /// A day in three parts.
    Date {
        /// Year.
        year: String,
        /// Month.
        month: String,
        /// Day.
        day: String,
    },
    /// One of several.
    One(Vec<Choice>),
    /// Any of several.
    Many(Vec<Choice>),
}

/// Choices under a heading.
#[derive(Debug)]
pub(crate) struct Group {
    /// The heading; empty for none.
    pub label: String,
    /// The choices.
    pub options: Vec<Choice>,
}

/// A choice.
#[derive(Debug)]
pub(crate) struct Choice {
    pub id: String,
    pub value: String,
    pub label: Markup,
    pub hint: Markup,
    pub checked: bool,
    /// Whether it stands apart from the others.
    pub apart: bool,
}

/// What is wrong, and the control that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// The identifier of the control; empty for none.
    pub target: String,
    /// What is wrong.
    pub message: String,
}

/// What stands in a control, right or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// In a field for text, or the value chosen among several.
    Text(String),
    /// In the three fields of a day.
    Date(String, String, String),
    /// The values ticked, and whether “none of these” is.
    Many(Vec<String>, bool),
}

impl Field {
    /// Whether anything helps to answer.
    pub fn has_hint(&self) -> bool {
        !self.hint.0.is_empty() || !self.evidence.0.is_empty()
    }

    /// The identifiers of what describes the control.
    pub fn described_by(&self) -> String {
        let hint = self.has_hint().then(|| format!("{}-hint", self.id));
        let error = self.error.is_some().then(|| format!("{}-error", self.id));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

impl FieldError {
    /// An error of a control.
    pub fn at(target: impl Into<String>, message: impl Into<String>) -> FieldError {
        FieldError { target: target.into(), message: message.into() }
    }
}

/// The name of the control of a fact.
fn control(fact: &Fact) -> String {
    format!("f.{}", fact.name)
}

/// The identifier of the control of a fact.
pub(crate) fn control_id(fact: &Fact) -> String {
    format!("f-{}", anchor(&fact.name))
}

impl Entry {
    /// The entry that an answer makes.
    pub fn of_answer(fact: &Fact, answer: Option<&Answer>) -> Entry {
        match (fact.kind, answer) {
            (FactType::Date, Some(Answer::Text(iso))) => match Date::parse(iso) {
                Ok(date) => {
                    let (year, month, day) = format::parts(date);
                    Entry::Date(year, month, day)
                }
                Err(_) => Entry::Date(iso.clone(), String::new(), String::new()),
            },
            (FactType::Date, _) => Entry::Date(String::new(), String::new(), String::new()),
            (FactType::StringList, Some(Answer::Texts(texts))) => {
                Entry::Many(texts.clone(), texts.is_empty())
            }
            (FactType::StringList, _) => Entry::Many(Vec::new(), false),
            (_, Some(Answer::Boolean(value))) => Entry::Text(value.to_string()),
            (_, Some(Answer::Number(text) | Answer::Text(text))) => Entry::Text(text.clone()),
            _ => Entry::Text(String::new()),
        }
    }

    /// The entry that a form brings.
    pub fn of_form(fact: &Fact, fields: &Fields) -> Entry {
        let name = control(fact);
        let part = |part: &str| clip(fields.get(&format!("{name}.{part}")));
        match fact.kind {
            FactType::Date => Entry::Date(part("year"), part("month"), part("day")),
            FactType::StringList => Entry::Many(
                fields.all(&name).take(500).map(clip).collect(),
                fields.has(&format!("{name}.none")),
            ),
            _ => Entry::Text(clip(fields.get(&name))),
        }
    }

    /// The answer that the entry gives; `None` for one that was left empty.
    pub fn read(&self, ui: &Ui, fact: &Fact) -> Result<Option<Answer>, String> {
        let answer = match (self, fact.kind) {
            (Entry::Text(text), _) if text.trim().is_empty() => return Ok(None),
            (Entry::Text(text), FactType::Boolean) => match text.as_str() {
                "true" => Answer::Boolean(true),
                "false" => Answer::Boolean(false),
                other => Answer::Text(other.to_owned()),
            },
            (Entry::Text(text), FactType::Number) => match digits(text) {
                Some(number) => Answer::Number(number),
                None => {
                    let example = if fact.whole { "12" } else { "460000" };
                    let shown = shorten(text);
                    return Err(ui.t2("number-not-number", ("given", shown), ("example", example)));
                }
            },
            (Entry::Text(text), _) => Answer::Text(text.clone()),
            (Entry::Date(year, month, day), _) => match read_date(ui, year, month, day)? {
                Some(date) => Answer::Text(date.to_string()),
                None => return Ok(None),
            },
            (Entry::Many(texts, false), _) if texts.is_empty() => return Ok(None),
            (Entry::Many(texts, none), _) => {
                if *none && !texts.is_empty() {
                    return Err(ui.t("many-both"));
                }
                Answer::Texts(texts.clone())
            }
        };
        match answer.value(fact) {
            Ok(_) => Ok(Some(answer)),
            Err(fault) => Err(fault_text(ui, &fault)),
        }
    }

    /// The field of a fact with this entry.
    pub fn field(&self, ui: &Ui, fact: &Fact, error: Option<String>) -> Field {
        let id = control_id(fact);
        let text = match self {
            Entry::Text(text) => text.as_str(),
            _ => "",
        };
        let choice =
            |index: usize, value: &str, label: Markup, checked: bool, apart: bool| Choice {
                id: if index == 0 { id.clone() } else { format!("{id}-{index}") },
                value: value.to_owned(),
                label,
                hint: Markup::default(),
                checked,
                apart,
            };
        let kind = match (fact.kind, self) {
            (FactType::Boolean, _) => FieldKind::One(vec![
                choice(0, "true", Markup(ui.t("choice-yes")), text == "true", false),
                choice(1, "false", Markup(ui.t("choice-no")), text == "false", false),
                choice(2, "", Markup(ui.t("choice-unknown")), false, true),
            ]),
            (FactType::String, _) if !fact.values.is_empty() => {
                let values = fact.values.iter().enumerate();
                let mut options: Vec<Choice> = values
                    .map(|(i, v)| choice(i, &v.value, ui.say(&v.label), text == &*v.value, false))
                    .collect();
                let unknown = Markup(ui.t("choice-unknown"));
                let last = choice(options.len(), "", unknown, false, true);
                if options.len() > MAX_CHOICES {
                    options.insert(0, last);
                    for option in &mut options {
                        option.label = strip(&option.label);
                    }
                    FieldKind::Select(vec![Group { label: String::new(), options }])
                } else {
                    options.push(last);
                    FieldKind::One(options)
                }
            }
            (FactType::StringList, Entry::Many(texts, none)) => {
                let values = fact.values.iter().enumerate();
                let mut options: Vec<Choice> = values
                    .map(|(i, v)| {
                        let checked = texts.iter().any(|text| *text == *v.value);
                        choice(i, &v.value, ui.say(&v.label), checked, false)
                    })
                    .collect();
                let label = Markup(ui.t("choice-none"));
                options.push(choice(options.len(), "1", label, *none, true));
                FieldKind::Many(options)
            }
            (FactType::Date, Entry::Date(year, month, day)) => {
                FieldKind::Date { year: year.clone(), month: month.clone(), day: day.clone() }
            }
            (FactType::Number, _) => {
                let unit = fact.unit.as_ref().map(|unit| ui.say(unit)).unwrap_or_default();
                FieldKind::Number(text.to_owned(), unit)
            }
            _ => FieldKind::Text(text.to_owned()),
        };
        Field {
            name: control(fact),
            id,
            question: ui.say(&fact.question),
            hint: fact.hint.as_ref().map(|hint| ui.say(hint)).unwrap_or_default(),
            evidence: fact.evidence.as_ref().map(|text| ui.say(text)).unwrap_or_default(),
            kind,
            error,
            short: false,
        }
    }
}

/// What is wrong with a fact, in whole sentences.
pub(crate) fn fault_text(ui: &Ui, fault: &FactFault) -> String {
    ui.sentences(&fault.message, fault.help.as_ref())
}

/// Reads a day from its three fields; `None` where all are empty.
pub(crate) fn read_date(
    ui: &Ui,
    year: &str,
    month: &str,
    day: &str,
) -> Result<Option<Date>, String> {
    let parts = [year, month, day].map(|part| narrow(part.trim()));
    if parts.iter().all(String::is_empty) {
        return Ok(None);
    }
    if parts.iter().any(String::is_empty) {
        return Err(ui.t("date-incomplete"));
    }
    let is_number = |part: &String| part.len() <= 6 && part.chars().all(|c| c.is_ascii_digit());
    if !parts.iter().all(is_number) {
        return Err(ui.t("date-not-digits"));
    }
    let [year, month, day] = parts;
    let date = match (year.parse(), month.parse(), day.parse()) {
        (Ok(year @ 1000..=9999), Ok(month), Ok(day)) => Date::new(year, month, day),
        _ => None,
    };
    match date {
        Some(date) => Ok(Some(date)),
        None => Err(ui.t1("date-impossible", "given", format!("{year}-{month:0>2}-{day:0>2}"))),
    }
}

/// The places of a country as a menu: each province with what lies in it.
pub(crate) fn places(ui: &Ui, places: &Places, chosen: &str) -> Vec<Group> {
    let choice = |place: &Place| Choice {
        id: String::new(),
        value: place.code.to_string(),
        label: strip(&ui.say(&place.title)),
        hint: Markup::default(),
        checked: *place.code == *chosen,
        apart: false,
    };
    let mut groups = Vec::new();
    for top in places.all.iter().filter(|place| place.parent.is_none()) {
        groups.push(Group { label: ui.plain(&top.title), options: vec![choice(top)] });
        let children = |code: &str| {
            let code = code.to_owned();
            places.all.iter().filter(move |place| place.parent.as_deref() == Some(code.as_str()))
        };
        for province in children(&top.code) {
            let mut options = vec![choice(province)];
            let mut open: Vec<&Place> = children(&province.code).collect();
            open.reverse();
            while let Some(place) = open.pop() {
                options.push(choice(place));
                open.extend(children(&place.code).take(200));
            }
            groups.push(Group { label: ui.plain(&province.title), options });
        }
    }
    groups
}

/// A label without markup, for menus, which allow none.
fn strip(label: &Markup) -> Markup {
    let mut text = String::with_capacity(label.0.len());
    let mut inside = false;
    for c in label.0.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    Markup(text)
}

/// The digits of a number as people write it: full-width forms, spaces and grouping commas go.
pub(crate) fn digits(text: &str) -> Option<String> {
    let narrow = narrow(text.trim());
    let plain: String =
        narrow.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{2009}' | ',' | '，')).collect();
    let (sign, unsigned) = match plain.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", plain.as_str()),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let is_number = |part: &str| {
        !part.is_empty() && part.len() <= 30 && part.chars().all(|c| c.is_ascii_digit())
    };
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        rest => rest,
    };
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

/// Full-width digits and signs in their narrow form.
fn narrow(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c).saturating_sub(0xfee0)).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    text.chars().map(narrow).collect()
}

/// An entry, no longer than is of use.
pub(crate) fn clip(text: &str) -> String {
    text.chars().take(2_000).collect()
}

/// An entry as it is repeated in a message.
pub(crate) fn shorten(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::ui::Area;

    #[test]
    fn reads_numbers_as_people_write_them() {
        for (text, expected) in [
            ("460,000", Some("460000")),
            (" 460 000 ", Some("460000")),
            ("４６０，０００", Some("460000")),
            ("0.50", Some("0.5")),
            ("007", Some("7")),
            ("-3", Some("-3")),
            ("1e5", None),
            ("46万", None),
            ("1.2.3", None),
            (".5", None),
        ] {
            assert_eq!(digits(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn reads_days() {
        let ui = Ui::new(Language::English, Area::Assess, "/assess");
        let read = |year: &str, month: &str, day: &str| {
            read_date(&ui, year, month, day).map(|date| date.map(|date| date.to_string()))
        };
        assert_eq!(read("2026", "2", "28"), Ok(Some("2026-02-28".to_owned())));
        assert_eq!(read("２０２６", "２", "３"), Ok(Some("2026-02-03".to_owned())));
        assert_eq!(read("", " ", ""), Ok(None));
        for (year, month, day) in
            [("2026", "2", "30"), ("2026", "", "1"), ("26x", "1", "1"), ("20260", "1", "1")]
        {
            assert!(read(year, month, day).is_err(), "{year} {month} {day}");
        }
    }
}
