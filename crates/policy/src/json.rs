//! The wire forms of an assessment and of the coverage registry.

use dmn::model::Title;
use feel::{Number, Value};
use serde_json::{Map, Value as Json, json};

use crate::assessment::{
    Assessment, CellLine, Change, EvaluatedDecision, Figure, Improvement, Language, MatchedRule,
    Missing, MissingKind, Outcome, Reason, Source, Tristate, VersionRef,
};
use crate::coverage::{PackCoverage, VersionCoverage};
use crate::library::Library;

/// What stands for an outcome that the rules cannot decide yet.
const UNDECIDED: &str = "undecided";

/// An assessment as JSON, its texts in one language.
///
/// The keys are a contract: `programme`, `on`, `place`, `outcome`, `possible` where the outcome is
/// undecided, `score`, `threshold` and `margin` where there is one that counts, `sub_scores`, `eligible`, `missing`, `reasons`, `sources`, `why_not`,
/// `improve`, `rule_versions`, `evaluatedDecisions`.
pub fn assessment(assessment: &Assessment, language: Language) -> Json {
    let writer = Writer { language };
    let mut object = Map::new();
    let mut put = |key: &str, value: Json| object.insert(key.to_owned(), value);
    put("programme", json!(*assessment.programme));
    put("on", json!(assessment.on.to_string()));
    put("place", json!(*assessment.place.code));
    put("outcome", json!(outcome_text(&assessment.outcome)));
    if let Outcome::Undecided(possible) = &assessment.outcome {
        put("possible", possible.iter().map(|outcome| json!(*outcome.value)).collect());
    }
    put("score", assessment.score.map_or(Json::Null, figure));
    let threshold = assessment.next_threshold();
    put("threshold", threshold.map_or(Json::Null, |line| number(line.value)));
    put("margin", assessment.margin().map_or(Json::Null, number));
    let factors = assessment.factors.iter().map(|factor| (&factor.decision, factor.points));
    let others = assessment.sub_scores.iter().map(|line| (&line.decision, line.points));
    let sub_scores: Map<String, Json> = factors
        .chain(others)
        .map(|(decision, points)| (decision.to_string(), figure(points)))
        .collect();
    put("sub_scores", Json::Object(sub_scores));
    put("eligible", truth(assessment.eligible));
    let missing =
        |list: &[Missing]| -> Json { list.iter().map(|one| writer.missing(one)).collect() };
    put("missing", missing(&assessment.missing));
    put("missing_for_score", missing(&assessment.missing_for_score));
    put("reasons", writer.reasons(assessment));
    put("sources", assessment.sources.iter().map(|source| writer.source(source)).collect());
    put("why_not", writer.why_not(assessment));
    let improvements = assessment.improvements.iter();
    put("improve", improvements.map(|improvement| writer.improvement(improvement)).collect());
    let versions: Map<String, Json> = assessment
        .versions
        .iter()
        .map(|version| (version.file.to_string(), writer.version(version)))
        .collect();
    put("rule_versions", Json::Object(versions));
    let decisions = assessment.decisions.iter();
    put("evaluatedDecisions", decisions.map(|decision| writer.decision(decision)).collect());
    Json::Object(object)
}

/// The coverage registry as JSON, its texts in both languages.
///
/// The keys are a contract: `packs` with `id`, `title`, `sources_read`, `covered`, `not_covered` and
/// `programmes` with `id`, `title`, `not_covered` and `versions`, the newest first, with `file`,
/// `periods`, `obtained`, `checked_until`, `sources` and `flagged`.
pub fn coverage(library: &Library) -> Json {
    let packs = library.coverage();
    json!({ "packs": packs.iter().map(covered_pack).collect::<Json>() })
}

fn covered_pack(covered: &PackCoverage<'_>) -> Json {
    let manifest = &covered.pack.manifest;
    let programmes = covered.programmes.iter().map(|programme| {
        json!({
            "id": programme.id,
            "title": both(programme.title),
            "versions": programme.versions.iter().map(covered_version).collect::<Json>(),
            "not_covered": programme.gaps.iter().map(|gap| both(gap)).collect::<Json>(),
        })
    });
    json!({
        "id": manifest.id.as_str(),
        "title": both(&manifest.title),
        "sources_read": manifest.checked.to_string(),
        "covered": both(&manifest.scope),
        "programmes": programmes.collect::<Json>(),
        "not_covered": covered.whole().map(both).collect::<Json>(),
    })
}

fn covered_version(version: &VersionCoverage<'_>) -> Json {
    let periods = version.periods.iter().map(|period| {
        json!({
            "from": period.from.to_string(),
            "to": period.to.map(|to| to.to_string()),
            "places": period.places,
        })
    });
    let sources = version.sources.iter().map(|source| {
        json!({
            "instrument": source.id.as_str(),
            "title": both(&source.title),
            "url": source.url,
            "confidence": source.confidence.code(),
        })
    });
    let flagged = version.flagged.iter().map(|flagged| {
        json!({
            "name": flagged.name,
            "title": both(&flagged.title),
            "confidence": flagged.confidence.code(),
            "rows": flagged.rows,
            "of": flagged.of,
        })
    });
    json!({
        "file": *version.document.file,
        "periods": periods.collect::<Json>(),
        "obtained": version.obtained,
        "checked_until": version.until.map(|until| until.to_string()),
        "sources": sources.collect::<Json>(),
        "flagged": flagged.collect::<Json>(),
    })
}

/// A text in both languages.
fn both(title: &Title) -> Json {
    json!({ "zh": title.zh, "en": title.en })
}

struct Writer {
    language: Language,
}

impl Writer {
    fn missing(&self, missing: &Missing) -> Json {
        let needed_for = missing.needed_for.iter().map(|title| self.language.of(title));
        json!({
            "name": *missing.name,
            "label": self.language.of(&missing.label),
            "kind": match missing.kind {
                MissingKind::Fact => "fact",
                MissingKind::Parameter => "parameter",
            },
            "matter": missing.matter.as_deref(),
            "needed_for": needed_for.collect::<Vec<_>>(),
            "help": missing.help.as_ref().map(|help| self.language.of(help)),
        })
    }

    fn reasons(&self, assessment: &Assessment) -> Json {
        let mut all = Vec::new();
        for line in &assessment.conditions {
            let head = self.head("condition", &line.decision, &line.title, line.state);
            all.extend(line.reasons.iter().map(|reason| self.reason(head.clone(), reason)));
        }
        for route in assessment.routes.iter().filter(|route| route.line.state == Tristate::Yes) {
            let line = &route.line;
            let mut head = self.head("route", &line.decision, &line.title, line.state);
            head.insert("outcome".to_owned(), json!(*route.outcome.value));
            all.extend(line.reasons.iter().map(|reason| self.reason(head.clone(), reason)));
        }
        for factor in &assessment.factors {
            let mut head = Map::new();
            head.insert("of".to_owned(), json!("factor"));
            head.insert("decision".to_owned(), json!(*factor.decision));
            head.insert("title".to_owned(), json!(self.language.of(&factor.title)));
            head.insert("points".to_owned(), figure(factor.points));
            head.insert("cap".to_owned(), number(factor.cap));
            all.extend(factor.reasons.iter().map(|reason| self.reason(head.clone(), reason)));
        }
        for notice in &assessment.notices {
            all.push(json!({ "of": "notice", "text": self.language.of(notice) }));
        }
        Json::Array(all)
    }

    fn why_not(&self, assessment: &Assessment) -> Json {
        let mut all = Vec::new();
        for line in &assessment.conditions {
            let head = self.head("condition", &line.decision, &line.title, line.state);
            all.extend(line.why_not.iter().map(|reason| self.reason(head.clone(), reason)));
        }
        for route in &assessment.routes {
            let line = &route.line;
            let mut head = self.head("route", &line.decision, &line.title, line.state);
            head.insert("outcome".to_owned(), json!(*route.outcome.value));
            all.extend(line.why_not.iter().map(|reason| self.reason(head.clone(), reason)));
        }
        for factor in &assessment.factors {
            let mut head = Map::new();
            head.insert("of".to_owned(), json!("factor"));
            head.insert("decision".to_owned(), json!(*factor.decision));
            head.insert("title".to_owned(), json!(self.language.of(&factor.title)));
            head.insert("points".to_owned(), figure(factor.points));
            all.extend(factor.why_not.iter().map(|reason| self.reason(head.clone(), reason)));
        }
        Json::Array(all)
    }

    fn head(
        &self,
        of: &str,
        decision: &str,
        title: &dmn::model::Title,
        state: Tristate,
    ) -> Map<String, Json> {
        let mut head = Map::new();
        head.insert("of".to_owned(), json!(of));
        head.insert("decision".to_owned(), json!(decision));
        head.insert("title".to_owned(), json!(self.language.of(title)));
        head.insert("holds".to_owned(), truth(state));
        head
    }

    /// A reason: the table or expression, the row, what it says, and the law behind it.
    fn reason(&self, mut head: Map<String, Json>, reason: &Reason) -> Json {
        let row = reason.row.as_ref();
        let mut put = |key: &str, value: Json| head.insert(key.to_owned(), value);
        put("table", json!(*reason.decision));
        put("table_title", json!(self.language.of(&reason.title)));
        put("row", json!(row.and_then(|row| row.number)));
        put("rule", json!(row.map(|row| row.id.as_str())));
        put("text", json!(self.language.of(&reason.text)));
        put("cells", reason.cells.iter().map(|cell| self.cell(cell)).collect());
        put("output", json!(reason.output));
        put("source", self.optional_source(reason.source.as_ref()));
        Json::Object(head)
    }

    fn cell(&self, cell: &CellLine) -> Json {
        json!({
            "expression": cell.expression,
            "label": self.language.of(&cell.label),
            "value": self.language.of(&cell.value),
            "test": cell.test,
            "text": self.language.of(&cell.words),
            "holds": truth(cell.state),
        })
    }

    fn source(&self, source: &Source) -> Json {
        json!({
            "instrument": *source.instrument,
            "title": self.language.of(&source.title),
            "number": source.number.as_deref(),
            "item": source.item,
            "confidence": source.confidence.code(),
            "flagged": source.confidence.is_flagged(),
        })
    }

    fn optional_source(&self, source: Option<&Source>) -> Json {
        source.map_or(Json::Null, |source| self.source(source))
    }

    fn version(&self, version: &VersionRef) -> Json {
        json!({
            "pack": *version.pack,
            "from": version.from.to_string(),
            "to": version.to.map(|to| to.to_string()),
            "source": self.source(&version.source),
        })
    }

    fn improvement(&self, improvement: &Improvement) -> Json {
        let changes: Json = improvement.changes.iter().map(|change| self.change(change)).collect();
        let reasons: Json =
            improvement.reasons.iter().map(|reason| self.reason(Map::new(), reason)).collect();
        json!({
            "changes": changes,
            "outcome": outcome_text(&improvement.outcome),
            "score": improvement.score.map_or(Json::Null, figure),
            "reaches": improvement.reaches,
            "cost": number(improvement.cost),
            "reasons": reasons,
        })
    }

    fn change(&self, change: &Change) -> Json {
        json!({
            "fact": *change.fact,
            "label": self.language.of(&change.label),
            "from": self.language.of(&change.from),
            "to": self.language.of(&change.to),
            "value": change.value,
            "advice": change.text.as_ref().map(|text| self.language.of(text)),
        })
    }

    fn decision(&self, decision: &EvaluatedDecision) -> Json {
        let inputs: Json = decision
            .inputs
            .iter()
            .map(|input| {
                json!({
                    "inputId": input.expression,
                    "inputName": self.language.of(&input.label),
                    "inputValue": value(&input.value),
                })
            })
            .collect();
        let matched: Json = decision.matched.iter().map(|rule| self.matched(rule)).collect();
        let kind =
            if decision.expression.is_some() { "LITERAL_EXPRESSION" } else { "DECISION_TABLE" };
        json!({
            "decisionId": *decision.name,
            "decisionName": self.language.of(&decision.title),
            "decisionType": kind,
            "output": value(&decision.output),
            "evaluatedInputs": inputs,
            "matchedRules": matched,
            "missing": decision.missing.iter().map(|name| json!(**name)).collect::<Json>(),
            "source": self.optional_source(decision.source.as_ref()),
        })
    }

    fn matched(&self, rule: &MatchedRule) -> Json {
        let outputs = rule.outputs.iter();
        let outputs: Json = outputs
            .map(|(name, output)| json!({ "outputName": **name, "outputValue": value(output) }))
            .collect();
        json!({
            "ruleId": rule.row.id,
            "ruleIndex": rule.row.number,
            "evaluatedOutputs": outputs,
            "source": self.optional_source(rule.source.as_ref()),
        })
    }
}

fn outcome_text(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Decided(outcome) => &outcome.value,
        Outcome::Undecided(_) => UNDECIDED,
    }
}

fn truth(state: Tristate) -> Json {
    match state {
        Tristate::Yes => Json::Bool(true),
        Tristate::No => Json::Bool(false),
        Tristate::Unknown => Json::Null,
    }
}

fn figure(figure: Figure) -> Json {
    match figure {
        Figure::Exactly(value) => number(value),
        Figure::Between(..) | Figure::Unknown => Json::Null,
    }
}

/// A decimal number as a JSON number with the same digits.
pub fn number(number: Number) -> Json {
    let text = number.to_string();
    match text.parse::<serde_json::Number>() {
        Ok(number) => Json::Number(number),
        Err(_) => Json::String(text),
    }
}

/// A FEEL value as JSON; an unknown one is `null`.
pub fn value(of: &Value) -> Json {
    match of {
        Value::Null(_) => Json::Null,
        Value::Boolean(truth) => Json::Bool(*truth),
        Value::Number(value) => number(*value),
        Value::String(text) => json!(**text),
        Value::Date(date) => json!(date.to_string()),
        Value::List(items) => items.iter().map(value).collect(),
        Value::Context(context) => {
            let entries = context.iter();
            Json::Object(entries.map(|(key, entry)| (key.to_string(), value(entry))).collect())
        }
        other => json!(other.to_string()),
    }
}
