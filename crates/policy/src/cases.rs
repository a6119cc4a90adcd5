//! Worked cases: what the rules say of them, and where that differs from what is expected.

use std::sync::Arc;

use feel::{Number, Value};

use crate::assess::{AssessError, Request, Run};
use crate::assessment::{Assessment, Figure, Outcome, Tristate};
use crate::library::Library;
use crate::nearest::nearest;
use crate::pack::{ExpectedValue, WorkedCase};
use crate::profile::Profile;

/// How the expected outcome of a case is written when the rules cannot decide.
pub(crate) const UNDECIDED: &str = "undecided";

/// What came of a worked case.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// Its name.
    pub name: String,
    /// The programme, as `cn/work-permit`.
    pub programme: Arc<str>,
    /// The file that it stands in.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// Where the expected result comes from.
    pub source: String,
    /// Where the result differs; empty for a case that passes.
    pub differences: Vec<Difference>,
}

/// A field of a result that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field, as `outcome` or `sub_scores.salary_points`.
    pub field: String,
    /// What the case expects.
    pub expected: String,
    /// What the rules say.
    pub actual: String,
}

impl CaseResult {
    /// Whether everything is as expected.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

impl std::fmt::Display for CaseResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verdict = if self.passed() { "passed" } else { "FAILED" };
        write!(f, "{}:{}: {verdict}: {}", self.file, self.line, self.name)?;
        for Difference { field, expected, actual } in &self.differences {
            write!(f, "\n  {field}: expected {expected}, got {actual}")?;
        }
        Ok(())
    }
}

impl Library {
    /// Runs the worked cases of a programme or pack, or all of them.
    pub fn run_cases(&self, filter: Option<&str>) -> Vec<CaseResult> {
        let wanted = |case: &&WorkedCase| {
            filter.is_none_or(|filter| {
                *case.programme == *filter
                    || case.file.split('/').next() == Some(filter)
                    || *case.file == *filter
            })
        };
        self.cases().iter().filter(wanted).map(|case| self.run_case(case)).collect()
    }

    fn run_case(&self, case: &WorkedCase) -> CaseResult {
        let profile = Profile { facts: case.facts.clone(), ..Profile::default() };
        let request = Request {
            programme: &case.programme,
            profile: &profile,
            on: case.on,
            place: &case.place,
            improve: false,
        };
        let result = Run::start(self, &request).and_then(|run| Ok((run.explain()?, run)));
        let mut comparison = Comparison { case, differences: Vec::new() };
        match result {
            Ok((assessment, run)) => comparison.compare(&assessment, &run),
            Err(error) => comparison.compare_error(&error),
        }
        CaseResult {
            name: case.name.as_str().to_owned(),
            programme: case.programme.clone(),
            file: case.file.clone(),
            line: case.line,
            source: case.source.clone(),
            differences: comparison.differences,
        }
    }
}

/// Whether a case notices that its rules have been changed: `run` evaluates them, with or without
/// a trace.
pub(crate) fn notices<'l>(
    case: &WorkedCase,
    run: &dyn Fn(bool) -> Result<Run<'l>, AssessError>,
) -> bool {
    let Ok(plain) = run(false) else { return true };
    let mut comparison = Comparison { case, differences: Vec::new() };
    let combination = plain.in_force.combination;
    let results = (
        plain.outcome(),
        plain.truth(combination.eligible),
        combination.score.map(|id| plain.figure(id)).transpose(),
    );
    let (Ok(outcome), Ok(eligible), Ok(score)) = results else { return true };
    comparison.compare_results(&outcome, eligible, score);
    for (name, ExpectedValue(expected)) in &case.expect.sub_scores {
        comparison.compare_value(name, expected, &plain);
    }
    if comparison.differences.is_empty() && case.expect.missing.is_some() {
        // What is missing is told by the explanation alone.
        let explained = run(true).and_then(|traced| traced.explain());
        let Ok(assessment) = explained else { return true };
        comparison.compare_missing(&assessment);
    }
    !comparison.differences.is_empty()
}

struct Comparison<'c> {
    case: &'c WorkedCase,
    differences: Vec<Difference>,
}

impl Comparison<'_> {
    fn differ(&mut self, field: &str, expected: impl ToString, actual: impl ToString) {
        let (expected, actual) = (expected.to_string(), actual.to_string());
        if expected != actual {
            self.differences.push(Difference { field: field.to_owned(), expected, actual });
        }
    }

    fn compare_error(&mut self, error: &AssessError) {
        match &self.case.expect.error {
            Some(code) if code == error.code() => {}
            Some(code) => {
                let expected = code.clone();
                self.differ("error", expected, format!("{}: {error}", error.code()));
            }
            None => self.differ("error", "none", format!("{}: {error}", error.code())),
        }
    }

    fn compare(&mut self, assessment: &Assessment, run: &Run<'_>) {
        let expect = &self.case.expect;
        if let Some(code) = &expect.error {
            let actual = format!("outcome {}", outcome_text(&assessment.outcome));
            self.differ("error", code, actual);
        }
        self.compare_results(&assessment.outcome, assessment.eligible, assessment.score);
        for (name, ExpectedValue(expected)) in &expect.sub_scores {
            self.compare_value(name, expected, run);
        }
        self.compare_missing(assessment);
    }

    fn compare_results(&mut self, outcome: &Outcome, eligible: Tristate, score: Option<Figure>) {
        let expect = &self.case.expect;
        if let Some(expected) = &expect.outcome {
            let actual = match outcome {
                Outcome::Undecided(_) if expected == UNDECIDED => UNDECIDED.to_owned(),
                outcome => outcome_text(outcome),
            };
            self.differ("outcome", expected, actual);
        }
        if let Some(expected) = expect.eligible {
            let actual = match eligible {
                Tristate::Yes => "true",
                Tristate::No => "false",
                Tristate::Unknown => "unknown",
            };
            self.differ("eligible", expected, actual);
        }
        if let Some(expected) = expect.score {
            match score {
                Some(Figure::Exactly(actual)) if actual == expected => {}
                Some(figure) => self.differ("score", expected, figure_text(figure)),
                None => self.differ("score", expected, "none"),
            }
        }
    }

    fn compare_missing(&mut self, assessment: &Assessment) {
        if let Some(expected) = &self.case.expect.missing {
            let mut expected = expected.clone();
            let mut actual: Vec<String> =
                assessment.missing.iter().map(|missing| missing.name.to_string()).collect();
            expected.sort_unstable();
            actual.sort_unstable();
            self.differ("missing", expected.join(", "), actual.join(", "));
        }
    }

    fn compare_value(&mut self, name: &str, expected: &Value, run: &Run<'_>) {
        let field = format!("sub_scores.{name}");
        let program = run.in_force.program;
        let Some(id) = program.decision(name) else {
            let known = program.decisions().iter().map(|decision| &*decision.name);
            let actual = match nearest(name, known) {
                Some(near) => format!("no such decision; did you mean `{near}`?"),
                None => "no such decision".to_owned(),
            };
            self.differ(&field, value_text(expected), actual);
            return;
        };
        let same = |a: Number, b: Number| a == b;
        match (run.value(id), expected) {
            (Some(Value::Number(a)), Value::Number(b)) if same(*a, *b) => {}
            (Some(actual), expected) => {
                self.differ(&field, value_text(expected), value_text(actual));
            }
            (None, expected) => {
                self.differ(
                    &field,
                    value_text(expected),
                    "not evaluated: nothing shown rests on it",
                );
            }
        }
    }
}

fn outcome_text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Decided(outcome) => outcome.value.to_string(),
        Outcome::Undecided(possible) => {
            let possible: Vec<&str> = possible.iter().map(|outcome| &*outcome.value).collect();
            format!("{UNDECIDED} ({})", possible.join(" or "))
        }
    }
}

fn figure_text(figure: Figure) -> String {
    match figure {
        Figure::Exactly(number) => number.to_string(),
        Figure::Between(low, high) => format!("between {low} and {high}"),
        Figure::Unknown => "unknown".to_owned(),
    }
}

fn value_text(value: &Value) -> String {
    match value.as_unknown() {
        Some(unknown) => format!("unknown without {}", unknown.facts.join(", ")),
        None => value.to_string(),
    }
}
