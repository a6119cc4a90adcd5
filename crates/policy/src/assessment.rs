//! What an assessment found, in legal terms and in both languages.

use std::sync::Arc;

use dmn::model::Title;
use feel::temporal::Date;
use feel::{Number, Value};

/// What the rules in force say about one person, on a day, at a place.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// The programme, as `cn/work-permit`.
    pub programme: Arc<str>,
    /// Its title.
    pub title: Title,
    /// The day whose rules were applied.
    pub on: Date,
    /// The place whose rules were applied.
    pub place: PlaceRef,
    /// The rule documents that were applied: the national version first, then overlays.
    pub versions: Vec<VersionRef>,
    /// The outcome.
    pub outcome: Outcome,
    /// Whether the person may be admitted at all.
    pub eligible: Tristate,
    /// The total of points, for a programme that has one.
    pub score: Option<Figure>,
    /// The highest total that the rules can give.
    pub score_cap: Option<Number>,
    /// The thresholds of the total, highest first.
    pub thresholds: Vec<ThresholdLine>,
    /// Points by factor, in the order of the law.
    pub factors: Vec<FactorLine>,
    /// Sums of factors and parts of them that the official form prints too.
    pub sub_scores: Vec<SubScoreLine>,
    /// Conditions that all must hold.
    pub conditions: Vec<Line>,
    /// Routes that are alternatives, best outcome first.
    pub routes: Vec<RouteLine>,
    /// What the person should know beside the outcome.
    pub notices: Vec<Title>,
    /// What must be known before the outcome can be decided.
    pub missing: Vec<Missing>,
    /// What more must be known before the score and everything printed beside it can be said, where
    /// the outcome does not rest on it.
    pub missing_for_score: Vec<Missing>,
    /// Facts that were not given and do not matter for the outcome.
    pub unneeded: Vec<Arc<str>>,
    /// Every instrument that a reason rests on.
    pub sources: Vec<Source>,
    /// Confidence codes below `P` that a reason rests on, with where: the flags to show.
    pub flags: Vec<Flag>,
    /// The facts that were applied, in the vocabulary's order.
    pub facts: Vec<FactLine>,
    /// The least changes that would better the outcome; empty unless asked for.
    pub improvements: Vec<Improvement>,
    /// Every decision that was evaluated, each after those that it requires.
    pub decisions: Vec<EvaluatedDecision>,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRef {
    /// Its code.
    pub code: Arc<str>,
    /// Its name.
    pub title: Title,
}

/// A rule document in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRef {
    /// The pack that it belongs to, as `cn-sh`.
    pub pack: Arc<str>,
    /// Its file within the packs, as `cn/programmes/work-permit/2017-04-01.md`.
    pub file: Arc<str>,
    /// First day in force.
    pub from: Date,
    /// Last day in force.
    pub to: Option<Date>,
    /// The instrument that put it in force.
    pub source: Source,
}

/// The outcome of an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The rules decide.
    Decided(OutcomeRef),
    /// They cannot decide yet: one of these, best first, depending on what is missing.
    Undecided(Vec<OutcomeRef>),
}

/// An outcome that a programme declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeRef {
    /// Its value, as `A`.
    pub value: Arc<str>,
    /// Its name.
    pub title: Title,
    /// What it means for the person.
    pub text: Title,
}

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// Yes, no, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tristate {
    /// Yes.
    Yes,
    /// No.
    No,
    /// It depends on what is missing.
    Unknown,
}

/// A number, or what it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// This number.
    Exactly(Number),
    /// A number between these, both included.
    Between(Number, Number),
    /// A number of which nothing is known.
    Unknown,
}

/// A threshold of the total.
#[derive(Debug, Clone)]
pub struct ThresholdLine {
    /// The least total.
    pub value: Number,
    /// The outcome that it opens.
    pub outcome: OutcomeRef,
}

/// A decision with its answer and its grounds.
#[derive(Debug, Clone)]
pub struct Line {
    /// The decision's name.
    pub decision: Arc<str>,
    /// Its title.
    pub title: Title,
    /// Its answer.
    pub state: Tristate,
    /// Its value, as FEEL text.
    pub value: String,
    /// Why: for a table its rows that matched; for an expression the lines that it rests on.
    pub reasons: Vec<Reason>,
    /// Why not: the rows or conditions that came nearest and what failed. Empty when the answer is yes.
    pub why_not: Vec<Reason>,
    /// The facts that are missing for it.
    pub missing: Vec<Arc<str>>,
    /// The law behind it.
    pub source: Option<Source>,
}

/// A route to an outcome.
#[derive(Debug, Clone)]
pub struct RouteLine {
    /// The outcome that the route opens.
    pub outcome: OutcomeRef,
    /// The rest.
    pub line: Line,
}

/// Points for one factor.
#[derive(Debug, Clone)]
pub struct FactorLine {
    /// The decision's name.
    pub decision: Arc<str>,
    /// Its title.
    pub title: Title,
    /// The points.
    pub points: Figure,
    /// The most points that the factor can give.
    pub cap: Number,
    /// The rows that gave them.
    pub reasons: Vec<Reason>,
    /// The rows that came nearest to giving more, and what failed.
    pub why_not: Vec<Reason>,
    /// The facts that are missing for it.
    pub missing: Vec<Arc<str>>,
    /// The law behind it.
    pub source: Option<Source>,
}

/// A number that the official form prints beside the factors.
#[derive(Debug, Clone)]
pub struct SubScoreLine {
    /// The decision's name.
    pub decision: Arc<str>,
    /// Its title.
    pub title: Title,
    /// The points.
    pub points: Figure,
    /// The facts that are missing for it.
    pub missing: Vec<Arc<str>>,
}

/// A ground: a row of a table that matched or failed, or an expression.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The decision that it belongs to.
    pub decision: Arc<str>,
    /// The decision's title.
    pub title: Title,
    /// The row; `None` for an expression.
    pub row: Option<RowRef>,
    /// What the row or expression says, in words, with the person's own values.
    pub text: Title,
    /// The cells of the row, or the required values of the expression.
    pub cells: Vec<CellLine>,
    /// The output, as FEEL text.
    pub output: String,
    /// The law behind it.
    pub source: Option<Source>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRef {
    /// Its identifier.
    pub id: String,
    /// Its number in the table, from 1; the default row has none.
    pub number: Option<usize>,
}

/// What a rule asked of one value.
#[derive(Debug, Clone)]
pub struct CellLine {
    /// The expression that is tested, as written.
    pub expression: String,
    /// What it stands for.
    pub label: Title,
    /// Its value, in words.
    pub value: Title,
    /// The test, as written; empty for a value that is not tested.
    pub test: String,
    /// The test in words.
    pub words: Title,
    /// Whether the value passes.
    pub state: Tristate,
}

/// A decision that was evaluated, with its whole trace.
#[derive(Debug, Clone)]
pub struct EvaluatedDecision {
    /// Its name.
    pub name: Arc<str>,
    /// Its title.
    pub title: Title,
    /// Its FEEL text, if it is an expression; a table has none.
    pub expression: Option<String>,
    /// Its value; unknown where facts are missing.
    pub output: Value,
    /// What its rules looked at.
    pub inputs: Vec<EvaluatedInput>,
    /// The rows that matched.
    pub matched: Vec<MatchedRule>,
    /// The missing facts that its value rests on.
    pub missing: Vec<Arc<str>>,
    /// The law behind it.
    pub source: Option<Source>,
}

/// The value of an input expression of a table, or of a name in an expression.
#[derive(Debug, Clone)]
pub struct EvaluatedInput {
    /// The expression, as written.
    pub expression: String,
    /// What it stands for.
    pub label: Title,
    /// Its value.
    pub value: Value,
}

/// A row that matched.
#[derive(Debug, Clone)]
pub struct MatchedRule {
    /// The row.
    pub row: RowRef,
    /// Its outputs by name; those that are no constants as FEEL text.
    pub outputs: Vec<(Arc<str>, Value)>,
    /// The law behind it.
    pub source: Option<Source>,
}

/// A place in the law.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Source {
    /// The instrument's identifier.
    pub instrument: Arc<str>,
    /// Its title.
    pub title: Title,
    /// Its number, as `外专发〔2017〕40号`.
    pub number: Option<Arc<str>>,
    /// Where in it; may be empty.
    pub item: String,
    /// Where in it, in words.
    pub place: Title,
    /// How sure it is that the rule is published so: `S`, `P`, `P-`, `K`, `U`.
    pub confidence: Confidence,
}

/// How well a rule's source is attested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// `S`: the full text was read.
    Statute,
    /// `P`: seen in an excerpt of a published page.
    Published,
    /// `P-`: seen on a page of low authority only. Shown as provisional.
    Provisional,
    /// `K`: expert knowledge without a page. Shown as unverified.
    Unverified,
    /// `U`: uncertain. No outcome rests on it.
    Uncertain,
}

/// A ground that is not fully attested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// What rests on it.
    pub title: Title,
    /// The source with its confidence.
    pub source: Source,
}

/// Something that must be known before the outcome can be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The fact's or parameter's name.
    pub name: Arc<str>,
    /// What it is called.
    pub label: Title,
    /// A fact that the person can give, or a parameter that no pack holds for the place and day.
    pub kind: MissingKind,
    /// The matter of a fact.
    pub matter: Option<Arc<str>>,
    /// What rests on it: titles of conditions, routes and factors.
    pub needed_for: Vec<Title>,
    /// For a parameter: what is not known where and when, and what to do.
    pub help: Option<Title>,
}

/// What kind of thing is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingKind {
    /// A fact of the vocabulary.
    Fact,
    /// A dated local parameter.
    Parameter,
}

/// A fact that was applied.
#[derive(Debug, Clone)]
pub struct FactLine {
    /// Name.
    pub name: Arc<str>,
    /// What it is called.
    pub label: Title,
    /// The value in words.
    pub value: Title,
    /// Whether it is a parameter of the place and day, not a fact of the person.
    pub source: Option<Source>,
}

/// A least change that would better the outcome.
#[derive(Debug, Clone)]
pub struct Improvement {
    /// The changes, at most two.
    pub changes: Vec<Change>,
    /// The outcome after them.
    pub outcome: Outcome,
    /// The total after them.
    pub score: Option<Figure>,
    /// Whether the outcome itself is better; otherwise only the total is.
    pub reaches: bool,
    /// The grounds that newly hold: routes that open, rows that give more points.
    pub reasons: Vec<Reason>,
    /// The order of effort; smaller comes first.
    pub cost: Number,
}

/// A change of one fact.
#[derive(Debug, Clone)]
pub struct Change {
    /// The fact's name, or `place`, or `on`.
    pub fact: Arc<str>,
    /// What it is called.
    pub label: Title,
    /// The value now, in words.
    pub from: Title,
    /// The value then, in words.
    pub to: Title,
    /// The value then, as FEEL text.
    pub value: String,
    /// Advice of the pack.
    pub text: Option<Title>,
}

impl Confidence {
    /// Every code, the surest first.
    pub const ALL: [(Confidence, &'static str); 5] = [
        (Confidence::Statute, "S"),
        (Confidence::Published, "P"),
        (Confidence::Provisional, "P-"),
        (Confidence::Unverified, "K"),
        (Confidence::Uncertain, "U"),
    ];

    /// The confidence with this code.
    pub fn from_code(code: &str) -> Option<Confidence> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(confidence, _)| *confidence)
    }

    /// The code, as `P-`.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(known, _)| *known == self).map_or("U", |(_, code)| code)
    }

    /// Whether results that rest on it must carry a flag.
    pub fn is_flagged(self) -> bool {
        self > Confidence::Published
    }
}

impl Language {
    /// The text in this language.
    pub fn of(self, title: &Title) -> &str {
        match self {
            Language::Zh => &title.zh,
            Language::En => &title.en,
        }
    }
}
