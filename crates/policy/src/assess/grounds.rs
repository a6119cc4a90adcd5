//! Why a decision is as it is, and why it is not otherwise: rows, cells and required decisions.

use dmn::model::Title;
use dmn::program::{Cell, Decision, DecisionId, Table, TableTrace};
use feel::syntax::BinaryOp;
use feel::{Number, Value, ops};

use super::evaluate::Run;
use crate::assessment::{
    CellLine, EvaluatedDecision, EvaluatedInput, MatchedRule, Reason, RowRef, Source, Tristate,
};
use crate::library::combination::{InputSource, string_literal};
use crate::library::document::ElementSources;
use crate::scalar;
use crate::wording::{Clause, Named, Operand, clauses};
use crate::words;

/// How many rows that came near are shown.
const MAX_NEAREST: usize = 3;
/// How far the decisions below an expression are followed for reasons.
const MAX_DEPTH: usize = 2;

impl Run<'_> {
    fn decision(&self, id: DecisionId) -> Option<&Decision> {
        self.in_force.combination.decision(id)
    }

    fn element_sources(&self, id: DecisionId) -> Option<&ElementSources> {
        self.in_force.combination.sources.get(id.0)
    }

    /// The law behind a decision as a whole.
    pub(super) fn source(&self, id: DecisionId) -> Option<Source> {
        self.element_sources(id)?.base.clone()
    }

    /// Why a decision has its value.
    pub(crate) fn reasons(&self, id: DecisionId) -> Vec<Reason> {
        let mut reasons = Vec::new();
        self.collect_reasons(id, MAX_DEPTH, &mut reasons);
        reasons
    }

    fn collect_reasons(&self, id: DecisionId, depth: usize, reasons: &mut Vec<Reason>) {
        let Some(decision) = self.decision(id) else { return };
        if let (Some(table), Some(trace)) = (&decision.table, self.table_trace(id)) {
            let matched = trace.matched.iter();
            reasons.extend(
                matched.filter_map(|row| self.row_reason(id, table, trace, *row, |_| true)),
            );
            if trace.default {
                reasons.push(self.default_reason(id, decision, table));
            }
            return;
        }
        reasons.push(self.literal_reason(id, decision));
        if depth == 0 {
            return;
        }
        for required in &decision.decisions {
            if matches!(self.value(*required), Some(Value::Boolean(true))) {
                self.collect_reasons(*required, depth - 1, reasons);
            }
        }
        reasons.extend(self.tables_below(decision));
    }

    /// The rows that gave the values, truth values apart, that an expression names.
    fn tables_below(&self, decision: &Decision) -> Vec<Reason> {
        let mut reasons = Vec::new();
        for required in &decision.decisions {
            let is_table = self.decision(*required).is_some_and(|d| d.table.is_some());
            if is_table
                && !matches!(self.value(*required), None | Some(Value::Boolean(_) | Value::Null(_)))
            {
                self.collect_reasons(*required, 0, &mut reasons);
            }
        }
        reasons
    }

    /// The rows by which a decision is not true, where rows say so.
    pub(super) fn reasons_against(&self, id: DecisionId) -> Vec<Reason> {
        let table = self.decision(id).and_then(|decision| decision.table.as_ref());
        let (Some(table), Some(trace)) = (table, self.table_trace(id)) else { return Vec::new() };
        let matched = trace.matched.iter();
        matched.filter_map(|row| self.row_reason(id, table, trace, *row, |_| true)).collect()
    }

    /// Why a decision that is not true is not.
    pub(super) fn why_not(&self, id: DecisionId) -> Vec<Reason> {
        self.failures(id, MAX_NEAREST)
    }

    fn failures(&self, id: DecisionId, most: usize) -> Vec<Reason> {
        let Some(decision) = self.decision(id) else { return Vec::new() };
        if let (Some(table), Some(trace)) = (&decision.table, self.table_trace(id)) {
            let better = |row: usize| output(table, row).is_none_or(|text| text != "false");
            return self.nearest_rows(id, table, trace, most, &better, &|_| None);
        }
        let clauses = decision.expression.as_deref().and_then(clauses).unwrap_or_default();
        let required: Vec<DecisionId> = clauses
            .iter()
            .filter(|clause| clause.comparison.is_none() && !clause.negated)
            .filter_map(|clause| self.in_force.program.decision(&clause.name))
            .filter(|id| !matches!(self.value(*id), Some(Value::Boolean(true))))
            .collect();
        if required.is_empty() {
            let mut reasons = vec![self.literal_reason(id, decision)];
            reasons.extend(self.tables_below(decision));
            return reasons;
        }
        let most = if required.len() == 1 { most } else { 1 };
        let failures = |id: &DecisionId| match self.decision(*id) {
            Some(below) if below.table.is_none() => vec![self.literal_reason(*id, below)],
            _ => self.failures(*id, most),
        };
        required.iter().flat_map(failures).collect()
    }

    /// The rows that came nearest to giving more points than were given.
    pub(super) fn why_not_more(&self, id: DecisionId) -> Vec<Reason> {
        let Some(decision) = self.decision(id) else { return Vec::new() };
        let (Some(table), Some(trace)) = (&decision.table, self.table_trace(id)) else {
            return Vec::new();
        };
        let given = match self.value(id) {
            Some(Value::Number(points)) => *points,
            _ => return Vec::new(),
        };
        let better = |row: usize| {
            output(table, row).and_then(scalar::number).is_some_and(|points: Number| points > given)
        };
        let by_points = |row: usize| output(table, row).and_then(scalar::number);
        self.nearest_rows(id, table, trace, MAX_NEAREST, &better, &by_points)
    }

    /// The rows that do not match and fail in the fewest cells, each with the cells at fault; of
    /// those equally near, the row with the fewest points comes first.
    fn nearest_rows(
        &self,
        id: DecisionId,
        table: &Table,
        trace: &TableTrace,
        most: usize,
        is_wanted: &dyn Fn(usize) -> bool,
        points: &dyn Fn(usize) -> Option<Number>,
    ) -> Vec<Reason> {
        let columns = table.inputs.len();
        let count = |row: usize, wanted: Cell| {
            (0..columns).filter(|column| trace.cells.get(row, *column) == wanted).count()
        };
        let mut rows: Vec<(usize, usize, Option<Number>, usize)> = (0..table.rules.len())
            .filter(|row| !trace.matched.contains(row) && is_wanted(*row))
            .map(|row| (count(row, Cell::Fails), count(row, Cell::Unknown), points(row), row))
            .filter(|(fails, unknown, ..)| fails + unknown > 0)
            .collect();
        rows.sort_unstable();
        let at_fault = |cell| cell != Cell::Holds;
        rows.into_iter()
            .take(most)
            .filter_map(|(.., row)| self.row_reason(id, table, trace, row, at_fault))
            .collect()
    }

    /// A row with those of its cells that are wanted.
    fn row_reason(
        &self,
        id: DecisionId,
        table: &Table,
        trace: &TableTrace,
        row: usize,
        is_wanted: impl Fn(Cell) -> bool,
    ) -> Option<Reason> {
        let decision = self.decision(id)?;
        let rule = table.rules.get(row)?;
        let mut cells = Vec::new();
        for (column, (input, test)) in table.inputs.iter().zip(&rule.inputs).enumerate() {
            let state = trace.cells.get(row, column);
            if matches!(test.trim(), "" | "-") || !is_wanted(state) {
                continue;
            }
            let value = trace.inputs.get(column).unwrap_or(&Value::NULL);
            cells.push(self.cell_line(&input.expression, value, test, state));
        }
        let annotation = |name: &str| {
            let column = table.annotations.iter().position(|known| known == name)?;
            rule.annotations.get(column).map(|text| text.trim()).filter(|text| !text.is_empty())
        };
        let text = match (annotation("zh"), annotation("en")) {
            (Some(zh), Some(en)) => words::both(zh, en),
            _ => describe_cells(&cells),
        };
        let sources = self.element_sources(id);
        Some(Reason {
            decision: decision.name.clone(),
            title: decision.title.clone(),
            row: Some(RowRef { id: rule.id.clone(), number: Some(row + 1) }),
            text,
            cells,
            output: rule.outputs.join(", "),
            source: sources.and_then(|sources| sources.rows.get(row)?.clone()),
        })
    }

    /// Every decision that was evaluated, each after those that it requires.
    pub(super) fn evaluated_decisions(&self) -> Vec<EvaluatedDecision> {
        let order = self.in_force.program.order().iter();
        order.filter_map(|id| self.evaluated_decision(*id)).collect()
    }

    fn evaluated_decision(&self, id: DecisionId) -> Option<EvaluatedDecision> {
        let output = self.value(id)?.clone();
        let decision = self.decision(id)?;
        let input = |expression: &str, value: &Value| EvaluatedInput {
            expression: expression.to_owned(),
            label: self.glossary().label(expression),
            value: value.clone(),
        };
        let (inputs, matched) = match (&decision.table, self.table_trace(id)) {
            (Some(table), Some(trace)) => {
                let inputs = table.inputs.iter().zip(&trace.inputs);
                let inputs = inputs.map(|(column, value)| input(&column.expression, value));
                (inputs.collect(), self.matched_rules(id, table, trace))
            }
            _ => {
                let names = self.names_of(decision);
                (names.map(|(name, value)| input(name, value)).collect(), Vec::new())
            }
        };
        Some(EvaluatedDecision {
            name: decision.name.clone(),
            title: decision.title.clone(),
            expression: decision.expression.clone(),
            missing: self.missing(id),
            source: self.source(id),
            output,
            inputs,
            matched,
        })
    }

    fn matched_rules(&self, id: DecisionId, table: &Table, trace: &TableTrace) -> Vec<MatchedRule> {
        let sources = self.element_sources(id);
        let outputs = |texts: &[String]| {
            let named = table.outputs.iter().cloned().zip(texts);
            named.map(|(name, text)| (name, output_value(text))).collect()
        };
        let rows = trace.matched.iter().filter_map(|row| {
            let rule = table.rules.get(*row)?;
            Some(MatchedRule {
                row: RowRef { id: rule.id.clone(), number: Some(row + 1) },
                outputs: outputs(&rule.outputs),
                source: sources.and_then(|sources| sources.rows.get(*row)?.clone()),
            })
        });
        let default = trace.default.then(|| MatchedRule {
            row: RowRef { id: "default".to_owned(), number: None },
            outputs: outputs(table.default.as_deref().unwrap_or_default()),
            source: sources.and_then(|s| s.default.clone().or_else(|| s.base.clone())),
        });
        rows.chain(default).collect()
    }

    /// What the logic of a decision names, with its values.
    fn names_of<'r>(
        &'r self,
        decision: &'r Decision,
    ) -> impl Iterator<Item = (&'r str, &'r Value)> {
        let inputs = decision.inputs.iter().filter_map(|id| {
            let input = self.in_force.program.inputs().get(id.0)?;
            Some((&*input.name, self.inputs.get(id.0)?))
        });
        let required = decision
            .decisions
            .iter()
            .filter_map(|id| Some((&*self.decision(*id)?.name, self.value(*id)?)));
        inputs.chain(required)
    }

    fn default_reason(&self, id: DecisionId, decision: &Decision, table: &Table) -> Reason {
        let default = table.default.as_deref().unwrap_or_default();
        let annotation = |name: &str| {
            let column = table.annotations.iter().position(|known| known == name)?;
            let text = table.default_annotations.get(column)?.trim();
            (!text.is_empty()).then_some(text)
        };
        let text = match (annotation("zh"), annotation("en")) {
            (Some(zh), Some(en)) => words::both(zh, en),
            _ => words::otherwise(),
        };
        let sources = self.element_sources(id);
        Reason {
            decision: decision.name.clone(),
            title: decision.title.clone(),
            row: Some(RowRef { id: "default".to_owned(), number: None }),
            text,
            cells: Vec::new(),
            output: default.join(", "),
            source: sources.and_then(|s| s.default.clone().or_else(|| s.base.clone())),
        }
    }

    /// An expression with the values that it rests on.
    fn literal_reason(&self, id: DecisionId, decision: &Decision) -> Reason {
        let expression = decision.expression.as_deref().unwrap_or("");
        let cells = match clauses(expression) {
            Some(clauses) => clauses.iter().map(|clause| self.clause_line(clause)).collect(),
            None => {
                let names = self.names_of(decision);
                names
                    .map(|(name, value)| self.cell_line(name, value, "", state_of(value)))
                    .collect()
            }
        };
        Reason {
            decision: decision.name.clone(),
            title: decision.title.clone(),
            row: None,
            text: self.glossary().expression(expression),
            cells,
            output: self.value(id).map(feel_text).unwrap_or_default(),
            source: self.source(id),
        }
    }

    /// A part of an expression with its value.
    fn clause_line(&self, clause: &Clause) -> CellLine {
        let value = self.named(&clause.name).unwrap_or(&Value::NULL);
        let state = match &clause.comparison {
            None if clause.negated => match state_of(value) {
                Cell::Holds => Cell::Fails,
                Cell::Fails => Cell::Holds,
                Cell::Unknown => Cell::Unknown,
            },
            None => state_of(value),
            Some((op, operand)) => {
                let right = match operand {
                    Operand::Value(value) => Some(value),
                    Operand::Name(name) => self.named(name),
                };
                right.map_or(Cell::Unknown, |right| compare(*op, value, right))
            }
        };
        self.cell_line(&clause.name, value, &clause.test, state)
    }

    fn cell_line(&self, expression: &str, value: &Value, test: &str, cell: Cell) -> CellLine {
        let glossary = self.glossary();
        let is_missing_fact = value.as_unknown().is_some() && self.is_fact(expression);
        CellLine {
            expression: expression.trim().to_owned(),
            label: glossary.label(expression),
            value: if is_missing_fact {
                words::not_given()
            } else {
                glossary.value(expression, value)
            },
            test: test.trim().to_owned(),
            words: if test.is_empty() { Title::default() } else { glossary.test(expression, test) },
            state: match cell {
                Cell::Holds => Tristate::Yes,
                Cell::Fails => Tristate::No,
                Cell::Unknown => Tristate::Unknown,
            },
        }
    }

    fn is_fact(&self, expression: &str) -> bool {
        let input = self.in_force.program.input(expression.trim());
        let source = input.and_then(|id| self.in_force.combination.inputs.get(id.0));
        matches!(source, Some(InputSource::Fact(..)))
    }
}

/// What a truth value, or any other, means for the expression that names it.
fn state_of(value: &Value) -> Cell {
    match value {
        Value::Boolean(false) => Cell::Fails,
        Value::Null(_) => Cell::Unknown,
        _ => Cell::Holds,
    }
}

fn compare(op: BinaryOp, left: &Value, right: &Value) -> Cell {
    let holds = match op {
        BinaryOp::Less => ops::less(left, right),
        BinaryOp::LessEqual => ops::less_equal(left, right),
        BinaryOp::Greater => ops::greater(left, right),
        BinaryOp::GreaterEqual => ops::greater_equal(left, right),
        BinaryOp::Equal => ops::equal(left, right),
        BinaryOp::NotEqual => ops::not_equal(left, right),
        _ => return Cell::Unknown,
    };
    state_of(&holds)
}

fn output(table: &Table, row: usize) -> Option<&str> {
    table.rules.get(row)?.outputs.first().map(|text| text.trim())
}

/// The value of an output that is a constant, else its FEEL text.
fn output_value(text: &str) -> Value {
    let text = text.trim();
    match text {
        "true" => Value::Boolean(true),
        "false" => Value::Boolean(false),
        _ => match (scalar::number(text), string_literal(text)) {
            (Some(number), _) => Value::Number(number),
            (None, Some(string)) => Value::string(string),
            (None, None) => Value::string(text),
        },
    }
}

fn describe_cells(cells: &[CellLine]) -> Title {
    let describe = |cell: &CellLine| match cell.state {
        Tristate::Yes => words::asked(&cell.label, &cell.words),
        _ => words::asked_with_value(&cell.label, &cell.value, &cell.words),
    };
    let parts: Vec<Title> = cells.iter().map(describe).collect();
    if parts.is_empty() { words::anything() } else { words::join(&parts) }
}

/// A value as FEEL text; an unknown one has none.
pub(crate) fn feel_text(value: &Value) -> String {
    match value.as_unknown() {
        Some(_) => String::new(),
        None => value.to_string(),
    }
}
