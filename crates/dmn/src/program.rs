//! A compiled model: what it asks for, what it decides, and where each rule comes from.

use std::sync::Arc;

use feel::{Type, Value};

use crate::model::{Citation, HitPolicy, Title};

/// Index of an input in [`Program::inputs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InputId(pub usize);

/// Index of a decision in [`Program::decisions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DecisionId(pub usize);

/// An input of a program.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name.
    pub name: Arc<str>,
    /// Type.
    pub kind: Type,
    /// The allowed values, where they are a finite list.
    pub allowed: Option<Vec<Value>>,
}

/// A decision of a program.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Name.
    pub name: Arc<str>,
    /// Type of the result.
    pub kind: Type,
    /// Title of its section.
    pub title: Title,
    /// The file that it was written in, as the caller named it.
    pub file: Arc<str>,
    /// Index of its model among those given to the compiler.
    pub unit: usize,
    /// The citations of its section; the first is the source of its rules.
    pub citations: Vec<Citation>,
    /// Inputs that its logic names, directly.
    pub inputs: Vec<InputId>,
    /// Decisions that its logic names, directly.
    pub decisions: Vec<DecisionId>,
    /// Its table, if it is one.
    pub table: Option<Table>,
    /// Its FEEL text, if it is a literal expression.
    pub expression: Option<String>,
}

/// What can be told of a decision table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Hit policy.
    pub hit_policy: HitPolicy,
    /// The input expressions, as written.
    pub inputs: Vec<TableInput>,
    /// Names of the outputs.
    pub outputs: Vec<Arc<str>>,
    /// Names of the annotation columns.
    pub annotations: Vec<String>,
    /// The rules in order.
    pub rules: Vec<Rule>,
    /// The outputs when no rule matches, as written.
    pub default: Option<Vec<String>>,
}

/// An input column.
#[derive(Debug, Clone)]
pub struct TableInput {
    /// The expression, as written.
    pub expression: String,
    /// Type of its value.
    pub kind: Type,
    /// Inputs that the expression names, directly.
    pub inputs: Vec<InputId>,
    /// Decisions that the expression names, directly.
    pub decisions: Vec<DecisionId>,
}

/// A row of a table, as written.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Identifier.
    pub id: String,
    /// Unary tests, one for each input column.
    pub inputs: Vec<String>,
    /// Expressions, one for each output column.
    pub outputs: Vec<String>,
    /// One for each annotation column.
    pub annotations: Vec<String>,
}

/// What an evaluation found.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The value of each decision by [`DecisionId`]; `None` where it was not needed.
    pub values: Vec<Option<Value>>,
    /// How each decision came to its value, by [`DecisionId`]; `None` where it was not needed, or
    /// where no trace was asked for.
    pub traces: Vec<Option<Trace>>,
    /// Units of work spent.
    pub fuel: u64,
}

/// How a decision came to its value.
#[derive(Debug, Clone)]
pub enum Trace {
    /// By a literal expression; the values that it rests on are those of the required decisions.
    Literal,
    /// By a decision table.
    Table(TableTrace),
}

/// How a decision table came to its result.
#[derive(Debug, Clone)]
pub struct TableTrace {
    /// The value of each input expression.
    pub inputs: Vec<Value>,
    /// The rules that match, in order.
    pub matched: Vec<usize>,
    /// Whether the default outputs were used.
    pub default: bool,
    /// The cells, row by row: `cells[rule * inputs.len() + column]`.
    pub cells: Cells,
}

/// Whether the cells of a table hold, one answer for each rule and input column.
#[derive(Debug, Clone)]
pub struct Cells {
    pub(crate) columns: usize,
    /// Bit sets by column, `words` of them each: the rules whose cell fails, then those whose
    /// cell cannot be told.
    pub(crate) words: usize,
    pub(crate) failed: Box<[u64]>,
    pub(crate) unknown: Box<[u64]>,
}

/// Whether a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The value passes the test.
    Holds,
    /// The value does not.
    Fails,
    /// It depends on facts that are missing.
    Unknown,
}

impl Cells {
    /// The answer of one cell. Cells outside the table hold.
    pub fn get(&self, rule: usize, column: usize) -> Cell {
        let bit = |set: &[u64]| {
            let word = column.checked_mul(self.words).map(|start| start + rule / 64);
            word.filter(|_| column < self.columns && rule / 64 < self.words)
                .and_then(|word| set.get(word))
                .is_some_and(|word| word >> (rule % 64) & 1 == 1)
        };
        if bit(&self.failed) {
            Cell::Fails
        } else if bit(&self.unknown) {
            Cell::Unknown
        } else {
            Cell::Holds
        }
    }
}

/// How much work an evaluation may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Units of work: about one for each operation, list item or 64 bytes of text.
    pub fuel: u64,
    /// Depth of nested function calls and expressions.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { fuel: 50_000_000, depth: 512 }
    }
}
