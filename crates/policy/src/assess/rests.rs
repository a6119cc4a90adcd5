//! What a result rests on: of all that was evaluated, the rows, expressions and parameters without
//! which it would not be known.

use std::collections::BTreeSet;

use dmn::model::Title;
use dmn::program::{Decision, DecisionId, InputId, Table, TableTrace};
use feel::{Type, Value};

use super::evaluate::Run;
use crate::assessment::{Flag, Source};
use crate::library::combination::InputSource;
use crate::library::document;
use crate::pack::ParameterRow;

/// The grounds of a result, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Grounds {
    seen: BTreeSet<usize>,
    parameters: BTreeSet<usize>,
    pub sources: Vec<Source>,
    pub flags: Vec<Flag>,
}

impl Grounds {
    fn add(&mut self, title: &Title, source: Option<Source>) {
        let Some(source) = source else { return };
        if source.confidence.is_flagged() {
            let flag = Flag { title: title.clone(), source: source.clone() };
            if !self.flags.contains(&flag) {
                self.flags.push(flag);
            }
        }
        if !self.sources.contains(&source) {
            self.sources.push(source);
        }
    }
}

impl Run<'_> {
    /// What the outcome and the points rest on.
    pub(super) fn grounds(&self) -> Grounds {
        let combination = self.in_force.combination;
        let mut grounds = Grounds::default();
        let shown = [combination.outcome, combination.eligible];
        let factors = combination.factors.iter().map(|(_, id, _)| *id);
        for id in shown.into_iter().chain(combination.score).chain(factors) {
            self.visit(id, &mut grounds);
        }
        // An outcome also rests on what keeps a better one away.
        let programme = self.programme();
        let rank = match self.value(combination.outcome) {
            Some(Value::String(outcome)) => programme.rank(outcome),
            _ => None,
        };
        for (index, id) in &combination.routes {
            let outcome = programme.routes.get(*index).map(|route| &route.outcome);
            let better = match (rank, outcome.and_then(|outcome| programme.rank(outcome))) {
                (Some(rank), Some(route)) => route < rank,
                _ => true,
            };
            if better {
                self.visit_parameters(*id, &mut grounds);
            }
        }
        grounds
    }

    fn visit_parameters(&self, route: DecisionId, grounds: &mut Grounds) {
        let program = self.in_force.program;
        for (index, decision) in program.decisions().iter().enumerate() {
            if program.rests_on(route, DecisionId(index)) {
                decision.inputs.iter().for_each(|input| self.visit_input(*input, grounds));
            }
        }
    }

    fn visit(&self, id: DecisionId, grounds: &mut Grounds) {
        let combination = self.in_force.combination;
        let (Some(decision), Some(sources)) =
            (combination.decision(id), combination.sources.get(id.0))
        else {
            return;
        };
        let is_route = combination.routes.iter().any(|(_, route)| *route == id);
        let is_unmet = matches!(self.value(id), Some(Value::Boolean(false)));
        if (is_route && is_unmet) || !grounds.seen.insert(id.0) {
            return;
        }
        if let (Some(table), Some(trace)) = (&decision.table, self.table_trace(id)) {
            for row in &trace.matched {
                let source = sources.rows.get(*row).cloned().flatten();
                grounds.add(&decision.title, source);
            }
            if trace.default {
                grounds.add(&decision.title, sources.default.clone());
            }
            let (inputs, decisions) = self.used_by_table(decision, table, trace);
            inputs.into_iter().for_each(|input| self.visit_input(input, grounds));
            decisions.into_iter().for_each(|required| self.visit(required, grounds));
            return;
        }
        grounds.add(&decision.title, sources.base.clone());
        decision.inputs.iter().for_each(|input| self.visit_input(*input, grounds));
        for required in self.used_by_expression(id, decision) {
            self.visit(required, grounds);
        }
    }

    /// What stands in the columns that the rows at work look at, and beside them.
    fn used_by_table(
        &self,
        decision: &Decision,
        table: &Table,
        trace: &TableTrace,
    ) -> (Vec<InputId>, Vec<DecisionId>) {
        let looks_at = |column: usize| {
            trace.default
                || trace.matched.iter().any(|row| {
                    let rule = table.rules.get(*row);
                    rule.and_then(|rule| rule.inputs.get(column))
                        .is_some_and(|test| !matches!(test.trim(), "" | "-"))
                })
        };
        let mut inputs: BTreeSet<InputId> = decision.inputs.iter().copied().collect();
        let mut decisions: BTreeSet<DecisionId> = decision.decisions.iter().copied().collect();
        for input in &table.inputs {
            input.inputs.iter().for_each(|id| _ = inputs.remove(id));
            input.decisions.iter().for_each(|id| _ = decisions.remove(id));
        }
        let columns = table.inputs.iter().enumerate();
        for (_, input) in columns.filter(|(column, _)| looks_at(*column)) {
            inputs.extend(&input.inputs);
            decisions.extend(&input.decisions);
        }
        (inputs.into_iter().collect(), decisions.into_iter().collect())
    }

    /// The required decisions that settle an expression: of truth values those that agree with
    /// it, or all where none does.
    fn used_by_expression(&self, id: DecisionId, decision: &Decision) -> Vec<DecisionId> {
        let truth = match self.value(id) {
            Some(Value::Boolean(truth)) => *truth,
            _ => true,
        };
        let is_boolean = |id: &DecisionId| {
            self.in_force.combination.decision(*id).is_some_and(|d| d.kind == Type::Boolean)
        };
        let agrees =
            |id: &DecisionId| matches!(self.value(*id), Some(Value::Boolean(t)) if *t == truth);
        let any = decision.decisions.iter().any(agrees);
        let wanted = |id: &&DecisionId| !is_boolean(id) || !any || agrees(id);
        decision.decisions.iter().filter(wanted).copied().collect()
    }

    fn visit_input(&self, input: InputId, grounds: &mut Grounds) {
        let Some(Some(row)) = self.rows.get(input.0) else { return };
        if !grounds.parameters.insert(input.0) {
            return;
        }
        if let Some(InputSource::Parameter(name, _)) = self.in_force.combination.inputs.get(input.0)
        {
            let title = self.glossary().parameter_label(name);
            grounds.add(&title, self.row_source(row));
        }
    }

    /// The law behind a row of a parameter.
    pub(super) fn row_source(&self, row: &ParameterRow) -> Option<Source> {
        let register = self.library.register();
        document::source(register, &row.instrument, row.item.clone(), Some(row.confidence))
    }
}
