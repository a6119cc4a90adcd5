//! The result of the self-assessment.

use std::collections::BTreeMap;

use askama::Template;
use dmn::model::Title;
use policy::assessment::{
    Assessment, Change, Confidence, FactLine, FactorLine, Figure, Improvement, Line, Missing,
    MissingKind, Outcome, OutcomeRef, Reason, Source, Tristate, VersionRef,
};
use policy::library::AskedMatter;
use policy::pack::Remedy;

use super::Desk;
use super::assess::{Setting, matter_path, setting_line};
use crate::chart;
use crate::format;
use crate::icons::{Icon, Stamp, stamp};
use crate::text::Markup;
use crate::ui::{Ui, anchor};

/// The result.
#[derive(Template)]
#[template(path = "result.html")]
pub(super) struct ResultPage<'a> {
    ui: &'a Ui,
    state: String,
    page: &'static str,
    back_to: &'static str,
    a: &'a Assessment,
    setting: String,
    verdict: Verdict,
    undecided: bool,
    eligibility: Option<String>,
    figures: Option<Figures>,
    missing: Vec<MissingGroup<'a>>,
    improvements: Vec<ImprovementView<'a>>,
    routes_met: Vec<LineView<'a>>,
    routes_open: Vec<LineView<'a>>,
    routes_failed: Vec<LineView<'a>>,
    conditions_open: Vec<LineView<'a>>,
    conditions_met: Vec<LineView<'a>>,
    factors: Vec<FactorView<'a>>,
    /// Sums and parts of factors that official forms print, with their points.
    sub_scores: Vec<(&'a Title, String)>,
    pass: Option<&'a Title>,
    chart: Markup,
    flag_meanings: Vec<(String, String)>,
    applied: String,
    rules_path: String,
    versions: Vec<VersionView<'a>>,
    parameters: Vec<(&'a FactLine, &'a Source)>,
    facts: Vec<&'a FactLine>,
    authority: Markup,
    remedies: Vec<(&'a Remedy, Option<Source>)>,
    icon_step: Markup,
    icon_open: Markup,
}

struct Verdict {
    /// For the title of the window.
    title: String,
    heading: Markup,
    text: Markup,
    stamp: Markup,
}

struct Figures {
    score: String,
    cap: String,
    thresholds: Vec<ThresholdView>,
}

struct ThresholdView {
    label: String,
    margin: String,
}

struct MissingGroup<'a> {
    title: Markup,
    path: Option<String>,
    wants: Vec<MissingView<'a>>,
}

struct MissingView<'a> {
    label: &'a Title,
    help: Markup,
    needed_for: Markup,
}

struct ImprovementView<'a> {
    changes: &'a [Change],
    effect: String,
    reasons: Vec<ReasonView<'a>>,
}

struct LineView<'a> {
    line: &'a Line,
    opens: String,
    class: &'static str,
    icon: Markup,
    state: String,
    reasons: Vec<ReasonView<'a>>,
    missing: Markup,
    /// Whether the line before rests on the same instrument.
    same_law: bool,
}

struct FactorView<'a> {
    factor: &'a FactorLine,
    points: String,
    reasons: Vec<ReasonView<'a>>,
    missing: Markup,
}

struct ReasonView<'a> {
    text: &'a Title,
    item: String,
    path: String,
    flag: Option<(&'static str, String)>,
}

struct VersionView<'a> {
    title: Markup,
    period: String,
    source: &'a Source,
}

/// What the views are made with.
struct Maker<'a> {
    ui: &'a Ui,
    rules_path: String,
    labels: BTreeMap<&'a str, &'a Title>,
}

/// The result page of an assessment.
pub(super) fn template<'a>(
    desk: &'a Desk,
    ui: &'a Ui,
    state: String,
    setting: &Setting<'a>,
    asked: &[AskedMatter<'a>],
    a: &'a Assessment,
) -> ResultPage<'a> {
    let rules_path =
        format!("/rules/{}?on={}&place={}", setting.programme.id, setting.on, setting.place.code);
    let facts = asked.iter().flat_map(|group| &group.facts);
    let mut labels: BTreeMap<&str, &Title> =
        facts.map(|fact| (fact.name.as_str(), &fact.label)).collect();
    labels.extend(a.missing.iter().map(|missing| (&*missing.name, &missing.label)));
    let maker = Maker { ui, rules_path: rules_path.clone(), labels };
    let routes = |state: Tristate| -> Vec<LineView<'a>> {
        let routes = a.routes.iter().filter(|route| route.line.state == state);
        fold_laws(routes.map(|route| maker.line(&route.line, Some(&route.outcome))))
    };
    let conditions = |met: bool| -> Vec<LineView<'a>> {
        let lines = a.conditions.iter().filter(|line| (line.state == Tristate::Yes) == met);
        let mut views = fold_laws(lines.map(|line| maker.line(line, None)));
        // That a condition is met says all there is to say of it.
        views.iter_mut().filter(|_| met).for_each(|view| view.reasons.clear());
        views
    };
    let authority = desk.library.pack(&setting.programme.pack).and_then(|pack| {
        let id = &setting.programme.authority;
        pack.manifest.authorities.iter().find(|authority| authority.id == *id)
    });
    ResultPage {
        ui,
        state,
        page: "result",
        back_to: "",
        a,
        setting: setting_line(ui, setting),
        verdict: verdict(ui, setting, a),
        undecided: matches!(a.outcome, Outcome::Undecided(_)),
        eligibility: match a.eligible {
            Tristate::Yes => None,
            Tristate::No => Some(ui.t("result-eligible-no")),
            Tristate::Unknown => Some(ui.t("result-eligible-unknown")),
        },
        figures: figures(ui, a),
        missing: missing(ui, asked, a),
        improvements: a
            .improvements
            .iter()
            .map(|improvement| maker.improvement(improvement))
            .collect(),
        routes_met: routes(Tristate::Yes),
        routes_open: routes(Tristate::Unknown),
        routes_failed: routes(Tristate::No),
        conditions_open: conditions(false),
        conditions_met: conditions(true),
        factors: a.factors.iter().map(|factor| maker.factor(factor)).collect(),
        sub_scores: a
            .sub_scores
            .iter()
            .map(|line| (&line.title, chart::figure(ui, &line.points)))
            .collect(),
        pass: setting.programme.pass.as_ref(),
        chart: chart::points(ui, a).unwrap_or_default(),
        flag_meanings: flag_meanings(ui, a),
        applied: ui.t2("applied", ("day", ui.day(&a.on)), ("place", ui.plain(&a.place.title))),
        rules_path,
        versions: a.versions.iter().map(|version| version_view(desk, ui, version)).collect(),
        parameters: a.facts.iter().filter_map(|fact| Some((fact, fact.source.as_ref()?))).collect(),
        facts: a.facts.iter().filter(|fact| fact.source.is_none()).collect(),
        authority: authority.map(|authority| ui.say(&authority.title)).unwrap_or_default(),
        remedies: setting
            .programme
            .remedies
            .iter()
            .map(|remedy| (remedy, remedy_source(desk, remedy)))
            .collect(),
        icon_step: Icon::Step.markup(),
        icon_open: Icon::Open.markup(),
    }
}

/// Lines of which each knows whether the one before rests on the same instrument.
fn fold_laws<'a>(lines: impl Iterator<Item = LineView<'a>>) -> Vec<LineView<'a>> {
    let mut last: Option<&str> = None;
    lines
        .map(|mut view| {
            let own = view.line.source.as_ref().map(|source| &*source.instrument);
            view.same_law = own.is_some() && own == last;
            last = own;
            view
        })
        .collect()
}

/// What is missing, by the matter in which it is asked for.
fn missing<'a>(ui: &Ui, asked: &[AskedMatter<'a>], a: &'a Assessment) -> Vec<MissingGroup<'a>> {
    let view = |missing: &'a Missing| MissingView {
        label: &missing.label,
        help: missing.help.as_ref().map(|help| ui.say(help)).unwrap_or_default(),
        needed_for: ui.list(&missing.needed_for),
    };
    let mut groups = Vec::new();
    for group in asked {
        let asks = |missing: &&Missing| {
            missing.kind == MissingKind::Fact
                && group.facts.iter().any(|fact| *fact.name == *missing.name)
        };
        let wants: Vec<_> = a.missing.iter().filter(asks).map(view).collect();
        if !wants.is_empty() {
            groups.push(MissingGroup {
                title: ui.say(&group.matter.title),
                path: Some(matter_path(&group.matter.id)),
                wants,
            });
        }
    }
    let unasked = |missing: &&Missing| missing.kind == MissingKind::Parameter;
    let wants: Vec<_> = a.missing.iter().filter(unasked).map(view).collect();
    if !wants.is_empty() {
        let title = Markup(ui.t("missing-parameter"));
        groups.push(MissingGroup { title, path: None, wants });
    }
    groups
}

fn verdict(ui: &Ui, setting: &Setting<'_>, a: &Assessment) -> Verdict {
    match &a.outcome {
        Outcome::Decided(outcome) => {
            let last = setting.programme.outcomes.last();
            let is_last = last.is_some_and(|last| *last.value == *outcome.value);
            let letter = letter(&outcome.value);
            let kind = if is_last { Stamp::Plain } else { Stamp::Sealed };
            Verdict {
                title: ui.plain(&outcome.title),
                heading: ui.say(&outcome.title),
                text: ui.say(&outcome.text),
                stamp: stamp(kind, if is_last { "—" } else { &letter }),
            }
        }
        Outcome::Undecided(possible) => {
            let titles = || possible.iter().map(|outcome: &OutcomeRef| &outcome.title);
            let text = match possible.is_empty() {
                true => ui.t("result-undecided-open"),
                false => ui.t1("result-undecided-text", "outcomes", or_list(ui, titles())),
            };
            Verdict {
                title: ui.t("result-undecided"),
                heading: Markup(ui.t("result-undecided")),
                text: ui.mark(&text),
                stamp: stamp(Stamp::Open, "?"),
            }
        }
    }
}

fn or_list<'t>(ui: &Ui, titles: impl Iterator<Item = &'t Title>) -> String {
    let texts: Vec<String> = titles.map(|title| ui.plain(title)).collect();
    texts.join(&ui.t("fault-semicolon"))
}

/// What is carved into the stamp of an outcome.
fn letter(value: &str) -> String {
    let short = value.chars().count() <= 2;
    if short { value.to_uppercase() } else { "✓".to_owned() }
}

fn figures(ui: &Ui, a: &Assessment) -> Option<Figures> {
    let score = a.score?;
    let thresholds = a.thresholds.iter().map(|threshold| {
        let value = threshold.value;
        let margin = match score {
            Figure::Exactly(score) if score == value => ui.t("result-exact"),
            Figure::Exactly(score) => {
                let above = score > value;
                let (more, less) = if above { (score, value) } else { (value, score) };
                let points = more.checked_sub(less).map(format::number).unwrap_or_default();
                ui.t1(if above { "result-above" } else { "result-below" }, "points", points)
            }
            Figure::Between(low, _) if low >= value => ui.t("line-yes"),
            Figure::Between(_, high) if high < value => ui.t("line-no"),
            _ => ui.t("result-between"),
        };
        ThresholdView {
            label: ui.t2(
                "result-threshold",
                ("outcome", ui.plain(&threshold.outcome.title)),
                ("value", format::number(value)),
            ),
            margin,
        }
    });
    Some(Figures {
        score: chart::figure(ui, &score),
        cap: a.score_cap.map(format::number).unwrap_or_default(),
        thresholds: thresholds.collect(),
    })
}

fn flag_meanings(ui: &Ui, a: &Assessment) -> Vec<(String, String)> {
    Confidence::ALL
        .iter()
        .map(|(confidence, _)| confidence)
        .filter(|confidence| a.flags.iter().any(|flag| flag.source.confidence == **confidence))
        .map(|confidence| (ui.confidence(confidence), ui.confidence_meaning(confidence)))
        .collect()
}

fn version_view<'a>(desk: &Desk, ui: &Ui, version: &'a VersionRef) -> VersionView<'a> {
    let document = desk.library.document(&version.file);
    VersionView {
        title: document
            .map(|document| ui.say(&document.model.title))
            .unwrap_or_else(|| ui.mark(&version.file)),
        period: period(ui, version.from, version.to),
        source: &version.source,
    }
}

/// The days in force, in words.
pub(super) fn period(
    ui: &Ui,
    from: feel::temporal::Date,
    to: Option<feel::temporal::Date>,
) -> String {
    match to {
        Some(to) => ui.t2("version-between", ("from", ui.day(&from)), ("to", ui.day(&to))),
        None => ui.t1("version-from", "from", ui.day(&from)),
    }
}

fn remedy_source(desk: &Desk, remedy: &Remedy) -> Option<Source> {
    desk.library.source(&remedy.instrument, &remedy.item, None)
}

impl<'a> Maker<'a> {
    fn line(&self, line: &'a Line, opens: Option<&OutcomeRef>) -> LineView<'a> {
        let (class, icon, key) = match line.state {
            Tristate::Yes => ("yes", Icon::Yes, "line-yes"),
            Tristate::No => ("no", Icon::No, "line-no"),
            Tristate::Unknown => ("unknown", Icon::Open, "line-unknown"),
        };
        let reasons = match line.state {
            Tristate::Yes => &line.reasons,
            _ => &line.why_not,
        };
        LineView {
            line,
            opens: opens
                .map(|outcome| self.ui.t1("route-opens", "outcome", self.ui.plain(&outcome.title)))
                .unwrap_or_default(),
            class,
            icon: icon.markup(),
            state: self.ui.t(key),
            reasons: reasons.iter().map(|reason| self.reason(reason)).collect(),
            missing: self.missing(&line.missing),
            same_law: false,
        }
    }

    fn factor(&self, factor: &'a FactorLine) -> FactorView<'a> {
        FactorView {
            factor,
            points: chart::figure(self.ui, &factor.points),
            reasons: factor.reasons.iter().map(|reason| self.reason(reason)).collect(),
            missing: self.missing(&factor.missing),
        }
    }

    fn missing(&self, names: &[std::sync::Arc<str>]) -> Markup {
        let labels = names.iter().map(|name| match self.labels.get(&**name) {
            Some(label) => self.ui.plain(label),
            None => name.to_string(),
        });
        self.ui.mark(&labels.collect::<Vec<_>>().join(&self.ui.t("list-joint")))
    }

    fn reason(&self, reason: &'a Reason) -> ReasonView<'a> {
        let source = reason.source.as_ref();
        let decision = anchor(&reason.decision);
        let fragment = match &reason.row {
            Some(row) => format!("{decision}--{}", anchor(&row.id)),
            None => decision,
        };
        ReasonView {
            text: &reason.text,
            item: source
                .map(|source| match source.item.is_empty() {
                    true => self.ui.plain(&source.title),
                    false => self.ui.plain(&source.place),
                })
                .unwrap_or_default(),
            path: format!("{}#{fragment}", self.rules_path),
            flag: source.and_then(|source| {
                let class = self.ui.flag(&source.confidence)?;
                Some((class, self.ui.confidence(&source.confidence)))
            }),
        }
    }

    fn improvement(&self, improvement: &'a Improvement) -> ImprovementView<'a> {
        let effect = improvement_effect(self.ui, improvement);
        ImprovementView {
            changes: &improvement.changes,
            effect,
            reasons: improvement.reasons.iter().map(|reason| self.reason(reason)).collect(),
        }
    }
}

/// What comes of a change, in words.
pub(super) fn improvement_effect(ui: &Ui, improvement: &Improvement) -> String {
    let score = improvement.score.as_ref().map(|score| chart::figure(ui, score));
    let outcome = match &improvement.outcome {
        Outcome::Decided(outcome) => Some(ui.plain(&outcome.title)),
        Outcome::Undecided(_) => None,
    };
    match (improvement.reaches, outcome, score) {
        (true, Some(outcome), Some(score)) => {
            ui.t2("improve-reaches-score", ("outcome", outcome), ("score", score))
        }
        (true, Some(outcome), None) => ui.t1("improve-reaches", "outcome", outcome),
        (false, _, Some(score)) => ui.t1("improve-score", "score", score),
        _ => ui.t("improve-more"),
    }
}
