//! `xianlu assess --all`: one person by every programme, the nearest first.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use feel::temporal::Date;
use policy::assess::AssessError;
use policy::assessment::{Assessment, MissingKind, Outcome, Tristate};
use policy::profile::ProfileError;
use policy::{Library, Profile};
use unicode_width::UnicodeWidthStr;

use super::{Page, print_json, unusable, words};
use crate::arguments::{Assess, Format, Lang};
use crate::commands::today;
use crate::failure::Failure;
use crate::messages::Messages;
use crate::paint::{DIM, MET, NOT_MET, OPEN, paint};

/// How many missing facts are named of each programme.
const SHOWN_MISSING: usize = 6;

pub(super) fn run(
    library: &Library,
    command: &Assess,
    text: &str,
    lang: Lang,
) -> Result<ExitCode, Failure> {
    if command.place.is_some() {
        let message = Messages::new(lang).text("all-place");
        return Err(Failure::Asked(message));
    }
    let (answers, without, faults) = answers(library, command, text, lang)?;
    if answers.is_empty() {
        let messages: Vec<String> =
            without.iter().map(|(programme, error)| words(error, programme, lang)).collect();
        return Err(Failure::Asked(messages.join("\n")));
    }
    match command.format {
        Format::Json => print_json(&answers, command, lang),
        Format::Text => print_text(&answers, command, lang),
    }
    for (programme, error) in &without {
        anstream::eprintln!("{}", paint(OPEN, words(error, programme, lang)));
    }
    for (country, faults) in faults {
        let file = format!("{} ({country})", command.profile.display());
        Failure::Profile { file, faults, lang }.print(lang);
    }
    Ok(ExitCode::SUCCESS)
}

type Answers =
    (Vec<Assessment>, Vec<(Arc<str>, AssessError)>, BTreeMap<Arc<str>, Vec<ProfileError>>);

/// By a common profile, every programme; by the facts of one vocabulary, the programmes of the
/// countries that know all of these facts.
fn answers(
    library: &Library,
    command: &Assess,
    text: &str,
    lang: Lang,
) -> Result<Answers, Failure> {
    let fault = |faults| unusable(command, faults, lang);
    if library.is_common_profile(text) {
        let person = library.read_person(text).map_err(fault)?;
        let on = on_day(command, person.on)?;
        let all = library.assess_everywhere(&person, on, command.improve);
        return Ok((all.answers, all.without, all.unusable));
    }
    let mut profiles: BTreeMap<Arc<str>, Profile> = BTreeMap::new();
    let mut nearest: Option<Vec<ProfileError>> = None;
    for country in library.countries() {
        match library.read_profile(text, &country.id) {
            Ok(profile) => {
                profiles.insert(country.id.clone(), profile);
            }
            Err(faults) => {
                if nearest.as_ref().is_none_or(|known| faults.len() < known.len()) {
                    nearest = Some(faults);
                }
            }
        }
    }
    let Some(profile) = profiles.values().next() else {
        return Err(fault(nearest.unwrap_or_default()));
    };
    let on = on_day(command, profile.on)?;
    let (answers, without) = library.assess_each(&profiles, on, command.improve);
    Ok((answers, without, BTreeMap::new()))
}

fn on_day(command: &Assess, stated: Option<Date>) -> Result<Date, Failure> {
    match command.on.or(stated) {
        Some(on) => Ok(on),
        None => today(),
    }
}

fn print_text(answers: &[Assessment], command: &Assess, lang: Lang) {
    let page = Page { messages: Messages::new(lang), command };
    let m = &page.messages;
    let widest = answers.iter().map(|answer| m.pick(&answer.title).width()).max().unwrap_or(0);
    for answer in answers {
        let title = m.pick(&answer.title);
        let (sign, style, verdict) = verdict(answer, m);
        let gap = " ".repeat(widest.saturating_sub(title.width()) + 2);
        let head = format!("{sign} {title}");
        anstream::println!("{}{gap}{}", paint(style.bold(), head), paint(style, verdict));
        let place = m.pick(&answer.place.title);
        let mut details = vec![answer.programme.to_string(), place.to_owned()];
        details.extend(score(answer, &page));
        anstream::println!("    {}", paint(DIM, details.join("  ")));
        missing(answer, m);
        closed(answer, m);
        if command.improve {
            for (number, improvement) in answer.improvements.iter().take(2).enumerate() {
                page.improvement(number + 1, improvement);
            }
        }
    }
    anstream::println!();
    anstream::println!("{}", paint(DIM, m.text("proposal")));
}

fn verdict(answer: &Assessment, m: &Messages) -> (&'static str, anstyle::Style, String) {
    match (&answer.outcome, answer.eligible) {
        (Outcome::Decided(outcome), Tristate::Yes) => ("✓", MET, m.pick(&outcome.title).to_owned()),
        (Outcome::Decided(outcome), _) => ("✗", NOT_MET, m.pick(&outcome.title).to_owned()),
        (Outcome::Undecided(_), _) => {
            let count = answer.missing.len().to_string();
            ("?", OPEN, m.format("all-undecided", &[("count", &count)]))
        }
    }
}

/// The total, the threshold that counts, and the margin.
fn score(answer: &Assessment, page: &Page<'_>) -> Option<String> {
    let m = &page.messages;
    let score = page.figure(answer.score.as_ref()?);
    let text = match (answer.next_threshold(), answer.margin()) {
        (Some(threshold), Some(margin)) => {
            let margin =
                if margin.is_negative() { margin.to_string() } else { format!("+{margin}") };
            let threshold = threshold.value.to_string();
            let parts = [("score", &*score), ("threshold", &*threshold), ("margin", &*margin)];
            m.format("all-margin", &parts)
        }
        _ => m.format("all-score", &[("score", &score)]),
    };
    Some(text)
}

fn missing(answer: &Assessment, m: &Messages) {
    if !matches!(answer.outcome, Outcome::Undecided(_)) {
        return;
    }
    let of_kind = |kind: MissingKind| {
        let of_kind = answer.missing.iter().filter(move |missing| missing.kind == kind);
        let mut labels: Vec<&str> = of_kind.map(|missing| m.pick(&missing.label)).collect();
        let more = labels.len().saturating_sub(SHOWN_MISSING);
        labels.truncate(SHOWN_MISSING);
        (labels.join(&m.text("list-separator")), more.to_string())
    };
    for (kind, all, some) in [
        (MissingKind::Fact, "all-missing", "all-missing-more"),
        (MissingKind::Parameter, "all-missing-data", "all-missing-data-more"),
    ] {
        let (labels, more) = of_kind(kind);
        if !labels.is_empty() {
            let key = if more == "0" { all } else { some };
            anstream::println!("    {}", m.format(key, &[("facts", &labels), ("more", &more)]));
        }
    }
}

/// What is not met.
fn closed(answer: &Assessment, m: &Messages) {
    if answer.eligible != Tristate::No {
        return;
    }
    for line in answer.conditions.iter().filter(|line| line.state == Tristate::No) {
        anstream::println!("    {} {}", paint(NOT_MET, "✗"), m.pick(&line.title));
    }
}
