//! `programme.toml`: what a person can apply for, and which rules decide on it when.

use std::sync::Arc;

use dmn::model::Title;
use feel::Number;
use feel::temporal::Date;
use serde::Deserialize;

use super::parameter::overlap;
use super::place::Places;
use super::problem::{ProblemCode, Report};
use super::toml_file::{Element, Name, TomlFile, day, decimal, title};
use super::vocabulary::{FactType, Vocabulary};
use crate::nearest::suggestion;

/// A thing that a person can apply for.
#[derive(Debug, Clone)]
pub struct Programme {
    /// Identifier, as `cn/work-permit`.
    pub id: Arc<str>,
    /// The identifier of its pack.
    pub pack: Arc<str>,
    /// The file that declares it.
    pub file: Arc<str>,
    /// Title.
    pub title: Title,
    /// What it is, in a sentence or two.
    pub summary: Title,
    /// The authority, by identifier.
    pub authority: Name,
    /// The decision with the outcome.
    pub outcome: Name,
    /// The decision whether the person may be admitted at all.
    pub eligible: Name,
    /// The decision with the total of points.
    pub score: Option<Name>,
    /// What the thresholds mean.
    pub pass: Option<Title>,
    /// The rule documents and when they are in force.
    pub versions: Vec<Version>,
    /// The outcomes, best first.
    pub outcomes: Vec<OutcomeDeclaration>,
    /// Decisions that must all be true.
    pub conditions: Vec<Condition>,
    /// Decisions that are alternatives.
    pub routes: Vec<Route>,
    /// Points, in the order of the law.
    pub factors: Vec<Factor>,
    /// Sums of factors and parts of them that the official form prints too.
    pub sub_scores: Vec<SubScore>,
    /// The highest total that the law allows, where it is not the sum of the factors' caps.
    pub score_cap: Option<Number>,
    /// Thresholds of the total.
    pub thresholds: Vec<Threshold>,
    /// What the person should know beside the outcome.
    pub notices: Vec<Notice>,
    /// What a person can change.
    pub levers: Vec<Lever>,
    /// What a person can do against an outcome.
    pub remedies: Vec<Remedy>,
}

/// A rule document and when and where it is in force.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// The file, beside `programme.toml`.
    pub model: Name,
    /// First day in force.
    #[serde(deserialize_with = "day::read")]
    pub from: Date,
    /// Last day in force.
    #[serde(default, deserialize_with = "day::optional")]
    pub to: Option<Date>,
    /// The places in which it is in force; empty for everywhere.
    #[serde(default)]
    pub area: Vec<Name>,
    /// The instrument that puts it in force.
    pub instrument: Name,
}

/// An outcome.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeDeclaration {
    /// The value of the outcome's decision.
    pub value: Name,
    /// Title.
    #[serde(deserialize_with = "title::read")]
    pub title: Title,
    /// What it means for the person.
    #[serde(deserialize_with = "title::read")]
    pub text: Title,
}

/// A decision that must be true.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The decision.
    pub decision: Name,
    /// The rule documents that have it; empty for those in which it is found.
    #[serde(default)]
    pub models: Vec<Name>,
}

/// A decision that is one of several ways to an outcome.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The decision.
    pub decision: Name,
    /// The outcome that it opens.
    pub outcome: Name,
    /// The rule documents that have it; empty for those in which it is found.
    #[serde(default)]
    pub models: Vec<Name>,
}

/// A decision that gives points.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// The decision.
    pub decision: Name,
    /// The most points that it can give.
    #[serde(deserialize_with = "decimal::read")]
    pub cap: Number,
    /// The rule documents that have it; empty for those in which it is found.
    #[serde(default)]
    pub models: Vec<Name>,
}

/// A number that the official form prints beside the factors: a sum of some, or a part of one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubScore {
    /// The decision.
    pub decision: Name,
    /// The rule documents that have it; empty for those in which it is found.
    #[serde(default)]
    pub models: Vec<Name>,
}

/// A threshold of the total.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The least total.
    #[serde(deserialize_with = "decimal::read")]
    pub value: Number,
    /// The outcome that it opens.
    pub outcome: Name,
    /// The rule documents that it is for; empty for all.
    #[serde(default)]
    pub models: Vec<Name>,
}

/// A text for persons for whom a decision has a certain value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The decision.
    pub decision: Name,
    /// The value at which the text is shown.
    pub value: Name,
    /// The text.
    #[serde(deserialize_with = "title::read")]
    pub text: Title,
    /// The rule documents that have the decision; empty for those in which it is found.
    #[serde(default)]
    pub models: Vec<Name>,
}

/// A fact that a person can change.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lever {
    /// The fact, or `place`, or `on`.
    pub fact: Name,
    /// Order of magnitude of the effort of one step.
    #[serde(deserialize_with = "decimal::read")]
    pub cost: Number,
    /// How it can change.
    pub kind: LeverKind,
    /// The candidates of `choose`, where they are not the later values of the vocabulary.
    #[serde(default)]
    pub values: Vec<Name>,
    /// The step of `raise`.
    #[serde(default, deserialize_with = "decimal::optional")]
    pub step: Option<Number>,
    /// The greatest value of `raise`; the most years of `wait`.
    #[serde(default, deserialize_with = "decimal::optional")]
    pub limit: Option<Number>,
    /// Number facts that grow by one with each year of `wait`.
    #[serde(default)]
    pub along: Vec<Name>,
    /// Advice.
    #[serde(default, deserialize_with = "title::optional")]
    pub text: Option<Title>,
}

/// How a fact can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeverKind {
    /// To another of its values.
    Choose,
    /// Upwards by steps.
    Raise,
    /// By waiting.
    Wait,
}

/// What a person can do against an outcome.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// The outcome.
    pub outcome: Name,
    /// The text.
    #[serde(deserialize_with = "title::read")]
    pub text: Title,
    /// The instrument that it follows from.
    pub instrument: Name,
    /// Where in it.
    pub item: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(deserialize_with = "title::read")]
    title: Title,
    #[serde(deserialize_with = "title::read")]
    summary: Title,
    authority: Name,
    outcome: Name,
    eligible: Name,
    score: Option<Name>,
    #[serde(default, deserialize_with = "decimal::optional")]
    score_cap: Option<Number>,
    #[serde(default, deserialize_with = "title::optional")]
    pass: Option<Title>,
}

impl Programme {
    /// The outcome `value`.
    pub fn outcome(&self, value: &str) -> Option<&OutcomeDeclaration> {
        self.outcomes.iter().find(|outcome| &*outcome.value == value)
    }

    /// The rank of an outcome: 0 is the best.
    pub fn rank(&self, value: &str) -> Option<usize> {
        self.outcomes.iter().position(|outcome| &*outcome.value == value)
    }
}

/// Reads `programme.toml` of the folder `folder` of the pack `pack`.
pub(crate) fn read(
    pack: &str,
    folder: &str,
    file: &Arc<str>,
    report: &mut Report<'_>,
) -> Option<Programme> {
    fn values<T>(elements: Vec<Element<T>>) -> Vec<T> {
        elements.into_iter().map(|element| element.value).collect()
    }
    let mut toml = TomlFile::read(file, report)?;
    let versions = values(toml.take_all("version", report));
    let outcomes = values(toml.take_all("outcomes", report));
    let conditions = values(toml.take_all("condition", report));
    let routes = values(toml.take_all("route", report));
    let factors = values(toml.take_all("factor", report));
    let sub_scores = values(toml.take_all("sub_score", report));
    let thresholds = values(toml.take_all("threshold", report));
    let notices = values(toml.take_all("notice", report));
    let levers = values(toml.take_all("improve", report));
    let remedies = values(toml.take_all("remedy", report));
    let head: Head = toml.finish(report)?;
    Some(Programme {
        id: format!("{pack}/{folder}").into(),
        pack: pack.into(),
        file: file.clone(),
        title: head.title,
        summary: head.summary,
        authority: head.authority,
        outcome: head.outcome,
        eligible: head.eligible,
        score: head.score,
        pass: head.pass,
        versions,
        outcomes,
        conditions,
        routes,
        factors,
        sub_scores,
        score_cap: head.score_cap,
        thresholds,
        notices,
        levers,
        remedies,
    })
}

/// Checks everything that can be told without the rule documents.
pub(crate) fn check(
    programme: &Programme,
    vocabulary: &Vocabulary,
    places: &Places,
    report: &mut Report<'_>,
) {
    let file = &programme.file;
    if programme.versions.is_empty() {
        let help = Some("add a table `[[version]]`".to_owned());
        report.error(file, 0..0, ProblemCode::Format, "the programme has no version", help);
    }
    if programme.outcomes.is_empty() {
        let help = Some("add tables `[[outcomes]]`, best first".to_owned());
        report.error(file, 0..0, ProblemCode::Format, "the programme has no outcomes", help);
    }
    for (i, outcome) in programme.outcomes.iter().enumerate() {
        if programme.outcomes.iter().take(i).any(|earlier| earlier.value == outcome.value) {
            let message = format!("the outcome `{}` is declared twice", outcome.value);
            report.error(file, outcome.value.span(), ProblemCode::Duplicate, message, None);
        }
    }
    let named = programme.routes.iter().map(|route| &route.outcome);
    let named = named.chain(programme.thresholds.iter().map(|threshold| &threshold.outcome));
    for outcome in named.chain(programme.remedies.iter().map(|remedy| &remedy.outcome)) {
        if programme.outcome(outcome).is_none() {
            let help = suggestion(outcome, programme.outcomes.iter().map(|o| o.value.as_str()));
            let message = format!("no outcome `{outcome}`");
            report.error(file, outcome.span(), ProblemCode::Unresolved, message, help);
        }
    }
    let models = programme.conditions.iter().flat_map(|condition| &condition.models);
    let models = models.chain(programme.routes.iter().flat_map(|route| &route.models));
    let models = models.chain(programme.factors.iter().flat_map(|factor| &factor.models));
    let models = models.chain(programme.sub_scores.iter().flat_map(|sub_score| &sub_score.models));
    let models = models.chain(programme.thresholds.iter().flat_map(|threshold| &threshold.models));
    for model in models.chain(programme.notices.iter().flat_map(|notice| &notice.models)) {
        if programme.versions.iter().all(|version| version.model != *model) {
            let help = suggestion(model, programme.versions.iter().map(|v| v.model.as_str()));
            let message = format!("no version has the model `{model}`");
            report.error(file, model.span(), ProblemCode::Unresolved, message, help);
        }
    }
    if let (Some(threshold), None) = (programme.thresholds.first(), &programme.score) {
        let help = Some("name its decision: `score = \"…\"`".to_owned());
        let span = threshold.outcome.span();
        report.error(file, span, ProblemCode::Format, "a threshold needs a score", help);
    }
    check_sub_scores(programme, report);
    check_versions(programme, places, report);
    for lever in &programme.levers {
        check_lever(lever, file, vocabulary, places, report);
    }
}

fn check_sub_scores(programme: &Programme, report: &mut Report<'_>) {
    let factors: Vec<&Name> = programme.factors.iter().map(|factor| &factor.decision).collect();
    for (i, sub_score) in programme.sub_scores.iter().enumerate() {
        let name = &sub_score.decision;
        let earlier = programme.sub_scores.iter().take(i).any(|earlier| earlier.decision == *name);
        if earlier || factors.contains(&name) {
            let message = format!("`{name}` is among the sub-scores already");
            let help = Some("every factor is a sub-score: leave this table out".to_owned());
            report.error(&programme.file, name.span(), ProblemCode::Duplicate, message, help);
        }
    }
    if let (Some(_), None) = (programme.score_cap, &programme.score) {
        let help = Some("name its decision: `score = \"…\"`".to_owned());
        let message = "`score_cap` needs a score";
        report.error(&programme.file, 0..0, ProblemCode::Format, message, help);
    }
}

fn check_versions(programme: &Programme, places: &Places, report: &mut Report<'_>) {
    let file = &programme.file;
    for (i, version) in programme.versions.iter().enumerate() {
        if let Some(to) = version.to
            && to < version.from
        {
            let message = format!("the version ends on {to}, before it begins on {}", version.from);
            report.error(file, version.model.span(), ProblemCode::Format, message, None);
        }
        for code in &version.area {
            if places.get(code).is_none() {
                let help = suggestion(code, places.codes());
                let message = format!("no place `{code}`");
                report.error(file, code.span(), ProblemCode::Unresolved, message, help);
            }
        }
        let time = (version.from, version.to);
        let clash = programme.versions.iter().take(i).find(|earlier| {
            overlap((earlier.from, earlier.to), time) && areas_meet(earlier, version, places)
        });
        if let Some(earlier) = clash {
            let message = format!(
                "the versions `{}` and `{}` are in force at once from {}",
                earlier.model,
                version.model,
                earlier.from.max(version.from),
            );
            let help = Some("end the earlier one with `to`".to_owned());
            report.error(file, version.model.span(), ProblemCode::Overlap, message, help);
        }
    }
}

/// Whether two versions can both claim a place; one without an area gives way to one with.
fn areas_meet(a: &Version, b: &Version, places: &Places) -> bool {
    if a.area.is_empty() || b.area.is_empty() {
        return a.area.is_empty() && b.area.is_empty();
    }
    a.area.iter().any(|a| b.area.iter().any(|b| places.lies_in(a, b) || places.lies_in(b, a)))
}

fn check_lever(
    lever: &Lever,
    file: &Arc<str>,
    vocabulary: &Vocabulary,
    places: &Places,
    report: &mut Report<'_>,
) {
    let mut fault = |name: &Name, code: ProblemCode, message: String, help: Option<String>| {
        report.error(file, name.span(), code, message, help);
    };
    let name = &lever.fact;
    if lever.cost.is_negative() {
        let message = format!("the cost of `{name}` is below zero");
        fault(name, ProblemCode::Format, message, None);
    }
    let fact = vocabulary.fact(name);
    let is_place = &**name == "place";
    let is_day = &**name == "on";
    if fact.is_none() && !is_place && !is_day {
        let help = suggestion(name, vocabulary.names().chain(["on", "place"]));
        fault(name, ProblemCode::Unresolved, format!("no fact `{name}`"), help);
        return;
    }
    if let Some(fact) = fact
        && !fact.mutable
    {
        let message = format!("`{name}` is not mutable, so that it cannot be improved");
        fault(name, ProblemCode::Format, message, Some("leave this table out".to_owned()));
    }
    let fits = match lever.kind {
        LeverKind::Wait => is_day,
        LeverKind::Raise => fact.is_some_and(|fact| fact.kind == FactType::Number),
        LeverKind::Choose => is_place || fact.is_some_and(|fact| can_choose(fact.kind)),
    };
    if !fits {
        let help =
            "`choose` is for texts, yes or no and `place`, `raise` for numbers, `wait` for `on`";
        let message = format!("`{name}` cannot change in this way");
        fault(name, ProblemCode::Format, message, Some(help.to_owned()));
    }
    let positive = |number: Option<Number>| number.is_some_and(|n| n > Number::ZERO);
    if lever.kind == LeverKind::Raise && !(positive(lever.step) && positive(lever.limit)) {
        let message = format!("`raise` of `{name}` needs `step` and `limit` above zero");
        fault(name, ProblemCode::Format, message, None);
    }
    let years = lever.limit.and_then(Number::to_i64);
    if lever.kind == LeverKind::Wait && !years.is_some_and(|years| (1..=50).contains(&years)) {
        let message = "`wait` needs `limit`: whole years from 1 to 50".to_owned();
        fault(name, ProblemCode::Format, message, None);
    }
    if lever.kind == LeverKind::Choose && (lever.step.is_some() || lever.limit.is_some()) {
        let message = "`choose` has neither `step` nor `limit`".to_owned();
        fault(name, ProblemCode::Format, message, None);
    }
    for value in &lever.values {
        let (known, help) = match fact {
            _ if is_place => (places.get(value).is_some(), suggestion(value, places.codes())),
            Some(fact) if fact.kind == FactType::Boolean => (
                ["true", "false"].contains(&value.as_str()),
                Some("write \"true\" or \"false\"".to_owned()),
            ),
            Some(fact) => (
                fact.value_label(value).is_some(),
                suggestion(value, fact.values.iter().map(|v| v.value.as_str())),
            ),
            None => (false, None),
        };
        if !known {
            let message = format!("`{value}` is no value of `{name}`");
            fault(value, ProblemCode::Unresolved, message, help);
        }
    }
    for along in &lever.along {
        match vocabulary.fact(along) {
            Some(fact) if fact.kind == FactType::Number => {}
            Some(fact) => {
                let message = format!("`{along}` is of type `{}`, not `number`", fact.kind);
                fault(along, ProblemCode::Format, message, None);
            }
            None => {
                let help = suggestion(along, vocabulary.names());
                fault(along, ProblemCode::Unresolved, format!("no fact `{along}`"), help);
            }
        }
    }
}

fn can_choose(kind: FactType) -> bool {
    matches!(kind, FactType::String | FactType::StringList | FactType::Boolean)
}

/// Where a rule document of the programme stands.
pub(crate) fn beside(file: &str, name: &str) -> Arc<str> {
    match file.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}").into(),
        None => name.into(),
    }
}
