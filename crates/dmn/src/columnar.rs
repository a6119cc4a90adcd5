//! The columnar evaluator: the same rules on millions of people at once.
//!
//! A [`Columnar`] plan is made from a [`Program`] and gives the same results as its row evaluator,
//! which stands behind it: rows of which the columns cannot tell the result are evaluated one by
//! one, and [`Output::row_by_row`] says how many. What can be unknown is unknown here too.
//!
//! The way: [`Program`] → nodes (`build`) → plan (`plan`) → kernels over batches (`run`) →
//! [`Output`].

mod build;
mod columns;
mod domain;
mod fuse;
mod output;
mod plan;
mod run;
mod schema;
mod spotless;

use std::collections::HashMap;
use std::sync::Arc;

use fearless_simd::Level;
use feel::eval::Exhausted;
use feel::{Number, Span, Value};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use self::build::{Builder, Hit, HitKind};
pub use self::columns::{Column, Columns, ColumnsError, Data, OwnedColumn, Table};
use self::domain::{Domain, Item};
pub use self::output::{DEFAULT_RULE, Hits, NO_RULE, Output, Results};
use self::output::{OPEN_RULE, ResultData};
use self::plan::{Node, NodeId, Shape};
use self::run::{BATCH, Binding, Plan, Register, View};
pub use self::schema::Schema;
use crate::program::{DecisionId, Limits, Program, Trace};

/// The rows that one core takes at a time.
const PART: usize = 4 * BATCH;

/// An expression that keeps a model out of the columnar profile.
///
/// Such a model is evaluated row by row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{decision}` cannot be evaluated in columns: {why}")]
pub struct Outside {
    /// The decision.
    pub decision: Arc<str>,
    /// The text of its expression or cell, if there is one.
    pub expression: String,
    /// The part of the text that is meant; empty if it is the whole.
    pub span: Span,
    /// Why.
    pub why: String,
}

impl Outside {
    /// The part of the text that is meant.
    pub fn part(&self) -> &str {
        let part = self.span.of(&self.expression).filter(|part| !part.is_empty());
        part.unwrap_or(&self.expression)
    }
}

/// Why an evaluation in columns fails.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ColumnarError {
    /// A result does not fit its column.
    #[error("row {row}: {value} does not fit the column of `{decision}`")]
    Overflow {
        /// The decision.
        decision: Arc<str>,
        /// The row, from 0.
        row: usize,
        /// The result.
        value: Value,
    },
    /// A row needs more work than is allowed.
    #[error("row {row}: {why}")]
    Limit {
        /// The row, from 0.
        row: usize,
        /// Which limit.
        why: Exhausted,
    },
    /// The columns are not those of the program.
    #[error("the columns are of another program")]
    Columns,
}

/// A plan that evaluates decisions of a program in columns.
#[derive(Debug)]
pub struct Columnar<'p> {
    program: &'p Program,
    schema: Schema,
    wanted: Vec<DecisionId>,
    nodes: Vec<Node>,
    /// Of which nodes no value is an exception, if all is known that they rest on.
    spotless: Vec<bool>,
    /// The node of each wanted decision.
    results: Vec<NodeId>,
    hits: Vec<(DecisionId, Hit)>,
    /// The nodes of decisions to be kept.
    kept: Vec<(Arc<str>, NodeId)>,
    limits: Limits,
    /// The instructions that it runs with.
    level: Level,
}

impl<'p> Columnar<'p> {
    /// A plan for the wanted decisions, with the columns that the program [suggests](Schema::of).
    ///
    /// # Errors
    ///
    /// When an expression keeps the program out of the columnar profile.
    pub fn new(program: &'p Program, wanted: &[DecisionId]) -> Result<Columnar<'p>, Outside> {
        Columnar::with_schema(program, Schema::of(program), wanted)
    }

    /// A plan for columns of a schema.
    ///
    /// # Errors
    ///
    /// When an expression keeps the program out of the columnar profile.
    pub fn with_schema(
        program: &'p Program,
        schema: Schema,
        wanted: &[DecisionId],
    ) -> Result<Columnar<'p>, Outside> {
        let builder = Builder::new(program, &schema);
        Columnar::build(builder, program, schema.clone(), wanted)
    }

    /// A plan for a program in which these decisions have changed, as by another threshold: what
    /// does not rest on them is not computed again, but taken from what was kept, without rule
    /// hits. The columns and their schema must be the same as then.
    ///
    /// # Errors
    ///
    /// When an expression keeps the program out of the columnar profile.
    pub fn after_change(
        program: &'p Program,
        schema: Schema,
        wanted: &[DecisionId],
        changed: &[DecisionId],
        kept: &Kept,
    ) -> Result<Columnar<'p>, Outside> {
        let mut builder = Builder::new(program, &schema);
        for (number, decision) in program.decisions().iter().enumerate() {
            let id = DecisionId(number);
            let same = !changed.iter().any(|changed| program.rests_on(id, *changed));
            if let Some(column) = kept.decisions.get(&decision.name).filter(|_| same) {
                builder.keep(id, column.shape.clone());
            }
        }
        let plan = Columnar::build(builder, program, schema.clone(), wanted)?;
        Ok(plan.without_keeping())
    }

    fn build(
        mut builder: Builder<'_>,
        program: &'p Program,
        schema: Schema,
        wanted: &[DecisionId],
    ) -> Result<Columnar<'p>, Outside> {
        let mut results = Vec::with_capacity(wanted.len());
        for decision in wanted {
            results.push(builder.decision(*decision)?);
        }
        let kept = builder.decisions();
        let mut plan = Columnar {
            program,
            schema,
            wanted: wanted.to_vec(),
            nodes: builder.nodes,
            spotless: Vec::new(),
            results,
            hits: Vec::new(),
            kept,
            limits: Limits::default(),
            level: Level::new(),
        };
        let mut found = builder.hits;
        let tables = program.order().iter().filter_map(|id| Some((*id, found.remove(id)?)));
        plan.hits = tables.collect();
        plan.fuse();
        Ok(plan)
    }

    /// The same plan without rule hits.
    #[must_use]
    pub fn without_hits(mut self) -> Columnar<'p> {
        self.hits.clear();
        self.prune();
        self.fuse();
        self
    }

    /// The same plan as one of which nothing is kept but what is wanted: it has fewer steps.
    #[must_use]
    pub fn without_keeping(mut self) -> Columnar<'p> {
        self.kept.clear();
        self.prune();
        self.fuse();
        self
    }

    /// The same plan with the rule hits of these tables alone.
    #[must_use]
    pub fn with_hits_of(mut self, tables: &[DecisionId]) -> Columnar<'p> {
        self.hits.retain(|(id, _)| tables.contains(id));
        self.prune();
        self.fuse();
        self
    }

    /// Sets how much work a row may be that is evaluated on its own.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Columnar<'p> {
        self.limits = limits;
        self
    }

    /// The same plan, run with the instructions that every processor of this architecture has, and
    /// not with the widest ones of this processor: to check the one by the other.
    #[must_use]
    pub fn with_baseline_instructions(mut self) -> Columnar<'p> {
        self.level = Level::baseline();
        self
    }

    /// The wanted decisions.
    pub fn wanted(&self) -> &[DecisionId] {
        &self.wanted
    }

    /// The columns that the plan is made for.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The number of steps of the plan.
    pub fn steps(&self) -> usize {
        self.nodes.len()
    }

    /// Drops the steps that nothing rests on.
    fn prune(&mut self) {
        let mut used = vec![false; self.nodes.len()];
        let sources = self.hits.iter().map(|(_, hit)| hit.source);
        let mut waiting: Vec<NodeId> = self.results.iter().copied().chain(sources).collect();
        waiting.extend(self.kept.iter().map(|(_, node)| *node));
        while let Some(node) = waiting.pop() {
            let Some(slot) = used.get_mut(node).filter(|used| !**used) else { continue };
            *slot = true;
            waiting.extend(self.nodes.get(node).map(|node| node.op.operands()).unwrap_or_default());
        }
        let mut places = HashMap::new();
        let mut kept = Vec::new();
        for (number, node) in self.nodes.drain(..).enumerate() {
            if used.get(number) == Some(&true) {
                places.insert(number, kept.len());
                kept.push(node);
            }
        }
        let place = |node: &mut NodeId| {
            if let Some(place) = places.get(node) {
                *node = *place;
            }
        };
        kept.iter_mut().for_each(|node| node.op.renumber(&place));
        self.results.iter_mut().for_each(place);
        self.hits.iter_mut().for_each(|(_, hit)| place(&mut hit.source));
        self.kept.iter_mut().for_each(|(_, node)| place(node));
        self.nodes = kept;
    }

    /// Makes one of steps of which nothing else is read.
    fn fuse(&mut self) {
        let mut outside: Vec<&mut NodeId> = self.results.iter_mut().collect();
        outside.extend(self.hits.iter_mut().map(|(_, hit)| &mut hit.source));
        outside.extend(self.kept.iter_mut().map(|(_, node)| node));
        fuse::fuse(&mut self.nodes, &mut outside);
        self.prune();
        self.spotless = spotless::spotless(&self.nodes, &self.schema);
    }

    /// Evaluates all rows on one core.
    ///
    /// # Errors
    ///
    /// When a result does not fit its column, or a row needs more work than is allowed.
    pub fn evaluate(&self, columns: &Columns<'_>) -> Result<Output, ColumnarError> {
        let mut output = Output::default();
        self.evaluate_into(columns, &mut Buffers::default(), &mut output)?;
        Ok(output)
    }

    /// Evaluates all rows on one core, into buffers that were used before.
    ///
    /// # Errors
    ///
    /// As [`Columnar::evaluate`].
    pub fn evaluate_into(
        &self,
        columns: &Columns<'_>,
        buffers: &mut Buffers,
        output: &mut Output,
    ) -> Result<(), ColumnarError> {
        let rows = 0..columns.rows();
        self.evaluate_rows(columns, Keeping::Nothing, rows, buffers, output)
    }

    /// Evaluates all rows on all cores.
    ///
    /// # Errors
    ///
    /// As [`Columnar::evaluate`].
    pub fn evaluate_parallel(&self, columns: &Columns<'_>) -> Result<Output, ColumnarError> {
        let starts: Vec<usize> = (0..columns.rows()).step_by(PART).collect();
        let parts: Vec<Result<Output, ColumnarError>> = starts
            .into_par_iter()
            .map_init(Buffers::default, |buffers, start| {
                let mut output = Output::default();
                let rows = start..(start + PART).min(columns.rows());
                self.evaluate_rows(columns, Keeping::Nothing, rows, buffers, &mut output)?;
                Ok(output)
            })
            .collect();
        let mut output = Output::default();
        self.prepare(&mut output);
        for part in parts {
            output.append(&part?);
        }
        Ok(output)
    }

    /// Evaluates all rows and keeps the results of all decisions, for
    /// [a plan after a change](Columnar::after_change).
    ///
    /// # Errors
    ///
    /// As [`Columnar::evaluate`].
    pub fn evaluate_keeping(&self, columns: &Columns<'_>) -> Result<(Output, Kept), ColumnarError> {
        let mut output = Output::default();
        let mut kept = Kept { rows: columns.rows(), decisions: HashMap::new() };
        for (name, node) in &self.kept {
            let Some(node) = self.nodes.get(*node) else { continue };
            if !matches!(node.shape, Shape::Set { .. } | Shape::Places) {
                kept.decisions.insert(name.clone(), KeptColumn::new(node.shape.clone()));
            }
        }
        let rows = 0..columns.rows();
        let keeping = Keeping::To(&mut kept);
        self.evaluate_rows(columns, keeping, rows, &mut Buffers::default(), &mut output)?;
        Ok((output, kept))
    }

    /// Evaluates all rows with what was kept of an evaluation of the same columns.
    ///
    /// # Errors
    ///
    /// As [`Columnar::evaluate`], and when the columns are others.
    pub fn evaluate_from(
        &self,
        columns: &Columns<'_>,
        kept: &Kept,
    ) -> Result<Output, ColumnarError> {
        if kept.rows != columns.rows() {
            return Err(ColumnarError::Columns);
        }
        let mut output = Output::default();
        let rows = 0..columns.rows();
        let keeping = Keeping::From(kept);
        self.evaluate_rows(columns, keeping, rows, &mut Buffers::default(), &mut output)?;
        Ok(output)
    }

    fn evaluate_rows(
        &self,
        columns: &Columns<'_>,
        mut keeping: Keeping<'_>,
        rows: std::ops::Range<usize>,
        buffers: &mut Buffers,
        output: &mut Output,
    ) -> Result<(), ColumnarError> {
        if columns.columns.len() != self.program.inputs().len() {
            return Err(ColumnarError::Columns);
        }
        let hits = self.hits.iter().map(|(_, hit)| hit);
        let mut outside = self.results.clone();
        outside.extend(self.hits.iter().map(|(_, hit)| hit.source));
        outside.extend(self.kept.iter().map(|(_, node)| *node));
        let (level, nodes) = (self.level, &self.nodes);
        let binding = Binding::new(level, nodes, hits, &outside, columns, &self.schema);
        self.prepare(output);
        buffers.registers.resize(self.nodes.len(), Register::default());
        let mut views = vec![View::default(); self.nodes.len()];
        let mut start = rows.start;
        let mut open: Vec<usize> = Vec::new();
        while start < rows.end {
            let count = BATCH.min(rows.end - start);
            let kept = match &keeping {
                Keeping::From(kept) => Some(*kept),
                _ => None,
            };
            let plan = Plan { nodes, spotless: &self.spotless, kept };
            let registers = &mut buffers.registers;
            run::run(plan, registers, &mut views, columns, &binding, start, count);
            if let Keeping::To(kept) = &mut keeping {
                for (name, node) in &self.kept {
                    let register = buffers.registers.get(*node);
                    if let Some((register, column)) = register.zip(kept.decisions.get_mut(name)) {
                        column.store(register);
                    }
                }
            }
            self.store(&buffers.registers, &binding, output, count, &mut open);
            output.rows += count;
            start += count;
        }
        open.sort_unstable();
        open.dedup();
        output.row_by_row += open.len();
        for row in open {
            self.row(columns, rows.start + row, row, output)?;
        }
        Ok(())
    }

    /// Makes an output ready for the results of this plan.
    fn prepare(&self, output: &mut Output) {
        output.clear();
        let fits = output.results.len() == self.results.len()
            && output.hits.len() == self.hits.len()
            && output.plan == self.identity();
        if fits {
            return;
        }
        output.plan = self.identity();
        output.results = self
            .wanted
            .iter()
            .zip(&self.results)
            .map(|(id, node)| {
                let name = self.program.decisions().get(id.0).map(|d| d.name.clone());
                let data = match self.nodes.get(*node).map(|node| &node.shape) {
                    Some(Shape::Codes(domain)) => {
                        ResultData::Codes { codes: Vec::new(), values: output::values(domain) }
                    }
                    Some(Shape::Numbers { unit, exceptions, .. }) => ResultData::Numbers {
                        unit: *unit,
                        integers: Vec::new(),
                        exceptions: Vec::new(),
                        values: output::values(exceptions),
                    },
                    _ => ResultData::Values(Vec::new()),
                };
                Results::new(name.unwrap_or_default(), data)
            })
            .collect();
        output.hits = self
            .hits
            .iter()
            .map(|(id, hit)| {
                let hits = match &hit.kind {
                    HitKind::Rules(_) => Hits::Rules(Vec::new()),
                    HitKind::Sets { words, .. } => Hits::Sets { words: *words, sets: Vec::new() },
                };
                (*id, hits)
            })
            .collect();
    }

    /// What tells the outputs of this plan from those of another one.
    fn identity(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Appends the results of a batch, and the rows that are still open.
    fn store(
        &self,
        registers: &[Register],
        binding: &Binding,
        output: &mut Output,
        rows: usize,
        open: &mut Vec<usize>,
    ) {
        let first = output.rows;
        let mut untold = Vec::new();
        let mut find = |codes: &[u16], code: Option<u16>| {
            let Some(code) = code else { return };
            if codes.contains(&code) {
                let rows = codes.iter().enumerate().filter(|(_, other)| **other == code);
                open.extend(rows.map(|(row, _)| first + row));
            }
        };
        for (results, node) in output.results.iter_mut().zip(&self.results) {
            let (Some(register), Some(node)) = (registers.get(*node), self.nodes.get(*node)) else {
                continue;
            };
            match (&mut results.data, &node.shape) {
                (ResultData::Codes { codes, .. }, Shape::Codes(domain)) => {
                    find(&register.codes, open_code(domain));
                    codes.extend_from_slice(&register.codes);
                }
                (
                    ResultData::Numbers { integers, exceptions, .. },
                    Shape::Numbers { exceptions: domain, .. },
                ) => {
                    if register.exceptional {
                        find(&register.codes, open_code(domain));
                        exceptions.resize(integers.len(), 0);
                        exceptions.extend_from_slice(&register.codes);
                    } else if !exceptions.is_empty() {
                        exceptions.resize(integers.len() + rows, 0);
                    }
                    integers.extend_from_slice(&register.numbers);
                }
                (ResultData::Values(values), Shape::Ratio { shift, exceptions }) => {
                    if register.exceptional {
                        find(&register.codes, open_code(exceptions));
                    }
                    for row in 0..rows {
                        values.push(quotient(register, row, *shift, exceptions));
                    }
                }
                (ResultData::Values(values), Shape::Set { dictionary, exceptions }) => {
                    if register.exceptional {
                        find(&register.codes, open_code(exceptions));
                    }
                    for row in 0..rows {
                        values.push(set(register, row, dictionary, exceptions));
                    }
                }
                _ => {}
            }
        }
        for (table, ((_, hit), (_, hits))) in self.hits.iter().zip(&mut output.hits).enumerate() {
            let Some(register) = registers.get(hit.source) else { continue };
            match (&hit.kind, hits) {
                (HitKind::Rules(map), Hits::Rules(rules)) => {
                    let before = rules.len();
                    binding.rules(table, map, &register.codes, rules);
                    find(rules.get(before..).unwrap_or_default(), Some(OPEN_RULE));
                }
                (HitKind::Sets { words, sets: map, open: told }, Hits::Sets { sets, .. }) => {
                    for (row, code) in register.codes.iter().enumerate() {
                        let place = usize::from(*code);
                        let start = place * words;
                        let set = map.get(start..start + words).unwrap_or_default();
                        sets.extend_from_slice(set);
                        if told.get(place) == Some(&true) {
                            untold.push(first + row);
                        }
                    }
                }
                _ => {}
            }
        }
        open.extend(untold);
    }

    /// Evaluates a row on its own, and puts its results in their place.
    fn row(
        &self,
        columns: &Columns<'_>,
        row: usize,
        place: usize,
        output: &mut Output,
    ) -> Result<(), ColumnarError> {
        let inputs = columns.row(row, &self.schema);
        let mut wanted = self.wanted.clone();
        wanted.extend(self.hits.iter().map(|(id, _)| *id));
        let trace = !self.hits.is_empty();
        let evaluation = self
            .program
            .evaluate(&inputs, &wanted, self.limits, trace)
            .map_err(|why| ColumnarError::Limit { row, why })?;
        for (results, id) in output.results.iter_mut().zip(&self.wanted) {
            let value = evaluation.values.get(id.0).cloned().flatten().unwrap_or(Value::NULL);
            if !results.set(place, value.clone()) {
                let decision = results.decision.clone();
                return Err(ColumnarError::Overflow { decision, row, value });
            }
        }
        for (id, hits) in &mut output.hits {
            let Some(Some(Trace::Table(trace))) = evaluation.traces.get(id.0) else { continue };
            match hits {
                Hits::Rules(rules) => {
                    let table = self.program.recipe(*id).and_then(|recipe| recipe.step.table());
                    let rule = match table.and_then(|table| table.winner(&trace.matched)) {
                        Some(rule) => domain::code(rule + 1),
                        None if trace.default => DEFAULT_RULE,
                        None => NO_RULE,
                    };
                    if let Some(slot) = rules.get_mut(place) {
                        *slot = rule;
                    }
                }
                Hits::Sets { words, sets } => {
                    let start = place * *words;
                    let Some(set) = sets.get_mut(start..start + *words) else { continue };
                    set.fill(0);
                    for rule in &trace.matched {
                        if let Some(word) = set.get_mut(rule / 64) {
                            *word |= 1 << (rule % 64);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// Columns of a batch, to be used again.
#[derive(Debug, Default)]
pub struct Buffers {
    registers: Vec<Register>,
}

/// The results of all decisions of an evaluation, kept for the next one.
#[derive(Debug)]
pub struct Kept {
    rows: usize,
    decisions: HashMap<Arc<str>, KeptColumn>,
}

#[derive(Debug)]
struct KeptColumn {
    shape: Shape,
    codes: Vec<u16>,
    numbers: Vec<i64>,
    divisors: Vec<i64>,
    exceptional: bool,
}

/// What becomes of the results of decisions that are not wanted.
enum Keeping<'k> {
    Nothing,
    To(&'k mut Kept),
    From(&'k Kept),
}

impl KeptColumn {
    fn new(shape: Shape) -> KeptColumn {
        let (codes, numbers, divisors) = (Vec::new(), Vec::new(), Vec::new());
        KeptColumn { shape, codes, numbers, divisors, exceptional: false }
    }

    fn store(&mut self, register: &Register) {
        let rows = self.numbers.len();
        match self.shape {
            Shape::Codes(_) => self.codes.extend_from_slice(&register.codes),
            _ if register.exceptional => {
                self.exceptional = true;
                self.codes.resize(rows, 0);
                self.codes.extend_from_slice(&register.codes);
            }
            _ if self.exceptional => self.codes.resize(rows + register.numbers.len(), 0),
            _ => {}
        }
        if !matches!(self.shape, Shape::Codes(_)) {
            self.numbers.extend_from_slice(&register.numbers);
        }
        if matches!(self.shape, Shape::Ratio { .. }) {
            self.divisors.extend_from_slice(&register.divisors);
        }
    }
}

impl Kept {
    /// Fills a register with kept results.
    fn load(&self, decision: &str, register: &mut Register, start: usize, rows: usize) {
        let Some(column) = self.decisions.get(decision) else { return };
        fn copy<T: Copy>(to: &mut Vec<T>, from: &[T], range: std::ops::Range<usize>) {
            to.clear();
            to.extend_from_slice(from.get(range).unwrap_or_default());
        }
        copy(&mut register.codes, &column.codes, start..start + rows);
        copy(&mut register.numbers, &column.numbers, start..start + rows);
        copy(&mut register.divisors, &column.divisors, start..start + rows);
        register.exceptional = column.exceptional;
    }
}

/// The code of rows that the row evaluator has to decide.
fn open_code(domain: &Domain) -> Option<u16> {
    let open = domain.items.iter().position(|item| matches!(item, Item::Open));
    open.map(domain::code)
}

fn exception(register: &Register, row: usize, domain: &Domain) -> Option<Value> {
    let code = register.codes.get(row).filter(|_| register.exceptional).copied().unwrap_or(0);
    match domain.items.get(usize::from(code)) {
        Some(Item::Value(value)) => Some(value.clone()),
        Some(Item::Open) => Some(Value::NULL),
        Some(Item::Regular) | None => None,
    }
}

fn quotient(register: &Register, row: usize, shift: i32, domain: &Domain) -> Value {
    if let Some(value) = exception(register, row, domain) {
        return value;
    }
    let part = |numbers: &[i64], scale: i32| {
        Number::from_scaled(i128::from(numbers.get(row).copied().unwrap_or(0)), scale)
    };
    let (up, down) = (shift.max(0), (-shift).max(0));
    let quotient = part(&register.numbers, -up)
        .zip(part(&register.divisors, -down))
        .and_then(|(number, divisor)| number.checked_div(divisor));
    quotient.map_or(Value::NULL, Value::Number)
}

fn set(register: &Register, row: usize, dictionary: &[Arc<str>], domain: &Domain) -> Value {
    if let Some(value) = exception(register, row, domain) {
        return value;
    }
    let set = register.sets.get(row).copied().unwrap_or(0);
    let items = dictionary.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1);
    Value::list(items.map(|(_, text)| Value::String(text.clone())).collect())
}
