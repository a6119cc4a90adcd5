//! The decision model as its author wrote it: the stable tree between the notations and the
//! compiler.
//!
//! A model is a sequence of sections in the order of the law. FEEL texts are kept as text with
//! their place; the compiler parses them.

mod places;

use feel::Span;

use crate::xml::Remainder;

/// A text in two languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A FEEL text and where it stands in the document.
///
/// Escapes of the notation are undone in `text`; `span` is the place in the document as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Its place in the document.
    pub span: Span,
}

/// A decision model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model {
    /// Identifier, unique among models.
    pub id: String,
    /// Title.
    pub title: Title,
    /// Namespace URI for exchange, if the author chose one.
    pub namespace: Option<String>,
    /// The instrument that rules come from where a section cites none.
    pub instrument: Option<Text>,
    /// Confidence of rules that carry none.
    pub confidence: Option<Text>,
    /// Identifiers of models whose inputs, types and decisions this one uses by name.
    pub imports: Vec<Text>,
    /// Models whose names this one uses behind a prefix.
    pub prefixed: Vec<PrefixedImport>,
    /// Decision services.
    pub services: Vec<DecisionService>,
    /// What the DMN XML document that this was read from holds besides, as diagrams and
    /// annotations; without it, the model is of no such document.
    pub remainder: Option<Box<Remainder>>,
    /// Everything else, in order.
    pub sections: Vec<Section>,
}

/// A model whose names another one uses behind a prefix.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrefixedImport {
    /// The prefix; where it is empty, the names are used as they are.
    pub prefix: Text,
    /// The namespace of the model.
    pub namespace: Text,
}

/// A decision service: decisions of the model as one function.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DecisionService {
    /// Name.
    pub name: Text,
    /// Identifier in its document.
    pub id: String,
    /// The type of its variable: that of its result, or that of the function.
    pub result: Text,
    /// Decisions whose values are the result.
    pub outputs: Vec<Reference>,
    /// Decisions that are evaluated inside.
    pub encapsulated: Vec<Reference>,
    /// Decisions whose values are given.
    pub input_decisions: Vec<Reference>,
    /// Input data whose values are given.
    pub input_data: Vec<Reference>,
}

/// A reference to an element of a model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reference {
    /// The namespace of the element's model, if it is another one.
    pub namespace: Option<String>,
    /// The element's identifier.
    pub id: Text,
}

/// What links an element to the others of an exchanged model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exchange {
    /// Identifier in its document.
    pub id: String,
    /// What its logic may name.
    pub requires: Vec<Requirement>,
}

/// A requirement of an element: something that its logic may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// What it is.
    pub kind: RequirementKind,
    /// Which one it is.
    pub target: Reference,
}

/// What a requirement names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequirementKind {
    /// Input data.
    Input,
    /// A decision.
    Decision,
    /// A business knowledge model or decision service.
    Knowledge,
}

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// Level of the heading, 1 to 6; 0 for what stands before the first heading.
    pub level: u8,
    /// Title of the heading, without the element's signature.
    pub title: Title,
    /// Place of the heading.
    pub span: Span,
    /// The decision or business knowledge model that the heading opens.
    pub element: Option<Element>,
    /// Prose and declarations in order; the logic of an element stands as [`Block::Logic`].
    pub blocks: Vec<Block>,
    /// The legal citations in the prose, in order.
    pub citations: Vec<Citation>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Markdown that is no declaration, as written but for trailing white space.
    Prose(String),
    /// A table of input data.
    Inputs(Vec<InputData>),
    /// A table of item definitions.
    Types(Vec<ItemDefinition>),
    /// The place of the element's logic among the prose.
    Logic,
}

/// A decision or a business knowledge model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: Text,
    /// Parameters of a business knowledge model; `None` for a decision.
    pub parameters: Option<Vec<Parameter>>,
    /// The type of its result, a FEEL type expression.
    pub result: Text,
    /// Its logic; absent when the author wrote none, which compiling reports.
    pub logic: Option<Logic>,
    /// What an exchanged model says of it; without this its logic may name everything.
    pub exchange: Option<Exchange>,
}

/// A formal parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Name.
    pub name: Text,
    /// Type expression.
    pub kind: Text,
}

/// Input data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputData {
    /// Name.
    pub name: Text,
    /// Type expression.
    pub kind: Text,
    /// Unary tests that every value passes.
    pub allowed: Option<Text>,
    /// Identifier in an exchanged document.
    pub id: String,
}

/// A named type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemDefinition {
    /// Name.
    pub name: Text,
    /// Type expression of the base; empty for one of components or a function.
    pub base: Text,
    /// Unary tests that every value passes; of a collection, every item.
    pub allowed: Option<Text>,
    /// Unary tests that the whole value passes.
    pub constraint: Option<Text>,
    /// Whether a value is a list of the base.
    pub collection: bool,
    /// The entries of a value that is a context.
    pub components: Vec<ItemDefinition>,
    /// The signature of a value that is a function.
    pub function: Option<FunctionItem>,
}

/// The type of a function.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FunctionItem {
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// Type expression of the result.
    pub result: Text,
}

/// A citation of a legal instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Identifier of the instrument.
    pub instrument: String,
    /// Where in it, as `annex 3, item 1`; empty for the whole.
    pub item: String,
    /// Where the citation stands.
    pub span: Span,
}

/// Logic of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Logic {
    /// A literal expression.
    Literal(Text),
    /// A decision table.
    Table(DecisionTable),
    /// Logic whose value is of a type, as a type expression.
    Typed(Box<Logic>, Text),
    /// A boxed context.
    Context(Vec<ContextEntry>),
    /// A boxed list.
    List(Vec<Logic>),
    /// A boxed relation: a list of contexts with the same entries.
    Relation(Vec<Text>, Vec<Vec<Logic>>),
    /// A boxed invocation: a function, and its arguments by name.
    Invocation(Box<Logic>, Vec<(Text, Logic)>),
    /// A boxed function.
    Function(Vec<Parameter>, Box<Logic>),
    /// A function in another language.
    External(Span),
    /// A boxed conditional: `if`, `then`, `else`.
    Conditional(Box<[Logic; 3]>),
    /// A boxed filter: a list, and the condition on its items.
    Filter(Box<Logic>, Box<Logic>),
    /// A boxed `for`, `some` or `every`.
    Iteration(IterationKind, Box<Iteration>),
    /// Nothing at all, which gives `null`.
    Nothing(Span),
}

/// An entry of a boxed context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextEntry {
    /// Its name; the entry without one is the context's result.
    pub name: Option<Text>,
    /// Its value.
    pub value: Logic,
}

/// What an iteration makes of its bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IterationKind {
    /// `for`: their list.
    For,
    /// `some`: whether one is true.
    Some,
    /// `every`: whether all are true.
    Every,
}

/// A boxed iteration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Iteration {
    /// The variable.
    pub variable: Text,
    /// What it runs over.
    pub domain: Logic,
    /// What is evaluated for each item.
    pub body: Logic,
}

/// A decision table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionTable {
    /// Hit policy.
    pub hit_policy: HitPolicy,
    /// Place of the hit policy's cell.
    pub span: Span,
    /// Input clauses.
    pub inputs: Vec<InputClause>,
    /// Output clauses.
    pub outputs: Vec<OutputClause>,
    /// Names of the annotation columns.
    pub annotations: Vec<String>,
    /// Rules in order.
    pub rules: Vec<Rule>,
    /// What stands in the annotation columns of the row of default outputs: one for each
    /// annotation column, or none at all.
    pub default_annotations: Vec<Text>,
}

/// How the outputs of the matching rules make the table's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HitPolicy {
    /// `U`: at most one rule matches.
    Unique,
    /// `A`: all matching rules agree.
    Any,
    /// `P`: the matching rule whose output comes first among the allowed values.
    Priority,
    /// `F`: the first matching rule.
    First,
    /// `R`: all matching rules, in order of the rules.
    RuleOrder,
    /// `O`: all matching rules, in order of the outputs' allowed values.
    OutputOrder,
    /// `C`: all matching rules, in any order (here: of the rules).
    Collect,
    /// `C+`: the sum of the matching outputs.
    Sum,
    /// `C<`: the least of the matching outputs.
    Minimum,
    /// `C>`: the greatest of the matching outputs.
    Maximum,
    /// `C#`: how many rules match.
    Count,
}

/// An input column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputClause {
    /// The expression whose value the cells test.
    pub expression: Text,
    /// Type expression of its value, where the author wrote one.
    pub kind: Option<Text>,
    /// Unary tests that every value passes.
    pub allowed: Option<Text>,
}

/// An output column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputClause {
    /// The decision's name, or the component's for several outputs.
    pub name: Text,
    /// Type expression of its value, where the author wrote one.
    pub kind: Option<Text>,
    /// Allowed values as unary tests; their order is the priority for `P` and `O`.
    pub allowed: Option<Text>,
    /// The output when no rule matches.
    pub default: Option<Text>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Identifier, unique in its table.
    pub id: Text,
    /// Unary tests, one for each input clause; empty or `-` matches everything.
    pub inputs: Vec<Text>,
    /// Expressions, one for each output clause.
    pub outputs: Vec<Text>,
    /// One for each annotation column.
    pub annotations: Vec<Text>,
}

impl Text {
    /// A text without place, as a builder of models needs it.
    pub fn new(text: impl Into<String>) -> Text {
        Text { text: text.into(), span: Span::default() }
    }

    /// The place in the document of a part of [`Text::text`].
    ///
    /// It is exact, also behind an escaped `\|` of a table's cell and behind line ends of two
    /// characters. Where document and text differ in another way, it is the place of the whole
    /// text.
    pub fn at(&self, part: Span) -> Span {
        let length = self.text.len();
        let written = (self.span.end.saturating_sub(self.span.start)) as usize;
        let Some(extra) = written.checked_sub(length) else { return self.span };
        // One character of the document precedes each of these in the text and is not in it.
        let escaped = if extra == 0 {
            None
        } else if self.text.matches('\n').count() == extra {
            Some('\n')
        } else if self.text.matches('|').count() == extra {
            Some('|')
        } else {
            return self.span;
        };
        let offset = |inner: u32| {
            let inner = (inner as usize).min(length);
            let before = self.text.get(..inner).unwrap_or(&self.text);
            let skipped = escaped.map_or(0, |character| before.matches(character).count());
            self.span.start as usize + inner + skipped
        };
        Span::new(offset(part.start), offset(part.end.max(part.start)))
    }
}

impl Citation {
    /// Reads a citation that is the whole of `text`, as `[cn/waizhuanfa-2017-40, annex 3]`.
    pub fn parse(text: &Text) -> Option<Citation> {
        let inner = text.text.trim().strip_prefix('[')?.strip_suffix(']')?;
        let (instrument, item) = match inner.split_once(',') {
            Some((instrument, item)) if !item.trim().is_empty() => (instrument, item.trim()),
            Some(_) => return None,
            None => (inner, ""),
        };
        let instrument = instrument.trim();
        let sound = Citation::is_instrument(instrument) && !item.contains(['[', ']']);
        sound.then(|| Citation {
            instrument: instrument.to_owned(),
            item: item.to_owned(),
            span: text.span,
        })
    }

    /// Whether `id` can be the identifier of an instrument: parts of ASCII letters, digits, `-`,
    /// `_` and `.` between slashes, two parts at the least.
    pub fn is_instrument(id: &str) -> bool {
        id.contains('/') && Model::is_id(id)
    }
}

impl Model {
    /// Whether `id` can be the identifier of a model: parts of ASCII letters, digits, `-`, `_`
    /// and `.` between slashes.
    pub fn is_id(id: &str) -> bool {
        id.split('/').all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphanumeric())
                && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        })
    }

    /// The input data of all sections.
    pub fn inputs(&self) -> impl Iterator<Item = &InputData> {
        self.blocks().flat_map(|block| match block {
            Block::Inputs(inputs) => inputs.as_slice(),
            _ => &[],
        })
    }

    /// The item definitions of all sections.
    pub fn types(&self) -> impl Iterator<Item = &ItemDefinition> {
        self.blocks().flat_map(|block| match block {
            Block::Types(types) => types.as_slice(),
            _ => &[],
        })
    }

    /// The sections that open a decision or a business knowledge model, each with it.
    pub fn elements(&self) -> impl Iterator<Item = (&Section, &Element)> {
        self.sections.iter().filter_map(|section| Some((section, section.element.as_ref()?)))
    }

    fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }
}

impl HitPolicy {
    /// Every hit policy with its sign in the notations.
    pub const ALL: [(HitPolicy, &'static str); 11] = [
        (HitPolicy::Unique, "U"),
        (HitPolicy::Any, "A"),
        (HitPolicy::Priority, "P"),
        (HitPolicy::First, "F"),
        (HitPolicy::RuleOrder, "R"),
        (HitPolicy::OutputOrder, "O"),
        (HitPolicy::Collect, "C"),
        (HitPolicy::Sum, "C+"),
        (HitPolicy::Minimum, "C<"),
        (HitPolicy::Maximum, "C>"),
        (HitPolicy::Count, "C#"),
    ];

    /// The sign, as `U` or `C+`.
    pub fn sign(self) -> &'static str {
        Self::ALL.iter().find(|(policy, _)| *policy == self).map_or("U", |(_, sign)| sign)
    }
}

impl Title {
    /// Reads `zh / en`; a text without ` / ` serves both languages.
    pub fn parse(text: &str) -> Title {
        match text.split_once(" / ") {
            Some((zh, en)) => Title { zh: zh.trim().to_owned(), en: en.trim().to_owned() },
            None => Title { zh: text.trim().to_owned(), en: text.trim().to_owned() },
        }
    }
}

impl std::fmt::Display for Title {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.zh == self.en {
            f.write_str(&self.zh)
        } else {
            write!(f, "{} / {}", self.zh, self.en)
        }
    }
}
