//! `xianlu assess`: what the rules in force say about a person.

mod everywhere;

use std::process::ExitCode;
use std::sync::Arc;

use feel::Number;
use feel::temporal::Date;
use policy::assess::{AssessError, Request};
use policy::assessment::{
    Assessment, Confidence, Figure, Improvement, Line, Missing, MissingKind, Outcome, Reason,
    Source, Tristate,
};
use policy::profile::ProfileError;
use policy::{Library, Profile};
use unicode_width::UnicodeWidthStr;

use super::{read_profile, today};
use crate::arguments::{Assess, Format, Lang};
use crate::failure::Failure;
use crate::messages::Messages;
use crate::packs;
use crate::paint::{DIM, MET, NOT_MET, OPEN, STRONG, paint};

const DEFAULT_PROGRAMME: &str = "cn/work-permit";

/// Runs the command.
pub fn run(command: &Assess) -> Result<ExitCode, Failure> {
    let library = packs::load(&command.packs)?;
    let lang = Lang::or_terminal(command.lang);
    let text = read_profile(&command.profile)?;
    if command.all {
        return everywhere::run(&library, command, &text, lang);
    }
    let mut answers = Vec::new();
    for programme in &programmes(&library, command)? {
        let day = match command.on {
            Some(on) => on,
            None => today()?,
        };
        let profile = library
            .read_any_profile(&text, programme, command.on, day)
            .map_err(|faults| unusable(command, faults, lang))?;
        let (on, place) = when_and_where(&library, command, programme, &profile)?;
        let request = Request {
            programme: programme.as_ref(),
            profile: &profile,
            on,
            place: place.as_ref(),
            improve: command.improve,
        };
        let answer = library.assess(&request);
        answers.push(answer.map_err(|error| Failure::Asked(words(&error, programme, lang)))?);
    }
    match command.format {
        Format::Json => print_json(&answers, command, lang),
        Format::Text => print_text(&answers, command, lang),
    }
    Ok(missing_parameters(&answers, lang))
}

fn unusable(command: &Assess, faults: Vec<ProfileError>, lang: Lang) -> Failure {
    Failure::Profile { file: command.profile.display().to_string(), faults, lang }
}

/// An error in the language of the answer, with what to do.
pub(super) fn words(error: &AssessError, programme: &str, lang: Lang) -> String {
    let pick = |title: dmn::model::Title| match lang {
        Lang::Zh => title.zh,
        Lang::En => title.en,
    };
    let help = error.help().map(|help| format!("\n  {}", pick(help))).unwrap_or_default();
    format!("{programme}: {}{help}", pick(error.message()))
}

/// An outcome that rests on a figure that no pack holds is unusable input of the place.
fn missing_parameters(answers: &[Assessment], lang: Lang) -> ExitCode {
    let messages = Messages::new(lang);
    let mut code = ExitCode::SUCCESS;
    for answer in answers {
        for missing in answer.missing.iter().filter(|m| m.kind == MissingKind::Parameter) {
            let arguments = [
                ("programme", &*answer.programme),
                ("label", messages.pick(&missing.label)),
                ("name", &*missing.name),
                ("place", messages.pick(&answer.place.title)),
                ("code", &*answer.place.code),
                ("day", &answer.on.to_string()),
            ];
            anstream::eprintln!(
                "{}: {}\n  {}: {}",
                paint(NOT_MET.bold(), messages.text("error")),
                messages.format("data-missing", &arguments),
                paint(STRONG, messages.text("help")),
                messages.format("data-missing-help", &arguments),
            );
            code = ExitCode::from(2);
        }
    }
    code
}

fn programmes(library: &Library, command: &Assess) -> Result<Vec<Arc<str>>, Failure> {
    let asked = match command.programme.as_slice() {
        [] => vec![DEFAULT_PROGRAMME.to_owned()],
        asked => asked.to_vec(),
    };
    asked
        .iter()
        .map(|id| match library.programme(id) {
            Ok(programme) => Ok(programme.id.clone()),
            Err(unknown) => Err(unknown.into()),
        })
        .collect()
}

fn when_and_where(
    library: &Library,
    command: &Assess,
    programme: &str,
    profile: &Profile,
) -> Result<(Date, Arc<str>), Failure> {
    let on = match command.on.or(profile.on) {
        Some(on) => on,
        None => today()?,
    };
    let asked = command.place.as_deref().or(profile.place.as_deref());
    Ok((on, place_of(library, programme, asked)?))
}

/// The code of the place that is asked for, or of the only one that a programme knows.
pub(super) fn place_of(
    library: &Library,
    programme: &str,
    asked: Option<&str>,
) -> Result<Arc<str>, Failure> {
    let Some(asked) = asked else {
        let area = library.only_area(programme);
        let area = area.ok_or_else(|| Failure::said("place-not-given", []))?;
        return Ok(area.code.clone());
    };
    match library.place(asked) {
        Ok(place) => Ok(place.code.clone()),
        Err(unknown) => Err(unknown.into()),
    }
}

fn print_json(answers: &[Assessment], command: &Assess, lang: Lang) {
    let lang = match lang {
        Lang::Zh => policy::assessment::Language::Zh,
        Lang::En => policy::assessment::Language::En,
    };
    let mut values: Vec<serde_json::Value> =
        answers.iter().map(|answer| policy::json::assessment(answer, lang)).collect();
    let value = match (values.len(), command.all) {
        (1, false) => values.remove(0),
        _ => serde_json::Value::Array(values),
    };
    anstream::println!("{value:#}");
}

fn print_text(answers: &[Assessment], command: &Assess, lang: Lang) {
    let page = Page { messages: Messages::new(lang), command };
    for (number, answer) in answers.iter().enumerate() {
        if number > 0 {
            anstream::println!();
        }
        page.assessment(answer);
    }
}

/// The answer as text.
struct Page<'a> {
    messages: Messages,
    command: &'a Assess,
}

impl Page<'_> {
    fn assessment(&self, answer: &Assessment) {
        let m = &self.messages;
        let title = m.pick(&answer.title);
        let day = answer.on.to_string();
        let at = m.format("on-at", &[("day", &day), ("place", m.pick(&answer.place.title))]);
        anstream::println!("{}  {}", paint(STRONG, title), paint(DIM, at));
        anstream::println!();
        self.outcome(answer);
        self.notices(answer);
        self.missing(answer);
        self.factors(answer);
        self.sub_scores(answer);
        self.lines("conditions", answer.conditions.iter().map(|line| (line, None)));
        let routes = answer.routes.iter().map(|r| (&r.line, Some(&*r.outcome.value)));
        self.lines("routes", routes);
        if self.command.improve {
            self.improvements(answer);
        }
        self.flags(answer);
        self.sources(answer);
        anstream::println!("{}", paint(DIM, m.text("proposal")));
    }

    fn heading(&self, key: &str) {
        anstream::println!("{}", paint(STRONG, self.messages.text(key)));
    }

    fn outcome(&self, answer: &Assessment) {
        let m = &self.messages;
        let label = m.text("outcome");
        match &answer.outcome {
            Outcome::Decided(outcome) => {
                let style = if answer.eligible == Tristate::Yes { MET } else { NOT_MET };
                let name = paint(style.bold(), m.pick(&outcome.title));
                anstream::println!("{label}: {name} ({})", outcome.value);
                if !m.pick(&outcome.text).is_empty() {
                    anstream::println!("  {}", m.pick(&outcome.text));
                }
                if answer.eligible == Tristate::No
                    && answer.conditions.iter().any(|c| c.state == Tristate::No)
                {
                    anstream::println!("  {}", paint(NOT_MET, m.text("not-eligible")));
                }
            }
            Outcome::Undecided(possible) => {
                let facts: Vec<&str> = answer.missing.iter().map(|x| m.pick(&x.label)).collect();
                let separator =
                    if self.messages.text("outcome") == "结论" { "、" } else { ", " };
                let text = m.format("undecided", &[("facts", &facts.join(separator))]);
                anstream::println!("{label}: {}", paint(OPEN.bold(), text));
                let names: Vec<&str> = possible.iter().map(|o| m.pick(&o.title)).collect();
                let outcomes = names.join(separator);
                anstream::println!(
                    "  {}",
                    m.format("undecided-between", &[("outcomes", &outcomes)])
                );
            }
        }
        if let Some(score) = &answer.score {
            let score = self.figure(score);
            let cap = answer.score_cap.map(|cap| cap.to_string()).unwrap_or_default();
            let text = m.format("score-of", &[("score", &score), ("cap", &cap)]);
            anstream::println!("{}: {}", m.text("score"), paint(STRONG, text));
            for threshold in &answer.thresholds {
                let value = threshold.value.to_string();
                let outcome = m.pick(&threshold.outcome.title);
                let text = m.format("threshold", &[("value", &value), ("outcome", outcome)]);
                anstream::println!("  {}", paint(DIM, text));
            }
        }
        anstream::println!();
    }

    fn figure(&self, figure: &Figure) -> String {
        match figure {
            Figure::Exactly(number) => number.to_string(),
            Figure::Between(low, high) => format!("{low}–{high}"),
            Figure::Unknown => self.messages.text("unknown-points"),
        }
    }

    fn notices(&self, answer: &Assessment) {
        if answer.notices.is_empty() {
            return;
        }
        self.heading("notices");
        for notice in &answer.notices {
            anstream::println!("  {} {}", paint(OPEN, "!"), self.messages.pick(notice));
        }
        anstream::println!();
    }

    fn missing(&self, answer: &Assessment) {
        self.wanting("missing", &answer.missing);
        self.wanting("missing-for-score", &answer.missing_for_score);
    }

    fn wanting(&self, heading: &str, missing: &[Missing]) {
        if missing.is_empty() {
            return;
        }
        let m = &self.messages;
        self.heading(heading);
        for missing in missing {
            let needed: Vec<&str> = missing.needed_for.iter().take(3).map(|t| m.pick(t)).collect();
            let text = m.format(
                "missing-fact",
                &[
                    ("label", m.pick(&missing.label)),
                    ("name", &missing.name),
                    ("needed", &needed.join("; ")),
                ],
            );
            anstream::println!("  {} {text}", paint(OPEN, "?"));
        }
        anstream::println!();
    }

    fn factors(&self, answer: &Assessment) {
        if answer.factors.is_empty() {
            return;
        }
        let m = &self.messages;
        self.heading("factors");
        let width = answer.factors.iter().map(|f| m.pick(&f.title).width()).max().unwrap_or(0);
        for factor in &answer.factors {
            let title = pad(m.pick(&factor.title), width);
            let points = format!("{:>6} / {:<3}", self.figure(&factor.points), factor.cap);
            let why = factor.reasons.first().map(|r| self.reason(r)).unwrap_or_default();
            anstream::println!(
                "  {title} {points} {} {}",
                bar(&factor.points, factor.cap),
                paint(DIM, why)
            );
        }
        anstream::println!();
    }

    fn sub_scores(&self, answer: &Assessment) {
        if answer.sub_scores.is_empty() {
            return;
        }
        let m = &self.messages;
        self.heading("sub-scores");
        let width = answer.sub_scores.iter().map(|s| m.pick(&s.title).width()).max().unwrap_or(0);
        for sub_score in &answer.sub_scores {
            let title = pad(m.pick(&sub_score.title), width);
            anstream::println!("  {title} {:>6}", self.figure(&sub_score.points));
        }
        anstream::println!();
    }

    fn reason(&self, reason: &Reason) -> String {
        let m = &self.messages;
        let row = reason.row.as_ref().map(|row| match row.number {
            Some(_) => m.format("rule", &[("id", &row.id)]),
            None => m.text("no-rule"),
        });
        let mut parts: Vec<String> = row.into_iter().collect();
        parts.push(m.pick(&reason.text).to_owned());
        parts.extend(reason.source.as_ref().map(|source| self.source(source)));
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    fn source(&self, source: &Source) -> String {
        let name = match &source.number {
            Some(number) => number.to_string(),
            None => self.messages.pick(&source.title).to_owned(),
        };
        let flag = flag_sign(source.confidence);
        if source.place.en.is_empty() {
            format!("{name}{flag}")
        } else {
            let place = self.messages.pick(&source.place);
            let law = self.messages.format("law-place", &[("law", &name), ("place", place)]);
            format!("{law}{flag}")
        }
    }

    fn lines<'l>(&self, heading: &str, lines: impl Iterator<Item = (&'l Line, Option<&'l str>)>) {
        let lines: Vec<_> = lines.collect();
        if lines.is_empty() {
            return;
        }
        self.heading(heading);
        for (line, outcome) in lines {
            self.line(line, outcome);
        }
        anstream::println!();
    }

    fn line(&self, line: &Line, outcome: Option<&str>) {
        let m = &self.messages;
        let (sign, style, word) = match line.state {
            Tristate::Yes => ("✓", MET, "met"),
            Tristate::No => ("✗", NOT_MET, "not-met"),
            Tristate::Unknown => ("?", OPEN, "open"),
        };
        let outcome = outcome.map(|outcome| format!("{outcome}  ")).unwrap_or_default();
        let title = m.pick(&line.title);
        let source = line.source.as_ref().map(|source| self.source(source)).unwrap_or_default();
        anstream::println!(
            "  {} {outcome}{title}  {}  {}",
            paint(style, sign),
            paint(style, m.text(word)),
            paint(DIM, source)
        );
        let details = match line.state {
            Tristate::Yes => &line.reasons,
            _ if self.command.why_not => &line.why_not,
            _ => return,
        };
        for reason in details {
            anstream::println!("      {}", paint(DIM, self.reason(reason)));
        }
        if self.command.why_not && line.state == Tristate::Unknown {
            anstream::println!("      {} {}", paint(OPEN, "?"), line.missing.join(", "));
        }
    }

    fn improvements(&self, answer: &Assessment) {
        let m = &self.messages;
        self.heading("improve");
        if matches!(answer.outcome, Outcome::Undecided(_)) {
            anstream::println!("  {}", m.text("improve-undecided"));
        } else if answer.improvements.is_empty() {
            anstream::println!("  {}", m.text("improve-none"));
        }
        for (number, improvement) in answer.improvements.iter().enumerate() {
            self.improvement(number + 1, improvement);
        }
        anstream::println!();
    }

    fn improvement(&self, number: usize, improvement: &Improvement) {
        let m = &self.messages;
        let changes: Vec<String> = improvement
            .changes
            .iter()
            .map(|change| {
                m.format(
                    "from-to",
                    &[
                        ("label", m.pick(&change.label)),
                        ("from", m.pick(&change.from)),
                        ("to", m.pick(&change.to)),
                    ],
                )
            })
            .collect();
        let score = improvement.score.as_ref().map(|score| self.figure(score)).unwrap_or_default();
        let effect = match &improvement.outcome {
            Outcome::Decided(outcome) if improvement.reaches => {
                m.format("improve-reaches", &[("outcome", m.pick(&outcome.title))])
            }
            _ => m.format("improve-score", &[("score", &score)]),
        };
        let style = if improvement.reaches { MET } else { DIM };
        anstream::println!("  {number}. {}  {}", changes.join(" + "), paint(style, effect));
        for reason in &improvement.reasons {
            anstream::println!("      {}", paint(DIM, self.reason(reason)));
        }
        for text in improvement.changes.iter().filter_map(|change| change.text.as_ref()) {
            anstream::println!("      {}", paint(DIM, m.pick(text)));
        }
    }

    fn flags(&self, answer: &Assessment) {
        if answer.flags.is_empty() {
            return;
        }
        let m = &self.messages;
        self.heading("flags");
        for flag in &answer.flags {
            let what = match flag.source.confidence {
                Confidence::Provisional => m.text("provisional"),
                Confidence::Unverified => m.text("unverified"),
                _ => m.text("uncertain"),
            };
            let (title, source) = (m.pick(&flag.title), self.source(&flag.source));
            anstream::println!("  {} {title}: {source}: {what}", paint(OPEN, "⚑"));
        }
        anstream::println!();
    }

    fn sources(&self, answer: &Assessment) {
        let m = &self.messages;
        self.heading("versions");
        for version in &answer.versions {
            let from = version.from.to_string();
            let period = match version.to {
                Some(to) => m.format("between", &[("from", &from), ("to", &to.to_string())]),
                None => m.format("since", &[("from", &from)]),
            };
            let title = m.pick(&version.source.title);
            anstream::println!("  {title}  {period}  {}", paint(DIM, &version.file));
        }
        anstream::println!();
        self.heading("sources");
        let mut seen: Vec<&str> = Vec::new();
        for source in &answer.sources {
            if seen.contains(&&*source.instrument) {
                continue;
            }
            seen.push(&source.instrument);
            let number = source.number.as_deref().unwrap_or_default();
            anstream::println!("  {}  {}", m.pick(&source.title), paint(DIM, number));
        }
        anstream::println!();
    }
}

fn flag_sign(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Statute | Confidence::Published => "",
        Confidence::Provisional | Confidence::Unverified | Confidence::Uncertain => " ⚑",
    }
}

fn pad(text: &str, width: usize) -> String {
    let spaces = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(spaces))
}

/// The share of the cap in ten steps.
fn bar(points: &Figure, cap: Number) -> String {
    let steps = |number: Number| {
        let tenths = number.checked_mul(Number::from(10)).and_then(|n| n.checked_div(cap));
        let tenths = tenths
            .and_then(|n| n.round(0, feel::number::Rounding::HalfUp))
            .and_then(|n| n.to_i64());
        usize::try_from(tenths.unwrap_or(0)).unwrap_or(0).min(10)
    };
    let (full, open) = match points {
        Figure::Exactly(number) => (steps(*number), 0),
        Figure::Between(low, high) => (steps(*low), steps(*high).saturating_sub(steps(*low))),
        Figure::Unknown => (0, 10),
    };
    let rest = 10_usize.saturating_sub(full + open);
    format!("{}{}{}", "█".repeat(full), "▒".repeat(open), "·".repeat(rest))
}
